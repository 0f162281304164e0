"""Which picture each line of the label files means, and what all of them say of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.data.intake.candidates import (
    NO_LABEL,
    NO_SPLIT,
    NOT_NAMED,
    NOT_THERE,
    SEVERAL,
    TWO_LABELS,
    Candidate,
)
from core.data.intake.folders import ByFolders, splits_of_paths
from core.data.intake.label_table import Row, Table
from core.data.intake.listing import Entry, LeftOut, shown
from core.data.intake.split_names import split_of
from core.data.intake.videos import is_video
from core.data.splits import TRAIN
from core.errors import BadLabels, NoTraining
from core.images import PICTURE_SUFFIXES
from core.names import is_label
from core.words import Text, fill_text, listing


@dataclass(frozen=True)
class LabelFile:
    """One CSV."""

    where: tuple[str, ...]
    """The folder in which it lies."""
    table: Table
    name: str

    @property
    def split(self) -> int | None:
        """What its name says: train.csv, labels_test.csv."""
        return split_of(PurePosixPath(self.name).stem)


@dataclass(frozen=True)
class Labelled:
    """What label files say."""

    candidates: list[Candidate]
    left_out: LeftOut
    notes: list[Text] = field(default_factory=list)
    split_notes: list[Text] = field(default_factory=list)


class Finder:
    """Finds the picture that a path in a CSV means.

    It is meant from the CSV's folder or from the top; else the one whose path ends alike, by as many folders as can
    be. An exact letter goes before another case, and a name without an ending is that of the only picture called so.
    Nothing but the listed files can be found, so a path that leads elsewhere finds nothing.
    """

    def __init__(self, pictures: Sequence[Entry]) -> None:
        self._pictures = pictures
        self._by_name: list[dict[str, list[int]]] = [defaultdict(list) for _ in range(4)]
        for number, entry in enumerate(pictures):
            for kind, name in enumerate(_spellings(entry.parts[-1], without_ending=True)):
                self._by_name[kind][name].append(number)

    def find(self, where: tuple[str, ...], path: str) -> tuple[list[int], bool]:
        """The numbers of the pictures that may be meant, and whether the whole of `path` says so.

        A part of it, its name say, may be that of a picture which another line means.
        """
        parts = tuple(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))
        from_where = _climbed((*where, *parts))
        parts = _climbed(parts)
        if not parts:
            return [], False
        has_ending = parts[-1].lower().endswith(PICTURE_SUFFIXES) or is_video(parts[-1])
        names = list(enumerate(_spellings(parts[-1])))
        for kind, name in names[: 2 if has_ending else 4]:
            for wanted in (from_where, parts):
                exact = [
                    number
                    for number in self._by_name[kind].get(name, [])
                    if _alike(self._pictures[number].parts, wanted, kind) == len(wanted)
                    and len(self._pictures[number].parts) == len(wanted)
                ]
                if exact:
                    return exact, True
        for kind, name in names[: 2 if has_ending else 4]:
            lengths = {
                number: _alike(self._pictures[number].parts, parts, kind)
                for number in self._by_name[kind].get(name, [])
            }
            if lengths:
                longest = max(lengths.values())
                found = [number for number, length in lengths.items() if length == longest]
                near = [number for number in found if self._pictures[number].parts[: len(where)] == where]
                return near or found, longest == len(parts)
        return [], False


def _spellings(name: str, without_ending: bool = False) -> Iterator[str]:
    """A name as it is, in any case, and both as one without an ending."""
    stem = PurePosixPath(name).stem if without_ending else name
    yield from (name, name.casefold(), stem, stem.casefold())


def _climbed(parts: tuple[str, ...]) -> tuple[str, ...]:
    """A path without its ".."; one that leads out counts from the top."""
    found: list[str] = []
    for part in parts:
        if part != "..":
            found.append(part)
        elif found:
            found.pop()
    return tuple(found)


def _alike(parts: tuple[str, ...], wanted: tuple[str, ...], kind: int) -> int:
    """How many parts are the same from the end on; of the name that is known."""
    count = 1
    for one, other in zip(parts[-2::-1], wanted[-2::-1], strict=False):
        if one != other and (kind % 2 == 0 or one.casefold() != other.casefold()):
            break
        count += 1
    return count


@dataclass
class _Said:
    """What the files say of one picture."""

    labels: dict[int, str] = field(default_factory=dict)
    """File -> label."""
    answers: set[tuple[str, int | None, str | None]] = field(default_factory=set)


def by_tables(pictures: Sequence[Entry], files: Sequence[LabelFile], folders: ByFolders | None) -> Labelled:
    """Several files are joined.

    Where a line gives no split, the picture's folder does, else the name of its file: train.csv beside test.csv.

    Args:
        folders: what these say; None where they say nothing that can be used.

    Raises:
        BadLabels: two of the files say something else of the same pictures.
    """
    said, missing = _read(pictures, files)
    _check_agreement(said, files)
    by_parts = {} if folders is None else {one.entry.parts: one for one in folders.candidates}
    named = [number for number in sorted(said) if len(said[number].answers) == 1]
    answers = {number: next(iter(said[number].answers)) for number in named}
    usable = [number for number in named if is_label(answers[number][0])]
    of_paths = _of_folders([pictures[number] for number in usable], by_parts)
    given = {number: split for number, split in zip(usable, of_paths, strict=True) if split is not None}
    by_names = {one.split for one in files} - {None}
    labelled = Labelled([], [], [note for one in files for note in one.table.notes])
    splits: dict[int, int | None] = {}
    folds_used = False
    two_files: set[int] = set()
    contradicted = 0
    for number in usable:
        folded = any(files[one].table.folded for one in said[number].labels)
        of_files = {files[one].split for one in said[number].labels} - {None}
        # One file alone says nothing by its name: all that is labelled may be in train.csv.
        tell = len(by_names) > 1 and TRAIN in by_names
        outside = given.get(number, next(iter(of_files)) if tell and len(of_files) == 1 else None)
        split = answers[number][1]
        if tell and len(of_files) > 1 and split is None and outside is None:
            two_files.add(number)
        splits[number] = outside if split is None or (folded and outside is not None) else split
        folds_used |= folded and outside is None
        contradicted += number in given and splits[number] != given[number]
    has_splits = any(split is not None for split in splits.values())
    for number, entry in enumerate(pictures):
        if number not in said:
            labelled.left_out.append((entry.path, NOT_NAMED))
        elif number not in answers or number in two_files:
            labelled.left_out.append((entry.path, TWO_LABELS))
        elif number not in splits:
            labelled.left_out.append((entry.path, NO_LABEL))
        elif has_splits and splits[number] is None:
            labelled.left_out.append((entry.path, NO_SPLIT))
        else:
            label, _, group = answers[number]
            labelled.candidates.append(Candidate(entry, label, splits[number], group))
    labelled.left_out.extend((shown(path), why) for path, why in missing)
    for one in files:
        if not one.table.folded or folds_used:
            labelled.split_notes.extend(one.table.split_notes)
    if contradicted:
        told = {"n": f"{contradicted:,}", "name": listing([one.name for one in files])}
        labelled.split_notes.append(fill_text(_CONTRADICTED, **told))
    return labelled


_CONTRADICTED = Text(
    en="Pictures in another split by {name} than by their folders: {n}. {name} was followed; for the splits of the"
    " folders, remove its column of splits and import again.",
    ko="폴더와 {name}의 분할이 서로 다른 사진: {n}장. {name:을/를} 따랐습니다. 폴더의 분할로 하려면 분할 열을 지우고 다시 가져와"
    " 주세요.",
)


def check_training(labelled: Labelled, files: Sequence[LabelFile]) -> None:
    """
    Raises:
        NoTraining: splits are given, and none of them is training.
    """
    splits = {one.split for one in labelled.candidates} - {None}
    if splits and TRAIN not in splits:
        words = sorted({word for one in files for word in one.table.untrained})
        raise NoTraining(names=listing(words or [one.name for one in files]))


def _read(
    pictures: Sequence[Entry], files: Sequence[LabelFile]
) -> tuple[dict[int, _Said], list[tuple[str, Text]]]:
    """What is said of each picture, by its number, and the paths that are none's, each with why."""
    finder = Finder(pictures)
    said: dict[int, _Said] = defaultdict(_Said)
    missing: list[tuple[str, Text]] = []
    doubtful: list[tuple[int, int, Row]] = []

    def take(number: int, file: int, row: Row) -> None:
        one = said[number]
        one.labels[file] = row.label
        one.answers.add((row.label, row.split, row.group))

    for file, one in enumerate(files):
        for row in one.table.rows:
            found, whole = finder.find(one.where, row.path)
            if len(found) != 1:
                missing.append((row.path, SEVERAL if found else NOT_THERE))
            elif whole:
                take(found[0], file, row)
            else:
                doubtful.append((found[0], file, row))
    surely = set(said)
    for number, file, row in doubtful:
        if number in surely:
            missing.append((row.path, NOT_THERE))
        else:
            take(number, file, row)
    for one_said in said.values():
        one_said.answers = _joined(one_said.answers)
    return dict(said), missing


def _joined(answers: set[tuple[str, int | None, str | None]]) -> set[tuple[str, int | None, str | None]]:
    """One answer where several do not contradict each other: some say more."""
    columns = [{answer[place] for answer in answers} - {None} for place in range(3)]
    if len(answers) < 2 or any(len(column) > 1 for column in columns):
        return answers
    label, split, group = (next(iter(column), None) for column in columns)
    return {(str(label), split, group)}  # type: ignore[arg-type]


def _check_agreement(said: dict[int, _Said], files: Sequence[LabelFile]) -> None:
    """
    Raises:
        BadLabels: of two files that name the same pictures most labels differ: they label other things.
    """
    both: Counter[tuple[int, int]] = Counter()
    differ: Counter[tuple[int, int]] = Counter()
    for one in said.values():
        order = sorted(one.labels)
        for place, first in enumerate(order):
            for second in order[place + 1 :]:
                both[first, second] += 1
                differ[first, second] += one.labels[first] != one.labels[second]
    for (first, second), count in differ.items():
        if 2 * count > both[first, second]:
            why = fill_text(
                Text(
                    en="{name} gives the same pictures other labels; leave one, or choose it with --csv",
                    ko="{name}에는 같은 사진의 라벨이 다르게 적혀 있습니다. 하나만 남기거나 --csv로 골라 주세요",
                ),
                name=files[second].name,
            )
            raise BadLabels(name=files[first].name, why=why)


def _of_folders(named: Sequence[Entry], by_parts: dict[tuple[str, ...], Candidate]) -> list[int | None]:
    """The split of each picture as folders give it."""
    found = [by_parts[entry.parts].split if entry.parts in by_parts else None for entry in named]
    if any(split is not None for split in found):
        return found
    of_paths = splits_of_paths([entry.parts for entry in named])
    return [*of_paths] if of_paths else [None] * len(named)


def with_folders(labelled: Labelled, folders: ByFolders, source: str, chosen: bool) -> Labelled:
    """What label files say, joined with what folders say: no split that these give is thrown away, and numbers get
    the names of their folders.

    Args:
        source: of what the files are called.
        chosen: as `by_tables`.
    """
    by_parts = {one.entry.parts: one for one in folders.candidates}
    pairs = {
        (by_parts[one.entry.parts].name, one.name)
        for one in labelled.candidates
        if one.entry.parts in by_parts
    }
    if not pairs:
        return labelled
    label_of = dict(pairs)
    folder_of = {label: folder for folder, label in pairs}
    one_to_one = len(pairs) == len(label_of) == len(folder_of)
    here = {by_parts[one.entry.parts].split for one in labelled.candidates if one.entry.parts in by_parts}
    named = {one.entry.parts for one in labelled.candidates}
    lost = {one.split for one in folders.candidates} - here - {None}
    # A split of which the files name nothing, and that is not merely another part of what they cover.
    others = [one for one in folders.candidates if one.split in lost and one.entry.parts not in named]
    if others and not one_to_one:
        if chosen:
            return labelled
        note = Text(
            en="{name} names no picture of some splits, and its labels are other ones than the folders: classes and"
            " splits come from the folders.",
            ko="{name}에는 일부 분할의 사진이 없고 라벨도 폴더와 달라서, 클래스와 분할을 폴더에서 읽었습니다.",
        )
        return Labelled(
            folders.candidates,
            folders.left_out,
            [*folders.notes, fill_text(note, name=source)],
            folders.split_notes,
        )
    numbers = all(label.strip().isdecimal() for label in folder_of)
    all_there = all(one.entry.parts in by_parts for one in labelled.candidates)
    words = not any(name.strip().isdecimal() for name in label_of)
    names = numbers and words and one_to_one and all_there
    if not others and not names:
        return labelled
    candidates = list(labelled.candidates)
    notes = list(labelled.notes)
    split_notes = list(labelled.split_notes)
    left_out = labelled.left_out
    if names:
        candidates = [
            Candidate(one.entry, folder_of.get(one.name, one.name), one.split, one.group)
            for one in candidates
        ]
        note = Text(
            en="The labels in {name} are numbers; the classes have the names of their folders: {pairs}.",
            ko="{name}의 라벨이 숫자라서 폴더 이름을 클래스 이름으로 썼습니다: {pairs}.",
        )
        order = sorted(folder_of, key=int)
        pairs_said = listing([f"{label} {folder_of[label]}" for label in order])
        notes.append(fill_text(note, name=source, pairs=pairs_said))
    if others:
        taken = {one.entry.parts for one in others}
        candidates += [
            one if names else Candidate(one.entry, label_of.get(one.name, one.name), one.split)
            for one in others
        ]
        candidates.sort(key=lambda one: one.entry.parts)
        paths = {one.entry.path for one in others}
        left_out = [(path, why) for path, why in left_out if path not in paths]
        note = Text(
            en="{name} names no picture in some of the splits that the folders give: those {n} have their classes and"
            " splits from their folders.",
            ko="폴더로 나뉜 분할 가운데 {name}에 없는 것이 있어, 그 사진 {n}장은 폴더에서 클래스와 분할을 읽었습니다.",
        )
        split_notes.append(fill_text(note, name=source, n=f"{len(taken):,}"))
    return Labelled(candidates, left_out, notes, split_notes)
