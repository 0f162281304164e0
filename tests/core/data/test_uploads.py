"""Files from a browser, kept until their job has ended."""

from pathlib import Path

import pytest

from core.data.uploads import KeptUpload, keep_upload, upload_name
from core.errors import ArchiveBomb, CannotWrite, ClimbingArchive, SeveralArchives
from core.store import Workspace


@pytest.mark.parametrize("name", ["pets.zip", "pets.tar.gz", "반려 동물.tgz"])
def test_an_archive_alone_stays_a_file(workspace: Workspace, name: str) -> None:
    kept = keep_upload(workspace, [(name, b"data")])
    assert kept.name == name
    assert kept.read_bytes() == b"data"
    assert kept.parent.parent == workspace.uploads


def test_many_files_keep_their_folders(workspace: Workspace) -> None:
    kept = keep_upload(
        workspace, [("동물/고양이/1.png", b"1"), ("동물/labels.csv", b"2"), ("동물/a:b?.png", b"3")]
    )
    assert kept.name == "동물"
    found = {
        path.relative_to(kept).as_posix(): path.read_bytes() for path in kept.rglob("*") if path.is_file()
    }
    assert found == {"고양이/1.png": b"1", "labels.csv": b"2", "ab.png": b"3"}


def test_two_names_that_become_one_lose_no_file(workspace: Workspace) -> None:
    kept = keep_upload(workspace, [("a?.png", b"1"), ("a*.png", b"2"), ("a.png", b"3")])
    assert sorted(path.read_bytes() for path in kept.iterdir()) == [b"1", b"2", b"3"]


@pytest.mark.parametrize("path", ["../evil.png", "/etc/evil.png", "a/../../evil.png", "C:\\evil.png"])
def test_a_path_that_climbs_out_refuses_all(workspace: Workspace, path: str) -> None:
    with pytest.raises(ClimbingArchive):
        keep_upload(workspace, [("a/1.png", b"1"), (path, b"2")])
    assert list(workspace.uploads.iterdir()) == []


def test_too_many_files_are_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.uploads.MAX_FILES", 2)
    with pytest.raises(ArchiveBomb):
        keep_upload(workspace, [(f"{number}.png", b"") for number in range(3)])


def test_a_disk_that_takes_no_more_leaves_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == "2.png":
            raise OSError(28, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CannotWrite, match="No space"):
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
