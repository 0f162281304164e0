"""The contact sheet: the noises' own pixels, in order, and one picture that holds them all."""

import numpy as np
import pytest

from core.errors import Cancelled
from core.lab.contact_sheet import on_one_picture, sheet, small_square
from core.noise.catalogue import all_noises
from core.noise.stack import Layer, apply_stack
from core.words import Text

PHOTO = np.random.default_rng(0).integers(0, 256, (90, 120, 3)).astype(np.uint8)
OTHER = np.random.default_rng(1).integers(0, 256, (40, 40, 3)).astype(np.uint8)
NOISES = [noise.key for noise in all_noises()]


def test_each_thumbnail_has_the_pixels_of_its_noise() -> None:
    came: list[str] = []
    made = on_one_picture(
        PHOTO, NOISES, 4, "imagenet_c", 7, OTHER, found=lambda noise, noisy: came.append(noise)
    )
    assert came == list(made) == NOISES
    small = small_square(PHOTO)
    assert small.shape == (90, 90, 3)
    for noise, noisy in made.items():
        wanted = apply_stack(small, [Layer.at_severity(noise, 4)], 7, second=OTHER)
        assert np.array_equal(noisy, wanted), noise


def test_a_stop_is_obeyed() -> None:
    def stop(share: float, step: Text | None = None) -> None:
        if share > 0:
            raise Cancelled()

    with pytest.raises(Cancelled):
        on_one_picture(PHOTO, NOISES, 3, "imagenet_c", report=stop)


def test_the_sheet_shows_every_tile_once() -> None:
    colours = [(250, 10 * n, 30) for n in range(1, 12)]
    tiles = [np.full((224, 224, 3), colour, np.uint8) for colour in colours]
    groups = [("One", [(f"name {n}", tile) for n, tile in enumerate(tiles[:9])]), ("Two", [("x", tiles[9])])]
    made = sheet("Title", groups)
    found = {tuple(colour) for colour in made.reshape(-1, 3).tolist()}
    assert found >= set(colours[:10])
    assert colours[10] not in found
    for colour in colours[:10]:
        assert (made == colour).all(2).sum() == 144 * 144
