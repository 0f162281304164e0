"""What the noise lab shows at the moment, for the tools below its pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.lab.photo import Photo
from core.noise.stack import Layer
from core.pixels import Image
from core.words import Text, plain
from pages.parts.i18n import say
from pages.parts.services.workspace import workspace

if TYPE_CHECKING:
    from core.explanation.classifier import Explanation


@dataclass(frozen=True)
class Shown:
    """One state of the lab."""

    name: str
    """Of the photo's file."""
    photo: Photo
    """As noise is put on it."""
    noisy: Image
    stack: list[Layer]
    seed: int
    mixed: Photo | None
    """The picture that is mixed in, if it is not the built-in one."""
    model: str
    """What services.classifiers.classifier knows it by."""
    size: int | None
    """Of a run's pictures, px; None for a model that takes photos."""
    table: str
    labels: Mapping[str, Text]
    """What screens call a class, where that is not the class itself."""

    @property
    def prepared(self) -> Image:
        """The pixels of the photo."""
        return self.photo.pixels

    @property
    def second(self) -> Image | None:
        """The pixels of what is mixed in."""
        return self.mixed.pixels if self.mixed else None

    def noisy_id(self, stack: Sequence[Layer]) -> str:
        """The identity of the photo under other noises."""
        return self.photo.under(stack, self.seed, self.mixed)

    def label(self, name: str) -> str:
        """A class as it is shown."""
        return say(self.labels.get(name, plain(name)))

    def named(self, said: "Explanation", count: int = 5) -> list[tuple[str, float]]:
        """The likeliest classes as they are shown, with their probabilities."""
        return [(self.label(name), share) for name, share in said.top(count)]

    def key(self, kind: str, *more: object) -> tuple[str, ...]:
        """Names work on this picture under this seed, whatever the stack is."""
        pictures = (self.photo.id, self.mixed.id if self.mixed else "")
        return (kind, str(workspace().root), *pictures, str(self.seed), self.table, *map(str, more))
