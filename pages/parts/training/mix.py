"""What training mixes in: the choice of noises, in words and in real pictures."""

from typing import cast

import numpy as np
import streamlit as st

from core.charts.drawing import noise_label
from core.data.dataset import DataSet
from core.errors import UnknownName
from core.explanation.views import enlarged, mosaic
from core.noise.catalogue import all_noises
from core.noise.mix import Mix, MixPart
from core.runs.recipe import Augmentation, Recipe
from core.training.batches import pictures
from core.words import Text, rounded
from pages.parts.address import asked
from pages.parts.choices import multiselect
from pages.parts.i18n import language, t
from pages.parts.messages import show_error
from pages.parts.pictures import picture
from pages.parts.theme import ground

MIXES = {
    "none": (),
    "demo": ("gaussian_noise:0.5:1-5", "salt_pepper:0.3:1-5"),
    "gaussian": ("gaussian_noise:0.5:1-5",),
    "salt_pepper": ("salt_pepper:0.5:1-5",),
    "bfs": ("bfs_noise:0.5:1-5",),
}
"""Ready-made answers to "noise in training"; "own" is put together on the page."""

SAMPLES = 6
MOST_NOISES = 10
"""Of a visitor's own mix."""
FIRST_SHARE, STEP, CLEAN, LEAST_CLEAN = 50, 5, 20, 5
"""Per cent of the pictures: what a noise gets at first, in which steps, and what then stays clean: so much where
each noise can have a share, so much in any case."""


def first_share(others: int) -> int:
    """What a noise gets that is put into a mix, in per cent.

    Args:
        others: what the noises before it have, in per cent.
    """
    free = 100 - CLEAN - others
    if free < STEP:
        free = min(STEP, 100 - LEAST_CLEAN - others)
    return max(0, min(FIRST_SHARE, free // STEP * STEP))


def mix_editor() -> Mix:
    """The visitor's own mix: noises, the share that gets each, and how strong."""
    known = {noise.key: noise for noise in all_noises()}
    shares = dict(one.partition(":")[::2] for one in (asked("train", "own") or "").split(","))
    wanted = [key for key in shares if key]
    if wanted:
        st.session_state["train_own"] = [key for key in wanted if key in known][:MOST_NOISES]
        for key in wanted:
            # Older addresses have a name of its own for each share.
            share = _share(shares[key] or st.query_params.pop(f"train_share_{key}", ""))
            if share is not None:
                st.session_state[f"train_share_{key}"] = share
        if unknown := [key for key in wanted if key not in known]:
            names = [noise.name for noise in known.values()]
            show_error(UnknownName(Text(en="noise", ko="노이즈"), ", ".join(unknown), names))
    chosen = multiselect(
        t("train.own_noises"),
        list(known),
        default=["gaussian_noise"],
        format_func=lambda key: known[key].name[language()],
        key="train_own",
        persist_state="session",
        max_selections=MOST_NOISES,
    )
    parts: list[MixPart] = []
    for key in chosen:
        place = f"train_share_{key}"
        if place not in st.session_state:
            st.session_state[place] = first_share(round(100 * sum(part.probability for part in parts)))
        share_place, severity_place = st.columns(2)
        name = known[str(key)].name[language()]
        with share_place:
            share = st.slider(
                t("train.share", noise=name),
                0,
                100,
                step=STEP,
                format="%d %%",
                key=place,
                persist_state="session",
            )
        with severity_place:
            low, high = st.slider(
                t("train.severities"),
                1,
                5,
                (1, 5),
                key=f"train_severity_{key}",
                persist_state="session",
                bind="query-params",
            )
        parts.append(MixPart(str(key), share / 100, low, high))
    return Mix.make(parts)


def own_address() -> str:
    """The visitor's own mix as the address has it: each noise with its share, per cent."""
    return ",".join(
        f"{key}:{st.session_state[f'train_share_{key}']}" for key in st.session_state["train_own"]
    )


def _share(text: str) -> int | None:
    """What an address says of a share, where the slider has it."""
    return int(text) if text.isascii() and text.isdigit() and int(text) in range(0, 101, STEP) else None


def mix_sentence(recipe: Recipe) -> str:
    """What training sees, in one sentence."""
    mix = recipe.mix
    if not mix.noises:
        return t("train.mix_clean")
    pieces = [
        t(
            "train.mix_part_ranges" if part.parameters else "train.mix_part",
            share=rounded(100 * part.probability),
            noise=noise_label(part.noise, language()),
            severities=_range(part),
        )
        for part in mix.parts
        if part.probability > 0
    ]
    rest = int(rounded(100 * (1 - sum(part.probability for part in mix.parts))))
    if rest > 0:
        pieces.append(t("train.mix_rest", share=rest))
    if recipe.drawn == "once":
        way = "train.mix_once"
    else:
        way = "train.mix" if recipe.mix_over_epochs == "same" else "train.mix_easy_to_hard"
    said = t(way, parts=", ".join(pieces))
    return said if rest > 0 else f"{said} :material/warning: {t('train.mix_no_rest')}"


def _range(part: MixPart) -> str:
    """What is drawn for a noise: "1–5", or "sd 0.1–0.3, ..."."""
    if part.parameters:
        ends = {name: dict.fromkeys(f"{end:g}" for end in pair) for name, pair in part.parameters.items()}
        return ", ".join(f"{name} {'–'.join(pair)}" for name, pair in ends.items())
    return f"{part.lowest}–{part.highest}" if part.lowest < part.highest else str(part.lowest)


def samples(data_set: DataSet, mix: Mix, seed: int, augmentation: str = "") -> None:
    """Real pictures of the data set as training sees them.

    Args:
        augmentation: a key of core.training.augmentations; "" for none.
    """
    indices = data_set.indices("train")
    if not len(indices):
        return
    chosen = np.random.default_rng(seed).choice(indices, min(SAMPLES, len(indices)), replace=False)
    if augmentation:
        with st.spinner(t("train.samples_wait")):
            # It takes torch, which the other choices go without.
            from core.training.feeds import shown_pictures

            recipe = Recipe("", "", "", mix=mix, seed=seed, augmentation=cast(Augmentation, augmentation))
            shown = shown_pictures(data_set, recipe, chosen)
    else:
        shown = pictures(data_set, mix, seed, chosen)
    picture(mosaic([[enlarged(one, 96) for one in shown]], ground()), None, t("train.samples_alt"))
