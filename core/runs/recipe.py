"""A recipe: everything that decides a training run. Imports no torch: pages list recipes."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, cast, get_args

from core.errors import (
    CannotUseModel,
    NotAChoice,
    NotTogether,
    NotUnderstood,
    OutOfRange,
    TimmMissing,
    UnknownName,
)
from core.noise.mix import Mix
from core.noise.stack import LARGEST_SEED
from core.records import fits
from core.words import Text, fill_text, listing
from models.names import NoSuchModel, NoTimm, called, model_called
from models.registry import TORCHVISION_LICENCE, ModelSpec, NotAClassifier, models

Device = Literal["auto", "cpu", "cuda"]
Trains = Literal["all", "head", "head_first"]
Augmentation = Literal[
    "", "augmix", "prime", "apr", "pixmix", "mixup", "cutmix", "random_erasing", "hide_and_seek"
]
ObjectiveKey = Literal["cross_entropy", "jsd"]
Drawn = Literal["each_epoch", "once"]
MixOverEpochs = Literal["same", "easy_to_hard"]
Optimiser = Literal["adamw", "sgd"]
Schedule = Literal["one_cycle", "cosine", "constant"]
Balance = Literal["none", "weights", "sampling"]
Precision = Literal["auto", "fp32", "bf16"]
MODEL = Text(en="model", ko="모델")
RANDOM, IMAGENET = "random", "imagenet"
"""What a network may start from besides one of one's own runs."""
MIXES_LABELS = ("mixup", "cutmix")
"""Augmentations after which a picture is of several classes."""
RATE = 3e-3
"""Highest learning rate that fits random weights."""
PRETRAINED_RATE = 2e-3
"""That fits ImageNet weights."""
HEAD_RATE = 1e-2
"""That fits a head that learns alone."""
HEAD_DRAWS = 4
"""Forms of each picture from which it learns. One gives most of what noise in training brings, more than four little
besides (toy of five digits, mean accuracy under noise: clean alone .74, 1 .90, 2 .91, 4 .914, 16 .925)."""
SGD_TIMES = 15
"""SGD with momentum takes so many times the rate of AdamW."""
SGD_DECAY = 5e-4
"""Weight decay that fits SGD, where it is part of the gradient."""

FOG = '[{"noise": "fog", "probability": 0.5, "lowest": 1, "highest": 5}]'
"""What a mix looks like in a file."""
WHOLE_FROM = 0.75
"""Share of the epochs after which a mix that goes from easy to hard is all there."""


def fitting_rate(pretrained: bool, optimiser: Optimiser = "adamw", trains: Trains = "all") -> float:
    """The highest learning rate that fits a start from learned weights, or from random ones."""
    rate = HEAD_RATE if trains == "head" else PRETRAINED_RATE if pretrained else RATE
    return SGD_TIMES * rate if optimiser == "sgd" else rate


def get_model(key: str) -> ModelSpec:
    """The model called `key`: a registered one, or one of torchvision's or timm's ("timm:NAME") by its name.

    Raises:
        UnknownName: there is none; says which are near. TimmMissing, CannotUseModel.
    """
    try:
        return model_called(key)
    except NoSuchModel as error:
        near = difflib.get_close_matches(key, error.others, n=1)
        raise UnknownName(MODEL, key, [*models(), *error.others] if near else models()) from error
    except NoTimm as error:
        raise TimmMissing(model=key) from error
    except NotAClassifier as error:
        raise CannotUseModel(model=key, why=Text(**error.why)) from error


def model_name(key: str) -> str:
    """What people call a model; one that only another version knows by its key."""
    return called(key)


def usual(values: Mapping[str, Any]) -> dict[str, Any]:
    """What fits the rest of a recipe, for fields that it leaves out: rate and weight decay."""
    sgd = values.get("optimiser") == "sgd"
    learned = values.get("start", RANDOM) != RANDOM or values.get("pretrained") is True
    rate = {"learning_rate": fitting_rate(learned, "sgd" if sgd else "adamw")}
    return rate | ({"weight_decay": SGD_DECAY} if sgd else {})


TOLD = (
    "mix",
    "epochs",
    "learning_rate",
    "batch_size",
    "seed",
    "device",
    "start",
    "precision",
    "threads",
    "drawn",
)
"""Fields of a recipe that every record of a run tells in words."""


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
    """The highest of its schedule."""
    weight_decay: float = 0.05
    start: str = RANDOM
    """"random", "imagenet" (the model's published weights), or the id of a run."""
    device: Device = "auto"
    trains: Trains = "all"
    """The whole network, the parts alone that begin anew, or these first and then all."""
    side: int = 0
    """Of what the network is given, px; 0: what the model says."""
    augmentation: Augmentation = ""
    """A key of core.training.augmentations; "" for none."""
    objective: ObjectiveKey = "cross_entropy"
    preset: str = ""
    """What it was made from; decides nothing."""
    drawn: Drawn = "each_epoch"
    """Whether the noise of a picture is drawn anew in each epoch."""
    mix_over_epochs: MixOverEpochs = "same"
    optimiser: Optimiser = "adamw"
    schedule: Schedule = "one_cycle"
    accumulate: int = 1
    """Batches whose gradients make one step."""
    label_smoothing: float = 0.0
    average: float = 0.0
    """How much of the averaged weights stays at each step; 0: no average is kept."""
    patience: int = 0
    """Ends after so many epochs without a better validation; 0: never early."""
    balance: Balance = "none"
    """How classes of unequal size count the same: by weights in the loss, or by how often pictures are drawn."""
    flips: bool = False
    crops: bool = False
    precision: Precision = "auto"
    threads: int = 0
    """Of the CPU; 0: what is quickest here, timed before the first step."""
    share: float = 1.0
    """Of the training pictures that it learns from, chosen by the seed; core.data.splits.part_of."""
    kept: dict[str, Any] = field(default_factory=dict, hash=False)
    """What its file says that this version does not understand: written back as it came."""

    @classmethod
    def make(cls, **values: Any) -> "Recipe":
        """A recipe that can be run; without a learning rate it gets the one that fits its start and its optimiser.

        Raises:
            UnknownName, OutOfRange, NotAChoice: names the value and what is allowed.
        """
        values = usual(values) | values
        recipe = cls(**values)
        recipe.check()
        return recipe

    @property
    def pretrained(self) -> bool:
        """It starts from the model's ImageNet weights."""
        return self.start == IMAGENET

    @property
    def started_from(self) -> str | None:
        """The id of the run with whose weights it starts; None where it starts otherwise."""
        return None if self.start in (RANDOM, IMAGENET) else self.start

    @property
    def clean(self) -> bool:
        """Nothing is done to its pictures that is to make it hold: no noise, no augmentation."""
        return not self.mix.noises and not self.augmentation

    @property
    def told_apart(self) -> dict[str, Any]:
        """Fields by which it differs from what is usual, besides those that every record of a run tells."""
        plain = replace(Recipe(self.data_set_id, self.data_set_fingerprint, self.model), start=self.start)
        fields_of = self.to_json()
        usual_of = plain.to_json() | usual(fields_of)
        return {
            name: value
            for name, value in fields_of.items()
            if name not in TOLD and name not in self.kept and value != usual_of[name]
        }

    def network_side(self, size: int) -> int:
        """Side of the square that the network is given for pictures of `size` px."""
        spec = get_model(self.model)
        return spec.fitting_side(self.side) if self.side else spec.input_size(size, self.pretrained)

    def mix_at(self, epoch: int, table: str) -> Mix:
        """The mix of one epoch, 0 the first; from easy to hard it is whole in the last quarter.

        Args:
            table: the severity table.
        """
        if self.mix_over_epochs == "same":
            return self.mix
        return self.mix.eased(min(1.0, epoch / max(1.0, WHOLE_FROM * self.epochs)), table)

    @property
    def draws(self) -> int:
        """Forms of each picture that the head, where it learns alone, gets to see: one where no chance is in them."""
        chance = self.flips or self.crops or self.augmentation or self.balance == "sampling"
        changing = chance or (self.mix.noises and self.drawn == "each_epoch")
        return min(HEAD_DRAWS, self.epochs) if changing else 1

    def check(self) -> None:
        """Whether it can be run as it is.

        Raises:
            UnknownName, OutOfRange, NotAChoice, NotTogether, NotUnderstood: names the value and what is allowed.
        """
        names = [one.name for one in fields(self)]
        for name in (one for one in [*names, "pretrained"] if one in self.kept):
            raise self.not_understood(name)
        spec = get_model(self.model)
        Mix.make(self.mix.parts)
        for name in LIMITS | CHOICES:
            if (fault := self.fault(name)) is not None:
                raise fault
        if not self.start:
            raise NotUnderstood(value="", what=Text(en="a start", ko="시작 가중치"), form=RANDOM)
        if self.pretrained and spec.weights is None:
            known = [key for key, model in models().items() if model.weights is not None]
            raise UnknownName(Text(en="model with pretrained weights", ko="사전 학습 모델"), spec.key, known)
        if self.objective == "jsd" and self.augmentation in MIXES_LABELS:
            raise NotTogether(
                first=f"objective {self.objective}",
                second=f"augmentation {self.augmentation}",
                why=Text(
                    en="one compares forms of one picture, the other mixes two pictures into one",
                    ko="하나는 사진 한 장의 여러 모습을 비교하고, 다른 하나는 사진 두 장을 섞습니다",
                ),
            )
        if self.drawn == "once" and self.mix_over_epochs != "same":
            raise NotTogether(
                first=f"drawn {self.drawn}",
                second=f"mix_over_epochs {self.mix_over_epochs}",
                why=Text(
                    en="noise that is drawn once does not change over the epochs",
                    ko="한 번만 만든 노이즈는 에폭이 지나도 바뀌지 않습니다",
                ),
            )

    def not_understood(self, name: str) -> NotUnderstood:
        """That what its file says of a field, and is kept, is nothing that the field can be."""
        return NotUnderstood(
            value=str(self.kept[name])[:100],
            what=Text(en=f"the {name} of a recipe", ko=f"학습 설정의 {name}"),
            form=FOG if name == "mix" else str(getattr(self, name)),
        )

    def fault(self, name: str) -> OutOfRange | NotAChoice | None:
        """Why one of LIMITS or CHOICES cannot be what it is; None where it can.

        Raises:
            UnknownName, TimmMissing, CannotUseModel: of the model, which decides how small the image may be.
        """
        value = getattr(self, name)
        if name in CHOICES:
            what, kind = CHOICES[name]
            if value in get_args(kind):
                return None
            choices = listing([f'"{one}"' if one == "" else one for one in get_args(kind)], 20)
            return NotAChoice(what=what, choices=choices, value=value)
        what, lowest, highest = LIMITS[name]
        if name == "side" and value:
            lowest = get_model(self.model).least_size
        if lowest <= value <= highest:
            return None
        return OutOfRange(what=what, lowest=lowest, highest=highest, value=value)

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
        if isinstance(given.get("pretrained"), bool):  # what starts were, before there were more
            given = {"start": IMAGENET if given["pretrained"] else RANDOM} | given
            del given["pretrained"]
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


def weights_licence(recipe: Recipe) -> Text | None:
    """That the weights which a recipe starts from have a licence of their own; None where there is nothing to heed."""
    weights = get_model(recipe.model).weights if recipe.pretrained else None
    if weights is None or weights.local or weights.licence == TORCHVISION_LICENCE:
        return None
    said = Text(
        en="Licence of these weights: {licence}. It is for you to see that your use is allowed.",
        ko="이 가중치의 라이선스: {licence}. 쓰려는 목적에 맞는지 직접 확인해 주세요.",
    )
    return fill_text(said, licence=weights.licence)


LIMITS: dict[str, tuple[Text, float, float]] = {
    "epochs": (Text(en="The number of epochs", ko="에폭 수"), 1, 1000),
    "seed": (Text(en="The seed", ko="시드"), 0, LARGEST_SEED),
    "batch_size": (Text(en="The batch size", ko="배치 크기"), 2, 4096),
    "learning_rate": (Text(en="The learning rate", ko="학습률"), 1e-6, 1.0),
    "weight_decay": (Text(en="The weight decay", ko="가중치 감쇠"), 0.0, 1.0),
    "side": (Text(en="The image size", ko="사진 크기"), 0, 1024),
    "accumulate": (Text(en="The number of batches in a step", ko="한 단계의 배치 수"), 1, 1024),
    "label_smoothing": (Text(en="The label smoothing", ko="라벨 스무딩"), 0.0, 0.9),
    "average": (Text(en="The decay of the averaged weights", ko="가중치 평균의 감쇠율"), 0.0, 0.99999),
    "patience": (Text(en="The patience", ko="조기 종료 에폭 수"), 0, 1000),
    "threads": (Text(en="The number of threads", ko="스레드 수"), 0, 1024),
    "share": (Text(en="The share of the training pictures", ko="학습용 사진의 비율"), 0.001, 1.0),
}
"""What each number of a recipe may be, with both ends."""
CHOICES: dict[str, tuple[Text, Any]] = {
    "device": (Text(en="The device", ko="장치"), Device),
    "trains": (Text(en="What is trained", ko="학습할 부분"), Trains),
    "augmentation": (Text(en="The augmentation", ko="데이터 증강"), Augmentation),
    "objective": (Text(en="The objective", ko="학습 목표"), ObjectiveKey),
    "drawn": (Text(en="When noise is drawn", ko="노이즈를 만드는 때"), Drawn),
    "mix_over_epochs": (Text(en="The mix over the epochs", ko="에폭에 따른 노이즈"), MixOverEpochs),
    "optimiser": (Text(en="The optimiser", ko="옵티마이저"), Optimiser),
    "schedule": (Text(en="The schedule", ko="학습률 일정"), Schedule),
    "balance": (Text(en="The balance of classes", ko="클래스 균형"), Balance),
    "precision": (Text(en="The precision", ko="정밀도"), Precision),
}
"""The fields of a recipe that are one of a few words."""


def checked_device(name: str) -> Device:
    """`name` as a device choice."""
    if name not in get_args(Device):
        raise NotAChoice(what=Text(en="The device", ko="장치"), choices=listing(get_args(Device)), value=name)
    return cast(Device, name)
