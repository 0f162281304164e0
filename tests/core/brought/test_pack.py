"""Packs of a challenge: what is in them, and what is none."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.brought.pack import MANIFEST, chosen, read_pack, submit_challenge, write_pack
from core.data.dataset import DataSet
from core.errors import (
    Cancelled,
    CannotWrite,
    DiskFull,
    NoPack,
    OutOfRange,
    PackOfChangedData,
    PackOfMissingData,
)
from core.evaluation.predictions import noisy_picture
from core.folders import DataFolder
from core.images import read_picture
from core.progress import silent
from core.store import Workspace
from core.words import Text

NOISES = ["gaussian_noise", "pca", "blend"]
"""One that draws, one that is fitted to the training pictures, one that mixes in another picture."""


def _rows(path: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        return list(csv.DictReader(io.TextIOWrapper(archive.open(MANIFEST), "utf-8")))


def _rewritten(source: Path, target: Path, **files: bytes | None) -> Path:
    """A copy of a pack with other files; None leaves one out."""
    other = {name.replace("_", "."): data for name, data in files.items()}
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = other.get(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


def test_a_pack_holds_the_very_pictures_that_a_test_shows_and_nothing_tells_their_class(
    tiny_data_set: DataSet, tmp_path: Path
) -> None:
    path = tmp_path / "pack.zip"
    assert write_pack(tiny_data_set, path, NOISES, [1, 3], None, silent) == 16 * 7
    numbers = chosen(tiny_data_set, None)
    assert sorted(numbers) == tiny_data_set.indices("test").tolist() != numbers.tolist()
    rows = _rows(path)
    cells = [("clean", 0), *((noise, level) for noise in NOISES for level in (1, 3))]
    wanted = [(str(image), noise, str(level)) for noise, level in cells for image in range(16)]
    assert [(row["image"], row["noise"], row["severity"]) for row in rows] == wanted
    assert list(rows[0]) == ["file", "image", "noise", "severity", "sha256"]
    with zipfile.ZipFile(path) as archive:
        assert archive.read("classes.txt").decode() == "left\nright\n"
        assert [row["file"] for row in rows] == [f"pictures/{number:06}.png" for number in range(16 * 7)]
        for row in rows:
            data = archive.read(row["file"])
            assert hashlib.sha256(data).hexdigest() == row["sha256"]
            number, noise, level = int(numbers[int(row["image"])]), row["noise"], int(row["severity"])
            shown = noisy_picture(tiny_data_set, number, noise, level, tiny_data_set.table)
            assert np.array_equal(read_picture(data, row["file"]).pixels, shown), row
        # As test pictures lie in the data set, their classes take turns: here they do not.
        labels = tiny_data_set.labels[numbers]
        assert 0 < np.count_nonzero(labels[1:] != labels[:-1]) < 15


def test_the_same_choices_give_the_same_bytes_and_fewer_pictures_are_the_first_of_all(
    tiny_data_set: DataSet, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    for path in (first, second):
        write_pack(tiny_data_set, path, ["fog"], [2], 5, silent)
    assert first.read_bytes() == second.read_bytes()
    assert chosen(tiny_data_set, 5).tolist() == chosen(tiny_data_set, None)[:5].tolist()


def test_a_pack_is_there_whole_or_as_it_was_before(
    tiny_data_set: DataSet, tmp_path: Path, full_disk: Callable[[], AbstractContextManager[None]]
) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(b"before")

    def stopped(share: float, step: Text | None = None) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_pack(tiny_data_set, path, ["fog"], [1, 2], None, stopped)
    with full_disk(), pytest.raises((DiskFull, CannotWrite)):
        write_pack(tiny_data_set, path, ["fog"], [1, 2], None, silent)
    assert path.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["pack.zip"]


def test_a_challenge_of_pictures_that_are_not_there_or_into_a_folder_is_refused_before_any_work(
    workspace: Workspace, tiny_data_set: DataSet, tmp_path: Path
) -> None:
    for images in (0, -1, 17):
        with pytest.raises(OutOfRange, match="between 1 and 16"):
            submit_challenge(workspace, tiny_data_set, images=images)
    with pytest.raises(CannotWrite, match="it is a folder"):
        submit_challenge(workspace, tiny_data_set, out=tmp_path)


def test_what_is_no_pack_is_told_and_never_believed(
    workspace: Workspace, tiny_data_set: DataSet, tmp_path: Path
) -> None:
    path, other = tmp_path / "pack.zip", tmp_path / "other.zip"
    write_pack(tiny_data_set, path, ["fog"], [2], 3, silent)
    assert len(read_pack(workspace, path).sha256) == 6
    with zipfile.ZipFile(path) as archive:
        about, manifest = json.loads(archive.read("pack.json")), archive.read(MANIFEST)
    lines = manifest.splitlines(keepends=True)
    wrong: list[dict[str, bytes | None]] = [
        {"pack_json": None},
        {"pack_json": b"{"},
        {"pack_json": b"[" * 100_000},
        {"manifest_csv": None},
        {"manifest_csv": b"".join(lines[:-1])},
        {"manifest_csv": b"".join([lines[0], lines[2], lines[1], *lines[3:]])},
        {"manifest_csv": manifest.replace(b",fog,2,", b",fog,3,")},
    ]
    for change in (
        {"noiselens": "other"},
        {"noises": ["=cmd|' /C calc'!A0"]},
        {"noises": ["fog", "fog"]},
        {"severities": [9]},
        {"images": 10**12},
        {"images": -3},
        {"images": "3"},
        {"table": "../other"},
    ):
        wrong.append({"pack_json": json.dumps(about | change).encode()})
    for files in wrong:
        with pytest.raises(NoPack):
            read_pack(workspace, _rewritten(path, other, **files))
    for data in (b"", b"PK", path.read_bytes()[:-100]):
        other.write_bytes(data)
        with pytest.raises(NoPack):
            read_pack(workspace, other)
    for change, error in (
        ({"data_fingerprint": "0" * 64}, PackOfChangedData),
        ({"data_fingerprint": "0" * 64, "data_set": "gone"}, PackOfMissingData),
    ):
        with pytest.raises(error, match=str({**about, **change}["data_set"])):
            read_pack(workspace, _rewritten(path, other, pack_json=json.dumps(about | change).encode()))


def test_a_data_set_without_test_pictures_gives_no_pack(tiny_data_set: DataSet, tmp_path: Path) -> None:
    counts = tiny_data_set.card.counts | {"test": {}}
    empty = replace(tiny_data_set, card=replace(tiny_data_set.card, counts=counts))
    assert isinstance(empty.folder, DataFolder)
    with pytest.raises(Exception, match="no test pictures"):
        write_pack(empty, tmp_path / "pack.zip", ["fog"], [1], None, silent)
