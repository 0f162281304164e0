"""Answers that were made elsewhere, taken back: every form that is understood, and everything that is wrong with one."""

import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.brought.pack import Pack, read_pack, write_pack
from core.brought.parquet_pages import unpacked_bytes
from core.brought.predictions import bring_predictions, read_answers
from core.data.dataset import DataSet
from core.data.splits import periodic
from core.data.writer import Contents, save
from core.errors import BadName, DiskFull, NoiseLensError, PredictionsDoNotFit
from core.evaluation.joined import joined_evaluations, read_joined
from core.evaluation.stored_answers import joined_cells
from core.progress import silent
from core.runs.deleted import list_deleted
from core.runs.runs import list_runs
from core.store import Workspace
from core.words import Text, plain

Full = Callable[[], AbstractContextManager[None]]


def data_set_of(workspace: Workspace, name: str, classes: list[str]) -> DataSet:
    """Twelve pictures a class, four of them test pictures."""
    labels = np.arange(12 * len(classes)) % len(classes)
    images = np.random.default_rng(0).integers(0, 256, (len(labels), 32, 32, 3)).astype(np.uint8)
    splits = np.array([0, 0, 2], np.uint8)[(np.arange(len(labels)) // len(classes)) % 3]
    contents = Contents(
        kind="import",
        classes=classes,
        images=images,
        labels=labels.astype(np.int64),
        splits=splits,
        names=[f"{i}.png" for i in range(len(labels))],
        seed=0,
        origin=Text(en="a test", ko="테스트"),
        licence=plain("CC0"),
    )
    return save(workspace, workspace.job_folder(name).staging, name, contents, silent)


def pack_of(workspace: Workspace, data_set: DataSet, path: Path) -> Pack:
    write_pack(data_set, path, ["fog", "gaussian_noise"], [1, 3], None, silent)
    return read_pack(workspace, path)


def answers_to(pack: Pack, seed: int = 0) -> pd.DataFrame:
    """A right table: probabilities, the class, sha256; rows in any order."""
    generator = np.random.default_rng(seed)
    keys = [(image, noise, level) for noise, level in pack.cells for image in range(len(pack.numbers))]
    table = pd.DataFrame(keys, columns=["image", "noise", "severity"])
    classes = pack.data_set.classes
    shares = generator.dirichlet(np.ones(len(classes)), len(table))
    for number, name in enumerate(classes):
        table[f"p:{name}"] = shares[:, number]
    table["class"] = [classes[number] for number in shares.argmax(axis=1)]
    table["sha256"] = pack.sha256
    return table.sample(frac=1, random_state=0).reset_index(drop=True)


@pytest.fixture
def pack(workspace: Workspace, tmp_path: Path) -> Pack:
    return pack_of(workspace, data_set_of(workspace, "set", ["ants", "bees"]), tmp_path / "pack.zip")


def test_every_form_of_a_table_gives_the_same_rows(pack: Pack, tmp_path: Path) -> None:
    table = answers_to(pack)
    path = tmp_path / "answers"
    table.to_csv(path, index=False)
    wanted = read_answers(path, pack).to_pandas()
    assert wanted["image"].tolist() == sorted(pack.numbers.tolist()) * 5
    assert (wanted["truth"].to_numpy() == np.asarray(pack.data_set.labels)[wanted["image"]]).all()
    place = {
        key: row
        for row, key in enumerate(zip(table["image"], table["noise"], table["severity"], strict=True))
    }
    by_number = {int(number): image for image, number in enumerate(pack.numbers)}
    for row in wanted.itertuples():
        own = table.iloc[place[by_number[row.image], row.noise, row.severity]]
        assert row.probabilities == pytest.approx([own["p:ants"], own["p:bees"]], abs=1e-6)
        assert own["class"] == ["ants", "bees"][row.prediction]
        assert row.confidence == pytest.approx(max(row.probabilities))
    plain_names = table.rename(columns={"p:ants": "ants", "p:bees": "bees"})
    forms: dict[str, Callable[[], object]] = {
        "bare names": lambda: plain_names.to_csv(path, index=False),
        "no class": lambda: plain_names.drop(columns="class").to_csv(path, index=False),
        "no sha256, other columns": lambda: (
            plain_names.drop(columns="sha256").assign(note="=1+1").to_csv(path)
        ),
        "half the sha256": lambda: table.assign(
            sha256=table["sha256"].where(table.index % 2 == 0, "").str.upper()
        ).to_csv(path, index=False),
        "BOM": lambda: table.to_csv(path, index=False, encoding="utf-8-sig"),
        "semicolons": lambda: table.to_csv(path, index=False, sep=";", decimal=","),
        "tabs": lambda: table.to_csv(path, index=False, sep="\t"),
        "UTF-16": lambda: table.to_csv(path, index=False, encoding="utf-16"),
        "Windows lines": lambda: table.to_csv(path, index=False, lineterminator="\r\n"),
        "quotes": lambda: table.to_csv(path, index=False, quoting=1),
        "numbers with a point": lambda: table.assign(image=table["image"] + 0.0).to_csv(path, index=False),
        "rounded": lambda: table.round({"p:ants": 4, "p:bees": 4}).to_csv(path, index=False),
        "Parquet": lambda: table.to_parquet(path),
        "Parquet, categories": lambda: table.astype({"noise": "category", "class": "category"}).to_parquet(
            path
        ),
        "Parquet, float32": lambda: table.astype({"p:ants": "float32", "image": "int16"}).to_parquet(path),
    }
    for form, write in forms.items():
        write()
        found = read_answers(path, pack).to_pandas()
        assert found.drop(columns=["probabilities", "confidence"]).equals(
            wanted.drop(columns=["probabilities", "confidence"])
        ), form
        near = np.stack(found["probabilities"]) - np.stack(wanted["probabilities"])
        assert np.abs(near).max() < 1e-3, form


def test_classes_of_any_name_are_understood_also_those_of_a_column(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "answers.csv"
    for number, classes in enumerate(
        (["진짜", "가짜"], ["class", "image"], ["0", "1"], ["nan", "None"], ["a", "A"])
    ):
        data_set = data_set_of(workspace, f"set {number}", classes)
        one = pack_of(workspace, data_set, tmp_path / "pack.zip")
        table = answers_to(one)
        wanted = None
        shares = [f"p:{name}" for name in classes]
        for made in (table, table.drop(columns="class"), table.drop(columns=shares)):
            made.to_csv(path, index=False)
            said = read_answers(path, one)["prediction"].to_pylist()
            wanted = wanted or said
            assert said == wanted, classes
        if "진짜" in classes:
            table.drop(columns=shares).to_csv(path, index=False, encoding="cp949")
            assert read_answers(path, one)["prediction"].to_pylist() == wanted
            path.write_text(unicodedata.normalize("NFD", table.to_csv(index=False)), encoding="utf-8")
            assert read_answers(path, one)["prediction"].to_pylist() == wanted


def _wrong(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame, str]]:
    """What may be wrong with a table: in words, the table, and what is said."""
    half = table["image"] == 0
    text: Any = table.astype({"p:ants": str, "image": str})
    no_class = table.drop(columns="class")
    return [
        ("no key", table.drop(columns=["image", "noise"]), 'no column image, noise (its columns: "severity", "p:ants", "p:bees"'),
        ("missing", table[~half], "5 of the pack's 40 pictures have no answer"),
        ("twice", pd.concat([table, table[half]]), "5 pictures are answered more than once"),
        ("other picture", table.assign(image=table["image"].where(~half, 99)), "5 rows (first row"),
        ("other noise", table.replace({"noise": {"fog": "=SUM(A1)"}}), "16 rows (first row"),
        ("no whole number", text.assign(image=text["image"].where(~half, "x")), '5 rows (first row 18) "image" is no whole number'),
        ("a fraction", table.assign(severity=table["severity"] + 0.5), '40 rows (first row 1) "severity" is no whole number'),
        ("infinite", table.assign(image=table["image"].astype(float).where(~half, np.inf)), '"image" is no whole number'),
        ("huge", text.assign(image=text["image"].where(~half, "1e300")), '"image" is no whole number'),
        ("other classes", table.replace({"class": {"ants": "wasps\n\x1b[2J"}}), '"wasps  [2J") than the pack\'s ("ants", "bees")'),
        ("no class named", table.assign(**{"class": ""}), "40 rows (first row 1) name other classes"),
        ("neither", table[["image", "noise", "severity"]], 'neither a column "class" nor one with the probability of each class ("ants", "bees")'),
        ("one column lacks", table.drop(columns=["p:ants", "class"]), 'no column with the probability of "ants"'),
        ("sums", no_class.assign(**{"p:ants": 0.7, "p:bees": 0.7}), "in 40 rows the probabilities do not add up to 1 (those of row 1, the first, to 1.4)"),
        ("percent", no_class.assign(**{"p:ants": 100 * no_class["p:ants"], "p:bees": 100 * no_class["p:bees"]}), "to 100)"),
        ("NaN", no_class.assign(**{"p:ants": no_class["p:ants"].where(~half)}), "in 5 rows (first row 18) a probability is no number"),
        ("inf", no_class.assign(**{"p:ants": no_class["p:ants"].where(~half, np.inf)}), "a probability is no number"),
        ("text", text.drop(columns="class").assign(**{"p:ants": text["p:ants"].where(~half, "=1/0")}), "a probability is no number"),
        ("below 0", no_class.assign(**{"p:ants": -0.2, "p:bees": 1.2}), "in 40 rows (first row 1) a probability is below 0"),
        ("class against probabilities", table.assign(**{"class": "ants"}), '"class" is not the class of the highest probability'),
        ("other pixels", table.assign(sha256=table["sha256"].where(~half, "0" * 64)), "in 5 rows another file was read"),
        ("the same name", table.rename(columns={"sha256": "image "}), 'several of its columns are called "image"'),
        ("too many rows", pd.concat([table] * 3), "it has 120 rows, and the pack 40 pictures"),
        ("too many columns", pd.concat([table, pd.DataFrame(0, table.index, [f"c{i}" for i in range(5000)])], axis=1), "5,007 columns"),
    ]  # fmt: skip


def test_a_table_that_does_not_fit_is_refused_with_all_that_is_wrong_counted_and_nothing_is_taken(
    workspace: Workspace, pack: Pack, tmp_path: Path
) -> None:
    path = tmp_path / "answers.csv"
    for what, table, said in _wrong(answers_to(pack)):
        for write in (lambda: table.to_csv(path, index=False), lambda: table.to_parquet(path)):  # noqa: B023 - at once
            if what in ("the same name", "too many columns") and write.__code__.co_names[0] == "to_parquet":
                continue
            write()
            with pytest.raises(PredictionsDoNotFit) as caught:
                bring_predictions(workspace, path, tmp_path / "pack.zip", "answers")
            assert said in caught.value.said["en"], (what, caught.value.said["en"])
            assert all(c.isprintable() for c in caught.value.said["en"]), what
    several = answers_to(pack).drop(columns=["class", "p:ants"]).iloc[1:]
    several.to_csv(path, index=False)
    with pytest.raises(PredictionsDoNotFit) as caught:
        bring_predictions(workspace, path, tmp_path / "pack.zip", "answers")
    assert "1 of the pack's 40 pictures have no answer; it has no column" in caught.value.said["en"]
    assert list_runs(workspace) == []


def test_what_is_no_table_or_too_large_a_one_is_refused_in_words(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "answers.csv"
    whole = answers_to(pack)
    whole.to_parquet(path)
    cut = path.read_bytes()[:-50]
    deep = pd.DataFrame({"image": [[1]], "noise": [b"\0"], "severity": [1]})
    long = whole.assign(**{"class": "x" * 10_000})
    forms: list[tuple[Callable[[], object], str]] = [
        (lambda: path.write_bytes(b""), "it is no table"),
        (lambda: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9), "table"),
        (lambda: path.write_bytes(cut), "it is no table"),
        (lambda: path.write_bytes(b"PAR1" + b"\xff" * 200 + b"PAR1"), "it is no table"),
        (lambda: path.write_text("image,noise,severity,class\n1,fog\n"), "it is no table"),
        (lambda: path.write_text('image,noise,severity,class\n"'), "it is no table"),
        (lambda: deep.to_parquet(path), "no column image, noise"),
        (lambda: long.to_parquet(path), "it is no table"),
    ]
    for write, said in forms:
        write()
        with pytest.raises(PredictionsDoNotFit) as caught:
            read_answers(path, pack)
        assert said in caught.value.said["en"]
    zeros = pd.DataFrame(0, range(100_000), ["image", "noise", "severity", "class"])
    zeros.to_parquet(path)
    with pytest.raises(PredictionsDoNotFit, match="it has 100,000 rows, and the pack 40 pictures"):
        read_answers(path, pack)
    monkeypatch.setattr("core.brought.predictions.MAX_ANSWERS_BYTES", 4_000)
    whole.to_csv(path)
    with pytest.raises(PredictionsDoNotFit, match="it holds more than"):
        read_answers(path, pack)


def test_a_parquet_file_is_measured_by_its_pages_whatever_its_footer_says_before_anything_is_unpacked(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "answers.parquet"
    whole = answers_to(pack)
    for form in ({"compression": "zstd"}, {"data_page_version": "2.0", "use_dictionary": False}):
        whole.to_parquet(path, index=False, row_group_size=15, **form)
        with path.open("rb") as file, pq.ParquetFile(path) as parquet:
            about = parquet.metadata
            said = sum(about.row_group(n).total_byte_size for n in range(about.num_row_groups))
            assert (
                0.3 * said < unpacked_bytes(file, about, whole.columns) < said
            )  # which has the pages' heads, too
    whole.assign(**{"class": ["x" * 20_000_000, *whole["class"][1:]]}).to_parquet(
        path, index=False, compression="zstd"
    )
    with pq.ParquetFile(path) as parquet:
        group = parquet.metadata.row_group(0)
        sizes = [
            group.total_byte_size,
            *(group.column(n).total_uncompressed_size for n in range(group.num_columns)),
        ]
    data = path.read_bytes()
    body, footer = (
        data[: -8 - int.from_bytes(data[-8:-4], "little")],
        data[-8 - int.from_bytes(data[-8:-4], "little") :],
    )
    for size in sizes:
        number = _varint(2 * size)
        footer = footer.replace(number, b"\x80" * (len(number) - 1) + b"\0")
    path.write_bytes(body + footer)
    assert len(data) < 100_000
    assert pq.read_metadata(path).row_group(0).total_byte_size == 0
    monkeypatch.setattr(pq, "read_table", None)
    with pytest.raises(PredictionsDoNotFit, match="it holds more than 8 MB"):
        read_answers(path, pack)


def _varint(value: int) -> bytes:
    """As Thrift writes whole numbers."""
    found = []
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def test_answers_stand_as_a_run_with_its_test_and_are_compared_with_others_on_the_same_pictures(
    workspace: Workspace, pack: Pack, tmp_path: Path
) -> None:
    path = tmp_path / "answers.csv"
    table = answers_to(pack)
    table.to_csv(path, index=False)
    taken = bring_predictions(workspace, path, tmp_path / "pack.zip", "mine")
    again = bring_predictions(workspace, path, tmp_path / "pack.zip", "mine")
    assert (taken.run.name, again.run.name) == ("mine", "mine 2")
    assert (taken.rows, taken.images, taken.cells) == (40, 8, 5)
    run = next(one for one in list_runs(workspace) if one.id == taken.run.id)
    assert (run.state, run.trained, run.answers_alone) == ("done", False, True)
    (test,) = joined_evaluations(workspace, run)
    cells = joined_cells(test)
    truth = np.asarray(pack.data_set.labels)[pack.numbers[table["image"]]]
    right = table["class"].to_numpy() == np.array(pack.data_set.classes)[truth]
    for row in cells.to_dict("records"):
        own = (table["noise"] == row["noise"]) & (table["severity"] == row["severity"])
        assert (row["images"], row["right"]) == (8, int(right[own].sum()))
    assert not test.parts[0].facts.maps
    assert len(read_joined(test, ["image", "prediction"])) == 40


def test_nothing_of_answers_stays_that_could_not_be_kept(
    workspace: Workspace, pack: Pack, tmp_path: Path, full_disk: Full, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "answers.csv"
    answers_to(pack).to_csv(path, index=False)
    with pytest.raises(BadName):
        bring_predictions(workspace, path, tmp_path / "pack.zip", "a/b")
    with full_disk(), pytest.raises(NoiseLensError):
        bring_predictions(workspace, path, tmp_path / "pack.zip", "mine")

    def full(*_: object) -> None:
        raise DiskFull(name="disk")

    monkeypatch.setattr("core.brought.predictions.save_summary", full)
    with pytest.raises(DiskFull):
        bring_predictions(workspace, path, tmp_path / "pack.zip", "mine")
    assert list_runs(workspace) == []
    assert list_deleted(workspace) == []
    assert list(workspace.runs.iterdir()) == []


def test_frames_of_one_video_stay_together_in_what_is_taken(workspace: Workspace, tmp_path: Path) -> None:
    labels = np.arange(80) % 2
    contents = Contents(
        kind="import",
        classes=["ants", "bees"],
        images=np.random.default_rng(0).integers(0, 256, (80, 32, 32, 3)).astype(np.uint8),
        labels=labels.astype(np.int64),
        splits=periodic(np.arange(80) // 2),
        names=[f"{i}.png" for i in range(80)],
        seed=0,
        origin=Text(en="a test", ko="테스트"),
        licence=plain("CC0"),
        groups=np.arange(80) // 4,
    )
    data_set = save(workspace, workspace.job_folder("films").staging, "films", contents, silent)
    pack = pack_of(workspace, data_set, tmp_path / "pack.zip")
    answers_to(pack).to_csv(tmp_path / "answers.csv", index=False)
    taken = bring_predictions(workspace, tmp_path / "answers.csv", tmp_path / "pack.zip", "mine")
    (test,) = joined_evaluations(workspace, taken.run)
    images, groups = np.load(test.parts[0].folder.groups)
    assert images.tolist() == data_set.indices("test").tolist()
    assert groups.tolist() == (images // 4).tolist()
