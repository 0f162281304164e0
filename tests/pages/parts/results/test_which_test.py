"""Which of a run's tests Results shows, and what it says of how that was made."""

import pytest
from sqlalchemy import select

from core.data.dataset import DataSet, delete_data_set
from core.evaluation.job import submit_evaluation
from core.evaluation.joined import joined_evaluations
from core.jobs.queue import list_jobs
from core.noise.stack import DRAWS
from core.runs.mode import Mode
from core.runs.runs import Run
from core.store import Workspace
from core.tables import DataSetRow
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.conftest import NOISES
from tests.pages.parts.results.tested import Open, earlier, shown_numbers, stored


def test_another_way_to_test_is_chosen_before_and_told_after(
    open_page: Open, workspace: Workspace, trained_run: Run, tiny_data_set: DataSet
) -> None:
    at = open_page("results")
    key = f"results_test_{trained_run.id}"
    at.session_state[f"{key}_pictures"] = "validation"
    at.session_state[f"{key}_adapt"] = True
    at.button(key=f"results_test_go_{trained_run.id}").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert job.payload["how"]["mode"] | {"split": "validation", "adapt": "bn"} == job.payload["how"]["mode"]
    assert "without labels" in str(job.payload["about"]["en"])
    mode = {"split": "validation", "adapt": "bn"}
    stored(workspace, tiny_data_set, trained_run, 1, split="validation", mode=mode, sorted_by_class=True)
    at = open_page("results")
    assert not at.exception
    assert any("validation pictures" in one.value and "without labels" in one.value for one in at.caption)
    assert any("the class, not the noise" in one.value for one in at.warning)


def test_a_run_that_was_not_tested_can_be_tested_with_one_click(
    open_page: Open, workspace: Workspace, trained_run: Run
) -> None:
    at = open_page("results")
    at.button(key=f"results_test_go_{trained_run.id}").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert (job.kind, job.payload["run_id"]) == ("evaluate", trained_run.id)


@pytest.mark.parametrize(("language", "word"), [("en", "may be chance"), ("ko", "우연일 수 있습니다")])
def test_a_run_tested_on_other_draws_of_the_noises_is_named_and_can_be_tested_again(
    open_page: Open,
    workspace: Workspace,
    evaluated_run: Run,
    tiny_data_set: DataSet,
    language: str,
    word: str,
) -> None:
    other = earlier(workspace, evaluated_run, tiny_data_set, 1)
    at = open_page("results", language, runs=f"{evaluated_run.id},{other.id}")
    assert not at.exception
    assert ["earlier run" in one.value for one in at.markdown if word in one.value] == [True]
    at.button(key=f"results_evaluate_{other.id}").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert (job.kind, job.payload["run_id"], job.payload["noises"]) == ("evaluate", other.id, list(NOISES))


def test_runs_tested_on_the_same_draws_are_compared_without_a_word(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    other = earlier(workspace, evaluated_run, tiny_data_set, DRAWS)
    at = open_page("results", runs=f"{evaluated_run.id},{other.id}")
    assert not at.exception
    assert not any("may be chance" in one.value for one in at.markdown)


def test_a_smaller_test_is_shown_with_the_whole_one_that_it_follows(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    stored(workspace, tiny_data_set, evaluated_run, 1)
    at = open_page("results")
    assert not at.exception
    others = [one.key for one in at.selectbox if one.key.startswith("results_test_")]
    assert not others, "there is one test to look at"
    numbers = shown_numbers(at)
    assert len(numbers) == 11
    assert numbers.loc[("Fog", 1), "accuracy"] == 50.0


@pytest.mark.parametrize(("language", "word"), [("en", "has been deleted"), ("ko", "삭제되었습니다")])
def test_results_stay_when_their_data_set_is_deleted_and_say_so(
    open_page: Open,
    workspace: Workspace,
    evaluated_run: Run,
    tiny_data_set: DataSet,
    language: str,
    word: str,
) -> None:
    other = earlier(workspace, evaluated_run, tiny_data_set, 1)
    assert not [one for one in open_page("results", language).caption if word in one.value]
    delete_data_set(workspace, tiny_data_set)
    at = open_page("results", language, runs=f"{evaluated_run.id},{other.id}")
    assert not at.exception
    assert at.get("plotly_chart")
    (said,) = (one.value for one in at.caption if word in one.value and "tiny run" in one.value)
    assert "earlier run" in said
    assert not [one for one in at.button if one.key == f"results_evaluate_{other.id}"], "it cannot be tested"


def test_results_of_a_data_set_that_has_changed_say_so_and_promise_no_pictures(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    def said(words: str) -> list[str]:
        return [one.value for one in open_page("results").caption if words in one.value]

    assert said("click it to see its pictures")
    with workspace.session() as session:
        data_set = session.scalars(select(DataSetRow)).one()
        data_set.card = data_set.card | {"fingerprint": "another"}
    assert "tiny run" in said("has changed since the test")[0]
    assert said("has been deleted") == []
    assert said("click it to see its pictures") == []


def test_a_further_test_under_way_stands_above_the_results_of_the_ones_before(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    job = submit_evaluation(workspace, evaluated_run, ["fog"], [3])
    at = open_page("results")
    assert at.button(key=f"cancel_{job.id}")
    assert at.get("plotly_chart"), "what is known already is shown"


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "tested with different versions"), ("ko", "다른 버전으로 시험")]
)
def test_tests_of_different_versions_are_shown_together_and_said_to_be_so_once(
    open_page: Open,
    workspace: Workspace,
    evaluated_run: Run,
    tiny_data_set: DataSet,
    language: str,
    sentence: str,
) -> None:
    stored(workspace, tiny_data_set, evaluated_run, 1, versions={"torch": "2.8.0"})
    assert not [one for one in open_page("results", language).caption if sentence in one.value]
    stored_evaluation(
        workspace,
        tiny_data_set,
        evaluated_run,
        ["rain"],
        [1],
        lambda *_: 0,
        versions={"torch": "2.9.0"},
        created=1.0,
    )
    at = open_page("results", language)
    assert at.get("plotly_chart"), "they are shown all the same"
    (said,) = (one.value for one in at.caption if sentence in one.value)
    assert "PyTorch 2.9.0, 2.8.0" in said


def test_tests_on_other_pictures_are_chosen_by_their_date_and_a_reload_keeps_the_choice(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    other = stored(workspace, tiny_data_set, evaluated_run, 1, data_fingerprint="other", created=86400.0)
    at = open_page("results")
    box = at.selectbox(key=f"results_test_{evaluated_run.id}")
    (old,) = [option for option in box.options if option.startswith("1970-01-02")]
    assert old.endswith(" · 1 noise · pictures before they changed"), "what sets it apart is said"
    assert len(shown_numbers(at)) == 11
    box.set_value(other.id).run()
    assert not at.exception
    assert len(shown_numbers(at)) == 2
    assert at.query_params["tests"] == other.id
    again = open_page("results", runs=evaluated_run.id, tests=other.id)
    assert len(shown_numbers(again)) == 2
    stored(workspace, tiny_data_set, evaluated_run, 1, draws=1)
    newest, *_ = joined_evaluations(workspace, evaluated_run)
    options = again.run().selectbox(key=f"results_test_{evaluated_run.id}").options
    assert sum("earlier draws of noise" in option for option in options) == 1
    assert again.run().selectbox(key=f"results_test_{evaluated_run.id}").value == newest.id


def test_of_runs_that_are_shown_by_tests_on_different_pictures_those_on_the_same_are_one_click_away(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    other = earlier(workspace, evaluated_run, tiny_data_set, 1)
    looks = [
        stored(workspace, tiny_data_set, run, 1, mode=Mode(part=16).to_json())
        for run in (evaluated_run, other)
    ]
    at = open_page("results", runs=f"{evaluated_run.id},{other.id}")
    assert not at.exception
    at.button(key="results_same_pictures").click().run()
    assert not at.exception
    chosen = [at.selectbox(key=f"results_test_{run.id}").value for run in (evaluated_run, other)]
    assert chosen == [look.id for look in looks]
    assert not [one for one in at.button if one.key == "results_same_pictures"]
