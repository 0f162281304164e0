"""What a screen says is so, in every order of clicks: a short walk by chance. Longer ones: `python -m tests.browser.walk`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.serving import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("walk")]
SEED = "5"


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("steps", [60, pytest.param(200, marks=pytest.mark.whole)])
def test_what_the_screens_say_is_so_after_every_step_of_a_walk(tmp_path: Path, steps: int) -> None:
    # In a process of its own, as by hand: the driver of the other browser tests holds this one's event loop.
    command = [sys.executable, "-m", "tests.browser.walk", "--steps", str(steps), "--seed", SEED]
    walked = subprocess.run(
        [*command, "--out", str(tmp_path / "steps.json")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr[-3000:]
