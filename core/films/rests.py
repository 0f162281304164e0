"""A short film that rests at each of some steps, as GIF or MP4: one picture under growing noise, and what runs say of it."""

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.explanation.overlay import MAP_STYLE, MapStyle
from core.explanation.views import seen
from core.films.drawing import Layout
from core.films.mp4 import written
from core.pixels import Image

REST = 0.9
"""How long a film rests at a step, s."""


class Rest(NamedTuple):
    """One step."""

    pixels: Image
    """RGB uint8 H,W,3; of all steps the same size."""
    name: str
    """Below the picture."""
    maps: Sequence[NDArray[np.floating] | None]
    """Of each run, signed h,w; None where there is none."""
    words: Sequence[str]
    """Below each map."""


def frames_of(
    rests: Sequence[Rest],
    heads: Sequence[str],
    foot: str,
    view: str,
    scales: Sequence[float | None],
    style: MapStyle = MAP_STYLE,
) -> list[Image]:
    """A frame a step (RGB uint8, both sides even): the picture, and what counted for each run beside it.

    Args:
        rests: at least one.
        heads: above the picture and above each run's maps.
        foot: below it all.
        view: of core.explanation.views.VIEWS.
        scales: of each run's maps; None: each has its own.
    """
    words = {text for one in rests for text in (one.name, *one.words)}
    layout = Layout(rests[0].pixels.shape[:2], heads, 1, words, foot, clock="")
    frames = []
    for one in rests:
        large = layout.large(one.pixels)
        counted = [
            large if attribution is None else seen(view, large, attribution, scale, style)
            for attribution, scale in zip(one.maps, scales, strict=True)
        ]
        frames.append(layout.frame([[large, *counted]], [[one.name, *one.words]], ""))
    return frames


def as_gif(frames: Sequence[Image]) -> bytes:
    """Frames of one size (RGB uint8) as a GIF that begins again; it has 256 colours, as every GIF."""
    pictures = [Pillow.fromarray(frame) for frame in frames]
    file = io.BytesIO()
    pictures[0].save(
        file,
        "GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=round(1000 * REST),
        loop=0,
        disposal=1,
    )
    return file.getvalue()


def as_mp4(frames: Sequence[Image]) -> bytes:
    """The same as an MP4 with all colours; both sides of the frames are even.

    Raises:
        CannotWrite, DiskFull.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        with written(path, 1 / REST) as file:
            for number, frame in enumerate(frames):
                file.add(frame, number * REST)
        return path.read_bytes()
