"""Pieces of work that are done at once, and what they say together."""

from threading import Barrier, Event

import pytest

from core.errors import Cancelled
from core.jobs.pieces import at_once
from core.progress import Report, silent
from core.words import Text, plain


def test_pieces_at_once_are_half_done_when_one_of_two_is_and_the_one_behind_speaks() -> None:
    said: list[tuple[float, Text | None]] = []
    ahead, done = Event(), Event()

    def report(share: float, step: Text | None = None) -> None:
        said.append((share, step))

    def quick(report: Report) -> None:
        report(0.5, plain("quick"))
        ahead.set()
        done.wait(10)
        report(1.0, plain("quick"))

    def slow(report: Report) -> None:
        ahead.wait(10)
        report(0.25, plain("slow"))
        done.set()

    at_once([quick, slow], report)
    assert said == [(0.25, None), (0.375, plain("slow")), (0.625, None)]


def test_what_one_piece_raises_ends_the_others_and_rises() -> None:
    begun, ended = Barrier(2), []

    def fails(report: Report) -> None:
        begun.wait(10)
        raise ValueError("broken")

    def works(report: Report) -> None:
        begun.wait(10)
        try:
            while True:
                report(0.5)
        except Cancelled:
            ended.append(True)
            raise

    with pytest.raises(ValueError, match="broken"):
        at_once([works, fails], silent)
    assert ended == [True]
