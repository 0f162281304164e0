"""Runs taken elsewhere: what is in the files, and that they answer as the runs do."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors
import torch

from core.brought.pack import write_pack
from core.brought.predictions import bring_predictions
from core.brought.taking import card_of, onnx_of, safetensors_of, take
from core.data.dataset import DataSet
from core.errors import GraphAlone, NotTheSame, PackagesMissing
from core.evaluation.joined import latest_joined
from core.evaluation.stored_answers import joined_cells
from core.progress import silent
from core.runs.origins import Origin
from core.runs.recipe import Recipe
from core.runs.runs import Run
from core.store import Workspace
from tests.core.brought.test_predictions import answers_to, read_pack
from tests.core.brought.tiny_runs import ODD, network_of, run_of


@pytest.fixture
def run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    return run_of(workspace, tiny_data_set)


def test_a_graph_holds_the_preprocessing_and_answers_pictures_as_the_network_does(
    run: Run, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    onnx, onnxruntime = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    pictures = np.array(tiny_data_set.images[:20])
    network = network_of(tiny_data_set, 24, ODD)
    data = onnx_of(network, run, tiny_data_set)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    with torch.inference_mode():
        own = network.logits(torch.from_numpy(pictures)).softmax(1).numpy()
    for some in (slice(0, 1), slice(0, 20)):
        (its,) = session.run(["probabilities"], {"pictures": pictures[some]})
        assert np.abs(its - own[some]).max() < 1e-5
    about = {one.key: one.value for one in onnx.load_from_string(data).metadata_props}
    assert json.loads(about["classes"]) == ["left", "right"]
    # The data set is gone, the pictures become larger, and what was written does not pass.
    monkeypatch.setattr("core.brought.taking.NEAR", -1.0)
    with pytest.raises(NotTheSame, match="does not answer as the model does"):
        onnx_of(network_of(tiny_data_set, 40, ODD), run, None)


def test_safetensors_hold_the_weights_and_all_that_is_needed_to_use_them(
    workspace: Workspace, run: Run, tiny_data_set: DataSet, tmp_path: Path
) -> None:
    network = network_of(tiny_data_set, 24, ODD)
    take(workspace, run, tiny_data_set, network, "safetensors", tmp_path / "deep" / "out.safetensors")
    with safetensors.safe_open(tmp_path / "deep" / "out.safetensors", framework="pt") as file:
        said, names = file.metadata(), set(file.keys())
        for name, value in network.module.state_dict().items():
            assert torch.equal(file.get_tensor(name), value)
    assert names == set(network.module.state_dict())
    assert (said["model"], said["size"], said["side"], said["fit"]) == ("small_cnn", "32", "24", "centre")
    assert (json.loads(said["classes"]), json.loads(said["mean"])) == (["left", "right"], [0.4, 0.5, 0.6])
    assert Recipe.read(json.loads(said["recipe"])).model == "small_cnn"


def test_a_card_says_what_noise_does_to_the_model_as_its_test_found_it(
    workspace: Workspace, run: Run, tiny_data_set: DataSet, tmp_path: Path
) -> None:
    hub = pytest.importorskip("huggingface_hub")
    network = network_of(tiny_data_set, 24, ODD)
    untested = card_of(run, tiny_data_set, network, None)
    assert "It has not been tested." in untested
    assert "middle (87.5 %" in untested
    assert "B, G, R" in untested
    assert "# 모델 \\| \\<b\\>\\*1\\*" in untested
    write_pack(tiny_data_set, tmp_path / "pack.zip", ["fog", "pca"], [1, 4], None, silent)
    answers_to(read_pack(workspace, tmp_path / "pack.zip")).to_csv(tmp_path / "answers.csv", index=False)
    theirs = bring_predictions(workspace, tmp_path / "answers.csv", tmp_path / "pack.zip", "theirs").run
    test = latest_joined(workspace, theirs)
    assert test is not None
    cells = joined_cells(test)
    text = card_of(run, tiny_data_set, network, cells)
    card = hub.ModelCard(text)
    clean, mean = (one.metric_value for one in card.data.eval_results)
    accuracy = cells.set_index(["noise", "severity"])["accuracy"]
    assert clean == pytest.approx(accuracy["clean", 0], abs=1e-4)
    assert mean == pytest.approx(accuracy.drop("clean").mean(), abs=1e-4)
    assert card.data.model_name == run.name
    assert "| noise | severity 1 | severity 4 |" in text
    row = re.search(r"\| Fog \| ([\d.]+) % \| ([\d.]+) % \|", text)
    assert row is not None
    said = [float(row[1]) / 100, float(row[2]) / 100]
    assert said == pytest.approx([accuracy["fog", 1], accuracy["fog", 4]], abs=1e-3)
    assert '"model": "small_cnn"' in text
    assert "no longer there" in card_of(run, None, network, None)


def test_what_cannot_be_taken_is_said(
    run: Run, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = network_of(tiny_data_set, 32, ODD)
    graph = replace(run, origin=Origin(format="onnx"))
    for taken in (lambda: safetensors_of(network, graph), lambda: onnx_of(network, graph, tiny_data_set)):
        with pytest.raises(GraphAlone, match="an ONNX graph"):
            taken()
    for package, call in (
        ("onnxscript", lambda: onnx_of(network, run, tiny_data_set)),
        ("huggingface_hub", lambda: card_of(run, tiny_data_set, network, None)),
    ):
        monkeypatch.setitem(__import__("sys").modules, package, None)
        with pytest.raises(PackagesMissing, match="requirements-"):
            call()
