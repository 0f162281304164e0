"""What a presentation tells: which two runs, under which noise, with which picture; known answers on tests made by hand."""

from dataclasses import replace

import pytest

from core.data.dataset import DataSet
from core.evaluation.galleries import Pairs
from core.evaluation.joined import evaluations_by_run, read_joined
from core.noise.mix import Mix
from core.runs.entering import create_run
from core.runs.runs import Run, list_runs
from core.runs.studies import create_study
from core.store import Workspace
from core.studies.story import Story, Turned, against, example, story_of, turned
from tests.core.brought.tiny_runs import run_of
from tests.core.evaluation.conftest import stored_evaluation


def told(workspace: Workspace, *asked: str) -> Story | None:
    runs = list_runs(workspace)
    return story_of(runs, evaluations_by_run(workspace, runs), *asked)


@pytest.fixture
def arms(workspace: Workspace, tiny_data_set: DataSet) -> tuple[Run, Run]:
    """Of a study: clean-trained, which fog and snow hurt; noise-trained, which snow alone hurts."""
    recipe = run_of(workspace, tiny_data_set).recipe
    study = create_study(workspace, "a study")
    clean = create_run(workspace, "clean", recipe, study)
    noisy = create_run(workspace, "noisy", replace(recipe, mix=Mix.from_texts(["fog:0.5:1-5"])), study)
    for run, hurt in ((clean, ("fog", "snow")), (noisy, ("snow",))):

        def answer(truth: int, noise: str, severity: int, hurt: tuple[str, ...] = hurt) -> int:
            return 0 if noise in hurt and severity > 1 else truth

        stored_evaluation(workspace, tiny_data_set, run, ["rain", "fog", "snow"], [1, 3], answer)
    return clean, noisy


def test_the_arms_of_a_study_are_told_of_under_the_noise_that_sets_them_apart(
    workspace: Workspace, arms: tuple[Run, Run]
) -> None:
    clean, noisy = arms
    story = told(workspace)
    assert story is not None
    assert story.second is not None
    assert (story.first.run.id, story.second.run.id) == (clean.id, noisy.id)
    assert (story.noise, story.severities) == ("fog", (1, 3))
    assert story.only_noise_differs
    assert story.weak == "snow"
    assert story.weak_accuracy == pytest.approx(0.75)
    assert [(one.noise, one.gain, one.images) for one in story.beside] == [
        ("fog", 0.25, 16),
        ("rain", 0.0, 16),
        ("snow", 0.0, 16),
    ]
    other_way = told(workspace, noisy.id, clean.id)
    assert other_way is not None
    assert other_way.first.run.id == noisy.id
    assert not other_way.only_noise_differs, "nothing is owed to noise that the second has not met"
    assert other_way.second is not None
    assert other_way.second.run.id == clean.id


def test_a_run_that_only_guesses_is_told_of_where_nobody_else_can_be_and_said_to(
    workspace: Workspace, tiny_data_set: DataSet, arms: tuple[Run, Run]
) -> None:
    clean, _ = arms
    guesser = create_run(workspace, "guesser", clean.recipe)
    stored_evaluation(workspace, tiny_data_set, guesser, ["fog"], [1, 3], lambda truth, noise, severity: 0)
    story = told(workspace)
    assert story is not None
    assert (story.first.run.id, story.guessing) == (clean.id, [])
    story = told(workspace, guesser.id)
    assert story is not None
    assert [one.run.id for one in story.guessing] == [guesser.id]
    assert (story.guessing[0].clean, story.guessing[0].guessing) == (0.5, 0.5)


def test_runs_that_differ_in_more_than_noise_are_not_told_of_as_if_noise_alone_did_it(
    workspace: Workspace, tiny_data_set: DataSet, arms: tuple[Run, Run]
) -> None:
    clean, noisy = arms
    longer = create_run(workspace, "longer", replace(noisy.recipe, epochs=noisy.recipe.epochs + 1))
    stored_evaluation(
        workspace, tiny_data_set, longer, ["rain", "fog", "snow"], [1, 3], lambda truth, *_: truth
    )
    story = told(workspace, clean.id, longer.id)
    assert story is not None
    assert story.second is not None
    assert story.second.run.id == longer.id
    assert not story.only_noise_differs


def test_single_runs_begin_with_one_that_nothing_was_to_make_hold(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    recipe = run_of(workspace, tiny_data_set).recipe
    made = [
        create_run(workspace, "clean", recipe),
        create_run(workspace, "noisy", replace(recipe, mix=Mix.from_texts(["fog:0.5:1-5"]))),
        create_run(workspace, "augmented", replace(recipe, augmentation="pixmix")),
    ]
    for run in made:
        stored_evaluation(workspace, tiny_data_set, run, ["fog"], [1, 3], lambda truth, *_: truth)
    story = told(workspace)
    assert story is not None
    assert story.second is not None
    assert [story.first.run.id, story.second.run.id] == [one.id for one in made[:2]]


def test_a_run_alone_is_told_of_under_what_costs_it_most_and_an_untested_one_not_at_all(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run = run_of(workspace, tiny_data_set)
    assert told(workspace) is None
    stored_evaluation(
        workspace,
        tiny_data_set,
        run,
        ["rain", "fog"],
        [2],
        lambda truth, noise, _: 0 if noise == "fog" else truth,
    )
    story = told(workspace, "no such run")
    assert story is not None
    assert (story.second, story.noise, story.weak) == (None, "fog", "fog")


def test_the_example_became_wrong_for_one_and_stayed_right_for_the_other_and_was_sure(
    workspace: Workspace, arms: tuple[Run, Run]
) -> None:
    story = told(workspace)
    assert story is not None
    assert story.second is not None
    pairs = [Pairs.of(read_joined(one.test), "fog", 3) for one in (story.first, story.second)]
    became = pairs[0].members("became_wrong")
    surest = int(became["image"].iloc[-1])
    table = pairs[0].table
    sure = table.assign(clean_confidence=table["clean_confidence"].where(table["image"] != surest, 0.9))
    sure = sure.assign(confidence=sure["confidence"].where(sure["image"] != surest, 0.8))
    assert example(Pairs(sure), pairs[1]) == surest
    assert example(pairs[1], None) == pairs[1].first_to_show, "nothing became wrong"


def test_what_a_noise_turned_is_of_what_was_right_and_two_are_told_apart_by_their_intervals(
    workspace: Workspace, arms: tuple[Run, Run]
) -> None:
    story = told(workspace)
    assert story is not None
    assert story.second is not None
    first, second = (turned(Pairs.of(read_joined(one.test), "fog", 3)) for one in (story.first, story.second))
    assert (first.n, first.of, second.n, second.of) == (8, 16, 0, 16)
    assert first.low < first.share < first.high
    assert against(first, second) == "better"
    assert against(second, first) == "worse"
    assert against(first, Turned(6, 16, 0.18, 0.61)) == "alike"
