"""What the commands print for what comes from elsewhere and goes there."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.brought.pack import chosen
from core.cli import main
from core.data.dataset import DataSet
from core.data.writer import Contents, save
from core.jobs.executors import EXECUTORS
from core.progress import silent
from core.runs.recipe import get_model
from core.store import Workspace
from core.words import Text, plain
from tests.core.brought.conftest import graph_of
from tests.core.cli.here import Here


@pytest.fixture
def data_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> DataSet:
    """Ten test pictures of each of two classes."""
    monkeypatch.setitem(EXECUTORS, "local", Here())
    workspace = Workspace.open(home)
    contents = Contents(
        kind="import",
        classes=["개미", "벌"],
        images=np.random.default_rng(0).integers(0, 256, (24, 32, 32, 3)).astype(np.uint8),
        labels=np.arange(24) % 2,
        splits=np.array([0] * 4 + [2] * 20, np.uint8),
        names=[f"{i}.png" for i in range(24)],
        seed=0,
        origin=Text(en="a test", ko="테스트"),
        licence=plain("CC0"),
    )
    return save(workspace, workspace.job_folder("set").staging, "set", contents, silent)


def test_a_challenge_is_written_answered_and_taken_back_as_a_run_that_says_it_is_predictions_only(
    data_set: DataSet, told, refused, photo: Path
) -> None:
    said = told(
        "challenge",
        "set",
        "--out",
        "pack.zip",
        "--noises",
        "fog",
        "--severities",
        "2,4",
        "--images",
        10,
        "--json",
    )
    assert said == {"file": "pack.zip", "pictures": 30, "bytes": Path("pack.zip").stat().st_size}
    truth = np.asarray(data_set.labels)[chosen(data_set, 10)]
    rows = [
        {
            "image": image,
            "noise": noise,
            "severity": level,
            "class": data_set.classes[truth[image] if level < 4 else 0],
        }
        for noise, level in (("clean", 0), ("fog", 2), ("fog", 4))
        for image in range(10)
    ]
    pd.DataFrame(rows).to_csv("answers.csv", index=False)
    bring = ("predictions", "bring", "answers.csv", "--pack", "pack.zip", "--name")
    assert told(*bring, "theirs", "--json") == {"run": "theirs", "rows": 30, "images": 10, "cells": 3}
    cells = told("evaluate", "theirs", "--json")["cells"]
    assert [(one["noise"], one["severity"], one["accuracy"]) for one in cells] == [
        ("clean", 0, 1.0),
        ("fog", 2, 1.0),
        ("fog", 4, float((truth == 0).mean())),
    ]
    for command in (
        ("evaluate", "theirs", "--noises", "fog"),
        ("explain", photo, "--run", "theirs"),
        ("export", "theirs", "--to", "safetensors", "--out", "out.safetensors"),
        ("predict", ".", "--run", "theirs", "--out", "own.csv"),
        ("train", "--data", "set", "--model", "small_cnn", "--epochs", 1, "--start", "theirs"),
    ):
        assert '"theirs" is predictions that were made elsewhere' in refused(*command), command
    assert "has no column image" in _told_of(refused, "noise,severity\nfog,2\n", bring)
    assert '"missing.csv" was not found' in refused("predictions", "bring", "missing.csv", *bring[3:], "b")
    assert "is no pack" in refused(*bring[:4], "answers.csv", "--name", "b")
    assert "between 1 and 20" in refused("challenge", "set", "--out", "more.zip", "--images", 21)
    assert "no noise called" in refused("challenge", "set", "--out", "more.zip", "--noises", "none")
    assert not Path("more.zip").exists()


def test_a_graph_answers_and_says_that_it_has_no_map_no_weights_and_no_recipe(
    data_set: DataSet, told, refused, capsys: pytest.CaptureFixture[str], photo: Path
) -> None:
    pytest.importorskip("onnxruntime")
    Path("net.onnx").write_bytes(
        graph_of(get_model("small_cnn").build(2, 32).state_dict()).SerializeToString()
    )
    assert (
        told("models", "bring", "net.onnx", "--data", "set", "--name", "theirs", "--json")["model"] == "onnx"
    )
    asked = ("explain", photo, "--run", "theirs")
    said = told(*asked, "--json")
    assert len(said["top"]) == 2
    assert said["target_layer"] is None
    assert 'The run "theirs" has no maps' in said["no_map"]
    assert main([str(one) for one in asked]) == 0
    assert said["no_map"] in capsys.readouterr().out
    for command, why in (
        ((*asked, "--out", "over.png"), "has no maps"),
        ((*asked, "--map", "map.npy"), "has no maps"),
        (("predict", ".", "--run", "theirs", "--out", "own.csv", "--maps", "maps"), "has no maps"),
        (("export", "theirs", "--to", "safetensors", "--out", "out.safetensors"), "cannot be taken apart"),
        (("export", "theirs", "--to", "onnx", "--out", "out.onnx"), "cannot be taken apart"),
        (("recipe", "theirs"), "was trained elsewhere"),
    ):
        assert why in refused(*command), command
    assert {one.name for one in Path().iterdir()} == {"home", "net.onnx", "photo.png"}
    predict = ("predict", ".", "--run", "theirs", "--out", "own.csv", "--sheet")
    assert "own.txt" in refused(*predict, "own.txt")
    assert told(*predict, "own.html", "--json")["pictures"] == 1
    assert Path("own.html").read_text(encoding="utf-8").count("<img") == 1  # without a map


def _told_of(refused, table: str, bring: tuple[str, ...]) -> str:
    Path("answers.csv").write_text(table)
    return str(refused(*bring, "b"))
