"""Training: it learns, repeats itself bit for bit, says how far it is, and stops when told."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from core.data.dataset import DataSet
from core.errors import Cancelled, Diverged, NoCuda
from core.folders import RunFolder
from core.networks.checkpoint import read_checkpoint
from core.networks.loading import choose_device
from core.noise.mix import Mix
from core.progress import silent
from core.runs.metrics_file import read_metrics
from core.runs.recipe import Recipe, get_model
from core.training.loop import train
from core.training.objectives import Objective
from core.training.start import KEPT_UP, new_network
from core.words import Text

DEVICES = [
    "cpu",
    pytest.param(
        "cuda",
        marks=[
            pytest.mark.gpu,
            pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA graphics card here"),
        ],
    ),
]
FIXED = {"precision": "fp32", "threads": 1}
"""Nothing is timed before the first step."""
NOISY = ("gaussian_noise:0.5:1-5", "salt_pepper:0.3:1-5")


def recipe(data_set: DataSet, mix: tuple[str, ...] = (), **values: object) -> Recipe:
    settings: dict[str, object] = {
        "model": "small_cnn",
        "epochs": 6,
        "batch_size": 8,
        "device": "cpu",
        **FIXED,
    }
    return Recipe.make(
        data_set_id=data_set.id,
        data_set_fingerprint=data_set.card.fingerprint,
        mix=Mix.from_texts(mix),
        **(settings | values),
    )


@pytest.mark.parametrize("device", DEVICES)
def test_an_easy_data_set_is_learned(tiny_data_set: DataSet, tmp_path: Path, device: str) -> None:
    folder = RunFolder(tmp_path / "run")
    trained = train(recipe(tiny_data_set, NOISY, device=device), tiny_data_set, folder, silent)
    assert (trained.validation_accuracy or 0) >= 0.85
    assert (trained.validation_noisy_accuracy or 0) >= 0.7
    assert trained.seconds > 0
    assert trained.images == 6 * 56
    metrics = read_metrics(folder)
    epochs = metrics[metrics["kind"] == "epoch"]
    assert epochs["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    assert epochs["loss"].iloc[-1] < epochs["loss"].iloc[0]
    assert epochs["validation_noisy_accuracy"].notna().all()
    # Epochs of 7 steps have a line for each, so that the first curve does not wait for an epoch's end.
    assert (metrics["kind"] == "step").sum() == 6 * 7


def test_clean_training_has_no_noisy_figure(tiny_data_set: DataSet, tmp_path: Path) -> None:
    trained = train(recipe(tiny_data_set, epochs=1), tiny_data_set, RunFolder(tmp_path / "run"), silent)
    assert trained.validation_noisy_accuracy is None


@pytest.mark.parametrize("model", ["small_cnn", "mobilenet_v3_small"])
def test_the_same_seed_gives_the_same_weights_bit_for_bit(
    tiny_data_set: DataSet, tmp_path: Path, model: str
) -> None:
    """The second model has dropout."""

    def weights(place: str, seed: int) -> dict[str, torch.Tensor]:
        folder = RunFolder(tmp_path / place)
        plan = recipe(tiny_data_set, NOISY, epochs=1, batch_size=28, seed=seed, model=model)
        train(plan, tiny_data_set, folder, silent)
        return read_checkpoint(folder.checkpoint).module.state_dict()

    first, again, other = weights("a", 0), weights("b", 0), weights("c", 1)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_a_cancel_is_heard_at_every_step_and_leaves_no_checkpoint(
    tiny_data_set: DataSet, tmp_path: Path
) -> None:
    heard: list[float] = []

    def report(share: float, step: Text | None = None) -> None:
        heard.append(share)
        if len(heard) == 12:
            raise Cancelled

    folder = RunFolder(tmp_path / "run")
    with pytest.raises(Cancelled):
        train(recipe(tiny_data_set), tiny_data_set, folder, report)
    assert len(heard) == 12
    assert heard == sorted(heard)
    assert not folder.checkpoint.exists()


def test_a_loss_that_is_no_number_ends_the_training(tiny_data_set: DataSet, tmp_path: Path) -> None:
    lost = Objective("lost", ("noisy",), lambda logits, labels: logits[0].sum() * float("nan"))
    with pytest.raises(Diverged):
        train(recipe(tiny_data_set, epochs=1), tiny_data_set, RunFolder(tmp_path / "run"), silent, lost)


def test_an_objective_is_given_each_view_that_it_wants(tiny_data_set: DataSet, tmp_path: Path) -> None:
    """Learns from how alike the answers to a picture and two of its noisy forms are; no label is looked at."""
    seen: list[tuple[torch.Tensor, ...]] = []

    def unlike(logits: Sequence[torch.Tensor], labels: torch.Tensor) -> torch.Tensor:
        clean, first, second = logits
        seen.append((clean.detach(), first.detach(), second.detach()))
        return (clean - first).square().mean() + (clean - second).square().mean()

    plan = recipe(tiny_data_set, ("gaussian_noise:1:5",), epochs=1)
    objective = Objective("alike", ("clean", "noisy", "noisy"), unlike)
    train(plan, tiny_data_set, RunFolder(tmp_path / "run"), silent, objective)
    assert len(seen) == 7
    for clean, first, second in seen:
        assert not torch.equal(clean, first)
        assert not torch.equal(first, second)


def test_cuda_without_a_card_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(NoCuda):
        choose_device("cuda")
    assert choose_device("auto").type == "cpu"


def test_fine_tuning_learns_fast_and_moves_the_published_layers_little(
    tiny_data_set: DataSet, tmp_path: Path
) -> None:
    folder = RunFolder(tmp_path / "run")
    plan = recipe(tiny_data_set, model="efficientnet_lite0", start="imagenet", epochs=2, batch_size=14)
    trained = train(plan, tiny_data_set, folder, silent)
    assert (trained.accuracy or 0) > 0.6
    spec = get_model("efficientnet_lite0")
    assert spec.weights is not None
    published = spec.weights.load()["_conv_head.weight"]
    tuned = read_checkpoint(folder.checkpoint).module.state_dict()["_conv_head.weight"]
    change = (tuned - published).norm() / published.norm()
    assert 0 < change < 0.1


@pytest.mark.parametrize("model", ["efficientnet_lite0", "mobilenet_v3_small", "small_cnn"])
def test_after_a_few_steps_a_network_is_tested_with_averages_of_its_own_pictures(
    tiny_data_set: DataSet, model: str
) -> None:
    plan = recipe(tiny_data_set, model=model)
    network = new_network(plan, tiny_data_set, torch.device("cpu")).module
    momenta = {module.momentum for module in network.modules() if isinstance(module, torch.nn.BatchNorm2d)}
    assert momenta == {KEPT_UP}
    assert (1 - KEPT_UP) ** 24 < 0.1, "of what the averages began with less than a tenth is left"


def test_progress_goes_on_while_validation_looks_at_its_pictures(
    tiny_data_set: DataSet, tmp_path: Path
) -> None:
    told: list[float] = []
    folder = RunFolder(tmp_path / "run")
    train(
        recipe(tiny_data_set, NOISY, epochs=1),
        tiny_data_set,
        folder,
        lambda share, step=None: told.append(share),
    )
    assert told == sorted(told)
    steps = 7
    assert told[0] == 0
    assert told[steps - 1] < told[steps] < told[-1] < 1
