"""What ways of training differ in, by how much of the picture their runs use, and how sure that is."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind

from core.evaluation.map_use import Use
from core.evaluation.map_ways import SURE, Accuracy, Way, compared, told
from core.evaluation.pairs import holm
from core.words import plain

SPREAD = (-0.01, 0.0, 0.01)
"""Of three seeds around their mean."""


def noisy(share: float, pictures: int = 10_000) -> Accuracy:
    """Of a hundred answers a picture nearly so many right, in some a little more, in others a little less."""
    return Accuracy(pd.Series(share + 0.001 * np.where(np.arange(pictures) % 2, 1, -1)))


def way(
    name: str, area: float, worst: float, noise: float, clean: float = 0.9, spread: Sequence[float] = SPREAD
) -> Way:
    """Of so many seeds, each asked of 10,000 pictures."""
    uses = tuple(
        Use(
            area=area + off,
            area_low=area + off - 0.005,
            area_high=area + off + 0.005,
            area_n=10_000,
            clean=clean + off,
            hidden_mean=worst + off,
            hidden_worst=worst + off,
            hidden_n=10_000,
        )
        for off in spread
    )
    return Way(plain(name), name == "Clean", uses, tuple(noisy(noise + off) for off in spread))


CLEAN = way("Clean", 0.40, 0.80, 0.60)


def test_where_the_area_grows_and_nothing_else_does_that_is_what_is_said() -> None:
    for other, said in (
        (
            way("A", 0.55, 0.80, 0.60),
            "A: what counts is spread over more of the picture (55 % of its places, Clean 40 %). Nothing else grows with it for sure: "
            "with nothing hidden 90 % (90 %),",
        ),
        (
            way("B", 0.55, 0.90, 0.60),
            "Better than Clean for sure: with a sixteenth hidden 90 % (80 %), with the worst sixteenth hidden 90 % (80 %).",
        ),
        (
            way("C", 0.41, 0.80, 0.75),
            "C: whether more of the picture counts cannot be told (41 % of its places, Clean 40 %). Better than Clean for sure: under "
            "noise 75 % (60 %).",
        ),
        (
            way("D", 0.30, 0.80, 0.60),
            "D: what counts is on less of the picture (30 % of its places, Clean 40 %). Not better for sure: ",
        ),
        (
            way("E", 0.55, 0.60, 0.50, clean=0.7),
            "Nothing else grows with it for sure. Worse for sure: with nothing hidden 70 % (90 %),",
        ),
    ):
        (sentence,) = told([other, CLEAN])
        assert said in sentence["en"]
        assert "Clean" in sentence["ko"]
        assert ("learned to its end" in sentence["en"]) == other.label["en"].startswith("E")


def test_a_growth_within_the_spread_of_seeds_is_not_told_as_one() -> None:
    wild = (-0.2, 0.0, 0.2)
    (sentence,) = told([CLEAN, way("A", 0.55, 0.60, 0.60, clean=0.6, spread=wild)])
    assert (
        "whether more of the picture counts cannot be told (55 % of its places, Clean 40 %)" in sentence["en"]
    )
    # The same seeds that nothing is between are told apart.
    (sentence,) = told([CLEAN, way("A", 0.55, 0.80, 0.60, spread=(-0.01, 0.0, 0.011))])
    assert "spread over more" in sentence["en"]


def test_what_one_comparison_alone_would_tell_is_told_as_perhaps() -> None:
    ways = [CLEAN, *(way(name, 0.40, 0.80, 0.60) for name in "BCDEFG"), way("A", 0.43, 0.80, 0.60)]
    found = compared(ways)[-1]
    assert found.apart["area"].p < SURE < found.p_holm["area"]
    assert told(ways)[-1]["en"].startswith(
        "A: perhaps more of the picture counts (43 % of its places, Clean 40 %), but"
    )
    assert told([*ways[:-1], way("A", 0.37, 0.80, 0.60)])[-1]["en"].startswith("A: perhaps less")


def test_a_growth_that_other_pictures_may_undo_is_not_told_as_one() -> None:
    few = tuple(
        replace(use, hidden_worst=0.9 + off, hidden_n=20) for use, off in zip(CLEAN.uses, SPREAD, strict=True)
    )
    (one,) = compared([CLEAN, replace(CLEAN, clean=False, uses=few)])
    assert one.apart["hidden_worst"].mean == pytest.approx(0.1)
    assert one.sure("hidden_worst") == 0


def test_of_one_training_each_it_is_said_that_a_seed_may_change_it() -> None:
    one, other = way("Clean", 0.40, 0.80, 0.60, spread=[0]), way("A", 0.55, 0.80, 0.60, spread=[0])
    (sentence,) = told([one, other])
    assert "spread over more of the picture" in sentence["en"]
    assert sentence["en"].endswith("another seed may change it.")
    (alone,) = told([one])
    assert "40 %" in alone["en"]
    assert "at least 80 % (n = 10000)" in alone["en"]
    assert told([]) == []
    assert told([replace(one, uses=(replace(one.uses[0], area=None),))]) == []


def test_differences_are_those_of_welch_over_seeds_and_good_for_all_that_are_looked_at() -> None:
    draw = np.random.default_rng(3)
    ways = [way(name, 0.4, 0.8, 0.6, spread=draw.normal(0, 0.02, 4)) for name in ("Clean", "A", "B")]
    found = compared(ways)
    raw = []
    for one in found:
        for name, apart in one.apart.items():
            reference = ttest_ind(one.way.values(name), one.reference.values(name), equal_var=False)
            interval = reference.confidence_interval(0.95)
            # Seeds differ by more here than pictures of 10,000 can.
            assert apart.p == pytest.approx(float(reference.pvalue))
            assert (apart.low, apart.high) == pytest.approx((interval.low, interval.high))
            raw.append(apart.p)
    assert [p for one in found for p in one.p_holm.values()] == holm(raw)


def test_ways_that_do_not_differ_are_hardly_ever_told_apart() -> None:
    draw = np.random.default_rng(0)
    wrong, times = 0, 300
    for _ in range(times):
        ways = [way(name, 0.4, 0.8, 0.6, spread=draw.normal(0, 0.03, 3)) for name in ("Clean", "A", "B", "C")]
        wrong += any(one.sure(name) for one in compared(ways) for name in one.apart)
    assert wrong / times <= SURE + 0.03


def test_what_nobody_knows_is_no_figure() -> None:
    without = replace(CLEAN, noisy=(Accuracy(pd.Series(dtype=float)),) * 3)
    (one,) = compared([without, way("A", 0.5, 0.8, 0.6)])
    assert set(one.apart) == {"area", "clean", "hidden_mean", "hidden_worst"}
    assert one.sure("noise") == one.sure("peak") == 0


def test_accuracy_under_noise_is_compared_picture_by_picture() -> None:
    draw = np.random.default_rng(1)
    hard = pd.Series(draw.uniform(0, 1, 150))  # some pictures are hard for all
    one = replace(CLEAN, noisy=tuple(Accuracy((hard + off).clip(0, 1)) for off in SPREAD))
    other = replace(
        CLEAN, clean=False, noisy=tuple(Accuracy((hard + 0.06 + off).clip(0, 1)) for off in SPREAD)
    )
    (found,) = compared([one, other])
    assert found.sure("noise") == 1
    apart = replace(
        other, noisy=tuple(Accuracy(right.rates.set_axis(range(150, 300))) for right in other.noisy)
    )
    (found,) = compared([one, apart])
    assert found.sure("noise") == 0, "of other pictures nothing is known so well"
