import pandas as pd
import pytest

from benchmarks.recipes import compared, over_seeds

CHOOSERS = {"speckle_noise": 0.0, "gaussian_blur": 0.0, "spatter": 0.0, "saturate": 0.0}


def accuracies(clean: float, **noises: float) -> "pd.Series[float]":
    return pd.Series({"clean": clean, **CHOOSERS, **noises})


def test_a_recipe_is_measured_by_what_it_has_neither_trained_on_nor_chosen_its_epoch_by() -> None:
    reference = accuracies(0.9, gaussian_noise=0.3, fog=0.5, frost=0.7)
    found = accuracies(0.8, gaussian_noise=0.79, fog=0.7, frost=0.7)

    said = compared(found, reference, ["gaussian_noise"])

    assert said["seen"] == pytest.approx(0.79)
    assert said["unseen"] == pytest.approx(0.7)
    assert said["ratio"] == pytest.approx(0.3 / 0.4)
    assert said["added"] == pytest.approx((0.3 - 0.2) / (0.4 - 0.1))


def test_what_no_seed_has_stays_empty_and_one_seed_has_no_spread() -> None:
    reference = accuracies(0.9, fog=0.5)
    one = compared(reference, reference, []) | {"time": 1.0}

    assert over_seeds([one])["seen"] is None
    assert over_seeds([one])["ratio_sd"] is None
    assert over_seeds([one, one | {"ratio": 2.0}])["ratio_sd"] == pytest.approx(0.7071)
