"""The elastic transform against SciPy's filters."""

import cv2
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, map_coordinates

from core.noise.catalogue import Value, get_noise
from core.noise.families.elastic import _blurred, _even
from core.noise.stack import generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture


def apply(image: Image, **params: Value) -> Image:
    return get_noise("elastic_transform").apply(image, generator_for(0, 0, "elastic_transform", 0), params)


@pytest.mark.parametrize("sigma", [0.2, 1.92, 2.44, 4.8, 5.2, 19.52, 170.8])
@pytest.mark.parametrize("shape", [(64, 64), (30, 100), (1, 40), (3, 3)])
def test_a_bend_is_even_noise_under_a_normal_curve_mirrored_outside(
    sigma: float, shape: tuple[int, int]
) -> None:
    field = _even(np.random.default_rng(0), shape)
    expected = gaussian_filter(field.astype(np.float64), sigma, mode="reflect", truncate=3)
    assert np.abs(_blurred(field, sigma) - expected).max() < 0.002


def test_elastic_transform_is_what_scipy_gives_for_the_same_draw() -> None:
    image = square(sample_picture("chelsea"), 64)
    generator = generator_for(0, 0, "elastic_transform", 0)
    corners = generator.uniform(-1, 1, (3, 2)) * 4
    before = np.float32([[32 + 21, 32 + 21], [32 + 21, 32 - 21], [32 - 21, 32 - 21]])
    matrix = cv2.getAffineTransform(before, np.float32(before + corners))
    back = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    y, x = np.mgrid[:64, :64].astype(np.float64)
    places = np.einsum("ij,jhw->ihw", back[:2], np.stack([x, y, np.ones_like(x)]))
    dx, dy = (gaussian_filter(_even(generator, (64, 64)), 2.0, mode="reflect", truncate=3) * 6 for _ in "xy")
    for channel in range(3):
        plane = image[..., channel].astype(np.float64)
        skewed = map_coordinates(plane, [places[1], places[0]], order=1, mode="mirror")
        expected = map_coordinates(skewed, [y + dy, x + dx], order=1, mode="reflect")
        noisy = apply(image, alpha=6, sigma=2.0, jitter=4)[..., channel]
        assert np.abs(noisy - np.floor(expected)).mean() < 1
        assert np.mean(np.abs(noisy - expected) <= 4) > 0.98


def test_more_bending_scales_the_same_bends() -> None:
    ramp = np.tile(np.arange(200, dtype=np.uint8)[None, :, None], (200, 1, 3))
    weak, strong = (
        apply(ramp, alpha=alpha, sigma=3, jitter=0).astype(float) + 0.5 - ramp for alpha in (40, 80)
    )
    inside = np.s_[20:-20, 20:-20]
    assert np.corrcoef(weak[inside].ravel(), strong[inside].ravel())[0, 1] > 0.95
    assert strong[inside].std() == pytest.approx(2 * weak[inside].std(), rel=0.1)


def test_jitter_alone_skews_the_picture_without_bending_it() -> None:
    ramp = np.tile(np.arange(200, dtype=np.uint8)[None, :, None], (200, 1, 3))
    skewed = apply(ramp, alpha=0, jitter=10)[60:140, 60:140, 0].astype(float)
    y, x = np.mgrid[60:140, 60:140]
    plane = np.stack([x.ravel(), y.ravel(), np.ones(x.size)], axis=-1)
    fit = plane @ np.linalg.lstsq(plane, skewed.ravel(), rcond=None)[0]
    assert np.abs(fit - skewed.ravel()).max() < 1
    assert np.abs(skewed - ramp[60:140, 60:140, 0]).mean() > 1


def test_the_presets_are_the_constants_of_the_benchmarks_own_files() -> None:
    presets = get_noise("elastic_transform").presets
    found = [
        tuple(presets[f"published_{n}"].params[name] for name in ("alpha", "sigma", "jitter"))
        for n in range(1, 6)
    ]
    assert found == [
        (488, 170.8, 24.4),
        (488, 19.52, 48.8),
        (12.2, 2.44, 4.88),
        (17.08, 2.44, 4.88),
        (29.28, 2.44, 4.88),
    ]


def test_lengths_of_scale_side_grow_with_the_picture() -> None:
    image = np.random.default_rng(0).integers(0, 256, (112, 112, 3), dtype=np.uint8)
    half = apply(image, alpha=10, sigma=2, jitter=4, scale="side")
    assert np.array_equal(half, apply(image, alpha=5, sigma=1, jitter=2, scale="px"))
