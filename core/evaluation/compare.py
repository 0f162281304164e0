"""Runs beside each other: what noise costs each, in numbers and in one sentence. No torch."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.evaluation.metrics import accuracy_cells, pooled
from core.evaluation.predictions import CLEAN
from core.noise.catalogue import get_noise
from core.words import Text, fill_text, plain

HOLDS_WITHIN = 5.0
"""A run holds under a noise that costs it less than this many points."""
CLEARLY_LESS = 2
"""Points by which another run must lose more for holding to be worth saying."""
COLUMNS = ["image", "noise", "severity", "truth", "prediction"]
"""The columns of a predictions table that a comparison needs."""


@dataclass(frozen=True)
class EvaluatedRun:
    """One evaluated run, as a comparison takes it."""

    id: str
    name: str
    label: Text
    """What screens call it."""
    seen: tuple[str, ...]
    """Noises of its training mix; none for a clean-trained run."""
    classes: int
    predictions: pd.DataFrame
    """With at least COLUMNS."""


@dataclass(frozen=True)
class Arm:
    """What a comparison says of one run."""

    id: str
    name: str
    label: Text
    seen: tuple[str, ...]
    classes: int
    images: int
    """Clean pictures it was tested on."""
    cells: pd.DataFrame
    """accuracy_cells of clean and every noise and severity compared."""
    by_noise: pd.DataFrame
    """The same over severities: clean first, then the noises compared."""
    mean_drop: float
    """Points of accuracy lost to the noises compared, on average; 0.0 when there is none."""
    drop_low: float
    drop_high: float
    """95 % interval of mean_drop over pictures."""

    @property
    def noise_trained(self) -> bool:
        return bool(self.seen)

    @property
    def clean(self) -> float:
        """Accuracy on clean pictures, 0..1."""
        return float(self.by_noise["accuracy"].iloc[0])

    def drops(self) -> "pd.Series[float]":
        """Points lost to each noise, by key, in the order of the evaluation."""
        noises = self.by_noise[self.by_noise["noise"] != CLEAN].set_index("noise")
        return 100 * (self.clean - noises["accuracy"])

    @property
    def worst(self) -> str | None:
        """The noise that costs most."""
        drops = self.drops()
        return str(drops.idxmax()) if len(drops) else None

    def rate(self, noise: str, column: str = "accuracy") -> float:
        """A number of `by_noise` for one noise."""
        return float(self.by_noise.set_index("noise")[column][noise])

    def guesses(self, noise: str) -> bool:
        """Its accuracy under a noise cannot be told from guessing (95 %)."""
        return bool(self.rate(noise, "low") <= 1 / self.classes)


@dataclass(frozen=True)
class Comparison:
    """Runs on the noises and severities that all of them were tested under."""

    arms: tuple[Arm, ...]
    noises: tuple[str, ...]
    severities: tuple[int, ...]
    left_out: tuple[str, ...]
    """Noises that only some of the runs were tested under."""
    seen: tuple[str, ...]
    """Compared noises that at least one of the runs was trained with."""
    same_pictures: bool
    """All were tested on the same clean pictures, with the same true classes."""


def compare(
    tested: Sequence[EvaluatedRun],
    severities: Collection[int] | None = None,
    noises: str = "all",
) -> Comparison:
    """The runs beside each other.

    Args:
        severities: those to look at; None for all.
        noises: "all", "seen" (by at least one of the runs in training) or "unseen" (by none).
    """
    cells = [accuracy_cells(run.predictions) for run in tested]
    tables = [table[table["noise"] != CLEAN] for table in cells]
    known = [list(dict.fromkeys(table["noise"])) for table in tables]
    shared = [noise for noise in (known[0] if known else []) if all(noise in other for other in known)]
    shown_severities = sorted(
        set.intersection(*[set(table["severity"]) for table in tables])
        & (set(severities) if severities is not None else set(range(1, 6)))
        if tables
        else set()
    )
    trained_with = {noise for run in tested for noise in run.seen}
    kept = [noise for noise in shared if noises == "all" or (noise in trained_with) == (noises == "seen")]
    arms = tuple(_arm(run, table, kept, shown_severities) for run, table in zip(tested, cells, strict=True))
    pictures = [_pictures(run.predictions) for run in tested]
    return Comparison(
        arms=arms,
        noises=tuple(kept),
        severities=tuple(int(severity) for severity in shown_severities),
        left_out=tuple(dict.fromkeys(noise for names in known for noise in names if noise not in shared)),
        seen=tuple(noise for noise in kept if noise in trained_with),
        same_pictures=all(other.equals(pictures[0]) for other in pictures),
    )


def _pictures(predictions: pd.DataFrame) -> "pd.Series[int]":
    clean = predictions[predictions["noise"] == CLEAN]
    return clean.set_index("image")["truth"].sort_index()


def _arm(run: EvaluatedRun, cells: pd.DataFrame, noises: Sequence[str], severities: Sequence[int]) -> Arm:
    clean = cells["noise"] == CLEAN
    kept = cells[clean | (cells["noise"].isin(noises) & cells["severity"].isin(severities))]
    drop, half = _mean_drop(run.predictions, noises, severities)
    return Arm(
        id=run.id,
        name=run.name,
        label=run.label,
        seen=run.seen,
        classes=run.classes,
        images=int(cells[clean]["images"].iloc[0]),
        cells=kept.reset_index(drop=True),
        by_noise=pooled(kept),
        mean_drop=drop,
        drop_low=drop - half,
        drop_high=drop + half,
    )


def _mean_drop(
    predictions: pd.DataFrame, noises: Sequence[str], severities: Sequence[int]
) -> tuple[float, float]:
    """Mean points lost and half its 95 % interval, picture by picture against the same picture clean."""
    noisy = predictions[predictions["noise"].isin(noises) & predictions["severity"].isin(severities)]
    if not len(noisy):
        return 0.0, 0.0
    clean = predictions[predictions["noise"] == CLEAN]
    # Each noise weighs the same, whatever the number of severities it has here.
    right = noisy.assign(right=noisy["prediction"] == noisy["truth"])
    each = right.groupby(["image", "noise"])["right"].mean().groupby("image").mean()
    before = (clean["prediction"] == clean["truth"]).set_axis(clean["image"]).astype(float)
    lost = 100 * (before.loc[each.index] - each).to_numpy()
    half = 1.96 * lost.std(ddof=1) / np.sqrt(len(lost)) if len(lost) > 1 else 0.0
    return float(lost.mean()), float(half)


def _points(drop: float, next_drop: float | None = None) -> Text:
    """How much is lost; the Korean says it of the accuracy, and has the verb.

    Args:
        next_drop: what the sentence goes on to say; where that falls too, one verb does for both.
    """
    number = round(drop)
    if number <= 0:
        last = "거의 떨어지지 않습니다" if next_drop is None else "거의 떨어지지 않고"
        return Text(en="nothing", ko=last)
    verb = " 떨어집니다" if next_drop is None else "" if round(next_drop) > 0 else " 떨어지고"
    return Text(en="1 point" if number == 1 else f"{number} points", ko=f"{number}%포인트{verb}")


def _cause(severities: Sequence[int], noises: str) -> Text:
    """What costs: the subject of the sentence, narrowed as the page is."""
    strength = (
        Text(en=f" of severity {severities[0]}", ko=f"강도 {severities[0]}의 ")
        if len(severities) == 1
        else Text(en="", ko="")
    )
    kind = {
        "all": Text(en="Noise{strength}", ko="{strength}노이즈가 끼면"),
        "seen": Text(en="Noise{strength} that was seen in training", ko="학습 때 본 {strength}노이즈가 끼면"),
        "unseen": Text(
            en="Noise{strength} that nobody saw in training", ko="학습 때 못 본 {strength}노이즈가 끼면"
        ),
    }[noises]
    return fill_text(kind, strength=strength)


def headline(comparison: Comparison, noises: str = "all") -> Text:
    """What the comparison shows, in one sentence made from its numbers.

    Args:
        noises: as given to `compare`.
    """
    arms = comparison.arms
    if not comparison.noises or not comparison.severities:
        best = max(arms, key=lambda arm: arm.clean)
        return fill_text(
            Text(
                en="{name} reads {share} % of the clean pictures right.",
                ko="{name:은/는} 원본 사진의 {share}%를 맞힙니다.",
            ),
            name=_quoted(best),
            share=round(100 * best.clean),
        )
    cause = _cause(comparison.severities, noises)
    if len(arms) == 1:
        return fill_text(
            Text(
                en="{cause} costs {name} {points} on average.",
                ko="{cause} {name}의 정확도가 평균 {points}.",
            ),
            cause=cause,
            name=_quoted(arms[0]),
            points=_points(arms[0].mean_drop),
        )
    if _is_pair(comparison):
        clean_trained, noise_trained = sorted(arms, key=lambda arm: arm.noise_trained)
        return fill_text(
            Text(
                en="{cause} costs the clean-trained model {first} on average; the noise-trained one {second}.",
                ko="{cause} 원본으로만 학습한 모델은 정확도가 평균 {first}, 노이즈로 학습한 모델은 {second}.",
            ),
            cause=cause,
            first=_points(clean_trained.mean_drop, noise_trained.mean_drop),
            second=_points(noise_trained.mean_drop),
        )
    least, *_, most = sorted(arms, key=lambda arm: arm.mean_drop)
    return fill_text(
        Text(
            en="{cause} costs {most} {first} on average, {least} {second}.",
            ko="{cause} {most:은/는} 정확도가 평균 {first}, {least:은/는} {second}.",
        ),
        cause=cause,
        most=_quoted(most),
        least=_quoted(least),
        first=_points(most.mean_drop, least.mean_drop),
        second=_points(least.mean_drop),
    )


def _quoted(arm: Arm) -> Text:
    return fill_text(plain("“{label}”"), label=arm.label)


def _mapped(text: Text, change: Callable[[str], str]) -> Text:
    return Text(en=change(text["en"]), ko=change(text["ko"]))


def _is_pair(comparison: Comparison) -> bool:
    """A clean-trained run beside a noise-trained one, on the same pictures: these words then say which is meant."""
    different = len({arm.noise_trained for arm in comparison.arms}) == 2
    return len(comparison.arms) == 2 and different and comparison.same_pictures


def _names(noises: Sequence[str], limit: int = 4) -> Text:
    """Noises as bold words: "a, b and c"; past `limit` they are counted."""
    names = [get_noise(noise).name for noise in noises]
    more = len(names) - limit
    words = {}
    for language, last in (("en", " and "), ("ko", ", ")):
        bold = [f"**{name[language]}**" for name in names[:limit]]  # type: ignore[literal-required]
        if more > 0:
            bold.append(f"{more} more" if language == "en" else f"그 밖의 {more}가지")
        words[language] = bold[0] if len(bold) == 1 else ", ".join(bold[:-1]) + last + bold[-1]
    return Text(en=words["en"], ko=words["ko"])


def details(comparison: Comparison, written: Callable[[str], str] = str) -> list[Text]:
    """Further sentences: the worst noise, and how a noise-trained run does under noises it never saw.

    Args:
        written: how the name of a run is written in these sentences, which have bold words in Markdown.
    """
    arms = tuple(replace(arm, label=_mapped(arm.label, written)) for arm in comparison.arms)
    comparison = replace(comparison, arms=arms)
    sentences: list[Text] = []
    if not comparison.noises or not comparison.severities:
        return sentences
    weakest = max(comparison.arms, key=lambda arm: arm.mean_drop)
    worst = weakest.worst
    if worst is not None and weakest.drops()[worst] >= 1:
        guessing = (
            Text(en=", no better than guessing", ko=", 찍는 것과 다름없음")
            if weakest.guesses(worst)
            else plain("")
        )
        sentences.append(
            fill_text(
                Text(
                    en="Worst for {who}: {noise} ({clean} % → {noisy} %{guessing}).",
                    ko="{who}에 가장 나쁜 것은 {noise} ({clean}% → {noisy}%{guessing}).",
                ),
                who=_who(weakest, comparison),
                noise=_names([worst]),
                clean=round(100 * weakest.clean),
                noisy=round(100 * weakest.rate(worst)),
                guessing=guessing,
            )
        )
    trained = [arm for arm in comparison.arms if arm.noise_trained]
    if len(trained) == 1 and comparison.same_pictures:
        sentences += _unseen(trained[0], comparison)
    return sentences


def _unseen(arm: Arm, comparison: Comparison) -> list[Text]:
    """How a noise-trained run does under noises that it was not trained with."""
    drops = arm.drops()
    unseen = [noise for noise in comparison.noises if noise not in arm.seen]
    lost = sorted(
        (noise for noise in unseen if drops[noise] >= HOLDS_WITHIN), key=lambda noise: -drops[noise]
    )
    # What every run stands is no merit of this one's training; alone, nobody knows.
    others = [other.drops() for other in comparison.arms if other is not arm]
    held = [
        noise
        for noise in unseen
        if others and noise not in lost and all(drop[noise] - drops[noise] >= CLEARLY_LESS for drop in others)
    ]
    who = _who(arm, comparison)
    sentences = []
    if held:
        holds = Text(
            en="{who} was never shown {noises} and still holds there.",
            ko="{who:은/는} 학습 때 본 적 없는 {noises}에도 버팁니다.",
        )
        begin = Text(en=who["en"][0].upper() + who["en"][1:], ko=who["ko"])
        sentences.append(fill_text(holds, who=begin, noises=_names(held)))
    if lost:
        loses = Text(
            en="Under {noise}, which {who} never saw either, it loses {points}."
            if held
            else "Under {noise}, which {who} never saw, it loses {points}.",
            ko="{who:은/는} 역시 본 적 없는 {noise} 앞에서는 정확도가 {points}."
            if held
            else "{who:은/는} 학습 때 본 적 없는 {noise} 앞에서는 정확도가 {points}.",
        )
        sentences.append(fill_text(loses, who=who, noise=_names(lost[:1]), points=_points(drops[lost[0]])))
    return sentences


def _who(arm: Arm, comparison: Comparison) -> Text:
    """ "it" for the only run, "the clean-trained one" where that says which, else the run's name."""
    if len(comparison.arms) == 1:
        return Text(en="it", ko="이 모델")
    if not _is_pair(comparison):
        return _quoted(arm)
    if arm.noise_trained:
        return Text(en="the noise-trained one", ko="노이즈로 학습한 모델")
    return Text(en="the clean-trained one", ko="원본으로만 학습한 모델")


def confusion_counts(
    predictions: pd.DataFrame, classes: Sequence[str], noise: str, severities: Collection[int]
) -> pd.DataFrame:
    """How many pictures of each true class (rows) were read as each class (columns) under one noise, or "clean"."""
    wanted = predictions["noise"] == noise
    if noise != CLEAN:
        wanted &= predictions["severity"].isin(list(severities))
    chosen = predictions[wanted]
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(counts, (chosen["truth"].to_numpy(), chosen["prediction"].to_numpy()), 1)
    return pd.DataFrame(counts, index=list(classes), columns=list(classes))


def numbers(comparison: Comparison) -> pd.DataFrame:
    """Every cell of every run (by name) as one table, unrounded: run, noise, severity, images, right, accuracy, low, high."""
    tables = [arm.cells.assign(run=arm.name) for arm in comparison.arms]
    whole = pd.concat(tables, ignore_index=True)
    return whole[["run", *[name for name in whole.columns if name != "run"]]]
