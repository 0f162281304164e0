"""A recipe: everything that decides a training run. Imports no torch: pages list recipes."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast, get_args

from core.errors import NotAChoice, OutOfRange, UnknownName
from core.noise.mix import Mix
from core.noise.stack import LARGEST_SEED
from core.words import Text, listing
from models.registry import ModelSpec, models

Device = Literal["auto", "cpu", "cuda"]
RATE = 3e-3
"""Highest learning rate that fits random weights."""
PRETRAINED_RATE = 2e-3
"""That fits ImageNet weights."""


def fitting_rate(pretrained: bool) -> float:
    """The highest learning rate that fits a start from ImageNet weights, or from random ones."""
    return PRETRAINED_RATE if pretrained else RATE


def get_model(key: str) -> ModelSpec:
    """The model called `key`.

    Raises:
        UnknownName: there is none; says which are near.
    """
    known = models()
    if key not in known:
        raise UnknownName(Text(en="model", ko="모델"), key, known)
    return known[key]


@dataclass(frozen=True)
class Recipe:
    """What decides a run. `Recipe.make` checks it; `to_json` and `from_json` keep it in run.json."""

    data_set_id: str
    data_set_fingerprint: str
    model: str
    mix: Mix = field(default_factory=Mix)
    epochs: int = 8
    seed: int = 0
    batch_size: int = 64
    learning_rate: float = RATE
    """Highest rate of the one-cycle schedule."""
    weight_decay: float = 0.05
    pretrained: bool = False
    """Start from the model's ImageNet weights."""
    device: Device = "auto"

    @classmethod
    def make(cls, **values: Any) -> "Recipe":
        """A recipe that can be run; without a learning rate it gets the one that fits its start.

        Raises:
            UnknownName, OutOfRange, NotAChoice: names the value and what is allowed.
        """
        values.setdefault("learning_rate", fitting_rate(bool(values.get("pretrained"))))
        recipe = cls(**values)
        spec = get_model(recipe.model)
        limits: list[tuple[Text, float, float, float]] = [
            (Text(en="The number of epochs", ko="에폭 수"), recipe.epochs, 1, 1000),
            (Text(en="The seed", ko="시드"), recipe.seed, 0, LARGEST_SEED),
            (Text(en="The batch size", ko="배치 크기"), recipe.batch_size, 2, 4096),
            (Text(en="The learning rate", ko="학습률"), recipe.learning_rate, 1e-6, 1.0),
            (Text(en="The weight decay", ko="가중치 감쇠"), recipe.weight_decay, 0.0, 1.0),
        ]
        for what, value, lowest, highest in limits:
            if not lowest <= value <= highest:
                raise OutOfRange(what=what, lowest=lowest, highest=highest, value=value)
        if recipe.device not in get_args(Device):
            raise NotAChoice(
                what=Text(en="The device", ko="장치"),
                choices=listing(get_args(Device)),
                value=recipe.device,
            )
        if recipe.pretrained and spec.weights is None:
            known = [key for key, model in models().items() if model.weights is not None]
            raise UnknownName(Text(en="model with pretrained weights", ko="사전 학습 모델"), spec.key, known)
        return recipe

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"mix": self.mix.to_json()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Recipe":
        return cls.make(**(value | {"mix": Mix.from_json(value["mix"])}))

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that differ when anything that decides the run does (the device does not)."""
        facts = {name: value for name, value in self.to_json().items() if name != "device"}
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]


def checked_device(name: str) -> Device:
    """`name` as a device choice."""
    if name not in get_args(Device):
        raise NotAChoice(what=Text(en="The device", ko="장치"), choices=listing(get_args(Device)), value=name)
    return cast(Device, name)
