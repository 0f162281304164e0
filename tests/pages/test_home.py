"""The first page: the claim, the demo study from button to links, and no torch in the server."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.files import write_json
from core.images import write_png
from core.jobs.queue import claim, finish, get_job, list_jobs, say
from core.runs.entering import create_run
from core.runs.studies import create_study
from core.store import Workspace
from core.studies.demo import submit_demo
from core.words import Text
from tests.endings import ended

ROOT = Path(__file__).resolve().parents[2]


def button(at: AppTest, label: str):
    return next(found for found in at.button if label in found.label)


def test_one_click_starts_the_demo_and_a_second_visitor_finds_it(
    workspace: Workspace, open_page: Callable[..., AppTest]
) -> None:
    at = open_page("home")
    button(at, "Run the demo study").click().run()
    (job,) = list_jobs(workspace)
    assert (job.kind, job.state) == ("study", "queued")
    assert button(at, "The demo study is running").disabled

    claim(workspace, job.id)
    say(workspace, job.id, 0.4, Text(en="Epoch 3 of 8", ko="에폭 3/8"))
    other = open_page("home")
    assert any("Epoch 3 of 8" in markdown.value for markdown in other.markdown)
    button(other, "Cancel").click().run()
    assert get_job(workspace, job.id).cancel_requested
    assert button(other, "Cancelling").disabled


def test_after_the_demo_the_filled_button_leads_to_its_results(
    workspace: Workspace, open_page: Callable[..., AppTest], trained_run
) -> None:
    study = create_study(workspace, "Demo", demo=True)
    for name in ("clean", "noise-trained"):
        arm = create_run(workspace, name, trained_run.recipe, study)
        ended(workspace, arm.id, "done")
    job = submit_demo(workspace)
    claim(workspace, job.id)
    finish(workspace, job.id, "done", result={"study_id": study.id, "run_ids": ["a", "b"]})
    at = open_page("home")
    assert button(at, "See the results")
    assert not [found for found in at.button if "demo study" in found.label]
    assert any("done" in markdown.value for markdown in at.markdown)


def test_runs_that_did_not_end_well_are_not_counted(
    workspace: Workspace, open_page: Callable[..., AppTest], trained_run
) -> None:
    for state in ("cancelled", "failed"):
        ended(workspace, create_run(workspace, state, trained_run.recipe).id, state)
    assert any("runs: 1" in caption.value for caption in open_page("home").caption)


def test_why_a_job_failed_is_on_the_page(workspace: Workspace, open_page: Callable[..., AppTest]) -> None:
    from core.errors import WorkFailed

    job = submit_demo(workspace)
    claim(workspace, job.id)
    finish(workspace, job.id, "failed", error=WorkFailed(detail="no space"))
    at = open_page("home")
    assert any("no space" in markdown.value for markdown in at.markdown)
    assert button(at, "Run the demo study")


@pytest.mark.parametrize(("language", "said"), [("en", "missile"), ("ko", "미사일")])
def test_the_pair_says_its_classes_in_the_visitor_s_language(
    workspace: Workspace, open_page: Callable[..., AppTest], language: str, said: str
) -> None:
    workspace.showcase.mkdir()
    for name in ("clean", "noisy"):
        write_png(workspace.showcase / f"{name}_overlay.png", np.zeros((8, 8, 3), np.uint8))
    top = [("missile", 0.6), ("crane", 0.1)]
    facts = {
        "model": "efficientnet_lite0",
        "photo": "rocket",
        "noise": "salt_pepper",
        "severity": 3,
        "seed": 0,
    }
    write_json(workspace.showcase / "pair.json", {**facts, "clean": top, "noisy": top[::-1]})
    (clean, noisy) = (shown.proto.imgs[0] for shown in open_page("home", language).image)
    assert said in clean.caption
    assert said in clean.alt
    assert said not in noisy.caption


def test_the_server_needs_no_torch_for_home(tmp_path: Path) -> None:
    code = """
import sys
from streamlit.testing.v1 import AppTest
from core.lab import showcase
showcase.start_showcase = lambda workspace: None
import app
at = AppTest.from_file("pages/shell.py", default_timeout=60).run()
assert not at.exception and at.title, at
print(*(name for name in ("torch", "torchvision", "skimage", "plotly.graph_objs") if name in sys.modules))
"""
    environment = os.environ | {"NOISELENS_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout.split()) & {"torch", "torchvision"}
