import io

import pandas as pd

from core.data.dataset import DataSet
from core.evaluation.arms import evaluated_run
from core.evaluation.comparison import Comparison, compare
from core.evaluation.joined import joined_evaluations
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.stored_answers import joined_answers
from core.evaluation.tables import as_csv, of_confusion, of_losses, of_measure, with_facts
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.store import Workspace
from tests.core.evaluation.conftest import stored_evaluation


def of_one(workspace: Workspace, data_set: DataSet) -> Comparison:
    run = create_run(workspace, "r", Recipe(data_set.id, "", "small_cnn"))
    stored_evaluation(workspace, data_set, run, ["fog"], [1, 5], lambda truth, *_: 0)
    (test,) = joined_evaluations(workspace, run)
    return compare([evaluated_run(run, test, joined_answers(test))])


def test_what_is_taken_from_a_chart_says_of_each_row_which_run_it_is_and_how_that_was_trained(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    comparison = of_one(workspace, tiny_data_set)
    (arm,) = comparison.arms
    file = as_csv(with_facts(of_measure(comparison.arms, ACCURACY), comparison.arms))
    assert file.startswith("\ufeff".encode())
    table = pd.read_csv(io.BytesIO(file), encoding="utf-8-sig")
    about = ["run_id", "data_set", "model", "mix", "seed", "start", "epochs", "run"]
    assert list(table)[: len(about)] == about
    assert set(table["run_id"]) == {arm.id}
    assert set(table["model"]) == {"small_cnn"}
    assert dict(zip(table["noise"], table["accuracy"], strict=True)) == dict(
        zip(arm.by_noise["noise"], arm.by_noise["accuracy"], strict=True)
    )
    by_severity = of_measure(comparison.arms, ACCURACY, by_severity=True)
    assert len(by_severity) == len(arm.cells)
    assert "severity" in by_severity
    assert of_losses(comparison.arms)["drop"].tolist() == arm.lost["drop"].tolist()


def test_a_confusion_that_is_taken_away_has_a_row_for_each_pair_of_classes() -> None:
    classes = ["고양이", "dog"]
    counts = pd.DataFrame([[3, 1], [0, 4]], index=classes, columns=classes)
    table = of_confusion(counts, "a", "fog")
    found = {(row.truth, row.read_as): row.answers for row in table.itertuples()}
    assert found == {("고양이", "고양이"): 3, ("고양이", "dog"): 1, ("dog", "고양이"): 0, ("dog", "dog"): 4}
    assert set(table["run_id"]) == {"a"}
    assert set(table["noise"]) == {"fog"}
