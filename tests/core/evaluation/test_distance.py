"""How far tested noises are from training."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.data.dataset import DataSet
from core.evaluation import shifts as shifts_module
from core.evaluation.distance import (
    NEAR,
    Distance,
    distance,
    distances,
    reference,
    shifts_file,
    trained_samples,
    twin_of,
)
from core.noise.mix import Mix, MixPart
from core.progress import silent
from core.runs.editing import save_origin
from core.runs.entering import NewRun, create_runs
from core.runs.origins import Origin
from core.runs.runs import Run, open_run
from core.store import Workspace
from core.training.distances_job import again, lasts, run_job, submit_distances, takes
from core.training.unseen import measured_distances, with_one_draw
from tests.core.brought.tiny_runs import run_of

NOISY = Mix((MixPart("gaussian_noise", 0.5), MixPart("fog", 0.2, 2, 2)))


def another(workspace: Workspace, run: Run, name: str, **recipe: Any) -> Run:
    """A run of the same data set and model with the same weights, trained otherwise."""
    (made,) = create_runs(workspace, [NewRun(name, replace(run.recipe, **recipe))])
    made.folder.checkpoint.write_bytes(run.folder.checkpoint.read_bytes())
    return open_run(workspace, made.id)


def test_the_nearest_thing_that_training_did_counts_at_each_severity_and_near_is_relative() -> None:
    trained = np.array([[0, 0], [3, 0], [0, 8]], np.float32)
    moved = np.array([[3, 1], [0, 10]], np.float32)
    found = distance(moved, trained, 2.0)
    assert found.value == pytest.approx((1 + 2) / 2 / 2)
    assert found.kind == "near"
    alone = distance(moved, trained[:1], 2.0)
    assert alone == (pytest.approx((10**0.5 + 10) / 2 / 2), "far")
    own = np.array([[10, 0]], np.float32)
    for share, kind in ((NEAR - 0.01, "near"), (NEAR + 0.01, "far")):
        assert distance(own, np.array([[0, 0], [10 - 10 * share, 0]], np.float32), 1.0).kind == kind


def test_noises_are_seen_near_or_far_and_another_one_is_measured_alone(
    workspace: Workspace, tiny_data_set: DataSet, calls_of: Callable[..., Any]
) -> None:
    clean = run_of(workspace, tiny_data_set)
    noisy = another(workspace, clean, "noisy", mix=NOISY)
    assert [twin and twin.id for twin in (twin_of(workspace, noisy), twin_of(workspace, clean))] == [
        clean.id
    ] * 2
    assert distances(workspace, noisy, tiny_data_set, ["fog", "pca"]) == {"fog": Distance(0.0, "seen")}
    made = calls_of((shifts_module, "apply_stack_batch"))
    asked = ["gaussian_noise", "speckle_noise", "rotation"]
    found = measured_distances(workspace, noisy, asked, silent)
    assert list(found) == asked
    assert made.total() == 5 + 1 + 2 * 3
    assert found["gaussian_noise"] == Distance(0.0, "seen")
    assert 0 < found["speckle_noise"].value < found["rotation"].value
    assert (found["speckle_noise"].kind, found["rotation"].kind) == ("near", "far")
    # What was measured serves every run with the same twin, Gaussian noise of the mix as a tested one, too; a clean run is as
    # far from a noise as that moves pictures.
    both = measured_distances(workspace, clean, [*asked, "contrast"], silent)
    assert made.total() == 12 + 3
    assert {one.kind for one in both.values()} == {"far"}
    assert both["speckle_noise"].value > found["speckle_noise"].value
    assert distances(workspace, noisy, tiny_data_set, asked) == found
    file = shifts_file(workspace, reference(workspace, noisy, tiny_data_set))
    file.write_bytes(file.read_bytes()[:100])
    assert measured_distances(workspace, noisy, asked, silent) == found


def test_a_job_measures_what_is_missing_and_says_before_how_long_that_takes(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run = run_of(workspace, tiny_data_set)
    time = takes(workspace, run, tiny_data_set, ["fog"])
    assert time is not None
    assert 0 < time.low < time.high
    job = submit_distances(workspace, run, ["fog"])
    assert lasts(workspace, job) == time
    assert run_job(workspace, job, silent) == {"run_id": run.id, "noises": 1}
    assert set(distances(workspace, run, tiny_data_set, ["fog"])) == {"fog"}
    assert takes(workspace, run, tiny_data_set, ["fog"]) is None
    onward = again(workspace, job)
    assert onward is not None
    assert onward().payload["noises"] == ["fog"]


def test_what_a_run_began_with_and_ranges_of_parameters_count_as_training(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    clean = run_of(workspace, tiny_data_set)
    first = another(workspace, clean, "first", mix=NOISY)
    ranges = Mix((MixPart("contrast", 1.0, parameters={"factor": (0.2, 0.6)}),))
    second = another(workspace, clean, "second", mix=ranges, start=first.id)
    kinds = distances(workspace, second, tiny_data_set, ["fog", "contrast"])
    assert kinds == dict.fromkeys(["fog", "contrast"], Distance(0.0, "seen"))
    layers = [one.layer for one in trained_samples([second], tiny_data_set.table)]
    assert [layer.params["factor"] for layer in layers if layer] == pytest.approx([0.2, 0.3, 0.4, 0.5, 0.6])
    brought = another(workspace, clean, "brought", mix=NOISY)
    save_origin(workspace, brought, Origin())
    assert measured_distances(workspace, open_run(workspace, brought.id), ["fog"], silent) == {}


@pytest.mark.parametrize("key", ["augmix", "prime", "apr", "pixmix", "cutmix"])
def test_an_augmentation_is_measured_by_draws_that_are_put_on_all_pictures(
    tiny_data_set: DataSet, key: str
) -> None:
    images = np.array(tiny_data_set.images[:4])
    same = np.repeat(images[:1], 4, axis=0)
    first = with_one_draw(tiny_data_set, images, key, 2)
    assert first.shape == images.shape
    np.testing.assert_array_equal(first, with_one_draw(tiny_data_set, images, key, 2))
    draws = [with_one_draw(tiny_data_set, images, key, number) for number in range(6)]
    assert any((one != images).any() for one in draws)
    if key != "cutmix":
        changed = with_one_draw(tiny_data_set, same, key, 2)
        assert (changed == changed[:1]).all()
