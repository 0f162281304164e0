"""What an import would be stored as, if it were decided so: nothing is written here."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import SPLITS
from core.data.intake.staging import Staged
from core.data.review.checking import Checked, class_findings
from core.data.review.deciding import decided
from core.data.review.dividing import divided
from core.data.review.findings import FINDINGS, Action
from core.data.splitting import TEST, TRAIN, independent
from core.errors import TooLittleLeft
from core.words import Text, fill_text


def proposed(staged: Staged, checked: Checked) -> dict[str, Action]:
    """What is proposed for each finding about which something can be done: what FINDINGS says, unless too little
    would be left, else to keep all."""
    chosen: dict[str, Action] = {one.kind: "keep" for one in checked.findings if one.choices}
    for kind in FINDINGS:
        if kind in chosen and FINDINGS[kind].proposed != "keep":
            tried = {**chosen, kind: FINDINGS[kind].proposed}
            with suppress(TooLittleLeft):
                stored_if(staged, checked, tried)
                chosen = tried
    return chosen


@dataclass(frozen=True)
class Foreseen:
    """What a data set would be."""

    counts: dict[str, int]
    """Pictures of each split."""
    tested: int
    """What is independent among the test pictures: videos, groups of the CSV, and pictures of neither."""
    imbalance: list[Text]
    """What is to be said of its classes' sizes."""


def stored_if(staged: Staged, checked: Checked, decisions: Mapping[str, str]) -> Foreseen:
    """What the data set would be.

    Args:
        decisions: as core.data.review.deciding.decided.

    Raises:
        NotAChoice.
        TooLittleLeft: fewer than two classes; or only because of the decisions a class that stays has nothing to
            train or to test on.
    """
    kept, splits, halves = _halves(staged, checked, decisions)
    classes = [staged.classes[label] for label in np.unique(staged.labels[kept])]
    if not classes:
        raise TooLittleLeft(lack=_NOTHING)
    if len(classes) == 1:
        raise TooLittleLeft(lack=fill_text(_ONE_CLASS, name=classes[0]))
    if any(len(parts) < 2 for parts in halves.values()):
        # What came so is not held against the decisions: `accept` says what it leaves out.
        before = _halves(staged, checked, {})[2]
        for label, parts in halves.items():
            if len(parts) < 2 and len(before[label]) == 2:
                lack = _NO_TRAINING if TRAIN not in parts else _NO_TEST
                raise TooLittleLeft(lack=fill_text(lack, name=staged.classes[label]))
    labels = np.unique(staged.labels[kept], return_inverse=True)[1]
    return Foreseen(
        dict(zip(SPLITS, np.bincount(splits, minlength=len(SPLITS)).tolist(), strict=True)),
        independent(staged.groups, kept[splits == TEST]),
        [one.said for one in class_findings(labels, classes, None) if one.kind == "imbalance"],
    )


_NOTHING = Text(
    en="no picture is left to train on, of any class", ko="어느 클래스에도 학습할 사진이 남지 않습니다"
)
_ONE_CLASS = Text(
    en='only the class "{name}" has pictures enough for training and testing',
    ko='"{name}" 클래스에만 학습하고 테스트할 사진이 남습니다',
)
_NO_TRAINING = Text(
    en='the class "{name}" has too few pictures left to train and test on',
    ko='"{name}" 클래스에 학습과 테스트에 나눌 사진이 모자랍니다',
)
_NO_TEST = Text(
    en='the class "{name}" has no pictures left to test on',
    ko='"{name}" 클래스에 테스트할 사진이 남지 않습니다',
)


def _halves(
    staged: Staged, checked: Checked, decisions: Mapping[str, str]
) -> tuple[NDArray[np.int64], NDArray[np.uint8], dict[int, set[int]]]:
    """The rows that become the data set, the split of each, and for each class that is not dropped whole which of
    TRAIN and TEST it has pictures in."""
    rows, given = decided(staged, checked, decisions)
    kept, splits, _ = divided(staged, rows, given, np.array(checked.groups), [])
    halves: dict[int, set[int]] = {int(label): set() for label in np.unique(staged.labels[rows])}
    for split in (TRAIN, TEST):
        for label in np.unique(staged.labels[kept[splits == split]]):
            halves[int(label)].add(split)
    return kept, splits, halves
