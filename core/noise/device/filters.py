"""Filters whose weights differ from picture to picture: by matrices along each side, or by Fourier transform."""

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from core.noise.device.forms import largest
from core.noise.shared.levels import WHOLE

Border = Literal["replicate", "reflect", "reflect_101"]
"""What lies beyond the border, as OpenCV names it: aaa|abc, cba|abc, cb|abc."""


def outside(length: int, before: int, after: int, border: Border, device: torch.device) -> Tensor:
    """For places -before..length+after-1 of a side of `length` the place inside that stands for it, int64."""
    places = torch.arange(-before, length + after, device=device)
    if border == "replicate" or length == 1:
        return places.clamp(0, length - 1)
    if border == "reflect":
        places = places % (2 * length)
        return torch.where(places < length, places, 2 * length - 1 - places)
    places = places % (2 * length - 2)
    return torch.where(places < length, places, 2 * length - 2 - places)


def padded(values: Tensor, reach: int, border: Border) -> Tensor:
    """`values` N,C,H,W with `reach` more rows and columns on each side."""
    rows = outside(values.shape[2], reach, reach, border, values.device)
    columns = outside(values.shape[3], reach, reach, border, values.device)
    return values.index_select(2, rows).index_select(3, columns)


def along_sides(rows: Tensor, values: Tensor, columns: Tensor) -> Tensor:
    """`rows` (N or 1, h, H) x `values` (N or 1, C, H, W) x the transpose of `columns` (N or 1, w, W)."""
    return down(rows, across(values, columns))


def across(values: Tensor, columns: Tensor) -> Tensor:
    """Each row of `values` (N or 1, C, H, W) by the weights `columns` (N or 1, w, W)."""
    number = max(len(values), len(columns))
    _, channels, height, width = values.shape
    values, columns = values.expand(number, -1, -1, -1), columns.expand(number, -1, -1)
    found = torch.bmm(values.reshape(number, channels * height, width), columns.transpose(1, 2))
    return found.view(number, channels, height, -1)


def down(rows: Tensor, values: Tensor) -> Tensor:
    """Each column of `values` (N or 1, C, H, W) by the weights `rows` (N or 1, h, H)."""
    return torch.matmul(rows[:, None], values)


def blurred(values: Tensor, sigma: Tensor, border: Border = "replicate", cut_at: float = 4.0) -> Tensor:
    """float32 N,C,H,W under a normal curve of `sigma` (N, px) that is cut off at `cut_at` sigma."""
    reach = int(cut_at * largest(sigma) + 0.5)
    if reach == 0:
        return values
    sigma = sigma.to(values.device, torch.float32, non_blocking=True)
    height, width = values.shape[2:]
    rows = _bands(height, sigma, reach, border, cut_at)
    columns = rows if height == width else _bands(width, sigma, reach, border, cut_at)
    return along_sides(rows, values, columns)


def _bands(length: int, sigma: Tensor, reach: int, border: Border, cut_at: float) -> Tensor:
    """N,length,length: the weight of each place in each blurred place."""
    device = sigma.device
    steps = (
        torch.arange(length + 2 * reach, device=device) - torch.arange(length, device=device)[:, None] - reach
    )
    spread = sigma.view(-1, 1, 1)
    weights = torch.exp(-((steps / spread.clamp(min=1e-3)) ** 2) / 2)
    weights *= steps.abs() <= torch.floor(cut_at * spread + 0.5)
    weights /= weights.sum(2, keepdim=True)
    # What lies outside counts at the place that stands for it.
    stands_for = F.one_hot(outside(length, reach, reach, border, device), length).to(weights.dtype)
    return weights @ stands_for


def correlated(
    values: Tensor, kernels: Tensor, border: Border, corner: tuple[int, int] | None = None
) -> Tensor:
    """float32 N,C,H,W with each picture's own kernel N,h,w laid on each place.

    Args:
        corner: row and column of the kernel's weight that lies on the place itself; None: the middle.
    """
    height, width = values.shape[2:]
    rows, columns = kernels.shape[1:]
    up, left = corner or (rows // 2, columns // 2)
    size = _fast_length(height + rows - 1), _fast_length(width + columns - 1)
    # Padded to the transform's own size at once.
    down, right = size[0] - height - up, size[1] - width - left
    around = values.index_select(2, outside(height, up, down, border, values.device))
    around = around.index_select(3, outside(width, left, right, border, values.device))
    spectrum = torch.fft.rfft2(around)
    spectrum *= torch.fft.rfft2(kernels, s=size).conj()[:, None]
    return torch.fft.irfft2(spectrum, s=size)[..., :height, :width]


def _fast_length(least: int) -> int:
    """The first even number from `least` on whose prime factors are 2, 3 and 5: fast to transform."""
    length = least + least % 2
    while True:
        rest = length
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return length
        length += 2


def smeared(
    values: Tensor, radius: Tensor, sigma: Tensor, degrees: Tensor, towards: Literal["right", "up"]
) -> Tensor:
    """As core.noise.families.blur.smeared, with `radius`, `sigma` and `degrees` (on the device) of each picture.

    Args:
        towards: the direction that all `degrees` are within 45 of.
    """
    device, number = values.device, len(values)
    # Weights past five sigma are cut off below.
    reach = min(2 * round(largest(radius)), int(5.3 * largest(sigma)) + 1)
    steps = torch.arange(reach + 1, device=device)
    radius, sigma = (
        value.to(device, torch.float32, non_blocking=True).view(-1, 1) for value in (radius, sigma)
    )
    weights = torch.exp(-((steps / sigma.clamp(min=0.05)) ** 2) / 2) * (steps <= 2 * radius)
    weights /= weights.sum(1, keepdim=True)
    weights = torch.where(weights >= 1e-6, weights, 0.0)
    angle = torch.deg2rad(degrees).view(-1, 1)
    x = torch.ceil(steps * torch.cos(angle) - 0.5).long()
    y = torch.ceil(steps * torch.sin(angle) - 0.5).long()

    aside = int(0.7072 * reach) + 1
    corner, (rows, columns) = (aside, 0), (2 * aside + 1, reach + 1)
    if towards == "up":
        corner, (rows, columns) = (reach, aside), (reach + 1, 2 * aside + 1)
    kernels = torch.zeros((number, rows * columns), device=device)
    # At most two steps share a place, so the order of the sum makes no difference.
    kernels.scatter_add_(1, (y + corner[0]) * columns + x + corner[1], weights)
    return correlated(values, kernels.view(number, rows, columns), "replicate", corner) + WHOLE


def grown(mask: Tensor, corners: bool) -> Tensor:
    """A bool mask N,C,H,W and its neighbours above, below, left and right; `corners`: the slanted ones too."""
    found = mask.clone()
    found[:, :, 1:] |= mask[:, :, :-1]
    found[:, :, :-1] |= mask[:, :, 1:]
    if corners:
        mask, found = found, found.clone()
    found[..., 1:] |= mask[..., :-1]
    found[..., :-1] |= mask[..., 1:]
    return found
