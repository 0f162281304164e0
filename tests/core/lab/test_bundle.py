"""The ZIP of noisy pictures, and that the command line makes its pictures again."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.images import read_picture
from core.lab.bundle import bundle, in_name_order, png_names
from core.noise.stack import Layer, apply_stack

RNG = np.random.default_rng(0)
PHOTOS = [RNG.integers(0, 256, (20 + n, 30, 3)).astype(np.uint8) for n in range(3)]
OTHER = RNG.integers(0, 256, (20, 20, 3)).astype(np.uint8)
STACK = [Layer.at_severity("gaussian_noise", 3), Layer.make("blend", {})]
NAMES = ["a.png", "b.png", "c.png"]


@pytest.fixture
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NOISELENS_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    data = bundle(list(zip(NAMES, PHOTOS, strict=True)), STACK, 7, "imagenet_c", OTHER)
    zipfile.ZipFile(io.BytesIO(data)).extractall(tmp_path)
    return tmp_path


def pixels(path: Path) -> np.ndarray:
    return read_picture(path, path.name).pixels


def test_it_holds_what_went_in_what_came_out_and_what_was_done(unpacked: Path) -> None:
    for index, (name, photo) in enumerate(zip(NAMES, PHOTOS, strict=True)):
        assert np.array_equal(pixels(unpacked / "inputs" / name), photo)
        wanted = apply_stack(photo, STACK, 7, index, OTHER)
        assert np.array_equal(pixels(unpacked / "noisy" / name), wanted)
    said = json.loads((unpacked / "noiselens.json").read_text(encoding="utf-8"))
    assert (said["version"], said["seed"], said["table"], said["second"]) == (
        1,
        7,
        "imagenet_c",
        "second.png",
    )
    assert said["stack"] == [{"noise": one.noise, "params": dict(one.params)} for one in STACK]
    for index, entry in enumerate(said["files"]):
        assert entry["index"] == index
        for which in ("input", "output"):
            data = (unpacked / entry[which]).read_bytes()
            assert entry[f"{which}_sha256"] == hashlib.sha256(data).hexdigest()


def test_the_command_line_makes_the_same_files_again(unpacked: Path) -> None:
    assert main(["corrupt", "inputs", "again", "--stack", "noiselens.json"]) == 0
    for name in NAMES:
        assert (unpacked / "again" / name).read_bytes() == (unpacked / "noisy" / name).read_bytes()


def test_a_listed_picture_keeps_its_number_when_it_comes_alone(unpacked: Path) -> None:
    assert main(["corrupt", "inputs/c.png", "again.png", "--stack", "noiselens.json"]) == 0
    assert np.array_equal(pixels(unpacked / "again.png"), pixels(unpacked / "noisy" / "c.png"))
    assert main(["corrupt", "inputs/c.png", "other.png", "--stack", "noiselens.json", "--index", "0"]) == 0
    assert not np.array_equal(pixels(unpacked / "other.png"), pixels(unpacked / "noisy" / "c.png"))


def test_the_second_picture_is_there_only_if_a_noise_mixes_it_in() -> None:
    for stack, second, there in ((STACK, None, False), (STACK[:1], OTHER, False), (STACK, OTHER, True)):
        data = bundle([("a.png", PHOTOS[0])], stack, 0, "imagenet_c", second)
        assert ("second.png" in zipfile.ZipFile(io.BytesIO(data)).namelist()) is there


def test_names_are_safe_and_differ() -> None:
    given = ["Cat.jpg", "cat.png", ".hidden.png", "../../up.png", "a/b:c.webp", "", "노이즈.heic", "x" * 300]
    names = png_names(given)
    assert names[:2] == ["Cat.png", "cat 2.png"]
    assert names[6] == "노이즈.png"
    assert len({name.lower() for name in names}) == len(given)
    for name in names:
        assert not name.startswith(".")
        assert not set(name) & set('<>:"/\\|?*')
        assert len(name) <= 70


def test_numbers_follow_the_order_in_which_the_command_line_reads_a_folder(tmp_path: Path) -> None:
    names = png_names(["b.jpg", "B.jpg", "a 10.jpg", "a 9.jpg", "가.jpg", "a.jpg"])
    for name in names:
        (tmp_path / name).touch()
    listed = [path.name for path in sorted(tmp_path.iterdir(), key=lambda path: path.name)]
    assert [names[place] for place in in_name_order(names)] == listed
