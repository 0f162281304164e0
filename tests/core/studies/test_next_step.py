"""What to do next: what hurts most, what training on it brought before, and the study that finds out."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.data.dataset import DataSet
from core.evaluation.arms import evaluated_run
from core.evaluation.comparison import Comparison, compare
from core.evaluation.joined import joined_evaluations
from core.evaluation.stored_answers import joined_answers
from core.noise.catalogue import all_noises
from core.noise.mix import Mix
from core.noise.overlap import cluster_of
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.runs.runs import Run, Summary, list_runs, open_run
from core.store import Workspace
from core.studies.gains import FROM_RECIPES, Share, earlier_gains, kind_of
from core.studies.next_step import MOST_TESTED, _tested, next_step
from tests.core.evaluation.conftest import stored_evaluation

NOISES = ("fog", "snow", "gaussian_noise", "pca")
Answer = Callable[[int, str, int], int]


def after_test(
    workspace: Workspace, data_set: DataSet, name: str, mix: list[str], answer: Answer, **recipe: object
) -> Run:
    wanted = Recipe(
        data_set.id, data_set.card.fingerprint, model="small_cnn", mix=Mix.from_texts(mix), **recipe
    )  # type: ignore[arg-type]
    run = create_run(workspace, name, wanted)
    run.folder.checkpoint.write_bytes(b"not read")
    save_summary(workspace, run.id, Summary(data_set="tiny", classes=data_set.classes, size=32, epochs=8))
    stored_evaluation(workspace, data_set, run, NOISES, (1, 5), answer)
    return open_run(workspace, run.id)


def falls(*noises: str) -> Answer:
    """Under these noises everything is called the first class."""
    return lambda truth, noise, _level: 0 if noise in noises else truth


def compared(workspace: Workspace, runs: list[Run]) -> Comparison:
    tests = [joined_evaluations(workspace, run)[0] for run in runs]
    return compare(
        [evaluated_run(run, test, joined_answers(test)) for run, test in zip(runs, tests, strict=True)]
    )


def test_noises_are_trained_on_alike_or_others_by_what_runs_say_of_them() -> None:
    assert cluster_of("fog") == cluster_of("snow") != cluster_of("pca")
    assert [kind_of(noise, ["fog"]) for noise in ("fog", "snow", "gaussian_noise")] == [
        "trained",
        "alike",
        "other",
    ]


def test_what_training_on_noise_won_back_is_told_from_earlier_runs(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    assert earlier_gains(workspace) == {}
    after_test(workspace, tiny_data_set, "clean", [], falls("fog", "snow", "gaussian_noise"))
    assert earlier_gains(workspace) == {}, "there is nothing that was trained on noise"
    after_test(workspace, tiny_data_set, "foggy", ["fog:0.5:1-5"], falls("gaussian_noise"))
    assert earlier_gains(workspace) == {
        "trained": Share(1.0, 1.0, 1.0, 1),
        "alike": Share(1.0, 1.0, 1.0, 1),
        "other": Share(0.0, 0.0, 0.0, 1),
    }
    after_test(
        workspace, tiny_data_set, "worse", ["fog:0.5:1-5"], falls("fog", "snow", "gaussian_noise"), seed=1
    )
    assert earlier_gains(workspace)["trained"] == Share(0.5, 0.25, 0.75, 2)


def test_the_best_run_is_to_be_trained_on_one_of_each_kind_that_hurts_it_and_the_guess_says_from_what(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run = after_test(workspace, tiny_data_set, "clean", [], falls("fog", "snow", "gaussian_noise"))
    step = next_step(compared(workspace, [run]), [run], {}, [True])
    assert step is not None
    assert {*step.adds} == {"fog", "gaussian_noise"}, "snow goes with fog"
    assert step.with_them == ("snow",)
    # Three of four noises cost 50 points each, and either is trained on or goes with one that is.
    assert step.points == pytest.approx(tuple(3 * 50 * share / 4 for share in FROM_RECIPES))
    assert "it may win about 12 to 21 points" in step.sentence["en"]
    assert "nothing like it has been trained here yet" in step.basis["en"]
    many = replace(step, with_them=("snow", "frost", "rain", "haze", "smoke", "night"))
    assert "(and with them to Snow, Frost, Rain, Haze and 2 more)" in many.sentence["en"], "not all by name"
    known = {
        "trained": Share(0.5, 0.4, 0.6, 3),
        "alike": Share(0.2, 0.1, 0.2, 3),
        "other": Share(0, -0.1, 0.1, 3),
    }
    told = next_step(compared(workspace, [run]), [run], known, [True])  # type: ignore[arg-type]
    assert told is not None
    assert told.points == pytest.approx((50 * (0.4 + 0.1 + 0.4) / 4, 50 * (0.6 + 0.2 + 0.6) / 4))
    assert "3 earlier noise-trained runs" in told.basis["en"]
    assert next_step(compared(workspace, [run]), [run], {}, [False]) is None, "its pictures are gone"
    stands = after_test(workspace, tiny_data_set, "stands", ["fog:0.5:1-5"], falls())
    assert next_step(compared(workspace, [run, stands]), [run, stands], {}, [True] * 2) is None, (
        "the best loses nothing"
    )


def test_of_a_catalogue_of_noises_the_study_is_tested_under_those_that_tell_most() -> None:
    every = [one.key for one in all_noises()]
    tested = _tested(every, ["snow", "smoke", *every])
    assert len(tested) == MOST_TESTED < len(every)
    assert {"snow", "smoke"} < {*tested}
    assert _tested(["snow", "rain"], ["rain", "fog", "snow"]) == ("snow", "rain"), "few are all of them"


def test_the_study_trains_the_recipe_as_before_and_with_the_noises_from_the_same_seeds(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run = after_test(workspace, tiny_data_set, "clean", [], falls("fog"), epochs=3, batch_size=16, flips=True)
    step = next_step(compared(workspace, [run]), [run], {}, [True])
    assert step is not None
    new = step.study(workspace, tiny_data_set, 2)
    assert (step.tested, step.severities) == (NOISES, (1, 5))
    assert "4 noises at severity 1, 5." in step.test["en"]
    under = {"noises": list(NOISES), "severities": [1, 5]}
    assert [one.evaluate for one in new.trainings] == [under] * 4, "what it argues from"
    recipes = [one.recipe for one in new.trainings]
    assert [(one.arm.key, one.recipe.seed) for one in new.trainings if one.arm] == [
        ("as_before", 0),
        ("more", 0),
        ("as_before", 1),
        ("more", 1),
    ]
    assert recipes[0] == replace(run.recipe, kept={})
    assert recipes[1] == replace(recipes[0], mix=Mix.from_texts(["fog:0.5:1-5"]))
    before = len(list_runs(workspace))
    new.submit(workspace)
    assert len(list_runs(workspace)) == before + 4


def test_the_share_that_recipes_won_back_is_that_of_the_benchmark() -> None:
    file = Path(__file__).parents[3] / "benchmarks" / "results" / "recipes.json"
    rows = {(row["data"], row["recipe"]): row for row in json.loads(file.read_text("utf-8"))["rows"]}
    shares = []
    for data in ("faces", "objects32"):
        clean, noisy = rows[data, "clean"], rows[data, "gaussian"]
        shares.append((noisy["unseen"] - clean["unseen"]) / (clean["clean"] - clean["unseen"]))
    assert sorted(shares) == pytest.approx(FROM_RECIPES, abs=0.005)
