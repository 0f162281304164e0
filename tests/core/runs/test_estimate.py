"""How long a training will take."""

import json
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from core.data.dataset import DataSet, delete_data_set
from core.evaluation.job import submit_evaluation
from core.jobs.queue import claim, list_jobs, submit
from core.noise.catalogue import SEVERITIES, all_noises
from core.noise.costs import noise_ms
from core.noise.mix import Mix
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.estimate import (
    APART,
    AUGMENTATION_MS,
    CHOOSING,
    CORES,
    FORWARD_SHARE,
    ROW_MS,
    SLOWER,
    Span,
    cells_ms,
    seconds_for,
    seconds_to_test,
)
from core.runs.evaluations import Facts, register_evaluation
from core.runs.recipe import Recipe
from core.runs.runs import Run, Summary
from core.runs.waiting import expected, waits
from core.store import Workspace
from core.studies.demo import seconds_for_demo, submit_demo
from core.training.job import submit_training
from core.words import plain
from models.registry import models


def recipe(data_set: DataSet, **values: object) -> Recipe:
    return Recipe.make(
        data_set_id=data_set.id, data_set_fingerprint="0", **({"model": "small_cnn", "epochs": 10} | values)
    )


def guessed(data_set: DataSet, model: str = "small_cnn") -> float:
    """Ten epochs on clean pictures, and as many looks at the validation split."""
    splits = data_set.split_counts
    steps = 10 * (splits["train"] + splits["validation"] * FORWARD_SHARE)
    return steps * models()[model].training_ms / 1000 / 4  # 32 px: a quarter of 64 px


def timed_run(
    workspace: Workspace, data_set: DataSet, slower: float, name: str = "earlier", **values: object
) -> Run:
    """A run of 64 px pictures that took so many times what it takes on idle cores."""
    plan = recipe(data_set, **values)
    run = create_run(workspace, name, plan)
    pace = 1000 / (models()[plan.model].training_ms * slower)
    summary = Summary(size=64, images_per_second=pace, seconds=3_000 / pace, device="CPU")
    save_summary(workspace, run.id, summary)
    return run


def test_without_runs_the_models_own_figure_counts_and_a_wide_range_is_said(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    found = seconds_for(workspace, recipe(tiny_data_set), tiny_data_set)
    assert found.low == pytest.approx(guessed(tiny_data_set))
    assert found.high == pytest.approx(SLOWER * found.low)
    assert found.with_start.high == pytest.approx(SLOWER * found.with_start.low)


def test_a_mix_takes_its_noise_and_a_second_look_at_the_validation_pictures(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    splits = tiny_data_set.split_counts
    plan = recipe(tiny_data_set, mix=Mix.from_texts(["fog:0.5:1-5"]))
    look = splits["validation"] * FORWARD_SHARE * models()["small_cnn"].training_ms / 4
    choosing = sum(noise_ms(noise, 32) for noise in CHOOSING.noises) / len(CHOOSING.noises)
    noise = splits["train"] * 0.5 * noise_ms("fog", 32) / CORES
    once = splits["validation"] * choosing / CORES  # validation's noise is made once a training
    found = seconds_for(workspace, plan, tiny_data_set)
    assert found.low == pytest.approx(guessed(tiny_data_set) + (10 * (look + noise) + once) / 1000)


def test_an_augmentation_takes_its_time_and_views_that_are_compared_a_step_each(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    splits = tiny_data_set.split_counts

    def seconds(**values: object) -> float:
        return seconds_for(workspace, recipe(tiny_data_set, **values), tiny_data_set).low

    # 32 px: a quarter of 64 px; nothing else differs between the two.
    prime = seconds(augmentation="prime") - seconds(augmentation="mixup")
    difference = AUGMENTATION_MS["prime"] - AUGMENTATION_MS["mixup"]
    assert prime == pytest.approx(10 * splits["train"] * difference / 4 / CORES / 1000)
    compared = seconds(augmentation="prime", objective="jsd") - seconds(augmentation="prime")
    steps = 2 * models()["small_cnn"].training_ms / 4 + AUGMENTATION_MS["prime"] / 4 / CORES
    assert compared == pytest.approx(10 * splits["train"] * steps / 1000)


def test_where_there_is_nothing_to_do_the_start_is_all() -> None:
    nothing = Span(0.0, 0.0).with_start
    assert 0 < nothing.low < nothing.high


def test_an_earlier_run_says_how_fast_it_is_here(workspace: Workspace, tiny_data_set: DataSet) -> None:
    timed_run(workspace, tiny_data_set, 25.0)
    found = seconds_for(workspace, recipe(tiny_data_set), tiny_data_set)
    assert found.low == found.high == pytest.approx(25 * guessed(tiny_data_set))


def test_what_trains_now_says_how_fast_it_is_here_before_what_has_trained(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    chosen = recipe(tiny_data_set)
    timed_run(workspace, tiny_data_set, 5.0)
    run, job = submit_training(workspace, tiny_data_set, chosen)
    claim(workspace, job.id)
    before = seconds_for(workspace, chosen, tiny_data_set)
    ms = models()["small_cnn"].training_ms / 4  # 32 px: a quarter of 64 px
    lines = [{"kind": "step", "epoch": epoch, "images_per_second": 1000 / ms / 3} for epoch in (0.5, 1.5)]
    for line, slower in zip(lines, (5.0, 3.0), strict=True):  # the first epoch tells nothing yet
        with run.folder.metrics.open("a") as file:
            file.write(json.dumps(line) + "\n")
        assert seconds_for(workspace, chosen, tiny_data_set).low == pytest.approx(slower * before.low / 5.0)


def test_of_a_model_that_was_never_timed_another_says_how_slow_this_machine_is(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    timed_run(workspace, tiny_data_set, 10.0)
    found = seconds_for(workspace, recipe(tiny_data_set, model="resnet18"), tiny_data_set)
    assert found.low == pytest.approx(10 * guessed(tiny_data_set, "resnet18") / APART)
    assert found.high == pytest.approx(APART**2 * found.low)


def test_a_run_too_short_to_tell_is_passed_over(workspace: Workspace, tiny_data_set: DataSet) -> None:
    run = create_run(workspace, "short", recipe(tiny_data_set))
    save_summary(workspace, run.id, Summary(size=64, images_per_second=20.0, seconds=5.0, device="CPU"))
    found = seconds_for(workspace, recipe(tiny_data_set), tiny_data_set)
    assert found.low == pytest.approx(guessed(tiny_data_set))


def test_a_test_costs_what_its_network_and_its_noises_cost_at_the_size_of_its_pictures(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    plan = recipe(tiny_data_set, model="efficientnet_lite0")
    ms = models()["efficientnet_lite0"].training_ms * FORWARD_SHARE  # 32 px are enlarged, as 64 px are
    one = 11 * (ms + ROW_MS) + 5 * (noise_ms("fog", 32) + noise_ms("pca", 32)) / CORES
    found = seconds_to_test(workspace, plan, tiny_data_set, ["fog", "pca"], SEVERITIES, 1)
    assert found.low == pytest.approx(tiny_data_set.split_counts["test"] * one / 1000)
    less = seconds_to_test(workspace, plan, tiny_data_set, ["fog"], [1], 1)
    assert less.low < found.low / 5


def test_testing_takes_as_long_as_an_earlier_test_says_or_else_as_training_did(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    plan = recipe(tiny_data_set)
    guess = seconds_to_test(workspace, plan, tiny_data_set, ["fog"], SEVERITIES, 1)
    assert guess.high == pytest.approx(SLOWER * guess.low)
    run = timed_run(workspace, tiny_data_set, 3.0)
    after_training = seconds_to_test(workspace, plan, tiny_data_set, ["fog"], SEVERITIES, 1)
    assert after_training.low == after_training.high == pytest.approx(3 * guess.low)
    heavy = ["pca", "h264_compression"]
    facts = {
        "id": "e",
        "run_id": run.id,
        "created": 1.0,
        "images": 1000,
        "noises": heavy,
        "severities": [1, 2],
    }
    facts["seconds"] = 7 * 1000 * cells_ms(plan, 64, heavy, [1, 2], 1) / 1000
    register_evaluation(workspace, Facts.read(facts))
    timed = seconds_to_test(workspace, plan, tiny_data_set, ["fog"], SEVERITIES, 1)
    assert timed.low == timed.high == pytest.approx(7 * guess.low)
    shared = {**facts, "id": "f", "created": 0.5, "processes": 2, "seconds": facts["seconds"] / 2}
    register_evaluation(workspace, Facts.read(shared))
    two, one = (
        seconds_to_test(workspace, plan, tiny_data_set, ["fog"], SEVERITIES, 1, processes)
        for processes in (2, 1)
    )
    assert two.low == pytest.approx(3.5 * guess.low), "as long as one that as many processes shared"
    assert one.low == timed.low


def test_a_test_whose_maps_take_more_passes_takes_longer_and_says_how_many_they_were(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    plan = recipe(tiny_data_set)
    once, tenfold = (
        seconds_to_test(workspace, plan, tiny_data_set, ["fog"], SEVERITIES, passes).low for passes in (1, 10)
    )
    assert tenfold > 2 * once
    run = timed_run(workspace, tiny_data_set, 3.0)
    facts = Facts(id="e", run_id=run.id, images=1000, noises=["fog"], severities=[1, 2], passes=10.0)
    facts = replace(facts, seconds=2 * 1000 * cells_ms(plan, 64, ["fog"], [1, 2], 10) / 1000)
    register_evaluation(workspace, facts)
    timed = seconds_to_test(workspace, plan, tiny_data_set, ["fog"], SEVERITIES, 1)
    assert timed.low == pytest.approx(2 * once)


def test_every_noise_has_a_cost_that_grows_with_the_picture() -> None:
    for noise in all_noises():
        costs = [noise_ms(noise.key, size) for size in (32, 64, 128, 224, 512)]
        assert costs == sorted(costs), noise.key
        assert costs[0] > 0, noise.key
    assert noise_ms("of somebody's own", 64) > 0


def test_what_pages_list_does_not_import_torch() -> None:
    code = (
        "import sys, core.runs.estimate, core.training.job, core.evaluation.job, core.studies.demo,"
        " core.evaluation.predictions, core.evaluation.metrics, core.explanation.overlay;"
        " sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_turn_of_what_waits_comes_when_all_before_it_is_done_as_far_as_that_is_known(
    workspace: Workspace,
) -> None:
    jobs = [submit(workspace, kind, plain(kind), {}) for kind in ("train", "evaluate", "make", "train")]
    claim(workspace, jobs[0].id)
    active = list_jobs(workspace, active=True)
    lasting = {"train": Span(10, 40), "evaluate": Span(5, 5), "make": None}
    found = waits(active, lambda job: lasting[job.kind])
    assert found == {jobs[1].id: Span(10, 40), jobs[2].id: Span(15, 45)}
    late = [replace(active[0], started=time.time() - 100), *active[1:]]
    turn = waits(late, lambda job: lasting[job.kind])[jobs[1].id]
    assert turn.low == turn.high == pytest.approx(100, abs=5), "of what is overdue nobody knows the end"


def test_every_kind_tells_how_long_it_takes_and_of_what_is_resumed_how_long_still(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    chosen = recipe(tiny_data_set)
    run, alone = submit_training(workspace, tiny_data_set, chosen)
    tested = submit_training(workspace, tiny_data_set, chosen, evaluate={"noises": ["fog"]})[1]
    training, both = expected(workspace, alone), expected(workspace, tested)
    assert training == seconds_for(workspace, chosen, tiny_data_set).with_start
    assert training is not None
    assert both is not None
    assert both.low > training.low
    half = expected(workspace, replace(alone, share=0.5))
    assert half == Span(training.low / 2, training.high / 2)
    run.folder.checkpoint.touch()
    testing = expected(workspace, submit_evaluation(workspace, run, ["fog"], [1]))
    assert testing is not None
    assert testing.low > 0
    assert expected(workspace, submit_demo(workspace)) == seconds_for_demo()
    delete_data_set(workspace, tiny_data_set)
    assert expected(workspace, alone) is None
    assert expected(workspace, submit(workspace, "import", plain("Import"), {})) is None
