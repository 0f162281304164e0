"""Perlin noise on the device."""

import torch
from torch import Tensor

from core.noise.device.forms import constant, cut, device_form, each
from core.noise.families.perlin import _OCTAVES, _POINTS, _between_points


@device_form("perlin_noise")
def perlin_noise(images: Tensor, generator: torch.Generator, alpha: Tensor) -> Tensor:
    number, _, height, width = images.shape
    device = images.device
    vectors = torch.randint(-_POINTS, _POINTS, (number, _POINTS, 2), generator=generator, device=device)
    # A vector without length has no direction: one of 262,144, here a diagonal.
    vectors = torch.where(vectors.any(2, keepdim=True), vectors, 1).float()
    gradients = vectors / vectors.norm(dim=2, keepdim=True)
    order = torch.rand((number, _POINTS), generator=generator, device=device).argsort(1)

    total = torch.zeros((number, height, width), device=device)
    for octave in _OCTAVES:
        down, down_slope, i = _points(height, octave, images)
        across, across_slope, j = _points(width, octave, images)
        place = (order[:, j % _POINTS][:, None] + i[:, None]) % _POINTS
        place = order.gather(1, place.flatten(1))
        corner = gradients.gather(1, place[..., None].expand(-1, -1, 2)).view(number, len(i), len(j), 2)
        field = down @ corner[..., 0] @ across_slope.T + down_slope @ corner[..., 1] @ across.T
        total += field.abs_().mul_(1.5 / octave)
    veil = (total / 2 + 0.5).clamp_(max=1)[:, None]
    share = each(alpha, images)
    return cut(images * (1 - share) + veil * (255 * share))


def _points(length: int, octave: int, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    weights, slopes, points = _between_points(0, length, octave, min(images.shape[2:]))
    return (
        constant(weights, images),
        constant(slopes, images),
        constant(points, images),
    )
