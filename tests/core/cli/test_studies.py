"""What the command for studies says, and what becomes of it."""

import json

import pytest

from core.cli import main, studies
from core.cli.waiting import wait_for_study
from core.data.dataset import DataSet
from core.errors import Cancelled
from core.jobs import queue
from core.jobs.executors import EXECUTORS
from core.runs.studies import list_studies, runs_of
from core.store import Workspace
from core.studies.ready import get_ready
from core.studies.study import plan_study
from core.tables import JobRow
from tests.core.cli.here import Here


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--data", "tiny", "--model", "small_cnn"], "a study"),
        (["--data", "tiny", "--model", "small_cnn", "--preset", "eech"], "each"),
        (["--data", "tiny", "--model", "small_cn", "--preset", "each"], "small_cnn"),
        (["--data", "tiny", "--model", "small_cnn", "--preset", "each", "--seeds", "0"], "number of seeds"),
        (["--data", "tiny", "--model", "small_cnn", "--preset", "each", "--add-seeds", "1"], "--add-seeds"),
        (["--study", "none", "--add-seeds", "1"], "study"),
        (["--study", "none"], "--add-seeds 2"),
        (["--study", "none", "--add-seeds", "1", "--epochs", "2"], "--epochs"),
    ],
)
def test_a_study_that_cannot_be_is_a_mistake_in_one_sentence(
    workspace: Workspace,
    tiny_data_set: DataSet,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    assert main(["study", *options]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err
    assert list_studies(workspace) == []


def test_study_says_what_it_will_take_and_prints_study_and_runs(
    workspace: Workspace,
    tiny_data_set: DataSet,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        studies, "wait_for_study", lambda *_: []
    )  # what comes after the queue has its own tests
    common = ["--data", "tiny", "--model", "small_cnn", "--epochs", "1", "--json"]
    assert main(["study", "--preset", "carries", *common]) == 0
    out, err = capsys.readouterr()
    assert err.startswith("9 runs, each trained and tested: about ")
    assert err.rstrip().endswith("MB on the disk.")
    found = json.loads(out)
    (study,) = list_studies(workspace)
    assert set(found) == {"study", "runs"}
    assert found == {"study": study.id, "runs": [run.id for run in runs_of(workspace, study.id)]}
    assert main(["study", "--study", study.name, "--add-arm", "fog", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["runs"]) == 3
    assert main(["study", "--study", study.id, "--add-seeds", "1", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["runs"]) == 4


def test_one_run_that_fails_keeps_the_others_and_is_said(
    workspace: Workspace,
    tiny_data_set: DataSet,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new = plan_study(
        workspace, tiny_data_set, get_ready("carries"), "small_cnn", 1, 1, threads=1, precision="fp32"
    )
    made = new.submit(workspace)
    with workspace.session() as session:  # nothing to be tested under, and one run that cannot be trained
        for number, (_, job) in enumerate(made):
            row = session.get_one(JobRow, job.id)
            row.payload = {**row.payload, "evaluate": None if number != 1 else 3}
    monkeypatch.setitem(EXECUTORS, "local", Here())
    ended = wait_for_study(workspace, new.study.id, [job for _, job in made])
    assert [job.state for job in ended] == ["done", "failed", "done"]
    assert made[1][0].label["en"] in capsys.readouterr().err
    assert [run.trained for run in runs_of(workspace, new.study.id)] == [True, False, True]


def test_ctrl_c_cancels_what_is_left_of_a_study(
    workspace: Workspace, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = plan_study(workspace, tiny_data_set, get_ready("carries"), "small_cnn", 1, 1)
    jobs = [job for _, job in new.submit(workspace)]
    queue.claim(workspace, jobs[0].id)
    queue.finish(workspace, jobs[0].id, "done", result={})

    class Interrupted(Here):
        def start(self, workspace: Workspace, job_id: str) -> None:  # type: ignore[override]
            import signal

            signal.raise_signal(signal.SIGINT)

    monkeypatch.setitem(EXECUTORS, "local", Interrupted())
    with pytest.raises(Cancelled):
        wait_for_study(workspace, new.study.id, jobs)
    assert [queue.get_job(workspace, job.id).state for job in jobs] == ["done", "cancelled", "cancelled"]
