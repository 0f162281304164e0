"""Files from a browser, kept until their job has ended."""

import os
import unicodedata
from pathlib import Path

import pytest

from core.data.intake.archive import opened
from core.data.intake.uploads import KeptUpload, files_of, keep_upload, upload_name
from core.errors import ArchiveBomb, ClimbingArchive, DiskFull, SeveralArchives
from core.store import Workspace


@pytest.mark.parametrize("name", ["pets.zip", "pets.tar.gz", "반려 동물.tgz"])
def test_an_archive_alone_stays_a_file(workspace: Workspace, name: str) -> None:
    kept = keep_upload(workspace, [(name, b"data")])
    assert kept.name == name
    assert kept.read_bytes() == b"data"
    assert kept.parent.parent == workspace.uploads


def test_many_files_keep_their_folders(workspace: Workspace) -> None:
    kept = keep_upload(workspace, [("동물/고양이/1.png", b"1"), ("동물/labels.csv", b"2")])
    assert kept.name == "동물"
    assert inside(kept) == {"고양이/1.png": b"1", "labels.csv": b"2"}


def inside(source: Path) -> dict[str, bytes]:
    with opened(source) as found:
        return {entry.path: Path(str(entry.read())).read_bytes() for entry in found.entries}


TREE = {
    "<30/1.png": b"1",
    ">30/1.png": b"2",
    "30/1.png": b"3",
    "Cat/a?.png": b"4",
    "cat /a*.png": b"5",
    "cat/a.png": b"6",
    "hot\u00a0dog/9.41\u202fAM.png": b"7",
    "x" * 70 + "1/1.png": b"8",
    "y" * 10 + "x" * 70 + "1/1.png": b"9",
    ".ipynb_checkpoints/1.png": b"10",
    "cat/.ipynb_checkpoints/1.png": b"11",
    "@eaDir/1.png": b"12",
    "d/" * 25 + "1.png": b"13",
    unicodedata.normalize("NFD", "고양이") + "/1.png": b"14",
}


@pytest.mark.skipif(os.name == "nt", reason="Windows stores none of these names")
def test_a_dropped_folder_gives_what_the_folder_gives(workspace: Workspace, tmp_path: Path) -> None:
    for path, data in TREE.items():
        (tmp_path / "set" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "set" / path).write_bytes(data)
    kept = keep_upload(workspace, [(f"set/{path}", data) for path, data in TREE.items()])
    assert inside(kept) == inside(tmp_path / "set")
    assert len(inside(kept)) == 10
    with opened(kept) as dropped, opened(tmp_path / "set") as given:
        assert dropped.left_out == given.left_out


def test_a_long_korean_name_is_no_trouble_for_the_disk(workspace: Workspace) -> None:
    assert inside(keep_upload(workspace, [(f"{'가' * 150}/1.png", b"1"), ("b/1.png", b"2")])) == {
        "가" * 150 + "/1.png": b"1",
        "b/1.png": b"2",
    }


@pytest.mark.parametrize("names", ['["000000"]', '{"../secret": "a/1.png"}', '{"link": "a/1.png"}', "{"])
def test_a_folder_that_pretends_to_be_an_upload_is_read_as_any_other(tmp_path: Path, names: str) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "1.png").write_bytes(b"1")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / ".noiselens-upload.json").write_text(names)
    assert inside(folder) == {"1.png": b"1"}


def test_the_same_files_under_other_names_are_another_upload(workspace: Workspace) -> None:
    first, second = (keep_upload(workspace, [(f"set/{name}/1.png", b"1")]) for name in ("cat", "dog"))
    assert files_of(first) == [("set/cat/1.png", 1)]
    assert files_of(second) == [("set/dog/1.png", 1)]


@pytest.mark.parametrize("path", ["../evil.png", "/etc/evil.png", "a/../../evil.png", "C:\\evil.png"])
def test_a_path_that_climbs_out_refuses_all(workspace: Workspace, path: str) -> None:
    with pytest.raises(ClimbingArchive):
        keep_upload(workspace, [("a/1.png", b"1"), (path, b"2")])
    assert list(workspace.uploads.iterdir()) == []


def test_too_many_files_are_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.intake.uploads.MAX_FILES", 2)
    with pytest.raises(ArchiveBomb):
        keep_upload(workspace, [(f"{number}.png", b"") for number in range(3)])


def test_a_disk_that_takes_no_more_leaves_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == "000001":
            raise OSError(28, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DiskFull, match="No space"):
        keep_upload(workspace, [("a/1.png", b"1"), ("a/2.png", b"2")])
    assert list(workspace.uploads.iterdir()) == []


def test_a_data_set_is_named_after_what_was_dropped() -> None:
    assert upload_name(["pets.tar.gz"]) == "pets"
    assert upload_name(["pets/a/1.png", "pets/b/1.png"]) == "pets"
    assert upload_name(["1.png", "2.png"]) == ""
    assert upload_name([]) == ""


def test_uploads_are_written_once_for_the_look_and_for_the_import(workspace: Workspace) -> None:
    asked = []

    def files() -> list[tuple[str, bytes]]:
        asked.append(1)
        return [("pets.zip", b"data")]

    kept = KeptUpload(workspace)
    assert kept.path(("1",), files) == kept.path(("1",), files)
    assert len(asked) == len(list(workspace.uploads.iterdir())) == 1
    kept.hand_over()
    kept.close()
    (place,) = workspace.uploads.iterdir()
    assert (place / "pets.zip").exists(), "it is the job's"
    kept.path(("1",), files)
    assert len(list(workspace.uploads.iterdir())) == 2


def test_uploads_that_nobody_imports_are_removed(workspace: Workspace) -> None:
    kept = KeptUpload(workspace)
    kept.path(("1",), lambda: [("a.zip", b"1")])
    second = kept.path(("2",), lambda: [("b.zip", b"2")])
    assert list(workspace.uploads.iterdir()) == [second.parent], "another choice"
    kept.close()
    assert list(workspace.uploads.iterdir()) == [], "the visitor has left"


@pytest.mark.parametrize("other", ["more.zip", "1.png", "labels.csv"])
def test_an_archive_among_other_files_is_refused_by_name_and_leaves_nothing(
    workspace: Workspace, other: str
) -> None:
    with pytest.raises(SeveralArchives, match="together with other files"):
        keep_upload(workspace, [("pets.zip", b"1"), (other, b"2")])
    assert list(workspace.uploads.iterdir()) == []
