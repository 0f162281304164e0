"""The training loop: recipe and data set in, checkpoint and metrics out. Imports torch."""

import json
import math
import time
from functools import partial
from typing import Any, TextIO

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.ahead import made_ahead
from core.data.dataset import DataSet
from core.errors import Diverged, EmptySplit
from core.networks.checkpoint import save_checkpoint
from core.networks.loading import choose_device, device_name, pretrained_network, use_all_cores
from core.networks.network import Network, Preprocessing
from core.noise.mix import Mix
from core.progress import Report, part
from core.runs.estimate import FORWARD_SHARE
from core.runs.recipe import Recipe, get_model
from core.store import RunFolder
from core.training.batches import VALIDATION_SEED, noise_seed, pictures, shuffled
from core.training.schedule import rate_at
from core.words import Text
from models.registry import ModelSpec

STEPS_A_LINE = 10
"""At most; fewer where an epoch has few."""
PRETRAINED_SHARE = 0.1
"""Pretrained layers learn at this share of the rate of the new ones."""
VALIDATION_BATCH = 128
KEPT_UP = 0.1
"""Share of each batch in the running averages of batch normalisation. Some networks are made for millions of steps and
take 0.01: after the few steps of a run here they would be tested with averages of other pictures (insects of 64 px,
EfficientNet-Lite0, 24 steps: 80 % instead of 86 % of the test pictures right)."""


def train(recipe: Recipe, data_set: DataSet, folder: RunFolder, report: Report) -> dict[str, Any]:
    """Carry out a recipe: writes metrics.jsonl while it goes and the checkpoint at the end.

    The same recipe on the same data gives the same weights, bit for bit on the same CPU with the same
    number of threads.

    Returns:
        The run's summary (core.runs.runs.Run.summary).

    Raises:
        NoCuda, WeightsMissing, WeightsDamaged, EmptySplit, Diverged, CannotWrite.
        Cancelled: from `report`, which is called at every step; no checkpoint is left then.
    """
    started = time.perf_counter()
    use_all_cores()
    device = choose_device(recipe.device)
    indices = data_set.indices("train")
    if len(indices) == 0:
        raise EmptySplit(name=data_set.name, split=Text(en="training", ko="학습용"))
    labels = torch.from_numpy(data_set.labels[:].copy())
    network = _new_network(recipe, data_set, device)
    optimiser = torch.optim.AdamW(_parameter_groups(recipe, network))
    batches = len(shuffled(indices, recipe.batch_size, recipe.seed, 0))
    every = min(
        STEPS_A_LINE, max(1, batches // 4)
    )  # the first curve of a slow run does not wait for an epoch's end
    looks = (2 if recipe.mix.parts else 1) * len(data_set.indices("validation"))
    learning = len(indices) / (len(indices) + FORWARD_SHARE * looks)
    step, line = 0, dict[str, Any]()
    folder.path.mkdir(parents=True, exist_ok=True)
    with folder.metrics.open("w", encoding="utf-8") as metrics:
        for epoch in range(recipe.epochs):
            saying = Text(en=f"Epoch {epoch + 1} of {recipe.epochs}", ko=f"에폭 {epoch + 1}/{recipe.epochs}")
            seed = noise_seed(recipe.seed, epoch)
            torch.manual_seed(seed)  # dropout: an epoch depends on no draw of an earlier one
            network.module.train()
            whole, recent = _Tally(), _Tally()
            order = shuffled(indices, recipe.batch_size, recipe.seed, epoch)
            for chosen, images in made_ahead(partial(pictures, data_set, recipe.mix, seed), order):
                report((epoch + learning * (step / batches - epoch)) / recipe.epochs, saying)
                rate = rate_at(step, recipe.epochs * batches, recipe.learning_rate)
                for group in optimiser.param_groups:
                    group["lr"] = rate * group["share"]
                truth = labels[chosen].to(device, non_blocking=True)
                logits = network.logits(torch.from_numpy(images))
                loss = F.cross_entropy(logits, truth)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                optimiser.step()
                step += 1
                for tally in (whole, recent):
                    tally.add(loss, logits, truth)
                if step % every == 0:
                    _append(metrics, {"kind": "step", "epoch": step / batches} | recent.read(recipe))
                    recent = _Tally()
            line = {"kind": "epoch", "epoch": epoch + 1.0} | whole.read(recipe)
            start, end = (epoch + learning) / recipe.epochs, (epoch + 1) / recipe.epochs
            line |= _validate(network, recipe.mix, data_set, labels, device, part(report, start, end))
            _append(metrics, line)
    save_checkpoint(folder.checkpoint, network)
    seconds = time.perf_counter() - started
    return {
        "data_set": data_set.name,
        "classes": data_set.classes,
        "class_labels": data_set.class_labels,
        "size": data_set.size,
        "table": data_set.table,
        "seconds": seconds,
        "images_per_second": recipe.epochs * len(indices) / seconds,
        "device": device_name(device),
        "epochs": recipe.epochs,
        "train_accuracy": line["accuracy"],
        "validation_accuracy": line["validation_accuracy"],
        "validation_noisy_accuracy": line["validation_noisy_accuracy"],
    }


class _Tally:
    """Mean loss and accuracy of some batches; on a GPU nothing waits until they are read."""

    def __init__(self) -> None:
        self.loss: Tensor | float = 0.0
        self.right: Tensor | float = 0.0
        self.images = 0

    def add(self, loss: Tensor, logits: Tensor, truth: Tensor) -> None:
        self.loss = self.loss + loss.detach() * len(truth)
        self.right = self.right + (logits.detach().argmax(1) == truth).sum()
        self.images += len(truth)

    def read(self, recipe: Recipe) -> dict[str, float]:
        """Raises Diverged: the loss is no number any more."""
        loss = float(self.loss) / self.images
        if not math.isfinite(loss):
            raise Diverged(rate=recipe.learning_rate)
        return {"loss": loss, "accuracy": float(self.right) / self.images}


def _new_network(recipe: Recipe, data_set: DataSet, device: torch.device) -> Network:
    spec = get_model(recipe.model)
    side = spec.input_size(data_set.size, recipe.pretrained)
    torch.manual_seed(recipe.seed)
    build = pretrained_network if recipe.pretrained else _random_network
    module = build(spec, len(data_set.classes), side)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = KEPT_UP
    network = Network(spec, module, data_set.classes, data_set.size, side, Preprocessing.of(spec))
    network.move_to(device)
    return network


def _random_network(spec: ModelSpec, num_classes: int, side: int) -> nn.Module:
    return spec.build(num_classes, side)


def _parameter_groups(recipe: Recipe, network: Network) -> list[dict[str, Any]]:
    """Weights decay, offsets and normalisation do not; pretrained layers learn slowly."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.module.named_parameters():
        share = PRETRAINED_SHARE if recipe.pretrained and not network.spec.is_new(name) else 1.0
        decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((decay, share), []).append(parameter)
    return [
        {"params": parameters, "weight_decay": decay, "share": share, "lr": 0.0}
        for (decay, share), parameters in groups.items()
    ]


def _validate(
    network: Network,
    mix: Mix,
    data_set: DataSet,
    labels: Tensor,
    device: torch.device,
    report: Report,
) -> dict[str, float | None]:
    """Loss and accuracy on the validation split, clean and under the same draw of the mix every time.

    Args:
        report: called at every batch; raises Cancelled.
    """
    indices = data_set.indices("validation")
    values: dict[str, float | None] = dict.fromkeys(
        ("validation_loss", "validation_accuracy", "validation_noisy_accuracy")
    )
    if len(indices) == 0:
        return values
    network.module.eval()
    chunks = [indices[i : i + VALIDATION_BATCH] for i in range(0, len(indices), VALIDATION_BATCH)]
    rounds = [Mix(), mix] if mix.parts else [Mix()]
    for turn, noises in enumerate(rounds):
        loss, right = 0.0, 0
        made = made_ahead(partial(pictures, data_set, noises, VALIDATION_SEED), chunks)
        for place, (chosen, images) in enumerate(made):
            report((turn + place / len(chunks)) / len(rounds))
            with torch.inference_mode():
                truth = labels[chosen].to(device)
                logits = network.logits(torch.from_numpy(images))
                loss += float(F.cross_entropy(logits, truth, reduction="sum"))
                right += int((logits.argmax(1) == truth).sum())
        if noises.parts:
            values["validation_noisy_accuracy"] = right / len(indices)
        else:
            values["validation_loss"] = loss / len(indices)
            values["validation_accuracy"] = right / len(indices)
    return values


def _append(metrics: TextIO, line: dict[str, Any]) -> None:
    metrics.write(json.dumps(line) + "\n")
    metrics.flush()
