"""A recipe as a file that works in another workspace, too: its data set by name and fingerprint. No torch."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from core.data.dataset import DataSet, list_data_sets, open_data_set
from core.errors import DataDiffers, NoiseLensError, NoSuchData, NotUnderstood, UnknownName
from core.noise.mix import Mix, MixPart
from core.runs.proposals import DRAWN_MODEL, proposed_model
from core.runs.recipe import CHOICES, LIMITS, RANDOM, Recipe, get_model, usual
from core.runs.runs import open_run
from core.store import Workspace
from core.words import Text, fill_text

NAME = "data_set_name"
_RECIPE = Text(en="a recipe", ko="학습 설정")
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
    for error in _unknown(said):
        raise error
    values = {name: value for name, value in said.items() if name != NAME}
    recipe = Recipe.read(usual(values) | values)
    recipe.check()
    data_set = open_data_set(workspace, data) if data is not None else _data_set(workspace, said)
    here = replace(recipe, data_set_id=data_set.id, data_set_fingerprint=data_set.card.fingerprint)
    return here, data_set


@dataclass(frozen=True)
class Fitting:
    """What of a file's recipe can be taken here."""

    recipe: Recipe
    """Each of its fields is one that can be run; what excludes each other, `Recipe.check` says."""
    data_set: DataSet | None
    """None: there is none with its pictures, nor of its name."""
    left_out: list[Text]
    """What cannot be taken, and why."""


def as_far_as_here(workspace: Workspace, said: Any) -> Fitting:
    """The recipe that a file holds, without what cannot be had or understood here: that is as usual.

    Raises:
        NotUnderstood: it is no recipe at all.
    """
    left_out = [error.said for error in _unknown(said)]
    if not said.get("model"):
        raise NotUnderstood(value=str(said)[:100], what=_RECIPE, form=FORM)
    data_set: DataSet | None = None
    try:
        data_set = _data_set(workspace, said)
    except DataDiffers:
        data_set = next(one for one in list_data_sets(workspace) if one.name == said[NAME])
        left_out += [other] if (other := differs(said, data_set)) else []
    except NoSuchData:
        if name := str(said.get(NAME, "")):
            left_out.append(fill_text(_NO_PICTURES, name=name))
    values = {name: value for name, value in said.items() if name != NAME}
    recipe = Recipe.read(usual(values) | values)
    for name in [one.name for one in fields(Recipe) if one.name in recipe.kept]:
        if name == "mix" and _all_read(said["mix"], recipe.mix):
            continue  # a part that leaves out what is usual
        left_out.append(recipe.not_understood(name).said)
    parts: list[MixPart] = []
    for part in recipe.mix.parts:
        try:
            parts += Mix.make([part]).parts
        except NoiseLensError as error:
            left_out.append(error.said)
    try:
        mix = Mix.make(parts)
    except NoiseLensError as error:  # more than all pictures
        mix = Mix()
        left_out.append(error.said)
    recipe = replace(
        recipe,
        mix=mix,
        kept={},
        data_set_id="" if data_set is None else data_set.id,
        data_set_fingerprint="" if data_set is None else data_set.card.fingerprint,
    )
    try:
        get_model(recipe.model)
    except NoiseLensError as error:
        left_out.append(error.said)
        model = DRAWN_MODEL if data_set is None else proposed_model(data_set)
        recipe = replace(recipe, model=model, start=RANDOM, trains="all")
    if recipe.started_from is not None:
        try:
            recipe = replace(recipe, start=open_run(workspace, recipe.started_from).id)
        except UnknownName:
            left_out.append(_NO_RUN)
            recipe = replace(recipe, start=RANDOM, trains="all")
    usual_ones = Recipe.read(usual({"start": recipe.start, "optimiser": recipe.optimiser}))
    if "learning_rate" not in said:
        recipe = replace(recipe, learning_rate=usual_ones.learning_rate)
    for name in LIMITS | CHOICES:
        if (fault := recipe.fault(name)) is not None:
            left_out.append(fault.said)
            recipe = replace(recipe, **{name: getattr(usual_ones, name)})
    return Fitting(recipe, data_set, left_out)


def _all_read(said: Any, mix: Mix) -> bool:
    """Whether each part of a file's mix has been understood."""
    if not isinstance(said, list) or len(said) != len(mix.parts):
        return False
    return all(
        isinstance(part, dict) and {**one.to_json(), **part} == one.to_json()
        for part, one in zip(said, mix.parts, strict=True)
    )


_NO_PICTURES = Text(
    en='There is no data set here with the pictures of "{name}", which the recipe was made for: another one is taken.',
    ko='이 학습 설정을 만든 "{name}"의 사진이 이 작업 폴더에 없어서 다른 데이터 세트를 씁니다.',
)
_NO_RUN = Text(
    en="The run whose weights it starts from is not here: it starts from scratch.",
    ko="이 학습 설정이 시작점으로 쓰는 모델이 여기에 없어서 처음부터 학습합니다.",
)


def _unknown(said: Any) -> list[UnknownName]:
    """Of the keys of a file those that no recipe has.

    Raises:
        NotUnderstood: it is no recipe.
    """
    if not isinstance(said, Mapping):
        raise NotUnderstood(value=str(said)[:100], what=_RECIPE, form=FORM)
    known = [one.name for one in fields(Recipe) if one.name not in ("kept", "data_set_id")]
    what = Text(en="field of a recipe", ko="학습 설정 항목")
    return [
        UnknownName(what, str(name), [NAME, *known])
        for name in said
        if name not in (NAME, "pretrained", *known)
    ]


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
