"""Further tests and runs for Results to show, and what it shows."""

import dataclasses
import shutil
from collections.abc import Callable
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.noise.mix import Mix
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.evaluations import Evaluation, list_evaluations, register_evaluation
from core.runs.runs import Run
from core.store import Workspace, new_id
from tests.core.evaluation.conftest import stored_evaluation

Open = Callable[..., AppTest]


def earlier(workspace: Workspace, run: Run, tiny_data_set: DataSet, draws: int) -> Run:
    """The run once more, its test made with other draws of the noises."""
    (tested,) = list_evaluations(workspace, run.id)
    other = create_run(workspace, "earlier run", run.recipe)
    other.folder.checkpoint.write_bytes(b"not read by pages")
    assert run.summary is not None
    save_summary(workspace, other.id, run.summary)
    facts = dataclasses.replace(tested.facts, id=new_id(), run_id=other.id, draws=draws)
    shutil.copytree(tested.folder.path, other.folder.evaluation(facts.id).path)
    register_evaluation(workspace, facts)
    return other


def stored(workspace: Workspace, data_set: DataSet, run: Run, answer: int, **facts: Any) -> Evaluation:
    """A small test: fog at 1 alone, where all pictures are taken for one class."""
    return stored_evaluation(workspace, data_set, run, ["fog"], [1], lambda *_: answer, **facts)


def shown_numbers(at: AppTest) -> pd.DataFrame:
    """The table of the page, by noise and severity."""
    at.session_state["results_tabs"] = "Numbers"
    *_, table = at.run().dataframe
    return table.value.set_index(["noise", "severity"])


def other_data(workspace: Workspace, run: Run) -> Run:
    """The tested run once more, on a data set of the same shape."""
    (tested,) = list_evaluations(workspace, run.id)
    recipe = dataclasses.replace(
        run.recipe, data_set_fingerprint="other", mix=Mix.from_texts(["fog:0.5:1-3"])
    )
    other = create_run(workspace, "other data", recipe)
    other.folder.checkpoint.write_bytes(b"not read by pages")
    assert run.summary is not None
    save_summary(workspace, other.id, dataclasses.replace(run.summary, data_set="twins"))
    facts = dataclasses.replace(tested.facts, id=new_id(), run_id=other.id)
    shutil.copytree(tested.folder.path, other.folder.evaluation(facts.id).path)
    register_evaluation(workspace, facts)
    return other
