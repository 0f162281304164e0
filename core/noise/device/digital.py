"""What saving and sending does to a picture, on the device."""

import math

import torch
from torch import Tensor

from core.noise.device.filters import across, down
from core.noise.device.forms import device_form, each, exact, rounded

_BRIGHTNESS_STEPS = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
"""Steps of quantisation at quality 50 (ITU-T T.81, annex K), as libjpeg has them."""
_COLOUR_STEPS = (
    (17, 18, 24, 47),
    (18, 21, 26, 66),
    (24, 26, 56, 99),
    (47, 66, 99, 99),
)
"""The same of colour, where they are not 99."""


@device_form("jpeg_compression")
def jpeg_compression(images: Tensor, generator: torch.Generator, quality: Tensor) -> Tensor:
    """JPEG's own steps (colour at half the size, cosines, rounding) without the file, as libjpeg takes them."""
    height, width = images.shape[2:]
    device = images.device
    scale = each(quality, images).view(-1, 1)
    scale = torch.where(scale < 50, torch.floor(5000 / scale), 200 - 2 * scale)
    # Whole blocks of 16 px: the border goes on.
    rows = torch.arange(math.ceil(height / 16) * 16, device=device).clamp(max=height - 1)
    columns = torch.arange(math.ceil(width / 16) * 16, device=device).clamp(max=width - 1)
    red, green, blue = images.float().index_select(2, rows).index_select(3, columns).unbind(1)
    luma = torch.round(0.299 * red + 0.587 * green + 0.114 * blue)
    colours = torch.stack(
        [
            torch.round(128 - 0.168735892 * red - 0.331264108 * green + 0.5 * blue),
            torch.round(128 + 0.5 * red - 0.418687589 * green - 0.081312411 * blue),
        ],
        dim=1,
    )
    luma = _quantised(luma[:, None], _steps(_BRIGHTNESS_STEPS, scale))[:, 0, :height, :width]
    small = _quantised(_halved(colours), _steps(_COLOUR_STEPS, scale))
    small = small[:, :, : math.ceil(height / 2), : math.ceil(width / 2)]
    blue, red = (_doubled(small)[:, :, :height, :width] - 128).unbind(1)
    green = luma - 0.344136286 * blue - 0.714136286 * red
    return rounded(torch.stack([luma + 1.402 * red, green, luma + 1.772 * blue], dim=1))


def _steps(base: tuple[tuple[int, ...], ...], scale: Tensor) -> Tensor:
    """Steps of quantisation N,1,1,64 at libjpeg's `scale` (N,1), in percent."""
    table = torch.full((8, 8), 99.0)
    table[: len(base), : len(base)] = torch.tensor(base)
    steps = torch.floor((table.to(scale.device, non_blocking=True).view(1, 64) * scale + 50) / 100)
    return steps.clamp_(1, 255).view(-1, 1, 1, 64)


def _quantised(values: Tensor, steps: Tensor) -> Tensor:
    """Levels N,C,H,W after the cosines of each block of 8 x 8 were rounded to whole `steps`."""
    number, channels, height, width = values.shape
    place = torch.arange(8, device=values.device)
    cosines = torch.cos((2 * place + 1) * place[:, None] * (math.pi / 16)) / 2
    cosines[0] = math.sqrt(1 / 8)
    both = torch.kron(cosines, cosines)
    blocks = (values - 128).view(number, channels, height // 8, 8, width // 8, 8)
    blocks = blocks.permute(0, 1, 2, 4, 3, 5).reshape(number, channels, -1, 64)
    # In eighths, as libjpeg's transform gives them; halves of a step go away from 0.
    eighths = torch.round(8 * (blocks @ both.T))
    found = torch.floor((eighths.abs() + 4 * steps) / (8 * steps)) * steps * eighths.sign()
    blocks = torch.round(found @ both).add_(128).clamp_(0, 255)
    blocks = blocks.view(number, channels, height // 8, width // 8, 8, 8)
    return blocks.permute(0, 1, 2, 4, 3, 5).reshape(number, channels, height, width)


def _halved(values: Tensor) -> Tensor:
    """The mean of each 2 x 2; halves go down in even columns and up in odd ones, as in libjpeg."""
    sums = values[..., ::2, ::2] + values[..., ::2, 1::2] + values[..., 1::2, ::2] + values[..., 1::2, 1::2]
    bias = 1 + torch.arange(sums.shape[-1], device=values.device) % 2
    return torch.floor((sums + bias) / 4)


def _doubled(values: Tensor) -> Tensor:
    """Twice the size: 3/4 of the nearest and 1/4 of the next one along each side, as libjpeg does it."""
    near = 3 * values
    tall = torch.stack([near + _next(values, -1, 2), near + _next(values, 1, 2)], dim=3).flatten(2, 3)
    near = 3 * tall
    left, right = near + _next(tall, -1, 3) + 8, near + _next(tall, 1, 3) + 7
    return torch.floor(torch.stack([left, right], dim=4).flatten(3, 4) / 16)


def _next(values: Tensor, step: int, axis: int) -> Tensor:
    """Of each place the value one `step` on along `axis`; the border's own at the border."""
    length = values.shape[axis]
    places = (torch.arange(length, device=values.device) + step).clamp(0, length - 1)
    return values.index_select(axis, places)


@device_form("pixelate")
def pixelate(images: Tensor, generator: torch.Generator, kept: Tensor) -> Tensor:
    height, width = images.shape[2:]
    rows, columns = (_blocks(length, kept, images) for length in (height, width))
    # Pillow's filter rounds after the columns and again after the rows.
    values = across(images.float(), columns).add_(0.5).floor_()
    return down(rows, values).add_(0.5).floor_().to(torch.uint8)


def _blocks(length: int, kept: Tensor, images: Tensor) -> Tensor:
    """N,length,length: the mean of the block of whole pixels that the middle of each place is in."""
    number = (
        torch.floor(length * exact(kept)).clamp(min=1).long().to(images.device, non_blocking=True).view(-1, 1)
    )
    pixels = torch.arange(length, device=images.device)
    block = (2 * pixels + 1) * number // (2 * length)
    first = (2 * block * length + number) // (2 * number)
    end = ((2 * block + 2) * length + number) // (2 * number)
    within = (pixels >= first[..., None]) & (pixels < end[..., None])
    return within.float() / (end - first)[..., None]
