"""Mixing on the device: another picture gives a piece, its light, its colours or its coarse structure."""

import torch
from torch import Tensor

from core.noise.device.filters import along_sides
from core.noise.device.forms import chosen, constant, device_form, each, exact, rounded
from core.noise.device.resampling import resize_weights

_STEEPEST = 4.0
"""Times that contrast grows at most in a colour transfer, as core.noise.families.mixing has it."""
_THUMBNAIL = 128
"""px; as core.noise.families.mixing has it."""
_WHITE = (0.950456, 1.0, 1.088754)
_TO_XYZ = ((0.412453, 0.357580, 0.180423), (0.212671, 0.715160, 0.072169), (0.019334, 0.119193, 0.950227))
"""Linear sRGB to CIE XYZ under D65, as OpenCV has them."""


def _resized(second: Tensor, height: int, width: int) -> Tensor:
    """float32 M,3,height,width, whole levels."""
    rows, columns = (constant([float(length)], second) for length in (height, width))
    tall, wide = second.shape[2:]
    return along_sides(
        resize_weights(tall, rows, height), second.float(), resize_weights(wide, columns, width)
    ).round_()


def _covering(second: Tensor, images: Tensor) -> Tensor:
    """The middle of the second pictures that has the shape of `images`, in their size: float32 M,3,H,W."""
    height, width = images.shape[2:]
    rows, columns = second.shape[2:]
    share = min(rows / height, columns / width)
    down, across = max(1, round(height * share)), max(1, round(width * share))
    top, left = (rows - down) // 2, (columns - across) // 2
    return _resized(second[:, :, top : top + down, left : left + across], height, width)


@device_form("blend")
def blend(
    images: Tensor,
    generator: torch.Generator,
    second: Tensor,
    alpha: Tensor,
    region: list[str],
    size: Tensor,
) -> Tensor:
    height, width = images.shape[2:]
    tall, wide = second.shape[2:]
    top, left = torch.rand((2, len(images)), generator=generator, device=images.device)
    if set(region) == {"whole"}:
        mixed, here = _resized(second, height, width), torch.ones((), device=images.device)
    else:
        patch = chosen(region, {"patch": 1}, images).flatten() > 0
        share = each(size, images).flatten()
        rows, columns = (
            torch.where(patch, torch.round(length * share), float(length)) for length in (height, width)
        )
        y, x = torch.round(top * (height - rows)), torch.round(left * (width - columns))
        mixed = along_sides(
            resize_weights(tall, rows, height, y),
            second.float(),
            resize_weights(wide, columns, width, x),
        ).round_()
        here = _box(images, y, x, rows, columns)
    return rounded(images + here * each(alpha, images) * (mixed - images))


def _box(images: Tensor, y: Tensor, x: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Whether a place is in the box of each picture: float32 N,1,H,W of 0 and 1."""
    down = torch.arange(images.shape[2], device=images.device).view(1, 1, -1, 1)
    across = torch.arange(images.shape[3], device=images.device).view(1, 1, 1, -1)
    y, x, rows, columns = (value.view(-1, 1, 1, 1) for value in (y, x, rows, columns))
    inside = (down >= y) & (down < y + rows) & (across >= x) & (across < x + columns)
    return inside.float()


@device_form("cutmix")
def cutmix(images: Tensor, generator: torch.Generator, second: Tensor, area: Tensor) -> Tensor:
    height, width = images.shape[2:]
    top, left = torch.rand((2, len(images)), generator=generator, device=images.device)
    side = each(area, images).flatten().sqrt()
    rows, columns = torch.round(height * side), torch.round(width * side)
    y, x = torch.round(top * (height - rows)), torch.round(left * (width - columns))
    inside = _box(images, y, x, rows, columns) > 0
    return torch.where(inside, _covering(second, images).to(torch.uint8), images)


@device_form("double_exposure")
def double_exposure(images: Tensor, generator: torch.Generator, second: Tensor, exposure: Tensor) -> Tensor:
    darkened = torch.round(255 - each(exposure, images) * _covering(second, images))
    return (255 - torch.round((255 - images.float()) * darkened / 255)).to(torch.uint8)


@device_form("frequency_mix")
def frequency_mix(
    images: Tensor, generator: torch.Generator, second: Tensor, strength: Tensor, beta: Tensor
) -> Tensor:
    height, width = images.shape[2:]
    reach = each(torch.floor(exact(beta) * min(height, width)), images)
    spectrum = torch.fft.rfft2(images.float())
    aim = torch.fft.rfft2(_covering(second, images)).abs()
    row = torch.arange(height, device=images.device)
    row = torch.minimum(row, height - row).view(1, 1, -1, 1)
    column = torch.arange(spectrum.shape[3], device=images.device)
    low = (row <= reach) & (column <= reach)
    # A frequency that the picture lacks has no phase to keep; it stays missing.
    gain = 1 + each(strength, images) * (aim / spectrum.abs().clamp(min=1e-3) - 1)
    mixed = torch.fft.irfft2(spectrum * torch.where(low, gain, 1.0), s=(height, width))
    return rounded(mixed)


@device_form("colour_transfer")
def colour_transfer(images: Tensor, generator: torch.Generator, second: Tensor, strength: Tensor) -> Tensor:
    lab = _lab(images.float())
    tall, wide = second.shape[2:]
    aim = _lab(_resized(second, min(tall, _THUMBNAIL), min(wide, _THUMBNAIL)))
    (means, spreads, grey), (mean_aims, spread_aims, grey_aim) = _colours(lab), _colours(aim)
    share = each(strength, images)
    gain = 1 + share * ((spread_aims / spreads.clamp(min=1e-3)).clamp(max=_STEEPEST) - 1)
    moved = rounded(255 * _rgb((lab - means) * gain + means + share * (mean_aims - means)))
    moved = torch.where(grey & grey_aim, moved[:, :1], moved)  # free of rounding
    return torch.where(share == 0, images, moved)


def _colours(lab: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean and spread N,3,1,1 of L, a and b, and whether the picture is grey (N,1,1,1)."""
    means = lab.mean((2, 3), keepdim=True)
    spreads = lab.var((2, 3), correction=0, keepdim=True).sqrt()
    grey = torch.maximum(means.abs(), spreads)[:, 1:].amax(1, keepdim=True) < 0.01
    return means, spreads, grey


def _lab(levels: Tensor) -> Tensor:
    """CIE Lab of sRGB levels N,3,H,W."""
    shares = levels / 255
    linear = torch.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    xyz = torch.einsum("ij,njhw->nihw", _to_xyz(levels), linear)
    roots = torch.where(xyz > 0.008856, xyz.clamp(min=1e-9) ** (1 / 3), 7.787 * xyz + 16 / 116)
    x, y, z = roots.unbind(1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], dim=1)


def _rgb(lab: Tensor) -> Tensor:
    """sRGB in 0..1 of CIE Lab N,3,H,W."""
    lightness, a, b = lab.unbind(1)
    y = (lightness + 16) / 116
    roots = torch.stack([y + a / 500, y, y - b / 200], dim=1)
    xyz = torch.where(roots > 0.206893, roots**3, (roots - 16 / 116) / 7.787)
    linear = torch.einsum("ij,njhw->nihw", torch.linalg.inv_ex(_to_xyz(lab)).inverse, xyz).clamp_(0, 1)
    bright = 1.055 * linear.clamp(min=1e-9) ** (1 / 2.4) - 0.055
    return torch.where(linear <= 0.0031308, 12.92 * linear, bright)


def _to_xyz(like: Tensor) -> Tensor:
    """Linear sRGB to XYZ in shares of white."""
    matrix = torch.tensor(_TO_XYZ) / torch.tensor(_WHITE)[:, None]
    return matrix.to(like.device, non_blocking=True)
