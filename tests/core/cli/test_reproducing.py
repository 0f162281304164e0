"""The command reproduce, on runs that are there."""

import pytest

from core.cli import main
from core.data.dataset import DataSet
from core.store import Workspace
from tests.core.studies.test_reproduce import trained, with_test


def test_two_runs_are_laid_beside_each_other_and_the_exit_code_says_whether_the_numbers_hold(
    workspace: Workspace,
    tiny_data_set: DataSet,
    told,
    refused,
    capsys: pytest.CaptureFixture[str],
    monkeypatch,
) -> None:
    monkeypatch.setenv("NOISELENS_HOME", str(workspace.root))
    first, same, off = (trained(workspace, tiny_data_set, name) for name in ("first", "same", "off"))
    trained(workspace, tiny_data_set, "other", threads=1)
    for run in (first, same, off):
        with_test(workspace, tiny_data_set, run, wrong=int(run.id == off.id))
    said = told("reproduce", "first", "--beside", "same", "--json")
    assert (said["identical"], said["should_be_identical"], said["apart"]) == (True, True, [])
    assert (said["answers"], said["exact_answers"]) == (48, 48)
    assert {one["key"]: one["within"] for one in said["numbers"]} == {
        "validation": None,
        "clean": True,
        "mean": True,
        "fog": True,
    }
    assert main(["reproduce", "first", "--beside", "off"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("1 of 4 numbers lie outside the first run's 95 % intervals")
    assert next(line.split() for line in lines if line.startswith("clean "))[-1] == "no"
    assert '"other" was not trained from the same recipe' in refused(
        "reproduce", "first", "--beside", "other"
    )
