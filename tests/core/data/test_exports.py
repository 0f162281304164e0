"""A data set leaves as a ZIP and comes back the same."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import DataSet, list_data_sets, open_data_set, rename_data_set
from core.data.exports import export_file
from core.data.imports import run_job, submit_import
from core.data.review.resplit import run_job as resplit
from core.data.review.resplit import submit_resplit
from core.data.summary import channel_histograms, mean_images
from core.errors import BadName, CannotWrite, DamagedDataSet, NameTaken
from core.progress import silent
from core.store import Workspace
from tests.core.data.test_imports import folder_of, imported, notes


def test_an_export_comes_back_with_the_same_pictures_labels_and_splits(
    workspace: Workspace, tiny_data_set: DataSet, tmp_path: Path
) -> None:
    export_file(tiny_data_set, tmp_path / "밖.zip", silent)
    run_job(workspace, submit_import(workspace, tmp_path / "밖.zip", "again", 32), silent)
    again = open_data_set(workspace, "again")
    assert again.classes == tiny_data_set.classes
    assert again.card.counts == tiny_data_set.card.counts

    def rows(data_set: DataSet) -> set[tuple[bytes, int, int]]:
        every = zip(np.asarray(data_set.images), data_set.labels, data_set.splits, strict=True)
        return {(image.tobytes(), int(label), int(split)) for image, label, split in every}

    assert rows(again) == rows(tiny_data_set)


def test_classes_that_look_alike_and_every_size_survive_the_way_out_and_back(
    workspace: Workspace, tmp_path: Path
) -> None:
    counts = {
        "cat": 3,
        "cat ": 4,
        " cat": 2,
        "Cat": 5,
        "<30": 4,
        ">30": 6,
        "hot\u00a0dog": 3,
        "고양이": 7,
        '"a", b': 3,
    }
    first, _ = imported(workspace, folder_of(tmp_path / "set", counts), "first", size=96)
    assert first.classes == sorted(counts)
    export_file(first, tmp_path / "out.zip", silent)
    with zipfile.ZipFile(tmp_path / "out.zip") as made:
        assert made.read("labels.csv").startswith(b"\xef\xbb\xbf"), "without it Excel garbles Korean"
    again, left_out = imported(workspace, tmp_path / "out.zip", "again")
    assert left_out == {}
    assert (again.classes, again.size) == (first.classes, 96)
    assert again.card.counts == first.card.counts
    for data_set in (first, again):
        assert 'names look alike: " cat", "Cat", "cat", "cat ".' in notes(data_set)


def test_an_export_is_the_same_every_time(tiny_data_set: DataSet, tmp_path: Path) -> None:
    for name in ("1.zip", "2.zip"):
        export_file(tiny_data_set, tmp_path / name, silent)
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.zip") as made:
        assert b"original" in made.read("labels.csv")


def test_an_export_that_cannot_be_written_leaves_nothing(tiny_data_set: DataSet, tmp_path: Path) -> None:
    with pytest.raises(CannotWrite):
        export_file(tiny_data_set, tmp_path / "no folder" / "1.zip", silent)

    def stop(share: float, step: object = None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_file(tiny_data_set, tmp_path / "1.zip", stop)
    assert not list(tmp_path.glob("*.zip*")) + list(tmp_path.glob(".*"))


@pytest.mark.parametrize("left", [None, 0, 100, 1000])
@pytest.mark.parametrize("file", ["images", "labels", "splits"])
def test_files_that_are_damaged_or_gone_are_told_with_the_data_sets_name(
    workspace: Workspace, tiny_data_set: DataSet, tmp_path: Path, file: str, left: int | None
) -> None:
    damaged: Path = getattr(tiny_data_set.folder, file)
    whole = damaged.read_bytes()
    damaged.unlink()
    if left is not None:
        damaged.write_bytes(whole[: min(left, len(whole) - 1)])
    opened = open_data_set(workspace, "tiny")
    with pytest.raises(DamagedDataSet, match='"tiny" are damaged or gone'):
        export_file(opened, tmp_path / "1.zip", silent)
    if file == "splits":
        return  # those are what is made anew
    job = submit_resplit(workspace, opened, "anew", 1)
    with pytest.raises(DamagedDataSet):
        resplit(workspace, job, silent)


def test_a_data_set_takes_another_name_and_keeps_it(workspace: Workspace, tiny_data_set: DataSet) -> None:
    renamed = rename_data_set(workspace, tiny_data_set, " 새 이름 ")
    assert renamed.name == "새 이름"
    workspace.close()
    again = Workspace.open(workspace.root)
    assert [(one.id, one.name) for one in list_data_sets(again)] == [(tiny_data_set.id, "새 이름")]
    again.database.unlink()
    assert [one.name for one in list_data_sets(Workspace.open(workspace.root))] == ["새 이름"], (
        "the file says so too"
    )


def test_a_name_that_is_bad_or_taken_changes_nothing(workspace: Workspace, tiny_data_set: DataSet) -> None:
    with pytest.raises(BadName):
        rename_data_set(workspace, tiny_data_set, "a/b")
    with pytest.raises(NameTaken):
        rename_data_set(workspace, tiny_data_set, "tiny")
    assert open_data_set(workspace, "tiny").card == tiny_data_set.card


def test_the_mean_of_a_class_shows_what_its_pictures_share(tiny_data_set: DataSet) -> None:
    means = mean_images(tiny_data_set)
    bright = {name: image[:, :16].mean() - image[:, 16:].mean() for name, image in means.items()}
    assert bright["left"] > 5
    assert bright["right"] < -5
    assert list(mean_images(tiny_data_set, 1)) == tiny_data_set.classes[:1]


def test_channel_histograms_are_shares(tiny_data_set: DataSet) -> None:
    shares = channel_histograms(tiny_data_set)
    assert shares.shape == (3, 32)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
