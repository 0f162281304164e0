"""Light and colour on the device."""

import torch
from torch import Tensor

from core.noise.device.forms import constant, cut, device_form, each

_WHOLE = 1e-3
"""Added before a fraction is cut off, so that a whole number stays one whatever its last bit."""


@device_form("brightness")
def brightness(images: Tensor, generator: torch.Generator, added: Tensor) -> Tensor:
    values = images.float()
    brightest = values.amax(1, keepdim=True)
    # A black pixel has no colour to keep: it turns grey.
    share = torch.where(brightest > 0, values / brightest.clamp(min=1), 1.0)
    return cut(share * (brightest + 255 * each(added, images)).clamp_(max=255) + _WHOLE)


@device_form("contrast")
def contrast(images: Tensor, generator: torch.Generator, factor: Tensor) -> Tensor:
    values, kept = images.float(), each(factor, images)
    means = values.mean((2, 3), keepdim=True)
    return cut(values.mul_(kept).add_(means * (1 - kept) + _WHOLE))


@device_form("saturate")
def saturate(images: Tensor, generator: torch.Generator, factor: Tensor, offset: Tensor) -> Tensor:
    values = images.float()
    brightest, darkest = values.amax(1, keepdim=True), values.amin(1, keepdim=True)
    saturation = (brightest - darkest) / brightest.clamp(min=1)
    wanted = (saturation * each(factor, images) + each(offset, images)).clamp_(0, 1)
    # A value's distance from the pixel's brightest one grows by the same factor as the saturation.
    noisy = brightest - (brightest - values) * (wanted / saturation.clamp(min=1e-6))
    # The hue of grey counts as red, as in the reference.
    red = constant([True, False, False], images).view(1, 3, 1, 1)
    grey = torch.where(red, brightest, brightest * (1 - each(offset, images)))
    return cut(torch.where(brightest == darkest, grey, noisy) + _WHOLE)
