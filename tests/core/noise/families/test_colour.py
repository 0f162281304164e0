"""Known answers of the noises of tone, colour and uneven light."""

import colorsys

import cv2
import numpy as np
import pytest

from core.noise.catalogue import Value, get_noise
from core.noise.families.colour import planckian_gains
from core.noise.stack import generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture


def plain(*colour: int, height: int = 64, width: int = 64) -> Image:
    return np.full((height, width, 3), colour, np.uint8)


def ramp() -> Image:
    """Every value once, grey: 1,256,3."""
    return np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)


def apply(key: str, image: Image, index: int = 0, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, index, key, 0), params)


@pytest.fixture(scope="module")
def cat() -> Image:
    return square(sample_picture("chelsea"), 96)


def test_gamma_two_squares_each_value() -> None:
    expected = np.rint((np.arange(256) / 255) ** 2 * 255)
    assert np.array_equal(apply("gamma", ramp(), gamma=2)[0, :, 0], expected)


def test_a_stop_doubles_the_light_and_a_missing_stop_halves_it() -> None:
    # sRGB 188 is half of white's light; 99 is an eighth of it.
    assert apply("overexposure", plain(188, 188, 188), stops=1)[0, 0, 0] >= 254
    assert abs(int(apply("overexposure", plain(99, 99, 99), stops=2)[0, 0, 0]) - 188) <= 1
    assert apply("underexposure", plain(255, 188, 255), stops=2)[0, 0].tolist() == [137, 99, 137]


def test_overexposure_cuts_each_colour_off_at_white() -> None:
    assert apply("overexposure", plain(250, 100, 0), stops=3)[0, 0].tolist()[::2] == [255, 0]


def test_harsh_contrast_keeps_black_white_and_the_middle_and_steepens_between() -> None:
    curve = apply("harsh_contrast", ramp(), contrast=10)[0, :, 0].astype(int)
    assert (curve[0], curve[255]) == (0, 255)
    assert abs(curve[127] + curve[128] - 255) <= 1
    assert 2.2 < (curve[138] - curve[118]) / 20 < 2.6  # a quarter of 10 in the middle
    assert all(np.diff(curve) >= 0)


def test_solarise_turns_over_what_is_above_the_threshold_only() -> None:
    noisy = apply("solarise", ramp(), threshold=0.6)[0, :, 0]
    assert np.array_equal(noisy[:154], np.arange(154))  # 153 is 0.6 of white
    assert np.array_equal(noisy[154:], 255 - np.arange(154, 256))


@pytest.mark.parametrize("levels", [2, 3, 7, 100])
def test_posterise_leaves_so_many_evenly_spaced_values_of_each_colour(levels: int) -> None:
    left = np.unique(apply("posterise", ramp(), levels=levels))
    assert np.array_equal(left, np.rint(np.linspace(0, 255, levels)))


def test_banding_makes_steps_of_a_smooth_ramp_and_keeps_its_mean() -> None:
    image = np.repeat(np.repeat(np.linspace(40, 200, 256)[None, :, None], 64, axis=0), 3, axis=2).astype(
        np.uint8
    )
    noisy = apply("banding", image, step=0.1)
    row = noisy[32, 8:-8, 0].astype(int)
    assert len(np.unique(row)) <= 8
    assert set(np.unique(row) % 26) == {0}  # a step is 0.1 of white, 25.5 levels
    assert abs(noisy.mean() - image.mean()) < 2


def test_banding_carries_texture_along_where_posterising_wipes_it_out() -> None:
    grain = np.random.default_rng(0).integers(-6, 7, (96, 96, 1))
    image = np.clip(np.linspace(80, 150, 96)[None, :, None] + grain + np.zeros(3), 0, 255).astype(np.uint8)
    smooth = cv2.GaussianBlur(image, (0, 0), 3)

    def texture(noisy: Image) -> float:
        along = (noisy.astype(float) - cv2.blur(noisy, (1, 31)))[20:-20, 20:-20, 0].ravel()
        return float(np.corrcoef(along, (image.astype(float) - smooth)[20:-20, 20:-20, 0].ravel())[0, 1])

    assert texture(apply("banding", image, step=0.16)) > 0.7
    assert texture(apply("posterise", image, levels=7)) < 0.6


def test_banding_shifts_the_three_colours_alike(cat: Image) -> None:
    shift = apply("banding", cat, step=0.1).astype(int) - cat
    inside = ((cat > 30) & (cat < 225)).all(axis=2)
    assert np.ptp(shift[inside], axis=1).max() == 0
    assert np.abs(shift).max() <= 13


@pytest.mark.parametrize(
    ("hue", "channel"), [(0, 0), (120, 1), (240, 2), (360, 0)], ids=["red", "green", "blue", "red again"]
)
def test_a_colour_cast_lifts_its_own_colour_and_keeps_brightness(hue: int, channel: int) -> None:
    noisy = apply("colour_cast", plain(100, 100, 100), amount=0.5, hue=hue)[0, 0].astype(float)
    assert noisy.argmax() == channel
    assert (noisy > 100).sum() == 1
    assert noisy @ [0.299, 0.587, 0.114] == pytest.approx(100, abs=0.6)


def test_gains_of_a_glowing_body_are_those_of_published_chromaticities() -> None:
    # CIE illuminant A is a glowing body of 2856 K, x 0.44757, y 0.40745; the locus at 6504 K is x 0.3134, y 0.3236.
    to_srgb = np.array([[3.2405, -1.5371, -0.4985], [-0.9693, 1.8760, 0.0416], [0.0556, -0.2040, 1.0572]])
    lamp, day = (to_srgb @ [x / y, 1, (1 - x - y) / y] for x, y in ((0.44757, 0.40745), (0.3134, 0.3236)))
    gains = planckian_gains(1e6 / 2856 - 1e6 / 6504)
    assert gains / gains[1] == pytest.approx((lamp / day) / (lamp / day)[1], abs=0.02)
    assert planckian_gains(0) == pytest.approx([1, 1, 1])


def test_white_balance_is_warm_one_way_and_cool_the_other() -> None:
    warm = apply("white_balance", plain(120, 120, 120), shift=150)[0, 0].astype(int)
    cool = apply("white_balance", plain(120, 120, 120), shift=-90)[0, 0].astype(int)
    assert warm[0] > 120 > warm[2]
    assert cool[0] < 120 < cool[2]


def test_all_colour_lost_is_brightness_and_half_is_half_way() -> None:
    assert apply("desaturate", plain(255, 0, 0), amount=1)[0, 0].tolist() == [76, 76, 76]
    assert apply("desaturate", plain(200, 0, 0), amount=0.5)[0, 0].tolist() == [130, 30, 30]


def test_hue_shift_turns_the_hue_and_keeps_the_standards_brightness() -> None:
    colour = np.array([140, 100, 90])
    noisy = apply("hue_shift", plain(*colour), angle=120)[0, 0].astype(float)
    shares = [0.213, 0.715, 0.072]
    assert noisy @ shares == pytest.approx(colour @ shares, abs=0.7)
    turned = colorsys.rgb_to_hsv(*noisy)[0] - colorsys.rgb_to_hsv(*colour)[0]
    assert 0.2 < turned % 1 < 0.45
    back = apply("hue_shift", apply("hue_shift", plain(*colour), angle=90), angle=-90)[0, 0]
    assert np.abs(back.astype(int) - colour).max() <= 2


def test_sepia_of_white_and_grey_is_the_standards_brown() -> None:
    assert apply("sepia", plain(100, 100, 100), amount=1)[0, 0].tolist() == [135, 120, 94]


def test_a_faded_print_has_pale_blacks_yellow_paper_and_loses_cyan_first() -> None:
    black = apply("faded_print", plain(0, 0, 0), fading=0.9)[0, 0].astype(int)
    white = apply("faded_print", plain(255, 255, 255), fading=0.9)[0, 0].astype(int)
    assert black[0] > 20
    assert black[0] > black[1]
    assert white[0] == 255
    assert white[2] < white[1] < white[0]


def test_a_vignette_spares_the_middle_and_dims_the_four_corners_alike() -> None:
    noisy = apply("vignette", plain(200, 200, 200, height=65, width=97), darkness=0.75, clear=0.3)[..., 0]
    assert noisy[32, 48] == 200
    corners = noisy[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert np.ptp(corners) == 0
    assert corners[0] == pytest.approx(200 * 0.25 ** (1 / 2.2), abs=1.5)
    assert noisy[0, 48] > corners[0]


def test_uneven_light_falls_evenly_from_one_side_to_the_other() -> None:
    noisy = apply("uneven_light", plain(200, 200, 200), darkness=0.8).astype(int)[..., 0]
    corners = noisy[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.max() == 200
    assert corners.min() == pytest.approx(200 * 0.2 ** (1 / 2.2), abs=2)
    assert np.abs(noisy + noisy[::-1, ::-1] - noisy[32, 32] - noisy[31, 31]).max() <= 2


def test_mixed_light_is_warm_on_one_side_and_cool_on_the_other() -> None:
    noisy = apply("mixed_light", plain(120, 120, 120), difference=200).astype(int)
    warmth = noisy[..., 0] - noisy[..., 2]
    assert warmth.max() > 20
    assert warmth.min() < -20


def test_a_shadow_has_full_light_and_its_darkness_and_little_between() -> None:
    noisy = apply("shadow", plain(200, 200, 200), darkness=0.7, softness=0)[..., 0]
    dark = round(200 * 0.3 ** (1 / 2.2))
    assert ((noisy == 200) | (np.abs(noisy.astype(int) - dark) <= 1)).mean() > 0.93
    assert 0.05 < (noisy < 190).mean() < 0.8
    soft = apply("shadow", plain(200, 200, 200), darkness=0.7, softness=0.05)[..., 0]
    assert ((soft < 195) & (soft > dark + 5)).mean() > ((noisy < 195) & (noisy > dark + 5)).mean() * 2


def test_dappled_light_has_sunny_patches_and_shade_and_darkness_scales_one_draw() -> None:
    weak, strong = (
        apply("dappled_light", plain(200, 200, 200), darkness=darkness)[..., 0].astype(float)
        for darkness in (0.4, 0.9)
    )
    assert strong.max() > 180
    assert strong.min() == pytest.approx(200 * 0.1 ** (1 / 2.2), abs=1.5)
    assert np.corrcoef(weak.ravel(), strong.ravel())[0, 1] > 0.999


def test_flicker_bands_dim_whole_rows_as_often_as_asked() -> None:
    noisy = apply("flicker_bands", plain(200, 200, 200, height=200), darkness=0.8, bands=4)[..., 0].astype(
        int
    )
    assert np.ptp(noisy, axis=1).max() == 0
    row = noisy[:, 0]
    spectrum = np.abs(np.fft.rfft(row - row.mean()))
    assert spectrum.argmax() == 4
    assert row.max() == 200
