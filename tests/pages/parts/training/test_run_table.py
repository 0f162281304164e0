import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.runs import Run
from core.store import Workspace
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.conftest import NOISES

Open = Callable[..., AppTest]


def test_rows_are_high_enough_for_streamlit_to_break_a_long_name_into_lines(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    create_run(workspace, "a name that is longer than its column is wide", evaluated_run.recipe)
    assert [one.proto.row_height > 64 for one in open_page("train").dataframe] == [True]


def another_run(
    run: Run, workspace: Workspace, data_set: DataSet, noises: tuple[str, ...], severities: tuple[int, ...]
) -> Run:
    """Another run of the same recipe, tested and always right."""
    other = create_run(workspace, f"{run.name} {' '.join(noises)}", run.recipe, rename=True)
    assert run.summary is not None
    save_summary(workspace, other.id, run.summary)
    stored_evaluation(workspace, data_set, other, noises, severities, lambda truth, _noise, _severity: truth)
    return other


def ranked(at: AppTest) -> dict[str, tuple[object, object, str]]:
    """What the table says of each run: clean, under noise, tested on."""
    rows = at.dataframe[0].value.to_dict("records")
    return {
        row["run"]: tuple(
            None if row[key] != row[key] else row[key]
            for key in ("test, clean", "test, 2 noises", "tested on")
        )
        for row in rows
    }


def test_runs_that_were_tested_on_other_noises_have_no_place_in_the_ranked_column(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    another_run(evaluated_run, workspace, tiny_data_set, ("fog",), (1,))
    another_run(evaluated_run, workspace, tiny_data_set, (*NOISES, "frost"), (1, 2, 3, 4, 5))
    at = open_page("train")
    assert not at.exception
    assert ranked(at) == {
        "tiny run": (100.0, 50.0, "2 noises × 5"),
        "tiny run fog": (None, None, "1 noises, severity 1 (other)"),
        "tiny run gaussian_noise fog frost": (100.0, 100.0, "3 noises × 5"),
    }
    (said,) = [one.value for one in at.caption if "mean over the same" in one.value]
    assert "same 2 noises at severity 1–5" in said
    assert "not comparable" in said


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "tested with different versions"), ("ko", "다른 버전으로 시험")]
)
def test_runs_that_were_tested_with_different_versions_are_said_to_be_so_below_their_list(
    open_page: Open,
    workspace: Workspace,
    tiny_data_set: DataSet,
    trained_run: Run,
    language: str,
    sentence: str,
) -> None:
    def said() -> list[str]:
        return [one.value for one in open_page("train", language).caption if sentence in one.value]

    def tested(run: Run, noise: str, torch: str) -> None:
        stored_evaluation(
            workspace, tiny_data_set, run, [noise], [1], lambda truth, *_: truth, versions={"torch": torch}
        )

    other = create_run(workspace, "other", trained_run.recipe)
    assert trained_run.summary is not None
    save_summary(workspace, other.id, trained_run.summary)
    tested(trained_run, "fog", "2.8.0")
    tested(other, "fog", "2.8.0")
    assert said() == []
    tested(other, "fog", "2.9.0")
    (told,) = said()
    assert "PyTorch 2.8.0, 2.9.0" in told


def test_what_is_selected_is_a_run_and_stays_so_when_others_come(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    at = open_page("train")
    at.session_state["train_runs"] = [evaluated_run.id]
    at.run()
    assert at.button(key=f"train_delete_{evaluated_run.id}")
    at.button(key="train_go").click().run()
    assert at.button(key=f"train_delete_{evaluated_run.id}")
    places = [json.loads(one.proto.selection_default)["selection"]["rows"] for one in at.dataframe]
    assert places == [[1]]


def test_the_mean_under_noise_leaves_out_a_noise_that_was_tested_at_other_severities(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    """As on Results: half of the pictures are right under two noises at five severities, all under one at 3."""
    stored_evaluation(workspace, tiny_data_set, evaluated_run, ["rain"], [3], lambda truth, *_: truth)
    at = open_page("train")
    assert not at.exception
    told = next(one.value for one in at.markdown if "On the test pictures" in one.value)
    assert "**50\u00a0%** on average under 2 noises" in told
    assert at.dataframe[0].value["test, 2 noises"].tolist() == [50.0]
