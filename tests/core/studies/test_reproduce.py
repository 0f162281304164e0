"""A run made again: what is asked for, when that is refused, and what is said of both."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.data.dataset import DataSet
from core.errors import DataChangedSince, DataSetDeleted, NotTrained, TrainedElsewhere, UnknownName
from core.jobs.queue import list_jobs
from core.runs.editing import save_origin, save_summary
from core.runs.entering import create_run
from core.runs.origins import Origin
from core.runs.recipe import Recipe
from core.runs.runs import Run, Summary, open_run
from core.store import Workspace
from core.studies.reproduce import of_same_recipe, repeat_of, repeats, reproduction, submit_repeat
from core.tables import DataSetRow
from tests.core.evaluation.conftest import stored_evaluation

VERSIONS = {"noiselens": "1", "torch": "2.15.0+cpu"}


def trained(workspace: Workspace, data_set: DataSet, name: str, weights: bytes = b"w", **said: object) -> Run:
    """As training leaves one."""
    recipe = Recipe.make(
        data_set_id=data_set.id, data_set_fingerprint=data_set.card.fingerprint, model="small_cnn", epochs=2
    )
    run = create_run(workspace, name, recipe)
    run.folder.checkpoint.write_bytes(weights)
    summary = Summary(
        data_set=data_set.name,
        classes=data_set.classes,
        validation_accuracy=0.75,
        precision="fp32",
        threads=2,
        versions=VERSIONS,
        machine="a processor",
    )
    save_summary(workspace, run.id, replace(summary, **said))
    return open_run(workspace, run.id)


def with_test(workspace: Workspace, data_set: DataSet, run: Run, wrong: int = 0, **facts: object) -> None:
    """Under fog everything is answered with the first class; clean, `wrong` is added to the second one's answers."""
    stored_evaluation(
        workspace,
        data_set,
        run,
        ["fog"],
        [2, 4],
        lambda truth, noise, _severity: 0 if noise == "fog" or (wrong and truth) else truth,
        **facts,
    )


def test_a_run_is_made_again_by_its_settled_recipe_and_tested_as_it_was(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    first = trained(workspace, tiny_data_set, "first")
    assert repeat_of(workspace, first).noises == ()
    with_test(workspace, tiny_data_set, first)
    repeat = repeat_of(workspace, first)
    assert (repeat.noises, repeat.severities) == (("fog",), (2, 4))
    assert (repeat.recipe.precision, repeat.recipe.threads) == ("fp32", 2)
    second, job = submit_repeat(workspace, repeat)
    assert (second.name, second.recipe) == ("first again", repeat.recipe)
    assert second.label == {"en": "first again", "ko": "first (재현)"}
    assert job.payload["evaluate"] == {"noises": ["fog"], "severities": [2, 4]}
    assert [one.id for one in of_same_recipe(workspace, first)] == [second.id]
    assert repeats(workspace, first) == []
    assert submit_repeat(workspace, repeat)[0].name == "first again 2"
    assert len(list_jobs(workspace)) == 2


def test_only_runs_of_the_same_recipe_and_data_repeat_each_other(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    first, same = (trained(workspace, tiny_data_set, name) for name in ("first", "same"))
    trained(workspace, tiny_data_set, "threads", threads=1)
    other = create_run(workspace, "seed", replace(first.recipe, seed=1))
    save_summary(workspace, other.id, Summary())
    assert [one.name for one in repeats(workspace, first)] == [same.name]


def test_what_cannot_come_out_the_same_is_said_before_it_is_trained(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    first = trained(workspace, tiny_data_set, "first")
    with pytest.raises(NotTrained):
        repeat_of(workspace, create_run(workspace, "new", first.recipe))
    begun = create_run(workspace, "begun", replace(first.recipe, start="gone"))
    save_summary(workspace, begun.id, Summary())
    with pytest.raises(UnknownName):
        repeat_of(workspace, open_run(workspace, begun.id))
    moved = create_run(workspace, "moved", replace(first.recipe, data_set_fingerprint="0123"))
    save_summary(workspace, moved.id, Summary())
    with pytest.raises(DataChangedSince, match="0123"):
        repeat_of(workspace, open_run(workspace, moved.id))
    save_origin(workspace, moved, Origin())
    with pytest.raises(TrainedElsewhere):
        repeat_of(workspace, open_run(workspace, moved.id))
    with workspace.session() as session:
        session.delete(session.get(DataSetRow, tiny_data_set.id))
    with pytest.raises(DataSetDeleted):
        repeat_of(workspace, first)
    assert list_jobs(workspace) == []


def test_the_same_weights_and_answers_are_the_same_bit_for_bit(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    first, second = (trained(workspace, tiny_data_set, name) for name in ("first", "second"))
    assert reproduction(workspace, first, second).sentence["en"].startswith("The weights are the same")
    for run in (first, second):
        with_test(workspace, tiny_data_set, run)
    found = reproduction(workspace, first, second)
    assert (found.answers, found.same_answers, found.exact_answers) == (48, 48, 48)
    assert (found.identical, found.should_be, found.outside, found.apart) == (True, True, [], ())
    assert found.sentence["en"] == (
        "The same, bit for bit: the weights, and all 48 answers with their probabilities."
    )
    assert found.expected["ko"].startswith("프로세서와 버전")
    assert {one.key: (one.first, one.difference) for one in found.numbers} == {
        "validation": (75, 0),
        "clean": (100, 0),
        "mean": (50, 0),
        "fog": (50, 0),
    }


def test_numbers_outside_the_interval_are_counted_and_what_differs_is_named(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    first = trained(workspace, tiny_data_set, "first")
    second = trained(
        workspace,
        tiny_data_set,
        "second",
        b"v",
        versions={"noiselens": "1", "torch": "2.16.0"},
        machine="another",
        validation_accuracy=0.5,
    )
    with_test(workspace, tiny_data_set, first, versions={"opencv": "4"})
    with_test(workspace, tiny_data_set, second, wrong=1, versions={"opencv": "5"})
    found = reproduction(workspace, first, second)
    assert (found.same_weights, found.identical, found.should_be) == (False, False, False)
    assert [one.key for one in found.outside] == ["clean"]
    clean = next(one for one in found.numbers if one.key == "clean")
    assert (clean.first, clean.second, clean.difference, clean.within) == (100, 50, -50, False)
    assert (found.answers, found.same_answers) == (48, 40)
    assert found.sentence["en"] == (
        "1 of 4 numbers lie outside the first run's 95 % intervals; the largest difference is 50.0 points (clean)."
    )
    assert [said["en"] for said in found.apart] == [
        "processor: a processor, then another",
        "PyTorch 2.15.0, 2.16.0",
        "OpenCV 4, 5",
    ]
    assert found.expected["en"].startswith("It need not be the same")


def test_what_an_older_run_does_not_say_of_itself_is_not_known(
    workspace: Workspace, tiny_data_set: DataSet, tmp_path: Path
) -> None:
    first = trained(workspace, tiny_data_set, "first", versions={}, machine="")
    second = trained(workspace, tiny_data_set, "second", b"v")
    found = reproduction(workspace, first, second)
    assert (found.should_be, found.apart, found.unknown) == (None, (), True)
    second.folder.checkpoint.unlink()
    assert reproduction(workspace, first, second).same_weights is None
