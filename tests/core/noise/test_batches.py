"""Batches of pictures under one stack."""

import numpy as np
import pytest

from core.errors import UserMistake
from core.images import square
from core.noise.catalogue import all_noises
from core.noise.stack import Layer, apply_stack, apply_stack_batch
from core.pixels import Image
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
