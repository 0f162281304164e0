from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.errors import OutOfMemory
from core.jobs.queue import claim, finish, list_jobs
from core.noise.mix import Mix
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.runs.runs import Run, list_runs
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
    head = next(one.label for one in at.expander if one.label.startswith("More choices"))
    assert ("Optimiser: SGD" in head) == ("optimiser" in changed)
    at.number_input(key="train_seed").set_value(4).run()
    at.button(key="train_go").click().run()
    assert not at.exception
    assert list_runs(workspace)[0].recipe == replace(recipe, seed=4)
    assert list_jobs(workspace)[0].payload["evaluate"] == job.payload["evaluate"]


def test_a_mix_that_the_boxes_cannot_say_goes_along_from_a_cloned_run_and_can_be_left_out(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    odd = replace(evaluated_run.recipe, mix=Mix.from_texts(["fog:0.333:1-5"]))
    run = create_run(workspace, "odd", odd)
    at = open_page("train", run=run.id)
    at.button(key=f"train_clone_{run.id}").click().run()
    assert at.button_group(key="train_noise").value == "taken"
    at.button(key="train_taken_drop").click().run()
    assert not at.exception
    assert not at.error
    at.button(key="train_go").click().run()
    assert list_runs(workspace)[0].recipe.mix == Mix.from_texts(MIXES["demo"])


def test_a_clone_has_every_field_of_the_run_s_recipe(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    changed: dict[str, Any] = {
        "optimiser": "sgd",
        "schedule": "cosine",
        "learning_rate": 0.0123,
        "weight_decay": 0.007,
        "batch_size": 24,
        "accumulate": 3,
        "label_smoothing": 0.15,
        "average": 0.995,
        "patience": 4,
        "side": 40,
        "share": 0.37,
        "balance": "sampling",
        "flips": True,
        "crops": True,
        "augmentation": "mixup",
        "device": "cpu",
        "precision": "fp32",
        "threads": 1,
        "seed": 9,
        "epochs": 5,
        "mix_over_epochs": "easy_to_hard",
        "mix": Mix.from_texts(OWN),
    }
    odd = replace(evaluated_run.recipe, **changed)
    run = create_run(workspace, "odd", odd)
    at = open_page("train", run=run.id)
    at.button(key=f"train_clone_{run.id}").click().run()
    assert not at.exception
    assert not at.error
    query = {name: str(at.query_params[name]) for name in at.query_params if name != "lang"}
    for form in (open_page("train", **query), at):
        form.button(key="train_go").click().run()
        assert list_runs(workspace)[0].recipe == odd, "after a reload, too"
