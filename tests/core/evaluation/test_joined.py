"""Evaluations of one run on the same pictures are one, whose every cell is the newest."""

from typing import Any

import pytest

from core.data.dataset import DataSet
from core.evaluation.joined import (
    evaluations_by_run,
    joined_evaluations,
    latest_joined,
    pictures_key,
    read_joined,
    whole_grid,
)
from core.evaluation.metrics import cell_table
from core.noise.catalogue import CLEAN
from core.runs.entering import create_run
from core.runs.evaluations import Evaluation
from core.runs.mode import Mode
from core.runs.recipe import Recipe
from core.runs.runs import Run
from core.store import Workspace
from tests.core.evaluation.conftest import stored_evaluation


@pytest.fixture
def run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    recipe = Recipe(tiny_data_set.id, tiny_data_set.card.fingerprint, "small_cnn")
    return create_run(workspace, "tiny", recipe)


@pytest.fixture
def first(workspace: Workspace, tiny_data_set: DataSet, run: Run) -> Evaluation:
    """Gaussian noise and fog at 1 and 3, all right; made at second 1, by a version without fingerprints."""
    return stored_evaluation(
        workspace, tiny_data_set, run, ["gaussian_noise", "fog"], [1, 3], lambda truth, *_: truth, created=1.0
    )


def second(workspace: Workspace, data_set: DataSet, run: Run, **facts: Any) -> Evaluation:
    """Rain and fog at 3 alone, all read as the first class, which half of the pictures are."""
    return stored_evaluation(
        workspace, data_set, run, ["rain", "fog"], [3], lambda *_: 0, **{"created": 2.0} | facts
    )


def test_a_smaller_test_takes_nothing_from_the_whole_one(
    workspace: Workspace, tiny_data_set: DataSet, run: Run, first: Evaluation
) -> None:
    newer = second(workspace, tiny_data_set, run, data_fingerprint=tiny_data_set.card.fingerprint)
    (both,) = joined_evaluations(workspace, run)
    assert both.cells == (
        ("gaussian_noise", 1),
        ("gaussian_noise", 3),
        ("fog", 1),
        ("fog", 3),
        ("rain", 3),
    )
    assert (both.id, both.created) == (first.id, newer.created)
    assert both.noises == ("gaussian_noise", "fog", "rain")
    assert (both.severities, both.severities_of("rain")) == ((1, 3), (3,))
    cells = cell_table(read_joined(both)).set_index(["noise", "severity"])["accuracy"]
    assert cells.to_dict() == {
        ("clean", 0): 0.5,
        ("gaussian_noise", 1): 1.0,
        ("gaussian_noise", 3): 1.0,
        ("fog", 1): 1.0,
        ("fog", 3): 0.5,
        ("rain", 3): 0.5,
    }


def test_a_few_cells_and_columns_are_read_alone(
    workspace: Workspace, tiny_data_set: DataSet, run: Run, first: Evaluation
) -> None:
    second(workspace, tiny_data_set, run)
    (both,) = joined_evaluations(workspace, run)
    rows = read_joined(both, ["image", "noise", "severity"], [(CLEAN, 0), ("fog", 1), ("rain", 3)])
    assert list(rows.columns) == ["image", "noise", "severity"]
    assert rows.groupby(["noise", "severity"]).size().to_dict() == {
        ("clean", 0): both.images,
        ("fog", 1): both.images,
        ("rain", 3): both.images,
    }
    nothing = read_joined(both, ["image", "noise"], [("snow", 1)])
    assert (len(nothing), list(nothing.columns)) == (0, ["image", "noise"])


def test_only_tests_as_trained_on_the_whole_test_split_are_joined(
    workspace: Workspace, tiny_data_set: DataSet, run: Run, first: Evaluation
) -> None:
    modes: list[dict[str, Any]] = [{"part": 4}, {"adapt": "bn"}, {"resave": 95}, {"of_a_later_version": True}]
    others = [{"split": "validation"}, *({"mode": mode} for mode in modes)]
    made = {second(workspace, tiny_data_set, run, **other).id for other in others}
    assert [one.id for one in joined_evaluations(workspace, run)] == [first.id]
    every = evaluations_by_run(workspace, [run], every=True)[run.id]
    assert every[0].id == first.id
    assert {one.id for one in every[1:]} == made


@pytest.mark.parametrize(
    "other",
    [
        {"data_fingerprint": "other"},
        {"images": 3},
        {"draws": 1},
        {"seed": 1},
        {"table": "other"},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_tests_on_other_pictures_keep_apart(
    workspace: Workspace, tiny_data_set: DataSet, run: Run, first: Evaluation, other: dict[str, Any]
) -> None:
    newer = second(workspace, tiny_data_set, run, **other)
    apart = joined_evaluations(workspace, run)
    assert [one.id for one in apart] == [newer.id, first.id]
    assert pictures_key(run, apart[0]) != pictures_key(run, apart[1])
    found = latest_joined(workspace, run)
    assert found is not None
    assert found.cells == (("rain", 3), ("fog", 3))


def test_tests_with_other_weights_keep_apart_though_the_pictures_are_the_same(
    workspace: Workspace, tiny_data_set: DataSet, run: Run, first: Evaluation
) -> None:
    second(workspace, tiny_data_set, run, weights_fingerprint="a", created=2.0)
    newest = second(workspace, tiny_data_set, run, weights_fingerprint="b", created=3.0)
    by_run = evaluations_by_run(workspace, [run])
    assert [len(one.parts) for one in by_run[run.id]] == [1, 2], (
        "the oldest does not say: it goes with the first"
    )
    assert by_run[run.id][0].id == newest.id
    assert len({pictures_key(run, one) for one in by_run[run.id]}) == 1


FOG_SNOW = [("fog", 1), ("fog", 3), ("snow", 1), ("snow", 3)]


@pytest.mark.parametrize(
    ("cells", "grid"),
    [
        ([], []),
        ([("clean", 0)], []),
        ([*FOG_SNOW, ("rain", 3)], FOG_SNOW),
        ([("rain", 3), ("fog", 1), ("fog", 3)], [("rain", 3), ("fog", 3)]),
        ([*FOG_SNOW, ("snow", 5)], FOG_SNOW),
    ],
)
def test_a_mean_is_taken_over_severities_that_the_noises_share_whatever_else_was_tested(
    cells: list[tuple[str, int]], grid: list[tuple[str, int]]
) -> None:
    assert list(whole_grid(cells)) == grid


def test_quick_looks_are_given_where_pictures_are_shown_one_by_one_and_other_modes_are_not(
    workspace: Workspace, tiny_data_set: DataSet, run: Run, first: Evaluation
) -> None:
    quick = second(workspace, tiny_data_set, run, mode=Mode(part=2).to_json())
    second(workspace, tiny_data_set, run, mode=Mode(resave=95).to_json())
    second(workspace, tiny_data_set, run, mode=Mode(part=2, adapt="bn").to_json())
    whole = [one.id for one in evaluations_by_run(workspace, [run])[run.id]]
    assert whole == [first.id]
    shown = evaluations_by_run(workspace, [run], quick=True)[run.id]
    assert [one.id for one in shown] == [first.id, quick.id]
    assert len(evaluations_by_run(workspace, [run], every=True)[run.id]) == 4
