"""A recipe as a file that works in another workspace, too: its data set by name and fingerprint. No torch."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from core.data.dataset import DataSet, list_data_sets, open_data_set
from core.errors import DataDiffers, NoSuchData, NotUnderstood, UnknownName
from core.runs.recipe import Recipe, usual
from core.store import Workspace
from core.words import Text, fill_text

NAME = "data_set_name"
FORM = '{"data_set_name": "faces", "model": "small_cnn", "epochs": 8}'


def file_of(recipe: Recipe, data_set: str) -> dict[str, Any]:
    """What the file says.

    Args:
        data_set: its name, which stands in the place of an id that other workspaces do not know.
    """
    said = recipe.to_json()
    del said["data_set_id"]
    return {NAME: data_set, **said}


def from_file(workspace: Workspace, said: Any, data: str | None = None) -> tuple[Recipe, DataSet]:
    """The recipe that a file holds, checked, for a data set of this workspace.

    Args:
        said: the file's JSON value. What it leaves out is as usual.
        data: name or id of the data set to take, whatever the file says of its pictures; None for the file's: the one
            with its fingerprint, else, where it says none, the one of its name.

    Raises:
        NotUnderstood: it is no recipe. UnknownName: a key of it, or a name that it says, is not known.
        NoSuchData: the data set is not here. DataDiffers: it is, with other pictures.
        UserMistake: as Recipe.check.
    """
    if not isinstance(said, Mapping):
        raise NotUnderstood(value=str(said)[:100], what=Text(en="a recipe", ko="학습 설정"), form=FORM)
    known = [one.name for one in fields(Recipe) if one.name not in ("kept", "data_set_id")]
    for name in said:
        if name not in (NAME, "pretrained", *known):
            raise UnknownName(Text(en="field of a recipe", ko="학습 설정 항목"), str(name), [NAME, *known])
    values = {name: value for name, value in said.items() if name != NAME}
    recipe = Recipe.read(usual(values) | values)
    recipe.check()
    data_set = open_data_set(workspace, data) if data is not None else _data_set(workspace, said)
    here = replace(recipe, data_set_id=data_set.id, data_set_fingerprint=data_set.card.fingerprint)
    return here, data_set


def _data_set(workspace: Workspace, said: Mapping[str, Any]) -> DataSet:
    name, fingerprint = str(said.get(NAME, "")), said.get("data_set_fingerprint", "")
    here = list_data_sets(workspace)
    named = [one for one in here if one.name == name]
    # Of several with the same pictures, the one of that name.
    found = [one for one in [*named, *here] if fingerprint and one.card.fingerprint == fingerprint]
    if found:
        return found[0]
    if named and fingerprint:
        raise DataDiffers(name=name)
    if named:
        return named[0]
    raise NoSuchData(name=name or fingerprint)


def differs(said: Mapping[str, Any], data_set: DataSet) -> Text | None:
    """That a data set has not the pictures that a file's recipe was made for; None where it has, or the file does not say."""
    fingerprint = said.get("data_set_fingerprint", "")
    if not fingerprint or fingerprint == data_set.card.fingerprint:
        return None
    return fill_text(DataDiffers.other, name=str(said.get(NAME, "")), here=data_set.name)
