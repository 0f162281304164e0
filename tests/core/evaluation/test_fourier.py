"""The Fourier map of a run."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from core.data.dataset import DataSet
from core.errors import Cancelled, NotAChoice, OutOfRange
from core.evaluation import fourier_job
from core.evaluation.fourier import (
    DETAILS,
    FourierMap,
    difference,
    grid,
    sentence,
    signs,
    stored_map,
    strength,
    wave,
    whole_plane,
)
from core.evaluation.fourier_job import measure_map, run_job, submit_spectrum
from core.evaluation.fourier_said import difference_sentence
from core.networks.checkpoint import save_checkpoint
from core.networks.network import Network
from core.progress import silent
from core.runs.runs import Run
from core.store import Workspace
from core.words import Text, plain
from tests.core.brought.tiny_runs import ODD, network_of, run_of


def torn(data_set: DataSet) -> Network:
    """A network that calls half of the clean test pictures one thing and half the other."""
    network = network_of(data_set, 32, ODD)
    images = torch.from_numpy(np.array(data_set.images[data_set.indices("test")]))
    logits = network.logits(images)
    network.module.get_parameter("classifier.bias")[0] -= (logits[:, 0] - logits[:, 1]).median()
    return network


@pytest.fixture
def run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    run = run_of(workspace, tiny_data_set)
    save_checkpoint(run.folder.checkpoint, torn(tiny_data_set))
    return run


def test_a_map_goes_from_rings_and_directions_to_each_wave_once_up_to_the_highest_frequency() -> None:
    for side in (32, 33, 64, 224):
        orders = [grid(side, detail) for detail in DETAILS]
        for shorter, longer in pairwise(orders):
            assert longer[: len(shorter)] == shorter
        assert len(set(orders[-1])) == len(orders[-1]) <= 64 * 64 // 2 + 80
        waves = {one for frequency in orders[-1] for one in (frequency, (-frequency[0], -frequency[1]))}
        assert len(orders[-1]) * 2 - len(waves) == 1  # no frequency at all is its own mirror image
        assert all(abs(x) <= side // 2 and 0 <= y <= side // 2 for x, y in orders[-1])
        assert 30 <= len(orders[0]) <= 37
    # (32 * 32 + 4) / 2 real waves fit on 32 px: four of them are their own mirror image.
    assert len(grid(32)) == 514


def test_a_wave_has_norm_1_and_one_frequency_and_its_mirror_image() -> None:
    for side, (across, down) in ((32, (5, 3)), (64, (-20, 32)), (32, (0, 0)), (33, (16, 1))):
        picture = wave(side, (across, down))
        assert np.linalg.norm(picture) == pytest.approx(1, abs=1e-5)
        found = np.abs(np.fft.fft2(picture))
        places = {(down % side, across % side), (-down % side, -across % side)}
        assert set(zip(*np.nonzero(found > 1e-3 * found.max()), strict=True)) == places
    assert [round(strength(side) * side, 1) for side in (32, 224)] == [4.0, 15.7]


def test_errors_are_those_of_pictures_with_the_wave_added_and_more_detail_measures_only_what_is_missing(
    workspace: Workspace, tiny_data_set: DataSet, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The formula written out, for each picture by itself; a cancel in between keeps what was measured."""
    asked: Counter[tuple[int, int]] = Counter()

    def counted(side: int, frequency: tuple[int, int]) -> np.ndarray:
        asked[frequency] += 1
        return wave(side, frequency)

    monkeypatch.setattr(fourier_job, "wave", counted)

    def until_half(share: float, step: Text | None = None) -> None:
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        measure_map(workspace, run, 12, "coarse", until_half)
    half = stored_map(run, tiny_data_set, 12)
    assert half is not None
    assert 0 < len(half.frequencies) < len(grid(32, "coarse"))
    job = submit_spectrum(workspace, run, 12, "medium")
    assert run_job(workspace, job, silent)["frequencies"] == len(grid(32, "medium"))
    found = stored_map(run, tiny_data_set, 12)
    assert found is not None
    assert found.frequencies == tuple(grid(32, "medium"))
    assert set(asked.values()) == {1}
    assert len(found.images) == 12
    assert np.bincount(tiny_data_set.labels[found.images]).tolist() == [6, 6]

    network, labels = torn(tiny_data_set), tiny_data_set.labels
    assert found.right is not None
    assert 0.2 < found.right.mean() < 0.8
    for place in (0, 7, 30, 55):
        change = wave(32, found.frequencies[place]) * strength(32) * 32
        for column, number in enumerate(found.images.tolist()):
            sign = signs(np.array([number]))[0]
            picture = tiny_data_set.images[number] / 255 + sign * change[:, :, None]
            planes = torch.from_numpy(np.clip(picture, 0, 1)).float().permute(2, 0, 1)[None]
            said = int(network.module(network.prepared(planes)).argmax())
            assert found.right[place, column] == (said == labels[number])
    clean = network.logits(torch.from_numpy(tiny_data_set.images[found.images])).argmax(1)
    np.testing.assert_array_equal(found.clean, clean.numpy() == labels[found.images])


def test_what_cannot_be_measured_is_refused_before_it_is_queued(workspace: Workspace, run: Run) -> None:
    with pytest.raises(OutOfRange):
        submit_spectrum(workspace, run, 1)
    with pytest.raises(NotAChoice, match="coarse"):
        submit_spectrum(workspace, run, 10, "all")  # type: ignore[arg-type]


WAVES = ((1, 0), (3, 2), (6, 5), (14, 9), (-15, 12))
"""Two coarse ones, a middle one and two fine ones of 32 px."""


def by_hand(right: list[int], images: int = 100, clean: int = 95) -> FourierMap:
    """So many of the first pictures right under each of WAVES."""
    numbers = np.arange(images)
    found = FourierMap(32, numbers, numbers < clean)
    return found.with_more(WAVES, np.stack([numbers < one for one in right]))


def test_a_map_says_by_its_numbers_which_patterns_break_a_run(tmp_path: Path) -> None:
    found = by_hand([95, 93, 90, 40, 20])
    bands = found.bands()
    assert [round(one.error, 3) for one in bands.values()] == [0.06, 0.1, 0.7]
    assert bands["fine"].low < 0.7 < bands["fine"].high
    assert sentence(found)["en"].startswith("Breaks under fine patterns (70 %), holds under coarse")
    assert "고운 무늬(70%)에 무너지고" in sentence(found)["ko"]
    assert sentence(by_hand([95] * 5))["en"].startswith("Holds whatever")
    assert sentence(by_hand([10] * 5))["en"].startswith("Breaks whatever")
    plane = whole_plane(found.table(), 32, "error")
    assert plane.shape == (33, 33)
    np.testing.assert_array_equal(plane, plane[::-1, ::-1])
    assert plane[16, 17] == plane[16, 15] == pytest.approx(0.05)
    assert plane[28, 1] == plane[4, 31] == pytest.approx(0.8)
    found.save(tmp_path / "map.npz")
    again = FourierMap.load(tmp_path / "map.npz")
    assert again is not None
    assert again.table().equals(found.table())
    (tmp_path / "map.npz").write_bytes((tmp_path / "map.npz").read_bytes()[:200])
    assert FourierMap.load(tmp_path / "map.npz") is None


def test_two_maps_are_compared_picture_by_picture_over_what_both_have() -> None:
    first, second = by_hand([95, 93, 90, 40, 20]), by_hand([95, 93, 95, 90, 80])
    more = second.with_more([(2, 2)], np.ones((1, 100), bool))
    both = difference(first, more)
    assert both is not None
    table = both.table()
    assert list(zip(table["across"], table["down"], strict=True)) == list(WAVES)
    np.testing.assert_allclose(table["difference"], [0, 0, -0.05, -0.5, -0.6])
    fine = both.bands()["fine"]
    assert fine.error == pytest.approx(-0.55)
    # 40 pictures change by 1, 20 and 10 by a half: Student's t by hand.
    assert fine.high == pytest.approx(-0.55 + 1.984 * 0.459 / 10, abs=0.01)
    assert both.bands()["coarse"].error == 0
    assert difference(first, replace(second, images=second.images + 1)) is None


def test_copies_of_pictures_in_one_group_leave_what_is_known_of_waves_as_it_was() -> None:
    once, other = by_hand([95, 93, 90, 40, 20]), by_hand([95, 93, 95, 90, 80])

    def copied(found: FourierMap) -> FourierMap:
        assert found.right is not None
        clean, right = np.repeat(found.clean, 5), np.repeat(found.right, 5, axis=1)
        many = FourierMap(32, np.arange(500), clean, found.frequencies, right)
        return many.grouped(np.arange(500) // 5)

    names = ["error", "low", "high"]
    np.testing.assert_allclose(copied(once).table()[names], once.table()[names])
    both, twice = difference(once, other), difference(copied(once), copied(other))
    assert both is not None
    assert twice is not None
    for band, one in both.bands().items():
        assert twice.bands()[band] == pytest.approx(one)
        alone, together = once.bands()[band], copied(once).bands()[band]
        assert together.error == pytest.approx(alone.error)
        # Five times as many that are no more would be less than half as wide.
        assert together.high - together.low > 0.6 * (alone.high - alone.low)


def test_of_two_maps_it_is_said_under_which_patterns_the_second_errs_less_and_where_none_can_be_told() -> (
    None
):
    frequencies = tuple(grid(32, "coarse"))
    shares = np.array([np.hypot(*one) / 16 for one in frequencies])
    images = np.arange(50)
    clean = np.ones(50, bool)
    weak = np.ones((len(frequencies), 50), bool)
    weak[shares >= 0.5, :25] = False
    strong = np.ones_like(weak)
    first, second = (
        FourierMap(32, images, clean, frequencies, weak),
        FourierMap(32, images, clean, frequencies, strong),
    )
    names = plain("“a”"), plain("“b”")
    both = difference(first, second)
    assert both is not None
    said = difference_sentence(both, *names)
    assert said["en"] == "“b” errs less than “a” by 50 points under fine patterns."
    assert said["ko"] == "“b”는 “a”보다 고운 무늬에서 50%포인트 덜 틀립니다."
    same = difference(first, first)
    assert same is not None
    assert difference_sentence(same, *names)["en"].startswith("No difference between “a” and “b” can be told")
