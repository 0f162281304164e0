"""A recipe as a file: shown, copied by a click, downloaded, and taken from one into the form."""

import json
from typing import Any

import streamlit as st

from core.errors import NoiseLensError, NotUnderstood
from core.runs.recipe import Recipe
from core.runs.recipe_file import FORM, as_far_as_here, file_of
from core.store import file_name
from core.words import Text, plain
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error
from pages.parts.services.workspace import workspace
from pages.parts.training.taken_over import take_recipe

LARGEST = 1
"""MB, of a file that can be a recipe."""
_TOLD = "train_file_told"
"""Session: what could not be taken from the file that was chosen last, in words, or why it is none."""


def recipe_box(recipe: Recipe, data_set: str, key: str) -> None:
    """A recipe as `train --recipe` takes it, with the ways to copy and keep it.

    Args:
        data_set: name of its data set.
        key: tells several on a page apart.
    """
    said = json.dumps(file_of(recipe, data_set), indent=2, ensure_ascii=False)
    # No height of its own, as what scrolls by itself is out of a keyboard's reach; no colours, as those of JSON are too pale.
    st.code(said, language=None, wrap_lines=True)
    st.download_button(
        t("train.recipe_download"),
        said + "\n",
        f"recipe-{file_name(data_set)}.json",
        "application/json",
        key=f"{key}_download",
        icon=":material/download:",
        on_click="ignore",
    )


def recipe_file(recipe: Recipe, data_set: str) -> None:
    """What the form would train as a file, and the way from a file into the form; folded away."""
    place = st.expander(
        t("train.recipe"), icon=":material/data_object:", key="train_recipe", on_change="rerun"
    )
    if not place.open:
        return
    with place:
        st.caption(t("train.recipe_words"))
        recipe_box(recipe, data_set, "train_recipe")
        st.file_uploader(
            t("train.recipe_upload"),
            type="json",
            max_upload_size=LARGEST,
            key="train_recipe_file",
            on_change=_take,
            help=t("train.recipe_upload_help"),
        )
        told: NoiseLensError | list[Text] = st.session_state.get(_TOLD, [])
        if isinstance(told, NoiseLensError):
            show_error(told)
        elif told:
            lines = "\n".join(f"- {literal(say(one))}" for one in told)
            st.warning(f"{t('train.recipe_left_out')}\n\n{lines}", icon=":material/warning:")


def _take() -> None:
    """A file was chosen, or let go."""
    st.session_state.pop(_TOLD, None)
    upload = st.session_state.get("train_recipe_file")
    if upload is None:
        return
    try:
        found = as_far_as_here(workspace(), _json(upload.name, upload.getvalue()))
    except NoiseLensError as error:
        st.session_state[_TOLD] = error
        return
    st.session_state[_TOLD] = found.left_out
    take_recipe(plain(upload.name), found.recipe, found.data_set)


def _json(name: str, data: bytes) -> Any:
    """What a file holds.

    Raises:
        NotUnderstood: it is no JSON.
    """
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotUnderstood(value=name, what=Text(en="a recipe", ko="학습 설정"), form=FORM) from error
