"""Which runs of a data set are listed, and in which order; the boxes are there where the list is long enough for them."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.runs.runs import Run
from core.words import LANGUAGES
from pages.parts.choices import selectbox
from pages.parts.i18n import t
from pages.parts.origin import mix_key, mix_words, model_key, model_words
from pages.parts.training.run_table import SORTS

FEW = 5
"""Runs that are seen at one glance."""
ANY = ""
_WORDS, _MODEL, _MIX, _SORT = (f"train_runs_{name}" for name in ("words", "model", "mix", "sort"))


def has_words(run: Run, words: str) -> bool:
    """Whether every one of `words` stands in the name, as in either language, or the note of a run."""
    text = " ".join([run.name, *(run.label[key] for key in LANGUAGES), run.note or ""]).casefold()
    return all(word in text for word in words.casefold().split())


def filtered(runs: Sequence[Run]) -> tuple[list[Run], str]:
    """Those of `runs` that the boxes leave, newest first, and which of SORTS they are to stand by."""
    if len(runs) <= FEW:
        return list(runs), SORTS[0]
    models = {model_key(run): model_words(run) for run in runs}
    mixes = {mix_key(run): mix_words(run) for run in runs}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="train_runs_filter"):
        words = st.text_input(
            t("runs.words"),
            key=_WORDS,
            icon=":material/search:",
            placeholder=t("runs.words_in"),
            persist_state="session",
            width=180,
        )
        model = _one(_MODEL, t("runs.model"), list(models), models.__getitem__, 130)
        mix = _one(_MIX, t("runs.mix"), list(mixes), mixes.__getitem__, 180)
        sort = selectbox(
            t("runs.sort"),
            SORTS,
            format_func=lambda key: t(f"runs.sort_{key}"),
            key=_SORT,
            persist_state="session",
            width=160,
        )
    left = [
        run
        for run in runs
        if has_words(run, words or "") and model in (ANY, model_key(run)) and mix in (ANY, mix_key(run))
    ]
    if not left:
        st.caption(f":material/filter_alt_off: {t('runs.none_left', n=len(runs))}")
    return left, str(sort)


def _one(key: str, label: str, options: list[str], name: Callable[[str], str], width: int) -> str:
    """A box for one of `options` or any of them, where there are two to choose from."""
    if len(options) < 2:
        return ANY
    if st.session_state.get(key) not in (ANY, *options):
        st.session_state.pop(key, None)
    return str(
        selectbox(
            label,
            [ANY, *options],
            format_func=lambda one: name(one) if one else t("runs.any"),
            key=key,
            persist_state="session",
            width=width,
        )
    )
