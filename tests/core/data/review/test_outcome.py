"""What an import becomes is worked out once: what was shown is what is stored, and nothing stale is."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.dataset import DataSet, open_data_set
from core.data.imports import run_job as run_import
from core.data.imports import submit_import
from core.data.review import outcome
from core.data.review.acceptance import open_waiting, run_job, submit_accept
from core.data.review.check import Checked
from core.data.review.outcome import Outcome
from core.jobs.queue import finish
from core.jobs.requests import request_cancel
from core.progress import silent
from core.store import Workspace
from tests.core.data.doubtful import CASES, jpeg, reviewed, scene, source_of


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each set of decisions was carried through."""
    calls: Counter[str] = Counter()
    real = outcome.decided

    def counted(staged: Any, checked: Any, decisions: Any) -> Any:
        calls[" ".join(f"{kind}={choice}" for kind, choice in decisions.items())] += 1
        return real(staged, checked, decisions)

    monkeypatch.setattr(outcome, "decided", counted)
    return calls


def is_as_shown(data_set: DataSet, shown: Outcome) -> bool:
    return (
        data_set.split_counts == shown.counts
        and data_set.classes == shown.classes
        and np.array_equal(data_set.labels, shown.labels)
        and np.array_equal(data_set.splits, shown.splits)
        and data_set.notes == [*shown.notes, *shown.split_notes]
    )


def test_what_was_shown_is_what_is_stored_without_being_worked_out_again(
    workspace: Workspace, tmp_path: Path, worked_out: Counter[str]
) -> None:
    extra = {"train/a/copy.jpg": jpeg(scene(1)), "test/a/x.jpg": jpeg(scene(3), 60)}
    waiting = reviewed(workspace, source_of(tmp_path / "set", extra, split=True))
    review = open_waiting(workspace, waiting)
    chosen = review.proposed()
    shown = review.outcome(chosen)
    run_job(workspace, submit_accept(workspace, waiting, chosen, review=review), silent)
    assert is_as_shown(open_data_set(workspace, "mine"), shown)
    assert worked_out["exact=drop leak=move"] == 1
    assert set(worked_out.values()) == {1}


def test_an_import_that_does_not_wait_works_out_what_is_proposed_once(
    workspace: Workspace, tmp_path: Path, worked_out: Counter[str]
) -> None:
    source = source_of(tmp_path / "set", CASES["exact"][0])
    run_import(workspace, submit_import(workspace, source, "mine", as_proposed=True), silent)
    assert len(open_data_set(workspace, "mine").images) == 50
    assert worked_out == {"exact=drop": 1}


@pytest.mark.parametrize(
    ("first", "second", "images"), [({"exact": "drop"}, {}, 51), ({}, {"exact": "drop"}, 50)]
)
def test_after_a_change_of_mind_the_last_decision_is_stored(
    workspace: Workspace, tmp_path: Path, first: dict[str, str], second: dict[str, str], images: int
) -> None:
    waiting = reviewed(workspace, source_of(tmp_path / "set", CASES["exact"][0]))
    job = submit_accept(workspace, waiting, first)
    request_cancel(workspace, job.id)
    finish(workspace, job.id, "cancelled")
    shown = open_waiting(workspace, waiting).outcome(second)
    run_job(workspace, submit_accept(workspace, waiting, second), silent)
    assert len(shown.rows) == images
    assert is_as_shown(open_data_set(workspace, "mine"), shown)


def test_what_was_worked_out_of_other_files_is_not_stored(workspace: Workspace, tmp_path: Path) -> None:
    waiting = reviewed(workspace, source_of(tmp_path / "set", CASES["exact"][0]))
    job = submit_accept(workspace, waiting, {"exact": "drop"})
    folder = workspace.waiting / waiting
    report = Checked.load(folder)
    report.findings[0].groups[:] = [[0, 1, 2]]  # three pictures that are no copies: two of them would go
    report.save(folder)
    run_job(workspace, job, silent)
    assert len(open_data_set(workspace, "mine").images) == 49


@pytest.mark.parametrize("damage", [b"", b"PK", None])
def test_a_kept_outcome_that_cannot_be_read_is_worked_out_anew(
    workspace: Workspace, tmp_path: Path, damage: bytes | None
) -> None:
    waiting = reviewed(workspace, source_of(tmp_path / "set", CASES["exact"][0]))
    job = submit_accept(workspace, waiting, {"exact": "drop"})
    (kept,) = (workspace.waiting / waiting).glob("outcome-*")
    if damage is None:
        kept.unlink()
    else:
        kept.write_bytes(damage)
    run_job(workspace, job, silent)
    assert len(open_data_set(workspace, "mine").images) == 50
