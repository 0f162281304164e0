"""Rectangles in pictures, one a picture, as masks. Imports torch."""

import torch
from torch import Tensor


def inside(images: Tensor, left: Tensor, right: Tensor, top: Tensor, bottom: Tensor) -> Tensor:
    """bool N,1,H,W: the pixels from left to before right and from top to before bottom; what lies outside is cut off.

    Args:
        left, right, top, bottom: float32 N, whole numbers of pixels.
    """
    x = torch.arange(images.shape[-1], device=images.device)
    y = torch.arange(images.shape[-2], device=images.device)
    columns = (x >= left[:, None]) & (x < right[:, None])
    rows = (y >= top[:, None]) & (y < bottom[:, None])
    return (rows[:, :, None] & columns[:, None, :])[:, None]
