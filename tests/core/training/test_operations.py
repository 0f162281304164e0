"""The nine operations are PIL's, a level a picture."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from torch import Tensor

from core.training.operations import (
    autocontrast,
    equalize,
    posterize,
    random_operation,
    rotation,
    shear_x,
    shear_y,
    solarize,
    transformed,
    translation,
)

SIDE = 32


@pytest.fixture
def picture() -> Image.Image:
    """Smooth, with some values more frequent than others, none of them the darkest or brightest there are."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    channels = [40 + 150 * x * y, 60 + 90 * np.sin(4 * x) ** 2, 30 + 180 * y]
    return Image.fromarray(np.stack(channels, 2).astype(np.uint8))


def tensor(image: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)[None] / 255


def off_by(found: Tensor, expected: Image.Image) -> float:
    """Largest difference, in values of 255."""
    return float((found - tensor(expected)).abs().max() * 255)


def test_autocontrast_and_equalize_are_pils(picture: Image.Image) -> None:
    level = torch.tensor([1.0])
    assert (
        off_by(autocontrast(tensor(picture), level), ImageOps.autocontrast(picture)) <= 1.01
    )  # it truncates
    assert off_by(equalize(tensor(picture), level), ImageOps.equalize(picture)) < 0.01
    flat = Image.new("RGB", (SIDE, SIDE), (10, 20, 200))
    for operation in (autocontrast, equalize):
        assert off_by(operation(tensor(flat), level), flat) < 0.01


@pytest.mark.parametrize("level", [0.1, 1.9, 2.4, 2.6, 3.0])
def test_posterize_and_solarize_are_pils_at_their_level(picture: Image.Image, level: float) -> None:
    levels = torch.tensor([level])
    coarse = ImageOps.posterize(picture, 4 - int(level * 4 / 10))
    assert off_by(posterize(tensor(picture), levels), coarse) < 0.01
    inverted = ImageOps.solarize(picture, 256 - int(level * 256 / 10))
    assert off_by(solarize(tensor(picture), levels), inverted) < 0.01


def test_moves_are_pils(picture: Image.Image) -> None:
    size = (SIDE, SIDE)

    def by(*coefficients: float) -> Image.Image:
        return picture.transform(size, Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR)

    number = torch.tensor([0.09])
    none = torch.zeros(1)
    for maps, expected in [
        (rotation(torch.tensor([9.0])), picture.rotate(9, Image.Resampling.BILINEAR)),
        (rotation(torch.tensor([-6.0])), picture.rotate(-6, Image.Resampling.BILINEAR)),
        (shear_x(number), by(1, 0.09, 0, 0, 1, 0)),
        (shear_y(-number), by(1, 0, 0, -0.09, 1, 0)),
        (translation(torch.tensor([3 / SIDE]), none), by(1, 0, 3, 0, 1, 0)),
        (translation(none, torch.tensor([-2 / SIDE])), by(1, 0, 0, 0, 1, -2)),
    ]:
        difference = (transformed(tensor(picture), maps) - tensor(expected)).abs().amax(1)[0] * 255
        # At the edge PIL's pixels end sharply; elsewhere they are bilinear ones, rounded.
        assert float((difference < 1.5).float().mean()) > 0.9
        assert float(difference[8:-8, 8:-8].max()) < 1.5


def test_all_nine_are_as_frequent_and_levels_are_of_the_picture_not_of_the_batch(
    picture: Image.Image,
) -> None:
    images = tensor(picture).repeat(90, 1, 1, 1)
    found = random_operation(images, torch.Generator().manual_seed(0))
    level = torch.ones(1)
    for toned in (autocontrast, equalize):
        same = (found - toned(images[:1], level)).abs().amax((1, 2, 3)) < 1e-6
        assert int(same.sum()) == 10
    # The others have levels of their own: more than nine different pictures.
    assert len({float(one.sum()) for one in found}) > 40
