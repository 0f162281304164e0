"""A ready-made way to train: which one, what to expect of it, what it costs and where it comes from."""

from typing import Any

import streamlit as st

from core.errors import UserMistake
from core.runs.presets import PRESETS, Preset, choices, with_preset
from core.runs.recipe import Recipe
from core.words import Text, plain
from pages.parts.address import adopt, keep
from pages.parts.choices import selectbox
from pages.parts.i18n import literal, say, t

FIRST = "augmix"
"""What is chosen before anybody chooses."""
REFERENCE = "clean"
"""Has a choice of its own on the form."""
DECIDED = ("mix", "augmentation", "objective", "drawn", "mix_over_epochs", "preset")
"""Fields of a recipe that a preset decides."""


def preset_choice() -> dict[str, Any]:
    """The fields of a recipe that the chosen preset decides; shows what is to be known of it."""
    ready = {key: preset for key, preset in PRESETS.items() if key != REFERENCE}
    adopt(
        "train", "preset", "train_preset", Text(en="preset", ko="프리셋"), {key: plain(key) for key in ready}
    )
    key = str(
        selectbox(
            t("train.preset"),
            list(ready),
            index=list(ready).index(FIRST),
            format_func=lambda one: say(ready[one].name),
            key="train_preset",
            persist_state="session",
            help=t("train.preset_help"),
        )
    )
    preset = ready[key]
    chosen = _choice(preset)
    st.markdown(say(preset.sentence))
    facts = "train.preset_facts_same" if preset.time == 1 else "train.preset_facts"
    st.caption(t(facts, times=f"{preset.time:g}", source=literal(say(preset.source))))
    keep("train", preset=key, preset_of=chosen)
    found = with_preset({}, key if chosen is None else f"{key}:{chosen}")
    return {name: found[name] for name in DECIDED}


def _choice(preset: Preset) -> str | None:
    """The noise or family that a preset leaves open; None where it leaves nothing open."""
    known = choices(preset)
    if not known:
        return None
    place = f"train_preset_{preset.choice}"
    kinds = {"noise": Text(en="noise", ko="노이즈"), "family": Text(en="family of noises", ko="노이즈 종류")}
    adopt("train", "preset_of", place, kinds[preset.choice], known)
    return str(
        selectbox(
            t(f"train.preset_{preset.choice}"),
            list(known),
            format_func=lambda one: say(known[one]),
            key=place,
            persist_state="session",
        )
    )


def preset_of(recipe: Recipe) -> str | None:
    """The preset that a recipe was made from, as `core.runs.presets.get_preset` takes it, where it still says what that
    does; None for the reference, which has a choice of its own on the form."""
    if recipe.preset in ("", REFERENCE):
        return None
    try:
        found = with_preset({}, recipe.preset)
    except UserMistake:  # of another version
        return None
    return recipe.preset if all(found[name] == getattr(recipe, name) for name in DECIDED) else None
