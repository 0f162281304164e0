"""Work done ahead in threads, while its taker is busy with what came before."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def made_ahead(
    make: Callable[[Item], Made], items: Iterable[Item], threads: int = 1, ahead: int = 3
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
