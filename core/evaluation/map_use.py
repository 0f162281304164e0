"""How much of the picture a run uses, and whether its maps are to be believed: reckoned once, kept with the run, told in words.

It is reckoned with the network, by core.evaluation.map_checks; reading and telling need none, so that pages do it at once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.data.dataset import DataSet
from core.evaluation.answers import joined_cells
from core.evaluation.joined import JoinedEvaluation
from core.files import read_json
from core.noise.catalogue import CLEAN
from core.records import Record
from core.runs.runs import Run
from core.statistics import wilson
from core.words import Text, fill_text, rounded

SIDE, MOST, SANITY = 4, 400, 100
"""Of the picture SIDE x SIDE parts are hidden, in so many pictures; so many maps are compared with a drawn network's."""
_PASS = 0.005
"""s, of a test that does not say how long a pass took it."""
BELIEVED = 0.3
"""Rank correlation with the maps of a network that has learned nothing up to which a map is of what was learned: half of what
maps of unrelated pictures of one network often have in common."""


@dataclass(frozen=True)
class Use(Record):
    """uses.json of a run."""

    test: str = ""
    """JoinedEvaluation.key of the test whose maps were looked at."""
    data_fingerprint: str = ""
    area: float | None = None
    """Mean effective share of the places in the maps of clean pictures, 0..1; None where no map had anything positive."""
    area_low: float | None = None
    area_high: float | None = None
    area_n: int = 0
    clean: float = 0.0
    """Accuracy with nothing hidden, of the pictures that parts were hidden in."""
    hidden_mean: float = 0.0
    """With each sixteenth of the pictures in grey, one after the other: the mean over the places."""
    hidden_worst: float = 0.0
    """And with that hidden which costs most."""
    hidden_n: int = 0
    peak: float | None = None
    """Share of the rightly read pictures whose strongest place lies in what was changed; None where no masks are known."""
    peak_chance: float | None = None
    peak_n: int = 0
    randomised: float | None = None
    """Mean rank correlation with the maps of the same network with weights drawn anew."""
    randomised_n: int = 0

    @property
    def hidden_ends(self) -> tuple[float, float]:
        """Wilson's 95 % interval of `hidden_worst`."""
        return wilson(self.hidden_worst * self.hidden_n, self.hidden_n)

    @property
    def peak_ends(self) -> tuple[float, float] | None:
        return None if self.peak is None else wilson(self.peak * self.peak_n, self.peak_n)

    @property
    def believed(self) -> Literal["yes", "partly", "unknown"]:
        """Whether the maps depend on what the network has learned (Adebayo et al. 2018, arXiv 1810.03292)."""
        if self.randomised is None:
            return "unknown"
        return "yes" if abs(self.randomised) <= BELIEVED else "partly"


def read_use(run: Run, test: JoinedEvaluation, data_set: DataSet) -> Use | None:
    """What is kept of a run; None where nothing is, or it is of another test or of other pictures."""
    try:
        found = Use.read(read_json(run.folder.uses))
    except (OSError, ValueError):
        return None
    same = found.test == test.key and found.data_fingerprint == data_set.card.fingerprint
    return found if same else None


def seconds_to_use(test: JoinedEvaluation) -> float:
    """About how long core.evaluation.map_checks.use_of takes, by how long the test did, noise and all."""
    facts = test.parts[0].facts
    passes = SIDE * SIDE * min(MOST, facts.images) + 2 * SANITY
    rows = facts.images * (1 + len(test.parts[0].cells)) - facts.reused
    return passes * (facts.seconds / rows if rows > 0 and facts.seconds > 0 else _PASS)


def noisy_accuracy(test: JoinedEvaluation) -> tuple[float, int]:
    """Accuracy over all noises and severities of a test, each picture once in each, and how many answers that is of."""
    cells = joined_cells(test)
    noisy = cells[cells["noise"] != CLEAN]
    n = int(noisy["images"].sum())
    return (float(noisy["right"].sum()) / n if n else float("nan")), n


@dataclass(frozen=True)
class Looked:
    """One way of training with what its runs use: the mean over its seeds."""

    label: Text
    clean: bool
    """Nothing was done to its training pictures: what the others are told beside."""
    uses: tuple[Use, ...]
    noisy: tuple[float, ...]
    """`noisy_accuracy` of each."""

    def values(self, name: str) -> list[float]:
        """Of the seeds that have it one of the numbers of Use, or "noise": the accuracy under it."""
        if name == "noise":
            return [one for one in self.noisy if not math.isnan(one)]
        return [value for use in self.uses if (value := getattr(use, name)) is not None]

    def mean(self, name: str) -> float:
        """Of `values`; NaN where there are none."""
        known = self.values(name)
        return float(np.mean(known)) if known else math.nan

    def above(self, other: "Looked", name: str) -> bool:
        """Whether a number is higher than another way's: by more than _APART in the mean, and each seed's above each of its."""
        here, there = self.values(name), other.values(name)
        if not here or not there:
            return False
        return self.mean(name) - other.mean(name) > _APART and min(here) > max(there)


def ways_of(runs: Sequence[tuple[Run, Use, float]]) -> list[Looked]:
    """Runs by their arm in a study, of no study each alone; the clean ones first, then in the order in which they come.

    Args:
        runs: with what they use and their accuracy under noise.
    """
    grouped: dict[tuple[str | None, str], list[tuple[Run, Use, float]]] = {}
    for one in runs:
        run = one[0]
        key = (run.study_id, run.arm.key) if run.arm is not None else (None, run.id)
        grouped.setdefault(key, []).append(one)
    found = []
    for members in grouped.values():
        run = members[0][0]
        clean = run.reference
        label = run.label if run.arm is None else run.arm.label
        found.append(
            Looked(label, clean, tuple(use for _, use, _ in members), tuple(noisy for *_, noisy in members))
        )
    return sorted(found, key=lambda one: not one.clean)


_APART = 0.02
"""Differences of shares up to this are none: two points are within what seeds change."""
_ALONE = Text(
    en="It uses {area} of the picture's places (1 is all alike). Whichever sixteenth of the picture is hidden, it stays right on at "
    "least {worst} (n = {n}); with nothing hidden {clean}.",
    ko="사진 자리의 {area:을/를} 씁니다 (모두 고르게 쓰면 100%). 사진의 16분의 1을 어디든 가려도 {worst} 넘게 맞히고(n = {n}), 가리지 않으면 {clean} 맞힙니다.",
)
_MORE = Text(
    en="{name}: what counts is spread over more of the picture ({area} of its places, {reference} {area_before})",
    ko="{name}: 근거가 사진에 더 넓게 퍼집니다 (자리의 {area}, {reference:은/는} {area_before})",
)
_AS_MUCH = Text(
    en="{name}: no more of the picture counts ({area} of its places, {reference} {area_before})",
    ko="{name}: 근거가 더 넓어지지 않습니다 (자리의 {area}, {reference:은/는} {area_before})",
)
_NOTHING = Text(en=", and nothing else grows with it: ", ko=". 그러나 다른 것은 좋아지지 않습니다: ")
_ALSO = Text(en=", and better than {reference} are: ", ko=". {reference}보다 나은 것: ")
_BUT = Text(en=", yet better than {reference} are: ", ko=". 그래도 {reference}보다 나은 것: ")
_NEITHER = Text(en=", nor is it better at: ", ko=". 이것도 낫지 않습니다: ")
_LESS = Text(
    en=" It reads fewer clean pictures right, too: it may not have learned to its end, which would be reason enough.",
    ko=" 원본도 덜 맞힙니다. 학습이 아직 덜 끝나서 그럴 수도 있습니다.",
)
_FIGURES = {
    "clean": Text(en="with nothing hidden {now} ({before})", ko="가리지 않았을 때 {now} ({before})"),
    "hidden_worst": Text(
        en="with the worst sixteenth hidden {now} ({before})",
        ko="가장 아픈 16분의 1을 가렸을 때 {now} ({before})",
    ),
    "noise": Text(en="under noise {now} ({before})", ko="노이즈에서 {now} ({before})"),
    "peak": Text(
        en="peak in what was changed {now} ({before})", ko="가장 중요한 자리가 바뀐 부분 안 {now} ({before})"
    ),
}


def told(ways: Sequence[Looked]) -> list[Text]:
    """In words what the ways of training differ in: a sentence each beside the clean one, which says honestly where the area
    grows and nothing else does. Of one way alone its own numbers.

    What counts as a difference is said by `Looked.above`; figures are means over seeds.
    """
    if not ways:
        return []
    if len(ways) == 1:
        one = ways[0]
        if math.isnan(one.mean("area")):
            return []
        return [
            fill_text(
                _ALONE,
                area=_percent(one.mean("area")),
                worst=_percent(one.mean("hidden_worst")),
                clean=_percent(one.mean("clean")),
                n=one.uses[0].hidden_n,
            )
        ]
    reference = next((one for one in ways if one.clean), ways[0])
    return [_beside(one, reference) for one in ways if one is not reference]


def _beside(one: Looked, reference: Looked) -> Text:
    names = {"name": one.label, "reference": reference.label}
    area, before = one.mean("area"), reference.mean("area")
    wider = one.above(reference, "area")
    text = fill_text(_MORE if wider else _AS_MUCH, **names, area=_percent(area), area_before=_percent(before))
    known = {
        key: (one.mean(key), reference.mean(key))
        for key in _FIGURES
        if one.values(key) and reference.values(key)
    }
    better = {key: pair for key, pair in known.items() if one.above(reference, key)}
    shown = better or known
    if not shown:
        return Text(en=text["en"] + ".", ko=text["ko"] + ".")
    link = (_ALSO if wider else _BUT) if better else (_NOTHING if wider else _NEITHER)
    linked = fill_text(link, **names)
    figures = [
        fill_text(_FIGURES[key], now=_percent(now), before=_percent(was)) for key, (now, was) in shown.items()
    ]
    less = _LESS if reference.above(one, "clean") else Text(en="", ko="")
    return Text(
        en=text["en"] + linked["en"] + ", ".join(each["en"] for each in figures) + "." + less["en"],
        ko=text["ko"] + linked["ko"] + ", ".join(each["ko"] for each in figures) + "." + less["ko"],
    )


def _percent(share: float) -> Text:
    number = rounded(100 * share)
    return Text(en=f"{number} %", ko=f"{number}%")
