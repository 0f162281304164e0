"""Stacks: order, chance, and their text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserMistake
from core.noise.catalogue import all_noises
from core.noise.defaults import builtin_second
from core.noise.stack import (
    DRAWS,
    Layer,
    apply_stack,
    carry,
    draws_now,
    generator_for,
    stack_from_text,
    stack_to_text,
)
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture

layers = st.builds(
    Layer.at_severity,
    st.sampled_from([entry.key for entry in all_noises()]),
    st.integers(1, 5),
    st.sampled_from(["imagenet_c", "tiny_imagenet_c", "cifar_10_c"]),
)


@pytest.fixture(scope="module")
def cat() -> Image:
    return square(sample_picture("chelsea"), 48)


@given(st.lists(layers, max_size=4))
def test_a_stack_comes_back_from_its_text(stack: list[Layer]) -> None:
    assert stack_from_text(stack_to_text(stack)) == stack


def test_every_choice_and_whole_number_comes_back_from_text() -> None:
    stack = [
        Layer.make("bfs_noise", {"sign": "away", "overflow": "clip", "depth": 3}),
        Layer.make("blend", {"region": "patch", "alpha": 1 / 3}),
    ]
    assert stack_from_text(stack_to_text(stack)) == stack
    assert isinstance(stack_from_text(stack_to_text(stack))[0].params["depth"], int)


@pytest.mark.parametrize(
    "text",
    [
        "fog(",
        "fog)",
        "fog(strength)",
        "fog(strength=)",
        "fog(strength=99)",
        "fog(x=1)",
        "mist()",
        "fog(decay=nan)",
    ],
)
def test_a_text_that_is_no_stack_is_the_users_mistake(text: str) -> None:
    with pytest.raises(UserMistake):
        stack_from_text(text)


def test_an_empty_stack_gives_a_copy(cat: Image) -> None:
    noisy = apply_stack(cat, [])
    assert np.array_equal(noisy, cat)
    assert not np.shares_memory(noisy, cat)


def test_the_order_of_a_stack_counts(cat: Image) -> None:
    there = [Layer.at_severity("motion_blur", 3), Layer.at_severity("salt_pepper", 5)]
    assert not np.array_equal(apply_stack(cat, there), apply_stack(cat, there[::-1]))


def test_the_same_noise_twice_is_drawn_twice(cat: Image) -> None:
    speck = Layer.at_severity("salt_pepper", 5)
    once, twice = apply_stack(cat, [speck]), apply_stack(cat, [speck, speck])
    assert (twice != cat).any(axis=2).sum() > 1.5 * (once != cat).any(axis=2).sum()


def test_chance_is_the_same_on_every_machine() -> None:
    drawn = generator_for(1, 2, "gaussian_noise", 3).integers(0, 1000, 4).tolist()
    assert drawn == [610, 662, 290, 506]


def test_neighbouring_seeds_pictures_places_and_noises_have_nothing_in_common() -> None:
    names = [
        (seed, index, key, place)
        for seed in (0, 1, 2, 2**64)
        for index in (0, 1, 11)
        for key in ("gaussian_noise", "speckle_noise")
        for place in (0, 1, 10)
    ]
    draws = np.array([generator_for(*name).random(4000) for name in names])
    # Five standard errors of the mean of 4,000 draws, and of the correlation of any two streams.
    assert np.abs(draws.mean(axis=1) - 0.5).max() < 5 * (1 / 12 / 4000) ** 0.5
    apart = np.corrcoef(draws) - np.eye(len(names))
    assert np.abs(apart).max() < 5 / 4000**0.5
    # The first draws too, where a weak start would show: over the streams they lie evenly.
    first = np.array([[generator_for(s, i, "fog", 0).random() for i in range(60)] for s in range(60)])
    assert np.abs(np.histogram(first, 10, (0, 1))[0] - 360).max() < 5 * 324**0.5
    steps = [np.diff(first, axis=0), np.diff(first, axis=1)]
    assert all(abs(step.var() - 1 / 6) < 0.02 for step in steps)


@pytest.mark.parametrize("name", [(-1, 0, "fog", 0), (0, -1, "fog", 0), (0, 0, "fog", -1)])
def test_no_chance_has_a_negative_number(name: tuple[int, int, str, int]) -> None:
    with pytest.raises(ValueError, match="negative"):
        generator_for(*name)


def test_a_second_picture_may_be_given_drawn_or_built_in(cat: Image) -> None:
    stack = [Layer.make("blend", {"alpha": 1})]
    other = np.full((5, 9, 3), 7, np.uint8)
    assert (apply_stack(cat, stack, second=other) == 7).all()
    assert (apply_stack(cat, stack, second=lambda generator: other) == 7).all()
    mixed_in = square(builtin_second(), 48)
    assert np.abs(apply_stack(cat, stack).astype(int) - mixed_in).mean() < 2


def test_the_built_in_second_picture_is_none_of_the_samples() -> None:
    assert not np.array_equal(builtin_second(), sample_picture("astronaut"))


def smooth_map(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    return (np.sin(y / height * 5) + np.cos(x / width * 4)).astype(np.float32)


MOVES = [
    Layer.make("rotation", {"angle": 30}),
    Layer.make("scale", {"factor": 0.8}),
    Layer.make("perspective", {"tilt": 20}),
    Layer.make("shear", {"amount": 0.2}),
    Layer.make("flip", {"axis": "horizontal"}),
    Layer.make("translation", {"distance": 0.1}),
    Layer.make("crop_zoom", {"kept": 0.7}),
]


@pytest.mark.parametrize("grid", [(96, 96), (7, 7), (20, 33)])
def test_a_smooth_map_carried_there_and_back_is_itself_where_it_was_not_lost(grid: tuple[int, int]) -> None:
    clean = smooth_map(*grid)
    there = carry(clean, MOVES, 3, 4, size=(120, 160))
    back = carry(there, MOVES, 3, 4, size=(120, 160), back=True)
    kept = np.isfinite(back)
    assert back.shape == clean.shape
    assert back.dtype == clean.dtype
    assert kept.mean() > 0.2
    assert not kept.all()
    assert np.abs(back - clean)[kept].max() < 12 / min(grid)


def test_a_mask_lands_where_the_object_of_the_picture_lands() -> None:
    mask = np.zeros((90, 140), bool)
    mask[30:60, 50:90] = True
    picture = np.where(mask[..., None], np.uint8(255), np.uint8(40)).repeat(3, axis=2)
    for index in range(4):
        noisy = apply_stack(picture, MOVES, 7, index)
        moved = carry(mask, MOVES, 7, index)
        assert moved.dtype == bool
        seen = noisy[..., 0] > 147
        assert (moved & seen).sum() / (moved | seen).sum() > 0.95


def test_a_quarter_turn_carries_a_coarse_map_exactly() -> None:
    values = np.arange(49, dtype=np.float32).reshape(7, 7)
    turn = [Layer.make("rotation", {"angle": 90, "way": "plus"})]
    assert carry(values, turn, size=(224, 224)) == pytest.approx(np.rot90(values, -1), abs=1e-3)
    assert carry(values, turn, size=(224, 224), back=True) == pytest.approx(np.rot90(values, 1), abs=1e-3)


def test_places_without_content_are_filled_also_those_lost_on_the_way() -> None:
    ones = np.ones((40, 40), np.float32)
    away_and_back = [Layer.make("scale", {"factor": 2}), Layer.make("scale", {"factor": 0.5})]
    carried = carry(ones, away_and_back)
    assert np.isnan(carried[0, 0]), "cut off by the first, not brought back by the second"
    assert carried[20, 20] == 1
    assert carry(ones, away_and_back, fill=-1)[0, 0] == -1
    masks = carry(np.ones((40, 40), np.uint8), away_and_back)
    assert masks.dtype == np.uint8
    assert set(np.unique(masks)) == {0, 1}


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int64, np.float16, np.float32, np.float64])
def test_a_map_of_any_type_keeps_it(kind: type) -> None:
    values = np.arange(35).reshape(5, 7).astype(kind)
    carried = carry(values, [Layer.make("flip", {"axis": "both"})])
    assert carried.dtype == kind
    assert np.array_equal(carried, values[::-1, ::-1])


def test_what_has_no_content_stays_without() -> None:
    values = smooth_map(30, 30)
    values[10:20, 10:20] = np.nan
    flipped = carry(values, [Layer.make("flip", {"axis": "vertical"})])
    assert np.array_equal(np.isnan(flipped), np.isnan(values[::-1]))


def test_noises_that_move_nothing_by_a_matrix_leave_a_map_where_it_is(cat: Image) -> None:
    still = [Layer.at_severity(key, 3) for key in ("gaussian_noise", "fog", "blend", "swirl")]
    values = smooth_map(9, 9)
    carried = carry(values, still)
    assert np.array_equal(carried, values)
    assert not np.shares_memory(carried, values)
    flip = Layer.make("flip", {})
    assert np.array_equal(carry(values, [*still, flip]), values[:, ::-1])
    assert np.array_equal(carry(cat, [flip]), cat[:, ::-1]), "a picture too"


def test_a_map_is_carried_by_the_draw_of_its_place_in_the_stack() -> None:
    values = smooth_map(30, 30)
    shift = Layer.make("translation", {"distance": 0.2})
    first = carry(values, [shift], 0, 5)
    later = carry(values, [Layer.at_severity("fog", 1), shift], 0, 5)
    assert not np.array_equal(np.isnan(first), np.isnan(later))
    assert not np.array_equal(np.isnan(first), np.isnan(carry(values, [shift], 0, 6)))


def test_draws_of_an_earlier_count_are_those_of_now_where_none_of_the_noises_has_changed_since() -> None:
    assert draws_now(2, ["fog", "salt_pepper"]) == DRAWS
    assert draws_now(2, ["fog", "sunglasses"]) == 2
    assert draws_now(1, ["fog"]) == 1
    assert draws_now(DRAWS, ["sunglasses"]) == DRAWS
