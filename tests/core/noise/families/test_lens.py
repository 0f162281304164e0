"""Known answers of the noises of lenses, of what lies on them, and of what they share."""

import cv2
import numpy as np
import pytest

from core.noise.catalogue import Value, get_noise
from core.noise.shared.optics import blended, lit, moved, smooth_field, softened
from core.noise.stack import generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture


def plain(*colour: int, height: int = 64, width: int = 64) -> Image:
    return np.full((height, width, 3), colour, np.uint8)


def apply(key: str, image: Image, index: int = 0, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, index, key, 0), params)


@pytest.fixture(scope="module")
def cat() -> Image:
    return square(sample_picture("chelsea"), 128)


def centre_of(plane: np.ndarray) -> tuple[float, float]:
    """Column and row of a plane's centre of mass."""
    rows, columns = np.indices(plane.shape)
    weight = plane.astype(float)
    return float((columns * weight).sum() / weight.sum()), float((rows * weight).sum() / weight.sum())


def dot_at(x: int, y: int, side: int = 101) -> Image:
    image = plain(0, 0, 0, height=side, width=side)
    cv2.circle(image, (x, y), 3, (255, 255, 255), -1)
    return image


def test_chromatic_aberration_moves_red_out_and_blue_in_along_the_radius_and_green_not() -> None:
    noisy = apply("chromatic_aberration", dot_at(80, 50), spread=0.1)
    red, green, blue = (centre_of(noisy[..., channel]) for channel in range(3))
    assert red == pytest.approx((50 + 30 * 1.1, 50), abs=0.2)
    assert green == pytest.approx((80, 50), abs=1e-6)
    assert blue == pytest.approx((50 + 30 * 0.9, 50), abs=0.2)


def test_a_barrel_keeps_middle_and_corners_and_bows_outwards_by_browns_term() -> None:
    bend = 0.5
    noisy = apply("lens_distortion", dot_at(75, 50), bend=bend)
    column, row = centre_of(noisy[..., 0])
    # What is seen at r comes from r (1 + bend r²) / (1 + bend), r being 1 in the corner.
    corner = np.hypot(50, 50)
    r = (column - 50) / corner
    assert r * (1 + bend * r**2) / (1 + bend) * corner == pytest.approx(25, abs=0.3)
    assert row == pytest.approx(50, abs=0.01)
    ramp = np.repeat(np.arange(101, dtype=np.uint8)[None, :, None], 101, axis=0) + np.zeros(3, np.uint8)
    bent = apply("lens_distortion", ramp, bend=bend)
    assert (bent[0, 0, 0], bent[50, 50, 0], bent[0, 100, 0]) == (0, 50, 100)


def test_a_cushion_draws_the_middle_of_a_side_in_less_than_nothing_outside_is_shown() -> None:
    noisy = apply("lens_distortion", dot_at(75, 50), bend=-0.2)
    column = centre_of(noisy[..., 0])[0]
    r = (column - 50) / np.hypot(50, 50)
    assert r * (1 - 0.2 * r**2) * np.hypot(50, 50) == pytest.approx(25, abs=0.3)


def test_glow_lights_up_what_lies_round_a_bright_spot_and_leaves_the_dark_alone() -> None:
    noisy = apply("glow", dot_at(50, 50), amount=1, reach=0.05)[..., 0].astype(int)
    assert noisy[50, 57] > noisy[50, 65] > 0
    assert (apply("glow", plain(40, 40, 40), amount=1) - 40).max() <= 1


def test_tilt_shift_keeps_a_band_sharp_and_blurs_most_far_from_it() -> None:
    stripes = np.tile(np.array([[60, 60, 190, 190]], np.uint8), (128, 32))[..., None] + np.zeros(3, np.uint8)
    noisy = apply("tilt_shift", stripes, blur=0.04, band=0.3).astype(int)
    contrast = np.ptp(noisy[..., 0].reshape(128, 16, 8), axis=2)
    assert (contrast == 130).all(axis=1).sum() > 10
    assert contrast.min() < 20


def test_a_sun_flare_only_adds_light_and_dazzles_in_the_upper_half() -> None:
    image = plain(60, 60, 60)
    for index in range(5):
        noisy = apply("sun_flare", image, index=index, amount=1)
        assert (noisy.astype(int) >= image).all()
        y, x = np.unravel_index(noisy.sum(axis=2).argmax(), image.shape[:2])
        assert y < 32
        assert noisy[y, x].min() > 240


def test_ghosts_of_a_sun_flare_are_coloured() -> None:
    noisy = apply("sun_flare", plain(0, 0, 0, height=128, width=128), amount=1).astype(int)
    assert (noisy[..., 2] > noisy[..., 0] + 5).any() or (noisy[..., 1] > noisy[..., 0] + 5).any()
    assert (noisy[..., 0] > noisy[..., 2] + 20).mean() > 0.1, "the veil is warm"


def test_lens_dirt_makes_dark_places_paler_and_more_specks_keep_the_first() -> None:
    image = plain(30, 30, 30, height=128, width=128)
    few, many = (apply("lens_dirt", image, specks=specks, cover=1).astype(int) for specks in (8, 40))
    assert few.min() >= 29
    assert 0.01 < (few > 35).any(axis=2).mean() < (many > 35).any(axis=2).mean()
    assert (many >= few - 1).all()


def test_a_drop_shows_the_scene_upside_down_and_mirrored() -> None:
    ramp = np.linspace(20, 200, 200).astype(np.uint8)
    image = plain(0, 0, 0, height=200, width=200)
    image[..., 0], image[..., 2] = ramp[:, None], ramp[None, :]  # red grows downwards, blue to the right
    seen = 0
    for index in range(24):
        noisy = apply("water_droplets", image, index=index, drops=1, size=0.15).astype(int)
        rows, columns = np.nonzero((noisy != image).any(axis=2))
        y, x = rows.mean().astype(int), columns.mean().astype(int)
        half = int(0.3 * np.ptp(rows) / 2)
        if min(rows.min(), columns.min()) == 0 or max(rows.max(), columns.max()) == 199:
            continue  # its middle is not where it seems to be
        seen += 1
        # Between the highlight above and the glint below; the picture itself rises by 0.9 a pixel.
        down = noisy[y - half // 4 : y + half, x, 0]
        right = noisy[y + half // 2, x - half : x + half, 2]
        assert np.polyfit(np.arange(len(down)), down, 1)[0] < -0.4
        assert np.polyfit(np.arange(len(right)), right, 1)[0] < -0.4
    assert seen > 5


def test_more_drops_keep_the_places_of_the_first() -> None:
    image = plain(90, 120, 150, height=128, width=128)
    one, many = (apply("water_droplets", image, drops=drops) for drops in (3, 30))
    touched = (one != image).any(axis=2)
    assert 0 < touched.mean() < 0.3
    assert (many != image).any(axis=2)[touched].mean() > 0.9


def test_a_fingerprint_has_ridges_within_an_oval_and_none_outside() -> None:
    noisy = apply("fingerprint", plain(60, 60, 60, height=256, width=256), grease=1, size=0.3)[..., 0].astype(
        float
    )
    touched = noisy > 61
    assert 0.05 < touched.mean() < 0.4
    fine = noisy - cv2.GaussianBlur(noisy, (0, 0), 8)
    assert fine[touched].std() > 5 * max(
        fine[~cv2.dilate(touched.astype(np.uint8), np.ones((41, 41))).astype(bool)].std(), 0.1
    )


def test_a_fogged_lens_takes_away_fine_detail_unevenly(cat: Image) -> None:
    noisy = apply("fogged_lens", cat, mist=0.9)

    def detail(image: Image) -> np.ndarray:
        return cv2.blur(np.abs(cv2.Laplacian(image[..., 1], cv2.CV_32F)), (31, 31))

    left = detail(noisy) / detail(cat)
    assert left.mean() < 0.6
    assert left.max() > 2 * left.min()


def test_light_added_as_film_adds_it_never_passes_white() -> None:
    assert lit(plain(100, 200, 255), plain(0, 255, 40))[0, 0].tolist() == [100, 255, 255]
    assert lit(plain(128, 128, 128), plain(128, 128, 128))[0, 0, 0] == 192


def test_a_mix_is_exact_at_both_ends_and_the_weighted_mean_between() -> None:
    share = np.linspace(0, 1, 5, dtype=np.float32)[None].repeat(3, axis=0)
    mixed = blended(plain(10, 10, 10, height=3, width=5), plain(210, 210, 210, height=3, width=5), share)
    assert mixed[0, :, 0].tolist() == [10, 60, 110, 160, 210]


def test_a_mix_in_strips_is_the_mix_at_once(cat: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    share = np.linspace(0, 1, 128 * 128, dtype=np.float32).reshape(128, 128)
    whole = blended(cat, 255 - cat, share)
    monkeypatch.setattr("core.noise.shared.optics._STRIP", 128 * 7)
    assert np.array_equal(blended(cat, 255 - cat, share), whole)


def test_pieces_are_moved_as_the_whole_is(cat: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [
        apply(key, cat, **get_noise(key).at_severity(4)) for key in ("lens_distortion", "air_turbulence")
    ]
    monkeypatch.setattr("core.noise.shared.optics._TILE", 50)
    pieces = [
        apply(key, cat, **get_noise(key).at_severity(4)) for key in ("lens_distortion", "air_turbulence")
    ]
    # OpenCV rounds places to a 32nd of a pixel, seen from another corner.
    assert np.abs(np.subtract(whole, pieces, dtype=int)).max() <= 8
    assert np.abs(np.subtract(whole, pieces, dtype=int)).mean() < 0.1


def test_a_picture_longer_than_opencv_moves_at_once_is_moved() -> None:
    long = np.repeat(np.arange(40_000, dtype=np.uint32)[None, :, None] // 157, 3, axis=2).astype(np.uint8)

    def mirrored(rows: slice, columns: slice) -> tuple[np.ndarray, np.ndarray]:
        across = 39_999 - np.arange(columns.start, columns.stop, dtype=np.float32)[None, :]
        return across, np.zeros_like(across)

    assert np.array_equal(moved(long, mirrored), long[:, ::-1])


@pytest.mark.parametrize("sigma", [1.0, 5.0, 20.0])
def test_a_wide_blur_on_a_reduced_picture_is_near_the_plain_one(sigma: float, cat: Image) -> None:
    plain_blur = cv2.GaussianBlur(cat, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    assert np.abs(softened(cat, sigma).astype(int) - plain_blur).mean() < 0.7


def test_a_smooth_field_has_mean_zero_a_spread_of_about_one_and_small_steps() -> None:
    fields = np.stack([smooth_field(np.random.default_rng(seed), 60, 90, 6) for seed in range(200)])
    assert abs(fields.mean()) < 0.03
    assert fields.std() == pytest.approx(0.75, abs=0.15)
    assert np.abs(np.diff(fields, axis=2)).max() < 0.6
