"""sRGB and the linear light it stands for (IEC 61966-2-1)."""

import numpy as np
from numpy.typing import NDArray


def linear_light() -> NDArray[np.float64]:
    """Linear light 0..1 of each level 0..255."""
    level = np.arange(256) / 255
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


def level_of_light(light: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The level 0..255 of each linear light; over 1 is white."""
    curve = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(255 * np.minimum(curve, 1)).astype(np.uint8)
