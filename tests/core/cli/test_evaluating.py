"""What the command that tests runs can be asked for, and what it says."""

from pathlib import Path

import numpy as np
import pytest
import torch

from core.brought.imagenet import imagenet_order, wnids
from core.cli import main
from core.data.dataset import DataSet
from core.data.splits import TEST
from core.data.writer import Contents, save
from core.evaluation.parts import pictures_tested
from core.jobs.executors import EXECUTORS
from core.networks.checkpoint import save_checkpoint
from core.networks.loading import load_imagenet_network
from core.networks.network import Network, Preprocessing
from core.progress import silent
from core.runs.entering import create_run
from core.runs.evaluations import open_evaluation, read_predictions
from core.runs.mode import Mode
from core.runs.recipe import Recipe
from core.runs.runs import open_run
from core.store import Workspace
from core.words import plain
from models.registry import models
from tests.core.cli.here import Here


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXECUTORS, "local", Here())


def data_set(workspace: Workspace, classes: list[str], images: int = 40, name: str = "tiny") -> DataSet:
    contents = Contents(
        kind="import",
        classes=classes,
        images=np.random.default_rng(0).integers(0, 256, (images, 32, 32, 3)).astype(np.uint8),
        labels=np.arange(images) % len(classes),
        splits=np.full(images, TEST, np.uint8),
        names=[f"{i}.png" for i in range(images)],
        seed=0,
        origin=plain("a test"),
        licence=None,
    )
    return save(workspace, workspace.job_folder(name).staging, name, contents, silent)


def test_runs_are_tested_in_the_ways_that_are_asked_for_and_the_result_says_which(
    home: Path, told, refused, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace.open(home)
    pictures = data_set(workspace, ["a", "b"])
    spec = models()["small_cnn"]
    for name in ("first", "second"):
        run = create_run(workspace, name, Recipe(pictures.id, pictures.card.fingerprint, "small_cnn"))
        module = spec.build(2, 32).eval()
        network = Network(spec, module, ["a", "b"], 32, 32, Preprocessing.of(spec))
        save_checkpoint(run.folder.checkpoint, network)
    few = ["--noises", "fog", "--severities", "3"]

    both = told("evaluate", "first", "second", "first", *few, "--json")
    assert [one["name"] for one in both["runs"]] == ["first", "second"]
    assert [cell["images"] for cell in both["runs"][1]["cells"]] == [40] * 4
    assert both["runs"][0]["checkpoint"].keys() == {"kept", "averaged", "chosen_by", "epoch", "noises"}

    quick = told(
        "evaluate",
        "first",
        *few,
        "--images",
        "10",
        "--adapt",
        "bn-by-class:5",
        "--resave",
        "jpeg:70",
        "--json",
    )
    assert quick["mode"] | {"part": 10, "adapt": "bn-by-class", "batch": 5, "resave": 70} == quick["mode"]
    assert quick["pictures"] == np.sort(pictures_tested(pictures, Mode(part=10))).tolist()
    assert quick["sorted_by_class"]
    assert quick["cells"][1]["low"] < quick["cells"][1]["accuracy"] < quick["cells"][1]["high"]

    fast = told("evaluate", "first", *few, "--precision", "auto", "--json")
    assert fast["bf16"]["images"] == 40
    assert (fast.get("mode") is not None) == (fast["bf16"]["times"] >= 1.3)

    loud = told("evaluate", "first", "--at", "gaussian_noise:sd=0.02,0.3", "--json")
    assert [cell.get("parameters") for cell in loud["cells"]] == [None, {"sd": 0.02}, {"sd": 0.3}, None, None]
    assert loud["mode"]["at"] == {"noise": "gaussian_noise", "steps": [{"sd": 0.02}, {"sd": 0.3}]}
    assert (
        told("evaluate", "first", "--at", "gaussian_noise:sd=0.3,0.02", "--json")["evaluation"]
        != loud["evaluation"]
    )
    (one,) = told("results", "first", "--json")["runs"]
    assert {cell["noise"] for cell in one["cells"]} == {"clean", "fog", "resaved_jpeg", "resaved_scaled"}
    (one,) = told("results", "first", "--evaluation", loud["evaluation"], "--json")["runs"]
    assert [cell.get("parameters") for cell in one["cells"]][1:3] == [{"sd": 0.02}, {"sd": 0.3}]
    assert (one["falls"], one["distance"], one["summary"]["mce"]) == ({}, {}, None)
    assert "severities 1 to 5" in one["summary"]["mce_why"]
    capsys.readouterr()
    assert main(["results", "first", "--evaluation", loud["evaluation"]]) == 0
    assert "sd=0.3" in capsys.readouterr().out

    assert told("evaluate", "first", *few, "--no-maps", "--json")["reused"] == 160
    for wrong, said in (
        (["first", "--images", "0"], "number of pictures"),
        (["first", "--resave", "jpeg:101"], "JPEG quality"),
        (["first", "--resave", "png"], "jpeg:95"),
        (["first", "--adapt", "tent"], "bn:100"),
        (["first", "--workers", "65"], "workers"),
        (["first", "--split", "validation"], "no validation pictures"),
        (["first", "--at", "gaussian_noise:sd=7"], "between"),
        (["first", "--at", "gaussian_noise:sd=0.1", "--noises", "fog"], "in the place of --noises"),
        ([], "Name a run"),
        (["first", "--model", "efficientnet_lite0"], "go together"),
    ):
        assert said in refused("evaluate", *wrong)


def test_a_model_as_it_was_published_is_tested_on_a_folder_whose_classes_are_imagenets_by_name_or_wnid(
    home: Path, told, refused
) -> None:
    workspace = Workspace.open(home)
    pictures = data_set(workspace, ["n02123045", "Sports_Car", "goldfish"], images=6)
    command = [
        "evaluate",
        "--model",
        "efficientnet_lite0",
        "--data",
        "tiny",
        "--noises",
        "fog",
        "--severities",
        "1",
    ]
    found = told(*command, "--json")
    assert found["cells"][1]["images"] == 6
    run = open_run(workspace, found["run"])
    assert told(*command, "--json")["run"] == run.id  # and no second one
    assert run.summary is not None
    assert run.summary.classes == pictures.classes

    published = load_imagenet_network("efficientnet_lite0", torch.device("cpu"))
    order = imagenet_order(pictures, published.classes)
    assert [published.classes[place] for place in order] == ["tabby", "sports car", "goldfish"]
    assert len(set(wnids())) == len(published.classes) == 1000
    images = torch.tensor(pictures.images[:])
    with torch.no_grad():
        of_all = published.logits(images)[:, order].softmax(1)
    rows = read_predictions(open_evaluation(workspace, found["evaluation"]), cells=[("clean", 0)])
    np.testing.assert_allclose(np.stack(rows["probabilities"]), of_all, atol=1e-4)

    data_set(workspace, ["tabby", "n02123045"], images=4, name="twice")
    assert "none of ImageNet's" in refused(*command[:4], "twice", *command[5:])
