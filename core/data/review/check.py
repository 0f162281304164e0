"""What is wrong or doubtful about the pictures of an import, before they become a data set."""

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.intake.decoder import KINDS
from core.data.intake.staging import Staged
from core.data.review.duplicates import joined, near_groups, perceptual_hashes
from core.data.review.findings import (
    EXTREME,
    FEW,
    FINDINGS,
    IMBALANCE,
    TINY_SIDE,
    Finding,
    in_words,
    spare,
    stands,
)
from core.data.review.shortcut import Probe, Unit, probe_shortcuts
from core.files import read_json, write_json
from core.progress import Report, part
from core.words import Text, fill_text, listing

_REPORT = "report.json"


@dataclass(frozen=True)
class Checked:
    """The whole report."""

    findings: list[Finding]
    probes: list[Probe]
    groups: list[int]
    """N numbers, the same for pictures that are (nearly) the same and for those of one group: NoiseLens's own
    splits keep them together."""

    @property
    def said(self) -> list[Text]:
        """Every finding and warning in words."""
        return [finding.said for finding in self.findings] + [
            probe.said for probe in self.probes if probe.verdict == "far"
        ]

    def save(self, folder: Path) -> None:
        """Beside the staged import."""
        write_json(folder / _REPORT, asdict(self))

    @classmethod
    def load(cls, folder: Path) -> "Checked":
        stored: dict[str, Any] = read_json(folder / _REPORT)
        findings = [Finding(**finding) for finding in stored["findings"]]
        return cls(findings, [Probe.restored(probe) for probe in stored["probes"]], stored["groups"])


def check(staged: Staged, report: Report) -> Checked:
    """Look at everything that was read.

    Raises:
        Cancelled: from `report`.
    """
    report(0.0, Text(en="Comparing the pictures", ko="사진을 서로 비교하는 중"))
    images = staged.images
    hashes = perceptual_hashes(images, part(report, 0.0, 0.7))
    exact = np.unique(staged.keys, return_inverse=True)[1].astype(np.int64)
    near = joined(exact, near_groups(images, hashes))
    together = near if staged.groups is None else joined(staged.groups, near)
    findings = [
        *_alone(staged),
        *_copies(staged, exact, near),
        *_torn(staged),
        *class_findings(staged.labels, staged.classes, staged.given),
        *_spelt_twice(staged),
    ]
    probes = probe_shortcuts(
        images, staged.labels, staged.facts, together, part(report, 0.75, 1.0), _unit(staged)
    )
    return Checked(findings, probes, together.tolist())


def _unit(staged: Staged) -> Unit:
    """What keeps pictures together: videos where each is a group of its own and there is nothing else."""
    if staged.groups is None:
        return "picture"
    videos = len(staged.videos) == len(np.unique(staged.groups)) and (staged.video_of >= 0).all()
    return "video" if videos else "group"


def _finding(staged: Staged, kind: str, groups: list[list[int]]) -> list[Finding]:
    return [Finding(kind, in_words(staged, kind, groups, staged.given), groups)] if groups else []


def _alone(staged: Staged) -> list[Finding]:
    """What can be said of each picture by itself."""
    facts = staged.facts
    wide, high = facts["width"].astype(np.int64), facts["height"].astype(np.int64)
    endings = list(KINDS.values())
    lies = [
        bool(endings[kind]) and Path(staged.file_of(row)).suffix.lower() not in endings[kind]
        for row, kind in enumerate(facts["kind"])
    ]
    tests: dict[str, Any] = {
        "levels": staged.stretched,
        "tiny": np.minimum(wide, high) < TINY_SIDE,
        "extreme": np.maximum(wide, high) > EXTREME * np.minimum(wide, high),
        "ending": np.array(lies, bool),
        "frames": facts["frames"],
        "faceless": facts["faces"] == 0,
        "crowd": facts["faces"] > 1,
    }
    found = []
    for kind, test in tests.items():
        of_file: dict[str, list[int]] = {}
        rows = np.flatnonzero(test).tolist()
        for row in rows:
            of_file.setdefault(staged.file_of(row), []).append(row)
        found += _finding(staged, kind, list(of_file.values()))
    return found


def _copies(staged: Staged, exact: NDArray[np.int64], near: NDArray[np.int64]) -> list[Finding]:
    """Pictures that are there more than once: under two labels, in two splits, and as copies.

    That pictures of one group (frames of one video) are alike is no news; that they are like something else is.
    """
    kinds: dict[str, list[list[int]]] = {"conflict": [], "leak": [], "exact": [], "near": []}
    for group in _groups(near):
        of_label: dict[int, list[int]] = {}
        for row in group:
            of_label.setdefault(int(staged.labels[row]), []).append(row)
        if len({staged.group_of(row) for row in group}) == 1 and len(of_label) == 1:
            continue
        conflicts, leaks = (stands(staged, kind, group, staged.given) for kind in ("conflict", "leak"))
        if conflicts:
            kinds["conflict"].append(group)
        if leaks:
            kinds["leak"].append(group)
        copies = [found for rows in of_label.values() for found in _exact(staged, exact, rows)]
        kinds["exact"] += copies
        spared = {row for found in copies for row in spare(staged, "exact", found, staged.given)}
        different = [row for row in group if row not in spared]
        if not conflicts and not leaks and stands(staged, "near", different, staged.given):
            kinds["near"].append(different)
    return [finding for kind, groups in kinds.items() for finding in _finding(staged, kind, groups)]


def _exact(staged: Staged, exact: NDArray[np.int64], rows: Sequence[int]) -> list[list[int]]:
    """Of what is alike and of one label, what is the same to the pixel: all of it, a video with its copies say, or
    single pictures."""
    first = {int(exact[row]) for row in rows if staged.group_of(row) == staged.group_of(rows[0])}
    several = len({staged.group_of(row) for row in rows}) > 1
    if several and {int(exact[row]) for row in rows} <= first:
        return [list(rows)]
    same: dict[int, list[int]] = {}
    for row in rows:
        if staged.group_sizes[row] == 1:
            same.setdefault(int(exact[row]), []).append(row)
    return [found for found in same.values() if len(found) > 1]


def _torn(staged: Staged) -> list[Finding]:
    """Groups of the CSV that its splits tear apart."""
    if staged.groups is None:
        return []
    torn = [group for group in _groups(staged.groups) if stands(staged, "torn", group, staged.given)]
    return _finding(staged, "torn", torn)


def class_findings(
    labels: NDArray[np.int64], classes: Sequence[str], splits: NDArray[np.uint8] | None
) -> list[Finding]:
    """Classes that nobody tests, that are too small, or much smaller than another.

    Args:
        labels: N, index into `classes`.
        splits: N as given (core.data.splits); None where NoiseLens splits, so that every class is tested.
    """
    counts = np.bincount(labels, minlength=len(classes))
    found: list[Finding] = []
    if splits is not None and len(set(splits.tolist())) > 1:
        # Where no test pictures are given the validation pictures become them.
        tested = np.bincount(labels[splits == splits.max()], minlength=len(classes))
        found += _of_classes("untested", np.flatnonzero((tested == 0) & (counts > 0)), labels, classes)
    found += _of_classes("few", np.flatnonzero(counts < FEW), labels, classes)
    large, small = int(counts.argmax()), int(counts.argmin())
    if counts[large] >= IMBALANCE * counts[small]:
        said = fill_text(
            FINDINGS["imbalance"].said,
            large=classes[large],
            small=classes[small],
            times=f"{counts[large] / counts[small]:.1f}".removesuffix(".0"),
        )
        found.append(Finding("imbalance", said, []))
    return found + _alike([name for name, count in zip(classes, counts, strict=True) if count])


def _alike(classes: Sequence[str]) -> list[Finding]:
    """Classes that a person takes for one: they differ in case, blanks, or in letters that nobody sees."""
    of_look: dict[str, list[str]] = {}
    for name in classes:
        seen = "".join(letter for letter in name if unicodedata.category(letter) != "Cf")
        of_look.setdefault(" ".join(unicodedata.normalize("NFKC", seen).casefold().split()), []).append(name)
    said = [", ".join(f'"{name}"' for name in names) for names in of_look.values() if len(names) > 1]
    words = fill_text(FINDINGS["alike"].said, names=listing([f"{names}" for names in said]))
    return [Finding("alike", words, [])] if said else []


def _spelt_twice(staged: Staged) -> list[Finding]:
    names = listing([f'"{name}"' for name in staged.spelt_twice])
    return [Finding("spelt", fill_text(FINDINGS["spelt"].said, names=names), [])] if names else []


def _of_classes(
    kind: str, which: NDArray[np.int64], labels: NDArray[np.int64], classes: Sequence[str]
) -> list[Finding]:
    """One finding about these classes, each a group; none where there are none."""
    groups = [np.flatnonzero(labels == label).tolist() for label in which]
    names = listing(
        [f"{classes[int(label)]} ({len(group)})" for label, group in zip(which, groups, strict=True)]
    )
    return [Finding(kind, fill_text(FINDINGS[kind].said, names=names), groups)] if groups else []


def _groups(numbers: NDArray[np.int64]) -> list[list[int]]:
    """The rows that share a number with others, in row order."""
    order = np.argsort(numbers, kind="stable")
    starts = np.flatnonzero(np.diff(numbers[order], prepend=-1))
    found = [part.tolist() for part in np.split(order, starts[1:]) if len(part) > 1]
    return sorted(found)
