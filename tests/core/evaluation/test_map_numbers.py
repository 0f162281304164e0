"""What maps come to: known answers on maps made by hand, and the command on a stored test."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from core.cli import main
from core.data.dataset import DataSet
from core.evaluation.dropped_maps import drop_maps
from core.evaluation.joined import joined_evaluations
from core.evaluation.map_checks import occlusion_of, sanity_of
from core.evaluation.map_numbers import (
    Drift,
    area_of,
    beside_chance,
    drift_of,
    effective_areas,
    how_far,
    in_mask_of,
    rank_correlations,
)
from core.evaluation.map_use import DRAWN, Use, read_use
from core.evaluation.map_ways import told, under_noise, ways_of
from core.evaluation.predictions import encode_maps
from core.evaluation.stored_answers import write_groups
from core.files import write_json
from core.networks.network import Network, Preprocessing
from core.progress import silent
from core.runs.editing import save_summary
from core.runs.entering import NewRun, create_runs
from core.runs.recipe import Recipe
from core.runs.runs import Run, RunArm, Summary, open_run
from core.runs.studies import create_study
from core.store import Workspace
from core.words import plain
from models.registry import models
from tests.core.brought.tiny_runs import CPU, network_of, run_of
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.parts.explain.shown import rewritten


@pytest.fixture
def run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    return run_of(workspace, tiny_data_set)


def test_rank_correlation_is_spearman_s_and_a_flat_map_has_none() -> None:
    generator = np.random.default_rng(0)
    a, b = generator.normal(size=(2, 6, 4, 5)).astype(np.float32)
    b[1], b[2], b[3] = a[1], -a[2], 0
    a[4].flat[:7] = 0  # ties
    found = rank_correlations(a, b)
    assert found[1:3] == pytest.approx([1, -1])
    assert np.isnan(found[3])
    for place in (0, 4, 5):
        assert found[place] == pytest.approx(spearmanr(a[place].ravel(), b[place].ravel()).statistic)


def test_the_effective_area_is_the_share_of_places_that_count_alike() -> None:
    maps = np.zeros((4, 4, 4), np.float32)
    maps[0] = 3
    maps[1, 0, 0] = 2
    maps[2, :2] = 1
    maps[2, 2:] = -5  # what speaks against it is no part of it
    found = effective_areas(maps)
    assert found[:3] == pytest.approx([1, 1 / 16, 1 / 2])
    assert np.isnan(found[3])


def test_drift_is_none_where_maps_stay_and_stands_beside_what_unrelated_pictures_give(
    workspace: Workspace, tiny_data_set: DataSet, run: Run
) -> None:
    # The stored maps of a picture are the same at severity 1 of both noises, others at severity 3; clean is as severity 0.
    stored_evaluation(workspace, tiny_data_set, run, ["fog"], [0, 3], lambda truth, _noise, level: truth)
    (test,) = joined_evaluations(workspace, run)
    same, moved = (drift_of(test, [("fog", level)]) for level in (0, 3))
    pictures = len(tiny_data_set.indices("test"))
    assert (same.spearman, same.overlap, same.n) == (pytest.approx(1), pytest.approx(1), pictures)
    assert same.kept == pytest.approx(1)
    assert np.isnan(same.changed)
    for unrelated in (same.spearman_chance, moved.spearman, moved.spearman_chance):
        assert abs(unrelated) < 0.2
    assert abs(moved.overlap - moved.chance) < 0.1
    assert moved.low < moved.spearman < moved.high
    both = drift_of(test, [("fog", 0), ("fog", 3)])
    assert both.n == 2 * pictures
    assert both.high - both.low == pytest.approx((moved.high - moved.low) / 2), (
        "a picture counts once, however often asked"
    )
    area = area_of(test)
    assert area.low < area.mean < area.high
    assert area.n == pictures
    images = tiny_data_set.indices("test")
    write_groups(test.parts[0].folder, images, np.zeros(images.max() + 1, np.int64))
    assert area_of(test)[1:3] == (0, 1), "of one video nothing is known of others"


def test_where_no_place_speaks_for_any_answer_there_is_no_area_and_no_interval_of_one(
    workspace: Workspace, tiny_data_set: DataSet, run: Run
) -> None:
    stored_evaluation(workspace, tiny_data_set, run, ["fog"], [1], lambda truth, *_: truth)
    (nothing,) = encode_maps(-np.ones((1, 7, 7)))
    rewritten(run, lambda table: table.assign(map=nothing))
    (test,) = joined_evaluations(workspace, run)
    found = area_of(test)
    assert found.n == 0
    assert np.isnan(found[:3]).all()


def test_drift_of_the_true_class_leaves_out_what_older_tests_did_not_keep(
    workspace: Workspace, tiny_data_set: DataSet, run: Run
) -> None:
    def answer(truth: int, noise: str, _: int) -> int:
        return truth if noise == "clean" or truth == 0 else 0

    stored_evaluation(workspace, tiny_data_set, run, ["fog"], [3], answer)
    (test,) = joined_evaluations(workspace, run)
    of_answer, of_truth = drift_of(test, [("fog", 3)]), drift_of(test, [("fog", 3)], "truth")
    assert of_truth == pytest.approx(of_answer), "read right, the clean answer is the true class"
    stored_evaluation(workspace, tiny_data_set, run, ["fog"], [3], lambda truth, *_: 0)
    test = joined_evaluations(workspace, run)[0]
    known = int((tiny_data_set.labels[tiny_data_set.indices("test")] == 0).sum())
    found = drift_of(test, [("fog", 3)], "truth")
    assert 0 < found.n == known < len(tiny_data_set.indices("test")), (
        "of the others no map of the true class is there"
    )
    assert not np.isnan(found.spearman)
    stored_evaluation(workspace, tiny_data_set, run, ["fog"], [3], lambda truth, *_: 1 - truth)
    nothing = drift_of(joined_evaluations(workspace, run)[0], [("fog", 3)], "truth")
    assert nothing.n == 0
    assert np.isnan(nothing.spearman)


@pytest.mark.parametrize(
    ("value", "chance", "said", "far"),
    [
        (0.10, 0.33, "less", "unrelated"),
        (0.35, 0.33, "as", "unrelated"),
        (0.45, 0.33, "partly", "partly"),
        (0.70, 0.33, "much", "little"),
        (0.99, 0.97, "as", "unrelated"),
    ],
)
def test_a_likeness_is_told_beside_that_of_unrelated_pictures(
    value: float, chance: float, said: str, far: str
) -> None:
    assert beside_chance(value, chance) == said
    drift = Drift(value, chance, 0.5, 0.3, 10, value, value, value, value)
    assert how_far(drift) == far


def test_the_peak_in_the_mask_is_counted_for_pictures_that_were_read_right(
    workspace: Workspace, tiny_data_set: DataSet, run: Run
) -> None:
    stored_evaluation(workspace, tiny_data_set, run, ["fog"], [1], lambda truth, _noise, _level: 0)
    (test,) = joined_evaluations(workspace, run)
    assert in_mask_of(test, tiny_data_set) is None
    for inside in (1, 0):
        masks = np.full((80, 32, 32), inside, np.uint8)
        masks[:, 0, 0] = 1
        np.save(tiny_data_set.folder.masks, masks)
        del tiny_data_set.__dict__["masks"]
        found = in_mask_of(test, tiny_data_set)
        assert found is not None
        assert found.n == np.count_nonzero(tiny_data_set.labels[tiny_data_set.indices("test")] == 0)
        assert (found.share, found.chance) == ((1, 1) if inside else (pytest.approx(0, abs=0.2), 1 / 32**2))


class Halves(torch.nn.Module):
    """Reads "left" where the left half is brighter, which is right everywhere; the opposite where one place is of one colour."""

    def __init__(self) -> None:
        super().__init__()
        self.unused = torch.nn.Parameter(torch.zeros(1))

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        left, right = batch[..., :16].mean((1, 2, 3)), batch[..., 16:].mean((1, 2, 3))
        place = batch[:, :, 8:16, 8:16]
        hidden = (place.amax((1, 2, 3)) - place.amin((1, 2, 3))) < 0.01
        sign = 1 - 2 * hidden.float()
        return torch.stack([sign * (left - right), sign * (right - left)], 1)


def test_occlusion_says_the_mean_accuracy_and_that_with_the_place_hidden_that_costs_most(
    tiny_data_set: DataSet,
) -> None:
    network = network_of(tiny_data_set, 32, Preprocessing((0.5,) * 3, (0.5,) * 3))
    halves = Network(network.spec, Halves().eval(), tiny_data_set.classes, 32, 32, network.preprocessing)
    indices = tiny_data_set.indices("test")
    found = occlusion_of(halves, tiny_data_set, indices, silent)
    assert (found.clean, found.worst, found.n) == (1, 0, len(indices))
    assert found.mean == pytest.approx(15 / 16)


def test_maps_of_a_network_without_what_it_learned_are_told_from_its_own(tiny_data_set: DataSet) -> None:
    network = network_of(tiny_data_set, 32, Preprocessing.of(models()["small_cnn"]))
    state = torch.random.get_rng_state()
    # Its weights are drawn from seed 0: compared with where it began maps are the same, so that is not what a run is compared with.
    same = sanity_of(network, tiny_data_set, tiny_data_set.indices("test"), seed=0)
    other = sanity_of(network, tiny_data_set, tiny_data_set.indices("test"))
    assert same.randomised == pytest.approx(1)
    assert abs(other.randomised) < 0.7
    assert torch.equal(state, torch.random.get_rng_state()), "chance elsewhere was changed"
    assert network.device == CPU


def test_the_command_says_all_of_it_and_why_it_cannot(
    workspace: Workspace, tiny_data_set: DataSet, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["maps", run.id]) == 2
    assert "not been tested" in capsys.readouterr().err
    stored_evaluation(workspace, tiny_data_set, run, ["fog"], [1, 3], lambda truth, _noise, _level: truth)
    assert main(["maps", run.id, "--noise", "fog", "--severity", "3", "--json"]) == 0
    out, err = capsys.readouterr()
    said = json.loads(out)
    assert set(said) == {"run", "drift", "drift_true", "area", "occlusion", "in_mask", "sanity"}
    (test,) = joined_evaluations(workspace, run)
    for key, of in (("drift", "clean"), ("drift_true", "truth")):
        numbers = drift_of(test, [("fog", 3)], of)  # type: ignore[arg-type]
        assert said[key]["fog"]["spearman"] == numbers.spearman
        assert said[key]["fog"]["changed"] is None
    assert "changed (fog): no answer was changed" in err
    assert said["in_mask"] is None
    assert "there are no masks" in err
    kept = read_use(run, test, tiny_data_set)
    assert kept is not None
    assert said["area"] == {"mean": kept.area, "low": kept.area_low, "high": kept.area_high, "n": kept.area_n}
    assert said["occlusion"]["worst"] == kept.hidden_worst
    assert said["sanity"] == {"randomised": kept.randomised, "n": kept.randomised_n}
    # What is kept is told, not reckoned again.
    write_json(run.folder.uses, replace(kept, hidden_worst=0.125).to_json())
    assert main(["maps", run.id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["occlusion"]["worst"] == 0.125
    assert main(["maps", run.id, "--noise", "pixelate"]) == 2
    assert main(["maps", run.id, "--severity", "5"]) == 2
    capsys.readouterr()
    assert main(["maps", run.id, "--study"]) == 2
    assert "of no study" in capsys.readouterr().err
    run.folder.uses.unlink()
    run.folder.checkpoint.unlink()
    assert main(["maps", run.id, "--json"]) == 0, "what the rows tell is told without the network"
    out, err = capsys.readouterr()
    without = json.loads(out)
    assert (without["occlusion"], without["sanity"]) == (None, None)
    assert without["area"] == said["area"]
    assert "occlusion, sanity: " in err
    drop_maps(workspace, run)
    assert main(["maps", run.id]) == 2
    assert "dropped" in capsys.readouterr().err


def test_the_command_says_of_a_study_what_its_page_says(
    workspace: Workspace, tiny_data_set: DataSet, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the words of core.evaluation.map_ways, of what is kept of its runs."""
    study = create_study(workspace, "look")
    recipe = Recipe(tiny_data_set.id, tiny_data_set.card.fingerprint, model="small_cnn")
    wanted = [
        NewRun(f"{key} {seed}", replace(recipe, seed=seed), arm=RunArm(key, plain(key)))
        for key in ("Clean", "Erasing")
        for seed in (0, 1)
    ]
    weights = run_of(workspace, tiny_data_set).folder.checkpoint.read_bytes()
    runs = create_runs(workspace, wanted, study)
    known = []
    for run in runs:
        run.folder.checkpoint.write_bytes(weights)
        save_summary(workspace, run.id, Summary(data_set="tiny", classes=tiny_data_set.classes, size=32))
        stored_evaluation(workspace, tiny_data_set, run, ["fog"], [3], lambda truth, *_: truth)
        (test,) = joined_evaluations(workspace, run)
        wide = 0.2 if run.arm == RunArm("Clean", plain("Clean")) else 0.6
        area = wide + 0.01 * run.recipe.seed
        use = Use(
            test=test.key,
            data_fingerprint=tiny_data_set.card.fingerprint,
            area=area,
            area_low=area - 0.01,
            area_high=area + 0.01,
            hidden_n=10,
            drawn=DRAWN,
        )
        write_json(run.folder.uses, use.to_json())
        known.append((open_run(workspace, run.id), test, use))
    assert main(["maps", runs[2].id, "--study", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["study"]
    noisy = under_noise([(run, test) for run, test, _ in known])
    ways = ways_of([(run, use, right) for (run, _, use), right in zip(known, noisy, strict=True)])
    assert said["said"] == [dict(sentence) for sentence in told(ways)]
    assert [one["label"]["en"] for one in said["ways"]] == ["Clean", "Erasing"]
    assert said["ways"][1]["area"]["values"] == pytest.approx([0.6, 0.61])
    assert said["ways"][1]["area"]["apart"]["sure"]
    assert said["ways"][1]["peak"] is None
    assert main(["maps", runs[0].id, "--study"]) == 0
    assert told(ways)[0]["en"] in capsys.readouterr().out
