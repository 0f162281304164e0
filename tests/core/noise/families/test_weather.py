"""Known answers of snow, frost, spatter and of the pixelated picture."""

import cv2
import numpy as np
import pytest
from scipy.ndimage import zoom as enlarge

from core.noise.catalogue import Value, get_noise
from core.noise.families.frost import _pane
from core.noise.families.snow import _zoomed
from core.noise.stack import generator_for
from core.pixels import Image


def grey(level: int, height: int = 120, width: int = 120) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def apply(key: str, image: Image, index: int = 0, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, index, key, 0), params)


@pytest.mark.parametrize("zoom", [1, 1.25, 2, 3, 4.5])
@pytest.mark.parametrize("size", [64, 97])
def test_flakes_are_enlarged_from_corner_to_corner(zoom: float, size: int) -> None:
    field = np.random.default_rng(0).standard_normal((size, size), dtype=np.float32)
    used = int(np.ceil(size / zoom))
    first = (size - used) // 2
    large = enlarge(field[first : first + used, first : first + used].astype(np.float64), zoom, order=1)
    first = (len(large) - size) // 2
    expected = large[first : first + size, first : first + size]
    assert np.abs(_zoomed(field, zoom) - expected).max() < 1e-4


def test_snow_falls_twice_the_second_time_turned_by_half_a_turn() -> None:
    snowy = apply("snow", grey(0), photo=1)
    assert np.array_equal(snowy, snowy[::-1, ::-1])
    assert (np.ptp(snowy, axis=2) == 0).all()
    assert 0.02 < np.mean(snowy > 30) < 0.6


def test_without_flakes_snow_pales_what_is_dark_and_leaves_what_is_light() -> None:
    pale = apply("snow", grey(100), mean=0, sd=0, photo=0.6)
    assert (pale == int(0.6 * 100 + 0.4 * (1.5 * 100 + 127.5))).all()
    image = grey(0)
    image[..., 0] = 255
    kept = apply("snow", image, mean=0, sd=0, photo=0.6)
    assert (kept[..., 0] == 255).all(), "lighter than its pale version"
    assert (kept[..., 1] > 0).all()


def test_streaks_run_steeply() -> None:
    snowy = apply("snow", grey(0), mean=0.1, sd=0.3, zoom=2, threshold=0.5, photo=1)[..., 0].astype(float)
    down, across = np.abs(np.diff(snowy, axis=0)).mean(), np.abs(np.diff(snowy, axis=1)).mean()
    assert down < across


def test_frost_adds_a_pane_to_a_darker_photo() -> None:
    pane = apply("frost", grey(0), photo=1, frost=1).astype(float)
    for level, photo, frost in ((100, 0.8, 0.6), (200, 0.6, 0.75), (30, 1, 0.4)):
        frosted = apply("frost", grey(level), photo=photo, frost=frost)
        expected = np.minimum(photo * level + frost * pane, 255)
        assert np.abs(frosted - expected).max() <= 1.01


@pytest.mark.parametrize("which", range(5))
def test_ice_is_thickest_at_the_edges_of_a_pane_and_leaves_glass_in_the_middle(which: int) -> None:
    pane = _pane(which).astype(float)
    edges = np.concatenate(
        [pane[:40].ravel(), pane[-40:].ravel(), pane[:, :40].ravel(), pane[:, -40:].ravel()]
    )
    middle = pane[240:400, 240:400]
    assert edges.mean() > middle.mean() + 25
    assert pane.std() > 30
    assert len(np.unique(pane)) > 100


def test_panes_differ_in_brightness_and_pictures_get_different_ones() -> None:
    means = [_pane(which).mean() for which in range(5)]
    assert means == sorted(means)
    assert means[-1] - means[0] > 80
    frosted = [apply("frost", grey(0), index=index).mean() for index in range(20)]
    assert np.std(frosted) > 10


def test_frost_serves_pictures_of_any_aspect() -> None:
    wide = apply("frost", grey(0, 50, 2000), photo=0, frost=1)
    assert wide.std() > 5


def test_water_adds_turquoise_light_and_leaves_dry_places() -> None:
    image = grey(60)
    wet = apply("spatter", image, sigma=2, strength=0.5, liquid="water").astype(int) - image
    touched = wet.max(axis=2) > 0
    assert 0.1 < touched.mean() < 0.8
    assert wet.min() >= 0
    assert wet[..., 1].max() == pytest.approx(0.5 * 238, abs=1)
    strong = wet[..., 1] > 40
    assert wet[strong, 0] / wet[strong, 1] == pytest.approx(175 / 238, abs=0.03)
    assert np.array_equal(wet[..., 1], wet[..., 2])


def test_mud_covers_with_brown_and_leaves_clean_places() -> None:
    image = grey(200)
    muddy = apply("spatter", image, sigma=1, threshold=0.65, strength=1.5, liquid="mud")
    clean = (muddy == image).all(axis=2)
    assert 0.3 < clean.mean() < 0.9
    assert muddy[~clean].max() <= 0.2 * 200 + 63 + 1
    darkest = muddy[~clean].min(axis=0)
    assert np.abs(darkest - [63, 42, 20]).max() <= 4


def test_a_higher_threshold_leaves_less_liquid_in_the_same_places() -> None:
    image = grey(200)
    less, more = (
        (apply("spatter", image, sigma=1, threshold=t, strength=0.0, liquid="mud") != image).any(axis=2)
        for t in (0.75, 0.6)
    )
    assert less.any()
    assert more.sum() > less.sum()
    assert more[less].all()


@pytest.mark.parametrize("kept", [0.95, 0.6, 0.5, 0.37, 0.05])
@pytest.mark.parametrize("shape", [(64, 64), (50, 91), (1, 7)])
def test_pixelate_is_pillows_box_filter_there_and_back(kept: float, shape: tuple[int, int]) -> None:
    from PIL import Image as PillowImage

    image = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    height, width = shape
    box = PillowImage.Resampling.BOX
    small = PillowImage.fromarray(image).resize((max(1, int(width * kept)), max(1, int(height * kept))), box)
    assert np.array_equal(apply("pixelate", image, kept=kept), np.array(small.resize((width, height), box)))


def test_pixelate_by_half_gives_blocks_of_two_with_their_mean() -> None:
    image = np.zeros((4, 4, 3), np.uint8)
    image[:2, :2] = np.array([[0, 100], [100, 200]])[..., None]
    noisy = apply("pixelate", image, kept=0.5)
    assert (noisy[:2, :2] == 100).all()
    assert (noisy[2:] == 0).all()
    assert cv2.countNonZero(noisy[..., 0]) == 4
