"""Where in the spectrum a picture's content sits: coarse in the middle, fine at the rim."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pixels import Image


def power(image: Image) -> NDArray[np.float64]:
    """The squared size of each spatial frequency of the picture's grey values, zero frequency in the middle.

    The picture fades out towards its rim (Hann window), or its edges would draw a bright cross.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float64)
    height, width = grey.shape
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    shifted = np.fft.fftshift(np.fft.fft2((grey - grey.mean()) * window))
    return np.asarray(np.abs(shifted) ** 2)


def spectra(images: Sequence[Image]) -> list[Image]:
    """Log power of each picture, RGB uint8, all on one scale of 80 dB below the strongest."""
    decibels = [10 * np.log10(power(image) + 1e-9) for image in images]
    top = max(float(found.max()) for found in decibels)
    pictures = []
    for found in decibels:
        grey = np.rint(np.clip((found - top) / 80 + 1, 0, 1) * 255).astype(np.uint8)
        coloured = cv2.applyColorMap(grey, cv2.COLORMAP_VIRIDIS)
        pictures.append(np.asarray(cv2.cvtColor(coloured, cv2.COLOR_BGR2RGB), np.uint8))
    return pictures
