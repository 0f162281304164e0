"""PRIME's three families keep to the paper's laws."""

import math

import pytest
import torch
from torch.nn import functional as F

from core.training.augmentations.prime import (
    CURVE_WAVES,
    FILTER_SD,
    filtered,
    random_curves,
    random_filters,
    random_warps,
    recoloured,
    warped,
)

SIDE = 32


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.fixture
def images(generator: torch.Generator) -> torch.Tensor:
    """Of 256 values, as pictures from a file have."""
    return (torch.rand((6, 3, SIDE, SIDE), generator=generator) * 255).round() / 255


def test_without_strength_nothing_changes(images: torch.Tensor, generator: torch.Generator) -> None:
    torch.testing.assert_close(filtered(images, random_filters(6, images, generator, sd=0.0)), images)
    torch.testing.assert_close(recoloured(images, random_curves(6, images, generator, sd=0.0)), images)
    torch.testing.assert_close(warped(images, random_warps(6, images, generator, strength=0.0)), images)


def test_a_filter_is_the_identity_plus_gaussian_numbers_the_same_for_each_channel(
    images: torch.Tensor, generator: torch.Generator
) -> None:
    filters = random_filters(4000, images, generator)
    identity = F.pad(torch.ones(1, 1), (1, 1, 1, 1))
    torch.testing.assert_close(filters.mean(0), identity, atol=5 * FILTER_SD / 4000**0.5, rtol=0)
    torch.testing.assert_close(filters.std(0), torch.full((3, 3), FILTER_SD), atol=0.25, rtol=0)
    small = 0.05 * filters[:6].abs()
    by_hand = torch.stack(
        [
            F.conv2d(image[:, None], one[None, None], padding=1)[:, 0]
            for image, one in zip(images, small, strict=True)
        ]
    )
    torch.testing.assert_close(filtered(images, small), by_hand.clamp(0, 1))


def test_curves_are_sines_of_gaussian_heights_that_leave_black_black(
    images: torch.Tensor, generator: torch.Generator
) -> None:
    sd = 0.002
    curves = random_curves(2000, images, generator, sd=sd)
    assert float(curves[:, :, 0].max()) < 1e-6
    value = 100
    waves = torch.arange(1, CURVE_WAVES + 1)
    expected = sd * math.sqrt(float(torch.sin(math.pi * waves * value / 255).square().sum()))
    moved = curves[:, :, value] - value / 255
    assert float(moved.std()) == pytest.approx(expected, rel=0.05)
    # Each channel has its own.
    assert abs(float((moved[:, 0] * moved[:, 1]).mean())) < 0.1 * expected**2


def test_a_picture_is_recoloured_by_its_own_curves_each_channel_by_its_own(
    images: torch.Tensor, generator: torch.Generator
) -> None:
    curves = torch.rand((6, 3, 256), generator=generator)
    found = recoloured(images, curves)
    place = (4, 2, 7, 9)
    assert found[place] == curves[4, 2, int(images[place] * 255 + 0.5)]


def test_a_warp_is_smooth_leaves_the_edge_and_moves_a_pixel_half_a_pixel_or_more(
    images: torch.Tensor, generator: torch.Generator
) -> None:
    moves = random_warps(400, images, generator) * SIDE
    for edge in (moves[..., 0], moves[..., -1], moves[:, :, 0], moves[:, :, -1]):
        assert float(edge.abs().max()) < 1e-4
    middle = moves[:, :, SIDE // 4 : -SIDE // 4, SIDE // 4 : -SIDE // 4]
    typical = middle.square().mean((1, 2, 3)).sqrt()
    assert 0.25 < float(typical.median()) < SIDE / 10
    assert float(typical.max()) < SIDE / 4
    # The strongest stand where pixels begin to overtake each other: few do.
    steps = 1 + moves[:, 0].diff(dim=-1)
    assert float((steps > 0).float().mean()) > 0.95
    # Low modes have the most say: neighbours move alike.
    neighbours = (moves[..., 1:] * moves[..., :-1]).mean() / moves.square().mean()
    assert float(neighbours) > 0.8


def test_a_warp_looks_up_a_pixel_where_it_says(images: torch.Tensor) -> None:
    moves = torch.zeros((6, 2, SIDE, SIDE))
    moves[:, 0] = 3 / SIDE
    found = warped(images, moves)
    torch.testing.assert_close(found[..., 3:], images[..., :-3], atol=1e-4, rtol=0)
    torch.testing.assert_close(found[..., :3], images[..., :1].expand(-1, -1, -1, 3), atol=1e-4, rtol=0)
