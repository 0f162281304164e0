"""Work in threads beside a page: once for all who ask, cancelled, bounded, errors kept."""

import threading

import pytest

from core.progress import Report
from pages.parts.background import Work, Works


def wait(work: Work) -> Work:
    assert work.ended.wait(10)
    return work


def test_one_key_is_worked_on_once() -> None:
    works, gate, calls = Works(4), threading.Event(), []

    def function(report: Report) -> int:
        calls.append(1)
        gate.wait(10)
        return 7

    first = works.start(("a",), function)
    assert works.start(("a",), function) is first
    assert works.find(("a",)) is first
    assert works.find(("b",)) is None
    gate.set()
    assert wait(first).result == 7
    assert works.start(("a",), function) is first
    assert len(calls) == 1


def test_a_cancelled_work_ends_at_its_next_report_and_can_be_started_again() -> None:
    works, started, gate = Works(4), threading.Event(), threading.Event()
    reached = []

    def function(report: Report) -> None:
        started.set()
        gate.wait(10)
        report(0.5)
        reached.append("after")

    work = works.start(("a",), function)
    assert started.wait(10)
    work.cancel()
    assert works.find(("a",)) is None
    gate.set()
    wait(work)
    assert reached == []
    assert work.error is None
    again = works.start(("a",), function)
    assert again is not work
    assert wait(again).share == 0.5
    assert reached == ["after"]


def test_an_error_is_kept_for_the_page_and_tried_again_when_asked() -> None:
    works = Works(4)

    def function(report: Report) -> None:
        raise ValueError("no")

    work = wait(works.start(("a",), function))
    with pytest.raises(ValueError, match="no"):
        raise work.error or AssertionError("no error")
    assert works.start(("a",), lambda report: 1) is not work


def test_only_the_last_used_are_kept_and_what_is_dropped_stops() -> None:
    works, gate = Works(2), threading.Event()
    slow = works.start(("slow",), lambda report: gate.wait(10))
    works.start(("b",), lambda report: 1)
    works.start(("c",), lambda report: 1)
    assert works.find(("slow",)) is None
    assert slow.cancelled
    assert works.find(("c",)) is not None
    gate.set()
