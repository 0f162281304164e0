"""A home of its own for each test, and commands run in this process."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.images import write_png

PHOTO = np.random.default_rng(0).integers(0, 256, (24, 32, 3)).astype(np.uint8)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NOISELENS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    write_png(tmp_path / "photo.png", PHOTO)
    return tmp_path / "photo.png"


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]):
    """Run a command that is to succeed; its result, from JSON."""

    def told(*arguments: object) -> object:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert code == 0, err
        return json.loads(out.splitlines()[-1])

    return told


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]):
    """Run a command that is to be refused; the one sentence on stderr."""

    def refused(*arguments: object) -> str:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert code == 2, err
        assert out == ""
        assert len(err.splitlines()) == 1, err
        return err

    return refused
