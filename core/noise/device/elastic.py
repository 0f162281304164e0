"""Elastic bending on the device."""

import torch
from torch import Tensor

from core.noise.device.filters import blurred
from core.noise.device.forms import chosen, constant, cut, device_form, each
from core.noise.device.resampling import places, sampled
from core.noise.shared.levels import WHOLE

_TABLE_SIDE = 224
"""px; the side of the pictures that lengths of scale "side" are for."""


@device_form("elastic_transform")
def elastic_transform(
    images: Tensor,
    generator: torch.Generator,
    alpha: Tensor,
    sigma: Tensor,
    jitter: Tensor,
    scale: list[str],
) -> Tensor:
    number, _, height, width = images.shape
    device = images.device
    corners = 2 * torch.rand((number, 3, 2), generator=generator, device=device) - 1
    field = 2 * torch.rand((number, 2, height, width), generator=generator, device=device) - 1
    times = torch.tensor([min(height, width) / _TABLE_SIDE if word == "side" else 1.0 for word in scale])
    sigma = sigma * times.to(sigma.device, non_blocking=True)
    longer = chosen(scale, {"side": min(height, width) / _TABLE_SIDE, "px": 1.0}, images)

    x, y = places(height, width, device)
    skew = _skew(height, width, corners * (each(jitter, images) * longer)[:, 0])
    across, down = (row[:, 0] * x + row[:, 1] * y + row[:, 2] for row in skew)
    skewed = sampled(images.float(), x + across, y + down, ["reflect_101"] * number)
    moves = blurred(field, sigma, "reflect", cut_at=3) * (each(alpha, images) * longer)
    bent = sampled(skewed, x + moves[:, 0], y + moves[:, 1], ["reflect"] * number)
    return cut(bent + WHOLE)


def _skew(height: int, width: int, moves: Tensor) -> tuple[Tensor, Tensor]:
    """Two rows N,3,1,1: how far from each place of the skewed picture its value is taken, as x, y and 1 count.

    The affine map moves three points around the middle by `moves` (N,3,2).
    """
    reach = max(1, min(height, width) // 3)
    points = [[1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]]
    middle = constant([width // 2, height // 2], moves)
    before = middle + reach * constant(points, moves)
    after = torch.cat([before + moves, torch.ones_like(moves[..., :1])], dim=2)
    # Of moves, not of places: where nothing moves the answer is 0 without a rounding.
    found = torch.linalg.inv_ex(after).inverse @ -moves
    return found[..., 0, None, None], found[..., 1, None, None]
