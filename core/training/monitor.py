"""How training goes: the lines of metrics.jsonl, and the validation split. Imports torch."""

import json
import math
from typing import TextIO

import torch
from torch import Tensor
from torch.nn import functional as F

from core.data.dataset import DataSet
from core.errors import Diverged
from core.networks.network import Network
from core.noise.mix import Mix
from core.progress import Report
from core.runs.estimate import FORWARD_SHARE
from core.runs.recipe import Recipe
from core.training.batches import VALIDATION_SEED
from core.training.feeds import fed
from core.words import Text

STEPS_A_LINE = 10
"""At most; fewer where an epoch has few."""
VALIDATION_BATCH = 128


class _Tally:
    """Mean loss and accuracy of some batches; on a GPU nothing waits until they are read."""

    def __init__(self) -> None:
        self.loss: Tensor | float = 0.0
        self.right: Tensor | float = 0.0
        self.images = 0

    def add(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        self.loss = self.loss + loss.detach() * len(labels)
        self.right = self.right + (logits.detach().argmax(1) == labels).sum()
        self.images += len(labels)


class Metrics:
    """Writes metrics.jsonl: a line every few steps and one at each epoch's end."""

    def __init__(self, file: TextIO, steps: int, rate: float) -> None:
        """
        Args:
            steps: of an epoch.
            rate: the highest learning rate, named where the loss is no number any more.
        """
        self._file, self._steps, self._rate = file, steps, rate
        # The first curve of a slow run does not wait for an epoch's end.
        self._every = min(STEPS_A_LINE, max(1, steps // 4))
        self._whole, self._recent = _Tally(), _Tally()

    def add(self, step: int, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Count a batch.

        Args:
            step: steps done with it, of all epochs.

        Raises:
            Diverged: the loss is no number any more.
        """
        for tally in (self._whole, self._recent):
            tally.add(loss, logits, labels)
        if step % self._every == 0:
            self.write("step", step / self._steps, self._read(self._recent))
            self._recent = _Tally()

    def epoch(self) -> dict[str, float | None]:
        """Loss and accuracy of the batches since the epoch began; the next begins.

        Raises:
            Diverged.
        """
        values = self._read(self._whole)
        self._whole, self._recent = _Tally(), _Tally()
        return values

    def write(self, kind: str, epoch: float, values: dict[str, float | None]) -> None:
        """Append a line."""
        self._file.write(json.dumps({"kind": kind, "epoch": epoch} | values) + "\n")
        self._file.flush()

    def _read(self, tally: _Tally) -> dict[str, float | None]:
        loss = float(tally.loss) / tally.images
        if not math.isfinite(loss):
            raise Diverged(rate=self._rate)
        return {"loss": loss, "accuracy": float(tally.right) / tally.images}


def epoch_text(epoch: int, epochs: int) -> Text:
    """What is being done, for the progress of a run."""
    return Text(en=f"Epoch {epoch + 1} of {epochs}", ko=f"에폭 {epoch + 1}/{epochs}")


def learning_share(recipe: Recipe, data_set: DataSet) -> float:
    """Share of an epoch's time that goes into its steps, 0..1; the rest is validation."""
    images = len(data_set.indices("train"))
    looks = (2 if recipe.mix.parts else 1) * len(data_set.indices("validation"))
    return images / (images + FORWARD_SHARE * looks)


def validate(network: Network, mix: Mix, data_set: DataSet, report: Report) -> dict[str, float | None]:
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
        for place, ((inputs,), labels) in enumerate(
            fed(network, data_set, [(noises, VALIDATION_SEED)], chunks)
        ):
            report((turn + place / len(chunks)) / len(rounds))
            with torch.inference_mode():
                logits = network.module(inputs)
                loss += float(F.cross_entropy(logits, labels, reduction="sum"))
                right += int((logits.argmax(1) == labels).sum())
        if noises.parts:
            values["validation_noisy_accuracy"] = right / len(indices)
        else:
            values["validation_loss"] = loss / len(indices)
            values["validation_accuracy"] = right / len(indices)
    return values
