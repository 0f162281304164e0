"""Known answers of codecs, broken streams, screens and few colours."""

from collections.abc import Mapping

import cv2
import numpy as np
import pytest

from core.noise.catalogue import Value, get_noise
from core.noise.families.codecs import _TILE, _from_video, _in_tiles, _to_video
from core.noise.stack import generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture


def grey(level: int, height: int = 64, width: int = 64) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def apply(key: str, image: Image, index: int = 0, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, index, key, 0), params)


def far(one: Image, other: Image) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.fixture(scope="module")
def cat() -> Image:
    return square(sample_picture("chelsea"), 128)


@pytest.mark.parametrize(
    ("key", "worse", "better"),
    [
        ("webp_compression", {"quality": 5}, {"quality": 95}),
        ("avif_compression", {"quality": 5}, {"quality": 95}),
        ("h264_compression", {"crf": 45}, {"crf": 1}),
        ("double_jpeg", {"before": 5, "after": 90}, {"before": 95, "after": 95}),
        ("double_jpeg", {"before": 90, "after": 5}, {"before": 95, "after": 95}),
    ],
)
def test_a_codecs_best_quality_is_near_the_picture_and_its_worst_is_not(
    key: str, worse: Mapping[str, Value], better: Mapping[str, Value], cat: Image
) -> None:
    assert far(apply(key, cat, **better), cat) < 4
    assert far(apply(key, cat, **worse), cat) > far(apply(key, cat, **better), cat) + 3


def test_webp_tints_a_grey_by_a_level_or_two_at_most() -> None:
    ramp = np.repeat(np.tile(np.arange(256, dtype=np.uint8), (32, 1))[..., None], 3, axis=2)
    assert np.ptp(apply("webp_compression", ramp, quality=50).astype(int), axis=2).max() <= 2


def test_a_picture_past_a_codecs_limit_is_coded_in_pieces_that_cover_it() -> None:
    image = np.random.default_rng(0).integers(0, 256, (3, 2 * _TILE + 7, 3), dtype=np.uint8)
    widths: list[int] = []

    def coded(part: Image) -> Image:
        widths.append(part.shape[1])
        return 255 - part

    assert np.array_equal(_in_tiles(image, coded), 255 - image)
    assert widths == [_TILE, _TILE, 7]


def test_double_jpeg_leaves_the_steps_of_a_moved_grid(cat: Image) -> None:
    noisy = apply("double_jpeg", cat, before=100, after=2, shift=5)
    steps = np.abs(np.diff(noisy[..., 1].astype(int), axis=1)).mean(axis=0)
    # Blocks of the second file begin 5 px before the picture: edges after columns 2, 10, 18.
    assert steps[2::8].mean() > 3 * np.delete(steps, np.s_[2::8]).mean()


def test_social_media_rounds_add_up_and_sizes_are_drawn(cat: Image) -> None:
    once, thrice = (apply("social_media", cat, side=0.5, quality=40, rounds=rounds) for rounds in (1, 3))
    assert far(thrice, cat) > far(once, cat)
    assert not np.array_equal(once, apply("social_media", cat, index=1, side=0.5, quality=40, rounds=1))


def test_video_planes_come_back_but_for_halved_colour() -> None:
    level = np.full((16, 32, 3), (200, 90, 40), np.uint8)
    planes = _to_video(level)
    assert planes.shape == (24, 32)
    # BT.601: 16 + 65.481 R + 128.553 G + 24.966 B, each of white.
    expected = 16 + 65.481 * 200 / 255 + 128.553 * 90 / 255 + 24.966 * 40 / 255
    assert abs(int(planes[0, 0]) - expected) <= 1
    assert np.abs(_from_video(planes).astype(int) - level).max() <= 3


def test_a_frame_between_key_frames_is_still_the_clean_pictures_moment(cat: Image) -> None:
    between = apply("h264_compression", cat, crf=18, frame="between", motion=0.05)
    key = apply("h264_compression", cat, crf=18, frame="key")
    assert far(between, cat) < 2 * far(key, cat) + 2
    assert not np.array_equal(between, key)


def test_faceforensics_presets_are_its_rate_factors() -> None:
    presets = get_noise("h264_compression").presets
    assert [presets[key].params["crf"] for key in ("faceforensics_c23", "faceforensics_c40")] == [23, 40]


def test_packet_loss_loses_its_share_and_a_larger_one_keeps_what_was_hit_first(cat: Image) -> None:
    small, large = (apply("packet_loss", cat, share=share) for share in (0.1, 0.4))
    hit = [(noisy != cat).any(axis=2) for noisy in (small, large)]
    assert 0.03 < hit[0].mean() <= 0.11
    assert 0.2 < hit[1].mean() <= 0.41
    # Blocks that were moved onto an equal place stay equal in both.
    assert np.array_equal(small[hit[0]], large[hit[0]])


def test_a_damaged_jpeg_is_whole_above_its_first_altered_byte(cat: Image) -> None:
    whole = apply("damaged_jpeg", cat, errors=0, quality=90)
    assert far(whole, cat) < 3
    for index in range(40):
        damaged = apply("damaged_jpeg", cat, index=index, errors=1, quality=90)
        rows = np.flatnonzero((damaged != whole).any(axis=(1, 2)))
        # One row of 16 px blocks, and the smooth upsampling of its colour beyond it.
        assert rows.size == 0 or np.ptp(rows) <= 18


def test_scaling_by_nearest_pixel_shows_blocks_of_the_mean() -> None:
    image = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    noisy = apply("down_up_scaling", image, side=0.1, enlarged="nearest")
    blocks = image.reshape(4, 10, 4, 10, 3).mean(axis=(1, 3))
    assert np.abs(noisy[::10, ::10] - blocks).max() <= 0.51
    assert np.array_equal(noisy, np.repeat(np.repeat(noisy[::10, ::10], 10, axis=0), 10, axis=1))


def test_a_screenshot_dulls_red_as_a_lost_wide_gamut_profile_does() -> None:
    red = np.zeros((8, 8, 3), np.uint8)
    red[..., 0] = 255
    noisy = apply("screenshot", red, side=1, profile=1)[0, 0]
    # sRGB red in Display P3 is (0.9175, 0.2003, 0.1386): a published value.
    assert np.abs(noisy - 255 * np.array([0.9175, 0.2003, 0.1386])).max() <= 1


def test_a_screenshot_of_a_flat_grey_changes_nothing() -> None:
    assert np.abs(apply("screenshot", grey(90), side=0.3, profile=1.5).astype(int) - 90).max() <= 1


def test_moire_waves_about_the_light_there_was_with_as_many_bands_as_asked() -> None:
    noisy = apply("moire", grey(120, 256, 256), strength=0.3, bands=16).astype(float)
    assert noisy.mean() == pytest.approx(120, abs=2)
    assert np.ptp(noisy, axis=2).max() > 30
    spectrum = np.abs(np.fft.fft2(noisy[..., 1] - noisy[..., 1].mean()))
    y, x = np.indices(spectrum.shape)
    radius = np.hypot(np.minimum(y, 256 - y), np.minimum(x, 256 - x))
    mean_radius = (spectrum**2 * radius).sum() / (spectrum**2).sum()
    assert 10 < mean_radius < 26


def test_interlacing_moves_every_second_line_only() -> None:
    image = np.random.default_rng(0).integers(0, 256, (20, 50, 3), dtype=np.uint8)
    changed = (apply("interlacing", image, shift=0.1) != image).any(axis=(1, 2))
    assert {tuple(changed[:2]), tuple(changed[2:4])} <= {(True, False), (False, True)}
    assert changed.sum() == 10


def test_coarse_colour_keeps_brightness_and_loses_colour_edges() -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    image[:, :31], image[:, 31:] = (150, 90, 90), (90, 120, 120)
    noisy = apply("chroma_subsampling", image, detail=0.05)
    luma = [cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)[..., 0].astype(int) for picture in (image, noisy)]
    assert np.abs(luma[0] - luma[1]).max() <= 1
    before, after = (np.abs(np.diff(p[..., 0].astype(int) - p[..., 1], axis=1)).max() for p in (image, noisy))
    assert after < before / 3


def test_sharpening_overshoots_on_both_sides_of_an_edge() -> None:
    image = grey(100)
    image[:, 32:] = 150
    noisy = apply("sharpen", image, amount=2, radius=0.02)
    assert noisy[:, 31].max() < 90
    assert noisy[:, 32].min() > 160
    assert (noisy[:, 0] == 100).all()


def test_beauty_smoothing_flattens_texture_keeps_an_edge_and_spares_what_is_no_skin() -> None:
    generator = np.random.default_rng(0)
    skin = np.array([220, 170, 140])
    image = np.clip(skin + generator.normal(0, 5, (64, 64, 1)), 0, 255).astype(np.uint8)
    image[:, 32:] = (20, 40, 160)
    noisy = apply("beauty_smoothing", image, edge=0.1, radius=0.05)
    assert noisy[10:50, 5:25, 0].std() < image[10:50, 5:25, 0].std() / 3
    assert int(noisy[20, 28, 0]) - int(noisy[20, 36, 0]) > 170
    blue = grey(0)
    blue[...] = (20, 40, 160)
    blue[::2] = (30, 50, 170)
    assert np.array_equal(apply("beauty_smoothing", blue, where="skin"), blue)
    assert far(apply("beauty_smoothing", blue, where="everywhere"), blue) > 3
    assert far(apply("beauty_smoothing", image, where="skin")[:, :20], image[:, :20]) > 2


@pytest.mark.parametrize("dither", ["diffusion", "none"])
def test_a_gif_has_no_more_colours_than_asked(dither: str, cat: Image) -> None:
    noisy = apply("gif_palette", cat, colours=12, dither=dither)
    assert 2 <= len(np.unique(noisy.reshape(-1, 3), axis=0)) <= 12


def test_ordered_dithering_keeps_the_mean_with_two_levels() -> None:
    for level in (0, 40, 127, 200, 255):
        noisy = apply("ordered_dither", grey(level), levels=2)
        assert set(np.unique(noisy)) <= {0, 255}
        assert noisy.mean() == pytest.approx(level, abs=3)


def test_halftone_dots_cover_more_where_it_is_darker() -> None:
    means = [apply("halftone", grey(level), strength=1, cell=0.1).mean() for level in (30, 90, 160, 230)]
    assert means == sorted(means)
    assert apply("halftone", grey(0), strength=1).max() <= 130
    assert apply("halftone", grey(128, 128, 128), strength=1, cell=0.06).mean() == pytest.approx(128, abs=8)
