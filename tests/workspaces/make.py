"""A small workspace as this version writes it: `python -m tests.workspaces.make NAME`, beside this file.

Made once for each change of a file format, and then never again: test_workspaces.py opens every one for ever.
"""

import os
import sys
from pathlib import Path

import numpy as np

from core.data.splits import periodic
from core.data.writer import Contents, save
from core.evaluation.job import run_job as run_evaluation
from core.evaluation.job import submit_evaluation
from core.jobs.queue import claim, finish
from core.noise.mix import Mix
from core.progress import silent
from core.runs.recipe import Recipe
from core.runs.runs import open_run
from core.store import Workspace
from core.training.job import run_job as run_training
from core.training.job import submit_training
from core.words import Text, plain

HERE = Path(__file__).resolve().parent


def make(place: Path) -> None:
    """A data set of 20 pictures of 32 px, a run of one epoch, and its test under one noise."""
    place.mkdir()
    os.environ["NOISELENS_HOME"] = str(place)
    workspace = Workspace.open()
    labels = np.arange(20) % 2
    images = np.random.default_rng(0).integers(60, 120, (20, 32, 32, 3), dtype=np.uint8)
    images[labels == 1, 8:24, 8:24] += 100
    contents = Contents(
        kind="import",
        classes=["dark", "bright"],
        images=images,
        labels=labels.astype(np.int64),
        splits=periodic(np.arange(20) // 2),
        names=[f"{number}.png" for number in range(20)],
        seed=0,
        origin=Text(en="a test", ko="테스트"),
        licence=plain("CC0"),
    )
    data_set = save(workspace, place / "jobs" / "made" / "staging", "squares", contents, silent)
    recipe = Recipe.make(
        data_set_id=data_set.id,
        data_set_fingerprint=data_set.card.fingerprint,
        model="small_cnn",
        mix=Mix.from_texts(["gaussian_noise:0.5:1-5"]),
        epochs=1,
        batch_size=4,
        device="cpu",
    )
    run, training = submit_training(workspace, data_set, recipe, "squares run")
    assert claim(workspace, training.id)
    finish(workspace, training.id, "done", result=run_training(workspace, training, silent))
    testing = submit_evaluation(workspace, open_run(workspace, run.id), ["gaussian_noise"], [3])
    assert claim(workspace, testing.id)
    finish(workspace, testing.id, "done", result=run_evaluation(workspace, testing, silent))
    workspace.close()


if __name__ == "__main__":
    make(HERE / sys.argv[1])
