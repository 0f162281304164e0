"""What the noise lab shows at the moment, for the tools below its pictures."""

from dataclasses import dataclass

from core.noise.catalogue import Image
from core.noise.stack import Layer
from pages.parts.services import digest, workspace


@dataclass(frozen=True)
class Shown:
    """One state of the lab."""

    name: str
    """Of the photo's file."""
    prepared: Image
    """The photo as noise is put on it."""
    noisy: Image
    stack: list[Layer]
    seed: int
    second: Image | None
    """The picture that is mixed in, if it is not the built-in one."""
    model: str
    """Key or run id."""
    size: int | None
    """Of a run's pictures, px; None for a model that takes photos."""
    table: str

    def key(self, kind: str, *more: object) -> tuple[str, ...]:
        """Names work on this picture under this seed, whatever the stack is."""
        pictures = (digest(self.prepared), digest(self.second))
        return (kind, str(workspace().root), *pictures, str(self.seed), self.table, *map(str, more))
