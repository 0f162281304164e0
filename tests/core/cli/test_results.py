"""What `results` prints: the same numbers as everywhere, with every key that a program relies on."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.data.dataset import DataSet
from core.evaluation import shifts
from core.evaluation.stored_answers import write_groups
from core.noise.mix import Mix
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.mode import Mode
from core.runs.recipe import Recipe
from core.runs.runs import Run, Summary
from core.statistics import wilson
from core.store import Workspace
from tests.core.evaluation.conftest import stored_evaluation

NOISES = ["gaussian_noise", "fog", "speckle_noise"]


@pytest.fixture
def two_runs(workspace: Workspace, tiny_data_set: DataSet) -> list[Run]:
    """Trained clean, right clean alone; and on noise, right under all but severity 5 of fog, its epoch chosen under noise."""
    runs = []
    for name, mix in (("plain", Mix()), ("held", Mix.from_texts(["fog:1:1-5"]))):
        recipe = Recipe(tiny_data_set.id, tiny_data_set.card.fingerprint, "small_cnn", mix)
        run = create_run(workspace, name, recipe)
        chosen = "clean_and_noisy" if mix.noises else "clean"
        save_summary(workspace, run.id, Summary(data_set="tiny", chosen_by=chosen, chosen_epoch=3, epochs=5))  # type: ignore[arg-type]

        def answer(truth: int, noise: str, severity: int, holds: bool = bool(mix.noises)) -> int:
            fails = severity == 5 if holds else severity > 0
            return 0 if fails and noise != "speckle_noise" else truth

        stored_evaluation(workspace, tiny_data_set, run, NOISES, [1, 3, 5], answer)
        runs.append(run)
    return runs


def test_results_tell_cells_summaries_and_pairs_of_runs_in_the_order_given(
    two_runs: list[Run], told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shifts, "PICTURES", 2)
    first, second = two_runs
    found = told("results", "plain", second.id, "--classes", "--json")
    assert [one["run"] for one in found["runs"]] == [first.id, second.id]
    assert found["in_means"] == ["gaussian_noise", "fog"], "what chose an epoch is in no mean"
    assert found["severities"] == [1, 3, 5]
    plain, held = found["runs"]
    cell = next(one for one in held["cells"] if (one["noise"], one["severity"]) == ("fog", 5))
    n = cell["images"]
    assert (cell["right"], cell["accuracy"]) == (n // 2, 0.5)
    assert (cell["low"], cell["high"]) == pytest.approx(wilson(n // 2, n))
    assert {"auc", "eer", "ece", "aurc", "drop", "flips", "commonest"} <= set(cell)
    assert cell["commonest"] == 1.0, "one class swallows the rest"
    assert cell["tpr"] is None, "nothing was fixed on validation pictures, and null is no NaN"
    assert cell["classes"]["right"] | {"low": 0, "high": 0} == {
        "images": n // 2,
        "right": 0,
        "accuracy": 0.0,
        "low": 0,
        "high": 0,
        "answers": 0,
        "share": 0.0,
    }
    marked = {one["noise"] for one in held["cells"] if one["chose_checkpoint"]}
    assert marked == {"speckle_noise"}
    assert held["checkpoint"] | {"noises": []} == {
        "kept": "best",
        "averaged": False,
        "chosen_by": "clean_and_noisy",
        "epoch": 3,
        "noises": [],
    }
    assert plain["checkpoint"]["noises"] == []
    assert plain["summary"]["clean"] == 1.0
    assert plain["summary"]["mean"] == pytest.approx(0.5)
    assert held["summary"]["mean"] == pytest.approx((1 + 1 + 0.5) / 3)
    assert (plain["summary"]["mce"], plain["summary"]["mce_baseline"]) == (1.0, first.id)
    assert held["summary"]["mce"] == pytest.approx(1 / 3)
    assert held["ce"]["fog"]["ce"] == pytest.approx(1 / 3)
    assert 3 < held["falls"]["fog"]["severity"] < 5
    assert held["distance"]["fog"] == {"value": 0.0, "kind": "seen"}
    kinds = {noise: one["kind"] for noise, one in plain["distance"].items()}
    assert plain["summary"]["far_noises"] == [one for one in found["in_means"] if kinds.get(one) == "far"]
    pairs = {one["noise"]: one for one in found["pairs"]}
    assert list(pairs) == ["clean", *NOISES]
    fog = pairs["fog"]
    assert (fog["a"], fog["b"], fog["n"]) == (first.id, second.id, n)
    assert fog["difference"] == pytest.approx(1 / 3)
    assert (fog["repaired"], fog["broken"]) == (n, 0)
    assert fog["low"] < fog["difference"] < fog["high"]
    assert pairs["clean"]["p_holm"] is None
    assert fog["p_holm"] == pytest.approx(3 * fog["p"])
    alone = told("results", "held", "--json")
    assert alone["runs"][0]["summary"]["mce"] is None
    assert "baseline" in alone["runs"][0]["summary"]["mce_why"]
    against = told("results", "held", "--baseline", "plain", "--json")
    assert against["runs"][0]["summary"]["mce"] == pytest.approx(1 / 3)


def test_results_count_groups_where_these_are_asked_for_and_name_one_test_where_that_is(
    two_runs: list[Run],
    workspace: Workspace,
    tiny_data_set: DataSet,
    told,
    refused,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, _ = two_runs
    images = tiny_data_set.indices("test")
    one = stored_evaluation(workspace, tiny_data_set, first, ["fog"], [2], lambda truth, *_: truth, images=99)
    # Pictures 2 k and 2 k + 1, of one class each: four pictures of a class are a video.
    groups = np.zeros(images.max() + 1, np.int64)
    for place, image in enumerate(images):
        groups[image] = 10 * int(tiny_data_set.labels[image]) + place // 4
    write_groups(one.folder, images, groups)
    number = len(set(groups[images].tolist()))
    (run,) = told("results", "plain", "--evaluation", one.id, "--json")["runs"]
    assert (run["evaluation"], run["images"], run["groups"]) == (one.id, len(images), number)
    fog = run["cells"][1]
    assert (fog["noise"], fog["images"]) == ("fog", len(images))
    assert (fog["low"], fog["high"]) == pytest.approx(wilson(number, number)), (
        "videos are so many answers, not pictures"
    )
    found = told("results", "plain", "--evaluation", one.id, "--level", "group", "--json")
    assert found["runs"][0]["cells"][1]["images"] == number
    (few,) = found["findings"]
    assert (few["key"], few["sure"], few["runs"]) == ("few", "observed", [first.id])
    assert f"in {number} groups" in few["basis"]
    apart = told("results", "plain", "held", "--evaluation", one.id, "--json")
    assert (apart["pairs"], len(apart["unpaired"])) == ([], 1), "they saw different pictures"
    assert "different pictures" in apart["unpaired"][0]["why"]
    assert "no test" in refused("results", "held", "--evaluation", one.id)
    untested = create_run(workspace, "untested", first.recipe)
    assert "has not been tested" in refused("results", untested.name)
    assert "between 0 and 1" in refused("results", "plain", "--limit", "80")
    capsys.readouterr()
    assert main(["results", "plain", "held"]) == 0
    out = capsys.readouterr().out
    assert "plain -> held" in out
    assert "from severity" in out
    assert "No mean: no noise was tested for all of them." in out
    assert json.dumps(None) not in out
    assert "nan" not in out.lower()


def test_the_home_of_these_tests_is_their_own(home: Path, workspace: Workspace) -> None:
    assert workspace.root == home


def test_results_of_a_run_of_which_only_a_quick_look_was_taken_are_told_and_it_is_said_so(
    workspace: Workspace, tiny_data_set: DataSet, told, capsys: pytest.CaptureFixture[str]
) -> None:
    run = create_run(
        workspace, "quick", Recipe(tiny_data_set.id, tiny_data_set.card.fingerprint, "small_cnn")
    )
    mode = Mode(part=4).to_json()
    stored_evaluation(workspace, tiny_data_set, run, ["fog"], [3], lambda truth, *_: truth, mode=mode)
    assert main(["results", "quick"]) == 0
    assert "quick: quick look at 4 pictures" in capsys.readouterr().err
    whole = stored_evaluation(workspace, tiny_data_set, run, ["rain"], [3], lambda truth, *_: truth)
    (found,) = told("results", "quick", "--json")["runs"]
    assert {one["noise"] for one in found["cells"]} == {"clean", "rain"}, f"{whole.id} is of all pictures"
