"""Stacks: order, chance, and their text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserMistake
from core.images import builtin_second, square
from core.noise.catalogue import Image, all_noises
from core.noise.stack import Layer, apply_stack, generator_for, stack_from_text, stack_to_text
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
