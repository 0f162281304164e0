"""The form filled with what a run was trained with. What the form has no box for goes along, and is said there."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.data.dataset import DataSet, list_data_sets
from core.evaluation.options import ALL, C_BAR, checked_noises
from core.noise.mix import Mix
from core.runs.presets import PRESETS
from core.runs.recipe import CHOICES, LIMITS, RANDOM, Recipe
from core.runs.runs import Run
from core.training.job import Follow
from core.words import Text, plain
from pages.parts.i18n import literal, say, t
from pages.parts.services.workspace import workspace
from pages.parts.test_cells import CHOSEN, EVERY, HELD_OUT, STANDARD
from pages.parts.training.fields import fill_fields
from pages.parts.training.mix import MIXES, fill_mix, fits_boxes
from pages.parts.training.model_choice import start_choices, take_start
from pages.parts.training.preset_choice import preset_of
from pages.parts.training.start_choice import imagenet_key, proposed_place

AS_IT_WAS = "taken"
"""The choice of noises that stands for a mix which the page's own boxes cannot say."""
_TAKEN = "train_taken"
_NEW = "train_taken_now"
"""Session: set by the click before this run."""


@dataclass(frozen=True)
class Taken:
    """The run, or the file, that the form was filled from."""

    name: Text
    recipe: Recipe
    file: bool = False
    """It came from a file."""

    @property
    def preset(self) -> str | None:
        """The preset that the boxes say it by."""
        return preset_of(self.recipe)

    @property
    def mix(self) -> Mix | None:
        """The mix, where the boxes of a visitor's own cannot say it."""
        mix = self.recipe.mix
        if self.preset is not None:
            return None
        return None if ready_made(mix) is not None or fits_boxes(mix) else mix

    @property
    def rest(self) -> dict[str, Any]:
        """What the form has no box for, by the names of a recipe: a start from a run that is gone, and random weights
        of which most do not learn."""
        found = {} if _start_in_boxes(self.recipe) else {"start": self.recipe.start}
        if self.recipe.trains != "all" and (found or self.recipe.start == RANDOM):
            found["trains"] = self.recipe.trains
        return found


def _start_in_boxes(recipe: Recipe) -> bool:
    """Whether the form's boxes can say what it starts from: a run that is gone they cannot."""
    return recipe.started_from is None or recipe.started_from in start_choices(recipe.model)


def taken() -> Taken | None:
    """What the form was filled from last, until that is dropped."""
    found: Taken | None = st.session_state.get(_TAKEN)
    return found


def is_new() -> bool:
    """Whether the click before this run has filled the form; true once."""
    return bool(st.session_state.pop(_NEW, False))


def ready_made(mix: Mix) -> str | None:
    """The key of MIXES that is this mix."""
    return next((key for key, parts in MIXES.items() if Mix.from_texts(parts) == mix), None)


def take_over(run: Run, follow: Follow | None, tested: bool) -> None:
    """Fill the form with what a run was trained with, for the next run of the page; for `on_click`.

    Args:
        follow: what it was to be tested under.
        tested: `follow` says so; else what the form says of a test stays.
    """
    state, recipe = st.session_state, run.recipe
    data_set = next((one for one in list_data_sets(workspace()) if one.id == recipe.data_set_id), None)
    _fill(Taken(run.label, recipe), data_set)
    if tested:
        state["train_evaluate"] = follow is not None
    if follow is not None:
        sets = {STANDARD: None, EVERY: ALL, HELD_OUT: C_BAR}
        table = "imagenet_c" if data_set is None else data_set.table
        same = (
            key
            for key, asked in sets.items()
            if checked_noises(asked, recipe.mix, table) == checked_noises(follow.noises, recipe.mix, table)
        )
        state["train_test_kind"] = kind = next(same, CHOSEN)
        state["train_test_severities"] = follow.severities
        if kind == CHOSEN:
            state["train_test_noises"] = follow.noises


def take_recipe(name: Text, recipe: Recipe, data_set: DataSet | None) -> None:
    """Fill the form with a recipe that came from a file, for the next run of the page; for `on_change`.

    Args:
        name: of the file.
        data_set: None: that of the form stays.
    """
    chosen = next(
        (one for one in list_data_sets(workspace()) if one.id == st.session_state.get("train_data")), None
    )
    _fill(Taken(name, recipe, file=True), data_set or chosen)


def _fill(found: Taken, data_set: DataSet | None) -> None:
    state, recipe = st.session_state, found.recipe
    state[_TAKEN], state[_NEW] = found, True
    state["train_what"] = "one"
    if data_set is not None:
        state["train_data"] = data_set.id
        state[imagenet_key(data_set, recipe.model)] = recipe.pretrained
    for key in ("train_model", "train_trains", "train_epochs"):
        state.pop(proposed_place(key), None)  # what is filled in stays, whatever is proposed
    state["train_model"], state["train_trains"] = recipe.model, recipe.trains
    if found.preset is not None:
        name, _, chosen = found.preset.partition(":")
        state["train_noise"], state["train_preset"] = "preset", name
        if chosen:
            state[f"train_preset_{PRESETS[name].choice}"] = chosen
    else:
        state["train_noise"] = AS_IT_WAS if found.mix else ready_made(recipe.mix) or "own"
    if state["train_noise"] == "own":
        fill_mix(recipe.mix)
    st.query_params.pop(
        "train_epochs", None
    )  # a longer slider is another one, and would take what the address has
    state["train_epochs"] = recipe.epochs
    take_start(recipe.model, recipe.started_from)
    fill_fields(recipe, recipe.start if _start_in_boxes(recipe) else RANDOM)
    state["train_name"] = ""  # its own is taken


def say_taken() -> None:
    """What goes along beside what the boxes show, and the way to leave it out."""
    found = taken()
    if found is None or not (found.rest or found.mix):
        return
    words = {name: what for name, (what, *_) in (LIMITS | CHOICES).items()}
    said = [
        f"{say(words.get(name, plain(name)))}: {literal(str(value))}" for name, value in found.rest.items()
    ]
    if said:
        st.caption(
            f":material/content_copy: {t('train.taken_rest', name=literal(say(found.name)))} {' · '.join(said)}"
        )
    st.button(
        t("train.taken_drop"),
        key="train_taken_drop",
        icon=":material/close:",
        type="tertiary",
        on_click=_leave_out,
    )


def _leave_out() -> None:
    st.session_state.pop(_TAKEN, None)
    if st.session_state.get("train_noise") == AS_IT_WAS:
        st.session_state.pop("train_noise")
