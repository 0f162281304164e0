"""Reduction on the device. `pca_dataset` has no form: its basis belongs to a data set."""

import torch
from torch import Tensor

from core.noise.device.forms import device_form, each, rounded


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
