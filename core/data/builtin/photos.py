"""Sample photographs that the built-in data sets are made from: shipped inside scikit-image, clear terms."""

from functools import cache
from importlib.resources import as_file, files

import cv2
import numpy as np

from core.pixels import Image

TRAINING_SHARE = 0.6
"""Training and validation see the left part of each photograph, 0..1 of its width."""
TEST_START = 0.65
"""The test split sees what lies right of this: no pixel is shared with training."""

FIRST_ROW = {"astronaut.png": 230}
"""Rows above are not used: no set shows a real person's face."""


@cache
def photo(file: str) -> Image:
    """The photograph `file` of scikit-image's data folder, RGB uint8 H,W,3; not to be written to."""
    with as_file(files("skimage") / "data" / file) as path:
        # imdecode instead of imread: paths with any letters work on Windows too.
        read = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert read is not None, file
    picture = np.ascontiguousarray(read[:, :, ::-1], dtype=np.uint8)
    picture.setflags(write=False)
    return picture


@cache
def region(file: str, held_out: bool) -> Image:
    """The part of a photograph that the test split (`held_out`) or the other two splits may use."""
    picture = photo(file)[FIRST_ROW.get(file, 0) :]
    width = picture.shape[1]
    if held_out:
        return picture[:, int(np.ceil(width * TEST_START)) :]
    return picture[:, : int(width * TRAINING_SHARE)]


def crop(source: Image, generator: np.random.Generator, lowest: int, highest: int) -> Image:
    """A square cut of `source`, side drawn evenly from lowest..highest px (or what fits)."""
    height, width = source.shape[:2]
    side = int(min(generator.integers(lowest, highest + 1), height, width))
    top = int(generator.integers(0, height - side + 1))
    left = int(generator.integers(0, width - side + 1))
    return source[top : top + side, left : left + side]
