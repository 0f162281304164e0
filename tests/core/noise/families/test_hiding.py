"""Known answers of noises that hide parts of a picture."""

import numpy as np
import pytest

from core.noise.catalogue import Value, get_noise
from core.noise.shared.face import Box, face_box
from core.noise.shared.painting import Cutout, box_sides, lay_over, place, put_on
from core.noise.stack import generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture

GREY = np.full((200, 200, 3), 128, np.uint8)


def apply(key: str, image: Image = GREY, index: int = 0, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, index, key, 0), params)


def hidden(noisy: Image, image: Image = GREY) -> np.ndarray:
    return (noisy != image).any(axis=2)


@pytest.fixture(scope="module")
def astronaut() -> Image:
    return square(sample_picture("astronaut"), 224)


@pytest.mark.parametrize(
    ("key", "weak", "strong"),
    [
        ("occlude_rectangle", {"area": 0.05}, {"area": 0.4}),
        ("grid_mask", {"cover": 0.2}, {"cover": 0.7}),
        ("hide_and_seek", {"probability": 0.2, "fill": "black"}, {"probability": 0.6, "fill": "black"}),
        ("coarse_dropout", {"holes": 5}, {"holes": 20}),
        ("bars", {"width": 0.1}, {"width": 0.4}),
    ],
)
@pytest.mark.parametrize("index", [0, 1, 2])
def test_what_is_hidden_stays_hidden_when_more_is(
    key: str, weak: dict[str, Value], strong: dict[str, Value], index: int
) -> None:
    less, more = (hidden(apply(key, index=index, **params)) for params in (weak, strong))
    assert 0 < less.mean() < more.mean()
    assert more[less].all()


def test_more_scratches_keep_the_places_of_fewer_and_are_pale_and_dark() -> None:
    less, more = apply("scratches", amount=0.2), apply("scratches", amount=0.9)
    assert 0.01 < hidden(less).mean() < hidden(more).mean() < 0.5
    # A dark line and a pale one over it may leave grey.
    assert hidden(more)[hidden(less)].mean() > 0.99
    assert less.min() < 60
    assert less.max() > 200


@pytest.mark.parametrize("area", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("shape", [(200, 200), (40, 300), (300, 20)])
def test_the_hidden_rectangle_has_its_share_of_pixels_at_any_shape(
    area: float, shape: tuple[int, int]
) -> None:
    image = np.full((*shape, 3), 128, np.uint8)
    covered = hidden(apply("occlude_rectangle", image, area=area), image)
    assert covered.mean() == pytest.approx(area, rel=0.08)
    rows, columns = covered.any(axis=1), covered.any(axis=0)
    assert covered.sum() == rows.sum() * columns.sum(), "a rectangle"


def test_each_filling_is_what_it_says() -> None:
    image = np.full((50, 60, 3), (200, 100, 50), np.uint8)
    for fill, colour in {"black": 0, "grey": 128, "white": 255, "mean": (200, 100, 50)}.items():
        assert (apply("occlude_rectangle", image, area=1, fill=fill) == colour).all()
    values = apply("occlude_rectangle", image, area=1, fill="noise")
    assert values.std() == pytest.approx(73.9, abs=2)
    part = apply("occlude_rectangle", image, area=0.3, fill="noise")
    changed = (part != image).any(axis=2)
    assert np.array_equal(part[changed], values[changed]), "a larger one keeps the values of a smaller one"


def test_grid_squares_have_their_size_and_spacing() -> None:
    covered = hidden(apply("grid_mask", spacing=0.1, cover=0.5))
    assert covered.mean() == pytest.approx(0.25, abs=0.01)
    assert np.array_equal(covered[20:], covered[:-20])
    assert np.array_equal(covered[:, 20:], covered[:, :-20])


def test_hide_and_seek_hides_whole_tiles() -> None:
    tiles = hidden(apply("hide_and_seek", probability=0.4, tiles=8, fill="black")).reshape(8, 25, 8, 25)
    shares = tiles.mean(axis=(1, 3))
    assert set(shares.ravel().tolist()) == {0, 1}
    many = [
        hidden(apply("hide_and_seek", index=i, probability=0.4, tiles=32, fill="black")).mean()
        for i in range(20)
    ]
    assert np.mean(many) == pytest.approx(0.4, abs=0.02)


def test_one_hole_has_its_size_about_its_place() -> None:
    sizes = [hidden(apply("coarse_dropout", index=i, holes=1, size=0.1)).sum() for i in range(12)]
    assert max(sizes) == 400
    small, large = (hidden(apply("coarse_dropout", holes=1, size=size)) for size in (0.05, 0.2))
    assert large[small].all()


def test_subtitles_are_white_on_dark_below_and_grow_upwards() -> None:
    one, four = (apply("text_overlay", lines=lines, height=0.1) for lines in (1, 4))
    assert (one.min(), one.max()) == (0, 255)
    assert not hidden(one)[:150].any()
    assert hidden(one).any(axis=1)[170:185].all()  # letters that hang below their line go on to 190
    assert np.flatnonzero(hidden(four).any(axis=1))[0] < 150
    assert hidden(apply("text_overlay", style="bar", lines=1)).mean() > hidden(one).mean()


def test_subtitles_differ_from_picture_to_picture() -> None:
    assert not np.array_equal(apply("text_overlay", index=0), apply("text_overlay", index=1))


def test_a_watermark_repeats_without_a_seam_and_fades_in() -> None:
    faint, strong = (apply("watermark", opacity=opacity).astype(int) - 128 for opacity in (0.25, 1.0))
    assert faint.max() == pytest.approx(0.25 * strong.max(), abs=2)
    assert strong.max() == 127
    assert strong.min() < -40, "with a shadow, so that it is seen on white"
    wide = apply("watermark", np.full((200, 900, 3), 128, np.uint8), opacity=1)
    period = next(p for p in range(50, 600) if np.array_equal(wide[:, p:], wide[:, :-p]))
    assert np.array_equal(wide[:, period:], wide[:, :-period])


def test_the_astronaut_s_face_is_found_where_it_is(astronaut: Image) -> None:
    box = face_box(astronaut)
    assert (box.y + box.side / 2, box.x + box.side / 2) == pytest.approx((50, 97), abs=10)
    assert 30 < box.side < 60
    twice = face_box(np.kron(astronaut, np.ones((2, 2, 1), np.uint8)))
    assert twice == pytest.approx(Box(2 * box.y, 2 * box.x, 2 * box.side), abs=8)


@pytest.mark.parametrize("shape", [(1, 1), (10, 200), (120, 100)])
def test_without_a_face_the_box_is_about_the_middle(shape: tuple[int, int]) -> None:
    box = face_box(np.full((*shape, 3), 90, np.uint8))
    assert (box.y + box.side / 2, box.x + box.side / 2) == pytest.approx((shape[0] / 2, shape[1] / 2))
    assert box.side < min(shape)


@pytest.mark.parametrize(
    ("key", "params", "inside"),
    [
        ("sunglasses", {"size": 1, "darkness": 1}, (0.45, 0.28)),
        ("sunglasses", {"size": 1, "darkness": 1}, (0.45, 0.72)),
        ("face_mask", {"cover": 0.6}, (0.85, 0.5)),
        ("sticker", {"size": 0.8}, (0.5, 0.5)),
    ],
)
def test_what_is_worn_covers_its_part_of_the_face_alone(
    key: str, params: dict[str, Value], inside: tuple[float, float], astronaut: Image
) -> None:
    box = face_box(astronaut)
    changed = hidden(apply(key, astronaut, **params), astronaut)
    y, x = round(box.y + inside[0] * box.side), round(box.x + inside[1] * box.side)
    assert changed[y - 1 : y + 2, x - 1 : x + 2].all()
    rows, columns = np.nonzero(changed)
    assert rows.min() > box.y - 0.6 * box.side
    assert rows.max() < box.y + 1.6 * box.side
    assert columns.min() > box.x - 0.6 * box.side
    assert columns.max() < box.x + 1.6 * box.side


def test_sunglasses_hide_the_eyes_of_the_astronaut(astronaut: Image) -> None:
    changed = hidden(apply("sunglasses", astronaut, size=1, darkness=1), astronaut)
    for x in (89, 108):  # by eye
        assert changed[42:47, x - 2 : x + 3].all()


def test_a_mask_reaches_as_high_as_it_is_told_to() -> None:
    tops = [np.flatnonzero(hidden(apply("face_mask", cover=cover))[:, 100])[0] for cover in (0.3, 0.6, 0.9)]
    box = face_box(GREY)
    expected = [box.y + box.side * (1.1 - cover) for cover in (0.3, 0.6, 0.9)]
    assert tops == pytest.approx(expected, abs=3)


def test_bars_cover_their_share_and_stand_upright() -> None:
    noisy = apply("bars", width=0.4, spacing=0.1)
    assert (noisy == noisy[:1]).all()
    assert hidden(noisy).mean() == pytest.approx(0.4, abs=0.06)
    assert not (apply("bars", pattern="grating") == apply("bars", pattern="grating")[:1]).all()


def test_a_box_keeps_its_area_and_lies_inside_until_the_picture_is_too_narrow() -> None:
    assert box_sides(100, 100, 0.25, 1.0) == pytest.approx((50, 50))
    assert box_sides(100, 100, 0.25, 4.0) == pytest.approx((100, 25))
    assert box_sides(10, 400, 0.5, 1.0) == pytest.approx((10, 200))
    assert box_sides(400, 10, 1.0, 1.0) == pytest.approx((400, 10))
    starts = [place(0.7, length, 100) for length in (10, 40, 100)]
    assert starts == [63, 42, 0]


def test_a_layer_is_laid_on_by_its_alpha_and_cut_at_the_border() -> None:
    noisy = np.full((4, 4, 3), 100, np.uint8)
    lay_over(noisy, 200, np.full((3, 3), 51, np.uint8), -1, 2)
    assert (noisy[:2, 2:] == 120).all()
    assert (noisy[2:] == 100).all()
    assert (noisy[:, :2] == 100).all()
    lay_over(noisy, 200, np.full((3, 3), 255, np.uint8), 10, 10)
    assert (noisy[2:] == 100).all()


@pytest.mark.parametrize("scale", [0.1, 0.3, 1.0, 3.0])
def test_a_cutout_is_put_where_its_matrix_says_at_any_scale(scale: float) -> None:
    white = np.full((64, 64, 3), 255, np.uint8)
    cutout = Cutout.of(white, white[..., 0])
    noisy = np.zeros((300, 300, 3), np.uint8)
    shift = 100 + (scale - 1) / 2
    put_on(noisy, cutout, np.array([[scale, 0, shift], [0, scale, shift]]))
    assert noisy[..., 0].sum() / 255 == pytest.approx((64 * scale) ** 2, rel=0.15)
    rows = np.flatnonzero(noisy[..., 0].sum(axis=1))
    assert (rows[0] + rows[-1]) / 2 == pytest.approx(100 - 0.5 + 32 * scale, abs=0.6)
