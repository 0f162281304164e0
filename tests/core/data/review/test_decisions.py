"""What is decided about an import that was checked, and the data set that comes of it."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.dataset import SPLITS, DataSet, list_data_sets, open_data_set, unused_name
from core.data.imports import run_job as run_import
from core.data.imports import submit_import
from core.data.review.acceptance import (
    discard,
    list_undecided,
    list_waiting,
    open_waiting,
    run_job,
    submit_accept,
)
from core.data.review.decisions import MOST_FILES, reported, touched
from core.errors import BadName, Cancelled, NameTaken, NotAChoice, NotWaiting, TooLittleLeft
from core.jobs.queue import list_jobs, submit
from core.jobs.requests import request_cancel
from core.progress import silent
from core.store import Workspace
from core.words import Text
from tests.core.data.doubtful import CASES, accepted, jpeg, png, reviewed, scene, source_of


def notes(data_set: DataSet) -> str:
    return " ".join(note["en"] for note in data_set.notes)


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
    assert f"Mended, {len(gone)} dropped. Found before: " in notes(data_set)


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
    assert ("Mended, 1 moved to the training split. Found before: " in notes(data_set)) == (choice == "move")


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
    assert sum(open_waiting(workspace, waiting).storable({}).counts.values()) == 8


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
    review = open_waiting(workspace, reviewed(workspace, source))
    staged = review.staged
    assert sum(review.storable({}).counts.values()) == len(staged.names)
    assert sum(review.storable({"leak": "drop"}).counts.values()) == len(staged.names) - 1
    with pytest.raises(TooLittleLeft, match='"a" has no pictures left to test on'):
        review.storable({"leak": "move"})
    assert review.proposed()["leak"] == "keep", "what could not be accepted is not proposed"


def test_copies_are_proposed_to_go_and_leaks_to_move_and_what_is_doubtful_to_stay(
    workspace: Workspace, tmp_path: Path
) -> None:
    extra = {
        "train/a/copy.jpg": jpeg(scene(1)),
        "train/a/tiny.png": png(scene(50)[:12, :20]),
        "test/a/x.jpg": jpeg(scene(3), 60),
    }
    waiting = reviewed(workspace, source_of(tmp_path / "set", extra, split=True))
    review = open_waiting(workspace, waiting)
    staged, report = review.staged, review.checked
    chosen = review.proposed()
    assert chosen == {"tiny": "keep", "leak": "move", "exact": "drop"}
    effects = {one.kind: touched(staged, report, one, chosen[one.kind]) for one in report.findings}
    assert effects == {"tiny": 0, "leak": 1, "exact": 1}
    foreseen = review.storable(chosen).counts
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


def test_the_card_counts_the_classes_of_what_is_stored_not_of_what_was_read(
    workspace: Workspace, tmp_path: Path
) -> None:
    # Read, b has 20 pictures; ten of them are copies, so that stored it has ten.
    source = source_of(tmp_path / "set", {}, each=40)
    for number in range(40):
        path = source / "b" / f"{number:02}.jpg"
        if number >= 20:
            path.unlink()
        elif number >= 10:
            path.write_bytes(jpeg(scene(1000 + number - 10)))
    waiting = reviewed(workspace, source)
    review = open_waiting(workspace, waiting)
    assert [one.kind for one in review.checked.findings] == ["exact"]
    run_job(workspace, submit_accept(workspace, waiting, review.proposed()), silent)
    said = notes(open_data_set(workspace, "mine"))
    assert "Classes with fewer than 20 pictures: b (10)." in said
    assert "a, has 4 times the pictures of the smallest, b" in said


@pytest.mark.parametrize(
    ("asked", "images", "splits"),
    [
        ({}, 52, {"train/a/03.jpg": "train", "test/a/x.jpg": "test"}),
        ({"as_proposed": True}, 51, {"train/a/03.jpg": "train", "test/a/x.jpg": "train"}),
        (
            {"as_proposed": True, "decisions": {"leak": "drop", "exact": "keep"}},
            51,
            {"test/a/x.jpg": "test"},
        ),
        ({"decisions": {"exact": "drop"}}, 51, {"train/a/03.jpg": "train", "test/a/x.jpg": "test"}),
    ],
)
def test_an_import_that_does_not_wait_does_what_it_was_told_and_else_keeps_all(
    workspace: Workspace, tmp_path: Path, asked: dict[str, Any], images: int, splits: dict[str, str]
) -> None:
    extra = {"test/a/x.jpg": jpeg(scene(3), 60), "train/b/copy.jpg": jpeg(scene(1001))}
    job = submit_import(workspace, source_of(tmp_path / "set", extra, split=True), "mine", **asked)
    result = run_import(workspace, job, silent)
    data_set = open_data_set(workspace, result["data_set_id"])
    where = dict(zip(data_set.names, data_set.splits.tolist(), strict=True))
    assert len(data_set.images) == images
    assert {
        name: SPLITS[where[name]] for name in ("train/a/03.jpg", "test/a/x.jpg") if name in where
    } == splits
    (leak,) = [one for one in result["report"] if one["key"] == "leak"]
    assert leak["files"] == [["test/a/x.jpg", "train/a/03.jpg"]]
    assert leak["would"] == {"move": 1, "drop": 1}
    wanted = "move" if asked.get("as_proposed") else "keep"
    assert leak["chosen"] == asked.get("decisions", {}).get("leak", wanted)


def test_an_import_told_to_drop_too_much_waits_and_says_why(workspace: Workspace, tmp_path: Path) -> None:
    extra = {f"c/{n}.jpg": jpeg(scene(2000 + n)) for n in range(3)}
    source = source_of(tmp_path / "set", extra, each=5)
    job = submit_import(workspace, source, "mine", decisions={"few": "drop"})
    result = run_import(workspace, job, silent)
    assert "no picture is left" in result["why"]["en"]
    assert list_waiting(workspace) == [result["waiting"]]
    assert list_data_sets(workspace) == []


@pytest.mark.parametrize("decisions", [{"leek": "drop"}, {"leak": "mend"}, {"imbalance": "drop"}])
def test_a_decision_that_nobody_can_take_is_refused_before_anything_is_read(
    workspace: Workspace, tmp_path: Path, decisions: dict[str, str]
) -> None:
    with pytest.raises(NotAChoice):
        submit_import(workspace, source_of(tmp_path / "set", {}), "mine", decisions=decisions)
    assert list_jobs(workspace) == []


def test_many_files_of_a_finding_are_counted_where_not_all_are_named(
    workspace: Workspace, tmp_path: Path
) -> None:
    extra = {f"a/copy{n:03}.jpg": jpeg(scene(3)) for n in range(130)}
    review = open_waiting(workspace, reviewed(workspace, source_of(tmp_path / "set", extra)))
    (one,) = [one for one in reported(review.staged, review.checked, {}) if one["key"] == "exact"]
    assert (sum(map(len, one["files"])), one["more"]) == (MOST_FILES, 131 - MOST_FILES)


def test_copies_that_a_leak_brings_together_are_dropped_to_one_with_the_others(
    workspace: Workspace, tmp_path: Path
) -> None:
    # Two test pictures are trained on, to the pixel; a third picture is there twice in training.
    extra = {
        "test/a/x.jpg": jpeg(scene(3)),
        "test/b/y.jpg": jpeg(scene(1004)),
        "train/a/copy.jpg": jpeg(scene(1)),
    }
    waiting = reviewed(workspace, source_of(tmp_path / "set", extra, split=True))
    review = open_waiting(workspace, waiting)
    said = {one.kind: one.said["en"] for one in review.checked.findings}
    assert said["exact"] == "Exact copies of another picture: 3."
    chosen = review.proposed()
    assert chosen == {"leak": "move", "exact": "drop"}
    run_job(workspace, submit_accept(workspace, waiting, chosen), silent)
    data_set = open_data_set(workspace, "mine")
    assert len(data_set.images) == 50
    assert len({image.tobytes() for image in np.asarray(data_set.images)}) == 50
    where = dict(zip(data_set.names, data_set.splits.tolist(), strict=True))
    assert not {name for name, split in where.items() if SPLITS[split] == "test"} & {
        "test/a/x.jpg",
        "test/b/y.jpg",
    }
    assert "Mended, 3 dropped. Found before: Exact copies of another picture: 3." in notes(data_set)


def test_of_copies_in_two_splits_that_are_only_dropped_the_one_in_the_test_stays(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = source_of(tmp_path / "set", {"test/a/x.jpg": jpeg(scene(3))}, split=True)
    data_set = accepted(workspace, source, leak="keep", exact="drop")
    assert "test/a/x.jpg" in data_set.names
    assert "train/a/03.jpg" not in data_set.names


def test_a_picture_under_two_labels_in_two_splits_is_a_leak_as_well(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = source_of(tmp_path / "set", {"test/b/x.jpg": jpeg(scene(3))}, split=True)
    data_set = accepted(workspace, source, leak="move")
    where = dict(zip(data_set.names, data_set.splits.tolist(), strict=True))
    assert SPLITS[where["test/b/x.jpg"]] != "test"
    assert "under two labels: 1 (2 in all)" in notes(data_set)
    assert "Mended, 1 moved to the training split" in notes(data_set)


@pytest.mark.parametrize("decision", ["keep", "drop"])
def test_a_class_that_is_given_no_test_picture_is_told(
    workspace: Workspace, tmp_path: Path, decision: str
) -> None:
    extra = {f"train/c/{n}.jpg": jpeg(scene(2000 + n)) for n in range(25)}
    source = source_of(tmp_path / "set", extra, split=True)
    data_set = accepted(workspace, source, untested=decision)
    said = "Classes of which no picture is given to test on: c (25)."
    assert said in notes(data_set)
    assert ("Mended, 25 dropped" in notes(data_set)) == (decision == "drop")
    assert ("c" in data_set.classes) == (decision == "keep")


def test_where_all_test_pictures_are_moved_the_card_says_that_all_was_split_anew(
    workspace: Workspace, tmp_path: Path
) -> None:
    extra = {
        f"test/{c}/{n}.jpg": jpeg(scene(first + n), 60)
        for c, first in (("a", 0), ("b", 1000))
        for n in (1, 2)
    }
    source = source_of(tmp_path / "set", extra, split=True)
    for name in "ab":
        for number in range(0, 25, 5):
            (source / "test" / name / f"{number:02}.jpg").unlink()
    data_set = accepted(workspace, source, leak="move")
    assert data_set.split_counts["test"] > 0
    assert "validation and test pictures are cut from them by the seed" in notes(data_set)


def test_the_card_says_of_what_is_kept_only_what_other_decisions_leave_of_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    # Dropping copies takes the training picture of one leak; the other, a near-duplicate, stays.
    extra = {"test/a/x.jpg": jpeg(scene(3)), "test/b/y.jpg": jpeg(scene(1004), 60)}
    source = source_of(tmp_path / "set", extra, split=True)
    data_set = accepted(workspace, source, exact="drop")
    assert "so that the test has been seen: 1 (2 in all)." in notes(data_set)
    shutil.rmtree(data_set.folder.path)
    workspace = Workspace.open(workspace.root)
    (source / "test/b/y.jpg").unlink()
    data_set = accepted(workspace, source, exact="drop")
    assert "Mended by what else was done. Found before: Pictures that are there in two splits" in notes(
        data_set
    )


def test_a_picture_that_two_findings_drop_is_counted_once(workspace: Workspace, tmp_path: Path) -> None:
    source = source_of(tmp_path / "set", {"test/a/x.jpg": jpeg(scene(3))}, split=True)
    data_set = accepted(workspace, source, leak="drop", exact="drop")
    assert len(data_set.images) == 50
    assert notes(data_set).count("Mended, 1 dropped") == 1
    assert "Mended by what else was done. Found before: Exact copies" in notes(data_set)
