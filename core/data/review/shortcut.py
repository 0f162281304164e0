"""Can a trivial feature tell the classes apart? Then a model may learn where pictures come from, not what they show."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from core.progress import Report
from core.statistics import guessing_share, wilson
from core.words import Text, fill_text, rounded

MOST_IMAGES = 1_500
"""Pictures that are looked at: enough for an interval of three points."""
LEAST_OF_A_CLASS = 10
MOST_CLASSES = 50
FOLDS = 5
RING = 2
"""Width of the border, px."""
PIECES = 16
"""Each side of the border is averaged into so many."""
FAR = 0.5
"""A warning from this share of the way between guessing and always right, by the interval's lower end."""
NEAR = 0.1
"""No sign of a shortcut up to this share of that way, by the interval's upper end."""

Unit = Literal["picture", "video", "group"]
"""What is counted: what belongs to one of them says no more than one of them."""
UNITS: dict[Unit, Text] = {
    "picture": Text(en="{n} different pictures", ko="서로 다른 사진 {n}장"),
    "video": Text(en="{n} videos", ko="동영상 {n}개"),
    "group": Text(en="{n} groups", ko="그룹 {n}개"),
}
Verdict = Literal["none", "some", "far"]
"""No sign that the classes can be told apart so; better than guessing; clearly far better."""

NAMES: dict[str, Text] = {
    "border": Text(en="The border alone (2 px)", ko="가장자리 2픽셀만"),
    "thumbnail": Text(en="16×16 thumbnails", ko="16×16 축소판만"),
    "file": Text(en="File properties (size, kind, JPEG quality)", ko="파일 속성(크기, 형식, JPEG 품질)만"),
}
_MEANINGS: dict[str, Text] = {
    "border": Text(
        en="the pictures' origin, not what they show, may be what a model learns",
        ko="모델이 내용이 아니라 사진의 출처를 배울 수 있습니다",
    ),
    "thumbnail": Text(
        en="coarse colours and layout are enough, so a model may never look at details",
        ko="대강의 색과 배치만으로 구별되어, 모델이 세부를 보지 않을 수 있습니다",
    ),
    "file": Text(
        en="the classes were saved in different ways, and traces of that may be what a model learns",
        ko="클래스마다 저장 방식이 달라, 모델이 그 흔적을 배울 수 있습니다",
    ),
}
_VERDICTS: dict[Verdict, Text] = {
    "none": Text(
        en="{name}: the classes could not be told apart, {accuracy} % right ({low} to {high}, from {counted})"
        " where guessing gets {chance} %.",
        ko="{name} 봐서는 구별하지 못했습니다. 정답률 {accuracy}%(95% 구간 {low}~{high}%, {counted}), 찍으면"
        " {chance}%입니다.",
    ),
    "some": Text(
        en="{name}: better than guessing but not clearly far better, {accuracy} % right ({low} to {high}, from"
        " {counted}) where guessing gets {chance} %.",
        ko="{name} 봐도 찍기보다는 잘 맞히지만, 훨씬 낫다고 할 만큼 분명하지는 않습니다. 정답률 {accuracy}%(95% 구간 {low}~{high}%, {counted}),"
        " 찍으면 {chance}%입니다.",
    ),
    "far": Text(
        en="{name}: far better than guessing, {accuracy} % right ({low} to {high}, from"
        " {counted}) where guessing gets {chance} %; {meaning}.",
        ko="{name} 보고도 찍기보다 훨씬 잘 맞힙니다. 정답률 {accuracy}%(95% 구간 {low}~{high}%, {counted}), 찍으면 {chance}%입니다."
        " {meaning}.",
    ),
}


def is_warning(note: Text) -> bool:
    """Whether what a data set's card notes is that a trivial feature tells its classes apart far better than guessing."""
    return any(meaning["en"] in note["en"] for meaning in _MEANINGS.values())


@dataclass(frozen=True)
class Probe:
    """How well one trivial feature tells the classes apart."""

    feature: str
    """A key of NAMES."""
    accuracy: float
    """Cross-validated; every group counts as one."""
    low: float
    high: float
    """95 % interval, by the number of groups: frames of a video are not so many independent trials."""
    chance: float
    """Share of the most frequent class; every group counts as one."""
    images: int
    groups: int
    """Independent ones among the pictures: videos, groups of the CSV; what is (nearly) the same is one too."""
    unit: Unit = "picture"
    """What to call the groups."""

    @property
    def verdict(self) -> Verdict:
        """By the interval, not by the figure alone: what few pictures leave open is not held against them."""
        above = 1 - self.chance
        if self.low > self.chance + FAR * above:
            return "far"
        if self.low <= self.chance or self.high <= self.chance + NEAR * above:
            return "none"
        return "some"

    @property
    def said(self) -> Text:
        """In plain words, with what it may mean where it is far above guessing."""
        numbers = {name: rounded(100 * getattr(self, name)) for name in ("accuracy", "low", "high", "chance")}
        return fill_text(
            _VERDICTS[self.verdict],
            name=NAMES[self.feature],
            meaning=_MEANINGS[self.feature],
            counted=fill_text(UNITS[self.unit], n=f"{self.groups:,}"),
            **numbers,
        )

    def reported(self) -> dict[str, Any]:
        """For a program to read: its fields, "verdict" and "said", a Text."""
        return {**asdict(self), "verdict": self.verdict, "said": self.said}

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> "Probe":
        """From `asdict`; of an import that has waited since groups were not counted, pictures stand for them."""
        return cls(**{"groups": stored["images"]} | stored)


def probe_shortcuts(
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    facts: NDArray[np.void],
    groups: NDArray[np.int64],
    report: Report,
    unit: Unit = "picture",
) -> list[Probe]:
    """One probe for each feature; none where there are too few pictures or groups, or too many classes.

    Args:
        groups: N numbers; (near-)duplicates and frames of one video share one. A group never stands on both sides
            of a fold, and counts as one trial.
        unit: what the groups are.
    """
    generator = np.random.default_rng(0)
    chosen = np.sort(generator.permutation(len(labels))[:MOST_IMAGES])
    found, counts = np.unique(labels[chosen], return_counts=True)
    classes = found[counts >= LEAST_OF_A_CLASS]
    chosen = chosen[np.isin(labels[chosen], classes)]
    number_of, sizes = np.unique(groups[chosen], return_inverse=True, return_counts=True)[1:]
    if not 2 <= len(classes) <= MOST_CLASSES or len(sizes) < FOLDS:
        return []
    # Of each picture in its group: they add up to the number of groups.
    shares = 1 / sizes[number_of]
    chance = round(guessing_share(np.bincount(labels[chosen], shares)), 12)
    pixels = np.stack([np.asarray(images[row]) for row in chosen])
    made: dict[str, Callable[[], NDArray[np.float32]]] = {
        "border": lambda: _border(pixels),
        "thumbnail": lambda: _thumbnail(pixels),
        "file": lambda: _file(facts[chosen]),
    }
    probes = []
    for number, (feature, make) in enumerate(made.items()):
        report(number / len(made), Text(en="Looking for shortcuts", ko="꼼수로 맞힐 수 있는지 확인하는 중"))
        told = _told(make(), labels[chosen], groups[chosen])
        accuracy = round(float(shares[told].sum() / len(sizes)), 12)
        low, high = wilson(accuracy * len(sizes), len(sizes))
        probes.append(Probe(feature, accuracy, low, high, chance, len(chosen), len(sizes), unit))
    return probes


def _told(
    values: NDArray[np.float32], labels: NDArray[np.int64], groups: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """N, which pictures are told rightly by a model that has seen nothing of their group."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    told = np.zeros(len(labels), np.bool_)
    # Threads of a matrix product this small wait for each other more than they work.
    with _libraries().limit(limits=1):
        for train, test in StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0).split(
            values, labels, groups
        ):
            if len(np.unique(labels[train])) < 2:
                continue
            # Strong shrinkage for many features: a probe, not a contest.
            model = make_pipeline(
                StandardScaler(), LogisticRegression(C=10.0 / values.shape[1], max_iter=60, tol=0.01)
            )
            model.fit(values[train], labels[train])
            told[test] = model.predict(values[test]) == labels[test]
    return told


@cache
def _libraries() -> ThreadpoolController:
    """What calculates in threads of its own; first asked for when scikit-learn's are loaded. To look for them takes 30 ms."""
    return ThreadpoolController()


def _border(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The outermost pixels, and how rough they are: grain and compression show there as well as colour."""
    count = len(pixels)
    sides = [
        pixels[:, :RING],
        pixels[:, -RING:],
        pixels[:, :, :RING].swapaxes(1, 2),
        pixels[:, :, -RING:].swapaxes(1, 2),
    ]
    values = []
    for side in sides:
        line = side.astype(np.float32)
        steps = np.abs(np.diff(line, axis=2))
        across = np.abs(np.diff(line, axis=1))
        pieces = np.stack([piece.mean(axis=(1, 2)) for piece in np.array_split(line, PIECES, axis=2)], axis=1)
        values += [
            pieces.reshape(count, -1),
            np.log1p(steps.mean(axis=(1, 2))),
            np.log1p(across.mean(axis=(1, 2))),
        ]
        values += [np.log1p(line.std(axis=(1, 2)))]
    return np.concatenate(values, axis=1)


def _thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    small = [cv2.resize(one, (16, 16), interpolation=cv2.INTER_AREA).ravel() for one in pixels]
    return np.stack(small).astype(np.float32)


def _file(facts: NDArray[np.void]) -> NDArray[np.float32]:
    wide, high, size = (facts[name].astype(np.float32) for name in ("width", "height", "bytes"))
    columns = [
        np.log(wide),
        np.log(high),
        np.log(wide / high),
        np.log1p(size),
        np.log1p(size / (wide * high)),
    ]
    columns += [facts["quality"].astype(np.float32), facts["frames"].astype(np.float32)]
    columns += [(facts["kind"] == kind).astype(np.float32) for kind in np.unique(facts["kind"])]
    return np.stack(columns, axis=1)
