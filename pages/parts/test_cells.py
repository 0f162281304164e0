"""What a run is to be tested under: noises and severities, chosen wherever a test can be started."""

from dataclasses import dataclass

import streamlit as st

from core.data.dataset import list_data_sets
from core.errors import NoiseLensError, UnknownName
from core.evaluation.estimate import MEANWHILE, bytes_asked, seconds_asked, short_of
from core.evaluation.job import submit_evaluation
from core.evaluation.options import ALL, C_BAR, checked_noises
from core.noise.catalogue import SEVERITIES, all_noises, get_noise
from core.noise.mix import Mix
from core.runs.recipe import get_model
from core.runs.runs import Run
from core.words import Text, levels_text
from pages.parts.address import adopt, asked_several, keep
from pages.parts.choices import multiselect, pills, segmented_control
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import show_error
from pages.parts.numbers import size_words
from pages.parts.progress import span
from pages.parts.services.workspace import workspace
from pages.parts.test_how import choose_how

STANDARD, HELD_OUT, EVERY, OWN, CHOSEN = "standard", "cbar", "all", "mix", "chosen"
"""Ready-made answers to "tested under", and single noises."""


@dataclass(frozen=True)
class Cells:
    """The cells of a test: each noise at each severity."""

    noises: list[str]
    severities: list[int]

    @property
    def complete(self) -> bool:
        """There is something to test."""
        return bool(self.noises and self.severities)

    @property
    def words(self) -> str:
        """ "23 noises × severity 1–5"."""
        return t("parts.tested", n=len(self.noises), severities=levels_text(self.severities))


def adopt_cells(page: str, key: str) -> None:
    """Take what the address says of a test into the boxes of `choose_cells`; before they are drawn or read."""
    kinds = {kind: Text(en=kind, ko=kind) for kind in (STANDARD, HELD_OUT, EVERY, OWN, CHOSEN)}
    adopt(page, "test", f"{key}_kind", Text(en="choice of noises", ko="노이즈 고르기"), kinds)
    noises = {noise.key: noise.name for noise in all_noises()}
    if keys := asked_several(page, "test_noises", Text(en="noise", ko="노이즈"), noises):
        st.session_state[f"{key}_noises"] = keys
    levels = {str(level): Text(en=str(level), ko=str(level)) for level in SEVERITIES}
    if chosen := asked_several(page, "test_severities", Text(en="severity", ko="강도"), levels):
        st.session_state[f"{key}_severities"] = [int(level) for level in chosen]


def keep_cells(page: str, key: str) -> None:
    """Write the choices of `choose_cells` into the address, as far as they are not what it begins with."""
    state = st.session_state
    kind = state.get(f"{key}_kind") or STANDARD
    severities = sorted(state.get(f"{key}_severities", SEVERITIES))
    keep(
        page,
        test=None if kind == STANDARD else kind,
        test_noises=",".join(state.get(f"{key}_noises") or []) or None if kind == CHOSEN else None,
        test_severities=None if severities == list(SEVERITIES) else ",".join(map(str, severities)) or None,
    )


def chosen_cells(key: str, mix: Mix, table: str) -> Cells:
    """What is chosen in the boxes of `choose_cells`, also where they are not drawn; it takes the same."""
    state = st.session_state
    kind = state.get(f"{key}_kind") or STANDARD
    if kind == OWN and not mix.noises:
        kind = STANDARD
    noises = {
        STANDARD: lambda: checked_noises(None, mix),
        HELD_OUT: lambda: checked_noises(C_BAR, table=table),
        EVERY: lambda: checked_noises(ALL),
        OWN: lambda: checked_noises(mix.noises),
        CHOSEN: lambda: checked_noises(state.get(f"{key}_noises") or []),
    }[kind]()
    return Cells(noises, sorted(state.get(f"{key}_severities", SEVERITIES)))


def choose_cells(key: str, mix: Mix, table: str) -> Cells:
    """The boxes: which noises, and how strong.

    Args:
        key: tells several in a session apart.
        mix: of the run that is to be tested.
        table: its data set's severity table.
    """
    kinds = [STANDARD, HELD_OUT, EVERY, *([OWN] if mix.noises else []), CHOSEN]
    kind = segmented_control(
        t("parts.test_noises"),
        kinds,
        default=STANDARD,
        required=True,
        format_func=lambda one: t(f"parts.test_{one}"),
        key=f"{key}_kind",
        persist_state="session",
        help=t("parts.test_help"),
    )
    if kind == CHOSEN:
        multiselect(
            t("parts.test_which"),
            [noise.key for noise in all_noises()],
            format_func=lambda noise: get_noise(noise).name[language()],
            key=f"{key}_noises",
            persist_state="session",
            placeholder=t("parts.test_search"),
        )
    pills(
        t("parts.test_severities"),
        list(SEVERITIES),
        selection_mode="multi",
        default=list(SEVERITIES),
        key=f"{key}_severities",
        persist_state="session",
    )
    chosen = chosen_cells(key, mix, table)
    if not chosen.complete:
        st.caption(f":material/error: {t('parts.test_nothing')}")
    return chosen


def offer_test(run: Run, key: str, primary: bool = False) -> None:
    """What a trained run is to be tested under, and the button that starts it.

    Args:
        key: tells several in a session apart.
        primary: it is the one thing to do next.
    """
    data_set = next((one for one in list_data_sets(workspace()) if one.id == run.recipe.data_set_id), None)
    if data_set is None:
        st.caption(f":material/folder_off: {t('parts.test_no_data')}")
        return
    try:
        get_model(run.recipe.model)
    except UnknownName as error:  # of another version: said of this run alone
        st.caption(f":material/warning: {literal(say(error.said))}")
        return
    cells = choose_cells(f"{key}_{run.id}", run.recipe.mix, data_set.table)
    how = choose_how(f"{key}_{run.id}", data_set)
    given = (data_set, cells.noises, cells.severities, how)
    time = seconds_asked(workspace(), run, *given).with_start
    if st.button(
        t("parts.test_button", cells=cells.words, time=span(time)),
        type="primary" if primary else "secondary",
        icon=":material/fact_check:",
        key=f"{key}_go_{run.id}",
        disabled=not cells.complete,
    ):
        try:
            submit_evaluation(workspace(), run, cells.noises, cells.severities, how=how)
        except NoiseLensError as error:
            show_error(error)
        else:
            st.rerun()
    kept = bytes_asked(run, *given)
    st.caption(t("parts.test_disk", size=size_words(kept), most=size_words(round(MEANWHILE * kept))))
    if short := short_of(workspace(), kept):
        st.caption(f":material/warning: {say(short)}")
