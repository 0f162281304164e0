"""A dozen noises that stand for all, and the mean in which none counts many times."""

import math

import numpy as np
import pytest

from core.evaluation.comparison import compare
from core.evaluation.options import checked_noises
from core.noise.catalogue import CHOOSERS, all_noises, get_noise
from core.noise.overlap import CLUSTERS, balanced_mean, cluster_of, cluster_weights, twelve_noises
from tests.core.evaluation.conftest import NOISE_TRAINED


def test_the_twelve_stand_for_a_cluster_each_and_every_noise_is_in_one() -> None:
    twelve = twelve_noises()
    assert [cluster_of(key) for key in twelve] == list(range(CLUSTERS))
    assert not set(twelve) & set(CHOOSERS)
    assert not any(get_noise(key).held_out for key in twelve)
    assert {cluster_of(entry.key) for entry in all_noises()} == set(range(CLUSTERS))
    assert checked_noises("twelve") == twelve
    assert checked_noises(["twelve", "pca", twelve[0]])[:CLUSTERS] == twelve


def test_noises_that_say_the_same_count_together_and_unknown_ones_for_themselves() -> None:
    crowd = [entry.key for entry in all_noises() if cluster_of(entry.key) == 0][:5]
    other = next(entry.key for entry in all_noises() if cluster_of(entry.key) == 1)
    weights = cluster_weights([*crowd, other, "of_tomorrow"])
    assert sum(weights.values()) == pytest.approx(1)
    assert {weights[key] for key in crowd} == {1 / 15}
    assert weights[other] == weights["of_tomorrow"] == 1 / 3
    values = dict.fromkeys(crowd, 0.9) | {other: 0.3}
    assert balanced_mean(values) == pytest.approx(0.6)
    assert np.mean(list(values.values())) == pytest.approx(0.8)
    assert balanced_mean({other: 0.25}) == 0.25
    assert math.isnan(balanced_mean({}))
    (arm,) = compare([NOISE_TRAINED]).arms
    shares = {noise: float(arm.by_picture[noise].mean()) for noise in arm.in_means}
    assert arm.balanced().mean == pytest.approx(100 * balanced_mean(shares))
