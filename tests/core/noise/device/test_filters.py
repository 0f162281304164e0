"""Filters and resampling of the device forms against OpenCV's."""

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.noise.device.filters import Border, blurred, correlated, grown, outside, smeared
from core.noise.device.resampling import resize_weights, sampled
from core.noise.families.blur import smeared as numpy_smeared

BORDERS: dict[Border, int] = {
    "replicate": cv2.BORDER_REPLICATE,
    "reflect": cv2.BORDER_REFLECT,
    "reflect_101": cv2.BORDER_REFLECT_101,
}
CPU = torch.device("cpu")


def field(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).uniform(0, 255, shape).astype(np.float32)


def as_planes(*images: NDArray[np.float32]) -> torch.Tensor:
    return torch.from_numpy(np.stack(images)[:, None])


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("length", [1, 2, 5])
def test_places_outside_are_stood_for_as_in_opencv(border: Border, length: int) -> None:
    row = np.arange(length, dtype=np.float32)[None]
    wanted = cv2.copyMakeBorder(row, 0, 0, 7, 4, BORDERS[border])[0]
    assert outside(length, 7, 4, border, CPU).tolist() == wanted.astype(int).tolist()


@pytest.mark.parametrize("border", ["replicate", "reflect"])
def test_each_picture_is_blurred_by_its_own_spread(border: Border) -> None:
    image, sigmas = field(20, 33), [0.0, 0.6, 3.0]
    found = blurred(as_planes(image, image, image), torch.tensor(sigmas), border)
    assert np.allclose(found[0, 0], image, atol=1e-3)
    for place in (1, 2):
        side = 2 * int(4 * sigmas[place] + 0.5) + 1
        wanted = cv2.GaussianBlur(image, (side, side), sigmas[place], borderType=BORDERS[border])
        assert np.allclose(found[place, 0], wanted, atol=1e-2)


@pytest.mark.parametrize("border", BORDERS)
def test_each_picture_is_filtered_by_its_own_kernel(border: Border) -> None:
    image, kernels = field(9, 14), field(2, 5, 7) / 255
    found = correlated(as_planes(image, image), torch.from_numpy(kernels), border)
    for place in range(2):
        wanted = cv2.filter2D(image, cv2.CV_32F, kernels[place], borderType=BORDERS[border])
        assert np.allclose(found[place, 0], wanted, rtol=1e-4)


@pytest.mark.parametrize(
    ("towards", "degrees"), [("right", (-45.0, 12.0, 45.0)), ("up", (-135.0, -90.0, -50.0))]
)
def test_smears_are_the_numpy_forms(towards: str, degrees: tuple[float, ...]) -> None:
    image, radius, sigma = field(31, 24), (3, 10, 20), (2.0, 0.0, 15.0)
    found = smeared(
        as_planes(image, image, image),
        torch.tensor(radius),
        torch.tensor(sigma),
        torch.tensor(degrees),
        towards,  # type: ignore[arg-type]
    )
    for place in range(3):
        wanted = numpy_smeared(image, radius[place], sigma[place], degrees[place])
        assert np.allclose(found[place, 0], wanted, atol=1e-2)


def test_a_mask_grows_to_its_neighbours() -> None:
    mask = torch.zeros((1, 1, 4, 4), dtype=torch.bool)
    mask[0, 0, 0, 1] = True
    assert grown(mask, corners=False)[0, 0].int().tolist() == [[1, 1, 1, 0], [0, 1, 0, 0], [0] * 4, [0] * 4]
    assert grown(mask, corners=True)[0, 0].int().tolist() == [[1, 1, 1, 0], [1, 1, 1, 0], [0] * 4, [0] * 4]
    assert mask.sum() == 1


def test_each_picture_has_its_own_border() -> None:
    image = field(11, 8)
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-9, 17, (11, 8)).astype(np.float32), rng.uniform(-12, 20, (11, 8)).astype(np.float32)
    names = [*BORDERS, "black"]
    places = (torch.from_numpy(np.stack([side] * 4)) for side in (x, y))
    found = sampled(as_planes(*[image] * 4), *places, names)
    for place, border in enumerate([*BORDERS.values(), cv2.BORDER_CONSTANT]):
        wanted = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=border)
        # OpenCV takes places to 1/32 px.
        assert np.abs(found[place, 0].numpy() - wanted).max() <= 2 * 255 / 32


def test_a_small_picture_in_a_large_plane_ends_at_its_own_border() -> None:
    image = field(4, 5)
    plane = np.zeros((9, 9), np.float32)
    plane[:4, :5] = image
    x = np.tile(np.arange(9, dtype=np.float32), (9, 1))
    size = torch.tensor([4.0]), torch.tensor([5.0])
    found = sampled(
        as_planes(plane), torch.from_numpy(x)[None], torch.from_numpy(x.T.copy())[None], ["reflect"], size
    )
    wanted = cv2.copyMakeBorder(image, 0, 5, 0, 4, cv2.BORDER_REFLECT)
    assert np.allclose(found[0, 0], wanted, atol=1e-2)


@pytest.mark.parametrize("size", [1, 5, 12, 13, 24, 40])
def test_a_side_is_resized_as_opencv_does(size: int) -> None:
    column = field(24, 1)
    how = cv2.INTER_AREA if size < 24 else cv2.INTER_LINEAR
    wanted = cv2.resize(column, (1, size), interpolation=how)[:, 0]
    weights = resize_weights(24, torch.tensor([float(size)]), 50, torch.tensor([7.0]))[0].numpy()
    assert np.allclose((weights @ column)[7 : 7 + size, 0], wanted, atol=1e-2)
    assert not weights[:7].any()
    assert not weights[7 + size :].any()
