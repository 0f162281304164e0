"""Pictures of fractals and of patterns like those that excite a network's neurons: what PixMix mixes in. Imports torch.

All are drawn here, by numbers alone, once in a process; the same in every one.
"""

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

FRACTALS, PATTERNS = 64, 64
_SEED = 20211209
_WALKED, _STEPS = 8, 12
"""A point for each pixel of a fractal walks so many steps unseen, then to so many seen: as good as one that walks for ever."""
_LARGEST = 96
"""Side in which they are drawn, px; beyond that they are enlarged."""
_WIDTH = 12
"""Neurons of each layer that draws a pattern."""


@lru_cache(maxsize=2)
def mixing_pictures(side: int, device: torch.device) -> Tensor:
    """uint8 N,3,side,side on the device."""
    drawn = torch.from_numpy(_drawn(min(side, _LARGEST)))
    if side > _LARGEST:
        drawn = F.interpolate(drawn, (side, side), mode="bilinear", align_corners=False)
    return drawn.to(device)


@lru_cache(maxsize=2)
def _drawn(side: int) -> NDArray[np.uint8]:
    generator = np.random.default_rng(_SEED)
    pictures = [fractal(side, generator) for _ in range(FRACTALS)]
    pictures += [pattern(side, generator) for _ in range(PATTERNS)]
    return np.rint(np.stack(pictures) * 255).astype(np.uint8)


def fractal(side: int, generator: np.random.Generator) -> NDArray[np.float64]:
    """float64 3,side,side in 0..1: what an iterated function system draws (Anderson and Farrell 2022, arXiv:2110.03091), two
    to four affine maps that shrink, a colour each, on a pattern of few forms."""
    maps = int(generator.integers(2, 5))
    sizes = generator.uniform([0.5, 0.2], [0.9, 0.8], (maps, 2))
    matrices = _turns(generator.uniform(-np.pi, np.pi, maps)) * sizes[:, None, :]
    matrices = matrices @ _turns(generator.uniform(-np.pi, np.pi, maps))
    shifts = generator.uniform(-1, 1, (maps, 2))
    # As often as a map's part of the drawing is large.
    chance = np.abs(np.linalg.det(matrices)) + 0.02
    bounds = np.cumsum(chance / chance.sum())[:-1]
    x, y = generator.uniform(-1, 1, (2, side * side))
    steps = []
    for _ in range(_STEPS):
        choice = np.searchsorted(bounds, generator.random(len(x)))
        (across, turned), (sheared, down) = matrices.T[:, :, choice]
        x, y = across * x + sheared * y + shifts[choice, 0], turned * x + down * y + shifts[choice, 1]
        steps.append((x, y, choice))
    x, y, choice = (np.concatenate(part) for part in zip(*steps[_WALKED:], strict=True))
    places = []
    for walked in (x, y):
        low, high = np.quantile(walked, [0.01, 0.99])
        places.append(np.floor((walked - low) / max(high - low, 1e-6) * side).astype(np.int64))
    column, row = places
    seen = (column >= 0) & (column < side) & (row >= 0) & (row < side)
    flat = (row * side + column)[seen]
    hits = np.bincount(flat, minlength=side * side)
    colours = generator.uniform(0, 1, (3, maps))[:, choice[seen]]
    painted = np.stack([np.bincount(flat, colour, side * side) for colour in colours]) / np.maximum(hits, 1)
    cover = np.sqrt(np.log1p(hits) / np.log1p(hits.max()))
    ground = pattern(side, generator, finest=3.0).reshape(3, -1)
    return (ground + cover * (painted - ground)).reshape(3, side, side)


def _turns(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """N,2,2: rotations."""
    cos, sin = np.cos(angles), np.sin(angles)
    return np.stack([cos, -sin, sin, cos], -1).reshape(-1, 2, 2)


def pattern(side: int, generator: np.random.Generator, finest: float = 20.0) -> NDArray[np.float64]:
    """float64 3,side,side in 0..1: a small network of random weights, asked for a colour at each place (Stanley 2007,
    doi:10.1007/s10710-007-9028-8): waves, eyes and stripes that bend, as pictures of what a neuron likes have.

    Args:
        finest: up to so many waves along a side go into it.
    """
    place = np.linspace(-1, 1, side)
    x, y = np.meshgrid(place, place)
    scale = np.exp(generator.uniform(0, np.log(finest)))
    values = np.stack([x, y, np.hypot(x, y), np.ones_like(x)]).reshape(4, -1)
    values[:3] *= scale * np.pi / 2
    for waves in (True, True, False):
        weights = generator.normal(0, 1 / np.sqrt(len(values)), (_WIDTH, len(values)))
        values = np.sin(1.5 * weights @ values) if waves else np.tanh(2 * weights @ values)
    colours = generator.normal(0, 1.5, (3, _WIDTH)) @ values / np.sqrt(_WIDTH)
    found = 1 / (1 + np.exp(-2 * (colours + generator.normal(0, 0.5, (3, 1)))))
    return found.reshape(3, side, side)
