"""Which files become pictures of which class and split: by folders, or by a CSV with labels."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.data.label_table import Table, read_table
from core.data.listing import Entry, LeftOut, Listing, shown
from core.data.splitting import TEST, TRAIN, VALIDATION
from core.data.videos import is_video
from core.errors import BadLabels, NoiseLensError, NotFound, NoTraining
from core.images import PICTURE_SUFFIXES, read_picture
from core.limits import MAX_CLASSES, MAX_CSV_BYTES
from core.names import is_label
from core.words import Text, fill_text, listing

SPLIT_NAMES = {
    "train": TRAIN,
    "training": TRAIN,
    "val": VALIDATION,
    "valid": VALIDATION,
    "validation": VALIDATION,
    "dev": VALIDATION,
    "test": TEST,
    "testing": TEST,
    "train_set": TRAIN,
    "training_set": TRAIN,
    "val_set": VALIDATION,
    "validation_set": VALIDATION,
    "test_set": TEST,
    "학습": TRAIN,
    "훈련": TRAIN,
    "검증": VALIDATION,
    "시험": TEST,
    "테스트": TEST,
}
"""Folders on top, or words in a CSV, that give the splits."""

NO_PICTURE = Text(
    en="its name does not end like a picture's or a video's",
    ko="이름이 사진이나 동영상 파일의 확장자로 끝나지 않습니다",
)
NO_CLASS = Text(en="it lies in no class folder", ko="클래스 폴더 안에 있지 않습니다")
BESIDE = Text(
    en="its folder lies beside those of training and test, and is neither",
    ko="학습·시험 폴더 옆에 있지만 그중 어느 것도 아닌 폴더에 있습니다",
)
NOT_NAMED = Text(en="the CSV does not name it", ko="CSV에 이 파일이 없습니다")
NOT_THERE = Text(
    en="the CSV names it, but there is no such picture", ko="CSV에는 있지만 그런 사진이 없습니다"
)
NO_LABEL = Text(en="the CSV gives it no usable label", ko="CSV에 쓸 수 있는 라벨이 없습니다")
TWO_LABELS = Text(
    en="the CSV gives it two labels, splits or groups",
    ko="CSV에 라벨, 분할 또는 그룹이 두 가지로 적혀 있습니다",
)
NO_SPLIT = Text(
    en="the CSV gives it no split out of train, validation and test",
    ko="CSV에 train, validation, test 중 하나의 분할이 적혀 있지 않습니다",
)
NO_PATH = Text(en="none of its paths is among the pictures", ko="적힌 경로의 사진이 하나도 없습니다")
LOOKED_INTO = 3
"""Pictures that are read to tell why nothing can be imported."""


@dataclass(frozen=True)
class Candidate:
    """A file that should be a picture, or a video."""

    entry: Entry
    name: str
    """Its class."""
    split: int | None
    """Where it was given: TRAIN, VALIDATION or TEST."""
    group: str | None = None
    """Pictures of one group stay in one split; None: it has none."""

    @property
    def name_of_file(self) -> str:
        return self.entry.parts[-1]


@dataclass(frozen=True)
class Plan:
    """What is to be read."""

    candidates: list[Candidate]
    """In name order."""
    left_out: LeftOut
    in_order: bool = False
    """As core.data.listing.Listing."""
    notes: list[Text] = field(default_factory=list)


def plan(found: Listing, csv: Path | None = None) -> Plan:
    """Finds classes and given splits; a single wrapping folder is seen through.

    Args:
        csv: the label file; None to take one that lies among the files, and without one the folders.

    Raises:
        BadLabels: that file cannot be used, or more than MAX_CLASSES classes.
        NotFound: there is no such file.
        NoTraining: folders are called validation and test, and none training.
    """
    pictures: list[Entry] = []
    others: list[Entry] = []
    for entry in found.entries:
        name = entry.parts[-1]
        is_picture = name.lower().endswith(PICTURE_SUFFIXES) or is_video(name)
        (pictures if is_picture else others).append(entry)
    left_out = list(found.left_out)
    notes = []
    unfit: list[NoiseLensError] = []
    labels = _given_labels(csv) if csv is not None else _labels_among(others, pictures, unfit)
    if labels is None:
        candidates = _by_folders(pictures, left_out)
        if not candidates and unfit:
            raise unfit[0]
    else:
        where, table, source = labels
        candidates = _by_table(pictures, where, table, left_out)
        if not candidates:
            raise BadLabels(name=source, why=NO_PATH)
        # A file that was chosen may lie among them as well, wherever they were packed.
        others = [entry for entry in others if (entry.parts[-1] if csv else entry.path) != source]
        words = Text(en="The classes come from {name}.", ko="클래스는 {name}에서 읽었습니다.")
        notes.append(fill_text(words, name=source))
    left_out += [(entry.path, NO_PICTURE) for entry in others]
    if len({candidate.name for candidate in candidates}) > MAX_CLASSES:
        why = fill_text(
            Text(en="more than {limit} classes", ko="클래스가 {limit}개가 넘습니다"), limit=f"{MAX_CLASSES:,}"
        )
        raise BadLabels(name=labels[2] if labels else listing([pictures[0].parts[0]]), why=why)
    return Plan(candidates, left_out, found.in_order, notes)


def spoilt(found: Listing, planned: Plan) -> list[str]:
    """The pictures that lie in no class folder, if none of them can be read; a few are looked into."""
    without = {path for path, why in planned.left_out if why is NO_CLASS}
    looked = [entry for entry in found.entries if entry.path in without][:LOOKED_INTO]
    return [entry.path for entry in looked] if not any(map(_is_picture, looked)) else []


def _is_picture(entry: Entry) -> bool:
    if is_video(entry.parts[-1]):
        return True  # as far as its name goes
    try:
        read_picture(entry.read(), entry.path)
    except NoiseLensError:
        return False
    return True


def _by_folders(pictures: Sequence[Entry], left_out: LeftOut) -> list[Candidate]:
    """
    Raises:
        NoTraining: folders are called validation and test, and none training.
    """
    depth = _depth_of_classes(pictures)
    splits = _splits_among(pictures, depth)
    if splits and TRAIN not in splits.values():
        raise NoTraining(names=listing(sorted(splits)))
    candidates = []
    for entry in pictures:
        inner = entry.parts[depth:]
        if splits and len(inner) >= 3 and inner[0] in splits:
            candidates.append(Candidate(entry, inner[1], splits[inner[0]]))
        elif splits and len(inner) >= 3:
            left_out.append((entry.path, BESIDE))
        elif not splits and len(inner) >= 2:
            candidates.append(Candidate(entry, inner[0], None))
        else:
            left_out.append((entry.path, NO_CLASS))
    return candidates


def _splits_among(pictures: Sequence[Entry], depth: int) -> dict[str, int]:
    """The folders that give splits, each with its split; none where the folders are classes.

    Two classes that happen to be called "train" and "test" hold pictures, and no folders of them.
    """
    deep: dict[str, list[bool]] = {}
    for entry in pictures:
        if len(entry.parts) > depth + 1:
            deep.setdefault(entry.parts[depth], []).append(len(entry.parts) > depth + 2)
    found = {name: SPLIT_NAMES[name.casefold()] for name in deep if name.casefold() in SPLIT_NAMES}
    if len(set(found.values())) < 2:
        return {}
    # Those of training hold class folders, whatever else lies beside them; without training any of them.
    training = [name for name, split in found.items() if split == TRAIN] or list(found)
    return found if any(2 * sum(deep[name]) > len(deep[name]) for name in training) else {}


def _depth_of_classes(pictures: Sequence[Entry]) -> int:
    """How many folders wrap the class or split folders."""
    depth = 0
    while True:
        tops = {entry.parts[depth] for entry in pictures if len(entry.parts) > depth + 1}
        inner = {entry.parts[depth + 1] for entry in pictures if len(entry.parts) > depth + 2}
        # Looking a folder deeper must bring classes to light: a lone class folder wraps nothing.
        if len(tops) != 1 or len(inner) == 0 or not _leads_to_classes(pictures, depth + 1):
            return depth
        depth += 1


def _leads_to_classes(pictures: Sequence[Entry], depth: int) -> bool:
    tops = {entry.parts[depth] for entry in pictures if len(entry.parts) > depth + 1}
    if len(tops) > 1:
        return True
    return (
        len(tops) == 1
        and any(len(entry.parts) > depth + 2 for entry in pictures)
        and _leads_to_classes(pictures, depth + 1)
    )


Labels = tuple[tuple[str, ...], Table, str]
"""The folder of a label file, what it says, and its name."""


def _given_labels(csv: Path) -> Labels:
    too_large = fill_text(
        Text(en="it is larger than {limit} MB", ko="{limit} MB보다 큽니다"), limit=MAX_CSV_BYTES // 2**20
    )
    if not csv.exists():
        raise NotFound(name=str(csv))
    try:
        if csv.stat().st_size > MAX_CSV_BYTES:
            raise BadLabels(name=csv.name, why=too_large)
        data = csv.read_bytes()
    except OSError as error:
        why = Text(en="it cannot be read", ko="읽을 수 없습니다")
        raise BadLabels(name=csv.name, why=why) from error
    return (), read_table(data, csv.name), csv.name


def _labels_among(
    others: Sequence[Entry], pictures: Sequence[Entry], unfit: list[NoiseLensError]
) -> Labels | None:
    """The one CSV among the files that labels pictures; a CSV of other things is no label file, as `unfit` is told."""
    fitting: list[Labels] = []
    for entry in others:
        if Path(entry.parts[-1]).suffix.lower() not in (".csv", ".tsv"):
            continue
        try:
            source = entry.read()
            if isinstance(source, Path):
                if source.stat().st_size > MAX_CSV_BYTES:
                    continue
                source = source.read_bytes()
            table = read_table(source, entry.path)
        except NoiseLensError as error:
            unfit.append(error)
            continue  # it is left out like any other file that is no picture
        except OSError:
            continue
        if _by_table(pictures, entry.parts[:-1], table, []):
            fitting.append((entry.parts[:-1], table, entry.path))
        else:
            unfit.append(BadLabels(name=entry.path, why=NO_PATH))
    if len(fitting) > 1:
        why = fill_text(
            Text(
                en="{names} do as well; leave one, or choose it with --csv",
                ko="{names} 파일도 라벨 파일입니다. 하나만 남기거나 --csv로 골라 주세요",
            ),
            names=listing([name for _, _, name in fitting[1:]]),
        )
        raise BadLabels(name=fitting[0][2], why=why)
    return fitting[0] if fitting else None


def _by_table(
    pictures: Sequence[Entry], where: tuple[str, ...], table: Table, left_out: LeftOut
) -> list[Candidate]:
    """Pictures are found by their path from the CSV's folder or from the top, or by a name that only one has.

    Nothing but the listed files can be found, so a path that leads elsewhere finds nothing.

    Raises:
        NoTraining: it gives splits, and none of them is training.
    """
    by_path = {entry.path.casefold(): number for number, entry in enumerate(pictures)}
    by_name: dict[str, list[int]] = {}
    for number, entry in enumerate(pictures):
        by_name.setdefault(entry.parts[-1].casefold(), []).append(number)
    said: dict[int, set[tuple[str, int | None, str | None]]] = {}
    missing: list[str] = []
    for row in table.rows:
        path = unicodedata.normalize("NFC", row.path).replace("\\", "/")
        parts = [part for part in path.split("/") if part not in ("", ".")]
        alike = by_name.get(parts[-1].casefold(), []) if parts else []
        places = [by_path[key] for key in (_folded(*where, *parts), _folded(*parts)) if key in by_path]
        if not places and len(alike) != 1:
            missing.append(row.path)
            continue
        number = (places or alike)[0]
        given = SPLIT_NAMES.get(row.split.casefold()) if row.split else None
        group = unicodedata.normalize("NFC", row.group) if row.group else None
        said.setdefault(number, set()).add((unicodedata.normalize("NFC", row.label), given, group))
    splits = {split for answers in said.values() for _, split, _ in answers if split is not None}
    if splits and TRAIN not in splits:
        raise NoTraining(names=listing(sorted({row.split for row in table.rows if row.split})))
    candidates = []
    for number, entry in enumerate(pictures):
        answers = said.get(number, set())
        label, split, group = next(iter(answers)) if answers else ("", None, None)
        if not answers:
            left_out.append((entry.path, NOT_NAMED))
        elif len(answers) > 1:
            left_out.append((entry.path, TWO_LABELS))
        elif not is_label(label):
            left_out.append((entry.path, NO_LABEL))
        elif table.has_splits and split is None:
            left_out.append((entry.path, NO_SPLIT))
        else:
            candidates.append(Candidate(entry, label, split, group))
    left_out += [(shown(path), NOT_THERE) for path in missing]
    return candidates


def _folded(*parts: str) -> str:
    return "/".join(parts).casefold()
