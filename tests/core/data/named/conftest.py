"""Fetches in the process of the tests, where how a worker starts or is stopped is not what is looked at."""

import pytest

from core.jobs.executors import EXECUTORS
from tests.core.cli.here import Here


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker of its own would load what torchvision and Hugging Face take for seconds."""
    monkeypatch.setitem(EXECUTORS, "local", Here())
