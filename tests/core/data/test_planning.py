"""Which picture is of which class and split."""

from pathlib import Path

import pytest

from core.data import planning
from core.data.listing import Entry, Listing
from core.data.planning import Plan, plan
from core.errors import BadLabels, NoiseLensError


def planned(files: dict[str, bytes], csv: Path | None = None) -> Plan:
    entries = [Entry(tuple(path.split("/")), lambda entry: entry.key, data) for path, data in files.items()]  # type: ignore[misc]
    return plan(Listing(entries, []), csv)


def classes(found: Plan) -> dict[str, tuple[str, int | None]]:
    return {one.entry.path: (one.name, one.split) for one in found.candidates}


def why(found: Plan) -> dict[str, str]:
    return {path: sentence["en"] for path, sentence in found.left_out}


FLAT = {"1.png": b"", "2.png": b"", "sub/3.png": b""}


@pytest.mark.parametrize(
    "csv",
    [
        b"path,label\n1.png,cat\n2.png,dog\nsub/3.png,cat\n",
        b"\xef\xbb\xbfpath,label\r\n1.png,cat\r\n./2.png,dog\r\nsub\\3.png,cat\r\n",
        b"id;label;path\n0;cat;1.png\n1;dog;2.png\n2;cat;SUB/3.PNG\n",
        "filename\tclass\n1.png\tcat\n2.png\tdog\n3.png\tcat\n".encode("utf-16"),
        b'file_name,label,note\n"1.png","cat","a, b"\n2.png,dog,\n3.png,cat,\n',
    ],
    ids=["plain", "excel", "semicolons", "utf-16", "quoted"],
)
def test_a_csv_among_the_files_gives_the_classes(csv: bytes) -> None:
    found = planned(FLAT | {"labels.csv": csv})
    assert classes(found) == {"1.png": ("cat", None), "2.png": ("dog", None), "sub/3.png": ("cat", None)}
    assert found.left_out == []
    assert "labels.csv" in found.notes[0]["en"]


def test_a_csv_that_was_chosen_is_not_called_left_out_where_it_lies_among_the_files(tmp_path: Path) -> None:
    csv = tmp_path / "labels.csv"
    csv.write_bytes(b"path,label\n1.png,cat\n2.png,dog\nsub/3.png,cat\n")
    found = planned(FLAT | {"set/labels.csv": csv.read_bytes(), "set/other.csv": b"a,b\n"}, csv)
    assert list(why(found)) == ["set/other.csv"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "utf-16"])
def test_korean_labels_paths_and_headers_are_read(encoding: str) -> None:
    csv = "경로,라벨,분할\n사진/하나.png,고양이,학습\n사진/둘.png,강아지,시험\n".encode(encoding)
    found = planned({"사진/하나.png": b"", "사진/둘.png": b"", "표.csv": csv})
    assert classes(found) == {"사진/하나.png": ("고양이", 0), "사진/둘.png": ("강아지", 2)}


def test_a_csv_in_a_wrapping_folder_counts_from_there() -> None:
    found = planned({"set/img/1.png": b"", "set/labels.csv": b"path,label\nimg/1.png,a\n"})
    assert classes(found) == {"set/img/1.png": ("a", None)}


def test_splits_of_a_csv_are_kept() -> None:
    csv = b"path,label,split\n1.png,a,train\n2.png,a,Validation\n3.png,b,test\n"
    found = planned(FLAT | {"labels.csv": csv})
    assert [split for _, split in classes(found).values()] == [0, 1, 2]


def test_every_line_and_picture_without_an_answer_has_its_sentence() -> None:
    csv = (
        b"path,label,split\n1.png,a,train\n2.png,,train\n3.png,a,later\ngone.png,a,train\n"
        b"../../etc/passwd,a,train\n5.png,a,train\n5.png,b,train\n"
    )
    files = {f"{number}.png": b"" for number in (1, 2, 3, 4, 5)} | {"labels.csv": csv, "notes.txt": b""}
    found = planned(files)
    assert list(classes(found)) == ["1.png"]
    assert why(found) == {
        "2.png": "the CSV gives it no usable label",
        "3.png": "the CSV gives it no split out of train, validation and test",
        "4.png": "the CSV does not name it",
        "5.png": "the CSV gives it two labels, splits or groups",
        "gone.png": "the CSV names it, but there is no such picture",
        "../../etc/passwd": "the CSV names it, but there is no such picture",
        "notes.txt": "its name does not end like a picture's or a video's",
    }


def test_a_name_that_two_pictures_have_is_not_guessed() -> None:
    found = planned(
        {"a/1.png": b"", "b/1.png": b"", "b/2.png": b"", "c.csv": b"path,label\n1.png,x\n2.png,y\n"}
    )
    assert classes(found) == {"b/2.png": ("y", None)}


def test_a_csv_of_other_things_does_not_hide_the_folders() -> None:
    files = {
        "a/1.png": b"",
        "b/1.png": b"",
        "sales.csv": b"month,sum\n1,2\n",
        "x.csv": b"path,label\nz.png,a\n",
    }
    assert classes(planned(files)) == {"a/1.png": ("a", None), "b/1.png": ("b", None)}


def test_a_given_csv_goes_before_folders(tmp_path: Path) -> None:
    csv = tmp_path / "mine.csv"
    csv.write_bytes(b"path,label\na/1.png,x\nb/1.png,y\n")
    assert classes(planned({"a/1.png": b"", "b/1.png": b""}, csv)) == {
        "a/1.png": ("x", None),
        "b/1.png": ("y", None),
    }


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"1.png,cat\n", "path and label"),
        (b"", "path and label"),
        (b"path,label\nother.png,x\n", "none of its paths"),
        (b"path,label\n1.png,\n", "none of its paths"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not a table"),
        (b"path,label\n" + b"x" * 200_000 + b",a\n", "not a table"),
    ],
    ids=["no header", "empty", "other files", "no labels", "a picture", "endless cell"],
)
def test_a_given_csv_that_cannot_be_used_has_its_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    csv = tmp_path / "bad.csv"
    csv.write_bytes(data)
    with pytest.raises(BadLabels, match=words):
        planned(FLAT, csv)
    with pytest.raises(BadLabels, match="cannot be read"):
        planned(FLAT, tmp_path)


def test_of_two_label_files_one_must_be_chosen() -> None:
    csv = b"path,label\n1.png,a\n"
    with pytest.raises(BadLabels, match=r"one\.csv.*two\.csv"):
        planned(FLAT | {"one.csv": csv, "two.csv": csv})


def test_more_classes_than_make_sense_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "MAX_CLASSES", 2)
    with pytest.raises(NoiseLensError, match="more than 2 classes"):
        planned({f"{name}/1.png": b"" for name in "abc"})
