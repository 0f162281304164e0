"""What a screen says is so: a short walk past what files can answer. Longer ones, by chance: `python -m tests.browser.walk`."""

import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from core.jobs.executors import EXECUTORS
from tests.browser.serving import ROOT
from tests.browser.truth import furnish
from tests.browser.walk import Step
from tests.core.cli.here import Here

pytestmark = pytest.mark.browser
SEED = "5"


def steps(*words: str) -> list[Step]:
    return [Step(*one.split(maxsplit=2)) for one in words]


AGAINST_FILES = steps(
    "go results",
    "choose results_runs 1",  # several runs: charts, sentences and the CSV against the tables
    "pick results_noises unseen",
    "language ko",
    "reload",
    "language en",
    "go train",
    "choose train_model 1",
    "slide train_epochs Home",
    "pick train_noise none",
    "press train_go",  # the run against the form
)
"""What only a walk holds against the workspace's files. Boxes, addresses and reloads of each page alone: tests/pages."""
PAST_ALL = steps(
    *("go results", "choose results_runs 1", "pick results_noises unseen", "reload", "tab By class"),
    *("language ko", "go explain", "slide explain_severity ArrowRight", "choose explain_noise 1", "reload"),
    *("language en", "go train", "choose train_model 1", "slide train_epochs Home", "pick train_noise none"),
    *("reload", "press train_go", "go preview", "pick lab_photo Coffee", "pick lab_1_severity 5", "reload"),
    *("go data", "slide data_swap_strength Home", "go", "back"),
)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "way",
    [
        pytest.param(AGAINST_FILES, id="against files"),
        pytest.param(PAST_ALL, marks=pytest.mark.whole, id="past all"),
        pytest.param(200, marks=pytest.mark.whole, id="by chance"),
    ],
)
def test_what_the_screens_say_is_so_after_every_step_of_a_walk(
    tmp_path: Path, way: list[Step] | int, first_pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, file = tmp_path / "home", tmp_path / "steps.json"
    shutil.copytree(first_pictures, home / "showcase")
    monkeypatch.setitem(EXECUTORS, "local", Here())
    furnish(home)
    asked = ["--steps", str(way), "--seed", SEED]
    if isinstance(way, list):
        file.write_text(json.dumps([asdict(step) for step in way]))
        asked = ["--again", str(file)]
    # In a process of its own, as by hand: the driver of the other browser tests holds this one's event loop.
    command = [sys.executable, "-m", "tests.browser.walk", *asked, "--home", str(home)]
    walked = subprocess.run(
        [*command, "--out", str(tmp_path / "walked.json")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr[-3000:]
    if isinstance(way, list):
        assert f"0 findings in {len(way)} steps" in walked.stdout
