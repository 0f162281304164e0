"""Specks: single pixels replaced by black or white."""

from typing import Annotated

import numpy as np

from core.noise.catalogue import Image, Param, Preset, noise
from core.noise.sources import ORIGINAL_STUDY, STUDY
from core.words import Text


@noise(
    name=Text(en="Salt and pepper", ko="소금과 후추"),
    sentence=Text(
        en="White and black specks on random pixels, as from a faulty sensor or line.",
        ko="고장 난 센서나 통신선처럼 아무 픽셀이나 희거나 검은 점으로 바꿉니다.",
    ),
    family="impulse",
    source=STUDY,
    identity={"fraction": 0},
    presets={"original_study": Preset(ORIGINAL_STUDY, {"fraction": 0.2, "floor": 0.05, "ceiling": 0.95})},
    severities={"noiselens": tuple({"fraction": share} for share in (0.01, 0.02, 0.05, 0.08, 0.14))},
)
def salt_pepper(
    image: Image,
    generator: np.random.Generator,
    fraction: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Pixels drawn", ko="뽑는 픽셀"), unit="share of pixels")
    ] = 0.05,
    salt: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="White among them", ko="그중 흰 점"), unit="share of specks")
    ] = 0.5,
    floor: Annotated[
        float, Param(0.0, 0.5, 0.01, Text(en="Darkest value left", ko="가장 어두운 값"), unit="of white")
    ] = 0.0,
    ceiling: Annotated[
        float, Param(0.5, 1.0, 0.01, Text(en="Brightest value left", ko="가장 밝은 값"), unit="of white")
    ] = 1.0,
) -> Image:
    """`fraction` x pixels are drawn with replacement and set to white or black; then all is clipped.

    The original study used a fraction of 0.2 and clipped to 0.05..0.95.
    """
    noisy = image.copy()
    height, width = image.shape[:2]
    count = round(fraction * height * width)
    # One number a speck, so that a larger fraction goes on with the smaller one's draw; its upper half says
    # where, its lower half whether white. Backwards, as NumPy keeps the last of several values for one place:
    # the first draw stays.
    draws = generator.integers(0, 2**64, count, np.uint64)[::-1]
    places = ((draws >> np.uint64(32)) * np.uint64(height * width)) >> np.uint64(32)
    values = np.where((draws & np.uint64(2**32 - 1)) < salt * 2**32, np.uint8(255), np.uint8(0))
    flat = noisy.reshape(-1)
    first = places.astype(np.intp) * 3
    for channel in range(3):
        flat[first + channel] = values
    if floor > 0 or ceiling < 1:
        np.clip(noisy, round(255 * floor), round(255 * ceiling), out=noisy)
    return noisy
