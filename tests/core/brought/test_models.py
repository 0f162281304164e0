"""Models from elsewhere as runs: the same answers, however they were saved; corrected, tested, trained on."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor

from core.brought.architecture import find
from core.brought.correcting import corrected, order_of
from core.brought.job import again, submit_bring
from core.brought.models import bring, class_order, sides_of
from core.brought.weights import Claims
from core.data.dataset import DataSet
from core.errors import ClassesDiffer, NoLayersToTrain, NoSuchWay
from core.evaluation.evaluate import evaluate_runs
from core.explanation.classifier import Classifier
from core.jobs import queue
from core.networks.loading import load_run_network
from core.progress import silent
from core.runs.evaluations import read_predictions
from core.runs.origins import NORMALISATIONS, Origin
from core.runs.recipe import Recipe, get_model
from core.runs.runs import Run, list_runs, open_run
from core.store import Workspace
from core.training.job import submit_training
from models.alike import takes
from tests.core.brought.conftest import MEAN, STD, graph_of

State = dict[str, Tensor]


def _taken(workspace: Workspace, path: Path, data_set: DataSet, **asked: Any) -> tuple[Run, Origin]:
    values = {"model": "", "classes": [], "name": "", "report": silent} | asked
    run = bring(workspace, path, data_set, **values)
    assert run.origin is not None
    return run, run.origin


def _said(run: Run, data_set: DataSet) -> list[int]:
    images = torch.from_numpy(data_set.images[data_set.indices("test")])
    found: list[int] = load_run_network(run, torch.device("cpu")).logits(images).argmax(1).tolist()
    return found


def _plain(path: Path, state: State) -> Path:
    torch.save(state, path / "net.pth")
    return path / "net.pth"


def _parallel(path: Path, state: State) -> Path:
    torch.save({"module._orig_mod." + name: value for name, value in state.items()}, path / "net.pt")
    return path / "net.pt"


def _nested(path: Path, state: State) -> Path:
    inner = {f"model.{name}": value for name, value in state.items()}
    optimiser = {"state": {0: {"step": torch.tensor(3.0)}}, "param_groups": [{"lr": 0.1}]}
    saved = {"epoch": 3, "optimizer": optimiser, "state_dict": inner, "classes": ["left", "right"]}
    torch.save(saved, path / "last.ckpt")
    return path / "last.ckpt"


def _tensors_alone(path: Path, state: State) -> Path:
    safetensors.torch.save_file(state, path / "net.safetensors", {"format": "pt"})
    return path / "net.safetensors"


def _graph(path: Path, state: State) -> Path:
    pytest.importorskip("onnxruntime")
    (path / "net.onnx").write_bytes(graph_of(state).SerializeToString())
    return path / "net.onnx"


def test_the_same_network_answers_the_same_however_it_was_saved(
    workspace: Workspace, tiny_data_set: DataSet, weights: State, answers: list[int], tmp_path: Path
) -> None:
    ways: list[Callable[[Path, State], Path]] = [_plain, _parallel, _nested, _tensors_alone, _graph]
    for save in ways:
        run, origin = _taken(workspace, save(tmp_path, weights), tiny_data_set)
        assert _said(run, tiny_data_set) == answers, save.__name__
        assert origin.chosen in origin.handshake, save.__name__
        chosen = origin.chosen
        assert (chosen["normalise"], chosen["fit"], chosen["side"]) == ("imagenet", "whole", 32), (
            save.__name__
        )
        assert (origin.fitted, origin.split) == (origin.of, "validation"), save.__name__
        assert origin.order_by == ("names" if save is _nested else "place"), save.__name__
        (test,) = evaluate_runs(workspace, [run], ["fog"], [3], tmp_path / "staging", silent)
        rows = read_predictions(test, ["image", "noise", "prediction"])
        assert rows["prediction"][rows["noise"] == "clean"].tolist() == answers, save.__name__
        assert test.facts.maps == (save is not _graph), save.__name__
        (seen,) = Classifier.of_run(workspace, run).explain([tiny_data_set.images[0]])
        assert (seen.attribution is None) == (save is _graph), save.__name__
        assert run.state == "done"
    assert len({run.name for run in list_runs(workspace)}) == len(ways)
    graph = next(run for run in list_runs(workspace) if run.recipe.model == "onnx")
    with pytest.raises(NoLayersToTrain, match="cannot learn"):
        submit_training(workspace, tiny_data_set, replace(graph.recipe, start=graph.id, epochs=1), "more")


def test_outputs_in_another_order_are_found_by_names_and_by_pictures(
    workspace: Workspace, tiny_data_set: DataSet, weights: State, answers: list[int], tmp_path: Path
) -> None:
    swapped = weights | {name: weights[name].flip(0) for name in ("classifier.weight", "classifier.bias")}
    torch.save({"model": swapped, "class_to_idx": {"Right": 0, "LEFT": 1}}, tmp_path / "named.pth")
    torch.save(swapped, tmp_path / "unnamed.pth")
    for file, by in (("named.pth", "names"), ("unnamed.pth", "pictures")):
        run, origin = _taken(workspace, tmp_path / file, tiny_data_set)
        assert (origin.order, origin.order_by) == ([1, 0], by), file
        assert _said(run, tiny_data_set) == answers, file
    _, origin = _taken(workspace, tmp_path / "unnamed.pth", tiny_data_set, classes=["left", "right"])
    assert (origin.order, origin.order_by) == ([0, 1], "given")


def test_one_output_for_two_classes_answers_for_both(
    workspace: Workspace, tiny_data_set: DataSet, weights: State, answers: list[int], tmp_path: Path
) -> None:
    one = weights | {
        name: weights[name][1:] - weights[name][:1] for name in ("classifier.weight", "classifier.bias")
    }
    run, _ = _taken(workspace, _plain(tmp_path, one), tiny_data_set)
    assert _said(run, tiny_data_set) == answers


def test_what_was_chosen_is_corrected_without_the_file(
    workspace: Workspace, tiny_data_set: DataSet, weights: State, answers: list[int], tmp_path: Path
) -> None:
    file = _plain(tmp_path, weights)
    run, origin = _taken(workspace, file, tiny_data_set)
    (before,) = evaluate_runs(workspace, [run], [], [], tmp_path / "staging", silent)
    file.unlink()
    other = next(row for row in origin.handshake if row["normalise"] == "unit" and row["fit"] == "centre")
    run = corrected(workspace, run, other, order_of(run, ["right", "left"]))
    network, now = load_run_network(run, torch.device("cpu")), run.origin
    assert now is not None
    assert (network.preprocessing.mean, network.preprocessing.fit) == ((0.0, 0.0, 0.0), "centre")
    assert (now.order, now.order_by, now.chosen["normalise"]) == ([1, 0], "given", "unit")
    assert now.chosen in now.handshake
    assert len(now.handshake) == len(origin.handshake)
    (after,) = evaluate_runs(workspace, [run], [], [], tmp_path / "staging", silent)
    assert before.facts.weights_fingerprint != after.facts.weights_fingerprint
    run = corrected(workspace, run, origin.chosen, [0, 1])
    assert _said(run, tiny_data_set) == answers
    workspace.index()
    assert open_run(workspace, run.id).origin == run.origin
    with pytest.raises(NoSuchWay, match="handshake"):
        corrected(workspace, run, origin.chosen | {"side": 999}, [0, 1])
    with pytest.raises(ClassesDiffer):
        corrected(workspace, run, origin.chosen, [0, 0])


def test_training_starts_from_a_model_that_was_brought_in(
    workspace: Workspace, tiny_data_set: DataSet, weights: State, tmp_path: Path
) -> None:
    from core.training.job import train_run

    run, origin = _taken(workspace, _plain(tmp_path, weights), tiny_data_set)
    recipe = Recipe.make(
        data_set_id=tiny_data_set.id,
        data_set_fingerprint=tiny_data_set.card.fingerprint,
        model=run.recipe.model,
        start=run.id,
        epochs=1,
        device="cpu",
        threads=1,
        precision="fp32",
    )
    begun, _ = submit_training(workspace, tiny_data_set, recipe, "more")
    train_run(workspace, begun, silent)
    network = load_run_network(begun, torch.device("cpu"))
    assert (network.preprocessing.mean, network.preprocessing.std) == (MEAN, STD)
    summary = open_run(workspace, begun.id).summary
    assert summary is not None
    assert summary.validation_accuracy == origin.chosen["accuracy"] == 1.0


def test_a_job_that_failed_to_bring_a_model_in_says_nothing_of_other_runs(
    workspace: Workspace, tiny_data_set: DataSet, weights: State, tmp_path: Path
) -> None:
    run, _ = _taken(workspace, _plain(tmp_path, weights), tiny_data_set)
    upload = workspace.uploads / "one" / "net.pth"
    upload.parent.mkdir()
    torch.save(weights, upload)
    job = submit_bring(workspace, upload, tiny_data_set, delete_source=True)
    queue.claim(workspace, job.id)
    assert open_run(workspace, run.id).state == "done"
    queue.finish(workspace, job.id, "failed")
    assert open_run(workspace, run.id).state == "done"
    assert not upload.parent.exists()
    assert again(workspace, queue.get_job(workspace, job.id)) is None


def test_classes_that_no_name_tells_are_taken_only_where_there_are_as_many() -> None:
    own = ["left", "right"]
    assert class_order(3, ["up", "Right", "left"], [], own) == ([2, 1], "names")
    assert class_order(2, ["a", "b"], [], own) == (None, "place")
    with pytest.raises(ClassesDiffer, match="2 \\(left, right\\)"):
        class_order(3, ["a", "b", "c"], [], own)


def test_a_network_is_asked_with_pictures_as_small_as_the_data_sets_though_it_would_be_trained_with_larger_ones_here(
    tiny_data_set: DataSet,
) -> None:
    fit = find(get_model("mobilenet_v3_small").build(2, 128).state_dict())
    assert sides_of(fit, fit.candidates[0], tiny_data_set, Claims()) == [32, 128, 224]
    assert sides_of(fit, fit.candidates[0], tiny_data_set, Claims(side=96)) == [96, 32, 128, 224]
    assert not takes(get_model("vit_b_16"), 2, 32)  # its places would be others


def test_a_hugging_face_folder_says_its_classes_and_its_pictures(
    workspace: Workspace, tiny_data_set: DataSet, weights: State, answers: list[int], tmp_path: Path
) -> None:
    folder = tmp_path / "hub"
    folder.mkdir()
    swapped = weights | {name: weights[name].flip(0) for name in ("classifier.weight", "classifier.bias")}
    safetensors.torch.save_file(swapped, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"id2label": {"0": "right", "1": "left"}}))
    shown = {
        "image_mean": [0.48, 0.47, 0.41],
        "image_std": [0.23, 0.22, 0.22],
        "size": {"height": 32, "width": 32},
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(shown))
    run, origin = _taken(workspace, folder, tiny_data_set)
    assert (origin.format, origin.order, origin.order_by) == ("hugging_face", [1, 0], "names")
    # What is no common normalisation is called by the nearest, with its own numbers.
    assert {row["normalise"] for row in origin.handshake} == set(NORMALISATIONS)
    of_file = [row for row in origin.handshake if "mean" in row]
    assert of_file == [origin.chosen]
    assert (origin.chosen["normalise"], origin.chosen["mean"]) == ("imagenet", [0.48, 0.47, 0.41])
    assert load_run_network(run, torch.device("cpu")).preprocessing.mean == (0.48, 0.47, 0.41)
    assert _said(run, tiny_data_set) == answers
    plain = next(row for row in origin.handshake if row["normalise"] == "imagenet" and "mean" not in row)
    for row in (plain, origin.chosen):
        mean = load_run_network(
            corrected(workspace, run, row, [1, 0]), torch.device("cpu")
        ).preprocessing.mean
        assert list(mean) == row.get("mean", list(MEAN))
    first = origin.to_json() | {"said": [[0.48, 0.47, 0.41], [0.23, 0.22, 0.22]]}
    first |= {"chosen": {name: value for name, value in origin.chosen.items() if name not in ("mean", "std")}}
    first["chosen"]["normalise"] = "file"
    assert Origin.read(first).chosen == origin.chosen
