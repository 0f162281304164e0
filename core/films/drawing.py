"""A frame of what is told of a video: pictures in rows and columns, with words that stay in their places. Pillow draws."""

from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from core.explanation.lettering import font_for, lines_of
from core.explanation.views import enlarged
from core.pixels import Image

_SIDE = 224
"""Least height of a picture, px; small ones are enlarged by whole steps."""
_GAP, _TEXT = 12, 17
"""px between pictures; height of letters."""
_LINES = 3
"""That names above and answers below a picture take at most."""
_INK, _PALE = (26, 31, 46), (95, 99, 115)


class Layout:
    """Where all is on each frame, so that nothing moves but what changes."""

    def __init__(
        self,
        picture: tuple[int, int],
        heads: Sequence[str],
        rows: int,
        words: Iterable[str],
        foot: str,
        clock: str = "00:00.0",
    ) -> None:
        """
        Args:
            picture: height and width of the pictures, px.
            heads: above each column.
            rows: of pictures.
            words: all that will stand below pictures.
            foot: what stands below all of it on each frame, before the time.
            clock: a time as wide as any; "": there is none.
        """
        words = list(words)
        self._font = font_for("\n".join([*heads, *words, foot]), _TEXT)
        factor = max(1, -(-_SIDE // picture[0]))
        self._side = factor * picture[0]
        self._column = max(factor * picture[1], _SIDE)
        self._line = round(1.35 * _TEXT)
        width = len(heads) * (self._column + _GAP) + _GAP
        above = [self._broken(head) for head in heads]
        self._top = _GAP + max(map(len, above)) * self._line
        below = max(len(self._broken(one)) for one in words)
        self._row = self._side + below * self._line + _GAP
        feet = lines_of(f"{foot} {clock}".strip(), self._font, width - 2 * _GAP)
        height = self._top + rows * self._row + len(feet) * self._line + _GAP
        self._foot, self._foot_at = foot, height - _GAP // 2 - len(feet) * self._line
        # H.264 halves the resolution of colour: both sides are even.
        self._canvas = Pillow.new("RGB", (width + width % 2, height + height % 2), "white")
        draw = ImageDraw.Draw(self._canvas)
        for column, lines in enumerate(above):
            self._write(draw, (self._left(column), _GAP // 2), lines)

    def _broken(self, text: str) -> list[str]:
        """In lines as wide as a column; of what is too long the part before the first " · " is cut short, so that how sure an
        answer is stays."""
        lines = lines_of(text, self._font, self._column)
        name, sign, rest = text.replace("\u00a0", " ").partition(" · ")
        while len(lines) > _LINES and name:
            name = name[:-1]
            lines = lines_of(f"{name}…{sign}{rest}", self._font, self._column)
        return lines[:_LINES]

    def _left(self, column: int) -> int:
        return _GAP + column * (self._column + _GAP)

    def _write(
        self,
        draw: ImageDraw.ImageDraw,
        place: tuple[int, int],
        lines: Sequence[str],
        ink: tuple[int, int, int] = _INK,
    ) -> None:
        for number, line in enumerate(lines):
            draw.text((place[0], place[1] + number * self._line), line, fill=ink, font=self._font)

    def large(self, picture: Image) -> Image:
        """A picture (RGB uint8) at the size where it is drawn on and shown."""
        return enlarged(picture, _SIDE)

    def frame(self, pictures: Sequence[Sequence[Image]], words: Sequence[Sequence[str]], clock: str) -> Image:
        """One frame, RGB uint8, both sides even.

        Args:
            pictures: rows of what `large` gave, drawn on or not.
            words: below each.
            clock: when it is, in the video.
        """
        canvas = self._canvas.copy()
        draw = ImageDraw.Draw(canvas)
        for row, (shown, said) in enumerate(zip(pictures, words, strict=True)):
            top = self._top + row * self._row
            for column, (picture, text) in enumerate(zip(shown, said, strict=True)):
                canvas.paste(Pillow.fromarray(picture), (self._left(column), top))
                self._write(draw, (self._left(column), top + self._side + 1), self._broken(text))
        foot = lines_of(f"{self._foot} {clock}".strip(), self._font, canvas.width - 2 * _GAP)
        self._write(draw, (_GAP, self._foot_at), foot, _PALE)
        return np.asarray(canvas, np.uint8)
