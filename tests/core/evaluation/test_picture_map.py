"""The map of pictures: features in the plane of the clean ones, measured by a job."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from sklearn.decomposition import PCA

from core.charts.drawing import Palette
from core.charts.picture_map import picture_map
from core.data.dataset import DataSet
from core.errors import NotTrained
from core.evaluation import features_job
from core.evaluation.features_job import again, lasts, measure_features, run_job, submit_features, takes
from core.evaluation.picture_map import (
    COLUMNS,
    SIDE,
    map_of,
    pictures_for_map,
    sheet_of,
    stored_features,
    stored_map,
)
from core.progress import silent
from core.store import Workspace
from tests.conftest import CallsOf
from tests.core.brought.tiny_runs import run_of


def test_the_plane_is_that_of_clean_pictures_principal_components_and_noisy_ones_are_put_into_it() -> None:
    generator = np.random.default_rng(0)
    clean = (generator.normal(size=(40, 6)) * [5, 3, 1, 1, 1, 1]).astype(np.float32)
    noisy = clean + np.float32([2, 0, 0, 0, 0, 1])
    found = map_of(np.arange(40), clean, noisy)
    reference = PCA(2).fit(clean)
    for mine, theirs in (
        (found.clean, reference.transform(clean)),
        (found.noisy, reference.transform(noisy)),
    ):
        signs = np.sign((mine * theirs).sum(axis=0))
        assert mine == pytest.approx(theirs * signs, abs=1e-4)
    assert found.explained == pytest.approx(reference.explained_variance_ratio_, abs=1e-5)
    scale = np.sqrt(((clean - clean.mean(axis=0)) ** 2).sum(axis=1).mean())
    assert found.moved == pytest.approx(np.full(40, np.sqrt(5) / scale), rel=1e-4)


def test_a_map_of_pictures_that_are_all_alike_has_no_way_to_go_but_is_one() -> None:
    same = np.ones((3, 4), np.float32)
    found = map_of(np.arange(3), same, same + 1)
    assert np.isfinite(found.clean).all()
    assert np.isfinite(found.noisy).all()


def test_a_job_measures_clean_pictures_once_for_every_noise_and_keeps_what_is_there(
    workspace: Workspace, tiny_data_set: DataSet, calls_of: CallsOf
) -> None:
    run = run_of(workspace, tiny_data_set)
    cell = ("fog", 3)
    assert stored_map(run, tiny_data_set, tiny_data_set.table, cell) is None
    made = calls_of((features_job, "noisy_pictures"))
    job = submit_features(workspace, run, *cell)
    assert lasts(workspace, job) == takes(run, tiny_data_set)
    assert run_job(workspace, job, silent) == {"run_id": run.id, "images": 16}
    assert made.total() == 2
    found = stored_map(run, tiny_data_set, tiny_data_set.table, cell)
    assert found is not None
    assert found.images.tolist() == sorted(tiny_data_set.indices("test").tolist())
    assert (found.moved > 0).all()
    measure_features(workspace, run, ("fog", 5), silent)
    assert made.total() == 3, "clean ones are there"
    measure_features(workspace, run, cell, silent)
    assert made.total() == 3
    onward = again(workspace, job)
    assert onward is not None
    for file in run.folder.features.iterdir():
        file.write_bytes(file.read_bytes()[:50])
    assert stored_features(run, tiny_data_set, tiny_data_set.table, cell) is None, "half a file is none"
    run.folder.checkpoint.unlink()
    with pytest.raises(NotTrained):
        submit_features(workspace, run, *cell)
    assert again(workspace, job) is None


def test_every_picture_has_its_place_on_the_sheet(tiny_data_set: DataSet, tmp_path: Path) -> None:
    images = np.array(tiny_data_set.images[pictures_for_map(tiny_data_set)])
    images = np.concatenate([images, images])  # 32: two rows
    sheet = cv2.imdecode(np.frombuffer(sheet_of(images), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert sheet.shape == (2 * SIDE, COLUMNS * SIDE, 3)
    for place in (0, 19, 20, 31):
        across, down = SIDE * (place % COLUMNS), SIDE * (place // COLUMNS)
        small = sheet[down : down + SIDE, across : across + SIDE].astype(float)
        shown = cv2.resize(images[place], (SIDE, SIDE), interpolation=cv2.INTER_CUBIC).astype(float)
        assert np.abs(small - shown).mean() < 8


def test_the_map_draws_each_picture_twice_tied_and_by_right_and_wrong() -> None:
    clean, noisy = np.array([[0.0, 0], [1, 1]]), np.array([[0.0, 2], [3, 1]])
    answers = np.array([[0, 0, 0], [1, 1, 0]])
    figure = picture_map(Palette(), np.array([7, 9]), clean, noisy, (0.6, 0.3), answers, ["<b>a", "b"])
    ways, before, right, wrong = figure.data
    assert list(ways.x)[:2] == [0, 0]
    assert np.isnan(ways.x[2]), "each way ends before the next begins"
    assert (len(before.x), list(right.y), list(wrong.x)) == (2, [2], [3])
    assert wrong.customdata[0][0] == 1
    assert "&lt;b&gt;a" in wrong.hovertext[0]
    assert right.marker.symbol != wrong.marker.symbol
