"""A recipe: everything that decides a training run. Imports no torch: pages list recipes."""

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, cast, get_args

from core.errors import NotAChoice, NotUnderstood, OutOfRange, UnknownName
from core.noise.mix import Mix
from core.noise.stack import LARGEST_SEED
from core.records import fits
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


def model_name(key: str) -> str:
    """What people call a model; one that only another version knows by its key."""
    spec = models().get(key)
    return key if spec is None else spec.name


@dataclass(frozen=True)
class Recipe:
    """What decides a run. `Recipe.make` checks it; `to_json` and `read` keep it in run.json."""

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
    kept: dict[str, Any] = field(default_factory=dict, hash=False)
    """What its file says that this version does not understand: written back as it came."""

    @classmethod
    def make(cls, **values: Any) -> "Recipe":
        """A recipe that can be run; without a learning rate it gets the one that fits its start.

        Raises:
            UnknownName, OutOfRange, NotAChoice: names the value and what is allowed.
        """
        values.setdefault("learning_rate", fitting_rate(bool(values.get("pretrained"))))
        recipe = cls(**values)
        recipe.check()
        return recipe

    def check(self) -> None:
        """Whether it can be run as it is.

        Raises:
            UnknownName, OutOfRange, NotAChoice, NotUnderstood: names the value and what is allowed.
        """
        for name in (one.name for one in fields(self) if one.name in self.kept):
            raise NotUnderstood(
                value=str(self.kept[name])[:100],
                what=Text(en=f"the {name} of a recipe", ko=f"학습 설정의 {name}"),
                form=str(getattr(self, name)),
            )
        spec = get_model(self.model)
        Mix.make(self.mix.parts)
        limits: list[tuple[Text, float, float, float]] = [
            (Text(en="The number of epochs", ko="에폭 수"), self.epochs, 1, 1000),
            (Text(en="The seed", ko="시드"), self.seed, 0, LARGEST_SEED),
            (Text(en="The batch size", ko="배치 크기"), self.batch_size, 2, 4096),
            (Text(en="The learning rate", ko="학습률"), self.learning_rate, 1e-6, 1.0),
            (Text(en="The weight decay", ko="가중치 감쇠"), self.weight_decay, 0.0, 1.0),
        ]
        for what, value, lowest, highest in limits:
            if not lowest <= value <= highest:
                raise OutOfRange(what=what, lowest=lowest, highest=highest, value=value)
        if self.device not in get_args(Device):
            raise NotAChoice(
                what=Text(en="The device", ko="장치"),
                choices=listing(get_args(Device)),
                value=self.device,
            )
        if self.pretrained and spec.weights is None:
            known = [key for key, model in models().items() if model.weights is not None]
            raise UnknownName(Text(en="model with pretrained weights", ko="사전 학습 모델"), spec.key, known)

    def to_json(self) -> dict[str, Any]:
        known = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "kept"}
        return known | {"mix": self.mix.to_json()} | self.kept

    @classmethod
    def read(cls, value: Any) -> "Recipe":
        """The recipe that `to_json` of this or another version wrote; whether it can be run, `check` says.

        A key that is missing or has a value of another kind gets what is usual; the value is kept beside it.
        """
        given = dict(value) if isinstance(value, dict) else {}
        usual = cls("", "", "")
        known: dict[str, Any] = {}
        names = {one.name for one in fields(cls)} - {"kept"}
        kept = {name: said for name, said in given.items() if name not in names}
        for one in fields(cls):
            if one.name in ("mix", "kept") or one.name not in given:
                continue
            fitting = fits(given[one.name], getattr(usual, one.name))
            (known if fitting else kept)[one.name] = given[one.name]
        mix = Mix.read(given.get("mix", []))
        if given.get("mix", []) != mix.to_json():
            kept["mix"] = given["mix"]
        return replace(usual, **known, mix=mix, kept=kept)


def checked_device(name: str) -> Device:
    """`name` as a device choice."""
    if name not in get_args(Device):
        raise NotAChoice(what=Text(en="The device", ko="장치"), choices=listing(get_args(Device)), value=name)
    return cast(Device, name)
