"""Image data sets of Hugging Face, on repositories that lie here."""

import re
from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import open_data_set
from core.data.named import hugging_face
from core.data.named.hugging_face import Columns
from core.data.named.job import submit_fetch
from core.errors import CannotFetch, NotAChoice, NotUnderstood
from core.store import Workspace
from tests.core.data.named.test_job import ended, imported, nothing_left, picture, put


def repository(folder: Path, splits: dict[str, int], label: str = "label", texts: bool = False) -> Path:
    """Parquet files as a repository of the hub holds them."""
    import datasets

    kind = datasets.Value("string") if texts else datasets.ClassLabel(names=["cat", "dog"])
    features = datasets.Features({"id": datasets.Value("int64"), "picture": datasets.Image(), label: kind})
    for split, count in splits.items():
        rows = datasets.Dataset.from_dict(
            {
                "id": list(range(count)),
                "picture": [picture(30 + n if n % 2 == 0 else 200 + n) for n in range(count)],
                label: [("cat", "dog")[n % 2] if texts else n % 2 for n in range(count)],
            },
            features=features,
        )
        target = folder / "data" / f"{split}-00000-of-00001.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        rows.to_parquet(str(target))
    return folder


def test_a_repository_that_lies_here_becomes_a_data_set(workspace: Workspace, tmp_path: Path) -> None:
    folder = repository(tmp_path / "clone", {"train": 20, "test": 8})
    job = ended(workspace, submit_fetch(workspace, "hf:someone/pets", folder=folder, size=32))
    assert job.result is not None, job.error
    made = open_data_set(workspace, job.result["data_set_id"])
    assert made.name == "pets"
    assert made.classes == ["cat", "dog"]
    assert made.split_counts["test"] == 8
    reds = np.asarray(made.images)[..., 0].mean(axis=(1, 2))
    assert (np.asarray(made.labels) == (reds > 120)).all()
    assert not list(workspace.jobs.glob("*/staging"))


def test_columns_and_splits_can_be_chosen(workspace: Workspace, tmp_path: Path) -> None:
    folder = repository(tmp_path / "clone", {"train": 20, "test": 8}, label="animal", texts=True)
    columns = Columns(label="animal", splits={"test": "train", "train": "test"})
    made = imported(workspace, "hf:someone/pets", folder=folder, size=32, columns=columns)
    assert made.classes == ["cat", "dog"]
    assert made.split_counts["test"] == 20


@pytest.mark.usefixtures("here")
def test_columns_that_are_not_there_are_refused_with_those_that_are(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = repository(tmp_path / "clone", {"train": 6})
    job = ended(
        workspace, submit_fetch(workspace, "hf:someone/pets", folder=folder, columns=Columns(label="colour"))
    )
    assert job.state == "failed"
    assert job.error is not None
    assert "label, id" in job.error["en"]
    assert job.error.get("mistake")
    assert nothing_left(workspace)


@pytest.mark.parametrize(
    ("kinds", "columns", "expected"),
    [
        ({"image": "i", "mask": "i", "label": "c"}, {}, ("image", "label")),
        ({"img": "i", "fine_label": "c", "label": "c"}, {}, ("img", "label")),
        ({"img": "i", "kind": "c", "id": "s"}, {}, ("img", "kind")),
        ({"img": "i", "class": "s", "id": "s"}, {}, ("img", "class")),
        ({"img": "i", "fine": "c", "coarse": "c"}, {"label": "coarse"}, ("img", "coarse")),
        ({"front": "i", "back": "i", "label": "c"}, {}, "image column: front, back. Name one of them"),
        ({"img": "i", "fine": "c", "coarse": "c"}, {}, "label column: fine, coarse. Name one of them"),
        ({"img": "i", "title": "s", "id": "s"}, {}, "label column: title, id. Name one of them"),
        ({"img": "i", "label": "c"}, {"image": "photo"}, '"photo" cannot be the image column: there are img'),
        ({"label": "c"}, {}, "no column that could be the image column"),
        ({"img": "i"}, {}, "no column that could be the label column"),
    ],
)
def test_columns_are_found_where_they_are_clear_and_else_asked_for_by_name(
    kinds: dict[str, str], columns: dict[str, str], expected: tuple[str, str] | str
) -> None:
    import datasets

    feature = {
        "i": datasets.Image(),
        "c": datasets.ClassLabel(names=["cat", "dog"]),
        "s": datasets.Value("string"),
    }
    features = datasets.Features({name: feature[kind] for name, kind in kinds.items()})
    if isinstance(expected, tuple):
        assert hugging_face.choose_columns("a/b", features, Columns.of(**columns)) == expected
        return
    with pytest.raises(CannotFetch, match=re.escape(expected)):
        hugging_face.choose_columns("a/b", features, Columns.of(**columns))


def test_splits_are_written_as_theirs_and_ours() -> None:
    assert Columns.of(splits=" training=train,exam = test").splits == {"training": "train", "exam": "test"}
    assert Columns.of(label=" ", splits="") == Columns()
    with pytest.raises(NotUnderstood, match="training=train, exam=test"):
        Columns.of(splits="exam")
    with pytest.raises(NotAChoice):
        Columns.of(splits="exam=exam")


def test_splits_that_are_not_clear_are_named_with_what_to_write(workspace: Workspace, tmp_path: Path) -> None:
    folder = repository(tmp_path / "clone", {"train": 6, "extra": 6})
    with pytest.raises(CannotFetch, match=r"its splits which of them is train and which is test"):
        imported(workspace, "hf:someone/pets", folder=folder)


def test_what_the_library_saved_to_disk_is_read(workspace: Workspace, tmp_path: Path) -> None:
    import datasets

    rows = datasets.Dataset.from_dict(
        {"image": [picture(30 + n if n % 2 == 0 else 200 + n) for n in range(12)], "label": [0, 1] * 6},
        features=datasets.Features(
            {"image": datasets.Image(), "label": datasets.ClassLabel(names=["dark", "red"])}
        ),
    )
    rows.save_to_disk(str(tmp_path / "saved"))
    made = imported(workspace, "hf:someone/reds", folder=tmp_path / "saved", size=32, seed=3)
    assert made.card.images == 12
    assert made.split_counts["test"] > 0


def test_class_folders_of_a_repository_are_read(workspace: Workspace, tmp_path: Path) -> None:
    for number in range(6):
        put(tmp_path / "clone" / "train" / "cat" / f"{number}.png", 30 + number)
        put(tmp_path / "clone" / "train" / "dog" / f"{number}.png", 200 + number)
        put(tmp_path / "clone" / "test" / ("cat", "dog")[number % 2] / f"t{number}.png", 99 + number)
    made = imported(workspace, "hf:someone/pets", folder=tmp_path / "clone", size=32)
    assert made.split_counts["test"] == 6
    assert made.classes == ["cat", "dog"]


@pytest.mark.usefixtures("here")
def test_a_row_that_names_a_file_of_this_computer_reads_nothing(workspace: Workspace, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    put(tmp_path / "secret.png", 100)
    folder = repository(tmp_path / "clone", {"train": 12})
    file = folder / "data" / "train-00000-of-00001.parquet"
    table = pa.parquet.read_table(file)
    images = table.column("picture").to_pylist()
    images[3] = {"bytes": None, "path": str(tmp_path / "secret.png")}
    column = pa.array(images, table.schema.field("picture").type)
    table = table.set_column(table.schema.get_field_index("picture"), table.schema.field("picture"), column)
    pa.parquet.write_table(table, file)
    job = ended(workspace, submit_fetch(workspace, "hf:someone/pets", folder=folder, size=32))
    assert job.result is not None, job.error
    assert [path for path, _ in job.result["left_out"]] == ["train/0000003"]
