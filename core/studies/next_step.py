"""What to do next with a run that noise costs something: a study that trains on what hurts most, and a guess of what it may bring.
No torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from core.data.dataset import DataSet
from core.evaluation.arms import Arm as Compared
from core.evaluation.comparison import Comparison
from core.noise.catalogue import noise_name
from core.noise.mix import Mix, MixPart
from core.noise.overlap import cluster_of, twelve_noises
from core.runs.presets import NOISY, trainable_noises
from core.runs.recipe import Recipe
from core.runs.runs import Run
from core.store import Workspace
from core.studies.gains import FROM_RECIPES, Kind, Share, kind_of
from core.studies.study import SEEDS, Arm, NewStudy, ReadyStudy, plan_study
from core.words import Text, fill_text, plain, rounded

MOST = 3
"""Kinds of noise that are added at once."""
NAMED = 4
"""Noises that go with these and are named; of the others it is told how many they are."""
WORTH = 2.0
"""Points that a noise has to cost to be worth training on."""
MOST_TESTED = 40
"""Noises that the study is tested under; a catalogue of them would take longer than the training."""
HARDLY = 0.5
"""Points up to which a guess is hardly anything."""
_NAME = Text(en="What hurts most", ko="가장 아픈 노이즈")
_BEFORE, _MORE = Text(en="as before", ko="전과 같이"), Text(en="with {noises}", ko="{noises} 추가")


@dataclass(frozen=True)
class NextStep:
    """A proposal for one run."""

    run: Run
    arm: Compared
    adds: tuple[str, ...]
    """Noises that the mix gets: of each kind that hurts the one that costs most of those that may be trained on."""
    with_them: tuple[str, ...]
    """Noises that go with these (core.noise.overlap) and that cost it something, too."""
    mix: Mix
    points: tuple[float, float]
    """A guess: from how many to how many points of mean accuracy under noise it may bring."""
    runs: int
    """Earlier runs that the guess is from; 0: the benchmarks' recipes."""
    looked_at: int
    """Noises whose tests it argues from."""
    tested: tuple[str, ...]
    """Those of them that the study is tested under: all, or where they are more than MOST_TESTED those that it trains on, those
    that stand for all (core.noise.overlap), and of the others those that cost most."""
    severities: tuple[int, ...]
    """At which they were looked at, and at which the study is tested."""

    @property
    def sentence(self) -> Text:
        """What hurts, what goes with it, and what may come of training on it."""
        low, high = (rounded(value) for value in self.points)
        brings = Text(
            en="With {these} on half of the training pictures it may win about {points} under noise on average.",
            ko="학습용 사진 절반에 {these:을/를} 넣으면 노이즈 평균 정확도가 약 {points} 오를 수 있습니다.",
        )
        span = (low, low) if low == high else (f"{low} to {high}", f"{low}~{high}")
        points = Text(en=f"{span[0]} point{'' if span[0] == '1' else 's'}", ko=f"{span[1]}%포인트")
        if self.points[1] < HARDLY:
            brings = Text(
                en="From what is known, {these} on half of the training pictures would hardly bring a point under noise on average.",
                ko="지금까지의 결과로는 학습용 사진 절반에 {these:을/를} 넣어도 노이즈 평균 정확도가 거의 오르지 않을 것 같습니다.",
            )
        return fill_text(
            Text(
                en="“{name}” loses most to {adds}{alike}. {brings}",
                ko="“{name}”{name:-은/는} {adds} 앞에서 가장 많이 떨어집니다{alike}. {brings}",
            ),
            name=self.arm.label,
            adds=_names(self.adds),
            alike=self._alike(),
            brings=fill_text(brings, these=_names(self.adds), points=points),
        )

    def _alike(self) -> Text:
        """What goes with them, what costs most by its name."""
        if not self.with_them:
            return plain("")
        more = len(self.with_them) - NAMED
        if more < 2:
            words = Text(en=" (and with them to {noises})", ko="(함께: {noises})")
            return fill_text(words, noises=_names(self.with_them))
        words = Text(en=" (and with them to {noises} and {n} more)", ko="(함께: {noises}, 그 밖의 {n}가지)")
        names = [noise_name(noise) for noise in self.with_them[:NAMED]]
        listed = Text(en=", ".join(name["en"] for name in names), ko=", ".join(name["ko"] for name in names))
        return fill_text(words, noises=listed, n=more)

    @property
    def basis(self) -> Text:
        """What the guess rests on."""
        if self.runs:
            return fill_text(
                Text(
                    en="A guess from {n} earlier noise-trained run{s} here, each beside a clean-trained one: what share of a loss training on the "
                    "noise, or on one like it, won back. Other pictures or models may behave otherwise.",
                    ko="여기서 노이즈로 학습한 모델 {n}개를 원본만 학습한 모델과 견주어, 그 노이즈나 비슷한 노이즈로 학습했을 때 손실을 얼마나 되찾았는지로 "
                    "짐작한 값입니다. 사진이나 모델이 다르면 달라질 수 있습니다.",
                ),
                n=self.runs,
                s="" if self.runs == 1 else "s",
            )
        low, high = (rounded(100 * share) for share in FROM_RECIPES)
        return fill_text(
            Text(
                en="A guess: nothing like it has been trained here yet. In NoiseLens's own measurements Gaussian noise won back {low} % (drawn "
                "faces) to {high} % (small photos) of what noises cost that it had not seen.",
                ko="아직 여기서 비슷하게 학습한 적이 없어 짐작한 값입니다. NoiseLens가 잰 바로는 가우시안 노이즈로 학습하면 보지 않은 노이즈의 손실을 "
                "{low}%(그린 얼굴)에서 {high}%(작은 사진)까지 되찾았습니다.",
            ),
            low=low,
            high=high,
        )

    @property
    def test(self) -> Text:
        """Under what the study is tested, beside what was looked at."""
        levels = ", ".join(map(str, self.severities))
        if len(self.tested) == self.looked_at:
            return fill_text(
                Text(
                    en="The study is tested under what is looked at here: {n} noise{s} at severity {levels}.",
                    ko="연구는 지금 보고 있는 것과 같은 조건(노이즈 {n}가지, 강도 {levels})으로 시험합니다.",
                ),
                n=len(self.tested),
                s="" if len(self.tested) == 1 else "s",
                levels=levels,
            )
        return fill_text(
            Text(
                en="The study is tested under {n} of the {of} noises that are looked at here, at severity {levels}: those that it trains "
                "on, those that stand for all, and of the others those that cost most.",
                ko="연구는 지금 보고 있는 노이즈 {of}가지 중 {n}가지로 강도 {levels}에서 시험합니다. 학습에 넣는 노이즈, 전체를 대표하는 노이즈, "
                "나머지 가운데 손실이 큰 노이즈입니다.",
            ),
            n=len(self.tested),
            of=self.looked_at,
            levels=levels,
        )

    def study(self, workspace: Workspace, data_set: DataSet, seeds: int = SEEDS) -> NewStudy:
        """The run's recipe once more beside the same with the new mix, several seeds each, checked.

        Raises:
            as of core.studies.study.plan_study.
        """
        recipe = self.run.recipe
        ready = ReadyStudy(
            "next",
            _NAME,
            Text(
                en="Does training on what costs most help, and under what else?",
                ko="가장 큰 손실을 주는 노이즈로 학습하면 나아질까요? 다른 노이즈에서는 어떨까요?",
            ),
            plain(""),
            lambda: (
                Arm("as_before", _BEFORE, lambda values: {**values, "mix": recipe.mix}),
                Arm(
                    "more",
                    fill_text(_MORE, noises=_names(self.adds)),
                    lambda values: {**values, "mix": self.mix},
                ),
            ),
        )
        return plan_study(
            workspace,
            data_set,
            ready,
            recipe.model,
            seeds,
            recipe.epochs,
            self.severities,
            self.tested,
            **_shared(recipe),
        )


def _shared(recipe: Recipe) -> dict[str, Any]:
    """The fields of a recipe that both arms have."""
    own = {
        "data_set_id",
        "data_set_fingerprint",
        "model",
        "mix",
        "seed",
        "epochs",
        "preset",
        "kept",
        "threads",
        "device",
    }
    return {one.name: getattr(recipe, one.name) for one in fields(recipe) if one.name not in own}


def next_step(
    comparison: Comparison, runs: Sequence[Run], gains: Mapping[Kind, Share], possible: Sequence[bool]
) -> NextStep | None:
    """For the most accurate under noise of the runs that can be trained once more; None where none can, or nothing costs it enough.

    Args:
        comparison: of `runs`.
        gains: as of `core.studies.gains.earlier_gains`.
        possible: of each whether its data set is there as it was.
    """
    if not comparison.in_means:
        return None
    able = [
        (run, arm)
        for run, arm, can in zip(runs, comparison.arms, possible, strict=True)
        if can and run.origin is None and run.trained and arm.guess("clean") is None
    ]
    if not able:
        return None
    run, arm = max(able, key=lambda one: one[1].under().mean)
    costs = {noise: arm.lost_to([noise]) for noise in comparison.in_means}
    hurting = [
        noise
        for noise, cost in sorted(costs.items(), key=lambda one: -one[1].mean)
        if cost.low > 0 and cost.mean >= WORTH
    ]
    adds = _stand_ins(hurting, run.recipe.mix.noises)
    if not adds:
        return None
    trained = [*run.recipe.mix.noises, *adds]
    with_them = [noise for noise in hurting if kind_of(noise, adds) == "alike"]
    points = _guess(run, trained, {noise: cost.mean for noise, cost in costs.items()}, gains)
    mix = Mix.make([MixPart(noise, NOISY / len(trained)) for noise in trained])
    known = gains.get("trained")
    costly = sorted(comparison.noises, key=lambda noise: -arm.lost_to([noise]).mean)
    return NextStep(
        run,
        arm,
        tuple(adds),
        tuple(with_them),
        mix,
        points,
        known.runs if known else 0,
        len(comparison.noises),
        _tested(comparison.noises, [*adds, *twelve_noises(), *costly]),
        comparison.severities,
    )


def _tested(noises: Sequence[str], first: Sequence[str]) -> tuple[str, ...]:
    """`noises`, or MOST_TESTED of them, the first of `first`, in their order."""
    wanted = [noise for noise in dict.fromkeys(first) if noise in noises][:MOST_TESTED]
    return tuple(noise for noise in noises if noise in wanted)


def _stand_ins(hurting: Sequence[str], trained: Sequence[str]) -> list[str]:
    """Of each cluster that hurts the worst noise that may be trained on and is not yet, MOST in all."""
    may, found = set(trainable_noises()), list[str]()
    taken: set[int | str] = set()
    for noise in hurting:
        cluster = cluster_of(noise)
        own: int | str = noise if cluster is None else cluster
        if own in taken or noise in trained or noise not in may:
            continue
        taken.add(own)
        found.append(noise)
        if len(found) == MOST:
            break
    return found


def _guess(
    run: Run, trained: Sequence[str], costs: Mapping[str, float], gains: Mapping[Kind, Share]
) -> tuple[float, float]:
    """Points of mean accuracy under noise, the low and the high guess; what costs nothing wins nothing."""
    low = high = 0.0
    for noise, cost in costs.items():
        kind = kind_of(noise, trained)
        if noise in run.recipe.mix.noises or cost <= 0:
            continue
        if "trained" in gains:
            share = gains.get(kind)
            ends = (share.low, share.high) if share is not None else (0.0, 0.0)
        else:
            ends = FROM_RECIPES if kind != "other" else (0.0, 0.0)
        low, high = low + ends[0] * cost, high + ends[1] * cost
    return low / len(costs), high / len(costs)


def _names(noises: Sequence[str]) -> Text:
    """ "a, b and c"."""
    names = [noise_name(noise) for noise in noises]
    said = {}
    for language, last in (("en", " and "), ("ko", ", ")):
        words = [name[language] for name in names]  # type: ignore[literal-required]
        said[language] = words[0] if len(words) == 1 else ", ".join(words[:-1]) + last + words[-1]
    return Text(en=said["en"], ko=said["ko"])
