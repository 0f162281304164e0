"""Where a run comes from that was made elsewhere, and the common ways in which networks are shown colours. No torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from core.records import Record
from core.words import Text

Normalise = Literal["imagenet", "half", "unit", "cifar"]
"""ImageNet's mean and deviation, to -1..1, as they are, or CIFAR-10's."""
Colours = tuple[float, float, float]
NORMALISATIONS: dict[Normalise, tuple[Colours, Colours]] = {
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "half": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "unit": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "cifar": ((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
}
"""Mean and deviation of R, G, B in 0..1."""
OrderBy = Literal["names", "given", "pictures", "place"]


OWN = ("mean", "std")
"""In a row of a handshake where they are the file's own: its `normalise` is only the nearest then."""
WAY = ("normalise", "fit", "channels", "side")
"""What of a row of a handshake says how pictures are shown, besides OWN."""


def same_way(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two rows of a handshake are of pictures shown in the same way."""
    return all(row.get(key) == other.get(key) for key in (*WAY, *OWN))


def nearest(mean: Colours, std: Colours) -> tuple[Normalise, float]:
    """Which of NORMALISATIONS these come nearest to, and by how much one of their numbers is off at most."""
    off: dict[Normalise, float] = {
        name: max(abs(a - b) for a, b in zip((*mean, *std), (*known[0], *known[1]), strict=True))
        for name, known in NORMALISATIONS.items()
    }
    name = min(off, key=lambda one: off[one])
    return name, off[name]


@dataclass(frozen=True)
class Origin(Record):
    """Where a run that was made elsewhere comes from; of its recipe the data set and the model alone are meant."""

    kind: Literal["model", "predictions"] = "model"
    source: str = ""
    """The name of the file or folder."""
    format: str = ""
    """"pytorch", "safetensors", "hugging_face", "onnx" or "table"."""
    sha256: str = ""
    fitted: int = 0
    """Tensors of the file that its network takes ..."""
    of: int = 0
    """... of so many."""
    nest: str = ""
    """Under which key of the file they were."""
    order: list[int] = field(default_factory=list)
    """Which output of the file's network stands for each class of the data set."""
    order_by: OrderBy = "place"
    """What said so: names in the file, a person, pictures, or nothing, as they came in the data set's order."""
    chosen: dict[str, Any] = field(default_factory=dict)
    """How it is shown pictures; one of `handshake`."""
    handshake: list[dict[str, Any]] = field(default_factory=list)
    """Every way that was tried, best first: normalise, fit, channels, side, accuracy, log_loss, images; with mean and std where
    those are the file's own, to which `normalise` is only the nearest."""
    tied: list[dict[str, Any]] = field(default_factory=list)
    """Of these, the ways that the pictures do not tell from the chosen one."""
    activations: list[dict[str, Any]] = field(default_factory=list)
    """With which activations it was asked, the model's own first: activation, and as of `handshake`. Empty: it has no one that
    could be another."""
    activation: str = ""
    """Of these, the one that it has where that is not the model's own."""
    split: str = ""
    """Of the pictures that it was asked with."""
    target_layer: str = ""
    warnings: list[Text] = field(default_factory=list)

    @classmethod
    def read(cls, value: Any) -> Self:
        """As Record.read; what the first version called the normalisation "file" is called by the nearest."""
        found = super().read(value)
        said: Any = found.kept.get("said")
        if not _is_colours(said):
            return found
        mean, std = said
        own = {"normalise": nearest(mean, std)[0], "mean": mean, "std": std}

        def named(row: dict[str, Any]) -> dict[str, Any]:
            return row | own if row.get("normalise") == "file" else row

        return replace(
            found,
            chosen=named(found.chosen),
            handshake=[named(row) for row in found.handshake],
            tied=[named(row) for row in found.tied],
        )


def _is_colours(said: Any) -> bool:
    """Whether it is a mean and a deviation of three colours."""
    return (
        isinstance(said, list)
        and len(said) == 2
        and all(isinstance(part, list) and len(part) == 3 for part in said)
        and all(isinstance(number, int | float) for part in said for number in part)
    )
