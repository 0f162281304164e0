"""A stack told as a file, a command line or Python gives the same pixels; a file that cannot be used is told."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.images import read_picture, write_png
from core.noise.catalogue import all_noises
from core.noise.stack import Layer, apply_stack
from core.noise.stack_file import SECOND_FILE, StackFile, as_command, as_python, read_stack_file
from core.store import ROOT

PHOTO = np.random.default_rng(0).integers(0, 256, (24, 32, 3)).astype(np.uint8)
OTHER = np.random.default_rng(1).integers(0, 256, (20, 20, 3)).astype(np.uint8)
EVERY = [Layer.at_severity(noise.key, 2) for noise in all_noises()]
TWO = [Layer.at_severity("gaussian_noise", 3), Layer.make("blend", {})]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NOISELENS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    write_png(tmp_path / "photo.png", PHOTO)
    write_png(tmp_path / SECOND_FILE, OTHER)
    return tmp_path


def pixels(path: Path) -> np.ndarray:
    return read_picture(path, path.name).pixels


@pytest.mark.parametrize("layer", EVERY, ids=lambda layer: layer.noise)
def test_the_command_line_of_every_noise_gives_the_pixels_of_the_stack(layer: Layer, folder: Path) -> None:
    words = shlex.split(as_command([layer], 11))
    assert words[:3] == ["python", "-m", "core"]
    assert main(words[3:]) == 0
    assert np.array_equal(pixels(folder / "noisy.png"), apply_stack(PHOTO, [layer], 11))


def test_the_command_line_names_the_second_picture(folder: Path) -> None:
    assert main(shlex.split(as_command(TWO, 3, second=True))[3:]) == 0
    assert np.array_equal(pixels(folder / "noisy.png"), apply_stack(PHOTO, TWO, 3, second=OTHER))


@pytest.mark.parametrize("second", [None, OTHER], ids=["built-in", "own"])
def test_the_python_gives_the_pixels_of_the_stack(second: np.ndarray | None, folder: Path) -> None:
    (folder / "again.py").write_text(as_python(TWO, 3, second is not None), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "again.py"], cwd=folder, env=environment, check=True)
    assert np.array_equal(pixels(folder / "noisy.png"), apply_stack(PHOTO, TWO, 3, second=second))


def test_a_file_gives_the_whole_catalogue_back(folder: Path) -> None:
    written = StackFile(EVERY, 2**31 - 1, "tiny_imagenet_c")
    (folder / "a.json").write_text(written.to_json(), encoding="utf-8")
    assert read_stack_file(folder / "a.json") == written


def test_corrupt_takes_noises_and_seed_from_a_file(folder: Path) -> None:
    (folder / "a.json").write_text(StackFile(TWO, 3).to_json(), encoding="utf-8")
    for options, seed, second in (
        ([], 3, None),
        (["--seed", "5"], 5, None),
        (["--second", SECOND_FILE], 3, OTHER),
    ):
        assert main(["corrupt", "photo.png", "out.png", "--stack", "a.json", *options]) == 0
        assert np.array_equal(pixels(folder / "out.png"), apply_stack(PHOTO, TWO, seed, second=second))


def test_the_second_picture_is_looked_for_beside_the_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "there").mkdir()
    stack_file = folder / "there" / "a.json"
    stack_file.write_text(StackFile(TWO, 3, second="other.png").to_json(), encoding="utf-8")
    assert main(["corrupt", "photo.png", "out.png", "--stack", "there/a.json"]) == 2
    assert "--second" in capsys.readouterr().err
    write_png(folder / "there" / "other.png", OTHER)
    assert main(["corrupt", "photo.png", "out.png", "--stack", "there/a.json"]) == 0
    assert np.array_equal(pixels(folder / "out.png"), apply_stack(PHOTO, TWO, 3, second=OTHER))


GOOD = json.loads(StackFile(TWO, 3).to_json())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("\udcff", "not JSON"),
        ("[]", 'no "stack"'),
        ("{}", 'no "stack"'),
        (GOOD | {"stack": []}, 'no "stack"'),
        (GOOD | {"stack": [3]}, "entry 1"),
        (GOOD | {"stack": [{"noise": "fog", "params": [1]}]}, "entry 1"),
        (GOOD | {"stack": [{"noise": "fog", "params": {"strength": []}}]}, "entry 1"),
        (GOOD | {"stack": [{"noise": "fogg"}]}, "Did you mean fog?"),
        (GOOD | {"stack": [{"noise": "fog", "params": {"colour": 1}}]}, "colour"),
        (GOOD | {"stack": [{"noise": "gaussian_noise", "params": {"sd": 9}}]}, "between"),
        (GOOD | {"stack": [{"noise": "gaussian_noise", "params": {"sd": 10**400}}]}, "not understood"),
        (GOOD | {"stack": [{"noise": "gaussian_noise", "params": {"sd": float("nan")}}]}, "not understood"),
        (GOOD | {"version": 2}, "version"),
        (GOOD | {"version": "1"}, "version"),
        (GOOD | {"seed": -1}, "The seed must lie between"),
        (GOOD | {"seed": "7"}, "The seed must lie between"),
        (GOOD | {"second": "../second.png"}, "second"),
        (GOOD | {"second": 3}, "second"),
        (GOOD | {"files": [{"index": 0}]}, "files"),
        (GOOD | {"files": 3}, "files"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence_and_exit_code_2(
    content: object, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "a.json").write_bytes(text.encode("utf-8", errors="surrogateescape"))
    assert main(["corrupt", "photo.png", "out.png", "--stack", "a.json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert said in err
    assert not (folder / "out.png").exists()


@pytest.mark.parametrize("extra", [["--noise", "fog"], ["--table", "cifar_10_c"]], ids=" ".join)
def test_a_file_and_noises_of_ones_own_do_not_go_together(
    extra: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.json").write_text(StackFile(TWO, 3).to_json(), encoding="utf-8")
    assert main(["corrupt", "photo.png", "out.png", "--stack", "a.json", *extra]) == 2
    assert "--stack names the noises" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corrupt", "photo.png", "out.png", "--stack", "missing.json"]) == 2
    assert "missing.json" in capsys.readouterr().err
