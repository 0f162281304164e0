"""Batches: every picture once, decided by seed and epoch, made in order."""

import threading

import numpy as np
import pytest

from core.ahead import made_ahead
from core.data.dataset import DataSet
from core.noise.mix import Mix
from core.training.batches import noise_seed, pictures, shuffled

NOISY = Mix.from_texts(["gaussian_noise:0.5:1-5", "blend:0.5:1-5"])


def test_every_picture_comes_once_an_epoch_in_even_batches() -> None:
    batches = shuffled(np.arange(100, 230), 64, seed=0, epoch=0)
    assert [len(batch) for batch in batches] == [44, 43, 43]
    assert sorted(np.concatenate(batches).tolist()) == list(range(100, 230))


def test_order_depends_on_seed_and_epoch_alone() -> None:
    def order(seed: int, epoch: int) -> list[int]:
        return np.concatenate(shuffled(np.arange(50), 8, seed, epoch)).tolist()

    assert order(0, 0) == order(0, 0)
    assert order(0, 0) != order(0, 1)
    assert order(0, 0) != order(1, 0)
    assert noise_seed(0, 0) != noise_seed(0, 1) != noise_seed(1, 0)


def test_a_noisy_picture_does_not_depend_on_its_batch(tiny_data_set: DataSet) -> None:
    together = pictures(tiny_data_set, NOISY, 3, np.array([5, 2, 9]))
    alone = pictures(tiny_data_set, NOISY, 3, np.array([9]))
    np.testing.assert_array_equal(together[2], alone[0])
    assert (together[0] != tiny_data_set.images[5]).any()


def test_clean_pictures_keep_the_order_asked_for(tiny_data_set: DataSet) -> None:
    wanted = np.array([7, 1, 30, 4])
    np.testing.assert_array_equal(pictures(tiny_data_set, Mix(), 0, wanted), tiny_data_set.images[wanted])


def test_work_made_ahead_comes_in_order_and_its_error_rises() -> None:
    def half(number: int) -> float:
        return 1 / (number - 3)

    made = made_ahead(half, range(5), threads=2)
    assert [next(made)[0] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ZeroDivisionError):
        next(made)


def test_leaving_early_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    made = made_ahead(lambda number: number, range(1000), threads=2)
    next(made)
    made.close()
    assert threading.active_count() == before
