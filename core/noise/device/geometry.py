"""Shape on the device: turned, moved, stretched, seen at an angle, mirrored.

Maps are matrices N,3,3 from places of the clean picture to places of the noisy one, px, as core.noise.families.geometry
declares them.
"""

import math

import torch
from torch import Tensor

from core.noise.device.filters import along_sides
from core.noise.device.forms import chosen, cut, device_form, each
from core.noise.device.resampling import places, resize_weights, sampled

_ROUNDING = 0.5 + 1e-3
"""Values are rounded as OpenCV does; a little up, so that float32's error does not take a half down."""
_EYE = 3.0
"""How far the eye is from the picture, in halves of its longer side; as core.noise.families.geometry has it."""
_SHRINKING = 0.7
"""Scale under which the pixels are averaged first."""


def _row(values: Tensor, images: Tensor) -> Tensor:
    """One number a picture, float32 N on the pictures' device."""
    return each(values, images).flatten()


def _matrix(rows: list[list[Tensor | float]]) -> Tensor:
    """N,3,3 from numbers N (or one for all)."""
    number = next(value for row in rows for value in row if isinstance(value, Tensor))
    full = [[torch.zeros_like(number) + value for value in row] for row in rows]
    return torch.stack([torch.stack(row, dim=1) for row in full], dim=1)


def _about_the_middle(images: Tensor, matrix: Tensor) -> Tensor:
    """The map with the middle of the picture as its origin."""
    height, width = images.shape[2:]
    middle = torch.eye(3, device=images.device)
    middle[0, 2], middle[1, 2] = (width - 1) / 2, (height - 1) / 2
    back = middle.clone()
    back[:2, 2] *= -1
    return middle @ matrix @ back


def _warped(images: Tensor, matrix: Tensor, border: list[str], shrinks: bool = False) -> Tensor:
    """The pictures moved by `matrix` N,3,3 (on their device), sampled linearly.

    Args:
        shrinks: parts may get so small that linear sampling alone would skip pixels.
    """
    height, width = images.shape[2:]
    device, values, size = images.device, images.float(), None
    if shrinks and min(height, width) > 1:
        smaller = (matrix[:, 0, 0] * matrix[:, 1, 1] - matrix[:, 0, 1] * matrix[:, 1, 0]).abs().sqrt()
        smaller = torch.where(smaller < _SHRINKING, smaller, 1.0)
        rows, columns = (torch.round(length * smaller).clamp(min=1) for length in (height, width))
        values = along_sides(
            resize_weights(height, rows, height), values, resize_weights(width, columns, width)
        ).round_()
        down, across = rows / height, columns / width
        # From places of the small picture to those of the whole one; both cover the same.
        zero, one = torch.zeros_like(down), torch.ones_like(down)
        matrix = matrix @ _matrix(
            [
                [1 / across, zero, (1 / across - 1) / 2],
                [zero, 1 / down, (1 / down - 1) / 2],
                [zero, zero, one],
            ]
        )
        size = rows, columns
    x, y = places(height, width, device)
    back = torch.linalg.inv_ex(matrix).inverse[..., None, None]
    from_x, from_y, depth = (back[:, i, 0] * x + back[:, i, 1] * y + back[:, i, 2] for i in range(3))
    moved = sampled(values, from_x / depth, from_y / depth, border, size)
    return cut(moved + _ROUNDING)


def _either_way(images: Tensor, generator: torch.Generator, way: list[str]) -> Tensor:
    """1 or -1 for a given way; where it is drawn, either sign and 0.75 to 1 times as much."""
    sign, share = torch.rand((2, len(images)), generator=generator, device=images.device)
    drawn = (0.75 + 0.25 * share) * torch.where(sign < 0.5, 1.0, -1.0)
    given = chosen(way, {"plus": 1, "minus": -1}, images).flatten()
    return torch.where(given == 0, drawn, given)


@device_form("rotation")
def rotation(
    images: Tensor, generator: torch.Generator, angle: Tensor, way: list[str], border: list[str]
) -> Tensor:
    turn = torch.deg2rad(_row(angle, images)) * _either_way(images, generator, way)
    cosine, sine = torch.cos(turn), torch.sin(turn)
    matrix = _matrix([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    return _warped(images, _about_the_middle(images, matrix), border)


@device_form("translation")
def translation(images: Tensor, generator: torch.Generator, distance: Tensor, border: list[str]) -> Tensor:
    turn = 2 * math.pi * torch.rand(len(images), generator=generator, device=images.device)
    step = _row(distance, images) * min(images.shape[2:])
    return _warped(
        images, _matrix([[1, 0, step * torch.cos(turn)], [0, 1, step * torch.sin(turn)], [0, 0, 1]]), border
    )


@device_form("scale")
def scale(images: Tensor, generator: torch.Generator, factor: Tensor, border: list[str]) -> Tensor:
    times = _row(factor, images)
    matrix = _matrix([[times, 0, 0], [0, times, 0], [0, 0, 1]])
    return _warped(images, _about_the_middle(images, matrix), border, shrinks=True)


@device_form("shear")
def shear(
    images: Tensor,
    generator: torch.Generator,
    amount: Tensor,
    axis: list[str],
    way: list[str],
    border: list[str],
) -> Tensor:
    slope = _row(amount, images) * _either_way(images, generator, way)
    across = chosen(axis, {"horizontal": 1}, images).flatten()
    matrix = _matrix([[1, slope * across, 0], [slope * (1 - across), 1, 0], [0, 0, 1]])
    return _warped(images, _about_the_middle(images, matrix), border)


@device_form("perspective")
def perspective(images: Tensor, generator: torch.Generator, tilt: Tensor, border: list[str]) -> Tensor:
    turn = 2 * math.pi * torch.rand(len(images), generator=generator, device=images.device)
    angle, x, y = torch.deg2rad(_row(tilt, images)), torch.cos(turn), torch.sin(turn)
    sine, less = torch.sin(angle), 1 - torch.cos(angle)
    unit = _EYE * max(images.shape[2:]) / 2
    # Turned about the axis (x, y, 0) by Rodrigues' formula.
    matrix = _matrix(
        [
            [1 - less * y * y, less * x * y, 0],
            [less * x * y, 1 - less * x * x, 0],
            [-sine * y / unit, sine * x / unit, 1],
        ]
    )
    return _warped(images, _about_the_middle(images, matrix), border, shrinks=True)


@device_form("crop_zoom")
def crop_zoom(images: Tensor, generator: torch.Generator, kept: Tensor) -> Tensor:
    height, width = images.shape[2:]
    top, left, stretch = torch.rand((3, len(images)), generator=generator, device=images.device)
    pixels = _row(kept, images) * height * width
    rows = (pixels * (4 / 3) ** (2 * stretch - 1)).sqrt().clamp(max=height)
    columns = (pixels / rows).clamp(max=width)
    rows = (pixels / columns).clamp(max=height)
    down, across = height / rows, width / columns
    y, x = top * (height - rows), left * (width - columns)
    # Borders of pixels, not their middles, meet the borders of the picture.
    matrix = _matrix([[across, 0, across * (0.5 - x) - 0.5], [0, down, down * (0.5 - y) - 0.5], [0, 0, 1]])
    return _warped(images, matrix, ["replicate"] * len(images))


@device_form("flip")
def flip(images: Tensor, generator: torch.Generator, axis: list[str]) -> Tensor:
    across = chosen(axis, {"horizontal": 1, "both": 1}, images) > 0
    down = chosen(axis, {"vertical": 1, "both": 1}, images) > 0
    flipped = torch.where(across, images.flip(3), images)
    return torch.where(down, flipped.flip(2), flipped)


@device_form("swirl")
def swirl(images: Tensor, generator: torch.Generator, strength: Tensor, radius: Tensor) -> Tensor:
    height, width = images.shape[2:]
    x, y = places(height, width, images.device)
    x, y = x - (width - 1) / 2, y - (height - 1) / 2
    fading = math.log(2) * each(radius, images)[:, 0] * min(height, width) / 5
    turn = each(strength, images)[:, 0] * torch.exp(-torch.sqrt(x * x + y * y) / fading)
    cosine, sine = torch.cos(turn), torch.sin(turn)
    across = cosine * x - sine * y + (width - 1) / 2
    down = sine * x + cosine * y + (height - 1) / 2
    return cut(sampled(images.float(), across, down, ["reflect"] * len(images)) + _ROUNDING)
