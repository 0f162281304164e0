"""What is wrong or doubtful about the pictures of an import, before they become a data set."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.data.decoding import KINDS
from core.data.duplicates import joined, near_groups, perceptual_hashes
from core.data.shortcut import Probe, Unit, probe_shortcuts
from core.data.splitting import TRAIN
from core.data.staging import Staged
from core.errors import NotAChoice
from core.progress import Report, part
from core.store import read_json, write_json
from core.words import Text, fill_text, listing

Choice = Literal["keep", "drop", "move"]
TINY_SIDE = 16
"""A picture with a shorter side is tiny, px."""
EXTREME = 4
"""A picture so many times longer than wide, or the other way round, is extreme in shape."""
FEW = 20
"""A class with fewer pictures has too few to say much about."""
IMBALANCE = 3
"""Classes that differ so many times in size are out of balance."""
_REPORT = "report.json"

SAID: dict[str, Text] = {
    "tiny": Text(
        en=f"Tiny pictures, a side under {TINY_SIDE} px: {{n}}.",
        ko=f"한 변이 {TINY_SIDE} px도 안 되는 작은 사진: {{n}}장.",
    ),
    "extreme": Text(
        en=f"Pictures more than {EXTREME} times as long as wide: {{n}}.",
        ko=f"가로세로 비가 {EXTREME}배를 넘는 사진: {{n}}장.",
    ),
    "ending": Text(
        en="Files whose name says another kind than they are; read all the same: {n}.",
        ko="확장자와 실제 형식이 다른 파일(읽기는 했습니다): {n}개.",
    ),
    "frames": Text(
        en="Animated or multi-page files, of which the first picture is used: {n}.",
        ko="움직이거나 여러 쪽인 파일(첫 장만 씁니다): {n}개.",
    ),
    "faceless": Text(
        en="Pictures in which no face was found, kept whole: {n}.",
        ko="얼굴을 찾지 못해 통째로 둔 사진: {n}장.",
    ),
    "crowd": Text(
        en="Pictures with several faces, of which one was cut out: {n}.",
        ko="얼굴이 여럿이라 그중 하나를 잘라 낸 사진: {n}장.",
    ),
    "conflict": Text(
        en="Pictures that are there under two labels: {n}.",
        ko="같은 사진이 두 가지 라벨로 들어 있는 경우: {n}장.",
    ),
    "leak": Text(
        en="Pictures that are there in two splits, so that the test has been seen: {n}.",
        ko="같은 사진이 두 분할에 들어 있어 시험지가 미리 새는 경우: {n}장.",
    ),
    "torn": Text(
        en="Groups of the CSV with pictures in two splits, so that the test has been seen: {n}.",
        ko="CSV의 한 그룹이 두 분할에 나뉘어 있어 시험지가 미리 새는 경우: {n}개.",
    ),
    "exact": Text(en="Exact copies of another picture: {n}.", ko="다른 사진과 완전히 같은 사진: {n}장."),
    "near": Text(en="Near-duplicates of another picture: {n}.", ko="다른 사진과 거의 같은 사진: {n}장."),
    "few": Text(
        en=f"Classes with fewer than {FEW} pictures: {{names}}.",
        ko=f"사진이 {FEW}장이 안 되는 클래스: {{names}}.",
    ),
    "imbalance": Text(
        en="The largest class, {large}, has {times} times the pictures of the smallest, {small}.",
        ko="가장 큰 클래스 {large:은/는} 가장 작은 {small}보다 사진이 {times}배 많습니다.",
    ),
}
CHOICES: dict[str, tuple[Choice, ...]] = {
    "leak": ("keep", "move", "drop"),
    "torn": ("keep", "move", "drop"),
    "imbalance": (),
}
"""What can be done about a finding; the first is what happens unasked. All others: keep or drop."""
PROPOSED: dict[str, Choice] = {"leak": "move", "torn": "move", "exact": "drop"}
"""What is proposed to somebody who is asked: a test of pictures not trained on, and each picture once. All others:
keep, since whether a picture is wrong is for a person to say."""


@dataclass(frozen=True)
class Finding:
    """Something that the person may want to mend."""

    kind: str
    """A key of SAID."""
    said: Text
    groups: list[list[int]]
    """Rows of the staged import: copies of each other, of one file or group, or one alone in its group."""

    @property
    def choices(self) -> tuple[Choice, ...]:
        return CHOICES.get(self.kind, ("keep", "drop"))


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
        *_classes(staged),
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


def _finding(kind: str, groups: list[list[int]], count: int) -> list[Finding]:
    return [Finding(kind, fill_text(SAID[kind], n=f"{count:,}"), groups)] if groups else []


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
        # These two are about files, the others about pictures.
        count = len(of_file if kind in ("ending", "frames") else rows)
        found += _finding(kind, list(of_file.values()), count)
    return found


def _copies(staged: Staged, exact: NDArray[np.int64], near: NDArray[np.int64]) -> list[Finding]:
    """Pictures that are there more than once: each group is one finding, the most serious that it is.

    That pictures of one group (frames of one video) are alike is no news; that they are like something else is.
    """
    kinds: dict[str, list[list[int]]] = {"conflict": [], "leak": [], "exact": [], "near": []}
    for group in _groups(near):
        labels = {int(staged.labels[row]) for row in group}
        if len({staged.group_of(row) for row in group}) == 1 and len(labels) == 1:
            continue
        splits = {int(staged.given[row]) for row in group} if staged.given is not None else {TRAIN}
        if len(labels) > 1:
            kinds["conflict"].append(group)
        elif len(splits) > 1:
            kinds["leak"].append(group)
        elif _is_exact(staged, exact, group):
            kinds["exact"].append(group)
        else:
            kinds["near"].append(group)
    found = []
    for kind, groups in kinds.items():
        # Of copies one is the picture itself; under two labels or in two splits each one is meant.
        every = kind in ("conflict", "leak")
        count = sum(len(group if every else spare(staged, kind, group, None)) for group in groups)
        found += _finding(kind, groups, count)
    return found


def _torn(staged: Staged) -> list[Finding]:
    """Groups of the CSV that its splits tear apart."""
    if staged.groups is None or staged.given is None:
        return []
    given = staged.given
    torn = [group for group in _groups(staged.groups) if len({int(given[row]) for row in group}) > 1]
    return _finding("torn", torn, len(torn))


def _is_exact(staged: Staged, exact: NDArray[np.int64], group: Sequence[int]) -> bool:
    """Whatever is more than the first picture or video of the group has its exact twin there."""
    first = {int(exact[row]) for row in group if staged.group_of(row) == staged.group_of(group[0])}
    return {int(exact[row]) for row in group} <= first


def _classes(staged: Staged) -> list[Finding]:
    counts = np.bincount(staged.labels, minlength=len(staged.classes))
    found = []
    few = np.flatnonzero(counts < FEW)
    if len(few):
        names = listing([f"{staged.classes[label]} ({counts[label]})" for label in few])
        groups = [np.flatnonzero(staged.labels == label).tolist() for label in few]
        found.append(Finding("few", fill_text(SAID["few"], names=names), groups))
    large, small = int(counts.argmax()), int(counts.argmin())
    if counts[large] >= IMBALANCE * counts[small]:
        said = fill_text(
            SAID["imbalance"],
            large=staged.classes[large],
            small=staged.classes[small],
            times=f"{counts[large] / counts[small]:.1f}".removesuffix(".0"),
        )
        found.append(Finding("imbalance", said, []))
    return found


def _groups(numbers: NDArray[np.int64]) -> list[list[int]]:
    """The rows that share a number with others, in row order."""
    order = np.argsort(numbers, kind="stable")
    starts = np.flatnonzero(np.diff(numbers[order], prepend=-1))
    found = [part.tolist() for part in np.split(order, starts[1:]) if len(part) > 1]
    return sorted(found)


def decided(
    staged: Staged, checked: Checked, decisions: Mapping[str, str]
) -> tuple[NDArray[np.int64], NDArray[np.uint8] | None]:
    """The rows that stay, and every row's split as given or moved.

    Args:
        decisions: finding's kind -> one of its choices; those that are not named take their first.

    Raises:
        NotAChoice: what cannot be done about a finding.
    """
    given = None if staged.given is None else staged.given.copy()
    dropped: set[int] = set()
    for finding in checked.findings:
        if not finding.choices:
            continue
        choice = decisions.get(finding.kind, finding.choices[0])
        if choice not in finding.choices:
            raise NotAChoice(
                what=Text(en="What to do about it", ko="처리 방법"),
                choices=listing(finding.choices),
                value=choice,
            )
        if choice == "move" and given is not None:
            given[moving(staged, checked, finding)] = TRAIN
        elif choice == "drop":
            for group in finding.groups:
                dropped.update(spare(staged, finding.kind, group, given))
    rows = np.array([row for row in range(len(staged.names)) if row not in dropped], np.int64)
    return rows, given


def moving(staged: Staged, checked: Checked, finding: Finding) -> NDArray[np.bool_]:
    """N: what goes to training when a finding is moved there; nothing where no splits were given.

    With a picture go its copies and the others of its group, with these their copies, and so on:
    otherwise moving a picture would make the next leak.
    """
    groups = np.asarray(checked.groups)
    with_it = np.isin(groups, groups[[row for group in finding.groups for row in group]])
    elsewhere: NDArray[np.bool_] = (
        np.zeros(len(groups), bool) if staged.given is None else staged.given != TRAIN
    )
    return with_it & elsewhere


def touched(staged: Staged, checked: Checked, finding: Finding, choice: str) -> int:
    """How many pictures one choice about one finding leaves out ("drop") or takes to training ("move")."""
    if choice == "move":
        return int(np.sum(moving(staged, checked, finding)))
    if choice == "drop":
        return len(
            {row for group in finding.groups for row in spare(staged, finding.kind, group, staged.given)}
        )
    return 0


def spare(staged: Staged, kind: str, group: Sequence[int], given: NDArray[np.uint8] | None) -> Sequence[int]:
    """The rows of a group that go when it is to be dropped."""
    if kind in ("exact", "near"):
        return [row for row in group[1:] if staged.group_of(row) != staged.group_of(group[0])]
    if kind in ("leak", "torn") and given is not None:
        # The test stays what it was: what is also in a later split leaves the earlier one.
        last = max(int(given[row]) for row in group)
        return [row for row in group if int(given[row]) != last]
    return group
