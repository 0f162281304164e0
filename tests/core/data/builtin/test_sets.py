"""The data sets that NoiseLens makes by itself."""

from pathlib import Path

import numpy as np
import pytest

from core.data.builtin import faces, textures
from core.data.builtin import sets as builtin
from core.data.builtin.faces import Swap
from core.data.builtin.job import find_made, make, run_job, submit_make
from core.data.builtin.photos import photo, region
from core.data.builtin.sets import SwapIsForFaces, draw
from core.data.dataset import SPLITS, Card, DataSet, list_data_sets, open_data_set, register
from core.data.summary import example_indices
from core.errors import Cancelled, NameTaken, NotAChoice, OutOfRange, UnknownName
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.progress import silent
from core.store import Workspace
from core.words import Text


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "home")


def made(workspace: Workspace, kind: str, name: str | None = None, images: int = 100) -> DataSet:
    return make(workspace, workspace.jobs / "a" / "staging", kind, silent, size=32, name=name, images=images)


@pytest.mark.parametrize("kind", builtin.BUILT_INS)
@pytest.mark.parametrize("size", [32, 96])
def test_a_set_has_pictures_of_every_class_in_every_split(kind: str, size: int) -> None:
    contents = draw(kind, size, 0, 200, silent)
    assert contents.images is not None
    assert contents.images.shape == (200, size, size, 3)
    assert contents.images.dtype == np.uint8
    assert len(contents.names) == 200
    for split in range(len(SPLITS)):
        assert set(contents.labels[contents.splits == split]) == set(range(len(contents.classes)))


@pytest.mark.parametrize("kind", ["faces", "textures"])
def test_picture_n_is_the_same_however_many_are_drawn_and_on_any_number_of_threads(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = draw(kind, 32, 5, 150, silent).images
    monkeypatch.setattr(builtin.os, "cpu_count", lambda: 1)
    few = draw(kind, 32, 5, 100, silent).images
    assert many is not None
    assert few is not None
    assert np.array_equal(many[:100], few)
    other = draw(kind, 32, 6, 100, silent).images
    assert other is not None
    assert not np.array_equal(few[0], other[0])


def test_faces_differ_between_classes_only_where_the_mask_says() -> None:
    contents = draw("faces", 64, 0, 60, silent)
    assert contents.masks is not None
    share = contents.masks.mean(axis=(1, 2))
    assert (share[contents.labels == 0] == 0).all()
    assert (share[contents.labels == 1] > 0.02).all()
    assert (share[contents.labels == 1] < 0.45).all()


def test_no_pixel_of_the_test_split_s_photographs_is_seen_in_training() -> None:
    for file in {*faces.BACKGROUNDS, *textures.SOURCES.values()}:
        width = photo(file).shape[1]
        assert region(file, False).shape[1] + region(file, True).shape[1] < width


def test_a_made_set_opens_memory_mapped_with_its_card(workspace: Workspace) -> None:
    data_set = open_data_set(workspace, made(workspace, "faces").name)
    assert data_set.name == "faces"
    assert isinstance(data_set.images, np.memmap)
    assert data_set.classes == ["real", "swapped"]
    assert data_set.split_counts == {"train": 70, "validation": 10, "test": 20}
    assert data_set.card.counts["train"] == {"real": 35, "swapped": 35}
    assert data_set.card.kind == "faces"
    assert [label["ko"] for label in data_set.class_labels] == ["진짜", "바꿔치기"]
    assert data_set.table == "cifar_10_c"
    assert data_set.masks is not None
    assert data_set.masks.shape == (100, 32, 32)
    assert not (workspace.jobs / "a" / "staging").exists()


def test_the_fingerprint_is_that_of_the_pixels(workspace: Workspace) -> None:
    first, second = made(workspace, "faces", "a"), made(workspace, "faces", "b")
    assert first.card.fingerprint == second.card.fingerprint
    assert len(first.card.fingerprint) == 16
    other = make(workspace, workspace.jobs / "c", "faces", silent, size=32, name="c", seed=1, images=100)
    assert other.card.fingerprint != first.card.fingerprint


def test_the_same_set_is_reused_and_another_gets_a_name_of_its_own(workspace: Workspace) -> None:
    job = submit_make(workspace, "digits", 32)
    assert isinstance(job, Job)
    assert submit_make(workspace, "digits", 32) == job, "two clicks, one job"
    result = run_job(workspace, job, silent)
    there = submit_make(workspace, "digits", 32)
    assert isinstance(there, DataSet)
    assert there.id == result["data_set_id"]
    found = find_made(workspace, "digits", 32)
    assert found is not None
    assert found.id == there.id
    assert find_made(workspace, "digits", 64) is None
    named = submit_make(workspace, "digits", 32, name="digits")
    assert isinstance(named, DataSet)
    assert named.id == there.id
    larger = submit_make(workspace, "digits", 64)
    assert isinstance(larger, Job)
    assert larger.payload["name"] == "digits 64"
    with pytest.raises(NameTaken):
        submit_make(workspace, "digits", 64, name="digits")


def test_a_chosen_swap_is_kept_with_the_set_and_gives_it_its_own_name_and_pixels(
    workspace: Workspace,
) -> None:
    default = made(workspace, "faces", images=40)
    assert default.card.options == {"swap": "mixed", "strength": 1.0}
    swap = Swap.make("eyes", 0.5)
    job = submit_make(workspace, "faces", 32, images=40, swap=swap)
    assert isinstance(job, Job)
    assert submit_make(workspace, "faces", 32, images=40, swap=swap) == job, "two clicks, one job"
    eyes = open_data_set(workspace, run_job(workspace, job, silent)["data_set_id"])
    assert eyes.name == "faces eyes x0.5"
    assert eyes.card.options == {"swap": "eyes", "strength": 0.5}
    assert "the eyes; strength 0.5" in eyes.card.origin["en"]
    assert "눈, 세기 0.5" in eyes.card.origin["ko"]
    assert eyes.card.fingerprint != default.card.fingerprint
    there = submit_make(workspace, "faces", 32, images=40, swap=swap)
    assert isinstance(there, DataSet)
    assert there.id == eyes.id
    plain = submit_make(workspace, "faces", 32, images=40, swap=Swap())
    assert isinstance(plain, DataSet)
    assert plain.id == default.id
    with pytest.raises(NameTaken):
        submit_make(workspace, "faces", 32, "faces eyes x0.5", images=40, swap=Swap.make("mouth"))


def test_faces_from_before_a_swap_could_be_chosen_are_the_default_ones(workspace: Workspace) -> None:
    now = made(workspace, "faces", "now", images=40)
    old = {name: value for name, value in now.card.to_json().items() if name != "options"} | {"name": "faces"}
    register(workspace, "0old", Card.read(old))
    found = find_made(workspace, "faces", 32, images=40)
    assert found is not None
    assert found.id == "0old"
    assert find_made(workspace, "faces", 32, images=40, swap=Swap.make("mouth")) is None


def test_wrong_wishes_are_refused_before_a_job_is_queued(workspace: Workspace) -> None:
    with pytest.raises(UnknownName):
        submit_make(workspace, "cats")
    with pytest.raises(NotAChoice):
        submit_make(workspace, "faces", 63)
    with pytest.raises(OutOfRange):
        submit_make(workspace, "faces", seed=-1)
    with pytest.raises(OutOfRange):
        submit_make(workspace, "faces", images=2)
    with pytest.raises(OutOfRange):
        submit_make(workspace, "faces", swap=Swap(strength=0.0))
    with pytest.raises(SwapIsForFaces):
        submit_make(workspace, "textures", swap=Swap.make("eyes"))
    assert list_jobs(workspace) == []


def test_a_cancelled_drawing_leaves_nothing(workspace: Workspace) -> None:
    def stop(share: float, step: Text | None = None) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        make(workspace, workspace.jobs / "a" / "staging", "faces", stop, size=32, images=200)
    assert list_data_sets(workspace) == []
    assert list(workspace.data.iterdir()) == []


def test_examples_are_of_their_class_and_split(workspace: Workspace) -> None:
    data_set = made(workspace, "faces")
    found = example_indices(data_set, 3, "test", seed=0)
    assert list(found) == ["real", "swapped"]
    for label, indices in enumerate(found.values()):
        assert len(indices) == 3
        assert (data_set.labels[indices] == label).all()
        assert (data_set.splits[indices] == SPLITS.index("test")).all()
