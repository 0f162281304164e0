"""Known answers of single noises."""

from collections import deque

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.noise.catalogue import Value, get_noise
from core.noise.defaults import builtin_second
from core.noise.families.weather import plasma_field
from core.noise.stack import generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture


def grey(level: int, height: int = 64, width: int = 64) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def apply(key: str, image: Image, second: Image | None = None, index: int = 0, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, index, key, 0), params, second)


@pytest.fixture(scope="module")
def cat() -> Image:
    return square(sample_picture("chelsea"), 64)


@pytest.mark.parametrize(
    ("key", "params"),
    [
        ("gaussian_noise", {"sd": 0}),
        ("salt_pepper", {"fraction": 0}),
        ("motion_blur", {"radius": 0}),
        ("motion_blur", {"sigma": 0}),
        ("fog", {"strength": 0}),
        ("bfs_noise", {"strength": 0}),
        ("bfs_noise", {"rows": 0}),
        ("blend", {"alpha": 0}),
        ("blend", {"region": "patch", "size": 0}),
        ("pca", {"components": 64}),
    ],
)
def test_no_strength_leaves_the_picture_as_it_is(key: str, params: dict[str, Value], cat: Image) -> None:
    assert np.array_equal(apply(key, cat, builtin_second(), **params), cat)


def test_gaussian_noise_has_the_given_spread_and_scales_one_draw() -> None:
    image = grey(128, 200, 200)
    weak = apply("gaussian_noise", image, sd=0.02).astype(float) - 128
    strong = apply("gaussian_noise", image, sd=0.04).astype(float) - 128
    assert weak.std() == pytest.approx(0.02 * 255, rel=0.01)
    assert weak.mean() == pytest.approx(-0.5, abs=0.1)  # fractions are cut off
    assert np.abs(strong - 2 * weak).max() <= 2


def test_salt_pepper_draws_with_replacement_and_shares_out_the_salt() -> None:
    noisy = apply("salt_pepper", grey(128, 300, 300), fraction=0.2, salt=0.25)
    white, black = (noisy == 255).all(axis=2).mean(), (noisy == 0).all(axis=2).mean()
    assert white + black == pytest.approx(1 - np.exp(-0.2), abs=0.004)
    assert white / (white + black) == pytest.approx(0.25, abs=0.02)


def test_a_larger_salt_pepper_fraction_keeps_the_smaller_ones_specks(cat: Image) -> None:
    small, large = (apply("salt_pepper", cat, fraction=fraction) for fraction in (0.05, 0.5))
    changed = (small != cat).any(axis=2)
    assert changed.any()
    assert np.array_equal(large[changed], small[changed])


def test_salt_pepper_clips_the_whole_picture_to_floor_and_ceiling() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    noisy = apply("salt_pepper", ramp, fraction=0, floor=0.05, ceiling=0.95)
    assert (noisy.min(), noisy.max()) == (13, 242)


def test_motion_blur_keeps_a_flat_picture_and_spreads_a_dot_to_half_a_line() -> None:
    for level in (0, 77, 255):
        assert np.array_equal(apply("motion_blur", grey(level), radius=15, sigma=8), grey(level))
    dot = grey(0, 81, 81)
    dot[40, 40] = 255
    spread = apply("motion_blur", dot, radius=10, sigma=5)[..., 0]
    columns = np.nonzero(spread)[1]
    assert columns.max() == 40, "the line runs to one side of the dot only"
    assert columns.min() < 34
    assert spread[40, 40] == spread.max()


def test_fog_keeps_the_brightest_value_below_white_and_greyscale_grey() -> None:
    image = np.repeat(square(sample_picture("camera"), 64)[..., :1], 3, axis=2)
    noisy = apply("fog", image, strength=3, decay=1.4)
    assert (np.ptp(noisy, axis=2) == 0).all()
    assert noisy.max() <= image.max()


@pytest.mark.parametrize("side", [2, 8, 64])
def test_a_plasma_field_spans_zero_to_one_and_a_smoother_one_has_smaller_steps(side: int) -> None:
    fields = [plasma_field(np.random.default_rng(0), side, decay) for decay in (1.2, 3.0)]
    for field in fields:
        assert field.shape == (side, side)
        assert (field.min(), field.max()) == (0, 1)
    if side == 64:
        rough, smooth = (np.abs(np.diff(field)).mean() for field in fields)
        assert smooth < rough / 2


def test_a_very_wide_picture_gets_fog_without_a_huge_field() -> None:
    assert apply("fog", grey(100, 2, 100_000)).shape == (2, 100_000, 3)


def test_jpeg_shows_its_blocks_and_takes_pictures_longer_than_the_format_allows(cat: Image) -> None:
    noisy = apply("jpeg_compression", cat, quality=1)
    steps = np.abs(np.diff(noisy[..., 1].astype(int), axis=1)).mean(axis=0)
    assert steps[7::8].mean() > 3 * np.delete(steps, np.s_[7::8]).mean()
    long = np.tile(cat[:8], (1, 1100, 1))
    assert apply("jpeg_compression", long, quality=90).shape == long.shape


def bfs_by_queue(
    image: Image,
    threshold: float,
    rows: float,
    columns: float,
    strength: float,
    sign: str,
    overflow: str,
    depth: int,
) -> Image:
    """The noise as one tells it: pixel by pixel, with a queue."""
    height, width = image.shape[:2]
    top, left = round(height * (1 - rows) / 2), round(width * (1 - columns) / 2)
    noisy = image.copy()

    def around(y: int, x: int) -> list[tuple[int, int]]:
        places = [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        return [(b, a) for b, a in places if 0 <= b < height and 0 <= a < width]

    for channel in range(3):
        plane = image[..., channel].astype(int)

        def change(y: int, x: int, plane: np.ndarray = plane) -> int:
            return max((abs(plane[y, x] - plane[place]) for place in around(y, x)), default=-1)

        inside = [(y, x) for y in range(top, height - top) for x in range(left, width - left)]
        queue = deque((place, 0) for place in inside if change(*place) >= threshold * 255 - 1e-6)
        seen = {place for place, _ in queue}
        while queue:
            (y, x), ring = queue.popleft()
            mean = np.float32(np.mean([plane[place] for place in around(y, x)]))
            amount = mean * np.float32(strength)
            gap = mean - np.float32(plane[y, x])
            if sign == "darken":
                amount = -amount
            elif sign == "away":
                amount = -amount * np.sign(gap)
            elif sign == "towards":
                amount = np.sign(gap) * min(amount, abs(gap))
            value = int(plane[y, x] + np.rint(amount))
            noisy[y, x, channel] = min(max(value, 0), 255) if overflow == "clip" else value % 256
            if ring == depth:
                continue
            for place in around(y, x):
                if place in seen or place not in inside:
                    continue
                if change(*place) >= threshold * 255 / 2 - 1e-6:
                    seen.add(place)
                    queue.append((place, ring + 1))
    return noisy


@settings(max_examples=60, deadline=None)
@given(
    height=st.integers(1, 14),
    width=st.integers(1, 14),
    seed=st.integers(0, 99),
    contrast=st.sampled_from([4, 20, 256]),
    threshold=st.sampled_from([0.005, 0.03, 0.05, 0.2]),
    rows=st.sampled_from([0.0, 0.5, 0.8, 1.0]),
    columns=st.sampled_from([0.3, 0.6, 1.0]),
    strength=st.sampled_from([0.1, 0.5, 1.0]),
    sign=st.sampled_from(["brighten", "darken", "away", "towards"]),
    overflow=st.sampled_from(["clip", "wrap"]),
    depth=st.integers(0, 5),
)
def test_bfs_noise_is_what_a_plain_queue_gives(
    height: int, width: int, seed: int, contrast: int, **params: Value
) -> None:
    draw = np.random.default_rng(seed).integers(0, contrast, (height, width, 3))
    image = (draw + (255 - contrast if seed % 2 and contrast < 256 else 0)).astype(np.uint8)
    ours = apply("bfs_noise", image, **params).astype(int)
    plain = bfs_by_queue(image, **params).astype(int)  # type: ignore[arg-type]
    assert np.array_equal(ours, plain)


def test_bfs_noise_of_the_original_study_wraps_bright_edges_to_dark() -> None:
    image = grey(250, 20, 20)
    image[:, 10:] = 200
    noisy = apply("bfs_noise", image)
    assert noisy[10, 9, 0] == round(250 + 0.1 * (3 * 250 + 200) / 4) - 256
    assert noisy[10, 10, 0] == round(200 + 0.1 * (3 * 200 + 250) / 4)
    assert noisy[0, 9, 0] == 250, "outside the window"
    assert noisy[10, 12, 0] == 200, "no edge"


def test_blend_is_the_weighted_mean_with_a_second_picture_of_any_size() -> None:
    assert (apply("blend", grey(100), grey(200, 3, 500), alpha=0.25) == 125).all()
    assert (apply("blend", grey(100), grey(200, 200, 9), alpha=1) == 200).all()


def test_a_blended_patch_covers_its_share_at_a_drawn_place() -> None:
    noisy = [
        apply("blend", grey(100), grey(200), index=index, alpha=1, region="patch", size=0.25)
        for index in (0, 1)
    ]
    assert all((picture == 200).all(axis=2).sum() == 16 * 16 for picture in noisy)
    assert not np.array_equal(*noisy)


def test_pca_with_one_component_leaves_rows_that_differ_in_one_direction(cat: Image) -> None:
    noisy = apply("pca", cat, components=1).astype(np.float64)
    for channel in range(3):
        values = np.linalg.svd(noisy[..., channel] - noisy[..., channel].mean(axis=0), compute_uv=False)
        assert values[1] < values[0] / 10


@pytest.mark.parametrize("shape", [(40, 25), (25, 40)])
def test_pca_is_the_projection_that_singular_values_give(shape: tuple[int, int], cat: Image) -> None:
    image = cv2.resize(cat, shape[::-1], interpolation=cv2.INTER_AREA)
    noisy = apply("pca", image, components=5)
    for channel in range(3):
        rows = image[..., channel].astype(np.float64)
        left, values, right = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
        expected = (left[:, :5] * values[:5]) @ right[:5] + rows.mean(axis=0)
        assert np.abs(noisy[..., channel] - np.clip(expected, 0, 255)).max() <= 0.501


def test_more_components_are_milder(cat: Image) -> None:
    far = [np.abs(apply("pca", cat, components=k).astype(int) - cat).mean() for k in (1, 4, 16, 50)]
    assert far == sorted(far, reverse=True)
