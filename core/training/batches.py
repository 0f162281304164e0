"""Pictures of a data set with their noise, batch by batch, made ahead of the network. No torch."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.noise.mix import Mix

Indices = NDArray[np.int64]
Images = NDArray[np.uint8]
VALIDATION_SEED = 1
"""The noise of validation is the same draw after every epoch and in every run."""
Item = TypeVar("Item")
Made = TypeVar("Made")


def shuffled(indices: Indices, batch_size: int, seed: int, epoch: int) -> list[Indices]:
    """All of `indices` in batches of nearly equal size, at most `batch_size`; decided by (seed, epoch)."""
    order = np.random.default_rng([seed, epoch]).permutation(indices)
    return np.array_split(order, -(-len(order) // batch_size))


def noise_seed(seed: int, epoch: int) -> int:
    """The seed of the noise of one epoch of a run."""
    return int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0])


def pictures(data_set: DataSet, mix: Mix, seed: int, indices: Indices) -> Images:
    """uint8 n,H,W,3: the pictures with those numbers, each with the noise that (seed, number) draws."""
    data_set.will_read(indices)
    if not mix.parts:
        # Sorted reading is kinder to the disk than the shuffled order.
        return np.asarray(data_set.images[np.sort(indices)])[np.argsort(np.argsort(indices))]
    found = np.empty((len(indices), *data_set.images.shape[1:]), np.uint8)
    for place, index in enumerate(indices.tolist()):
        image = np.asarray(data_set.images[index])
        second = data_set.second_for(index)
        found[place] = mix.apply(image, seed, index, data_set.table, second, data_set.fitted_basis)
    return found


def made_ahead(
    make: Callable[[Item], Made], items: Sequence[Item], threads: int = 1, ahead: int = 3
) -> Iterator[tuple[Item, Made]]:
    """Each item with what `make` gives for it, in order, made in threads while the caller is busy.

    Ends early without waiting for what is not needed any more. An error of `make` rises here.
    """
    with ThreadPoolExecutor(threads, thread_name_prefix="made-ahead") as pool:
        waiting: deque[tuple[Item, Future[Made]]] = deque()
        coming = iter(items)
        try:
            _fill(waiting, coming, pool, make, ahead + threads)
            while waiting:
                item, future = waiting.popleft()
                yield item, future.result()
                _fill(waiting, coming, pool, make, ahead + threads)
        finally:
            for _, future in waiting:
                future.cancel()


def _fill(
    waiting: deque[tuple[Item, "Future[Made]"]],
    coming: Iterable[Item],
    pool: ThreadPoolExecutor,
    make: Callable[[Item], Made],
    length: int,
) -> None:
    for item in coming:
        waiting.append((item, pool.submit(make, item)))
        if len(waiting) >= length:
            return
