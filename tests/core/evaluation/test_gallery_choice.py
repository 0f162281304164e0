"""Which pictures of a gallery in what order, what they have in common, and all of them as a ZIP."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest

from core.data.dataset import DataSet
from core.evaluation.galleries import Pairs
from core.evaluation.gallery_choice import chosen_members, map_moves, mean_map
from core.evaluation.joined import JoinedEvaluation, latest_joined, read_joined
from core.evaluation.predictions import encode_maps, noisy_picture
from core.explanation.views import enlarged
from core.images import read_picture
from core.reports import gallery as packing
from core.reports.gallery import SIDE, Gallery, gallery_zip
from core.store import Workspace
from tests.core.brought.tiny_runs import run_of
from tests.core.evaluation.conftest import stored_evaluation


@pytest.fixture
def test_of(workspace: Workspace, tiny_data_set: DataSet) -> JoinedEvaluation:
    """Under fog every answer is the first class; a picture's maps are the same at one severity."""
    run = run_of(workspace, tiny_data_set)
    stored_evaluation(
        workspace,
        tiny_data_set,
        run,
        ["fog"],
        [0, 3],
        lambda truth, noise, _: truth if noise == "clean" else 0,
    )
    found = latest_joined(workspace, run)
    assert found is not None
    return found


def test_a_map_that_noise_left_alone_has_moved_least(test_of: JoinedEvaluation) -> None:
    same, moved = map_moves(test_of, "fog", 0), map_moves(test_of, "fog", 3)
    assert list(same.values()) == pytest.approx([1] * len(same))
    assert same.keys() == moved.keys()
    assert abs(np.mean(list(moved.values()))) < 0.2


def test_members_are_narrowed_and_ordered_and_those_of_unknown_move_come_last(
    test_of: JoinedEvaluation,
) -> None:
    pairs = Pairs.of(read_joined(test_of), "fog", 3)
    rows = pairs.members("stayed_right")
    images = rows["image"].tolist()
    assert chosen_members(pairs, "stayed_right")["image"].tolist() == images
    assert chosen_members(pairs, "stayed_right", order="least_sure")["image"].tolist() == images[::-1]
    moves = {images[0]: 0.1, images[1]: 0.9, images[2]: -0.5}
    for order, first in (("moved", [2, 0, 1]), ("stayed", [1, 0, 2])):
        found = chosen_members(pairs, "stayed_right", order=order, moves=moves)["image"].tolist()
        assert found[:3] == [images[place] for place in first]
        assert sorted(found) == sorted(images)
    assert chosen_members(pairs, "stayed_right", truth=1).empty
    assert len(chosen_members(pairs, "became_wrong", truth=1)) == pairs.counts["became_wrong"]


def test_in_the_mean_map_a_strong_picture_has_no_more_say_than_a_weak_one() -> None:
    maps = np.zeros((3, 2, 2), np.float32)
    maps[0, 0, 0], maps[1, 1, 1] = 500, 1
    maps[1, 0, 1] = -7
    stored = pd.Series(encode_maps(maps))
    found = mean_map(stored, (2, 2))
    assert found is not None
    assert found.tolist() == [[0.5, 0], [0, 0.5]]
    assert mean_map(stored.iloc[2:], (2, 2)) is None


def test_a_gallery_in_a_zip_is_lossless_and_its_names_and_table_say_what_is_in_it(
    test_of: JoinedEvaluation, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "MOST", 3)
    rows = Pairs.of(read_joined(test_of), "fog", 3).members("became_wrong")
    assert len(rows) > 3
    gallery = Gallery(
        run="a run",
        evaluation=test_of,
        data_set=tiny_data_set,
        classes=["left", "../한/쪽"],
        noise="fog",
        noise_label="Fog",
        severity=3,
        group="became wrong",
        view="heat",
        method="Grad-CAM",
    )
    image = int(rows["image"].iloc[0])
    with zipfile.ZipFile(io.BytesIO(gallery_zip(gallery, rows, {image: 0.25}, "ko"))) as pack:
        *pictures, csv, about = pack.namelist()
        assert (csv, about) == ("gallery.csv", "about.txt")
        assert len(pictures) == 3
        assert pictures[0].startswith("001_true-한쪽_clean-한쪽-75_noisy-left-75_")
        assert not [name for name in pictures if "/" in name or ".." in name]
        table = pd.read_csv(io.BytesIO(pack.read(csv)))
        assert table["file"].tolist() == pictures
        assert table["picture"].tolist() == rows["image"].tolist()[:3]
        assert table["rank_correlation"].iloc[0] == 0.25
        assert table["rank_correlation"].iloc[1:].isna().all()
        assert table["overlap"].between(0, 1).all()
        shown = read_picture(pack.read(pictures[0]), "a.png").pixels
        noisy = enlarged(noisy_picture(tiny_data_set, image, "fog", 3, test_of.table), SIDE)
        side = noisy.shape[0]
        assert np.array_equal(shown[-side:, :side], noisy)
        assert "안개" not in pack.read(about).decode()  # the name is as it was given
        assert "Fog 강도 3" in pack.read(about).decode()
