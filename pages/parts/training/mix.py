"""What training mixes in: the choice of noises, in words and in real pictures."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import cast

import numpy as np
import streamlit as st

from core.charts.drawing import noise_label
from core.data.dataset import DataSet
from core.errors import NoiseLensError, UnknownName
from core.explanation.views import enlarged, mosaic
from core.noise.catalogue import Noise, Param, Parameter, all_noises, get_noise
from core.noise.mix import Mix, MixPart
from core.runs.presets import PRESETS
from core.runs.recipe import Augmentation, Recipe
from core.training.batches import pictures
from core.words import Text, rounded
from pages.parts.address import asked
from pages.parts.choices import multiselect, segmented_control
from pages.parts.i18n import language, say, t
from pages.parts.messages import show_error
from pages.parts.numbers import percent_format
from pages.parts.parameter_words import BESIDE, parameter_words
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
SEVERITY, VALUES = "severity", "values"
"""How strong a noise of an own mix is: by severities, or with parameters from ranges."""
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


def fill_mix(mix: Mix) -> None:
    """Have the boxes of `mix_editor` show a mix that `fits_boxes`, for the next run of the page."""
    state = st.session_state
    state["train_own"] = [part.noise for part in mix.parts]
    for part in mix.parts:
        state[f"train_share_{part.noise}"] = round(100 * part.probability)
        _fill_strength(part)


def _fill_strength(part: MixPart) -> None:
    """Have the boxes of a noise show how strong it is."""
    state = st.session_state
    state[f"train_by_{part.noise}"] = VALUES if part.parameters else SEVERITY
    if not part.parameters:
        state[f"train_severity_{part.noise}"] = (part.lowest, part.highest)
        return
    state[f"train_values_{part.noise}"] = list(part.parameters)
    for name, (low, high) in part.parameters.items():
        state[_range_key(part.noise, name)] = (float(low), float(high))


def fits_boxes(mix: Mix) -> bool:
    """Whether the boxes of `mix_editor` can say a mix: each noise once, with whole per cents."""
    keys = [part.noise for part in mix.parts]
    return len(set(keys)) == len(keys) <= MOST_NOISES and all(
        round(100 * part.probability) / 100 == part.probability
        and set(part.parameters) <= set(_numbers(part.noise))
        and (not part.parameters or (part.lowest, part.highest) == (1, 5))
        for part in mix.parts
    )


def _numbers(noise: str) -> dict[str, Parameter]:
    """The parameters of a noise that are numbers, by name."""
    return {one.name: one for one in get_noise(noise).parameters if isinstance(one.declared, Param)}


def _range_key(noise: str, name: str) -> str:
    return f"train_range_{noise}_{name}"


def mix_editor(table: str) -> Mix:
    """The visitor's own mix: noises, the share that gets each, and how strong.

    Args:
        table: the severity table.
    """
    known = {noise.key: noise for noise in all_noises()}
    _adopt_own(known)
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
    for key in [str(one) for one in chosen]:
        place = f"train_share_{key}"
        if place not in st.session_state:
            st.session_state[place] = first_share(round(100 * sum(part.probability for part in parts)))
        share = st.slider(
            t("train.share", noise=known[key].name[language()]),
            0,
            100,
            format=percent_format(),
            key=place,
            persist_state="session",
        )
        by = segmented_control(
            t("train.by"),
            [SEVERITY, VALUES],
            default=SEVERITY,
            required=True,
            format_func=lambda one: t(f"train.by_{one}"),
            key=f"train_by_{key}",
            persist_state="session",
            label_visibility="collapsed",
            disabled=not _numbers(key),
        )
        if by == VALUES and _numbers(key):
            parts.append(MixPart(key, share / 100, parameters=_ranges(known[key], table)))
        else:
            low, high = st.slider(
                t("train.severities"),
                1,
                5,
                (1, 5),
                key=f"train_severity_{key}",
                persist_state="session",
            )
            parts.append(MixPart(key, share / 100, low, high))
    if parts:
        _clean_share(parts)
    return Mix.make(parts)


def _ranges(noise: Noise, table: str) -> dict[str, tuple[float, float]]:
    """The ranges from which a noise's parameters are drawn: first from what severity 1 has to what 5 has."""
    numbers = _numbers(noise.key)
    weak, strong = (noise.at_severity(severity, table) for severity in (1, 5))
    names = multiselect(
        t("train.values"),
        list(numbers),
        default=[name for name in numbers if weak[name] != strong[name]] or list(numbers)[:1],
        format_func=lambda name: parameter_words(numbers[name].declared),
        key=f"train_values_{noise.key}",
        persist_state="session",
        help=t("train.values_help"),
    )
    if not names:
        st.caption(f":material/info: {t('train.values_none')}")
    found = {}
    for name in names:
        declared = numbers[name].declared
        assert isinstance(declared, Param)
        first = sorted((float(weak[name]), float(strong[name])))
        low, high = st.slider(
            t("train.range", parameter=parameter_words(declared)),
            float(declared.lowest),
            float(declared.highest),
            (first[0], first[1]),
            float(declared.step),
            format=f"%g{BESIDE.get(declared.unit, '')}",
            key=_range_key(noise.key, name),
            persist_state="session",
        )
        found[name] = (low, high)
    return found


def _clean_share(parts: Sequence[MixPart]) -> None:
    """The share of clean pictures: what the noises leave; moved itself, it has them share the rest as before."""
    keys = [part.noise for part in parts]
    st.session_state["train_clean"] = max(
        0, 100 - sum(st.session_state[f"train_share_{key}"] for key in keys)
    )
    st.slider(
        t("train.clean"),
        0,
        100,
        format=percent_format(),
        key="train_clean",
        on_change=_share_the_rest,
        args=(keys,),
        help=t("train.clean_help"),
    )


def _share_the_rest(keys: Sequence[str]) -> None:
    state = st.session_state
    shares = [state[f"train_share_{key}"] for key in keys]
    rest, whole = 100 - state["train_clean"], sum(shares)
    given = [rest * share // whole if whole else rest // len(keys) for share in shares]
    given[0] += rest - sum(given)  # whole per cents
    for key, share in zip(keys, given, strict=True):
        state[f"train_share_{key}"] = share


def _adopt_own(known: Mapping[str, Noise]) -> None:
    """Take what the address says of an own mix into its boxes: "fog:30:2-4,gaussian_noise:20:sd=0.1..0.3~colour=0"."""
    said = {
        key: more for key, _, more in (one.partition(":") for one in (asked("train", "own") or "").split(","))
    }
    wanted = [key for key in said if key]
    if not wanted:
        return
    state = st.session_state
    state["train_own"] = [key for key in wanted if key in known][:MOST_NOISES]
    for key in state["train_own"]:
        text, _, drawn = said[key].partition(":")
        # Older addresses have names of their own for share and severities.
        share = _share(text or st.query_params.pop(f"train_share_{key}", ""))
        if share is not None:
            state[f"train_share_{key}"] = share
        drawn = drawn or "-".join(re.findall(r"\d", st.query_params.pop(f"train_severity_{key}", "")))
        with suppress(NoiseLensError):
            (part,) = Mix.from_texts([f"{key}:0:{drawn.replace('~', ',') or '1-5'}"]).parts
            if set(part.parameters) <= set(_numbers(key)):
                _fill_strength(part)
    if unknown := [key for key in wanted if key not in known]:
        names = [noise.name for noise in known.values()]
        show_error(UnknownName(Text(en="noise", ko="노이즈"), ", ".join(unknown), names))


def own_address(mix: Mix) -> str:
    """The visitor's own mix as the address has it: each noise with its share, per cent, and what is drawn for it."""
    return ",".join(
        f"{part.noise}:{round(100 * part.probability)}"
        + ("" if part.range_text == "1-5" else f":{part.range_text.replace(',', '~')}")
        for part in mix.parts
    )


def _share(text: str) -> int | None:
    """What an address says of a share, where the slider has it."""
    return int(text) if text.isascii() and text.isdigit() and int(text) in range(101) else None


def mix_sentence(recipe: Recipe) -> str:
    """What training sees, in one sentence."""
    mix = recipe.mix
    changed = (
        say(PRESETS[recipe.augmentation].name) if recipe.augmentation in PRESETS else recipe.augmentation
    )
    if not mix.noises:
        return t("train.mix_augmented", name=changed) if changed else t("train.mix_clean")
    alike: dict[tuple[float, str], list[MixPart]] = {}
    for part in mix.parts:
        if part.probability > 0:
            # Ranges of parameters mean another thing for each noise.
            apart = part.noise if part.parameters else ""
            alike.setdefault((part.probability, _range(part) + apart), []).append(part)
    pieces = [_said(parts) for parts in alike.values()]
    rest = int(rounded(100 * (1 - sum(part.probability for part in mix.parts))))
    if rest > 0:
        pieces.append(t("train.mix_rest", share=rest))
    if recipe.drawn == "once":
        way = "train.mix_once"
    else:
        way = "train.mix" if recipe.mix_over_epochs == "same" else "train.mix_easy_to_hard"
    said = t(way, parts=", ".join(pieces))
    if changed:
        said = f"{said} {t('train.mix_then', name=changed)}"
    return said if rest > 0 else f"{said} :material/warning: {t('train.mix_no_rest')}"


def _said(parts: Sequence[MixPart]) -> str:
    """Noises of which as many pictures each get one, equally strong."""
    noises = [noise_label(part.noise, language()) for part in parts]
    if len(parts) > 1:
        said = "train.mix_parts"
    else:
        said = "train.mix_part_ranges" if parts[0].parameters else "train.mix_part"
    return t(
        said,
        share=rounded(100 * sum(part.probability for part in parts)),
        noise=", ".join(f"**{noise}**" for noise in noises) if len(parts) > 1 else noises[0],
        severities=_range(parts[0]),
    )


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
