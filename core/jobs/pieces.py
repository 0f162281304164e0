"""Pieces of one job that are done at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Lock

from core.errors import Cancelled
from core.progress import Report, finishing
from core.words import Text


class _Together:
    """What pieces of work say that are done at once, as one: each counts the same, the one that is behind speaks."""

    def __init__(self, report: Report, pieces: int) -> None:
        self.report = report
        self.over = False
        """One of them ended early: so do the others."""
        self._shares = [0.0] * pieces
        self._lock = Lock()

    def say(self, piece: int, share: float, step: Text | None) -> None:
        with self._lock:
            self._shares[piece] = share
            behind = share <= min(self._shares)
            self.report(sum(self._shares) / len(self._shares), step if behind else None)
        if self.over:
            raise Cancelled


class _Piece:
    def __init__(self, together: _Together, place: int) -> None:
        self._together, self._place = together, place

    def __call__(self, share: float, step: Text | None = None) -> None:
        self._together.say(self._place, share, step)

    @property
    def finishing(self) -> bool:
        return finishing(self._together.report)


def at_once(pieces: Sequence[Callable[[Report], None]], report: Report) -> None:
    """Do pieces of work at once, a thread each, and wait for all.

    Raises:
        What the first raised that ended early; the others are ended then.
    """
    together = _Together(report, len(pieces))
    with ThreadPoolExecutor(len(pieces), thread_name_prefix="at-once") as pool:
        works = [pool.submit(piece, _Piece(together, place)) for place, piece in enumerate(pieces)]
        ended, others = wait(works, return_when=FIRST_EXCEPTION)
        together.over = bool(others)
    for work in [*ended, *others]:
        work.result()
