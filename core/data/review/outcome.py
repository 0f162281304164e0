"""What an import becomes by what is decided about it: worked out once, for what is shown and what is stored alike."""

import hashlib
import io
import json
from collections import OrderedDict
from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import SPLITS
from core.data.intake.listing import LeftOut
from core.data.intake.staging import Staged
from core.data.review.assignment import divided
from core.data.review.check import Checked, class_findings
from core.data.review.decisions import checked_decisions, decided, outcomes
from core.data.review.findings import FINDINGS, Action
from core.data.splits import TEST, TRAIN, independent
from core.errors import TooLittleLeft
from core.files import write_bytes
from core.words import Text, fill_text, listing

_MOST_KEPT = 16
"""Outcomes that are remembered of one import, each some bytes a picture."""

LONELY = Text(
    en="its class has too few different pictures to train and test on",
    ko="클래스에 서로 다른 사진이 너무 적어 학습과 테스트에 나눌 수 없습니다",
)
UNTRAINED = Text(en="its class has no picture to train on", ko="클래스에 학습할 사진이 하나도 없습니다")
LONELY_VIDEO = Text(
    en="its class has only this video, and training and testing need one each",
    ko="클래스에 이 동영상 하나뿐이라 학습과 테스트에 나눌 수 없습니다",
)
LONELY_GROUP = Text(
    en="all of its class is one group, and training and testing need one each",
    ko="클래스 전체가 한 그룹이라 학습과 테스트에 나눌 수 없습니다",
)
_NOTHING = Text(
    en="no picture is left to train on, of any class", ko="어느 클래스에도 학습할 사진이 남지 않습니다"
)
_SORTED = Text(
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


@dataclass(frozen=True)
class Outcome:
    """All of the data set to be but its pixels; nothing is written yet."""

    decisions: dict[str, str]
    """What is done about findings; those that are kept are not named."""
    rows: NDArray[np.int64]
    """M numbers of staged pictures, ascending."""
    labels: NDArray[np.int64]
    """M, index into `classes`."""
    splits: NDArray[np.uint8]
    """M, index into core.data.dataset.SPLITS."""
    classes: list[str]
    small: list[str]
    """Classes that are no more, for lack of pictures."""
    left_out: LeftOut
    """Files that are not in it, in path order: what could not be read, and those of `small`."""
    tested: int
    """What is independent among the test pictures: videos, groups of the CSV, and pictures of neither."""
    imbalance: list[Text]
    """What is to be said of its classes' sizes."""
    notes: list[Text]
    split_notes: list[Text]
    """Both as core.data.writer.Contents."""
    lack: Text | None
    """Why it is too little to be stored, if only the decisions made it so; or None."""

    @property
    def counts(self) -> dict[str, int]:
        """Pictures of each split."""
        return dict(zip(SPLITS, np.bincount(self.splits, minlength=len(SPLITS)).tolist(), strict=True))

    def save(self, folder: Path, of: str) -> None:
        """Keep it for the job that stores it.

        Args:
            of: says what it was worked out from; see `load`.

        Raises:
            CannotWrite, DiskFull.
        """
        about = {"of": of} | {name: getattr(self, name) for name in _JSON_FIELDS}
        arrays: dict[str, Any] = {name: getattr(self, name) for name in _ARRAY_FIELDS}
        memory = io.BytesIO()
        np.savez(memory, about=np.array(json.dumps(about)), **arrays)
        write_bytes(_file(folder, self.decisions), memory.getvalue(), lasting=False)

    @classmethod
    def load(cls, folder: Path, decisions: Mapping[str, str], of: str) -> "Outcome | None":
        """The one that was kept of these decisions; None where there is none that was worked out from the same."""
        done = _done(decisions)
        try:
            with np.load(_file(folder, done), allow_pickle=False) as stored:
                about: dict[str, Any] = json.loads(str(stored["about"]))
                arrays: dict[str, Any] = {name: stored[name] for name in _ARRAY_FIELDS}
            about["left_out"] = [(path, why) for path, why in about["left_out"]]
            found = cls(**{name: about[name] for name in _JSON_FIELDS}, **arrays)
        except (OSError, ValueError, KeyError, EOFError):  # there is none, or one of another version
            return None
        return found if about["of"] == of and found.decisions == done else None


_ARRAY_FIELDS = ("rows", "labels", "splits")
_JSON_FIELDS = (
    "decisions",
    "classes",
    "small",
    "left_out",
    "tested",
    "imbalance",
    "notes",
    "split_notes",
    "lack",
)


def _done(decisions: Mapping[str, str]) -> dict[str, str]:
    """Those that do something."""
    return {kind: choice for kind, choice in sorted(decisions.items()) if choice != "keep"}


def _file(folder: Path, done: Mapping[str, str]) -> Path:
    name = hashlib.sha256(json.dumps(done).encode()).hexdigest()[:16]
    return folder / f"{_PREFIX}{name}.npz"


_PREFIX = "outcome-"


def is_outcome(file: Path) -> bool:
    """Whether it is what `Outcome.save` writes."""
    return file.name.startswith(_PREFIX)


class Review:
    """An import that was read and checked, and what it becomes by decisions.

    Of each set of decisions that is worked out once: whoever looks at it, tries what is proposed, or stores it, has the
    same. Several visitors may ask at once.
    """

    def __init__(self, staged: Staged, checked: Checked) -> None:
        self.staged = staged
        self.checked = checked
        self._known: OrderedDict[tuple[tuple[str, str], ...], Outcome] = OrderedDict()
        self._lock = RLock()

    def outcome(self, decisions: Mapping[str, str]) -> Outcome:
        """What the data set would be.

        Args:
            decisions: as core.data.review.decisions.decided.

        Raises:
            NotAChoice.
        """
        done = _done(checked_decisions(decisions))
        key = tuple(done.items())
        with self._lock:
            if key not in self._known:
                self._known[key] = self._outcome(done)
            self._known.move_to_end(key)
            while len(self._known) > _MOST_KEPT:
                self._known.popitem(last=False)
            return self._known[key]

    def storable(self, decisions: Mapping[str, str]) -> Outcome:
        """`outcome`, if a data set can be made of it.

        Raises:
            NotAChoice.
            TooLittleLeft: fewer than two classes; or only because of the decisions a class that stays has nothing to
                train or to test on.
        """
        found = self.outcome(decisions)
        if found.lack is not None:
            raise TooLittleLeft(lack=found.lack)
        return found

    def proposed(self) -> dict[str, Action]:
        """What is proposed for each finding about which something can be done: what FINDINGS says, unless too little
        would be left, else to keep all."""
        chosen: dict[str, Action] = {one.kind: "keep" for one in self.checked.findings if one.choices}
        for kind in FINDINGS:
            if kind in chosen and FINDINGS[kind].proposed != "keep":
                tried = {**chosen, kind: FINDINGS[kind].proposed}
                with suppress(TooLittleLeft):
                    self.storable(tried)
                    chosen = tried
        return chosen

    def _outcome(self, decisions: dict[str, str]) -> Outcome:
        staged, checked = self.staged, self.checked
        rows, given = decided(staged, checked, decisions)
        lasting, about_splits = outcomes(staged, checked, decisions, rows, given)
        split_notes = [*staged.split_notes, *about_splits]
        rows, splits, lonely = divided(staged, rows, given, np.array(checked.groups), split_notes)
        # One line for a video, not for each of its frames.
        trained = set((staged.labels if given is None else staged.labels[given == TRAIN]).tolist())
        lines = {staged.file_of(row): _why_lonely(staged, row, trained) for row in lonely}
        left_out = sorted(staged.left_out + list(lines.items()), key=lambda item: item[0])
        present = np.unique(staged.labels[rows])
        classes = [staged.classes[label] for label in present]
        labels = np.searchsorted(present, staged.labels[rows])
        small = [staged.classes[label] for label in np.unique(staged.labels[lonely])] if lonely else []
        notes = staged.notes + lasting
        findings = class_findings(labels, classes, splits) if classes else []
        for finding in findings:
            (split_notes if FINDINGS[finding.kind].about_splits else notes).append(finding.said)
        if left_out:
            notes.append(
                fill_text(
                    Text(en="Left out: {n} ({names}).", ko="제외한 파일: {n}개 ({names})."),
                    n=f"{len(left_out):,}",
                    names=listing([path for path, _ in left_out], 3),
                )
            )
        return Outcome(
            decisions=decisions,
            rows=rows,
            labels=labels,
            splits=splits,
            classes=classes,
            small=small,
            left_out=left_out,
            tested=independent(staged.groups, rows[splits == TEST]),
            imbalance=[one.said for one in findings if one.kind == "imbalance"],
            notes=notes,
            split_notes=split_notes,
            lack=self._lack(decisions, classes, small, labels, splits),
        )

    def _lack(
        self,
        decisions: Mapping[str, str],
        classes: list[str],
        small: list[str],
        labels: NDArray[np.int64],
        splits: NDArray[np.uint8],
    ) -> Text | None:
        """As of Outcome."""
        if not classes:
            return _NOTHING
        if len(classes) == 1:
            return fill_text(_SORTED, name=classes[0])
        halves = _halves(classes, small, labels, splits)
        bare = [name for name in self.staged.classes if len(halves.get(name, _BOTH)) < 2]
        if not bare or not decisions:
            return None
        # What came so is not held against the decisions: its notes say what is left out.
        kept = self.outcome({})
        before = _halves(kept.classes, kept.small, kept.labels, kept.splits)
        for name in bare:
            if len(before[name]) == 2:
                return fill_text(_NO_TEST if TRAIN in halves[name] else _NO_TRAINING, name=name)
        return None


_BOTH = frozenset({TRAIN, TEST})


def _halves(
    classes: list[str], small: list[str], labels: NDArray[np.int64], splits: NDArray[np.uint8]
) -> dict[str, Set[int]]:
    """For each class that is not dropped whole which of TRAIN and TEST it has pictures in."""
    none: Set[int] = frozenset()
    found = dict.fromkeys(small, none)
    for label, name in enumerate(classes):
        found[name] = _BOTH & set(splits[labels == label].tolist())
    return found


def _why_lonely(staged: Staged, row: int, trained: Set[int]) -> Text:
    """
    Args:
        trained: the classes that have pictures to train on.
    """
    if int(staged.labels[row]) not in trained:
        return UNTRAINED
    if staged.group_sizes[row] == 1:
        return LONELY
    return LONELY_GROUP if staged.video_of[row] < 0 else LONELY_VIDEO
