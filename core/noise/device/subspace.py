"""Reduction on the device."""

import torch
from torch import Tensor

from core.noise.device.forms import DeviceBasis, device_form, each, rounded


@device_form("pca")
def pca(images: Tensor, generator: torch.Generator, components: Tensor) -> Tensor:
    height, width = images.shape[2:]
    rows = images.double()
    mean = rows.mean(2, keepdim=True)
    rows = rows - mean
    # The eigenvectors of the smaller product span the same projection as those of the larger.
    tall = height > width
    product = rows.mT @ rows if tall else rows @ rows.mT
    _, vectors = torch.linalg.eigh(product)
    size, kept = vectors.shape[-1], each(components, images)
    vectors = vectors * (torch.arange(size, device=images.device) >= size - kept)
    projected = (rows @ vectors) @ vectors.mT if tall else vectors @ (vectors.mT @ rows)
    # H rows about their mean span at most H - 1 directions.
    return torch.where(kept >= min(height - 1, width), images, rounded(projected + mean))


@device_form("pca_dataset")
def pca_dataset(images: Tensor, generator: torch.Generator, basis: DeviceBasis, components: Tensor) -> Tensor:
    side, (height, width) = basis.side, images.shape[2:]
    down, across = (_reflected(length, side, images.device) for length in (height, width))
    whole = images[:, :, down][:, :, :, across].float()
    tiled = whole.unflatten(3, (-1, side)).unflatten(2, (-1, side))  # N,3,rows,side,columns,side
    tiles = tiled.permute(0, 2, 4, 3, 5, 1).flatten(3)  # N,rows,columns,side*side*3
    weights = (tiles - basis.mean) @ basis.components.T
    weights = weights * (torch.arange(weights.shape[-1], device=images.device) < each(components, images))
    rebuilt = (weights @ basis.components + basis.mean).unflatten(3, (side, side, 3))
    rebuilt = rebuilt.permute(0, 5, 1, 3, 2, 4).flatten(4).flatten(2, 3)
    return rounded(rebuilt[:, :, :height, :width].contiguous())


def _reflected(length: int, side: int, device: torch.device) -> Tensor:
    """Places 0..length-1, then back from the border, up to whole tiles of `side` px."""
    turned = torch.arange(-(-length // side) * side, device=device) % (2 * length)
    return torch.minimum(turned, 2 * length - 1 - turned)
