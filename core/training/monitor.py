"""How training goes: the lines of metrics.jsonl, and the validation split. Imports torch."""

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import psutil
import torch
from torch import Tensor
from torch.nn import functional as F

from core.ahead import made_ahead
from core.data.dataset import DataSet
from core.errors import Diverged
from core.files import writing
from core.networks.network import Network
from core.noise.mix import Mix
from core.progress import Report
from core.runs.estimate import CHOOSING, FORWARD_SHARE, looks
from core.runs.recipe import Recipe
from core.training.batches import VALIDATION_SEED, Indices, pictures
from core.training.choice import Values
from core.training.learner import Says
from core.words import Text

STEPS_A_LINE = 10
"""At most; fewer where an epoch has few."""
VALIDATION_BATCH = 128
KEPT_BYTES = 2**29
"""Of the pictures of a look, up to which they stay in memory with their noise, on the network's device."""


@dataclass
class _Tally:
    """Of some batches: the sum over their pictures of the loss, and how many were right."""

    loss: float = 0.0
    right: float = 0.0
    images: int = 0

    def add(self, loss: float, right: float, images: int) -> None:
        self.loss, self.right, self.images = (
            self.loss + loss * images,
            self.right + right,
            self.images + images,
        )

    def to_json(self) -> list[float]:
        return [self.loss, self.right, self.images]

    @classmethod
    def read(cls, said: list[float]) -> "_Tally":
        loss, right, images = said
        return cls(loss, right, int(images))


class Metrics:
    """Writes metrics.jsonl: a line every few steps and one at each epoch's end.

    Raises:
        CannotWrite, DiskFull: from all that writes.
    """

    def __init__(
        self,
        path: Path,
        steps: int,
        rate: float,
        device: torch.device,
        length: int = 0,
        tallies: Mapping[str, list[float]] | None = None,
    ) -> None:
        """
        Args:
            steps: of an epoch.
            rate: the highest learning rate, named where the loss is no number any more.
            length: bytes of the file that stay; what comes after them will be written anew.
            tallies: what `standing` gave, to count on from there.
        """
        self._path, self._steps, self._rate, self._device = path, steps, rate, device
        # The first curve of a slow run does not wait for an epoch's end.
        self._every = min(STEPS_A_LINE, max(1, steps // 4))
        self._whole, self._recent = (
            _Tally.read(tallies[name]) if tallies else _Tally() for name in ("whole", "recent")
        )
        self._unread: list[tuple[Tensor, Tensor, int]] = []
        """Loss, how many were right and pictures of batches that are not counted yet: reading waits for a GPU."""
        self._since, self._counted = time.perf_counter(), 0
        """Of the last line: when it was, and pictures after it."""
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            # Nothing waits in a buffer: a full disk would be met by it once more when the file is closed.
            self._file = path.open("ab", buffering=0)
            self._file.truncate(min(length, self._file.tell()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, step: int, loss: Tensor, logits: Tensor, targets: Tensor, rate: float) -> None:
        """Count a batch.

        Args:
            step: steps done with it, of all epochs.
            rate: the learning rate of its step.

        Raises:
            Diverged: the loss is no number any more.
        """
        labels = targets.argmax(1) if targets.ndim > 1 else targets
        right = (logits.detach().argmax(1) == labels).sum()
        self._unread.append((loss.detach(), right, len(labels)))
        self._counted += len(targets)
        if step % self._every == 0:
            self._settle()
            values = self._read(self._recent)
            self.write("step", step / self._steps, values | {"learning_rate": rate} | self._pace())
            self._recent = _Tally()

    def epoch(self) -> Values:
        """Loss and accuracy of the batches since the epoch began.

        Raises:
            Diverged.
        """
        self._settle()
        return self._read(self._whole)

    def end_epoch(self, number: int, values: Values) -> None:
        """Write the line of an epoch; the next begins.

        Args:
            number: 1 for the first.
        """
        self.write("epoch", float(number), values)
        self._whole, self._recent = _Tally(), _Tally()
        self._since, self._counted = time.perf_counter(), 0

    def write(self, kind: str, epoch: float, values: Mapping[str, float | None]) -> None:
        """Append a line."""
        line = json.dumps({"kind": kind, "epoch": epoch, **values}).encode() + b"\n"
        with writing(self._path):
            while line:
                line = line[self._file.write(line) :]

    def standing(self) -> dict[str, Any]:
        """What of it belongs to a training's state: `tallies` and `metrics` of core.training.state.Kept."""
        with writing(self._path):
            os.fsync(self._file.fileno())
        self._settle()
        tallies = {"whole": self._whole.to_json(), "recent": self._recent.to_json()}
        return {"tallies": tallies, "metrics": self._file.tell()}

    def _settle(self) -> None:
        """Count the batches since the last time."""
        if not self._unread:
            return
        losses, rights, images = zip(*self._unread, strict=True)
        self._unread.clear()
        for batch in zip(torch.stack(losses).tolist(), torch.stack(rights).tolist(), images, strict=True):
            self._whole.add(*batch)
            self._recent.add(*batch)

    def _pace(self) -> Values:
        now = time.perf_counter()
        pace = self._counted / max(now - self._since, 1e-9)
        self._since, self._counted = now, 0
        return {"images_per_second": pace, "memory": memory(self._device)}

    def _read(self, tally: _Tally) -> Values:
        loss = tally.loss / tally.images
        if not math.isfinite(loss):
            raise Diverged(rate=self._rate)
        return {"loss": loss, "accuracy": tally.right / tally.images}


def memory(device: torch.device) -> int:
    """Bytes that training takes: of the graphics card the most so far, of the computer what this process has now."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    return int(psutil.Process().memory_info().rss)


def epoch_text(epoch: int, epochs: int) -> Text:
    """What is being done, for the progress of a run."""
    return Text(en=f"Epoch {epoch + 1} of {epochs}", ko=f"에폭 {epoch + 1}/{epochs}")


def learning_share(recipe: Recipe, data_set: DataSet) -> float:
    """Share of an epoch's time that goes into its steps, 0..1; the rest is validation."""
    images = len(data_set.indices("train"))
    seen = looks(recipe) * len(data_set.indices("validation"))
    return images / (images + FORWARD_SHARE * seen)


@dataclass(frozen=True)
class Look:
    """What validation looks at once an epoch."""

    name: str
    """"validation" or "validation_noisy"; with "_loss" and "_accuracy" what is found is called."""
    images: int
    batches: Callable[[], Iterator[tuple[Tensor, Tensor]]]
    """Inputs as the network is asked with, and int64 N labels; the same each time."""

    @property
    def steps(self) -> int:
        return -(-self.images // VALIDATION_BATCH)

    def through(self, change: Callable[[Tensor], Tensor], count: Callable[[], None]) -> "Look":
        """The same with changed inputs, kept in memory.

        Args:
            count: called before each batch; what it raises passes.
        """
        found = []
        for inputs, labels in self.batches():
            count()
            found.append((change(inputs), labels))
        return replace(self, batches=lambda: iter(found))


def looks_of(network: Network, recipe: Recipe, data_set: DataSet) -> list[Look]:
    """The pictures of the validation split: clean, and unless the recipe is, under CHOOSING. Each picture has the same
    noise every time, another than the next picture's. None where there are no such pictures."""
    indices = data_set.indices("validation")
    chunks = [indices[i : i + VALIDATION_BATCH] for i in range(0, len(indices), VALIDATION_BATCH)]
    size = len(indices) * 3 * data_set.size**2

    def look(name: str, mix: Mix) -> Look:
        keeps = (bool(mix.parts) or network.device.type == "cuda") and size <= KEPT_BYTES
        kept: list[tuple[Tensor, Tensor]] = []

        def make(numbers: Indices) -> tuple[Tensor, Tensor]:
            images = pictures(data_set, mix, VALIDATION_SEED, numbers)
            return torch.from_numpy(images), torch.from_numpy(np.array(data_set.labels[numbers]))

        def made() -> Iterator[tuple[Tensor, Tensor]]:
            found = []
            for _, both in made_ahead(make, chunks):
                images, labels = (part.to(network.device, non_blocking=True) for part in both)
                found += [(images, labels)] if keeps else []
                yield images, labels
            kept.extend(found)

        def batches() -> Iterator[tuple[Tensor, Tensor]]:
            for images, labels in kept or made():
                yield network.inputs(images), labels

        return Look(name, len(indices), batches)

    if len(indices) == 0:
        return []
    clean = look("validation", Mix())
    return [clean] if recipe.clean else [clean, look("validation_noisy", CHOOSING)]


def validate(network: Network, says: Says, looks: Sequence[Look], report: Report) -> Values:
    """Loss and accuracy on the validation split, by name; None for what was not looked at.

    Args:
        says: asks the network's module.
        report: called at every batch; raises Cancelled, Paused.
    """
    values: Values = dict.fromkeys(
        f"{name}_{what}" for name in ("validation", "validation_noisy") for what in ("loss", "accuracy")
    )
    network.module.eval()
    for turn, look in enumerate(looks):
        # Read when all is asked: nothing waits for a GPU meanwhile.
        loss: Tensor | float = 0.0
        right: Tensor | int = 0
        for place, (inputs, labels) in enumerate(look.batches()):
            report((turn + place / look.steps) / len(looks))
            with torch.inference_mode():
                logits = says(network.module, inputs)
                loss = loss + F.cross_entropy(logits, labels, reduction="sum").double()
                right = right + (logits.argmax(1) == labels).sum()
        values[f"{look.name}_loss"] = float(loss) / look.images
        values[f"{look.name}_accuracy"] = int(right) / look.images
    return values
