"""What may not come in by a ZIP or folder, case by case."""

import os
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.data.intake import listing
from core.data.intake.archive import member_names, opened
from core.data.intake.listing import climbs
from core.errors import ArchiveBomb, ClimbingArchive, ClimbingLink, DamagedArchive, NotAnArchive, NotFound

PNG = cv2.imencode(".png", np.full((8, 8, 3), 90, np.uint8))[1].tobytes()


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def paths(source: Path) -> list[str]:
    with opened(source) as listing:
        return [entry.path for entry in listing.entries]


def left_out(source: Path) -> dict[str, str]:
    with opened(source) as listing:
        return {path: why["en"] for path, why in listing.left_out}


def test_files_come_in_name_order_with_their_bytes(tmp_path: Path) -> None:
    source = zipped(tmp_path / "a.zip", {"b/2.png": PNG, "a/1.png": PNG[:-1]})
    with opened(source) as listing:
        assert [(entry.path, entry.read()) for entry in listing.entries] == [
            ("a/1.png", PNG[:-1]),
            ("b/2.png", PNG),
        ]


@pytest.mark.parametrize(
    "member",
    [
        "../evil.png",
        "a/../../evil.png",
        "a/..",
        "/etc/evil.png",
        "//server/share/evil.png",
        "C:/evil.png",
        "c:evil.png",
        "..\\evil.png",
        "a\\..\\..\\evil.png",
        "\\evil.png",
    ],
)
def test_a_path_that_climbs_out_refuses_the_whole_zip(tmp_path: Path, member: str) -> None:
    source = zipped(tmp_path / "a.zip", {"a/1.png": PNG, "b/2.png": PNG, member: PNG})
    with pytest.raises(ClimbingArchive, match="the path of its entry") as caught, opened(source):
        pass
    assert "a.zip" in caught.value.say("en")
    assert not (tmp_path / "evil.png").exists()


def test_a_zero_byte_in_a_name_counts_as_climbing() -> None:
    assert climbs("a/1.png\0.txt")
    assert not climbs("a/b..c/1.png")


def with_link(source: Path, target: str) -> Path:
    zipped(source, {"a/1.png": PNG})
    with zipfile.ZipFile(source, "a") as made:
        link = zipfile.ZipInfo("a/link.png")
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        made.writestr(link, target)
    return source


@pytest.mark.parametrize(
    "target", ["../../etc/passwd", "/etc/passwd", "C:\\x.png", "..\\..\\x.png", "b/../../../x.png"]
)
def test_a_link_that_leads_out_refuses_the_whole_zip(tmp_path: Path, target: str) -> None:
    with pytest.raises(ClimbingLink, match="is a link"), opened(with_link(tmp_path / "a.zip", target)):
        pass


@pytest.mark.parametrize("target", ["1.png", "../a/1.png", "b/../1.png"])
def test_a_link_that_stays_inside_is_left_out(tmp_path: Path, target: str) -> None:
    source = with_link(tmp_path / "a.zip", target)
    assert paths(source) == ["a/1.png"]
    assert left_out(source) == {"a/link.png": "it is a link, and links are not followed"}


def test_ten_thousand_empty_folders_are_one_line(tmp_path: Path) -> None:
    source = zipped(
        tmp_path / "a.zip", {"a/1.png": PNG} | {f"empty/{number:05}/": b"" for number in range(10_000)}
    )
    assert paths(source) == ["a/1.png"]
    assert left_out(source) == {"empty/00000, empty/00001, empty/00002 (+9,997)": "empty folders"}


@pytest.mark.parametrize(
    "name",
    [
        "a/" + "x" * 300 + ".png",
        "d/" * 40 + "1.png",
        "a/\x1b[2J.png",
        "a/\n.png",
        "a/\u2028.png",
        "a/\u202egnp.png",
    ],
)
def test_an_absurd_name_is_left_out_and_shown_safely(tmp_path: Path, name: str) -> None:
    source = zipped(tmp_path / "a.zip", {"a/1.png": PNG, name: PNG})
    assert paths(source) == ["a/1.png"]
    (shown,) = left_out(source)
    assert len(shown) <= 200
    assert shown.isprintable()


def test_links_out_of_a_folder_are_not_followed_and_named(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(PNG)
    source = tmp_path / "set"
    (source / "a").mkdir(parents=True)
    (source / "a" / "1.png").write_bytes(PNG)
    (source / "a" / "link.png").symlink_to(outside / "secret.png")
    (source / "a" / "inside.png").symlink_to(source / "a" / "1.png")
    (source / "b").symlink_to(outside)
    assert paths(source) == ["a/1.png", "a/inside.png"]
    assert left_out(source) == {
        "a/link.png": "it is a link, and links are not followed",
        "b": "it is a link, and links are not followed",
    }


def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "1.png").write_bytes(PNG)
    allowed = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied", str(path))
        return allowed(path)

    monkeypatch.setattr("os.scandir", refuse)
    assert paths(tmp_path) == ["a/1.png"]
    assert left_out(tmp_path) == {"b": "this folder may not be read"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_a_folder_is_left_out_and_does_not_hang(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    os.mkfifo(tmp_path / "a" / "pipe.png")
    assert left_out(tmp_path) == {"a/pipe.png": "it is not an ordinary file"}


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_FILES", 3)
    files = {f"a/{number}.png": PNG for number in range(4)}
    with pytest.raises(ArchiveBomb, match="more than 3 files"), opened(zipped(tmp_path / "a.zip", files)):
        pass
    folder = tmp_path / "set" / "a"
    folder.mkdir(parents=True)
    for name in files:
        (folder / Path(name).name).write_bytes(PNG)
    with pytest.raises(ArchiveBomb, match="more than 3 files"), opened(folder.parent):
        pass


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_TOTAL_BYTES", 1000)
    with pytest.raises(ArchiveBomb), opened(zipped(tmp_path / "a.zip", {"a/1.png": os.urandom(1001)})):
        pass


def test_a_zip_packed_beyond_all_pictures_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = zipped(tmp_path / "a.zip", {"a/1.png": bytes(500_000)})
    assert paths(source) == ["a/1.png"], "small ones do no harm"
    monkeypatch.setattr(listing, "RATIO_FROM_BYTES", 100_000)
    with pytest.raises(ArchiveBomb), opened(source):
        pass


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_declared(tmp_path: Path) -> None:
    source = zipped(tmp_path / "a.zip", {"a/1.png": bytes(100_000)})
    data = bytearray(source.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 10)
    source.write_bytes(data)
    with opened(source) as listing, pytest.raises(DamagedArchive):
        listing.entries[0].read()


def test_a_member_over_the_size_of_a_picture_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MAX_FILE_BYTES", 100)
    source = zipped(tmp_path / "a.zip", {"a/1.png": PNG[:90], "a/2.png": bytes(200)})
    assert paths(source) == ["a/1.png"]
    assert list(left_out(source)) == ["a/2.png"]


def test_a_member_with_a_password_is_left_out(tmp_path: Path) -> None:
    source = zipped(tmp_path / "a.zip", {"a/1.png": PNG, "b/1.png": PNG})
    data = bytearray(source.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    source.write_bytes(data)
    assert paths(source) == ["b/1.png"]
    assert left_out(source) == {"a/1.png": "it needs a password"}


def test_archives_inside_are_left_out(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"x/1.png": PNG}).read_bytes()
    source = zipped(tmp_path / "a.zip", {"a/1.png": PNG, "a/more.zip": inner, "a/b.tar.gz": b"x"})
    assert paths(source) == ["a/1.png"]
    assert left_out(source) == dict.fromkeys(("a/more.zip", "a/b.tar.gz"), "it is an archive inside")


def test_what_systems_leave_behind_is_not_even_mentioned(tmp_path: Path) -> None:
    source = zipped(
        tmp_path / "a.zip",
        {
            "a/1.png": PNG,
            "__MACOSX/a/._1.png": PNG,
            "a/.DS_Store": b"x",
            "a/Thumbs.db": b"x",
            "a/DESKTOP.INI": b"x",
            "a/Desktop.ini": b"x",
            "a/Icon\r": b"x",
            ".git/x.png": PNG,
            "a/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg": PNG,
            "#recycle/1.png": PNG,
            "$RECYCLE.BIN/1.png": PNG,
            "System Volume Information/1.png": PNG,
            "Thumbs/1.png": PNG,
        },
    )
    assert paths(source) == ["Thumbs/1.png", "a/1.png"]
    assert left_out(source) == {}


def test_a_broken_member_is_an_error_of_that_member(tmp_path: Path) -> None:
    source = zipped(tmp_path / "a.zip", {"a/1.png": os.urandom(1000), "a/2.png": PNG})
    data = bytearray(source.read_bytes())
    data[200:210] = bytes(10)
    source.write_bytes(data)
    with opened(source) as listing:
        with pytest.raises(DamagedArchive):
            listing.entries[0].read()
        assert listing.entries[1].read() == PNG


def test_a_zip_cut_short_a_text_and_nothing_at_all_each_have_their_sentence(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "a.zip", {"a/1.png": os.urandom(4000)}).read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[:2000])
    with pytest.raises(DamagedArchive, match="damaged"), opened(cut):
        pass
    text = tmp_path / "list.txt"
    text.write_text("a,b")
    with pytest.raises(NotAnArchive, match="neither a folder nor a ZIP"), opened(text):
        pass
    with pytest.raises(NotFound, match="not found"), opened(tmp_path / "none.zip"):
        pass


@pytest.mark.parametrize(
    ("stored", "flag", "names"),
    [
        ("utf-8", 0x800, ["고양이/사진.png"]),
        ("utf-8", 0, ["고양이/사진.png"]),
        ("cp949", 0, ["고양이/사진.png"]),
        ("cp949", 0, ["고양이·개/사진 ①.png"]),
        ("cp437", 0, ["Käse/é.png"]),
        ("cp437", 0, ["Löwe/1.png", "Bär/1.png"]),
        ("cp932", 0, ["ねこ/写真.png", "犬/1.png"]),
        ("cp932", 0, ["猫/1.png"]),
        ("cp932", 0, ["犬/1.png", "猫/1.png"]),
        ("gbk", 0, ["新建文件夹/猫.png"]),
        ("cp437", 0, ["Äpfel/1.png", "Öl/1.png"]),
        ("cp437", 0, ["Öl/1.png", "Müll/1.png"]),
        ("cp437", 0, ["Ål/1.png", "Öring/1.png"]),
        ("cp437", 0, ["Straße/1.png", "Fuß/1.png"]),
        ("cp850", 0, ["Høne/1.png", "Ærfugl/1.png"]),
        ("cp850", 0, ["leões/1.png", "Índice/1.png"]),
        ("cp1252", 0, ["Äpfel/1.png", "Öl/1.png"]),
        ("cp1252", 0, ["pájaro/1.png", "niña/1.png"]),
        ("cp866", 0, ["Собаки/1.png", "тест/1.png"]),
        ("cp950", 0, ["狗/1.png", "貓咪/1.png"]),
        ("ascii", 0, ["cat/1.png"]),
    ],
)
def test_names_are_read_as_they_were_meant(stored: str, flag: int, names: list[str]) -> None:
    members = []
    for name in names:
        members.append(zipfile.ZipInfo(name.encode(stored).decode("utf-8" if flag else "cp437")))
        members[-1].flag_bits = flag
    assert member_names(members) == (names, stored if stored.startswith(("cp", "gb")) else None)


@pytest.mark.parametrize("packing", ["zip", "tar"])
def test_names_that_are_not_in_utf8_are_read_and_that_is_told(tmp_path: Path, packing: str) -> None:
    name = "고양이/1.png"
    if packing == "zip":
        # Python would set the flag for UTF-8; both names take six bytes before the slash.
        source = zipped(tmp_path / "a.zip", {"catcat/1.png": PNG})
        source.write_bytes(source.read_bytes().replace(b"catcat", name.encode("cp949")[:6]))
    else:
        source = tmp_path / "a.tar"
        with tarfile.open(source, "w", format=tarfile.GNU_FORMAT, encoding="cp949") as tar:
            tar.addfile(tarfile.TarInfo(name))
    with opened(source) as listing:
        assert [entry.path for entry in listing.entries] == [name]
        (note,) = listing.notes
    assert f"Names in {source.name} are not in UTF-8 and were read as Korean (cp949)" in note["en"]
    plain = zipped(tmp_path / "plain.zip", {"고양이/1.png": PNG})
    with opened(plain) as listing:
        assert listing.notes == []


def with_unicode_path(stored: bytes, name: bytes, crc: int | None = None) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(stored.decode("cp437"))
    data = b"\1" + (zlib.crc32(stored) if crc is None else crc).to_bytes(4, "little") + name
    # Behind another field, as Info-ZIP writes them.
    member.extra = struct.pack("<HHi", 0x5455, 4, 0) + struct.pack("<HH", 0x7075, len(data)) + data
    return member


@pytest.mark.parametrize("stored", [b"#U732b/1.png", b"?/1.png", "猫/1.png".encode("cp932"), b"\xff/1.png"])
def test_the_name_in_utf8_that_a_zip_adds_is_used(stored: bytes) -> None:
    assert member_names([with_unicode_path(stored, "猫/1.png".encode())]) == (["猫/1.png"], None)


def test_an_added_name_that_belongs_to_another_name_or_is_none_is_not_used() -> None:
    renamed = with_unicode_path(b"dog/1.png", "猫/1.png".encode(), zlib.crc32(b"cat/1.png"))
    broken = with_unicode_path(b"bird/1.png", b"\xff\xfe")
    cut = with_unicode_path(b"cow/1.png", b"")
    assert member_names([renamed, broken, cut]) == (["dog/1.png", "bird/1.png", "cow/1.png"], None)


@pytest.mark.parametrize(
    "name",
    [
        "Screenshot at 9.41.00\u202fAM",
        "강아지\u3000사진",
        "hot\u00a0dog",
        "می\u200cخواهم",
        "👨\u200d👩\u200d👧",
        "\u200eWhatsApp",
        "a\uf022b",  # what Windows puts for a sign that it cannot store
        "\U0001fae9",  # younger than some Pythons
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_every_space_and_joiner_may_stand_in_a_name(tmp_path: Path, name: str, packed: bool) -> None:
    if packed:
        source = zipped(tmp_path / "a.zip", {f"{name}/{name}.png": PNG})
    else:
        source = tmp_path / "set"
        (source / name).mkdir(parents=True)
        (source / name / f"{name}.png").write_bytes(PNG)
    assert paths(source) == [f"{name}/{name}.png"]
    assert left_out(source) == {}


def test_korean_names_from_a_mac_are_whole_syllables(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "고양이")
    assert paths(zipped(tmp_path / "a.zip", {f"{apart}/1.png": PNG})) == ["고양이/1.png"]


def test_a_name_in_no_known_letters_is_still_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/\xb0\xed.png")).write_bytes(PNG)
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    (found,) = paths(tmp_path)
    assert found.encode().decode() == found
    with opened(tmp_path) as listing:
        source = listing.entries[0].read()
    assert isinstance(source, Path)
    assert source.read_bytes() == PNG
