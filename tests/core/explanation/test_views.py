"""What counted most is seen on any picture, in every view."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.explanation.contour import outlined
from core.explanation.overlay import COLOURS, MapStyle, counted_area, shared_scale, strength
from core.explanation.views import VIEWS, one_scale, seen, signed
from core.pixels import Image

SIDE = 120
ACROSS = np.linspace(0, 255, SIDE).astype(np.uint8)[None, :].repeat(SIDE, axis=0)
PHOTOS: dict[str, Image] = {
    "black": np.zeros((SIDE, SIDE, 3), np.uint8),
    "white": np.full((SIDE, SIDE, 3), 255, np.uint8),
    "green": np.full((SIDE, SIDE, 3), (34, 140, 60), np.uint8),
    "busy": np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8),
    "viridis": np.asarray(cv2.applyColorMap(ACROSS, cv2.COLORMAP_VIRIDIS)[:, :, ::-1], np.uint8),
}
MAP = np.zeros((7, 7))
MAP[2:5, 2:5] = 1.0
AREA = counted_area(MAP, SIDE, SIDE) > 0
RIM = cv2.morphologyEx(AREA.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize("beside", [1, 20])
def test_a_white_line_with_black_edges_is_around_what_counted_most(
    view: str, photo: str, beside: int
) -> None:
    # Beside a map that is 20 times as strong, hardly any colour is left.
    shown = seen(view, PHOTOS[photo], MAP, shared_scale([MAP, beside * MAP]))
    near = cv2.dilate(RIM.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    brightest = cv2.dilate(shown.min(axis=2), np.ones((3, 3), np.uint8))
    darkest = cv2.erode(shown.max(axis=2), np.ones((7, 7), np.uint8))
    assert (brightest[RIM] >= 250).all()
    assert (darkest[near] <= 5).all()


@pytest.mark.parametrize("photo", PHOTOS)
def test_in_the_heat_only_what_counted_has_colour(photo: str) -> None:
    colour = np.ptp(seen("heat", PHOTOS[photo], MAP), axis=2)
    inside = cv2.erode(AREA.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert (colour[inside] > 60).all()
    assert (colour[strength(MAP, SIDE, SIDE) == 0] == 0).all()


@pytest.mark.parametrize("colours", COLOURS)
def test_in_any_colours_places_without_influence_stay_grey_and_little_opacity_leaves_the_photo_seen(
    colours: str,
) -> None:
    def drawn(photo: str, opacity: float) -> Image:
        return seen("heat", PHOTOS[photo], MAP, None, MapStyle(colours, opacity))

    flat = strength(MAP, SIDE, SIDE) == 0
    assert (np.ptp(drawn("busy", 1.0), axis=2)[flat] == 0).all()
    inside = cv2.erode(AREA.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    left = [
        np.mean(drawn("white", cover)[inside].astype(int) - drawn("black", cover)[inside])
        for cover in (0.2, 0.6, 1.0)
    ]
    assert left[0] > 1.5 * left[1] > 2 * left[2] >= 0


def test_a_signed_scale_is_as_long_both_ways() -> None:
    assert one_scale([MAP, -3 * MAP], "signed") == 3
    assert one_scale([MAP, -3 * MAP], "viridis") == 1
    assert one_scale([None, np.zeros((2, 2))], "signed") == 0
    half = seen("heat", PHOTOS["white"], -MAP, 2.0, MapStyle("signed"))
    assert half[SIDE // 2, SIDE // 2, 2] > half[SIDE // 2, SIDE // 2, 0] + 30, "blue speaks against"


SPARSE = np.full((7, 7), 1e-4)
SPARSE[3, 3] = 1.0
"""Where hardly anything but one place counted, the fifth holds places with next to nothing."""


@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize("attribution", [MAP, SPARSE], ids=["block", "sparse"])
@pytest.mark.parametrize("beside", [1, 20, 1000])
def test_inside_the_line_there_is_colour_however_strong_the_other_map_is(
    photo: str, attribution: NDArray[np.float64], beside: int
) -> None:
    colour = np.ptp(seen("heat", PHOTOS[photo], attribution, beside * attribution.max()), axis=2)
    area = counted_area(attribution, SIDE, SIDE)
    assert (colour[cv2.erode(area, np.ones((9, 9), np.uint8)) > 0] > 35).all()


def test_a_weak_map_is_purple_beside_a_strong_one_and_yellow_alone() -> None:
    red, green, blue = seen("heat", PHOTOS["black"], MAP, 20.0)[SIDE // 2, SIDE // 2].astype(int)
    assert green < min(red, blue)
    red, green, blue = seen("heat", PHOTOS["black"], MAP, 1.0)[SIDE // 2, SIDE // 2].astype(int)
    assert blue < min(red, green) / 2


@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize(
    "thin",
    [
        (slice(40, 41), slice(40, 41)),
        (slice(40, 42), slice(20, 90)),
        (slice(0, 1), slice(30, 31)),
        (slice(SIDE - 8, SIDE), slice(60, 62)),
        (slice(SIDE - 2, SIDE), slice(0, SIDE)),
    ],
    ids=["speck", "streak", "speck at the edge", "streak to the edge", "along the edge"],
)
def test_a_part_thinner_than_its_line_has_a_white_one_with_black_edges_too(
    photo: str, thin: tuple[slice, slice]
) -> None:
    area = np.zeros((SIDE, SIDE), np.uint8)
    area[thin] = 255
    shown = outlined(PHOTOS[photo], area)
    near = cv2.dilate(area, np.ones((11, 11), np.uint8)) > 0
    bright, dark = (shown.min(axis=2) >= 250) & near, (shown.max(axis=2) <= 5) & near
    assert bright.sum() >= np.count_nonzero(area) ** 0.5, "white is along it"
    assert bright.sum() > dark.sum() / 4, "it is no black bar"
    assert dark.any()


def test_the_line_holds_a_fifth_of_the_picture() -> None:
    uneven = np.random.default_rng(2).random((7, 7)) + 0.1
    for width, height in ((512, 340), (60, 90)):
        assert np.mean(counted_area(uneven, width, height) > 0) == pytest.approx(0.2, abs=0.01)


def test_a_map_that_speaks_for_nothing_has_no_line() -> None:
    for view in ("outline", "heat"):
        assert not (seen(view, PHOTOS["green"], -MAP) == 255).any()
    assert not counted_area(-MAP, SIDE, SIDE).any()


def test_what_did_not_count_is_dimmed_where_only_what_counted_is_shown() -> None:
    shown = seen("only", PHOTOS["white"], MAP)
    assert (shown[60, 60] == 255).all()
    assert (shown[5, 5] < 60).all()


def test_what_speaks_for_and_against_has_two_colours_and_nothing_has_none() -> None:
    picture = np.full((40, 40, 3), 120, np.uint8)
    attribution = np.zeros((4, 4), np.float32)
    attribution[0], attribution[3] = 2, -2
    drawn = signed(picture, attribution).astype(int)
    above, below, between = drawn[2, 20], drawn[37, 20], drawn[20, 20]
    assert above[0] > above[2] + 80, "orange is for"
    assert below[2] > below[0] + 80, "blue is against"
    assert np.ptp(between) == 0, "grey is neither"
    # On a scale of another picture it is paler.
    assert np.ptp(signed(picture, attribution, scale=20.0).astype(int)[2, 20]) < np.ptp(above)
    assert np.ptp(signed(picture, np.zeros((4, 4), np.float32)).astype(int), axis=2).max() == 0
