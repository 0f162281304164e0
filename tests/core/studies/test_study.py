"""Studies: which runs they are of, what is added to them, what is left when the rest is cancelled."""

from dataclasses import replace

import numpy as np
import pytest

from core.data.dataset import DataSet
from core.errors import ArmIsThere, NoArms, OutOfRange, StudyDataChanged, UnknownName
from core.jobs import queue, requests
from core.noise.catalogue import standard_noises
from core.runs.entering import create_run
from core.runs.presets import CHOOSERS
from core.runs.recipe import Recipe
from core.runs.runs import list_runs, open_run
from core.runs.studies import create_study, list_studies, runs_of
from core.store import Workspace
from core.studies.ready import READY, get_ready
from core.studies.study import (
    NewStudy,
    Plan,
    arm_of_preset,
    cancel_rest,
    go_on,
    jobs_of,
    left_over,
    more_arms,
    more_seeds,
    plan_study,
)
from core.tables import DataSetRow
from core.training.job import train_anew
from core.training.start import training_pictures


def plan(workspace: Workspace, data_set: DataSet, key: str = "carries", seeds: int = 2) -> NewStudy:
    return plan_study(workspace, data_set, get_ready(key), "small_cnn", seeds, 1)


@pytest.mark.parametrize("key", list(READY))
def test_arms_of_a_ready_study_differ_in_what_they_train_on_and_are_tested_under_the_same_noises(
    workspace: Workspace, tiny_data_set: DataSet, key: str
) -> None:
    new = plan_study(workspace, tiny_data_set, get_ready(key), "small_cnn")
    assert "clean" in {one.arm.key for one in new.trainings if one.arm} or key == "pictures"
    (noises,) = {tuple((one.evaluate or {})["noises"]) for one in new.trainings}
    trained_on = {noise for one in new.trainings for noise in one.recipe.mix.noises}
    assert {*standard_noises(), *trained_on} == set(noises)
    assert not trained_on & set(CHOOSERS)
    by_arm: dict[str, list[Recipe]] = {}
    for one in new.trainings:
        assert one.arm is not None
        by_arm.setdefault(one.arm.key, []).append(one.recipe)
    for recipes in by_arm.values():
        assert [recipe.seed for recipe in recipes] == [0, 1, 2]
        assert len({str(replace(recipe, seed=0).to_json()) for recipe in recipes}) == 1
    first = [recipes[0] for recipes in by_arm.values()]
    same = {"mix", "augmentation", "share", "preset", "drawn", "epochs", "kept"}
    assert len({str({k: v for k, v in one.to_json().items() if k not in same}) for one in first}) == 1
    assert len({str(one.to_json()) for one in first}) == len(first)


def test_the_original_study_is_that_of_which_noiselens_was_made(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    new = plan_study(workspace, tiny_data_set, get_ready("original"), "efficientnet_b0", seeds=1)
    recipes = [one.recipe for one in new.trainings]
    assert [recipe.mix.to_texts() for recipe in recipes] == [
        [],
        ["salt_pepper:0.1:1-5"],
        ["bfs_noise:0.1:1-5"],
    ]
    assert [recipe.drawn for recipe in recipes[1:]] == ["once", "once"]
    for recipe in recipes:
        assert (recipe.optimiser, recipe.learning_rate, recipe.epochs) == ("adamw", 1e-4, 10)
        assert (recipe.batch_size, recipe.network_side(32)) == (32, 224)


def test_smaller_parts_of_the_pictures_lie_within_larger_ones_and_learn_for_as_many_steps(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    recipes = [one.recipe for one in plan(workspace, tiny_data_set, "pictures").trainings]
    of_seed = [[recipe for recipe in recipes if recipe.seed == seed] for seed in (0, 1)]
    parts = [[set(training_pictures(one, tiny_data_set).tolist()) for one in some] for some in of_seed]
    for quarter, half, every in parts:
        assert quarter < half < every
        assert (len(quarter), len(half), len(every)) == (14, 28, 56)
        for part in (quarter, half):
            assert np.bincount(tiny_data_set.labels[sorted(part)]).tolist() == [len(part) / 2] * 2
    assert parts[0][0] != parts[1][0]
    assert [one.epochs * one.share for one in of_seed[0]] == [1, 1, 1]


def test_a_study_says_what_it_takes_and_is_queued_seed_by_seed(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    new = plan(workspace, tiny_data_set)
    expected = new.expected(workspace)
    assert expected.runs == 6
    assert 0 < expected.time.low <= expected.time.high
    cells = 16 * (1 + 5 * len(Plan.read(new.study.plan).noises))
    assert expected.disk > 6 * cells * 4 * 4 * 2
    made = new.submit(workspace)
    assert [job.id for job in jobs_of(workspace, new.study.id)] == [job.id for _, job in made]
    assert [(run.arm.key, run.recipe.seed) for run, _ in made if run.arm] == [
        (key, seed) for seed in (0, 1) for key in ("clean", "salt_pepper", "uniform_noise")
    ]
    assert made[1][0].label["en"] == "Does it carry over? · tiny: Salt and pepper (seed 0)"
    # A second one has names of its own.
    assert plan(workspace, tiny_data_set).study.name == "carries on tiny 2"


def test_cancelling_the_rest_of_a_study_leaves_what_is_done_and_other_work(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    new = plan(workspace, tiny_data_set)
    made = [job for _, job in new.submit(workspace)]
    other = plan(workspace, tiny_data_set, seeds=1).submit(workspace)[0][1]
    queue.claim(workspace, made[0].id)
    queue.finish(workspace, made[0].id, "done", result={})
    queue.claim(workspace, made[1].id)
    left = cancel_rest(workspace, new.study.id)
    assert [job.state for job in left] == [
        *["cancelled"] * 4,
        "running",
    ]  # which is asked last, and stops itself
    assert queue.get_job(workspace, made[1].id).cancel_requested is not None
    assert queue.get_job(workspace, made[0].id).state == "done"
    assert queue.get_job(workspace, other.id).state == "queued"


def test_what_was_cancelled_or_lost_of_a_study_is_gone_on_with_together(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    new = plan(workspace, tiny_data_set)
    made = [job for _, job in new.submit(workspace)]
    for job, ended in zip(made[:2], ("done", "failed"), strict=True):
        queue.claim(workspace, job.id)
        queue.finish(workspace, job.id, ended, result={} if ended == "done" else None)
    cancel_rest(workspace, new.study.id)
    requests.resume(workspace, made[5].id)
    expected = [job.id for job in made[1:5]]
    assert [job.id for job in left_over(workspace, new.study.id)] == expected
    assert [(job.id, job.state) for job in go_on(workspace, new.study.id)] == [
        (job_id, "queued") for job_id in expected
    ]
    assert left_over(workspace, new.study.id) == []


def test_a_cancelled_or_lost_run_leaves_the_others_and_once_more_takes_its_place(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    new = plan(workspace, tiny_data_set, seeds=1)
    made = new.submit(workspace)
    run, job = made[1]
    requests.request_cancel(workspace, job.id)
    assert [one.state for one in runs_of(workspace, new.study.id)] == ["queued", "cancelled", "queued"]
    again = open_run(workspace, str(train_anew(workspace, run, job, run.recipe).subject.run_id))
    assert (again.study_id, again.arm) == (run.study_id, run.arm)
    assert again.label["en"] == "Does it carry over? · tiny: Salt and pepper (seed 0) 2"
    other = train_anew(workspace, run, job, replace(run.recipe, learning_rate=1e-3))
    assert open_run(workspace, str(other.subject.run_id)).study_id is None


def test_seeds_are_added_to_every_arm_after_those_that_it_has(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    study = plan(workspace, tiny_data_set, "pictures")
    study.submit(workspace)
    more = more_seeds(workspace, study.study.name, 2)
    assert more.study == study.study
    assert [(one.arm.key, one.recipe.seed) for one in more.trainings if one.arm] == [
        (f"part_{part}", seed) for seed in (2, 3) for part in (25, 50, 100)
    ]
    for one in more.trainings:
        (first,) = [
            run.recipe
            for run in runs_of(workspace, study.study.id)
            if run.arm == one.arm and run.recipe.seed == 0
        ]
        assert replace(one.recipe, seed=0) == first
    with pytest.raises(OutOfRange):
        more_seeds(workspace, study.study.name, 0)


def test_an_added_arm_has_the_seeds_of_the_study_and_the_others_are_tested_under_its_noise(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    study = plan(workspace, tiny_data_set)
    runs = [run for run, _ in study.submit(workspace)]
    more = more_arms(workspace, study.study.id, ["haze", "augmix"])
    assert [(one.arm.key, one.recipe.seed) for one in more.trainings if one.arm] == [
        (key, seed) for seed in (0, 1) for key in ("haze", "augmix")
    ]
    assert {one.recipe.epochs for one in more.trainings} == {1}
    assert (more.trainings[0].evaluate or {})["noises"][-1] == "haze"
    assert [(run.id, noises) for run, noises in more.also] == [(run.id, ("haze",)) for run in runs]
    more.submit(workspace)
    tests = [job for job in jobs_of(workspace, study.study.id) if job.kind == "evaluate"]
    assert [job.subject.run_id for job in tests] == [run.id for run in runs]
    with pytest.raises(ArmIsThere):
        more_arms(workspace, study.study.id, ["salt_pepper"])
    with pytest.raises(UnknownName, match="preset"):
        more_arms(workspace, study.study.id, ["no such thing"])


def test_nothing_is_added_where_it_could_not_be_compared(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    old = create_study(workspace, "old")
    create_run(workspace, "a", Recipe(tiny_data_set.id, "", "small_cnn"), old)
    with pytest.raises(NoArms):
        more_seeds(workspace, old.id, 1)
    study = plan(workspace, tiny_data_set, seeds=1)
    study.submit(workspace)
    with workspace.session() as session:
        row = session.get_one(DataSetRow, tiny_data_set.id)
        row.card = {**row.card, "fingerprint": "another"}
    with pytest.raises(StudyDataChanged):
        more_seeds(workspace, study.study.id, 1)


def test_a_study_that_is_asked_for_wrongly_leaves_nothing(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    with pytest.raises(UnknownName, match="ready study"):
        get_ready("origin")
    with pytest.raises(OutOfRange):
        plan(workspace, tiny_data_set, seeds=0)
    with pytest.raises(OutOfRange):
        plan_study(workspace, tiny_data_set, get_ready("each"), "small_cnn", epochs=100_000)
    assert (list_runs(workspace), list_studies(workspace), queue.list_jobs(workspace)) == ([], [], [])


def test_an_arm_is_called_by_its_noise_its_family_or_its_preset() -> None:
    assert [
        arm_of_preset(key).label["en"] for key in ("fog", "one_noise:fog", "family:weather", "prime")
    ] == [
        "Fog",
        "Fog",
        "Weather",
        "PRIME",
    ]
