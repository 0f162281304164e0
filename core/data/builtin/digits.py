"""The built-in data set `digits`: the handwritten digits that scikit-learn ships, enlarged."""

import cv2
import numpy as np
from numpy.typing import NDArray

CLASSES = tuple("0123456789")
COUNT = 1797


def read_digits(size: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """All 1,797 digits of 8 by 8 px as uint8 N,size,size,3 (grey), and their labels N."""
    from sklearn.datasets import load_digits  # a second to import: only where it is used

    found = load_digits()
    grey = np.clip(found.images * (255 / 16), 0, 255).astype(np.uint8)
    large = np.stack([cv2.resize(one, (size, size), interpolation=cv2.INTER_LINEAR) for one in grey])
    return np.repeat(large[:, :, :, None], 3, axis=3), found.target.astype(np.int64)
