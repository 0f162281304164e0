from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.errors import OutOfMemory
from core.jobs.queue import claim, finish, list_jobs
from core.noise.mix import Mix
from core.runs.recipe import Recipe
from core.runs.runs import Run, create_run, list_runs
from core.store import Workspace
from core.training.job import submit_training
from pages.parts.training.mix import MIXES

Open = Callable[..., AppTest]


OWN = ("fog:0.25:2-4", "frost:0.5:1-5")


@pytest.mark.parametrize(
    "changed",
    [
        {"mix": Mix.from_texts(MIXES["gaussian"])},
        {"mix": Mix.from_texts(OWN), "epochs": 120, "batch_size": 12, "learning_rate": 0.00071},
        {
            "mix": Mix.from_texts(["fog:0.333:1-5"]),
            "optimiser": "sgd",
            "accumulate": 4,
            "label_smoothing": 0.1,
        },
    ],
    ids=["ready-made", "own", "as it was"],
)
def test_what_failed_fills_the_form_and_trains_the_same_but_for_what_is_changed_there(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, changed: dict[str, Any]
) -> None:
    facts = {"data_set_id": tiny_data_set.id, "data_set_fingerprint": tiny_data_set.card.fingerprint}
    recipe = Recipe.make(**({"model": "small_cnn", "seed": 3, "device": "cpu"} | facts | changed))
    job = submit_training(
        workspace, tiny_data_set, recipe, "mine", {"noises": ["fog"], "severities": [2, 4]}
    )[1]
    claim(workspace, job.id)
    finish(workspace, job.id, "failed", error=OutOfMemory())
    at = open_page("train", data=tiny_data_set.id)
    at.button(key=f"train_retry_{job.id}").click().run()
    assert not at.exception
    assert not at.error
    assert any("mine" in one.value for one in at.toast)
    said = " ".join(one.value for one in at.caption)
    assert ("optimiser: sgd" in said) == ("optimiser" in changed)
    at.number_input(key="train_seed").set_value(4).run()
    at.button(key="train_go").click().run()
    assert not at.exception
    assert list_runs(workspace)[0].recipe == replace(recipe, seed=4)
    assert list_jobs(workspace)[0].payload["evaluate"] == job.payload["evaluate"]


def test_what_goes_along_from_a_cloned_run_can_be_left_out(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    odd = replace(evaluated_run.recipe, optimiser="sgd", mix=Mix.from_texts(["fog:0.333:1-5"]))
    run = create_run(workspace, "odd", odd)
    at = open_page("train", run=run.id)
    at.button(key=f"train_clone_{run.id}").click().run()
    assert at.button_group(key="train_noise").value == "taken"
    at.button(key="train_taken_drop").click().run()
    assert not at.exception
    assert not at.error
    at.button(key="train_go").click().run()
    recipe = list_runs(workspace)[0].recipe
    assert (recipe.optimiser, recipe.mix) == ("adamw", Mix.from_texts(MIXES["demo"]))
