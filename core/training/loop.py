"""The training loop: recipe and data set in, checkpoint and metrics out. Imports torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from core.data.dataset import DataSet
from core.errors import Paused
from core.folders import RunFolder
from core.networks.checkpoint import save_checkpoint
from core.networks.loading import choose_device, device_name
from core.progress import Report, finishing, part
from core.runs.recipe import Recipe
from core.runs.runs import ChosenBy
from core.training.calibration import Pace, calibrated
from core.training.card import quick_says
from core.training.choice import chosen_by
from core.training.device_feed import new_feed
from core.training.features import prepared
from core.training.feeds import Feed
from core.training.learner import Learner
from core.training.monitor import Look, Metrics, epoch_text, learning_share, looks_of, validate
from core.training.objectives import OBJECTIVES, Objective
from core.training.shown import Shown
from core.training.start import Begun, begin_epoch, new_network, training_pictures
from core.training.state import StateFolder


@dataclass(frozen=True)
class Trained:
    """What is known once training has ended."""

    seconds: float
    images: int
    """Pictures learned from, each once an epoch."""
    epochs: int
    """Done."""
    device: str
    pace: Pace
    accuracy: float | None
    """On the training pictures of the last epoch, 0..1."""
    chosen_by: ChosenBy
    chosen_epoch: int
    """The one whose weights are the checkpoint's, 1 the first."""
    validation_accuracy: float | None
    validation_noisy_accuracy: float | None
    """Of that epoch. None: no such pictures, or a clean recipe."""


def train(
    recipe: Recipe,
    data_set: DataSet,
    folder: RunFolder,
    report: Report,
    objective: Objective | None = None,
    begun: Begun | None = None,
) -> Trained:
    """Carry out a recipe, from where it was left if it was: writes metrics.jsonl and its state while it goes and the
    checkpoint at the end. Whoever knows that all is done removes the state.

    The same recipe on the same data gives the same weights, bit for bit on the same CPU with the same number of threads,
    however often it was interrupted.

    Args:
        objective: None for the recipe's.
        begun: what a recipe that starts from a run starts from.

    Raises:
        NoCuda, WeightsMissing, WeightsDamaged, CannotStartFrom, EmptySplit, Diverged, CannotWrite, DiskFull.
        Cancelled, Paused: from `report`, which is called at every step; no checkpoint is left then, but the state is.
    """
    device = choose_device(recipe.device)
    objective = objective or OBJECTIVES[recipe.objective]
    indices = training_pictures(recipe, data_set)

    def begin() -> tuple[Learner, Feed]:
        network = new_network(recipe, data_set, device, begun)
        feed = new_feed(network, data_set, indices, recipe, objective.views)
        return Learner(recipe, network, objective, feed.steps), feed

    state = StateFolder(folder.state, recipe, data_set)
    now, feed = state.resumed(begin)
    learner, steps, epochs = now.learner, feed.steps, recipe.epochs
    now.pace = now.pace or calibrated(recipe, learner.network, objective, feed, len(indices))
    learner.precision = now.pace.precision
    torch.set_num_threads(now.pace.threads)
    learner.says = quick_says(learner, epochs * steps - learner.step)
    learning = learning_share(recipe, data_set)
    looks: Sequence[Look] = looks_of(learner.network, recipe, data_set)
    with Metrics(folder.metrics, steps, recipe.learning_rate, device, now.metrics, now.tallies) as metrics:
        try:
            watched = Shown(folder.shown, learner.network).of(feed)
            feed, looks, report = prepared(learner, watched, looks, report)
            while now.epochs < epochs and not now.best.is_old(recipe.patience, now.epochs):
                epoch = now.epochs
                begin_epoch(recipe, learner.network, epoch)
                for views, targets in feed.epoch(epoch, learner.step - epoch * steps):
                    done = epoch + learning * (learner.step / steps - epoch)
                    report(done / epochs, epoch_text(epoch, epochs))
                    rate = learner.rate
                    loss, logits = learner.learn((views, targets))
                    metrics.add(learner.step, loss, logits, targets, rate)
                    state.save_in_time(now, metrics)
                rest = part(report, (epoch + learning) / epochs, (epoch + 1) / epochs)
                values = metrics.epoch() | validate(learner.tested, learner.says, looks, rest)
                metrics.end_epoch(epoch + 1, values)
                now.end_epoch(values)
                state.save_epoch(now, metrics)
                if finishing(report):
                    break
            state.save_end(now, metrics)
        except Paused:
            state.save(now, metrics)
            raise
    save_checkpoint(folder.last, learner.tested)
    learner.tested.module.load_state_dict(now.best.weights)
    save_checkpoint(folder.checkpoint, learner.tested)
    return Trained(
        seconds=now.seconds,
        images=now.epochs * len(indices),
        epochs=now.epochs,
        device=device_name(device),
        pace=now.pace,
        accuracy=now.values["accuracy"],
        chosen_by=chosen_by(recipe, now.best.values),
        chosen_epoch=now.best.epoch,
        validation_accuracy=now.best.values["validation_accuracy"],
        validation_noisy_accuracy=now.best.values["validation_noisy_accuracy"],
    )
