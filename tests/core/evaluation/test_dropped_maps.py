"""Maps are dropped and every number stays."""

import pandas as pd
import pytest

from core.data.dataset import DataSet
from core.errors import DiskFull
from core.evaluation import dropped_maps
from core.evaluation.dropped_maps import MAPS, drop_maps, maps_bytes, with_maps
from core.evaluation.joined import joined_evaluations, read_joined
from core.evaluation.stored_answers import joined_cells
from core.files import folder_bytes
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.runs.runs import Run
from core.store import Workspace
from tests.core.evaluation.conftest import stored_evaluation


@pytest.fixture
def run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    fingerprint = tiny_data_set.card.fingerprint
    recipe = Recipe.make(data_set_id=tiny_data_set.id, data_set_fingerprint=fingerprint, model="small_cnn")
    run = create_run(workspace, "held", recipe)
    for noises in (["fog", "frost"], ["snow"]):
        stored_evaluation(workspace, tiny_data_set, run, noises, [1, 3], lambda truth, *_: truth)
    return run


def test_without_its_maps_a_test_takes_less_and_tells_every_number_as_before(
    workspace: Workspace, tiny_data_set: DataSet, run: Run
) -> None:
    (before,) = joined_evaluations(workspace, run)
    rows, cells, size = read_joined(before), joined_cells(before), folder_bytes(run.folder.path)
    taken = maps_bytes(workspace, run)
    assert taken > 0
    drop_maps(workspace, run)
    drop_maps(workspace, run)
    (after,) = joined_evaluations(workspace, run)
    pd.testing.assert_frame_equal(read_joined(after), rows.drop(columns=list(MAPS)))
    pd.testing.assert_frame_equal(joined_cells(after), cells)
    assert after.map_shape == before.map_shape
    assert maps_bytes(workspace, run) == 0
    assert folder_bytes(run.folder.path) < size
    assert with_maps([after]) == []
    # A test that follows has maps, and is looked at by itself.
    stored_evaluation(workspace, tiny_data_set, run, ["rain"], [1], lambda truth, *_: truth)
    (shown,) = with_maps(joined_evaluations(workspace, run))
    assert shown.noises == ("rain",)


def test_where_the_disk_has_no_room_for_the_rest_the_test_stays_whole(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = read_joined(joined_evaluations(workspace, run)[0])

    def full(*_: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dropped_maps.pq, "ParquetWriter", full)
    with pytest.raises(DiskFull):
        drop_maps(workspace, run)
    (still,) = joined_evaluations(workspace, run)
    pd.testing.assert_frame_equal(read_joined(still), rows)
    assert with_maps([still]) == [still]
    assert not list(run.folder.path.rglob("rest.parquet"))
    monkeypatch.undo()
    drop_maps(workspace, run)
    assert maps_bytes(workspace, run) == 0
