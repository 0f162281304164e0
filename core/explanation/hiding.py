"""A part of a picture greyed out, to ask what the answer owes to it. NumPy only."""

import numpy as np

from core.errors import OutsidePicture
from core.pixels import Image

GREY = 128
"""Neither black nor white, which would be something to see."""


def hidden(picture: Image, region: tuple[int, int, int, int]) -> Image:
    """A picture (RGB uint8 H,W,3) with a rectangle in grey.

    Args:
        region: left, top, width, height in px; what lies beyond the picture is left out.

    Raises:
        OutsidePicture: nothing of it lies in the picture.
    """
    height, width = picture.shape[:2]
    left, top, wide, high = region
    inner = (max(left, 0), max(top, 0), min(left + wide, width), min(top + high, height))
    if inner[0] >= inner[2] or inner[1] >= inner[3]:
        raise OutsidePicture(region=",".join(map(str, region)), width=width, height=height)
    covered = np.array(picture)
    covered[inner[1] : inner[3], inner[0] : inner[2]] = GREY
    return covered
