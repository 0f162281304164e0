"""PixMix's two ways to mix, their weights, and the pictures that it mixes in."""

import pytest
import torch

from core.training.augmentations.pixmix import added, multiplied, weights
from core.training.mixing_pictures import FRACTALS, PATTERNS, _drawn, mixing_pictures

ONE, NONE = torch.ones(1, 1, 1, 1), torch.zeros(1, 1, 1, 1)


def test_the_picture_alone_stays_as_it_is_and_grey_changes_nothing() -> None:
    images, others = torch.rand((2, 4, 3, 8, 8), generator=torch.Generator().manual_seed(0))
    grey = torch.full_like(images, 0.5)
    for mix in (added, multiplied):
        torch.testing.assert_close(mix(images, others, ONE, NONE), images)
        torch.testing.assert_close(mix(images, grey, ONE, ONE), images)


def test_sums_and_products_are_those_of_the_paper() -> None:
    image, other = torch.full((1, 3, 1, 1), 0.3), torch.full((1, 3, 1, 1), 0.7)
    half = ONE / 2
    assert float(added(image, other, ONE, half)[0, 0]) == pytest.approx((-0.4 + 0.5 * 0.4 + 1) / 2)
    assert float(multiplied(image, other, ONE, half)[0, 0]) == pytest.approx(0.6 * 1.4**0.5 / 2)
    black = torch.zeros_like(image)
    assert float(multiplied(black, other, half, ONE)[0, 0]) < 1e-9
    assert float(multiplied(image, black, ONE, -ONE)[0, 0]) == 1


def test_weights_are_beta_draws_that_add_half_of_the_time_and_else_take_away() -> None:
    own, second = (one.flatten() for one in weights(20_000, ONE, torch.Generator().manual_seed(0)))
    adds = second > 0
    assert float(adds.float().mean()) == pytest.approx(0.5, abs=0.02)
    assert torch.equal(own > 1, ~adds)
    # Beta(3, 1) has mean 3/4 and second moment 3/5; Beta(1, 3) is one less such a draw.
    found = [own[adds], 1 - second[adds], 2 - own[~adds], 1 + second[~adds]]
    for one in found:
        assert [float(one.mean()), float(one.square().mean())] == pytest.approx([3 / 4, 3 / 5], abs=0.02)


def test_the_mixing_set_is_the_same_in_every_process_full_of_colour_and_no_two_alike() -> None:
    drawn = mixing_pictures(16, torch.device("cpu"))
    for kept in (mixing_pictures, _drawn):
        kept.cache_clear()
    assert torch.equal(mixing_pictures(16, torch.device("cpu")), drawn)
    assert drawn.shape == (FRACTALS + PATTERNS, 3, 16, 16)
    assert len({one.numpy().tobytes() for one in drawn}) == len(drawn)
    assert float(drawn.float().std((1, 2, 3)).min()) > 8
