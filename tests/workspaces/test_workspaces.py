"""Workspaces of earlier versions, made by make.py as each was: they open, are listed, shown and read."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.data.dataset import list_data_sets
from core.evaluation.metrics import cell_table
from core.jobs.queue import list_jobs
from core.lab import showcase
from core.networks.checkpoint import read_checkpoint
from core.runs.evaluations import list_evaluations, read_predictions
from core.runs.runs import list_runs
from core.store import Workspace
from core.training import timing

HERE = Path(__file__).resolve().parent
SHELL = str(HERE.parents[1] / "pages" / "shell.py")


@pytest.fixture(params=sorted(path.parent.name for path in HERE.glob("*/noiselens.sqlite3")))
def old(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """A copy of each."""
    home = tmp_path / "home"
    shutil.copytree(HERE / request.param, home)
    monkeypatch.setenv("NOISELENS_HOME", str(home))
    monkeypatch.setattr(showcase, "start_showcase", lambda workspace: None)
    monkeypatch.setattr(timing, "is_idle", lambda: False)
    opened = Workspace.open()
    yield opened
    opened.close()
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.parametrize("index", ["kept", "made anew"])
def test_everything_in_an_old_workspace_is_listed_and_can_be_read(old: Workspace, index: str) -> None:
    if index == "made anew":
        old.close()
        for file in old.root.glob("noiselens.sqlite3*"):
            file.unlink()
        old = Workspace.open()
    (data_set,) = list_data_sets(old)
    assert data_set.images.shape == (20, 32, 32, 3)
    (run,) = list_runs(old)
    run.recipe.check()
    assert (run.name, run.state, run.recipe.kept, run.trained) == ("squares run", "done", {}, True)
    assert read_checkpoint(run.folder.checkpoint).classes == data_set.classes
    (evaluation,) = list_evaluations(old)
    assert evaluation.facts.method == "grad-cam"
    rows = read_predictions(evaluation, ["image", "map", "map_true"])
    assert rows["map_true"].isna().all(), "it came after them"
    assert rows["map"].notna().all()
    cells = cell_table(read_predictions(evaluation))
    assert list(cells["noise"]) == ["clean", "gaussian_noise"]
    assert [job.state for job in list_jobs(old)] == ([] if index == "made anew" else ["done", "done"])
    old.close()


@pytest.mark.parametrize("page", ["home", "preview", "data", "train", "results", "explain", "quiz"])
def test_each_page_shows_an_old_workspace(old: Workspace, page: str) -> None:
    at = AppTest.from_file(SHELL, default_timeout=60)
    at.query_params["lang"] = "en"
    at.run()
    at.query_params["run"] = list_runs(old)[0].id
    at.switch_page(f"{page}.py").run()
    assert not at.exception
