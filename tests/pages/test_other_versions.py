"""What another version wrote takes no page down."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from core.jobs.kinds import KINDS
from core.runs.editing import save_summary
from core.runs.runs import Run, list_runs
from core.store import Workspace, new_id
from core.studies.demo import submit_demo
from core.tables import DataSetRow, EvaluationRow, JobRow, RunRow


@pytest.fixture
def odd_run(workspace: Workspace, evaluated_run: Run) -> Run:
    """A run of a model and a noise that are not known here, tested under such a noise, in records that lack much."""
    submit_demo(workspace)
    with workspace.session() as session:
        run = session.get_one(RunRow, evaluated_run.id)
        mix = [{"noise": "newer_noise", "probability": 0.5, "lowest": 1, "highest": 5, "how": "new"}]
        run.recipe = {
            "data_set_id": run.data_set_id,
            "model": "newer_net",
            "mix": mix,
            "epochs": "many",
            "x": 1,
        }
        run.summary = {"classes": (run.summary or {})["classes"], "x": 1}
        evaluation = session.scalars(select(EvaluationRow)).one()
        facts: dict[str, Any] = dict(evaluation.facts)
        evaluation.facts = {name: facts[name] for name in ("images", "severities")} | {
            "noises": [*facts["noises"], "newer_noise"],
            "x": 1,
        }
        data_set = session.scalars(select(DataSetRow)).one()
        data_set.card = {name: data_set.card[name] for name in ("classes", "counts", "size")} | {"x": 1}
        job = session.scalars(select(JobRow)).one()
        job.payload = job.payload | {"plan": {"newer": 1}}
        for kind in (*KINDS, "newer"):
            for state, payload in (("failed", {}), ("queued", {"run_id": 1, "source": [], "about": "x"})):
                title = {"en": "A", "ko": "A"}
                session.add(
                    JobRow(id=new_id(), kind=kind, title=title, payload=payload, state=state, created=1.0)
                )
    return next(run for run in list_runs(workspace) if run.id == evaluated_run.id)


@pytest.mark.parametrize("page", ["home", "preview", "data", "train", "results", "explain", "quiz"])
def test_a_page_stays_up_with_the_records_of_another_version(
    page: str, odd_run: Run, open_page: Callable[..., AppTest]
) -> None:
    at = open_page(page, run=odd_run.id)
    assert not at.exception, at.exception


def test_the_record_of_a_run_says_that_its_model_is_not_known_here(
    odd_run: Run, open_page: Callable[..., AppTest]
) -> None:
    at = open_page("train", run=odd_run.id)
    assert any("cannot train it again" in caption.value for caption in at.caption)


def test_the_record_of_a_run_says_that_its_data_set_has_changed_since(
    workspace: Workspace, evaluated_run: Run, open_page: Callable[..., AppTest]
) -> None:
    said = "has changed since it was trained"
    at = open_page("train", run=evaluated_run.id)
    assert not any(said in caption.value for caption in at.caption)
    with workspace.session() as session:
        data_set = session.scalars(select(DataSetRow)).one()
        data_set.card = data_set.card | {"fingerprint": "another"}
    at = open_page("train", run=evaluated_run.id)
    assert any(said in caption.value for caption in at.caption)


def test_of_a_run_without_validation_pictures_no_accuracy_on_them_is_told(
    workspace: Workspace, trained_run: Run, open_page: Callable[..., AppTest]
) -> None:
    assert trained_run.summary is not None
    save_summary(workspace, trained_run.id, replace(trained_run.summary, validation_accuracy=None))
    said = [one.value for one in open_page("train").markdown if "**tiny run**" in one.value]
    assert any("no validation pictures" in one for one in said)
    assert not any("%" in one for one in said)


@pytest.mark.parametrize("page", ["train", "results"])
def test_a_run_of_an_unknown_model_that_is_not_tested_is_no_trouble_but_its_own(
    page: str, workspace: Workspace, trained_run: Run, open_page: Callable[..., AppTest]
) -> None:
    with workspace.session() as session:
        run = session.get_one(RunRow, trained_run.id)
        run.recipe = run.recipe | {"model": "newer_net"}
    at = open_page(page, run=trained_run.id)
    assert not at.exception
    assert any("newer_net" in caption.value for caption in at.caption)
