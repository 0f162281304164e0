"""Validation, which chooses the epoch that is kept, and the lines that tell how training goes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from core.data.dataset import DataSet
from core.folders import RunFolder
from core.images import read_picture
from core.networks.checkpoint import read_checkpoint
from core.networks.network import Network
from core.noise.catalogue import ORIGINAL, get_noise, standard_noises
from core.noise.mix import Mix
from core.progress import silent
from core.runs.estimate import CHOOSING
from core.runs.metrics_file import read_metrics
from core.runs.recipe import Recipe
from core.training import monitor
from core.training.batches import VALIDATION_SEED, Images, Indices, pictures
from core.training.choice import Best, Values, chosen_by, score
from core.training.learner import whole
from core.training.loop import train
from core.training.monitor import looks_of, validate
from core.training.objectives import Objective
from core.training.start import new_network
from tests.core.training.conftest import busy

CPU = torch.device("cpu")


def looked(network: Network, recipe: Recipe, data_set: DataSet) -> Values:
    return validate(network, whole, looks_of(network, recipe, data_set), silent)


def test_validation_noise_is_each_picture_s_own_and_the_same_in_every_epoch(tiny_data_set: DataSet) -> None:
    """What the network is given is looked at: it is the network that keeps it."""
    recipe = busy(tiny_data_set, model="small_cnn")
    network = new_network(recipe, tiny_data_set, CPU)
    seen: list[torch.Tensor] = []
    network.module.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0].clone()))
    first, again = (looked(network, recipe, tiny_data_set) for _ in range(2))
    assert first == again
    clean, noisy, clean_again, noisy_again = seen
    assert torch.equal(clean, clean_again)
    assert torch.equal(noisy, noisy_again)
    noise = (noisy - clean).flatten(1)
    assert len(torch.unique(noise, dim=0)) == len(noise), "no two pictures have the same"
    indices = tiny_data_set.indices("validation")
    alone = pictures(tiny_data_set, CHOOSING, VALIDATION_SEED, indices[3:4])
    assert torch.equal(network.inputs(torch.from_numpy(alone))[0], noisy[3]), "decided by its number alone"


@pytest.mark.parametrize(("most", "times"), [(monitor.KEPT_BYTES, 1), (0, 2)])
def test_noise_of_validation_is_made_once_a_training_where_memory_holds_its_pictures(
    tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch, most: int, times: int
) -> None:
    monkeypatch.setattr(monitor, "KEPT_BYTES", most)
    recipe = busy(tiny_data_set, model="small_cnn")
    network = new_network(recipe, tiny_data_set, CPU)
    made = 0

    def counted(data_set: DataSet, mix: Mix, seed: int, numbers: Indices) -> Images:
        nonlocal made
        made += len(numbers) * bool(mix.parts)
        return pictures(data_set, mix, seed, numbers)

    monkeypatch.setattr(monitor, "pictures", counted)
    monkeypatch.setattr(monitor, "VALIDATION_BATCH", 3)
    looks = looks_of(network, recipe, tiny_data_set)
    next(looks[1].batches())  # broken off
    made = 0
    first, again = (validate(network, whole, looks, silent) for _ in range(2))
    assert first == again
    assert made == times * len(tiny_data_set.indices("validation"))


def test_what_chooses_is_nothing_that_a_test_is_made_of_and_each_comes_at_every_severity() -> None:
    assert CHOOSING.noises == ["speckle_noise", "gaussian_blur", "spatter", "saturate"]
    assert not {*CHOOSING.noises} & {*standard_noises(), *ORIGINAL}
    assert not any(get_noise(noise).held_out for noise in CHOOSING.noises)
    assert {(part.probability, part.lowest, part.highest) for part in CHOOSING.parts} == {(0.25, 1, 5)}


def test_a_clean_recipe_is_not_looked_at_under_noise(tiny_data_set: DataSet) -> None:
    recipe = busy(tiny_data_set, model="small_cnn", augmentation="")
    clean = Recipe.read(recipe.to_json() | {"mix": []})
    found = looked(new_network(clean, tiny_data_set, CPU), clean, tiny_data_set)
    assert found["validation_accuracy"] is not None
    assert found["validation_noisy_accuracy"] is None
    augmented = Recipe.read(clean.to_json() | {"augmentation": "augmix"})
    found = looked(new_network(clean, tiny_data_set, CPU), augmented, tiny_data_set)
    assert found["validation_noisy_accuracy"] is not None


def figures(
    clean: float | None, noisy: float | None, loss: float, noisy_loss: float | None
) -> dict[str, Any]:
    return {
        "validation_accuracy": clean,
        "validation_noisy_accuracy": noisy,
        "validation_loss": loss,
        "validation_noisy_loss": noisy_loss,
    }


@pytest.mark.parametrize(
    ("epochs", "kept"),
    [
        ([(0.8, None, 0.5, None), (0.9, None, 0.6, None), (0.7, None, 0.1, None)], 2),
        ([(0.8, None, 0.5, None), (0.8, None, 0.4, None), (0.8, None, 0.4, None)], 2),
        ([(0.9, 0.5, 0.1, 0.1), (0.8, 0.7, 0.2, 0.2)], 2),
        ([(0.9, 0.5, 0.1, 0.3), (0.5, 0.9, 0.1, 0.2)], 2),
        ([(0.9, 0.5, 0.1, 0.1), (0.8, 0.5, 0.0, 0.0)], 1),
        ([(0.9, None, float("nan"), None), (0.9, None, 0.5, None)], 2),
        ([(None, None, 0.0, None), (None, None, 0.0, None)], 2),
    ],
)
def test_the_epoch_with_the_best_mean_is_kept_and_the_loss_decides_where_it_is_the_same(
    tiny_data_set: DataSet, epochs: Sequence[tuple[Any, ...]], kept: int
) -> None:
    best = Best()
    network: Network = new_network(busy(tiny_data_set, model="small_cnn"), tiny_data_set, CPU)
    for number, values in enumerate(epochs, 1):
        best.look(network, number, figures(*values))
    assert best.epoch == kept
    assert best.weights.keys() == network.module.state_dict().keys()


def unlearning(after: int) -> Objective:
    """Learns for so many batches, then the contrary."""
    batches = iter(range(10_000))

    def loss(logits: Sequence[torch.Tensor], labels: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(logits[0], labels if next(batches) < after else 1 - labels)

    return Objective("unlearning", ("noisy",), loss)


def plain_plan(data_set: DataSet, **values: Any) -> Recipe:
    rest = {"average": 0.0, "accumulate": 1, "label_smoothing": 0.0, "crops": False, "flips": False}
    plain = {"model": "small_cnn", "schedule": "constant", "augmentation": ""}
    return busy(data_set, **rest | plain | values)


def test_the_best_epoch_is_the_checkpoint_and_the_last_is_kept_beside_it(
    tiny_data_set: DataSet, tmp_path: Path
) -> None:
    folder = RunFolder(tmp_path / "run")
    trained = train(plain_plan(tiny_data_set, epochs=5), tiny_data_set, folder, silent, unlearning(21))
    epochs = read_metrics(folder).query("kind == 'epoch'").reset_index(drop=True)
    scores = [score(row) for row in epochs.to_dict("records")]
    assert trained.chosen_epoch == 1 + scores.index(max(scores)) < 5
    assert trained.chosen_by == "clean_and_noisy"
    assert trained.validation_accuracy == epochs["validation_accuracy"][trained.chosen_epoch - 1]
    recipe = plain_plan(tiny_data_set)
    for file, epoch in ((folder.checkpoint, trained.chosen_epoch), (folder.last, 5)):
        found = looked(read_checkpoint(file), recipe, tiny_data_set)
        assert found["validation_accuracy"] == epochs["validation_accuracy"][epoch - 1]


def test_what_chose_is_told(tiny_data_set: DataSet) -> None:
    noisy = busy(tiny_data_set, model="small_cnn", augmentation="")
    clean = Recipe.read(noisy.to_json() | {"mix": []})
    assert chosen_by(noisy, figures(0.5, 0.5, 1.0, 1.0)) == "clean_and_noisy"
    assert chosen_by(clean, figures(0.5, None, 1.0, None)) == "clean"
    assert chosen_by(noisy, figures(None, None, 1.0, None)) == "last"


def test_training_ends_early_where_validation_has_not_become_better_for_so_long(
    tiny_data_set: DataSet, tmp_path: Path
) -> None:
    plan = plain_plan(tiny_data_set, epochs=30, patience=2)
    trained = train(plan, tiny_data_set, RunFolder(tmp_path / "run"), silent, unlearning(21))
    assert trained.epochs == trained.chosen_epoch + 2 < 30
    assert trained.images == trained.epochs * 56


def test_lines_tell_rate_pace_and_memory_and_a_picture_shows_what_is_learned(
    tiny_data_set: DataSet, tmp_path: Path
) -> None:
    folder = RunFolder(tmp_path / "run")
    plan = replace(plain_plan(tiny_data_set, epochs=1), mix=Mix())
    train(plan, tiny_data_set, folder, silent)
    steps = read_metrics(folder).query("kind == 'step'")
    assert set(steps["learning_rate"]) == {plan.learning_rate}
    assert (steps["images_per_second"] > 0).all()
    assert (steps["memory"] > 2**20).all()
    grid = read_picture(folder.shown, "shown").pixels
    assert grid.shape == (32, 8 * 36 - 4, 3), "a batch of eight in one row"
    known = {tiny_data_set.images[number].tobytes() for number in tiny_data_set.indices("train")}
    assert all(grid[:, at : at + 32].tobytes() in known for at in range(0, 8 * 36, 36))
