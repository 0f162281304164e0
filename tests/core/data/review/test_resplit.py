"""The same pictures, split anew."""

from pathlib import Path

import numpy as np
import pytest

from core.data.builtin.faces import Swap
from core.data.builtin.job import make
from core.data.dataset import DataSet, open_data_set
from core.data.review.resplit import run_job, submit_resplit
from core.errors import NameTaken, OutOfRange
from core.progress import silent
from core.store import Workspace
from tests.core.data.doubtful import accepted, jpeg, scene, source_of


def resplit(workspace: Workspace, data_set: DataSet, name: str, seed: int) -> DataSet:
    run_job(workspace, submit_resplit(workspace, data_set, name, seed), silent)
    return open_data_set(workspace, name)


def test_a_new_version_has_the_same_pictures_and_the_splits_of_its_seed(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    before = tiny_data_set.card.fingerprint, np.asarray(tiny_data_set.splits).tolist()
    one, same, other = (
        resplit(workspace, tiny_data_set, name, seed) for name, seed in (("1", 1), ("1b", 1), ("2", 2))
    )
    assert np.array_equal(one.images, tiny_data_set.images)
    assert np.array_equal(one.labels, tiny_data_set.labels)
    assert one.card.fingerprint == same.card.fingerprint != other.card.fingerprint
    assert one.split_counts == {"train": 56, "validation": 12, "test": 12}
    assert one.licence == tiny_data_set.licence
    assert "seed 1" in one.notes[0]["en"]
    again = open_data_set(workspace, tiny_data_set.id)
    assert (again.card.fingerprint, np.asarray(again.splits).tolist()) == before


def test_a_bad_seed_or_name_is_told_before_a_job_is_queued(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    with pytest.raises(OutOfRange):
        submit_resplit(workspace, tiny_data_set, "new", -1)
    with pytest.raises(NameTaken):
        submit_resplit(workspace, tiny_data_set, "tiny", 1)


def test_what_was_found_in_the_pictures_is_kept_and_what_was_said_of_the_old_splits_is_not(
    workspace: Workspace, tmp_path: Path
) -> None:
    extra = {
        "train/a/copy.jpg": jpeg(scene(1)),
        "test/a/x.jpg": jpeg(scene(3), 60),
        "train/b/text.jpg": b"no picture",
    }
    old = accepted(workspace, source_of(tmp_path / "set", extra, split=True), exact="drop", leak="move")
    new = resplit(workspace, old, "again", 1)
    said = " ".join(note["en"] for note in new.notes)
    assert "Mended, 1 dropped. Found before: Exact copies" in said
    assert "Left out: 1 (train/b/text.jpg)." in said
    assert "moved to the training split" not in said
    assert "no validation pictures" not in said
    assert new.notes[-1]["en"].startswith("Split anew from mine by seed 1")
    assert "moved to the training split" in " ".join(note["en"] for note in old.notes)


def test_drawn_faces_keep_their_masks_and_what_they_were_drawn_with(workspace: Workspace) -> None:
    swap = Swap.make("mouth")
    faces = make(workspace, workspace.jobs / "a", "faces", silent, size=32, images=20, swap=swap)
    anew = resplit(workspace, faces, "anew", 3)
    assert anew.card.options == {"swap": "mouth", "strength": 1.0}
    assert anew.card.origin == faces.card.origin
    assert anew.masks is not None
    assert faces.masks is not None
    assert np.array_equal(anew.masks, faces.masks)
