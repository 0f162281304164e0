"""TAR archives: the same files as a ZIP, under the same limits."""

import bz2
import gzip
import io
import lzma
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.data.intake import listing
from core.data.intake.archive import opened
from core.errors import ArchiveBomb, ClimbingArchive, DamagedArchive, NoiseLensError, NotAnArchive

PNG = cv2.imencode(".png", np.full((8, 8, 3), 90, np.uint8))[1].tobytes()
PACK = {"": lambda data: data, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def member(name: str, **values: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for key, value in values.items():
        setattr(info, key, value)
    return info


def tarred(
    path: Path, files: dict[str, bytes], *more: tarfile.TarInfo, encoding: str = "utf-8", format: int = 1
) -> Path:
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w", encoding=encoding, format=format) as made:
        for name, data in files.items():
            made.addfile(member(name, size=len(data)), io.BytesIO(data))
        for info in more:
            made.addfile(info)
    ending = path.suffix if path.suffix in PACK else ""
    path.write_bytes(PACK[".gz" if path.suffix == ".tgz" else ending](memory.getvalue()))
    return path


def paths(source: Path) -> list[str]:
    with opened(source) as found:
        return [entry.path for entry in found.entries]


def left_out(source: Path) -> dict[str, str]:
    with opened(source) as found:
        return {path: why["en"] for path, why in found.left_out}


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz", "no_ending"])
@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_files_come_in_name_order_with_their_bytes(tmp_path: Path, name: str, format: int) -> None:
    files = {"./b/2.png": PNG, "a/1.png": PNG[:-1], "한글/" + "가" * 40 + ".png": b"x" * 3000}
    if format == tarfile.USTAR_FORMAT:
        del files["한글/" + "가" * 40 + ".png"]
    with opened(tarred(tmp_path / name, files, format=format)) as found:
        got = {entry.path: entry.read() for entry in reversed(found.entries)}
        assert [entry.path for entry in found.entries] == sorted(got)
    assert got == {path.removeprefix("./"): data for path, data in files.items()}


def test_a_packed_one_tells_the_order_in_which_it_is_read_fast(tmp_path: Path) -> None:
    with opened(tarred(tmp_path / "a.tgz", {"b/2.png": PNG, "a/1.png": PNG})) as found:
        assert found.in_order
        assert [entry.path for entry in sorted(found.entries, key=lambda entry: entry.place)] == [
            "b/2.png",
            "a/1.png",
        ]


@pytest.mark.parametrize(
    "bad",
    [
        member("../evil.png"),
        member("/etc/evil.png"),
        member("a/../../evil.png"),
        member("C:\\evil.png"),
        member("a/link.png", type=tarfile.SYMTYPE, linkname="../../etc/passwd"),
        member("a/link.png", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("a/link.png", type=tarfile.LNKTYPE, linkname="../etc/passwd"),
    ],
)
def test_a_path_or_link_that_climbs_out_refuses_the_whole_archive(
    tmp_path: Path, bad: tarfile.TarInfo
) -> None:
    with pytest.raises(ClimbingArchive), opened(tarred(tmp_path / "a.tar.gz", {"a/1.png": PNG}, bad)):
        pass


def test_what_is_no_ordinary_file_is_left_out(tmp_path: Path) -> None:
    source = tarred(
        tmp_path / "a.tar",
        {"a/1.png": PNG, "a/more.tar.gz": b"x", ".DS_Store": b"x"},
        member("a/pipe.png", type=tarfile.FIFOTYPE),
        member("a/device.png", type=tarfile.CHRTYPE),
        member("a/soft.png", type=tarfile.SYMTYPE, linkname="1.png"),
        member("a/hard.png", type=tarfile.LNKTYPE, linkname="a/1.png"),
        member("b", type=tarfile.DIRTYPE),
    )
    assert paths(source) == ["a/1.png"]
    assert left_out(source) == {
        "a/more.tar.gz": "it is an archive inside",
        "a/pipe.png": "it is not an ordinary file",
        "a/device.png": "it is not an ordinary file",
        "a/soft.png": "it is a link, and links are not followed",
        "a/hard.png": "it is a link, and links are not followed",
        "b": "empty folders",
    }


def test_korean_names_packed_on_windows_are_read(tmp_path: Path) -> None:
    source = tarred(tmp_path / "a.tar", {"고양이/사진.png": PNG}, encoding="cp949")
    assert paths(source) == ["고양이/사진.png"]


def test_a_packed_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tarred(tmp_path / "a.tar.gz", {"a/1.png": PNG, "a/bomb.png": bytes(40_000_000)})
    assert paths(source) == ["a/1.png", "a/bomb.png"], "small ones do no harm"
    monkeypatch.setattr(listing, "RATIO_FROM_BYTES", 4_000_000)
    read = 0
    unpack = gzip.GzipFile.read

    def counted(self: gzip.GzipFile, size: int | None = -1) -> bytes:
        nonlocal read
        data = unpack(self, size)
        read += len(data)
        return data

    monkeypatch.setattr(gzip.GzipFile, "read", counted)
    with pytest.raises(ArchiveBomb), opened(source):
        pass
    assert read < 8_000_000


def test_a_header_that_claims_gigabytes_is_refused(tmp_path: Path) -> None:
    header = member("x", size=2**32, type=tarfile.XHDTYPE).tobuf(tarfile.GNU_FORMAT)
    source = tmp_path / "a.tar"
    source.write_bytes(header + bytes(10_240))
    with pytest.raises(ArchiveBomb, match="header"), opened(source):
        pass


def test_headers_that_lead_back_end(tmp_path: Path) -> None:
    good = member("a/1.png", size=0).tobuf()
    # Base-256 for -1024: the next header would be this one again.
    bad = bytearray(member("a/2.png").tobuf(tarfile.GNU_FORMAT))
    bad[124:136] = (-1024).to_bytes(12, "big", signed=True)
    bad[148:156] = b" " * 8
    bad[148:156] = b"%06o\0 " % sum(bad)
    source = tmp_path / "a.tar"
    source.write_bytes(good + bytes(bad) + bytes(1024))
    with pytest.raises(NoiseLensError), opened(source):
        pass


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tar.xz"])
def test_one_that_is_cut_short_is_damaged(tmp_path: Path, name: str) -> None:
    noise = np.random.default_rng(0).bytes(60_000)
    source = tarred(tmp_path / name, {"a/1.png": noise, "a/2.png": noise[::-1]})
    source.write_bytes(source.read_bytes()[:50_000])
    with pytest.raises(DamagedArchive), opened(source):
        pass


def test_a_packed_file_that_is_no_tar_is_no_archive(tmp_path: Path) -> None:
    source = tmp_path / "a.png.gz"
    source.write_bytes(gzip.compress(PNG * 10))
    with pytest.raises(NotAnArchive), opened(source):
        pass


def test_a_member_over_the_size_of_a_picture_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MAX_FILE_BYTES", 100)
    source = tarred(tmp_path / "a.tar", {"a/1.png": PNG[:90], "a/2.png": bytes(200)})
    assert paths(source) == ["a/1.png"]
    assert list(left_out(source)) == ["a/2.png"]
