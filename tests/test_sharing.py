"""Each worker gets its tests."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from tests.sharing import FileByFile

TESTS = [
    f"tests/{room}/test_{file}.py::{test}"
    for room in ("browser", "core")
    for file in "abcdef"
    for test in ("one", "Class::two", "three[a::b@c]")
]
HALF = len(TESTS) // 2


class Worker:
    """Carries out what it is sent, one test at a time."""

    shutting_down = False

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.waiting: list[int] = []
        self.done: list[str] = []

    def send_runtest_some(self, tests: Sequence[int]) -> None:
        self.waiting += tests

    def shutdown(self) -> None:
        self.shutting_down = True


def shared_out(speeds: Sequence[int]) -> list[list[str]]:
    """What each of two workers has done at the end, where they do so many tests a round."""
    options: Any = SimpleNamespace(
        getvalue={"tx": ["popen", "popen"]}.get, option=SimpleNamespace(loadscopereorder=False)
    )
    sharing = FileByFile(options)
    workers: Any = [Worker("gw0"), Worker("gw1")]
    for worker in workers:
        sharing.add_node(worker)
        sharing.add_node_collection(worker, TESTS)
    sharing.schedule()
    while sharing.has_pending:
        for worker, speed in zip(workers, speeds, strict=True):
            now, worker.waiting = worker.waiting[:speed], worker.waiting[speed:]
            for test in now:
                worker.done.append(TESTS[test])
                sharing.mark_test_complete(worker, test)
    return [worker.done for worker in workers]


def test_one_worker_does_all_that_needs_a_browser_and_the_other_all_else() -> None:
    assert shared_out([1, 1]) == [TESTS[:HALF], TESTS[HALF:]]


@pytest.mark.parametrize("speeds", [(1, 8), (8, 1)])
def test_who_is_through_helps_the_other_out_and_a_file_stays_in_one_hand(speeds: tuple[int, int]) -> None:
    shares = shared_out(speeds)
    assert sorted(shares[0] + shares[1]) == sorted(TESTS)
    files = [{test.partition("::")[0] for test in share} for share in shares]
    assert not files[0] & files[1]
    assert len(files[0]) != len(files[1])
