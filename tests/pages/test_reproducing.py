"""A run made again, from its record and from Results."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet, delete_data_set
from core.jobs.queue import list_jobs
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.runs import Run, settled
from core.store import Workspace
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.conftest import NOISES

OpenPage = Callable[..., AppTest]


def _words(at: AppTest) -> str:
    return "\n".join(one.value for one in (*at.markdown, *at.caption, *at.info))


@pytest.mark.parametrize("page", ["train", "results"])
def test_a_run_is_made_again_where_its_data_are_there_and_else_it_is_said_why_not(
    open_page: OpenPage, evaluated_run: Run, tiny_data_set: DataSet, workspace: Workspace, page: str
) -> None:
    folded = {"train": f"train_reproduce_{evaluated_run.id}", "results": "results_take"}[page]
    at = open_page(page, run=evaluated_run.id)
    at.session_state[folded] = True
    at.run()
    assert "clean and 2 noises × severity 1–5" in _words(at)
    at.button(key=f"{page}_reproduce_go_{evaluated_run.id}").click().run()
    (job,) = list_jobs(workspace)
    assert job.payload["evaluate"] == {"noises": list(NOISES), "severities": [1, 2, 3, 4, 5]}
    assert "tiny run again" in _words(at)
    assert not [one for one in at.button if one.key == f"{page}_reproduce_go_{evaluated_run.id}"]
    with workspace.session() as session:
        from core.tables import JobRow

        session.delete(session.get(JobRow, job.id))
    delete_data_set(workspace, tiny_data_set)
    at.run()
    assert "has been deleted" in _words(at)
    assert not at.exception


def test_both_runs_are_laid_beside_each_other(
    open_page: OpenPage, evaluated_run: Run, tiny_data_set: DataSet, workspace: Workspace
) -> None:
    again = create_run(workspace, "once more", settled(evaluated_run))
    assert evaluated_run.summary is not None
    save_summary(workspace, again.id, evaluated_run.summary)
    again.folder.checkpoint.write_bytes(b"other weights")
    stored_evaluation(
        workspace, tiny_data_set, again, NOISES, (1, 2, 3, 4, 5), lambda truth, _noise, _level: truth
    )
    at = open_page("train", "ko", run=evaluated_run.id)
    at.session_state[f"train_reproduce_{evaluated_run.id}"] = True
    at.run()
    table = next(one.value for one in at.dataframe if "다시" in one.value)
    assert table["정확도, %"].tolist()[:3] == ["검증 정확도", "원본", "노이즈 평균"]
    assert table.iloc[:, 3].tolist()[1:3] == ["0.0", "+50.0"]
    assert table["구간 안"].tolist() == ["", "✓ 예", "✗ 아니요", "✗ 아니요", "✗ 아니요"]
    assert "숫자 5개 가운데 3개가 처음 결과의" in _words(at)
