"""The photo that the noise lab works on: reduced once, when it comes in, and known by its identity from then on."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from core.images import read_picture
from core.noise.stack import Layer
from core.pixels import Image
from core.resizing import prepared_photo, square

_MOST_SIZES = 2
"""Models that the lab asks at once, each of which may take the photo at a size of its own."""


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture as noise is put on it; the same pixels have the same identity."""

    id: str
    pixels: Image

    @classmethod
    def of(cls, pixels: Image) -> "Photo":
        """Takes `pixels`, which are not written to any more; looks at each of them, once."""
        return cls(hashlib.sha256(pixels.tobytes()).hexdigest() + str(pixels.shape), pixels)

    @classmethod
    def reduced(cls, pixels: Image, size: int | None) -> "Photo":
        """A photo as read, for a network that takes squares of `size` px, or photos (None)."""
        return cls.of(prepared_photo(pixels) if size is None else square(pixels, size))

    def under(self, stack: Sequence[Layer], seed: int, second: "Photo | None", index: int = 0) -> str:
        """The identity of what core.noise.stack.apply_stack makes of it."""
        if not stack:
            return self.id
        layers = [(layer.noise, sorted(layer.params.items())) for layer in stack]
        return repr((self.id, layers, seed, index, second and second.id))


class Upload:
    """A photo that somebody handed in: its file, and of its pixels only what is shown.

    The file is kept, not its pixels, which may be fifty times as large: a network that takes another size is given
    what is made of the whole photo.

    Raises:
        What core.images.read_picture raises.
    """

    def __init__(self, data: bytes, name: str) -> None:
        picture = read_picture(data, name)
        self.name = name
        self.notes = picture.notes
        self.height, self.width = picture.pixels.shape[:2]
        self._data = data
        self._whole = Photo.reduced(picture.pixels, None)
        self._squares: OrderedDict[int, Photo] = OrderedDict()

    def at(self, size: int | None) -> Photo:
        """As `Photo.reduced`; the last sizes asked for are kept."""
        if size is None:
            return self._whole
        if size not in self._squares:
            self._squares[size] = Photo.reduced(read_picture(self._data, self.name).pixels, size)
        self._squares.move_to_end(size)
        while len(self._squares) > _MOST_SIZES:
            self._squares.popitem(last=False)
        return self._squares[size]

    @property
    def nbytes(self) -> int:
        """Memory held here."""
        kept = [self._whole, *self._squares.values()]
        return len(self._data) + sum(photo.pixels.nbytes for photo in kept)
