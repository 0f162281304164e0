"""What the seed alone does in a study: mean and spread over seeds, beside the interval over pictures. No torch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from core.evaluation.arms import Arm as TestedRun
from core.evaluation.arms import Measured, evaluated_run
from core.evaluation.comparison import Comparison, compare
from core.evaluation.joined import evaluations_by_run
from core.evaluation.stored_answers import joined_answers
from core.noise.catalogue import CLEAN
from core.runs.runs import RunArm
from core.runs.studies import runs_of
from core.store import Workspace
from core.words import Text, fill_text, plain, rounded

MEAN = "mean"
"""What stands where a noise's key would, for the mean over the noises that are in means."""


@dataclass(frozen=True)
class Seeds:
    """The tested runs of a study, arm by arm."""

    arms: tuple[RunArm, ...]
    """Those with a tested run, in the order in which they were entered."""
    runs: Mapping[str, tuple[TestedRun, ...]]
    """Of each arm by its key, seed by seed; all of one comparison."""
    noises: tuple[str, ...]
    """That all of them were tested under."""
    in_means: tuple[str, ...]
    """As of core.evaluation.comparison.Comparison."""
    same_pictures: bool
    """As there: only then a difference is told."""
    _known: dict[tuple[str, ...], Any] = field(default_factory=dict, compare=False, repr=False)
    """What has been asked before: it takes a while with many pictures."""

    def of(self, arm: str, noise: str) -> "OverSeeds":
        """Accuracy of an arm under one noise, CLEAN or MEAN."""
        if (arm, noise) not in self._known:
            self._known[arm, noise] = self._of(arm, noise)
        found: OverSeeds = self._known[arm, noise]
        return found

    def _of(self, arm: str, noise: str) -> "OverSeeds":
        runs = self.runs[arm]
        rates = [run.right_under(self._columns(noise)) for run in runs]
        points = np.array([100 * float(rate.mean()) for rate in rates])
        # Seeds are no pictures: the interval is of what each picture got on average over them.
        return OverSeeds(
            n=len(runs),
            mean=float(points.mean()),
            sd=float(points.std(ddof=1)) if len(points) > 1 else None,
            pictures=Measured.share(pd.concat(rates, axis=1).mean(axis=1), runs[0].group_of),
        )

    def _columns(self, noise: str) -> Collection[str]:
        return self.in_means if noise == MEAN else [noise]

    def difference(self, first: str, second: str, noise: str) -> "Difference":
        """By how much the first arm is more accurate than the second."""
        if (first, second, noise) not in self._known:
            self._known[first, second, noise] = self._difference(first, second, noise)
        found: Difference = self._known[first, second, noise]
        return found

    def _difference(self, first: str, second: str, noise: str) -> "Difference":
        a, b = self.of(first, noise), self.of(second, noise)
        columns = self._columns(noise)
        rates = [
            pd.concat([run.right_under(columns) for run in self.runs[arm]], axis=1).mean(axis=1)
            for arm in (first, second)
        ]
        spread = None if a.sd is None or b.sd is None else float(np.hypot(a.sd, b.sd))
        groups = self.runs[first][0].group_of
        return Difference(a.mean - b.mean, spread, Measured.over(rates[0] - rates[1], groups))


@dataclass(frozen=True)
class OverSeeds:
    """An accuracy over the seeds of an arm, in points (of 100)."""

    n: int
    """Seeds."""
    mean: float
    sd: float | None
    """Standard deviation over seeds (n - 1); None with one seed."""
    pictures: Measured
    """The mean with its 95 % interval over pictures, of these very networks."""


@dataclass(frozen=True)
class Difference:
    """Between two arms, in points."""

    mean: float
    spread: float | None
    """Standard deviation that the difference of two single runs has by their seeds alone; None with one seed."""
    pictures: Measured

    @property
    def told(self) -> bool:
        """It is larger than what the seed alone does, and than what other pictures might."""
        return self.spread is not None and abs(self.mean) > self.spread and self.pictures.told


def compared_seeds(workspace: Workspace, study_id: str) -> Seeds | None:
    """What is tested of a study; None before anything is.

    Of a run that was tested more than once it is the newest test.
    """
    runs = [run for run in runs_of(workspace, study_id) if run.arm is not None]
    tests = evaluations_by_run(workspace, runs)
    tested = [run for run in runs if run.id in tests]
    if not tested:
        return None
    comparison = compare(
        [evaluated_run(run, tests[run.id][0], joined_answers(tests[run.id][0])) for run in tested]
    )
    return seeds_of(comparison, {run.id: run.arm for run in tested if run.arm is not None})


def seeds_of(comparison: Comparison, arm_of: Mapping[str, RunArm]) -> Seeds:
    """A comparison, arm by arm.

    Args:
        arm_of: of each run, by its id; runs without one are left out.
    """
    arms = {arm.key: arm for arm in arm_of.values()}
    runs: dict[str, list[TestedRun]] = {}
    for one in comparison.arms:
        if one.id in arm_of:
            runs.setdefault(arm_of[one.id].key, []).append(one)
    return Seeds(
        arms=tuple(arm for key, arm in arms.items() if key in runs),
        runs={key: tuple(found) for key, found in runs.items()},
        noises=comparison.noises,
        in_means=comparison.in_means,
        same_pictures=comparison.same_pictures,
    )


def seeds_table(seeds: Seeds, noises: Sequence[str] | None = None) -> pd.DataFrame:
    """By arm and noise, in points: columns arm, noise, seeds, mean, sd (NaN with one seed), low, high.

    `sd` is the spread of seeds; `low` and `high` are the 95 % interval over pictures. They answer different questions
    and are never made one: would another training come out so, and would other pictures?

    Args:
        noises: those to tell of; None for CLEAN, MEAN and each of `seeds.noises`.
    """
    rows = []
    for arm in seeds.arms:
        for noise in noises or (CLEAN, *((MEAN,) if seeds.in_means else ()), *seeds.noises):
            one = seeds.of(arm.key, noise)
            sd = float("nan") if one.sd is None else one.sd
            rows.append((arm.key, noise, one.n, one.mean, sd, one.pictures.low, one.pictures.high))
    return pd.DataFrame(rows, columns=["arm", "noise", "seeds", "mean", "sd", "low", "high"])


_UNDER = {
    CLEAN: Text(en="on clean pictures", ko="원본 사진에서"),
    MEAN: Text(en="on average under the noises", ko="노이즈를 넣었을 때 평균해서"),
}


def seeds_sentence(seeds: Seeds, first: str, second: str, noise: str = MEAN) -> Text:
    """What can be said of two arms: that one is better only where the difference is larger than the spread of seeds.

    Args:
        first, second: keys of arms.
        noise: a key, CLEAN or MEAN.
    """
    from core.noise.catalogue import noise_name

    labels = {arm.key: arm.label for arm in seeds.arms}
    found = seeds.difference(first, second, noise)
    if found.mean < 0:
        first, second = second, first
    under = _UNDER.get(noise) or fill_text(
        Text(en="under {noise}", ko="{noise}에서"), noise=noise_name(noise)
    )
    said = {
        "a": fill_text(plain("“{label}”"), label=labels[first]),
        "b": fill_text(plain("“{label}”"), label=labels[second]),
        "under": under,
        "points": rounded(abs(found.mean), 1),
        "spread": "" if found.spread is None else rounded(found.spread, 1),
        "n": min(len(seeds.runs[first]), len(seeds.runs[second])),
    }
    if not seeds.same_pictures:
        text = Text(
            en="{a} and {b} were not tested on the same pictures: no difference is told.",
            ko="{a:과/와} {b:은/는} 같은 사진으로 시험하지 않아 차이를 말할 수 없습니다.",
        )
    elif found.spread is None:
        text = Text(
            en="Of {a} or {b} there is one seed: how much of a difference is the seed's cannot be told. Add seeds.",
            ko="{a:이나/나} {b:은/는} 시드가 하나뿐이라, 차이가 시드 때문인지 가릴 수 없습니다. 시드를 더하세요.",
        )
    elif found.told:
        text = Text(
            en="{a} is right more often than {b} {under}: by {points} points, where two trainings differ by {spread} points "
            "through their seeds alone ({n} seeds).",
            ko="{under} {a:이/가} {b}보다 {points}%포인트 더 많이 맞힙니다. 시드만 다른 두 학습의 차이는 {spread}%포인트입니다(시드 {n}개).",
        )
    elif abs(found.mean) <= found.spread:
        text = Text(
            en="Between {a} and {b} no difference is told {under}: {points} points are no more than the {spread} points that two "
            "trainings differ by through their seeds alone ({n} seeds).",
            ko="{under} {a:과/와} {b}의 차이는 가릴 수 없습니다. {points}%포인트는 시드만 다른 두 학습의 차이({spread}%포인트)보다 크지 않습니다"
            "(시드 {n}개).",
        )
    else:
        text = Text(
            en="Between {a} and {b} no difference is told {under}: {points} points are within what other test pictures might "
            "change.",
            ko="{under} {a:과/와} {b}의 차이는 가릴 수 없습니다. {points}%포인트는 시험 사진이 달랐다면 뒤집힐 수 있는 크기입니다.",
        )
    return fill_text(text, **said)


def sentences_on_seeds(seeds: Seeds) -> list[Text]:
    """What can be said of the best arm beside the next one, and beside the clean-trained one; none of one arm."""
    noise = MEAN if seeds.in_means else CLEAN
    best, *others = sorted(seeds.arms, key=lambda arm: -seeds.of(arm.key, noise).mean)
    told = others[:1] + [one for one in others[1:] if one.key == "clean"]
    return [seeds_sentence(seeds, best.key, arm.key, noise) for arm in told]
