"""A look at videos before they are read: never long."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from core.data.intake import first_look
from core.data.intake.first_look import look
from core.data.intake.videos import Frames


def test_a_video_that_hangs_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, entered = Event(), Event()

    @contextmanager
    def hangs(*_: Any) -> Iterator[Any]:
        entered.set()
        go_on.wait()
        yield SimpleNamespace(claimed=3.0)

    monkeypatch.setattr(first_look, "opened_video", hangs)
    monkeypatch.setattr(first_look, "PATIENCE", 0.05)
    for label in "ab":
        (tmp_path / label).mkdir()
        for number in range(3):
            (tmp_path / label / f"{number}.mp4").write_bytes(b"")
    found = look(tmp_path)
    assert entered.is_set()
    assert (found.videos, found.seconds) == (6, ())
    assert found.frames(Frames("second", 1)) is None, "told later"
    go_on.set()
