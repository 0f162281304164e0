"""What a presentation tells of a study: a model that noise hurts beside one that learned with noise, and a noise between them.

Queries on tests that are there; no torch.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.evaluation.galleries import Pairs
from core.evaluation.joined import JoinedEvaluation, pictures_key
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.stored_answers import joined_answers, joined_cells
from core.noise.catalogue import CLEAN
from core.runs.runs import Run
from core.statistics import guessing_share, wilson

Tests = Mapping[str, Sequence[JoinedEvaluation]]
"""Of runs by their ids, each with maps, newest first."""


_OF_NOISE = {"mix", "drawn", "mix_over_epochs", "preset", "seed"}
"""Fields of a recipe that say what noise is trained on; and the seed."""


@dataclass(frozen=True)
class Tested:
    """A run with the test that is told of."""

    run: Run
    test: JoinedEvaluation

    @property
    def clean(self) -> float:
        """Accuracy on clean test pictures, 0..1."""
        return float(self._of_clean[ACCURACY.columns.value])

    @property
    def guessing(self) -> float:
        """Accuracy of always giving the commonest class of these, 0..1."""
        return guessing_share(np.bincount(joined_answers(self.test).truth))

    @property
    def guesses(self) -> bool:
        """By its interval it may be no better than that even without noise: it has nothing that noise could take from it."""
        return float(self._of_clean[ACCURACY.columns.low]) <= self.guessing

    @property
    def _of_clean(self) -> "pd.Series[float]":
        cells = joined_cells(self.test)
        return cells[cells["noise"] == CLEAN].iloc[0]


@dataclass(frozen=True)
class Beside:
    """What two runs make of a noise, over the severities that both were tested at."""

    noise: str
    first: float
    second: float
    """Both: share of the test pictures that it is right on, 0..1."""
    images: int
    """Test pictures at each severity; the fewest of them."""

    @property
    def gain(self) -> float:
        return self.second - self.first


@dataclass(frozen=True)
class Story:
    """Who is told of, and under which noise."""

    first: Tested
    """That noise hurts."""
    second: Tested | None
    """Trained with noise and tested on the same pictures; None where nothing was."""
    noise: str
    """Under which the two lie furthest apart; of one run that which costs most."""
    weak: str
    """Under which the second, or else the first, is right least often; may be `noise`."""
    weak_accuracy: float
    """There, 0..1, over the severities that it was tested at."""
    weak_n: int
    """Pictures behind that, each once a severity."""
    beside: tuple[Beside, ...] = ()
    """The two under each noise that both were tested under, where the second gains most first; none of one run. Without noises
    that chose the epoch that is kept of either (Run.choosers), as long as there are others."""

    @property
    def guessing(self) -> list[Tested]:
        """Those of the two that only guess."""
        told = [self.first] if self.second is None else [self.first, self.second]
        return [one for one in told if one.guesses]

    @property
    def only_noise_differs(self) -> bool:
        """The two learned in the same way but for the noise that one of them met, whatever their seeds."""
        if self.second is None or not (self.first.run.clean_trained and self.second.run.noise_trained):
            return False
        one, other = (tested.run.recipe.to_json() for tested in (self.first, self.second))
        differs = {key for key in {*one, *other} if one.get(key) != other.get(key)}
        return self.second.run.origin is None and differs <= _OF_NOISE

    @property
    def severities(self) -> tuple[int, ...]:
        """At which all that is told of was tested under `noise`, ascending; at least one."""
        return self.severities_under(self.noise)

    def severities_under(self, noise: str) -> tuple[int, ...]:
        """As `severities`, of another noise of the tests."""
        second = None if self.second is None else self.second.test
        return _shared(self.first.test, second, noise)


@dataclass(frozen=True)
class Turned:
    """Of the pictures that a run read right when clean those that a noise made it read wrong."""

    n: int
    of: int
    low: float
    high: float
    """Wilson's 95 % interval of n / of; of 0 pictures 0 to 1."""

    @property
    def share(self) -> float:
        return self.n / self.of if self.of else 0.0


def _shared(first: JoinedEvaluation, second: JoinedEvaluation | None, noise: str) -> tuple[int, ...]:
    levels = first.severities_of(noise)
    if second is None:
        return levels
    return tuple(level for level in levels if level in second.severities_of(noise))


def story_of(
    runs: Sequence[Run], tests: Tests, first: str | None = None, second: str | None = None
) -> Story | None:
    """The story of two runs, or of those that tell most: a clean-trained one of the newest study, and of that study the
    noise-trained one that holds best. Who only guesses (Tested.guesses) is told of where nobody else can be.

    Args:
        runs: newest first.
        first, second: ids of runs that are asked for; what cannot be told of is left out.

    Returns:
        None where no run has been tested under noise.
    """
    tested = [run for run in runs if any(test.noises for test in tests.get(run.id, ()))]
    if not tested:
        return None
    by_id = {run.id: run for run in tested}
    learned = [run for run in tested if not Tested(run, _told_of(run, tests)).guesses] or tested
    run = (
        by_id.get(first or "")
        or _clean_of_newest_study(learned)
        or _with_a_noise_trained_one(learned, tests)
        or learned[0]
    )
    test = _told_of(run, tests)
    others = _on_the_same(run, test, [by_id[second]] if second in by_id else learned, tests)
    cells = _accuracies(test)
    best: tuple[float, Tested, tuple[Beside, ...]] | None = None
    for other in others:
        found = _beside(cells, _accuracies(other.test), {*run.choosers, *other.run.choosers})
        if found and (best is None or _mean_gain(found) > best[0]):
            best = (_mean_gain(found), other, found)
    if best is None:
        noise = _worst(cells)[0]
        return Story(Tested(run, test), None, noise, *_worst(cells))
    _, holds, found = best
    return Story(Tested(run, test), holds, found[0].noise, *_worst(_accuracies(holds.test)), found)


def _told_of(run: Run, tests: Tests) -> JoinedEvaluation:
    return next(one for one in tests[run.id] if one.noises)


def _clean_of_newest_study(tested: Sequence[Run]) -> Run | None:
    """Of the newest study that has both."""
    for newest in tested:
        arms = [run for run in tested if newest.study_id and run.study_id == newest.study_id]
        without = [run for run in arms if run.clean_trained]
        clean = next((run for run in without if run.reference), next(iter(without), None))
        if clean is not None and any(run.noise_trained for run in arms):
            return clean
    return None


def _with_a_noise_trained_one(tested: Sequence[Run], tests: Tests) -> Run | None:
    """The newest run without noise in training that some noise-trained one was tested beside; of its data set one that nothing
    was to make hold, where there is any."""
    found = [
        run for run in tested if run.clean_trained and _on_the_same(run, _told_of(run, tests), tested, tests)
    ]
    plain = [run for run in found if run.reference]
    newest = next(iter(found), None)
    return next(
        (run for run in plain if newest and run.recipe.data_set_id == newest.recipe.data_set_id), newest
    )


def _on_the_same(run: Run, test: JoinedEvaluation, others: Sequence[Run], tests: Tests) -> list[Tested]:
    """Noise-trained ones that were shown the same pictures; those of the run's own study, where there are any."""
    same = pictures_key(run, test)
    found = []
    for other in others:
        if other.id == run.id or (len(others) > 1 and not other.noise_trained):
            continue
        fits = next((one for one in tests[other.id] if pictures_key(other, one) == same), None)
        if fits is not None:
            found.append(Tested(other, fits))
    own = [one for one in found if run.study_id and one.run.study_id == run.study_id]
    # Of one seed: then they began with the same weights.
    return [one for one in own if one.run.recipe.seed == run.recipe.seed] or own or found


def _accuracies(test: JoinedEvaluation) -> pd.DataFrame:
    """A row a cell but clean: noise, severity, right, images."""
    cells = joined_cells(test)
    tested = {(noise, level) for noise, level in test.cells}
    places = zip(cells["noise"], cells["severity"].astype(int), strict=True)
    return cells[[place in tested and place[0] != CLEAN for place in places]]


def _beside(first: pd.DataFrame, second: pd.DataFrame, chose: Collection[str]) -> tuple[Beside, ...]:
    """As of Story; `chose`: noises under which an epoch was chosen."""
    both = first.merge(second, on=["noise", "severity"], suffixes=("", "_second"))
    shares = both.assign(one=both["right"] / both["images"], two=both["right_second"] / both["images_second"])
    under = shares.groupby("noise", sort=False).agg({"one": "mean", "two": "mean", "images": "min"})
    found = [
        Beside(str(noise), float(one), float(two), int(images))
        for noise, one, two, images in under.itertuples()
    ]
    kept = [one for one in found if one.noise not in chose] or found
    return tuple(sorted(kept, key=lambda one: -one.gain))


def _mean_gain(beside: Sequence[Beside]) -> float:
    return sum(one.gain for one in beside) / len(beside)


def _worst(cells: pd.DataFrame) -> tuple[str, float, int]:
    sums = cells.groupby("noise", sort=False)[["right", "images"]].sum()
    shares = sums["right"] / sums["images"]
    noise = str(shares.idxmin())
    return noise, float(shares[noise]), int(sums["images"][noise])


def turned(pairs: Pairs) -> Turned:
    """What a noise did to the pictures of a test."""
    n, of = pairs.counts["became_wrong"], pairs.alike_when_clean("became_wrong")
    low, high = wilson(n, of)
    return Turned(n, of, low, high)


def against(first: Turned, second: Turned) -> Literal["better", "alike", "worse"]:
    """Whether noise turns less of the second's right answers wrong, as far as two intervals that lie apart tell."""
    if second.high < first.low:
        return "better"
    return "worse" if second.low > first.high else "alike"


def example(first: Pairs, second: Pairs | None) -> int | None:
    """The picture that tells most: it became wrong for the first run and stayed right for the second, and of these the one
    that the first was surest of, clean and with noise; else one that became wrong; else any. None without pictures."""
    became = first.members("became_wrong")
    if second is not None:
        held = set(second.members("stayed_right")["image"].tolist())
        both = became[became["image"].isin(held)]
        became = both if len(both) else became
    if not len(became):
        return first.first_to_show
    least = became[["clean_confidence", "confidence"]].min(axis=1).to_numpy()
    return int(became["image"].iloc[int(least.argmax())])
