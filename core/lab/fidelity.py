"""How far a noisy picture is from its original, in the usual two figures."""

from dataclasses import dataclass

import numpy as np

from core.pixels import Image

_WINDOW = 7
"""The side of SSIM's window, px: scikit-image's own."""


@dataclass(frozen=True)
class Fidelity:
    """Peak signal-to-noise ratio and structural similarity (Wang et al. 2004)."""

    psnr: float | None
    """dB; None where the pictures are the same."""
    ssim: float | None
    """At most 1; None where the picture is smaller than its window."""


def fidelity(original: Image, noisy: Image) -> Fidelity:
    """PSNR and SSIM of two pictures (RGB uint8) of one size, as scikit-image computes them."""
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity  # a third of a second

    psnr = None
    if (original != noisy).any():
        psnr = float(peak_signal_noise_ratio(original, noisy, data_range=255))
    ssim = None
    if min(original.shape[:2]) >= _WINDOW:
        pair = original.astype(np.float32), noisy.astype(np.float32)  # half the time of its doubles
        ssim = float(structural_similarity(*pair, win_size=_WINDOW, channel_axis=2, data_range=255))
    return Fidelity(psnr, ssim)
