"""Grain on the device."""

import torch
from torch import Tensor

from core.noise.device.forms import cut, device_form, each

_WHOLE = 1e-3
"""Added before a fraction is cut off, so that a whole number stays one whatever its last bit."""


def normal(images: Tensor, generator: torch.Generator) -> Tensor:
    """Independent standard normal values, float32 in the pictures' shape."""
    # Contiguous in any case: in channels_last order torch draws nine times as slowly on the CPU.
    return torch.randn(images.shape, generator=generator, device=images.device)


@device_form("gaussian_noise")
def gaussian_noise(images: Tensor, generator: torch.Generator, sd: Tensor) -> Tensor:
    return cut(normal(images, generator).mul_(255 * each(sd, images)).add_(images))


@device_form("uniform_noise")
def uniform_noise(images: Tensor, generator: torch.Generator, sd: Tensor) -> Tensor:
    added = torch.rand(images.shape, generator=generator, device=images.device).mul_(2).sub_(1)
    return cut(added.mul_(255 * 3**0.5 * each(sd, images)).add_(images))


@device_form("speckle_noise")
def speckle_noise(images: Tensor, generator: torch.Generator, sd: Tensor) -> Tensor:
    factors = normal(images, generator).mul_(each(sd, images)).add_(1).clamp_(min=0)
    return cut(factors.mul_(images))


@device_form("shot_noise")
def shot_noise(images: Tensor, generator: torch.Generator, photons: Tensor) -> Tensor:
    white = each(photons, images) / 255
    return cut(torch.poisson(images * white, generator).div_(white).add_(_WHOLE))
