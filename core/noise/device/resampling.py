"""Pictures taken at other places or in other sizes, each picture in its own way."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from core.noise.device.forms import constant


def places(height: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Columns 1,1,W and rows 1,H,1 of a picture, px, float32."""
    x = torch.arange(width, device=device, dtype=torch.float32).view(1, 1, -1)
    y = torch.arange(height, device=device, dtype=torch.float32).view(1, -1, 1)
    return x, y


def sampled(
    values: Tensor,
    x: Tensor,
    y: Tensor,
    borders: Sequence[str],
    size: tuple[Tensor, Tensor] | None = None,
) -> Tensor:
    """float32 N,C,H,W linearly between the pixels at the places `x`, `y` (N,H,W, px).

    Args:
        borders: of each picture what lies outside: "black", "replicate", "reflect" or "reflect_101".
        size: heights and widths (N) of pictures that fill only the upper left of their plane.
    """
    height, width = values.shape[2:]
    rows, columns = size or (values.new_full((1,), height), values.new_full((1,), width))
    x = _folded(x, columns.to(values).view(-1, 1, 1), borders)
    y = _folded(y, rows.to(values).view(-1, 1, 1), borders)
    grid = torch.stack([(2 * x + 1) / width - 1, (2 * y + 1) / height - 1], dim=-1)
    return F.grid_sample(values, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _folded(place: Tensor, length: Tensor, borders: Sequence[str]) -> Tensor:
    """Places outside 0..length-1 brought to those that stand for them; "black" ones stay outside."""
    place = torch.nan_to_num(place).clamp(-1e6, 1e6)
    kinds = set(borders)
    folded = {}
    if "black" in kinds:
        folded["black"] = place
    if "replicate" in kinds:
        folded["replicate"] = place
    if "reflect" in kinds:
        around = torch.remainder(place + 0.5, 2 * length)
        folded["reflect"] = torch.minimum(around, 2 * length - around) - 0.5
    if "reflect_101" in kinds:
        last = (length - 1).clamp(min=0.5)
        around = torch.remainder(place, 2 * last)
        folded["reflect_101"] = torch.minimum(around, 2 * last - around)
    for kind in kinds - {"black"}:
        folded[kind] = torch.minimum(folded[kind].clamp(min=0), length - 1)
    if len(kinds) == 1:
        return folded.popitem()[1]
    found = torch.zeros_like(place)
    for kind, values in folded.items():
        mine = constant([border == kind for border in borders], place)
        found = torch.where(mine.view(-1, 1, 1), values, found)
    return found


def linear_weights(position: Tensor, length: int) -> Tensor:
    """N,K,length: how much of each of `length` pixels is in a value at `position` (N,K, px, 0..length-1)."""
    pixels = torch.arange(length, device=position.device)
    return (1 - (position[..., None] - pixels).abs()).clamp_(min=0)


def resize_weights(source: int, size: Tensor, length: int, start: Tensor | None = None) -> Tensor:
    """N,length,source: `source` pixels resized to `size` (N) places of `length`, from `start` (N) on; 0 elsewhere.

    Each place takes the mean of what it covers where the side shrinks (OpenCV's INTER_AREA), else the line
    between pixels.
    """
    device = size.device
    size = size.view(-1, 1).float()
    place = torch.arange(length, device=device) - (0 if start is None else start.view(-1, 1))
    scale = source / size.clamp(min=1)
    low, high = place * scale, (place + 1) * scale
    pixels = torch.arange(source, device=device)
    covered = torch.minimum(high[..., None], pixels + 1) - torch.maximum(low[..., None], pixels)
    mean = covered.clamp_(min=0) / scale[..., None]
    line = linear_weights(((place + 0.5) * scale - 0.5).clamp(0, source - 1), source)
    inside = (place >= 0) & (place < size)
    return torch.where((scale > 1)[..., None], mean, line) * inside[..., None]
