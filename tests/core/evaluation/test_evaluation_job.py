"""An evaluation from a trained run to its predictions table."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from core.data.dataset import DataSet, delete_data_set
from core.errors import (
    Cancelled,
    DataSetDeleted,
    DiskFull,
    NoCardForNoise,
    NotTrained,
    OutOfRange,
    UnknownName,
)
from core.evaluation import evaluate
from core.evaluation.evaluate import evaluate_runs
from core.evaluation.fixed import fixed_on, read_fixed
from core.evaluation.job import run_job, submit_evaluation
from core.evaluation.joined import joined_evaluations
from core.evaluation.metrics import cell_table
from core.evaluation.options import How, checked_noises
from core.evaluation.predictions import decode_map, encode_maps, noisy_picture, noisy_pictures
from core.evaluation.stored_answers import stored_cells
from core.evaluation.validation import fixed_of_groups, validated
from core.explanation.methods.grad_cam import GRAD_CAM
from core.jobs.queue import list_jobs
from core.networks.loading import load_run_network
from core.noise.catalogue import CHOOSERS, ORIGINAL, all_noises, c_bar_noises
from core.noise.mix import Mix, MixPart
from core.progress import silent
from core.runs.entering import create_run
from core.runs.evaluations import (
    Evaluation,
    list_evaluations,
    open_evaluation,
    read_predictions,
    register_evaluation,
)
from core.runs.mode import Mode
from core.runs.recipe import Recipe
from core.runs.runs import Run, data_set_of, open_run
from core.store import Workspace
from core.tables import RunRow
from core.training.job import run_job as run_training
from core.training.job import submit_training
from core.words import Text, plain

FullDisk = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    recipe = Recipe.make(
        data_set_id=tiny_data_set.id,
        data_set_fingerprint=tiny_data_set.card.fingerprint,
        model="small_cnn",
        epochs=3,
        batch_size=8,
        device="cpu",
    )
    made, job = submit_training(workspace, tiny_data_set, recipe)
    assert run_training(workspace, job, silent) == {"run_id": made.id}
    return open_run(workspace, made.id)


@pytest.fixture
def evaluation(workspace: Workspace, run: Run) -> Evaluation:
    job = submit_evaluation(workspace, run, ["salt_pepper", "blend"], [5, 1])
    result = run_job(workspace, job, silent)
    return open_evaluation(workspace, result["evaluation_id"])


def test_every_picture_has_a_row_clean_and_under_each_noise(
    evaluation: Evaluation, tiny_data_set: DataSet
) -> None:
    predictions = read_predictions(evaluation)
    tested = tiny_data_set.indices("test")
    cells = cell_table(predictions)
    assert list(zip(cells["noise"], cells["severity"], strict=True)) == [
        ("clean", 0),
        ("salt_pepper", 1),
        ("salt_pepper", 5),
        ("blend", 1),
        ("blend", 5),
        # Rows that every test of an imported data set has, and no list of noises.
        ("resaved_jpeg", 1),
        ("resaved_scaled", 1),
    ]
    assert evaluation.facts.noises == ["salt_pepper", "blend"]
    assert (cells["images"] == len(tested)).all()
    np.testing.assert_array_equal(predictions["image"][: len(tested)], tested)
    np.testing.assert_array_equal(predictions["truth"], tiny_data_set.labels[predictions["image"]])
    probabilities = np.stack(predictions["probabilities"].to_list())
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-5)
    np.testing.assert_array_equal(probabilities.argmax(1), predictions["prediction"])
    np.testing.assert_allclose(probabilities.max(1), predictions["confidence"])


def test_facts_say_how_it_was_made(evaluation: Evaluation, run: Run, tiny_data_set: DataSet) -> None:
    facts = evaluation.facts
    assert facts.run_id == run.id
    assert facts.split == "test"
    assert facts.method == "grad-cam"
    assert facts.table == tiny_data_set.table == "cifar_10_c"
    assert facts.severities == [1, 5]
    assert facts.noises == ["salt_pepper", "blend"]
    assert facts.classes == ["left", "right"]
    assert facts.device == "CPU"
    assert facts.versions["torch"] == torch.__version__
    assert set(facts.versions) == {"noiselens", "torch", "numpy", "opencv"}


def test_clean_validation_pictures_are_asked_once_and_fix_what_every_test_is_measured_by(
    workspace: Workspace, evaluation: Evaluation, run: Run, tiny_data_set: DataSet
) -> None:
    found = validated(workspace, run).fixed
    assert found is not None
    assert found == read_fixed(run.folder, evaluation.facts.weights_fingerprint)
    indices = tiny_data_set.indices("validation")
    network = load_run_network(run, torch.device("cpu"))
    with torch.inference_mode():
        logits = network.logits(torch.from_numpy(np.asarray(tiny_data_set.images[indices])))
    expected = logits.softmax(1).numpy()
    with np.load(run.folder.validation) as kept:
        assert kept["image"].tolist() == indices.tolist(), "no test picture has a say"
        np.testing.assert_allclose(kept["probabilities"], expected, atol=1e-5)
    assert found.images == len(indices)
    answered = (expected.max(axis=1) >= np.float32(found.unsure_below) - 1e-5).mean()
    assert answered >= 0.9 - 1 / len(indices)
    cells = stored_cells(evaluation.folder)
    assert cells[["tpr", "fpr", "answered", "threshold_moved"]].notna().all(axis=None)
    assert read_fixed(run.folder, "other weights") is None
    assert fixed_of_groups(workspace, run, found) is None, "nothing tells which belong together"
    groups = np.arange(len(tiny_data_set.labels)) // 8
    np.save(tiny_data_set.folder.groups, groups)
    together = fixed_of_groups(workspace, run, found)
    truth = tiny_data_set.labels[indices]
    videos = sorted({*zip(groups[indices].tolist(), truth.tolist(), strict=True)})
    means = [expected[(groups[indices] == group) & (truth == label)].mean(axis=0) for group, label in videos]
    by_hand = fixed_on(np.array([label for _, label in videos]), np.array(means), found)
    assert together is not None
    assert (together.images, together.threshold) == (len(videos), pytest.approx(by_hand.threshold, abs=1e-5))


def test_a_row_can_be_made_again_from_its_picture(
    evaluation: Evaluation, run: Run, tiny_data_set: DataSet
) -> None:
    """Picture, prediction and both maps, for the row of one noisy picture alone."""
    predictions = read_predictions(evaluation)
    row = predictions[(predictions["noise"] == "blend") & (predictions["severity"] == 5)].iloc[3]
    index = int(row["image"])
    clean_row = predictions[(predictions["noise"] == "clean") & (predictions["image"] == index)].iloc[0]
    picture = noisy_picture(tiny_data_set, index, "blend", 5, evaluation.facts.table)
    network = load_run_network(run, torch.device("cpu"))
    batch = network.inputs(torch.from_numpy(picture[None]))
    for column, predicted in (("map", row["prediction"]), ("map_reference", clean_row["prediction"])):
        logits, (maps,) = GRAD_CAM.explain(network, batch, [torch.tensor([int(predicted)])])
        stored = decode_map(row[column], evaluation.map_shape)
        np.testing.assert_allclose(stored, maps[0].numpy(), atol=2e-3, rtol=2e-3)
    np.testing.assert_allclose(logits.softmax(1)[0].numpy(), row["probabilities"], atol=1e-4)


def test_the_same_evaluation_twice_gives_the_same_table(
    workspace: Workspace, run: Run, evaluation: Evaluation
) -> None:
    job = submit_evaluation(workspace, run, ["salt_pepper", "blend"], [1, 5])
    again = open_evaluation(workspace, run_job(workspace, job, silent)["evaluation_id"])
    assert read_predictions(again).equals(read_predictions(evaluation))
    assert [one.id for one in list_evaluations(workspace, run.id)] == [again.id, evaluation.id]


def test_tests_of_one_run_are_known_to_be_of_the_same_pictures_and_weights(
    workspace: Workspace, run: Run, evaluation: Evaluation, tiny_data_set: DataSet
) -> None:
    assert evaluation.facts.data_fingerprint == tiny_data_set.card.fingerprint
    job = submit_evaluation(workspace, run, ["fog"], [3])
    run_job(workspace, job, silent)
    (both,) = joined_evaluations(workspace, run)
    assert both.cells == (("salt_pepper", 1), ("salt_pepper", 5), ("blend", 1), ("blend", 5), ("fog", 3))
    retrained, training = submit_training(workspace, tiny_data_set, replace(run.recipe, seed=1))
    run_training(workspace, training, silent)
    run.folder.checkpoint.write_bytes(retrained.folder.checkpoint.read_bytes())
    run_job(workspace, submit_evaluation(workspace, run, ["fog"], [1]), silent)
    assert [one.cells for one in joined_evaluations(workspace, run)] == [(("fog", 1),), both.cells]


def test_runs_evaluated_together_get_what_each_gets_alone(
    workspace: Workspace, run: Run, evaluation: Evaluation
) -> None:
    staging = workspace.job_folder("both").staging
    first, second = evaluate_runs(workspace, [run, run], ["salt_pepper", "blend"], [1, 5], staging, silent)
    assert first.id != second.id
    for found in (first, second):
        assert read_predictions(found).equals(read_predictions(evaluation))


def test_a_cancelled_evaluation_leaves_nothing(workspace: Workspace, run: Run) -> None:
    def report(share: float, step: Text | None = None) -> None:
        if share > 0.5:
            raise Cancelled

    job = submit_evaluation(workspace, run, ["salt_pepper"])
    with pytest.raises(Cancelled):
        run_job(workspace, job, report)
    assert list_evaluations(workspace) == []
    assert not run.folder.evaluations.exists()


def test_a_cancel_at_the_last_moment_leaves_nothing_of_either_run(workspace: Workspace, run: Run) -> None:
    def report(share: float, step: Text | None = None) -> None:
        if len([*workspace.root.rglob("evaluation.json")]) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        evaluate_runs(workspace, [run, run], ["fog"], [1], workspace.job_folder("both").staging, report)
    assert list_evaluations(workspace) == []
    assert not run.folder.evaluations.exists()


def test_an_evaluation_that_a_full_disk_keeps_out_of_the_index_is_not_in_the_run_either(
    workspace: Workspace, run: Run, full_disk: FullDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def register(*given: Any) -> Evaluation:
        with full_disk():
            return register_evaluation(*given)

    monkeypatch.setattr(evaluate, "register_evaluation", register)
    with pytest.raises(DiskFull):
        run_job(workspace, submit_evaluation(workspace, run, ["fog"], [1]), silent)
    with closing(Workspace.open(workspace.root)) as again:
        assert list_evaluations(again) == []


def test_what_cannot_be_evaluated_is_told_before_it_is_queued(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(NoCardForNoise):
        submit_evaluation(workspace, run, ["fog"], how=How(Mode(noise_on="card")))
    with pytest.raises(UnknownName, match="salt_pepper"):
        submit_evaluation(workspace, run, ["salt_peper"])
    with pytest.raises(OutOfRange):
        submit_evaluation(workspace, run, None, [0])
    run.folder.checkpoint.unlink()
    with pytest.raises(NotTrained):
        submit_evaluation(workspace, run)


def test_without_a_choice_the_standard_noises_and_those_of_the_mix_are_taken() -> None:
    standard = checked_noises(None)
    assert {"gaussian_noise", "fog", "salt_pepper", "bfs_noise", "blend", "pca"} <= set(standard)
    for noise in all_noises():
        mix = Mix.make([MixPart(noise.key, 0.5)])
        assert set(checked_noises(None, mix)) == {*standard, noise.key}
        published = "Hendrycks" in noise.source["en"] and noise.key not in CHOOSERS
        assert (noise.key in standard) == (published or noise.key in ORIGINAL)
    assert len(standard) == 15 + len(ORIGINAL)
    assert checked_noises("all") == [noise.key for noise in all_noises()]
    assert checked_noises(["pca", "fog", "pca"]) == ["pca", "fog"]


def test_cbar_means_the_held_out_noises_of_the_data_sets_severity_table(
    workspace: Workspace, run: Run
) -> None:
    assert checked_noises("cbar", table="imagenet_c") == c_bar_noises("imagenet_c")
    payload = submit_evaluation(workspace, run, "cbar", [3]).payload
    assert payload["noises"] == c_bar_noises(data_set_of(workspace, run).table)
    assert payload["noises"]


def test_an_evaluation_keeps_what_screens_call_the_classes(
    workspace: Workspace, evaluation: Evaluation
) -> None:
    assert evaluation.class_labels == [plain("left"), plain("right")]
    before = replace(evaluation.facts, class_labels=None)
    assert replace(evaluation, facts=before).class_labels == evaluation.class_labels


def test_a_training_job_goes_on_to_its_evaluation(workspace: Workspace, run: Run) -> None:
    data_set_recipe = run.recipe
    from core.data.dataset import open_data_set

    data_set = open_data_set(workspace, data_set_recipe.data_set_id)
    follow = {"noises": ["fog"], "severities": [3]}
    made, job = submit_training(workspace, data_set, data_set_recipe, evaluate=follow)
    assert made.name != run.name
    result = run_training(workspace, job, silent)
    assert open_evaluation(workspace, result["evaluation_id"]).facts.noises == ["fog"]


def test_huge_maps_are_stored_as_the_largest_number() -> None:
    stored = encode_maps(np.array([[[1e9, -1e9]]], np.float32))
    assert decode_map(stored[0], (1, 2)).tolist() == [[65504.0, -65504.0]]


@pytest.mark.parametrize(("noise", "severity"), [("clean", 0), ("blend", 3), ("fog", 5)])
def test_the_pictures_of_a_batch_are_the_very_pictures_shown_alone(
    tiny_data_set: DataSet, noise: str, severity: int
) -> None:
    indices = np.array([5, 0, 71])
    batch = noisy_pictures(tiny_data_set, indices, noise, severity, "cifar_10_c")
    alone = [noisy_picture(tiny_data_set, i, noise, severity, "cifar_10_c") for i in indices.tolist()]
    assert np.array_equal(batch, alone)


@pytest.mark.parametrize(("severities", "tested"), [({}, [1, 2, 3, 4, 5]), ({"severities": []}, [])])
def test_a_test_after_training_without_a_severity_is_not_taken_for_one_of_all(
    workspace: Workspace, tiny_data_set: DataSet, severities: dict[str, list[int]], tested: list[int]
) -> None:
    recipe = Recipe(tiny_data_set.id, tiny_data_set.card.fingerprint, "small_cnn")
    _, job = submit_training(workspace, tiny_data_set, recipe, evaluate={"noises": ["fog"]} | severities)
    assert job.payload["evaluate"] == {"noises": ["fog"], "severities": tested}


def test_a_run_that_was_trained_on_a_card_is_tested_on_a_machine_without_one(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with workspace.session() as session:
        row = session.get_one(RunRow, run.id)
        row.recipe = row.recipe | {"device": "cuda"}
    job = submit_evaluation(workspace, open_run(workspace, run.id), ["fog"], [5])
    result = run_job(workspace, job, silent)
    assert open_evaluation(workspace, result["evaluation_id"]).facts.device == "CPU"


def test_a_run_whose_data_set_is_deleted_is_refused_by_name(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    made = create_run(workspace, "held", Recipe(tiny_data_set.id, "", "small_cnn"))
    made.folder.checkpoint.write_bytes(b"not read")
    delete_data_set(workspace, tiny_data_set)
    with pytest.raises(DataSetDeleted, match="held"):
        submit_evaluation(workspace, made, ["fog"], [1])
    assert not list_jobs(workspace)
