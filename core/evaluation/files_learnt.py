"""Whether a run may have learned how files were saved: it falls where all pictures are saved again alike. No torch.

In the manner of a case that is known from detectors of generated pictures (github.com/ZhendongWang6/DIRE, question 11): saved
again as JPEG 95 the real ones were all recognised, the generated ones hardly any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.data.review.files import Trait, differing
from core.evaluation.answers import Answers
from core.evaluation.clusters import mean_of, numbered
from core.evaluation.stored_answers import stored_answers
from core.measure import Groups
from core.noise.catalogue import CLEAN, RESAVED_SEVERITY, get_noise, resaved_rows
from core.runs.evaluations import Evaluation
from core.words import Text, fill_text, rounded

CARRIES = 2 / 3
"""A class carries a fall if so much of it is its own."""
TRAITS: dict[Trait, Text] = {
    "format": Text(en="format", ko="형식"),
    "size": Text(en="size", ko="크기"),
    "quality": Text(en="JPEG quality", ko="JPEG 품질"),
}
SUSPECTED = Text(
    en="How files were saved is suspected to be part of what it learned: with all test pictures alike changed ({row}), “{name}” is"
    " recognised in {after} % instead of {before} %, and at import the files of the classes differed in {traits}. Save all"
    " pictures in one way and import them anew.",
    ko="모델이 사진 내용보다 파일을 저장한 방식을 배웠을 수 있습니다. 모든 시험 사진을 똑같이 바꾸면({row}) “{name}”의 정답률이 {before}%에서"
    " {after}%로 바뀌고, 가져올 때 클래스마다 파일의 {traits}{traits:-이/가} 달랐습니다. 모든 사진을 같은 방식으로 저장해 다시 가져와 보세요.",
)


@dataclass(frozen=True)
class Fall:
    """What saving all pictures again alike costs a run."""

    row: str
    """A key of core.noise.catalogue.resaved_rows."""
    value: float
    """Accuracy lost, -1..1."""
    low: float
    high: float
    """95 %, paired by picture; where groups are known, by group."""
    images: int
    carried_by: int | None
    """The number of the class whose own fall is clear and at least CARRIES of the whole; None: no one class."""
    before: float
    after: float
    """Accuracy of that class, 0..1."""

    @property
    def told(self) -> bool:
        """Whether it is a fall, and not chance."""
        return self.low > 0


def suspicion(evaluation: Evaluation, data_set: DataSet) -> Text | None:
    """`suspected` of what was tested.

    Args:
        data_set: the pictures that were tested.
    """
    if not evaluation.facts.resaved:
        return None
    answers = stored_answers(evaluation.folder)
    groups = None if data_set.groups is None else np.asarray(data_set.groups)[answers.images]
    return suspected(falls(answers, groups), data_set.card.files, evaluation.class_labels)


def falls(answers: Answers, groups: Groups | None = None) -> list[Fall]:
    """Of each resaved row that was tested.

    Args:
        groups: of each picture of `answers`, where they are known.
    """
    places = {place: number for number, place in enumerate(answers.places)}
    found = []
    for row in resaved_rows():
        number = places.get((row, RESAVED_SEVERITY))
        clean = places.get((CLEAN, 0))
        if number is None or clean is None:
            continue
        both = answers.shown[number] & answers.shown[clean]
        if not both.any():
            continue
        before, after = answers.right[clean][both], answers.right[number][both]
        own = None if groups is None else groups[both]
        found.append(_fall(row, before, after, answers.truth[both], own))
    return found


def _fall(
    row: str,
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
    truth: NDArray[np.int16],
    groups: Groups | None,
) -> Fall:
    change = before.astype(np.float64) - after
    within = None if groups is None else numbered(groups)
    value, low, high = mean_of(change, within)
    lost = {int(label): change[truth == label].sum() for label in np.unique(truth)}
    worst = max(lost, key=lambda label: float(lost[label]))
    among = truth == worst
    clear = mean_of(change[among], None if within is None else within[among])[1] > 0
    carries = clear and change.sum() > 0 and lost[worst] >= CARRIES * change.sum()
    return Fall(
        row=row,
        value=value,
        low=low,
        high=high,
        images=len(change),
        carried_by=worst if carries else None,
        before=float(before[among].mean()),
        after=float(after[among].mean()),
    )


def suspected(
    found: Sequence[Fall], files: Mapping[str, Mapping[str, Any]], labels: Sequence[Text]
) -> Text | None:
    """That the file format was learned is suspected; None where nothing speaks for it.

    Args:
        found: as of `falls`.
        files: core.data.dataset.Card.files.
        labels: what screens call the classes.
    """
    traits = differing(files)
    carried = [one for one in found if one.told and one.carried_by is not None]
    if not traits or not carried:
        return None
    worst = max(carried, key=lambda one: one.value)
    assert worst.carried_by is not None
    return fill_text(
        SUSPECTED,
        row=get_noise(worst.row).name,
        name=labels[worst.carried_by],
        before=rounded(100 * worst.before),
        after=rounded(100 * worst.after),
        traits=Text(
            en=" and ".join(TRAITS[trait]["en"] for trait in traits),
            ko=", ".join(TRAITS[trait]["ko"] for trait in traits),
        ),
    )
