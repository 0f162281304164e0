from collections.abc import Callable

from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from core.brought.export import submit_export
from core.brought.made import made_by, place
from core.jobs.queue import claim, finish, list_jobs
from core.runs.runs import Run
from core.store import Workspace
from pages.parts.made_route import made_address, made_route

Open = Callable[..., AppTest]


def _exported(workspace: Workspace, run: Run) -> str:
    """A job that has written a file."""
    job = submit_export(workspace, run, "card")
    claim(workspace, job.id)
    path = place(workspace, job, "한 모델.md")
    path.write_text("# card")
    finish(workspace, job.id, "done", result={"file": path.name, "bytes": 6})
    return job.id


def test_what_a_job_made_leaves_by_its_name_for_this_dashboard_alone(
    workspace: Workspace, trained_run: Run
) -> None:
    job_id = _exported(workspace, trained_run)
    client = TestClient(Starlette(routes=[made_route(lambda: workspace, "app")]))
    answer = client.get(made_address(job_id, "app"))
    assert answer.text == "# card"
    assert "%ED%95%9C%20%EB%AA%A8%EB%8D%B8.md" in answer.headers["content-disposition"]
    assert client.get(made_address("none", "app")).status_code == 404
    assert (
        client.get(made_address(job_id, "app"), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )


def test_a_job_says_no_path_out_of_its_folder(workspace: Workspace, trained_run: Run) -> None:
    job = submit_export(workspace, trained_run, "card")
    claim(workspace, job.id)
    finish(workspace, job.id, "done", result={"file": "../../../state.db"})
    assert made_by(workspace, job.id) is None


def test_an_export_is_begun_once_and_its_link_stands_where_it_was_asked_for(
    open_page: Open, workspace: Workspace, trained_run: Run
) -> None:
    _exported(workspace, trained_run)
    at = open_page("train", run=trained_run.id)
    at.session_state[f"train_take_{trained_run.id}"] = True
    at.run()
    for _ in range(2):
        at.button(key=f"train_take_onnx_{trained_run.id}").click().run()
    assert not at.exception
    assert [job.kind for job in list_jobs(workspace)] == ["export", "export"]
    links = [one.proto.url for one in at.get("link_button")]
    assert any(made_address("") in url for url in links)
