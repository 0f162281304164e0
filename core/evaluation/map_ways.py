"""What ways of training differ in, by how much of the picture their runs use: told in words, with how sure it is. No torch."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtr, stdtrit

from core.evaluation.arms import Measured, evaluated_run
from core.evaluation.comparison import compare
from core.evaluation.joined import JoinedEvaluation, pictures_key
from core.evaluation.map_use import Use
from core.evaluation.pairs import holm
from core.evaluation.stored_answers import joined_answers
from core.runs.runs import Run
from core.statistics import wilson
from core.words import Text, fill_text, rounded

SURE = 0.05
"""A difference is told where its p, after Holm's correction for all that are looked at, is below this."""


@dataclass(frozen=True)
class Accuracy:
    """Of a run under noise."""

    rates: "pd.Series[float]"
    """Of each picture, by its number, the share of its answers that is right, 0..1, each noise weighing the same; none where no noise
    is shared."""
    groups: "pd.Series[int] | None" = None
    """Of each picture; None: each is its own."""

    @property
    def ends(self) -> "Ends | None":
        if not len(self.rates):
            return None
        found = Measured.share(self.rates, self.groups)
        return Ends(found.mean / 100, found.low / 100, found.high / 100)


Tested = tuple[Run, JoinedEvaluation]


def under_noise(tested: Sequence[Tested]) -> list[Accuracy]:
    """Of runs that saw the same pictures, each over the noises that all of them are compared by on Results."""
    if not tested:
        return []
    found = compare([evaluated_run(run, test, joined_answers(test)) for run, test in tested])
    arms = {arm.id: arm for arm in found.arms}
    return [
        Accuracy(arms[run.id].right_under(found.in_means), arms[run.id].group_of)
        if found.in_means
        else Accuracy(pd.Series(dtype=float))
        for run, _ in tested
    ]


class Apart(NamedTuple):
    """By how much a number of one way of training lies above that of another, in its own unit."""

    mean: float
    low: float
    high: float
    """95 % interval: the wider of that over other seeds and that over other test pictures."""
    p: float
    """The larger of the two, without Holm's correction."""
    seeds: int
    """Of the way that has fewer; with one nothing is known of other seeds, and p is of other pictures alone."""


class Ends(NamedTuple):
    """A number of one run with its 95 % interval over test pictures, 0..1."""

    value: float
    low: float
    high: float

    @property
    def error(self) -> float:
        """Standard."""
        return (self.high - self.low) / (2 * float(ndtri(0.975)))


@dataclass(frozen=True)
class Figure:
    """One number of what a run uses."""

    of: Callable[[Use, Accuracy], Ends | None]
    """None where it is not known."""
    said: Text
    """With fields now and before."""


def _share(share: float | None, n: int) -> Ends | None:
    return None if share is None or math.isnan(share) else Ends(share, *wilson(share * n, n))


def _area(use: Use, _: Accuracy) -> Ends | None:
    if use.area is None:
        return None
    return Ends(
        use.area,
        0.0 if use.area_low is None else use.area_low,
        1.0 if use.area_high is None else use.area_high,
    )


AREA, NOISE = "area", "noise"
FIGURES = {
    AREA: Figure(_area, Text(en="", ko="")),
    "clean": Figure(
        lambda use, _: _share(use.clean, use.hidden_n),
        Text(en="with nothing hidden {now} ({before})", ko="가리지 않았을 때 {now} ({before})"),
    ),
    "hidden_mean": Figure(
        lambda use, _: _share(use.hidden_mean, use.hidden_n),
        Text(en="with a sixteenth hidden {now} ({before})", ko="16분의 1을 가렸을 때 {now} ({before})"),
    ),
    "hidden_worst": Figure(
        lambda use, _: _share(use.hidden_worst, use.hidden_n),
        Text(
            en="with the worst sixteenth hidden {now} ({before})",
            ko="가장 아픈 16분의 1을 가렸을 때 {now} ({before})",
        ),
    ),
    NOISE: Figure(
        lambda _, noisy: noisy.ends,
        Text(en="under noise {now} ({before})", ko="노이즈에서 {now} ({before})"),
    ),
    "peak": Figure(
        lambda use, _: _share(use.peak, use.peak_n),
        Text(
            en="peak in what was changed {now} ({before})",
            ko="가장 중요한 자리가 바뀐 부분 안 {now} ({before})",
        ),
    ),
}
"""What ways are compared by."""


@dataclass(frozen=True)
class Way:
    """One way of training with what its runs use: the mean over its seeds."""

    label: Text
    clean: bool
    """Nothing was done to its training pictures: what the others are told beside."""
    uses: tuple[Use, ...]
    noisy: tuple[Accuracy, ...]
    """Of each."""

    def ends(self, name: str) -> list[Ends]:
        """One of FIGURES, of the seeds that have it."""
        found = [FIGURES[name].of(*seed) for seed in zip(self.uses, self.noisy, strict=True)]
        return [one for one in found if one is not None]

    def values(self, name: str) -> list[float]:
        """As `ends`, without intervals."""
        return [one.value for one in self.ends(name)]

    def mean(self, name: str) -> float:
        """Of `values`; NaN where there are none."""
        known = self.values(name)
        return float(np.mean(known)) if known else math.nan

    def spread(self, name: str) -> float | None:
        """Standard deviation over seeds (n - 1); None of fewer than two."""
        known = self.values(name)
        return float(np.std(known, ddof=1)) if len(known) > 1 else None

    @property
    def peak_chance(self) -> float | None:
        """How often a place thrown blindly lies in what was changed; None where that is not known."""
        known = [use.peak_chance for use in self.uses if use.peak_chance is not None]
        return float(np.mean(known)) if known else None

    def _paired_error(self, other: "Way", apart: float) -> float:
        """Standard error over pictures of the difference of two accuracies under noise; `apart` where these are of others."""
        rates = [pd.concat([one.rates for one in way.noisy], axis=1).mean(axis=1) for way in (self, other)]
        if not rates[0].index.equals(rates[1].index):
            return apart
        found = Measured.over(rates[0] - rates[1], self.noisy[0].groups)
        return Ends(found.mean / 100, found.low / 100, found.high / 100).error

    def beside(self, other: "Way", name: str) -> Apart | None:
        """By how much one of FIGURES lies above another way's; None where one of them does not have it.

        Over seeds by Welch's test, seeds of the two independent (Welch 1947). Over pictures by a normal one: seeds are asked of the same
        pictures, so that a mean over seeds is no surer of these. Accuracy under noise is compared picture by picture; of what is
        known of each run alone it is not made use of that both ways were asked of the same ones, which errs to the side of too wide.
        """
        here, there = self.ends(name), other.ends(name)
        if not here or not there:
            return None
        apart = self.mean(name) - other.mean(name)
        error = math.hypot(*(float(np.mean([one.error for one in ends])) for ends in (here, there)))
        if name == NOISE:
            error = self._paired_error(other, error)
        found = [(error, math.inf)]
        if min(len(here), len(there)) > 1:
            found.append(_welch(self.values(name), other.values(name)))
        half = max(error * float(stdtrit(degrees, 0.975)) for error, degrees in found)
        p = max(_p(apart, *one) for one in found)
        return Apart(apart, apart - half, apart + half, p, min(len(here), len(there)))


def _welch(here: Sequence[float], there: Sequence[float]) -> tuple[float, float]:
    """Standard error of the difference of two means, and its degrees of freedom (Satterthwaite 1946)."""
    parts = [float(np.var(one, ddof=1)) / len(one) for one in (here, there)]
    whole = sum(parts)
    if whole <= 0:
        return 0.0, math.inf
    below = sum(part**2 / (len(one) - 1) for part, one in zip(parts, (here, there), strict=True))
    return math.sqrt(whole), whole**2 / below


def _p(apart: float, error: float, degrees: float) -> float:
    """Two-sided."""
    if error <= 0:
        return 1.0 if apart == 0 else 0.0
    return float(2 * stdtr(degrees, -abs(apart) / error))


def on_the_same_pictures(
    run: Run, test: JoinedEvaluation, others: Sequence[tuple[Run, Sequence[JoinedEvaluation]]]
) -> list[Tested]:
    """A run with its test, and of others those that were tested on the very same pictures: all that have a network to ask for
    how much they use.

    Args:
        others: each with its tests that have maps; `run` itself may be among them.
    """
    same = pictures_key(run, test)
    found = [(run, test)]
    for other, tests in others:
        fits = next((one for one in tests if pictures_key(other, one) == same), None)
        if other.id != run.id and fits is not None:
            found.append((other, fits))
    return [(one, its) for one, its in found if one.trained and not one.graph]


def ways_of(runs: Sequence[tuple[Run, Use, Accuracy]]) -> list[Way]:
    """Runs by their arm in a study, of no study each alone; the clean ones first, else as they were made.

    Args:
        runs: with what they use and their accuracy under noise.
    """
    grouped: dict[tuple[str | None, str], list[tuple[Run, Use, Accuracy]]] = {}
    for one in sorted(runs, key=lambda member: member[0].created):
        run = one[0]
        key = (run.study_id, run.arm.key) if run.arm is not None else (None, run.id)
        grouped.setdefault(key, []).append(one)
    found = []
    for members in grouped.values():
        run = members[0][0]
        label = run.label if run.arm is None else run.arm.label
        uses, noisy = tuple(use for _, use, _ in members), tuple(noisy for *_, noisy in members)
        found.append(Way(label, run.reference, uses, noisy))
    return sorted(found, key=lambda one: not one.clean)


@dataclass(frozen=True)
class Compared:
    """A way beside the one that nothing was done for."""

    way: Way
    reference: Way
    apart: Mapping[str, Apart]
    """Of FIGURES those that both have."""
    p_holm: Mapping[str, float]
    """For all figures of all ways that are compared."""

    def sure(self, name: str) -> int:
        """1 where a figure is higher for sure, -1 where it is lower, 0 where that cannot be told or it is not there."""
        if self.p_holm.get(name, 1.0) >= SURE:
            return 0
        return 1 if self.apart[name].mean > 0 else -1

    @property
    def single(self) -> bool:
        """Of one of them there is one training: how much its seed does is not known."""
        return min((one.seeds for one in self.apart.values()), default=0) == 1


def compared(ways: Sequence[Way]) -> list[Compared]:
    """Each way beside the clean one, where there is none beside the first; without that one itself."""
    if not ways:
        return []
    reference = next((one for one in ways if one.clean), ways[0])
    others = [one for one in ways if one is not reference]
    apart = [
        {name: found for name in FIGURES if (found := one.beside(reference, name)) is not None}
        for one in others
    ]
    corrected = iter(holm([found.p for one in apart for found in one.values()]))
    return [
        Compared(one, reference, known, {name: next(corrected) for name in known})
        for one, known in zip(others, apart, strict=True)
    ]


_ALONE = Text(
    en="It uses {area} of the picture's places (100 % would be all alike). Whichever sixteenth of the picture is hidden, it stays right on at "
    "least {worst} (n = {n}); with nothing hidden {clean}.",
    ko="사진 자리의 {area:을/를} 씁니다 (모두 고르게 쓰면 100%). 사진의 16분의 1을 어디든 가려도 {worst} 넘게 맞히고(n = {n}), 가리지 않으면 {clean} 맞힙니다.",
)
_AREAS = {
    1: Text(
        en="{name}: what counts is spread over more of the picture ({now} of its places, {reference} {before}).",
        ko="{name}: 근거가 사진에 더 넓게 퍼집니다 (자리의 {now}, {reference:은/는} {before}).",
    ),
    -1: Text(
        en="{name}: what counts is on less of the picture ({now} of its places, {reference} {before}).",
        ko="{name}: 근거가 사진의 더 좁은 곳에 모입니다 (자리의 {now}, {reference:은/는} {before}).",
    ),
    0: Text(
        en="{name}: whether more of the picture counts cannot be told ({now} of its places, {reference} {before}).",
        ko="{name}: 근거가 더 넓어지는지는 가릴 수 없습니다 (자리의 {now}, {reference:은/는} {before}).",
    ),
}
_PERHAPS = {
    1: Text(
        en="{name}: perhaps more of the picture counts ({now} of its places, {reference} {before}), but among so many comparisons that "
        "may be chance.",
        ko="{name}: 근거가 더 넓어졌을 수 있습니다 (자리의 {now}, {reference:은/는} {before}). 하지만 여러 가지를 한꺼번에 견주었으니 우연일 수도 "
        "있습니다.",
    ),
    -1: Text(
        en="{name}: perhaps less of the picture counts ({now} of its places, {reference} {before}), but among so many comparisons that "
        "may be chance.",
        ko="{name}: 근거가 더 좁아졌을 수 있습니다 (자리의 {now}, {reference:은/는} {before}). 하지만 여러 가지를 한꺼번에 견주었으니 우연일 수도 "
        "있습니다.",
    ),
}
"""Where one comparison alone would tell."""
_BETTER = Text(en=" Better than {reference} for sure", ko=" {reference}보다 확실히 나은 것")
_WORSE = Text(en=" Worse for sure", ko=" 확실히 나빠진 것")
_NOTHING = Text(en=" Nothing else grows with it for sure", ko=" 그러나 함께 확실히 좋아진 것은 없습니다")
_NEITHER = Text(en=" Not better for sure", ko=" 확실히 낫다고 할 수 없는 것")
_LESS = Text(
    en=" It may not have learned to its end, which would be reason enough.",
    ko=" 학습이 아직 덜 끝나서 그럴 수도 있습니다.",
)
_SINGLE = Text(
    en=" This is one training beside one: another seed may change it.",
    ko=" 학습을 한 번씩만 견준 것이라 시드가 바뀌면 달라질 수 있습니다.",
)


def told(ways: Sequence[Way]) -> list[Text]:
    """In words what the ways of training differ in: for each what is sure beside the clean one, which says honestly where the area
    grows and nothing else does, and where nothing can be told. Of one way alone its own numbers.

    What counts as sure is said by `Compared`; figures are means over seeds.
    """
    if len(ways) == 1:
        (one,) = ways
        if math.isnan(one.mean(AREA)):
            return []
        numbers = {name: _percent(one.mean(name)) for name in (AREA, "clean")}
        worst = _percent(one.mean("hidden_worst"))
        return [fill_text(_ALONE, **numbers, worst=worst, n=one.uses[0].hidden_n)]
    return [_beside(one) for one in compared(ways)]


def _beside(one: Compared) -> Text:
    names: dict[str, Any] = {"name": one.way.label, "reference": one.reference.label}
    parts = []
    if AREA in one.apart:
        apart = one.apart[AREA]
        alone = not one.sure(AREA) and apart.p < SURE
        text = _PERHAPS[1 if apart.mean > 0 else -1] if alone else _AREAS[one.sure(AREA)]
        parts.append(fill_text(text, **names, **_figures(one, AREA)))
    else:
        parts.append(fill_text(Text(en="{name}:", ko="{name}:"), **names))
    others = {name: one.sure(name) for name in one.apart if name != AREA}
    better = [name for name, sure in others.items() if sure > 0]
    worse = [name for name, sure in others.items() if sure < 0]
    if better:
        parts.append(_listed(one, fill_text(_BETTER, **names), better))
    else:
        open_ones = [name for name, sure in others.items() if sure == 0]
        if one.sure(AREA) > 0:
            parts.append(_listed(one, _NOTHING, open_ones))
        elif open_ones:
            parts.append(_listed(one, _NEITHER, open_ones))
    if worse:
        parts.append(_listed(one, _WORSE, worse))
    if "clean" in worse:
        parts.append(_LESS)
    if one.single:
        parts.append(_SINGLE)
    return Text(en="".join(each["en"] for each in parts), ko="".join(each["ko"] for each in parts))


def _listed(one: Compared, before: Text, keys: Sequence[str]) -> Text:
    figures = [fill_text(FIGURES[key].said, **_figures(one, key)) for key in keys]
    en, ko = (": " + ", ".join(each[key] for each in figures) if figures else "" for key in ("en", "ko"))
    return Text(en=f"{before['en']}{en}.", ko=f"{before['ko']}{ko}.")


def _figures(one: Compared, key: str) -> dict[str, Text]:
    return {"now": _percent(one.way.mean(key)), "before": _percent(one.reference.mean(key))}


def _percent(share: float) -> Text:
    number = rounded(100 * share)
    return Text(en=f"{number} %", ko=f"{number}%")
