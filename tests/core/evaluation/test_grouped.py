from dataclasses import replace

import numpy as np
import pytest

from core.data.dataset import DataSet
from core.evaluation.answers import Answers
from core.evaluation.arms import evaluated_run
from core.evaluation.comparison import Comparison, compare, difference, seed_spread, told_apart
from core.evaluation.grouped import Seeds, grouped
from core.evaluation.headline import headline
from core.evaluation.joined import joined_evaluations
from core.evaluation.stored_answers import joined_answers
from core.evaluation.tables import numbers
from core.noise.catalogue import CLEAN
from core.noise.mix import Mix
from core.runs.entering import create_run
from core.runs.groups import GROUP, groups_of
from core.runs.origins import Origin
from core.runs.recipe import Recipe
from core.runs.runs import Run, RunArm
from core.store import Workspace
from core.words import plain
from tests.core.evaluation.conftest import stored_evaluation


@pytest.fixture
def seeds(workspace: Workspace, tiny_data_set: DataSet) -> list[Run]:
    """Three seeds of a clean recipe and two of another."""
    recipe = Recipe(tiny_data_set.id, "", "small_cnn", epochs=3)
    other = replace(recipe, mix=Mix.from_texts(["fog:0.5:1-5"]))
    runs = []
    for number, one in enumerate([recipe, other, recipe, other, recipe]):
        name = f"study: {'fog' if one is other else 'clean'} (seed {number})"
        runs.append(create_run(workspace, name, replace(one, seed=number)))
    return runs


def test_runs_are_of_one_group_where_they_differ_in_their_seed_alone(seeds: list[Run]) -> None:
    newest_first = seeds[::-1]
    clean, fog = groups_of(newest_first)
    assert [run.recipe.seed for run in clean.runs] == [0, 2, 4]
    assert [run.recipe.seed for run in fog.runs] == [1, 3]
    assert clean.key == f"{GROUP}{seeds[0].id}"
    assert clean.label == plain("study: clean")
    again = replace(seeds[0], recipe=replace(seeds[0].recipe, preset="clean", device="cuda"))
    assert len(groups_of([again, *newest_first[:-1]])) == 2, "neither decides what is trained"
    for change in (
        {"epochs": 4},
        {"model": "resnet18"},
        {"data_set_fingerprint": "x"},
        {"start": "imagenet"},
    ):
        apart = replace(seeds[0], id="new", recipe=replace(seeds[0].recipe, **change))
        assert len(groups_of([apart, *newest_first])) == 3, change
    repeats = [replace(run, id=f"{run.id} again", created=run.created + 100) for run in (seeds[2], seeds[0])]
    made_again, *first = groups_of([*repeats, *newest_first])
    assert [run.id for run in made_again.runs] == [f"{seeds[0].id} again", f"{seeds[2].id} again"]
    assert [len(group.runs) for group in first] == [3, 2], "a seed that comes twice is no further seed"
    brought = [replace(run, origin=Origin()) for run in newest_first]
    assert len(groups_of(brought)) == len(brought), "how they were trained is not known"
    arms = [replace(run, arm=RunArm("a", plain("A"))) for run in seeds[:1]]
    assert groups_of(arms)[0].arm_label == plain("A")


def of_seeds(workspace: Workspace, data_set: DataSet, runs: list[Run]) -> Comparison:
    """Under noise the first is always right, the others on half."""
    for place, run in enumerate(runs):

        def answer(truth: int, noise: str, severity: int, first: bool = place == 0) -> int:
            return truth if first or noise == CLEAN else 0

        stored_evaluation(workspace, data_set, run, ["fog", "snow"], [1], answer)
    found = [(run, joined_evaluations(workspace, run)[0]) for run in runs]
    return compare([evaluated_run(run, test, joined_answers(test)) for run, test in found])


def test_an_arm_of_several_seeds_is_their_mean_and_no_surer_than_one_of_them(
    workspace: Workspace, tiny_data_set: DataSet, seeds: list[Run]
) -> None:
    single = of_seeds(workspace, tiny_data_set, seeds)
    clean = Seeds("c", plain("clean"), tuple(run.id for run in seeds[::2]))
    fog = Seeds("f", plain("fog"), tuple(run.id for run in seeds[1::2]))
    alone = Seeds(seeds[1].id, plain("one"), (seeds[1].id,))
    both = grouped(single, [clean, fog, alone])
    first, _, third = both.arms
    own = [arm for arm in single.arms if arm.id in clean.runs]
    assert first.rate("snow") == pytest.approx(np.mean([1, 0.5, 0.5]))
    assert first.under().mean == pytest.approx(100 * first.rate("snow"))
    assert first.clean == pytest.approx(np.mean([arm.clean for arm in own]))
    widths = [arm.rate("snow", "high") - arm.rate("snow", "low") for arm in own]
    assert first.rate("snow", "high") - first.rate("snow", "low") == pytest.approx(np.mean(widths))
    assert [arm.id for arm in first.seeds] == list(clean.runs)
    assert first.facts["seed"] == "0 2 4"
    assert first.facts["model"] == "small_cnn"
    assert not third.seeds
    assert third.by_picture.equals(next(arm for arm in single.arms if arm.id == seeds[1].id).by_picture)
    assert len(numbers(both)) == 9


def test_groups_are_told_apart_only_where_the_seeds_do_not_explain_it(
    workspace: Workspace, tiny_data_set: DataSet, seeds: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("headline", "details", "phrases"):
        monkeypatch.setattr(f"core.evaluation.{module}.FEWEST", 2, raising=False)
    single = of_seeds(workspace, tiny_data_set, seeds)
    both = grouped(
        single,
        [
            Seeds("c", plain("clean"), tuple(run.id for run in seeds[::2])),
            Seeds("f", plain("fog"), tuple(run.id for run in seeds[1::2])),
        ],
    )
    first, second = both.arms
    found = difference(first, second)
    assert found.mean == pytest.approx(100 * (2 / 3 - 0.5))
    assert found.told, "other pictures would not change it"
    assert seed_spread(first, second) == pytest.approx(np.std([100, 50, 50], ddof=1))
    assert not told_apart(first, second), "the seed would"
    assert "no difference can be told" in headline(both)["en"]
    assert seed_spread(first, single.arms[1]) == 0, "one seed says nothing of it"


def test_the_pictures_of_some_classes_can_be_looked_at_alone(
    workspace: Workspace, tiny_data_set: DataSet, seeds: list[Run]
) -> None:
    of_seeds(workspace, tiny_data_set, seeds[1:2])
    (test,) = joined_evaluations(workspace, seeds[1])
    answers = joined_answers(test)
    wrong = replace(answers, right=answers.right & (answers.truth == 0))
    for number, accuracy in ((0, 1.0), (1, 0.0)):
        one: Answers = wrong.of_classes([number])
        assert set(one.truth.tolist()) == {number}
        assert set(one.cells["accuracy"]) == {accuracy}
        assert one.cells["images"].tolist() == [8, 8, 8]
        assert one.cells["auc"].isna().all(), "what is of all classes is not said of one"
        run = replace(evaluated_run(seeds[1], test, wrong), id="a")
        (arm,) = compare([run], classes=[number]).arms
        assert (arm.images, arm.clean) == (8, accuracy)
        assert compare([run], classes=[number], only=["snow"]).noises == ("snow",)
