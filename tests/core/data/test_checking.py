"""What the check finds in pictures that were read, and what is done about it."""

import io
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image as PILImage

from core.data.accepting import (
    discard,
    list_undecided,
    list_waiting,
    open_waiting,
    proposed,
    run_job,
    stored_if,
    submit_accept,
)
from core.data.checking import Checked, check, touched
from core.data.dataset import DataSet, list_data_sets, open_data_set, unused_name
from core.data.duplicates import near_groups, perceptual_hashes
from core.data.importing import run_job as run_import
from core.data.importing import stage, submit_import
from core.data.staging import Staged
from core.errors import BadName, Cancelled, NameTaken, NotAChoice, NotWaiting, TooLittleLeft
from core.jobs.queue import finish, request_cancel, submit
from core.progress import silent
from core.store import Workspace
from core.words import Text


def scene(number: int, side: int = 96) -> np.ndarray[Any, Any]:
    """A picture with shapes in it, as a perceptual hash expects; every number another one."""
    generator = np.random.default_rng(number)
    drawn = np.full((side, side, 3), generator.integers(0, 256, 3), np.uint8)
    for _ in range(8):
        colour = generator.integers(0, 256, 3).tolist()
        x, y, radius = (int(value) for value in generator.integers(8, side - 8, 3))
        cv2.circle(drawn, (x, y), radius // 3 + 4, colour, -1)
    return drawn


def jpeg(image: np.ndarray[Any, Any], quality: int = 95) -> bytes:
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def png(image: np.ndarray[Any, Any]) -> bytes:
    return cv2.imencode(".png", image)[1].tobytes()


def source_of(root: Path, extra: dict[str, bytes], *, split: bool = False, each: int = 25) -> Path:
    """Two classes of different scenes, and what is to be found."""
    files = {}
    for label, first in (("a", 0), ("b", 1000)):
        for number in range(each):
            part = ("train/" if number % 5 else "test/") if split else ""
            files[f"{part}{label}/{number:02}.jpg"] = jpeg(scene(first + number))
    for name, data in (files | extra).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def checked(tmp_path: Path, source: Path) -> tuple[Staged, Checked]:
    staged = stage(tmp_path / "staged", source, "mine", silent)
    return staged, check(staged, silent)


def found(tmp_path: Path, source: Path) -> dict[str, list[list[str]]]:
    staged, report = checked(tmp_path, source)
    return {
        one.kind: [[staged.names[row] for row in group] for group in one.groups] for one in report.findings
    }


def animated() -> bytes:
    memory = io.BytesIO()
    frames = [PILImage.fromarray(scene(number)) for number in (70, 71)]
    frames[0].save(memory, "GIF", save_all=True, append_images=frames[1:])
    return memory.getvalue()


def test_good_pictures_give_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path, source_of(tmp_path / "set", {}, split=True)) == {}


CASES: dict[str, tuple[dict[str, bytes], list[list[str]]]] = {
    "tiny": ({"a/x.png": png(scene(50)[:12, :20])}, [["a/x.png"]]),
    "extreme": ({"a/x.png": png(scene(50)[:20])}, [["a/x.png"]]),
    "ending": ({"a/x.png": jpeg(scene(50))}, [["a/x.png"]]),
    "frames": ({"a/x.gif": animated()}, [["a/x.gif"]]),
    "exact": ({"a/x.jpg": jpeg(scene(3))}, [["a/03.jpg", "a/x.jpg"]]),
    "near": (
        {"a/x.jpg": jpeg(cv2.resize(scene(3), (70, 70), interpolation=cv2.INTER_AREA), 60)},
        [["a/03.jpg", "a/x.jpg"]],
    ),
    "conflict": ({"b/x.jpg": jpeg(scene(3), 70)}, [["a/03.jpg", "b/x.jpg"]]),
}


@pytest.mark.parametrize("kind", CASES)
def test_each_trouble_is_found_by_its_name(tmp_path: Path, kind: str) -> None:
    extra, expected = CASES[kind]
    assert found(tmp_path, source_of(tmp_path / "set", extra)) == {kind: expected}


def test_a_test_picture_that_is_nearly_trained_on_is_a_leak(tmp_path: Path) -> None:
    source = source_of(tmp_path / "set", {"test/a/x.jpg": jpeg(scene(3), 60)}, split=True)
    assert found(tmp_path, source) == {"leak": [["test/a/x.jpg", "train/a/03.jpg"]]}


def test_classes_out_of_balance_and_too_small_are_told(tmp_path: Path) -> None:
    source = source_of(tmp_path / "set", {f"c/{n}.jpg": jpeg(scene(2000 + n)) for n in range(5)})
    _, report = checked(tmp_path, source)
    said = {one.kind: one.said["en"] for one in report.findings}
    assert said == {
        "few": "Classes with fewer than 20 pictures: c (5).",
        "imbalance": "The largest class, a, has 5 times the pictures of the smallest, c.",
    }


def test_flat_pictures_are_not_taken_for_each_other() -> None:
    images = np.stack([np.full((32, 32, 3), value, np.uint8) for value in (0, 90, 200)])
    assert len(set(near_groups(images, perceptual_hashes(images, silent)).tolist())) == 3


def test_every_pair_within_the_distance_is_found() -> None:
    generator = np.random.default_rng(0)
    images = np.repeat(generator.integers(0, 256, (1, 16, 16, 3)), 400, axis=0).astype(np.uint8)
    hashes = generator.integers(0, 2**64, 200, dtype=np.uint64)
    flips = np.array([sum(1 << int(bit) for bit in generator.permutation(64)[:4]) for _ in hashes], np.uint64)
    groups = near_groups(images, np.concatenate([hashes, hashes ^ flips]))
    assert (groups[:200] == groups[200:]).all()
    assert len(set(groups.tolist())) == 200


# Deciding


def reviewed(workspace: Workspace, source: Path) -> str:
    job = submit_import(workspace, source, "mine", review=True)
    result = run_import(workspace, job, silent)
    assert list_data_sets(workspace) == []
    assert list_waiting(workspace) == [result["waiting"]]
    finish(workspace, job.id, "cancelled")  # nothing runs it here
    return str(result["waiting"])


def accepted(workspace: Workspace, source: Path, **decisions: str) -> DataSet:
    waiting = reviewed(workspace, source)
    run_job(workspace, submit_accept(workspace, waiting, decisions), silent)
    assert list_waiting(workspace) == []
    return open_data_set(workspace, "mine")


def notes(data_set: DataSet) -> str:
    return " ".join(note["en"] for note in data_set.card["notes"])


def test_unasked_everything_is_kept_and_said(workspace: Workspace, tmp_path: Path) -> None:
    data_set = accepted(workspace, source_of(tmp_path / "set", CASES["exact"][0] | CASES["tiny"][0]))
    assert len(data_set.images) == 52
    assert "Exact copies of another picture: 1." in notes(data_set)


@pytest.mark.parametrize(
    ("kind", "gone"),
    [
        ("tiny", {"a/x.png"}),
        ("exact", {"a/x.jpg"}),
        ("near", {"a/x.jpg"}),
        ("conflict", {"a/03.jpg", "b/x.jpg"}),
    ],
)
def test_what_is_dropped_is_gone_and_the_rest_keeps_its_place(
    workspace: Workspace, tmp_path: Path, kind: str, gone: set[str]
) -> None:
    source = source_of(tmp_path / "set", CASES[kind][0])
    kept = accepted(workspace, source)
    pictures = dict(zip(kept.names, np.asarray(kept.images), strict=True))
    shutil.rmtree(kept.folder.path)
    workspace = Workspace.open(workspace.root)
    data_set = accepted(workspace, source, **{kind: "drop"})
    assert set(pictures) - set(data_set.names) == gone
    assert all(
        (pictures[name] == image).all() for name, image in zip(data_set.names, data_set.images, strict=True)
    )
    assert f"Dropped after the check: {len(gone)}." in notes(data_set)


@pytest.mark.parametrize(
    ("choice", "where"),
    [
        ("keep", {"train/a/03.jpg": "train", "test/a/x.jpg": "test"}),
        ("move", {"train/a/03.jpg": "train", "test/a/x.jpg": "train"}),
        ("drop", {"test/a/x.jpg": "test"}),
    ],
)
def test_a_leak_is_kept_moved_or_dropped(
    workspace: Workspace, tmp_path: Path, choice: str, where: dict[str, str]
) -> None:
    extra = {
        "test/a/x.jpg": jpeg(scene(3), 60),
        "val/a/v.jpg": jpeg(scene(90)),
        "val/b/v.jpg": jpeg(scene(91)),
    }
    data_set = accepted(workspace, source_of(tmp_path / "set", extra, split=True), leak=choice)
    splits = {
        name: ("train", "validation", "test")[split]
        for name, split in zip(data_set.names, data_set.splits, strict=True)
        if name in ("train/a/03.jpg", "test/a/x.jpg")
    }
    assert splits == where
    assert ("Moved to the training split after the check: 1." in notes(data_set)) == (choice == "move")


def test_our_own_split_keeps_near_duplicates_together(workspace: Workspace, tmp_path: Path) -> None:
    extra = {
        f"{label}/n{n}.jpg": jpeg(scene(n + 1000 * (label == "b")), 60) for label in "ab" for n in range(25)
    }
    data_set = accepted(workspace, source_of(tmp_path / "set", extra))
    where = dict(zip(data_set.names, data_set.splits.tolist(), strict=True))
    assert all(where[f"{c}/{n:02}.jpg"] == where[f"{c}/n{n}.jpg"] for c in "ab" for n in range(25))
    assert set(where.values()) == {0, 1, 2}


def test_what_cannot_be_done_is_refused_and_still_waits(workspace: Workspace, tmp_path: Path) -> None:
    waiting = reviewed(workspace, source_of(tmp_path / "set", CASES["tiny"][0]))
    with pytest.raises(NotAChoice):
        submit_accept(workspace, waiting, {"tiny": "move"})
    assert list_waiting(workspace) == [waiting]


def test_two_imports_of_one_name_wait_and_the_second_is_accepted_under_another(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = source_of(tmp_path / "set", {})
    jobs = [submit_import(workspace, source, "mine", seed=seed, review=True) for seed in range(2)]
    first, second = (run_import(workspace, job, silent)["waiting"] for job in jobs)
    run_job(workspace, submit_accept(workspace, first, {}), silent)
    with pytest.raises(NameTaken):
        submit_accept(workspace, second, {})
    with pytest.raises(BadName):
        submit_accept(workspace, second, {}, " ")
    assert list_waiting(workspace) == [second]
    free = unused_name(workspace, "mine")
    assert free == "mine 2"
    run_job(workspace, submit_accept(workspace, second, {}, free), silent)
    assert [one.name for one in list_data_sets(workspace)] == ["mine 2", "mine"]
    assert list_waiting(workspace) == []


def test_an_accept_that_an_older_version_queued_keeps_the_name_of_the_import(
    workspace: Workspace, tmp_path: Path
) -> None:
    waiting = reviewed(workspace, source_of(tmp_path / "set", {}))
    title = Text(en="Store “mine”", ko="“mine” 저장하기")
    run_job(workspace, submit(workspace, "accept", title, {"waiting": waiting, "decisions": {}}), silent)
    assert [one.name for one in list_data_sets(workspace)] == ["mine"]


def test_a_name_that_is_taken_while_an_import_is_read_loses_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = source_of(tmp_path / "set", {})
    jobs = [submit_import(workspace, source, "mine", seed=seed) for seed in range(2)]
    first, second = (run_import(workspace, job, silent) for job in jobs)
    assert "data_set_id" in first
    assert list_waiting(workspace) == [second["waiting"]]
    run_job(workspace, submit_accept(workspace, second["waiting"], {}, "other"), silent)
    assert len(open_data_set(workspace, "other").images) == len(open_data_set(workspace, "mine").images)


@pytest.mark.parametrize("name", ["nothing", "..", ""])
def test_what_does_not_wait_cannot_be_opened(workspace: Workspace, tmp_path: Path, name: str) -> None:
    reviewed(workspace, source_of(tmp_path / "set", {}))
    with pytest.raises(NotWaiting):
        open_waiting(workspace, name)


def test_a_discarded_import_no_longer_waits(workspace: Workspace, tmp_path: Path) -> None:
    waiting = reviewed(workspace, source_of(tmp_path / "set", {}))
    discard(workspace, waiting)
    assert list_waiting(workspace) == []
    with pytest.raises(NotWaiting):
        open_waiting(workspace, waiting)


def test_a_cancelled_accept_leaves_the_import_waiting(workspace: Workspace, tmp_path: Path) -> None:
    waiting = reviewed(workspace, source_of(tmp_path / "set", CASES["tiny"][0]))

    def stop(share: float, step: Text | None = None) -> None:
        if share > 0.4:
            raise Cancelled

    job = submit_accept(workspace, waiting, {"tiny": "drop"})
    with pytest.raises(Cancelled):
        run_job(workspace, job, stop)
    assert list(workspace.data.iterdir()) == []
    run_job(workspace, job, silent)
    assert len(open_data_set(workspace, "mine").images) == 50


@pytest.mark.parametrize(
    ("decisions", "why"),
    [
        ({"few": "drop"}, "no picture is left"),
        ({"conflict": "drop"}, 'only the class "a"'),
    ],
)
def test_decisions_that_leave_no_two_classes_are_refused_and_it_waits_on(
    workspace: Workspace, tmp_path: Path, decisions: dict[str, str], why: str
) -> None:
    # Both pictures of b are also in a.
    source = tmp_path / "set"
    for name, number in [*((f"a/{n}.png", n) for n in range(6)), ("b/0.png", 0), ("b/1.png", 1)]:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(png(scene(number)))
    waiting = reviewed(workspace, source)
    with pytest.raises(TooLittleLeft, match=why):
        submit_accept(workspace, waiting, decisions)
    assert list_waiting(workspace) == [waiting]
    assert sum(stored_if(*open_waiting(workspace, waiting), {}).values()) == 8


def test_decisions_that_take_a_class_its_test_are_refused_but_not_what_came_without(
    workspace: Workspace, tmp_path: Path
) -> None:
    # The only test picture of a is also trained on; c never had one.
    extra = {
        "test/a/x.jpg": jpeg(scene(3), 60),
        **{f"train/c/{n}.jpg": jpeg(scene(2000 + n)) for n in range(25)},
    }
    source = source_of(tmp_path / "set", extra, split=True)
    for number in range(0, 25, 5):
        (source / f"test/a/{number:02}.jpg").unlink()
    staged, report = open_waiting(workspace, reviewed(workspace, source))
    assert sum(stored_if(staged, report, {}).values()) == len(staged.names)
    assert sum(stored_if(staged, report, {"leak": "drop"}).values()) == len(staged.names) - 1
    with pytest.raises(TooLittleLeft, match='"a" has no pictures left to test on'):
        stored_if(staged, report, {"leak": "move"})
    assert proposed(staged, report)["leak"] == "keep", "what could not be accepted is not proposed"


def test_copies_are_proposed_to_go_and_leaks_to_move_and_what_is_doubtful_to_stay(
    workspace: Workspace, tmp_path: Path
) -> None:
    extra = {
        "train/a/copy.jpg": jpeg(scene(1)),
        "train/a/tiny.png": png(scene(50)[:12, :20]),
        "test/a/x.jpg": jpeg(scene(3), 60),
    }
    waiting = reviewed(workspace, source_of(tmp_path / "set", extra, split=True))
    staged, report = open_waiting(workspace, waiting)
    chosen = proposed(staged, report)
    assert chosen == {"tiny": "keep", "leak": "move", "exact": "drop"}
    effects = {one.kind: touched(staged, report, one, chosen[one.kind]) for one in report.findings}
    assert effects == {"tiny": 0, "leak": 1, "exact": 1}
    foreseen = stored_if(staged, report, chosen)
    run_job(workspace, submit_accept(workspace, waiting, chosen), silent)
    assert open_data_set(workspace, "mine").split_counts == foreseen


def test_what_a_job_stores_is_decided_on_already(workspace: Workspace, tmp_path: Path) -> None:
    waiting = reviewed(workspace, source_of(tmp_path / "set", {}))
    assert list_undecided(workspace) == [waiting]
    job = submit_accept(workspace, waiting, {})
    assert (list_waiting(workspace), list_undecided(workspace)) == ([waiting], [])
    request_cancel(workspace, job.id)
    assert list_undecided(workspace) == [waiting]


def test_a_class_may_be_dropped_whole_where_two_stay(workspace: Workspace, tmp_path: Path) -> None:
    extra = {f"c/{n}.jpg": jpeg(scene(2000 + n)) for n in range(3)}
    data_set = accepted(workspace, source_of(tmp_path / "set", extra), few="drop")
    assert data_set.classes == ["a", "b"]
