"""On a graphics card: training repeats itself, is taken up, runs out of memory in a way that is told; maps and tests are the
processor's. `pytest -m gpu`; what each noise and network does there stands with its other tests."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from core.data.dataset import DataSet
from core.errors import OutOfGpuMemory, Paused
from core.evaluation.evaluate import evaluate_runs
from core.explanation.methods import all_methods
from core.folders import RunFolder
from core.jobs.worker import in_words
from core.networks.checkpoint import read_checkpoint
from core.networks.network import Network, fixed
from core.noise.mix import Mix
from core.progress import silent
from core.runs.evaluations import read_predictions
from core.runs.metrics_file import read_metrics
from core.runs.mode import Mode
from core.runs.recipe import Recipe
from core.runs.runs import open_run
from core.store import Workspace
from core.training import card
from core.training.device_feed import DeviceFeed, new_feed
from core.training.feeds import HostFeed
from core.training.job import run_job, submit_training
from core.training.loop import Trained, train
from core.training.start import new_network

DEVICE = "cuda"
pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA graphics card here"),
]
MIX = ("gaussian_noise:0.4:1-5", "fog:0.2:1-5", "blend:0.1:3", "film_grain:0.1:3")
"""The last has no form for a card."""
NEAR = 2e-3
"""Relative, of weights of one training and another: sums on a card come in any order."""


@pytest.fixture(autouse=True)
def _full_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards multiply in 10 bits where they may."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)


def recipe(data_set: DataSet, **values: Any) -> Recipe:
    facts: dict[str, Any] = {
        "data_set_id": data_set.id,
        "data_set_fingerprint": data_set.card.fingerprint,
        "model": "small_cnn",
        "epochs": 3,
        "batch_size": 8,
        "learning_rate": 1e-3,
        "device": DEVICE,
        "precision": "fp32",
        "mix": Mix.from_texts(MIX),
    }
    return Recipe.make(**facts | values)


def weights(folder: RunFolder) -> Tensor:
    """All that a training learned, in a row."""
    state = read_checkpoint(folder.last).module.state_dict()
    return torch.cat([value.flatten().double() for value in state.values()])


def apart(one: Tensor, other: Tensor) -> float:
    return float((one - other).norm() / other.norm())


@pytest.mark.parametrize(
    "values",
    [
        {"precision": "auto"},
        {"augmentation": "prime", "objective": "jsd", "flips": True},
        {"augmentation": "cutmix", "crops": True, "average": 0.9, "accumulate": 2, "balance": "sampling"},
    ],
    ids=lambda values: " ".join(map(str, values.values())),
)
def test_a_training_repeats_itself_and_is_taken_up_where_it_was_left(
    tiny_data_set: DataSet, tmp_path: Path, values: dict[str, Any]
) -> None:
    plan = recipe(tiny_data_set, **values)
    whole, again, cut = (RunFolder(tmp_path / name) for name in ("whole", "again", "cut"))
    first = train(plan, tiny_data_set, whole, silent)
    assert first.device == torch.cuda.get_device_name()
    assert first.pace.precision == ("bf16" if values.get("precision") == "auto" else "fp32")
    train(plan, tiny_data_set, again, silent)
    calls = 0

    def stop(share: float, step: Any = None) -> None:
        nonlocal calls
        calls += 1
        if calls == 12:
            raise Paused

    with pytest.raises(Paused):
        train(plan, tiny_data_set, cut, stop)
    train(plan, tiny_data_set, cut, silent)
    near = 10 * NEAR if first.pace.precision == "bf16" else NEAR
    assert apart(weights(again), weights(whole)) < near
    assert apart(weights(cut), weights(whole)) < near
    other = RunFolder(tmp_path / "other")
    train(recipe(tiny_data_set, **values, seed=5), tiny_data_set, other, silent)
    assert apart(weights(other), weights(whole)) > 10 * near


def test_a_card_has_the_devices_feed_which_gives_what_the_processors_gives(tiny_data_set: DataSet) -> None:
    plan = recipe(tiny_data_set, mix=Mix.from_texts(["fog:0.5:1-5"]), drawn="once", crops=True, flips=True)
    network = new_network(plan, tiny_data_set, torch.device(DEVICE))
    given = network, tiny_data_set, tiny_data_set.indices("train"), plan, ("noisy",)
    feed = new_feed(*given)
    assert isinstance(feed, DeviceFeed)
    assert feed.resident
    for ours in (feed, DeviceFeed(*given, resident=False)):
        for ((one,), labels), ((other,), others) in zip(
            ours.epoch(1), HostFeed(*given).epoch(1), strict=True
        ):
            assert one.device.type == DEVICE
            torch.testing.assert_close(one, other)
            assert torch.equal(labels, others)


def test_by_graph_a_network_learns_what_it_learns_without(
    tiny_data_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plan = recipe(tiny_data_set)
    plain, graphed = (RunFolder(tmp_path / name) for name in ("plain", "graphed"))
    train(plan, tiny_data_set, plain, silent)
    monkeypatch.setattr(card, "LEAST_STEPS", 1)
    monkeypatch.setattr(card, "WORTH", 0.0)
    with caplog.at_level(logging.INFO):
        trained: Trained = train(plan, tiny_data_set, graphed, silent)
    assert any(said.endswith("by graph") for said in caplog.messages), caplog.messages
    assert trained.epochs == plan.epochs
    assert apart(weights(graphed), weights(plain)) < NEAR
    losses = [read_metrics(folder)["loss"].dropna().to_numpy() for folder in (plain, graphed)]
    np.testing.assert_allclose(*losses, rtol=0.02)


@pytest.fixture
def little_memory() -> Iterator[None]:
    """A card on which next to nothing is free."""
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(max(64e6, torch.cuda.memory_reserved() + 32e6) / total)
    yield
    torch.cuda.set_per_process_memory_fraction(1.0)
    torch.cuda.empty_cache()


def test_memory_that_runs_out_is_told_in_words(
    tiny_data_set: DataSet, tmp_path: Path, little_memory: None
) -> None:
    plan = recipe(tiny_data_set, model="resnet18", batch_size=56, side=512)
    with pytest.raises(RuntimeError) as caught:
        train(plan, tiny_data_set, RunFolder(tmp_path / "run"), silent)
    assert isinstance(in_words(caught.value, None), OutOfGpuMemory)  # type: ignore[arg-type]


@pytest.mark.parametrize("model", ["small_cnn", "vit_b_16"])
@pytest.mark.parametrize("method", all_methods(), ids=lambda method: method.key)
def test_maps_are_those_of_the_processor(tiny_data_set: DataSet, model: str, method: Any) -> None:
    plan = recipe(tiny_data_set, model=model)
    on_card, here = (
        fixed(new_network(plan, tiny_data_set, torch.device(place)), torch.device(place))
        for place in (DEVICE, "cpu")
    )
    images = torch.from_numpy(np.array(tiny_data_set.images[:6]))

    def explained(network: Network) -> tuple[Tensor, Tensor]:
        classes = torch.zeros(6, dtype=torch.int64, device=network.device)
        logits, (maps,) = method.explain(network, network.inputs(images), [classes])
        return logits.cpu(), maps.cpu()

    for found, wanted in zip(explained(on_card), explained(here), strict=True):
        spread = float(wanted.abs().max())
        assert float((found - wanted).abs().max()) <= 0.01 * spread


def test_a_run_that_a_card_trained_is_tested_there_and_here_alike(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    made, job = submit_training(workspace, tiny_data_set, recipe(tiny_data_set, epochs=8))
    run_job(workspace, job, silent)
    run = open_run(workspace, made.id)
    tables = []
    for place in (DEVICE, "cpu"):
        (evaluation,) = evaluate_runs(
            workspace,
            [run],
            ["fog", "gaussian_noise"],
            [1, 5],
            workspace.job_folder(place).staging,
            silent,
            place,  # type: ignore[arg-type]
        )
        tables.append(read_predictions(evaluation))
    one, other = (np.stack(table["probabilities"].to_list()) for table in tables)
    np.testing.assert_allclose(one, other, atol=0.01)
    assert (one[:16].argmax(1) == tables[0]["truth"].to_numpy()[:16]).mean() > 0.7, "of clean pictures"


def test_noise_drawn_on_the_card_lowers_accuracy_as_the_processor_s_does(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    made, job = submit_training(workspace, tiny_data_set, recipe(tiny_data_set, epochs=8))
    run_job(workspace, job, silent)
    run = open_run(workspace, made.id)
    noises = ["gaussian_noise", "fog", "brightness", "frost"]
    tables = []
    for mode in (Mode(noise_on="card"), Mode(noise_on="card"), Mode()):
        staging = workspace.job_folder("test").staging
        (evaluation,) = evaluate_runs(workspace, [run], noises, [1, 3, 5], staging, silent, DEVICE, mode=mode)
        tables.append(read_predictions(evaluation).sort_values(["noise", "severity", "image"]))
    one, again, other = (np.stack(table["probabilities"].to_list()) for table in tables)
    np.testing.assert_allclose(one, again, atol=1e-3)
    sure = tables[0]["noise"].isin(["clean", "brightness"]).to_numpy()
    np.testing.assert_allclose(one[sure], other[sure], atol=0.05)
    right = [(table["prediction"] == table["truth"]).mean() for table in (tables[0], tables[2])]
    assert right[0] == pytest.approx(right[1], abs=0.1)
