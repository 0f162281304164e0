"""What an evaluation found, small: as its rows say, whole or in parts, and made anew where it is missing."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
import pandas as pd
import pytest

from core.data.dataset import DataSet
from core.evaluation.answers import Answers, row_columns
from core.evaluation.joined import joined_evaluations, read_joined
from core.evaluation.metrics import cell_columns, cell_table
from core.evaluation.stored_answers import joined_answers, joined_cells, stored_answers, stored_cells
from core.runs.entering import create_run
from core.runs.evaluations import Evaluation
from core.runs.recipe import Recipe
from core.runs.runs import open_run
from core.store import Workspace
from tests.core.evaluation.conftest import CLEAN_RIGHT, stored_evaluation, table


@pytest.fixture
def evaluation(workspace: Workspace, tiny_data_set: DataSet) -> Evaluation:
    """As an older version leaves it: rows alone. Fog at 1 and 3, rain at 1 and 3."""
    recipe = Recipe(tiny_data_set.id, tiny_data_set.card.fingerprint, "small_cnn")
    run = create_run(workspace, "tiny", recipe)
    stored_evaluation(
        workspace, tiny_data_set, run, ["rain", "fog"], [1, 3], lambda truth, *_: truth, created=1.0
    )
    return stored_evaluation(workspace, tiny_data_set, run, ["snow", "fog"], [3], lambda *_: 0, created=2.0)


def test_answers_and_cells_are_those_of_the_rows_also_after_a_disk() -> None:
    rows = table(CLEAN_RIGHT).sample(frac=1, random_state=1)
    rows = rows[~((rows["image"] == 3) & (rows["noise"] == "fog"))]  # one picture less there
    answers = Answers.of(rows)
    pd.testing.assert_frame_equal(
        answers.cells.sort_values(["noise", "severity"], ignore_index=True),
        cell_table(rows).sort_values(["noise", "severity"], ignore_index=True),
        check_dtype=False,
    )
    assert answers.places[0] == ("clean", 0)
    shares = answers.by_picture({("clean", 0), ("fog", 1), ("fog", 5), ("gaussian_noise", 5)})
    assert shares.loc[70, ["clean", "fog", "gaussian_noise"]].tolist() == [1.0, 0.5, 0.0]


def test_cells_and_answers_of_an_older_evaluation_are_made_once_and_then_read(evaluation: Evaluation) -> None:
    folder = evaluation.folder
    made, cells = stored_answers(folder), stored_cells(folder)
    rows = pd.read_parquet(folder.predictions, columns=row_columns())
    pd.testing.assert_frame_equal(cells, cell_table(rows), check_dtype=False)
    was = os.stat(folder.predictions)
    folder.predictions.write_bytes(b"not read again")
    os.utime(folder.predictions, ns=(was.st_atime_ns, was.st_mtime_ns))
    again = stored_answers(folder)
    assert again.places == made.places
    for name in ("images", "truth", "right", "shown"):
        np.testing.assert_array_equal(getattr(again, name), getattr(made, name))
    pd.testing.assert_frame_equal(stored_cells(folder), cells)


def test_what_a_full_disk_does_not_keep_is_shown_and_kept_later(
    evaluation: Evaluation, full_disk: Callable[[], AbstractContextManager[None]]
) -> None:
    folder = evaluation.folder
    with full_disk():
        cells = stored_cells(folder)
    assert not folder.cells.exists()
    pd.testing.assert_frame_equal(stored_cells(folder), cells)
    assert folder.cells.exists()


def test_a_damaged_or_outdated_file_is_made_anew_from_the_rows(evaluation: Evaluation) -> None:
    folder = evaluation.folder
    cells, right = stored_cells(folder), stored_answers(folder).right
    for file in (folder.cells, folder.answers):
        file.write_bytes(file.read_bytes()[:40])
    pd.testing.assert_frame_equal(stored_cells(folder), cells)
    cells.assign(low=0.0, high=1.0).to_parquet(folder.cells, index=False)
    pd.testing.assert_frame_equal(stored_cells(folder), cells, obj="a table that other formulas made")
    folder.answers.write_bytes(b"PK half of it")
    np.testing.assert_array_equal(stored_answers(folder).right, right)
    rows = pd.read_parquet(folder.predictions)
    rows.assign(prediction=rows["truth"]).to_parquet(folder.predictions)
    later = os.stat(folder.cells).st_mtime_ns + 10**9
    os.utime(folder.predictions, ns=(later, later))
    assert (stored_cells(folder)["accuracy"] == 1).all()


def test_parts_joined_give_what_their_joined_rows_give(workspace: Workspace, evaluation: Evaluation) -> None:
    (both,) = joined_evaluations(workspace, open_run(workspace, evaluation.run_id))
    rows = read_joined(both, row_columns())
    # Each part is measured against its own clean pictures, which these answer differently.
    of_two = [name for name in cell_columns() if name.startswith(("drop", "flips"))]
    expected = cell_table(rows).drop(columns=of_two)
    for cells in (joined_cells(both), joined_answers(both).cells):
        pd.testing.assert_frame_equal(cells.drop(columns=of_two), expected, check_dtype=False)
