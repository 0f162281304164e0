"""Stacks: order, chance, and their text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserMistake
from core.images import builtin_second, square
from core.noise.catalogue import Image, Noise, all_noises
from core.noise.stack import (
    Layer,
    apply_stack,
    apply_stack_batch,
    generator_for,
    stack_from_text,
    stack_to_text,
)
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
    assert drawn == [419, 520, 610, 349]


def test_a_second_picture_may_be_given_drawn_or_built_in(cat: Image) -> None:
    stack = [Layer.make("blend", {"alpha": 1})]
    other = np.full((5, 9, 3), 7, np.uint8)
    assert (apply_stack(cat, stack, second=other) == 7).all()
    assert (apply_stack(cat, stack, second=lambda generator: other) == 7).all()
    mixed_in = square(builtin_second(), 48)
    assert np.abs(apply_stack(cat, stack).astype(int) - mixed_in).mean() < 2


def test_the_built_in_second_picture_is_none_of_the_samples() -> None:
    assert not np.array_equal(builtin_second(), sample_picture("astronaut"))


@pytest.mark.parametrize("entry", all_noises(), ids=lambda entry: entry.key)
def test_a_batch_gives_the_very_pixels_of_one_by_one(entry: Noise) -> None:
    clean = np.stack([square(sample_picture(key), 40) for key in ("chelsea", "coffee", "rocket")])
    clean.flags.writeable = False  # as a data set's pictures are
    stack, indices = [Layer.at_severity(entry.key, 4), Layer.at_severity("salt_pepper", 2)], [7, 0, 123456]
    noisy = apply_stack_batch(clean, stack, 5, indices)
    one_by_one = [apply_stack(image, stack, 5, index) for image, index in zip(clean, indices, strict=True)]
    assert np.array_equal(noisy, one_by_one)


def test_a_batch_may_give_each_picture_a_second_one_of_its_own(cat: Image) -> None:
    stack = [Layer.make("blend", {"alpha": 1})]
    levels = [np.full((8, 8, 3), level, np.uint8) for level in (10, 200)]
    noisy = apply_stack_batch(np.stack([cat, cat]), stack, 0, [0, 1], list(levels))
    assert (noisy[0] == 10).all()
    assert (noisy[1] == 200).all()
    drawn = apply_stack_batch(np.stack([cat, cat]), stack, 0, [0, 1], lambda generator: levels[1])
    assert (drawn == 200).all()


def test_a_batch_without_noise_or_without_pictures_is_a_copy(cat: Image) -> None:
    clean = cat[None]
    noisy = apply_stack_batch(clean, [], 0, [0])
    assert np.array_equal(noisy, clean)
    assert not np.shares_memory(noisy, clean)
    fog = [Layer.at_severity("fog", 3)]
    assert apply_stack_batch(clean[:0], fog, 0, []).shape == (0, 48, 48, 3)


def test_a_batch_refuses_parameters_and_numbers_that_do_not_fit(cat: Image) -> None:
    with pytest.raises(UserMistake):
        apply_stack_batch(cat[None], [Layer("fog", {"strength": 99})], 0, [0])
    with pytest.raises(ValueError, match="argument 2"):
        apply_stack_batch(np.stack([cat, cat]), [], 0, [0])
