"""Which picture is of which class and split."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from core.data.intake import plan as planning
from core.data.intake.listing import Entry, Listing
from core.data.intake.plan import Plan, plan
from core.errors import BadLabels, NoiseLensError


def planned(files: dict[str, bytes], csv: Path | None = None) -> Plan:
    entries = [Entry(tuple(path.split("/")), lambda entry: entry.key, data) for path, data in files.items()]  # type: ignore[misc]
    return plan(Listing(entries, []), csv)


def classes(found: Plan) -> dict[str, tuple[str, int | None]]:
    return {one.entry.path: (one.name, one.split) for one in found.candidates}


def why(found: Plan) -> dict[str, str]:
    return {path: sentence["en"] for path, sentence in found.left_out}


def notes(found: Plan) -> str:
    return " ".join(note["en"] for note in (*found.notes, *found.split_notes))


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


def test_a_csv_that_is_not_used_is_left_out_for_the_reason_that_is_true() -> None:
    files = {"one/1.png": b"", "two/1.png": b"", "two/2.png": b""}
    tables = {
        "labels.csv": b"id,label\n1,a\n1,b\n",
        "test.csv": b"id\n2\n",
        "sample_submission.csv": b"id,label\n2,a\n",
        "sales.csv": b"month,sum\n1,2\n",
        "boxes.jsonl": b"[1, 2]\n",
        "readme.txt": b"",
    }
    found = planned(files | tables)
    assert {name for name, _ in classes(found).values()} == {"one", "two"}
    wanted = {
        "labels.csv": "names 1, and several pictures",
        "test.csv": "no labels",
        "sample_submission.csv": "handed in",
        "sales.csv": "columns path and label",
        "boxes.jsonl": "line 1 is no JSON object",
        "readme.txt": "its name does not end",
    }
    told = why(found)
    assert told.keys() == wanted.keys()
    assert all(wanted[name] in told[name] for name in wanted)
    # What has labels and gave none would be missed.
    assert "labels.csv was not used for the classes" in notes(found)
    assert "test.csv" not in notes(found)


def test_a_column_for_each_class_gives_the_classes_and_that_is_told() -> None:
    table = b"image_id,Ants,Bees,is_test\n1,1,0,0\n2,0.0,1.0,0\n3,1,0,1\n"
    found = planned(FLAT | {"labels.csv": table})
    assert classes(found) == {"1.png": ("Ants", 0), "2.png": ("Bees", 0), "sub/3.png": ("Ants", 2)}
    assert "a column for each class" in notes(found)


def test_what_a_csv_says_against_the_splits_of_folders_is_told() -> None:
    files = tree(*(f"{split}/{name}" for split in ("train", "test") for name in ("cat", "dog")))
    other = {"train": "test", "test": "train"}

    def table(changed: bool) -> bytes:
        lines = []
        for path in files:
            split, name, _ = path.split("/")
            lines.append(f"{path},{name},{other[split] if changed else split}")
        return "\n".join(["path,label,split", *lines]).encode()

    found = planned(files | {"labels.csv": table(changed=True)})
    assert {path.split("/")[0]: split for path, (_, split) in classes(found).items()} == {
        "train": 2,
        "test": 0,
    }
    assert f"than by their folders: {len(files)}. labels.csv was followed" in notes(found)
    assert "followed" not in notes(planned(files | {"labels.csv": table(changed=False)}))


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
        (b"path,label\n1.png,\n2.png, \n", "no picture a usable label"),
        (b"path,label\n1.png,a\n1.png,b\n", "two labels"),
        (b"path,size\n1.png,a\n", "holds no labels"),
        (b"path,cat,dog\n1.png,1,1\n2.png,0,1\n", "not exactly one 1"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not a table"),
        (b"path,label\n" + b"x" * 200_000 + b",a\n", "not a table"),
    ],
    ids=[
        "no header",
        "empty",
        "other files",
        "no labels",
        "two labels",
        "no column of labels",
        "several marks",
        "a picture",
        "endless cell",
    ],
)
def test_a_given_csv_that_cannot_be_used_has_its_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    csv = tmp_path / "bad.csv"
    csv.write_bytes(data)
    with pytest.raises(BadLabels, match=words):
        planned(FLAT, csv)
    with pytest.raises(BadLabels, match="cannot be read"):
        planned(FLAT, tmp_path)


def test_of_two_label_files_that_contradict_each_other_one_must_be_chosen() -> None:
    one, two = b"path,label\n1.png,a\n2.png,b\n", b"path,label\n1.png,x\n2.png,y\n"
    with pytest.raises(BadLabels, match=r"one\.csv.*two\.csv"):
        planned(FLAT | {"one.csv": one, "two.csv": two})


def test_label_files_that_say_the_same_are_one() -> None:
    csv = b"path,label\n1.png,a\n2.png,b\n"
    grouped = b"path,label,group\n1.png,a,anna\n"
    found = planned(FLAT | {"one.csv": csv, "two.csv": csv, "three.csv": grouped})
    assert {one.entry.path: (one.name, one.group) for one in found.candidates} == {
        "1.png": ("a", "anna"),
        "2.png": ("b", None),
    }
    assert list(why(found)) == ["sub/3.png"]


def tree(*paths: str, each: int = 2) -> dict[str, bytes]:
    return {f"{path}/{number}.png": b"" for path in paths for number in range(each)}


def csv_of(paths: Iterable[str], label: Callable[[str], str], more: str = "") -> bytes:
    lines = [f"{path},{label(path)}{',' if more else ''}{more}" for path in paths]
    return ("path,label" + (",split" if more else "") + "\n" + "\n".join(lines) + "\n").encode()


SPLITS_OF = {"train": 0, "valid": 1, "test": 2}


def test_a_csv_for_each_split_beside_folders_is_joined_and_keeps_the_splits() -> None:
    files = tree(*(f"rvf/{split}/{name}" for split in SPLITS_OF for name in ("fake", "real")))
    tables = {
        f"{split}.csv": csv_of(
            (path.removeprefix("rvf/") for path in files if f"/{split}/" in path),
            lambda path: "0" if "fake" in path else "1",
        )
        for split in SPLITS_OF
    }
    wanted = {path: (path.split("/")[2], SPLITS_OF[path.split("/")[1]]) for path in files}
    found = planned(files | tables)
    assert classes(found) == wanted
    assert found.left_out == []
    assert "0 fake, 1 real" in notes(found)
    # One of them alone throws no given split away, whether it lies there or was chosen.
    alone = planned(files | {"train.csv": tables["train.csv"]})
    assert classes(alone) == wanted
    assert "those 8" in notes(alone)
    assert classes(planned(files | {"test.csv": tables["test.csv"]})) == wanted


def test_a_csv_that_was_chosen_and_names_one_split_keeps_the_others(tmp_path: Path) -> None:
    files = tree(*(f"{split}/{name}" for split in SPLITS_OF for name in ("cat", "dog")))
    csv = tmp_path / "train.csv"
    csv.write_bytes(
        csv_of((path for path in files if "train/" in path), lambda path: path.split("/")[1].title())
    )
    assert classes(planned(files, csv)) == {
        path: (path.split("/")[1].title(), SPLITS_OF[path.split("/")[0]]) for path in files
    }


def test_a_csv_of_other_labels_for_one_split_does_not_throw_the_others_away() -> None:
    files = tree(*(f"{split}/{name}" for split in SPLITS_OF for name in ("cat", "dog")))
    breeds = csv_of((path for path in files if "train/" in path), lambda path: "breed " + path[-5])
    found = planned(files | {"breeds.csv": breeds})
    assert {split for _, split in classes(found).values()} == {0, 1, 2}
    assert {name for name, _ in classes(found).values()} == {"cat", "dog"}
    assert "come from the folders" in notes(found)


def test_metadata_beside_the_pictures_of_each_split_is_joined() -> None:
    files = {f"{split}/{number}.png": b"" for split in SPLITS_OF for number in range(4)}
    files |= {
        f"{split}/metadata.csv": b"file_name,label\n0.png,cat\n1.png,dog\n2.png,cat\n3.png,dog\n"
        for split in SPLITS_OF
    }
    found = planned(files)
    assert found.left_out == []
    assert classes(found) == {
        f"{split}/{number}.png": ("dog" if number % 2 else "cat", code)
        for split, code in SPLITS_OF.items()
        for number in range(4)
    }


def test_metadata_in_lines_of_json_is_read_like_that_in_a_csv() -> None:
    files = {f"{split}/{number}.png": b"" for split in SPLITS_OF for number in range(2)}
    lines = (
        b'{"file_name": "0.png", "label": "cat", "box": [1, 2]}\n\n{"label": "dog", "file_name": "1.png"}\n'
    )
    found = planned(files | {f"{split}/metadata.jsonl": lines for split in SPLITS_OF})
    assert found.left_out == []
    assert classes(found) == {
        f"{split}/{number}.png": (("cat", "dog")[number], code)
        for split, code in SPLITS_OF.items()
        for number in range(2)
    }


def test_the_names_of_csvs_give_the_splits_where_nothing_else_does() -> None:
    tables = {
        "train_labels.csv": b"path,label\n1.png,a\n2.png,b\n",
        "labels-test.csv": b"path,label\n3.png,a\n",
    }
    found = planned(FLAT | tables)
    assert classes(found) == {"1.png": ("a", 0), "2.png": ("b", 0), "sub/3.png": ("a", 2)}
    alone = planned(FLAT | {"test.csv": b"path,label\n1.png,a\n2.png,b\n"})
    assert classes(alone) == {"1.png": ("a", None), "2.png": ("b", None)}


def test_a_picture_in_the_csvs_of_two_splits_is_left_out_and_told() -> None:
    tables = {"train.csv": b"path,label\n1.png,a\n2.png,b\n", "test.csv": b"path,label\n2.png,b\n3.png,a\n"}
    found = planned(FLAT | tables)
    assert classes(found) == {"1.png": ("a", 0), "sub/3.png": ("a", 2)}
    assert why(found) == {"2.png": "the CSV gives it two labels, splits or groups"}


def test_one_csv_without_splits_takes_those_of_the_folders() -> None:
    files = {"train/1.png": b"", "train/2.png": b"", "test/3.png": b"", "test/4.png": b""}
    found = planned(files | {"labels.csv": csv_of(files, lambda path: "ab"[int(path[-5]) % 2])})
    assert [split for _, split in classes(found).values()] == [0, 0, 2, 2]


def test_what_a_competition_wants_handed_in_is_no_label_file() -> None:
    table = {"train.csv": b"id,label\n1,a\n2,b\n", "sample_submission.csv": b"id,label\n3,a\n"}
    assert classes(planned(FLAT | table)) == {"1.png": ("a", None), "2.png": ("b", None)}


@pytest.mark.parametrize(
    ("column", "values", "splits", "words"),
    [
        ("fold", "01234", [2, 1, 0, 0, 0], "fold 0 is the test, fold 1 validation"),
        ("fold", ["fold2", "fold_1", "fold3"], [1, 2, 0], "fold 1 is the test, fold 2 validation"),
        ("kfold", ["0.0", "1.0", "1.0"], [2, 0, 0], "2 folds"),
        ("split", "0001122", [0, 0, 0, 1, 1, 2, 2], "0 (training), 1 (validation), 2 (test)"),
        ("set", "1112233", [0, 0, 0, 1, 1, 2, 2], "1 (training)"),
        ("partition", "0001", [0, 0, 0, 2], "0 (training), 1 (test)"),
        ("split", "0111", [2, 0, 0, 0], "1 (training), 0 (test)"),
        ("split", "0122", [None] * 4, "tells no split"),
        ("set", "ABAB", [None] * 4, "tells no split"),
        ("split", ["Train", "trn", "VAL", "test_set"], [0, 0, 1, 2], ""),
        ("is_test", ["False", "True", "False"], [0, 2, 0], "come from is_test"),
        ("is_valid", ["0", "1", ""], [0, 1, 0], "come from is_valid"),
        ("is_train", ["1.0", "0.0"], [0, 2], "come from is_train"),
        ("is_test", ["no", "maybe"], [None] * 2, "tells no split"),
    ],
)
def test_a_column_of_splits_is_understood_or_told(
    column: str, values: Sequence[str], splits: list[int | None], words: str
) -> None:
    files = {f"images/cat{number}.png": b"" for number in range(len(values))}
    lines = [f"cat{number}.png,{'ab'[number % 2]},{value}" for number, value in enumerate(values)]
    table = f"image,label,{column}\n" + "\n".join(lines)
    found = planned(files | {"labels.csv": table.encode()})
    assert [split for _, split in classes(found).values()] == splits
    assert words in notes(found)


def test_words_for_splits_go_before_folds_and_folders_do_too() -> None:
    table = b"path,label,fold,split\n1.png,a,0,train\n2.png,b,1,test\n"
    assert [split for _, split in classes(planned(FLAT | {"l.csv": table})).values()] == [0, 2]
    files = tree("train", "test", each=3)
    table = "path,label,fold\n" + "".join(f"{path},{'ab'[n % 2]},{n % 3}\n" for n, path in enumerate(files))
    found = planned(files | {"labels.csv": table.encode()})
    assert {path.split("/")[0]: split for path, (_, split) in classes(found).items()} == {
        "train": 0,
        "test": 2,
    }
    assert "fold" not in notes(found)


def test_a_name_without_an_ending_is_that_of_the_picture_called_so() -> None:
    table = b"image_id,label\n1,a\nsub/3,b\nIMG.002,a\ntwice,b\n"
    files = FLAT | {"img.002.jpg": b"", "twice.png": b"", "twice.jpg": b"", "labels.csv": table}
    found = planned(files)
    assert classes(found) == {"1.png": ("a", None), "img.002.jpg": ("a", None), "sub/3.png": ("b", None)}
    assert "several pictures" in why(found)["twice"]


def test_the_exact_path_goes_before_one_in_another_case() -> None:
    table = b"path,label\nphoto.jpg,cat\nphoto.JPG,dog\nA/PHOTO.jpg,cow\n"
    found = planned({"photo.jpg": b"", "photo.JPG": b"", "a/photo.jpg": b"", "labels.csv": table})
    assert {path: name for path, (name, _) in classes(found).items()} == {
        "photo.jpg": "cat",
        "photo.JPG": "dog",
        "a/photo.jpg": "cow",
    }


@pytest.mark.parametrize("path", ["/home/me/set/b/1.png", "C:\\set\\b\\1.png", "../set/b/1.png", "b/1.png"])
def test_of_pictures_with_one_name_the_folders_tell_which_is_meant(path: str) -> None:
    found = planned({"set/a/1.png": b"", "set/b/1.png": b"", "l.csv": f"path,label\n{path},x\n".encode()})
    assert classes(found) == {"set/b/1.png": ("x", None)}


def test_a_line_of_a_picture_that_is_not_there_takes_no_other_one() -> None:
    table = b"path,label\ntrain/1.png,a\ntrain/2.png,b\ntest/1.png,b\n"
    found = planned({"train/1.png": b"", "train/2.png": b"", "labels.csv": table})
    assert classes(found) == {"train/1.png": ("a", None), "train/2.png": ("b", None)}
    assert "no such picture" in why(found)["test/1.png"]


@pytest.mark.parametrize(
    ("encoding", "label", "said"),
    [
        ("cp1252", "Äpfel", "Western European (cp1252)"),
        ("cp1252", "Ångström’s", "cp1252"),
        ("cp949", "사과", "Korean (cp949)"),
        ("cp932", "りんご", "Japanese (cp932)"),
        ("utf-8", "Äpfel", ""),
        ("utf-8-sig", "사과", ""),
        ("utf-16", "Äpfel", ""),
    ],
)
def test_letters_of_a_csv_are_read_as_they_were_meant_and_what_was_guessed_is_told(
    encoding: str, label: str, said: str
) -> None:
    found = planned(FLAT | {"labels.csv": f"path,label\n1.png,{label}\n2.png,plain\n".encode(encoding)})
    assert classes(found)["1.png"] == (label, None)
    assert said in notes(found)
    assert ("UTF-8" in notes(found)) == bool(said)


def test_numbers_get_the_words_of_another_column() -> None:
    table = b"path,label,label_name\n1.png,0,cat\n2.png,1,dog\n3.png,0,cat\n"
    assert {name for name, _ in classes(planned(FLAT | {"l.csv": table})).values()} == {"cat", "dog"}
    table = b"path,label,category\n1.png,0,pet\n2.png,1,pet\n3.png,0,pet\n"
    assert {name for name, _ in classes(planned(FLAT | {"l.csv": table})).values()} == {"0", "1"}


def test_a_blank_at_the_end_makes_another_label_and_one_before_does_not() -> None:
    table = b'path,label,split\n1.png, cat ,train\n2.png, "cat",train\n3.png,"Cat", test\n'
    assert [name for name, _ in classes(planned(FLAT | {"l.csv": table})).values()] == ["cat ", "cat", "Cat"]


def test_more_classes_than_make_sense_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "MAX_CLASSES", 2)
    with pytest.raises(NoiseLensError, match="more than 2 classes"):
        planned({f"{name}/1.png": b"" for name in "abc"})
