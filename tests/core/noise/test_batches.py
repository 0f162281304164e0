"""Batches of pictures under one stack."""

from typing import Any

import numpy as np
import pytest

from core.errors import UserMistake
from core.noise.catalogue import all_noises
from core.noise.shared.draws import once
from core.noise.stack import Layer, _chance, apply_levels, apply_stack, apply_stack_batch, generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture


@pytest.fixture(scope="module")
def cat() -> Image:
    return square(sample_picture("chelsea"), 48)


def test_a_batch_gives_the_very_pixels_of_one_by_one() -> None:
    clean = np.stack([square(sample_picture(key), 40) for key in ("chelsea", "coffee", "rocket")])
    clean.flags.writeable = False  # as a data set's pictures are
    indices = [7, 0, 123456]
    for entry in all_noises():
        stack = [Layer.at_severity(entry.key, 4), Layer.at_severity("salt_pepper", 2)]
        noisy = apply_stack_batch(clean, stack, 5, indices)
        alone = [apply_stack(image, stack, 5, index) for image, index in zip(clean, indices, strict=True)]
        assert np.array_equal(noisy, alone), entry.key


def test_the_severities_of_a_noise_made_together_are_the_very_pixels_of_each_alone() -> None:
    clean = np.stack([square(sample_picture(key), 48) for key in ("chelsea", "rocket")])
    clean.flags.writeable = False
    table = {True: "tiny_imagenet_c", False: "imagenet_c"}
    for number, entry in enumerate(all_noises()):
        # Also from the strongest on, and one twice: what is shared may not depend on what came before.
        levels = [Layer.at_severity(entry.key, one, table[number % 2 == 0]) for one in (4, 1, 5, 5, 3)]
        noisy = apply_levels(clean, levels, 5, [7, 0])
        for level, found in zip(levels, noisy, strict=True):
            alone = [
                apply_stack(image, [level], 5, index) for image, index in zip(clean, (7, 0), strict=True)
            ]
            assert np.array_equal(found, alone), (entry.key, level.params)


def test_what_severities_share_is_shared_while_as_much_was_drawn_before() -> None:
    """Draws outside `once` come where they would have come without it."""

    def drawn(generator: np.random.Generator, first: int, direct: bool) -> list[float]:
        found = [once(generator, first, lambda: generator.random(first).sum())]
        if direct:
            found.append(generator.random())
        return [*found, once(generator, "next", generator.random), generator.random()]

    known: dict[Any, Any] = {}
    for first, direct in ((3, False), (3, True), (2, False), (3, False), (2, True), (2, False)):
        alone = drawn(generator_for(1, 2, "fog", 0), first, direct)
        assert drawn(_chance(1, 2, "fog", 0, known), first, direct) == alone
    assert known


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
