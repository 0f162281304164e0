"""The training loop: recipe and data set in, checkpoint and metrics out. Imports torch."""

import time
from dataclasses import dataclass

import torch

from core.data.dataset import DataSet
from core.networks.checkpoint import save_checkpoint
from core.networks.loading import choose_device, device_name, use_all_cores
from core.progress import Report, part
from core.runs.recipe import Recipe
from core.store import RunFolder
from core.training.batches import noise_seed
from core.training.feeds import Feed, HostFeed
from core.training.monitor import Metrics, epoch_text, learning_share, validate
from core.training.objectives import CROSS_ENTROPY, Objective
from core.training.schedule import rate_at
from core.training.start import new_network, new_optimiser, set_rate, training_pictures


@dataclass(frozen=True)
class Trained:
    """What is known once training has ended."""

    seconds: float
    images: int
    """Pictures learned from, each once an epoch."""
    device: str
    accuracy: float | None
    """On the training pictures of the last epoch, 0..1."""
    validation_accuracy: float | None
    validation_noisy_accuracy: float | None
    """None: no such pictures, or no noise in the mix."""


def train(
    recipe: Recipe,
    data_set: DataSet,
    folder: RunFolder,
    report: Report,
    objective: Objective = CROSS_ENTROPY,
) -> Trained:
    """Carry out a recipe: writes metrics.jsonl while it goes and the checkpoint at the end.

    The same recipe on the same data gives the same weights, bit for bit on the same CPU with the same
    number of threads.

    Raises:
        NoCuda, WeightsMissing, WeightsDamaged, EmptySplit, Diverged, CannotWrite.
        Cancelled: from `report`, which is called at every step; no checkpoint is left then.
    """
    started = time.perf_counter()
    use_all_cores()
    device = choose_device(recipe.device)
    indices = training_pictures(data_set)
    network = new_network(recipe, data_set, device)
    optimiser = new_optimiser(recipe, network)
    mix, seed, epochs = recipe.mix, recipe.seed, recipe.epochs
    feed: Feed = HostFeed(network, data_set, indices, mix, recipe.batch_size, seed, objective.views)
    learning = learning_share(recipe, data_set)
    step = 0
    folder.path.mkdir(parents=True, exist_ok=True)
    with folder.metrics.open("w", encoding="utf-8") as file:
        metrics = Metrics(file, feed.steps, recipe.learning_rate)
        for epoch in range(epochs):
            # For dropout: an epoch depends on no draw of an earlier one.
            torch.manual_seed(noise_seed(seed, epoch))
            network.module.train()
            for views, labels in feed.epoch(epoch):
                report((epoch + learning * (step / feed.steps - epoch)) / epochs, epoch_text(epoch, epochs))
                set_rate(optimiser, rate_at(step, epochs * feed.steps, recipe.learning_rate))
                logits = [network.module(inputs) for inputs in views]
                loss = objective.loss(logits, labels)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                optimiser.step()
                step += 1
                metrics.add(step, loss, logits[0], labels)
            values = metrics.epoch()
            rest = part(report, (epoch + learning) / epochs, (epoch + 1) / epochs)
            values |= validate(network, mix, data_set, rest)
            metrics.write("epoch", epoch + 1.0, values)
    save_checkpoint(folder.checkpoint, network)
    return Trained(
        seconds=time.perf_counter() - started,
        images=epochs * len(indices),
        device=device_name(device),
        accuracy=values["accuracy"],
        validation_accuracy=values["validation_accuracy"],
        validation_noisy_accuracy=values["validation_noisy_accuracy"],
    )
