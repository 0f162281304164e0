"""Where a training stands, in files: it goes on from there to the same weights, bit for bit on the CPU. Imports torch.

One small file, state.json, says all that is no tensor and names the files that hold the tensors; it is replaced when these
are whole, so that whatever happens the last state that was whole is there.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from core.data.dataset import DataSet
from core.errors import Diverged
from core.files import read_json, remove_folder, write_bytes, write_json
from core.records import Record
from core.runs.recipe import Recipe
from core.training.calibration import Pace
from core.training.choice import Best, Values
from core.training.feeds import Feed
from core.training.learner import Learner, Numbers
from core.training.monitor import Metrics

_log = logging.getLogger(__name__)
FORMAT = 1
SECONDS = 60.0
"""That may be lost besides an epoch."""
SHARE = 0.05
"""Of a training's time that saving may take at the ends of its epochs; on a graphics card some are shorter than it."""
POINTER = "state.json"


@dataclass(frozen=True)
class Kept(Record):
    """What state.json says."""

    format: int = 0
    recipe: dict[str, Any] = field(default_factory=dict)
    data: str = ""
    """The fingerprint of the data set."""
    weights: str = ""
    """The file with network, optimiser, average and gradients."""
    best: str = ""
    """The file with the weights of the best epoch; "" before there is one."""
    best_epoch: int = 0
    best_values: dict[str, float | None] = field(default_factory=dict)
    step: int = 0
    epochs: int = 0
    """Done, validation and all."""
    values: dict[str, float | None] = field(default_factory=dict)
    """What was measured in the last of them."""
    averaged: int = 0
    precision: Numbers = "fp32"
    threads: int = 0
    seconds: float = 0.0
    tallies: dict[str, list[float]] = field(default_factory=dict)
    metrics: int = 0
    """Bytes of metrics.jsonl that were written."""
    preprocessing: list[list[float]] = field(default_factory=list)
    """As of core.networks.network.Preprocessing; empty where it does not say: then as the model begins."""


@dataclass
class Standing:
    """Where a training stands."""

    learner: Learner
    best: Best = field(default_factory=Best)
    epochs: int = 0
    """Done, validation and all."""
    values: Values = field(default_factory=dict)
    """What was measured in the last of them."""
    pace: Pace | None = None
    """None: not chosen yet."""
    metrics: int = 0
    tallies: dict[str, list[float]] | None = None
    """Both as of Kept when it was taken up; None: it begins."""
    before: float = 0.0
    """Seconds that it took until it was taken up."""
    taken_up: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """That it has taken, without what was lost."""
        return self.before + time.perf_counter() - self.taken_up

    def end_epoch(self, values: Values) -> None:
        """One more is done."""
        self.epochs, self.values = self.epochs + 1, values
        self.best.look(self.learner.tested, self.epochs, values)


class StateFolder:
    """The state of one training."""

    def __init__(self, path: Path, recipe: Recipe, data_set: DataSet) -> None:
        self.path, self._recipe, self._data_set = path, recipe, data_set
        self._saved_best = 0
        self._saved, self._took = time.monotonic(), 0.0
        """When it was saved last, and how long that took, s."""
        self._saved_epochs = 0

    def resumed(self, begin: Callable[[], tuple[Learner, Feed]]) -> tuple[Standing, Feed]:
        """Where training was left, or its beginning.

        Args:
            begin: makes what it begins with.
        """
        learner, feed = begin()
        kept = self.read()
        if kept is not None:
            try:
                return self._restored(kept, learner), feed
            except (
                OSError,
                SafetensorError,
                KeyError,
                RuntimeError,
            ):  # damaged, or of another version's network
                _log.exception("the state in %s cannot be read; training begins anew", self.path)
                learner, feed = begin()
        return Standing(learner), feed

    def read(self) -> Kept | None:
        """What was saved last; None where nothing was, or of another recipe or other data."""
        try:
            kept = Kept.read(read_json(self.path / POINTER))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            _log.exception("the state in %s cannot be read; training begins anew", self.path)
            return None
        fits = kept.recipe == self._recipe.to_json() and kept.data == self._data_set.card.fingerprint
        return kept if fits and kept.format == FORMAT and not kept.misread else None

    def _restored(self, kept: Kept, learner: Learner) -> Standing:
        tensors = safetensors.torch.load_file(self.path / kept.weights)
        best = safetensors.torch.load_file(self.path / kept.best) if kept.best else {}
        parts: dict[str, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            part, _, rest = name.partition("/")
            parts.setdefault(part, {})[rest] = value
        learner.network.module.load_state_dict(parts["network"])
        if learner.average is not None:
            learner.average.network.module.load_state_dict(parts["average"])
            learner.average.steps = kept.averaged
        _restore_optimiser(learner, parts.get("optimiser", {}))
        for name, parameter in learner.network.module.named_parameters():
            if name in parts.get("gradient", {}):
                parameter.grad = _like(parameter, parts["gradient"][name])
        learner.step = kept.step
        self._saved_best, self._saved_epochs = kept.best_epoch, kept.epochs
        on_device = {name: value.to(learner.network.device) for name, value in best.items()}
        return Standing(
            learner,
            Best(kept.best_epoch, dict(kept.best_values), on_device),
            kept.epochs,
            dict(kept.values),
            Pace(kept.precision, kept.threads),
            kept.metrics,
            kept.tallies,
            kept.seconds,
        )

    def save_in_time(self, now: Standing, metrics: Metrics) -> None:
        """`save`, where the last one is old enough."""
        if time.monotonic() - self._saved >= SECONDS:
            self.save(now, metrics)

    def save_epoch(self, now: Standing, metrics: Metrics) -> None:
        """`save`, at an epoch's end, unless that would take more than SHARE of the time since the last."""
        if time.monotonic() - self._saved >= min(SECONDS, self._took / SHARE):
            self.save(now, metrics)

    def save_end(self, now: Standing, metrics: Metrics) -> None:
        """`save`, where the last epoch is not."""
        if self._saved_epochs < now.epochs:
            self.save(now, metrics)

    def save(self, now: Standing, metrics: Metrics) -> None:
        """Keep where training stands.

        Raises:
            Diverged: a weight is no number any more; the state before it stays.
            DiskFull, CannotWrite: the state before it stays.
        """
        begun = time.monotonic()
        learner, best = now.learner, now.best
        assert now.pace is not None, "chosen before the first step"
        tensors = _tensors(learner)
        if not all(bool(torch.isfinite(value).all()) for value in tensors.values()):
            raise Diverged(rate=learner.recipe.learning_rate)
        file = f"{learner.step}-{now.epochs}.safetensors"
        best_file = f"best-{best.epoch}.safetensors" if best.weights else ""
        if best_file and best.epoch != self._saved_best:
            write_bytes(self.path / best_file, safetensors.torch.save(_on_host(best.weights)))
            self._saved_best = best.epoch
        write_bytes(self.path / file, safetensors.torch.save(_on_host(tensors)))
        shown = learner.network.preprocessing
        kept = Kept(
            format=FORMAT,
            recipe=self._recipe.to_json(),
            data=self._data_set.card.fingerprint,
            weights=file,
            best=best_file,
            best_epoch=best.epoch,
            best_values=best.values,
            step=learner.step,
            epochs=now.epochs,
            values=now.values,
            averaged=learner.average.steps if learner.average else 0,
            precision=now.pace.precision,
            threads=now.pace.threads,
            seconds=now.seconds,
            preprocessing=[list(shown.mean), list(shown.std)],
            **metrics.standing(),
        )
        write_json(self.path / POINTER, kept.to_json())
        for old in self.path.iterdir():
            if old.name not in (POINTER, file, best_file):
                old.unlink()
        self._saved, self._saved_epochs = time.monotonic(), now.epochs
        self._took = self._saved - begun

    def remove(self) -> None:
        """Forget it."""
        remove_folder(self.path)


def _tensors(learner: Learner) -> dict[str, Tensor]:
    module = learner.network.module
    found = {f"network/{name}": value for name, value in module.state_dict().items()}
    if learner.average is not None:
        averaged = learner.average.network.module.state_dict()
        found |= {f"average/{name}": value for name, value in averaged.items()}
    for name, parameter in module.named_parameters():
        if parameter.grad is not None:
            found[f"gradient/{name}"] = parameter.grad
        for key, value in learner.optimiser.state.get(parameter, {}).items():
            if isinstance(value, Tensor):
                found[f"optimiser/{key}/{name}"] = value
    return found


def _restore_optimiser(learner: Learner, found: dict[str, Tensor]) -> None:
    parameters = dict(learner.network.module.named_parameters())
    for name, value in found.items():
        key, _, of = name.partition("/")
        parameter = parameters[of]
        # AdamW's count of steps is a tensor without a shape.
        own = value.to(parameter.device) if value.shape != parameter.shape else _like(parameter, value)
        learner.optimiser.state[parameter][key] = own


def _like(parameter: Tensor, value: Tensor) -> Tensor:
    """The value on the parameter's device and, as it was, in its order in memory: sums may depend on it."""
    return torch.empty_like(parameter, dtype=value.dtype, requires_grad=False).copy_(value)


def _on_host(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
