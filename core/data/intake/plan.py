"""Which files become pictures of which class and split: by folders, or by CSVs with labels."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.data.intake.candidates import (
    NO_CLASS,
    NO_LABEL,
    NO_PICTURE,
    SEVERAL,
    TWO_LABELS,
    Candidate,
)
from core.data.intake.folders import ByFolders, by_folders
from core.data.intake.label_table import read_table
from core.data.intake.labels import LabelFile, Labelled, by_tables, check_training, with_folders
from core.data.intake.listing import Entry, LeftOut, Listing
from core.data.intake.videos import is_video
from core.errors import BadLabels, NoiseLensError, NotFound, NoTraining
from core.images import PICTURE_SUFFIXES, read_picture
from core.limits import MAX_CLASSES, MAX_CSV_BYTES
from core.words import Text, fill_text, listing

NO_PATH = Text(en="none of its paths is among the pictures", ko="적힌 경로의 사진이 하나도 없습니다")
_OF_ALL = (
    (NO_LABEL, Text(en="it gives no picture a usable label", ko="쓸 수 있는 라벨이 하나도 없습니다")),
    (
        TWO_LABELS,
        Text(
            en="it gives every picture two labels, splits or groups",
            ko="모든 사진에 라벨, 분할 또는 그룹이 두 가지로 적혀 있습니다",
        ),
    ),
    (
        SEVERAL,
        Text(
            en="it names {name}, and several pictures are called so: write their folders, too",
            ko="적힌 이름 {name}의 사진이 여럿입니다. 폴더까지 적어 주세요",
        ),
    ),
)
_TOO_LARGE = fill_text(
    Text(en="it is larger than {limit} MB", ko="{limit} MB보다 큽니다"), limit=MAX_CSV_BYTES // 2**20
)
_UNREADABLE = Text(en="it cannot be read", ko="읽을 수 없습니다")
_HANDED_IN = Text(
    en="by its name it is what a competition wants handed in, and its labels are made up",
    ko="이름으로 보아 대회 제출 양식이고, 적힌 라벨은 실제 라벨이 아닙니다",
)
_NOT_USED = Text(
    en="{name} was not used for the classes: {why}.",
    ko="{name:은/는} 클래스를 읽는 데 쓰지 않았습니다: {why}.",
)
LOOKED_INTO = 3
"""Pictures that are read to tell why nothing can be imported."""


@dataclass(frozen=True)
class Plan:
    """What is to be read."""

    candidates: list[Candidate]
    """In name order."""
    left_out: LeftOut
    in_order: bool = False
    """As core.data.intake.listing.Listing."""
    notes: list[Text] = field(default_factory=list)
    """What was understood of the classes."""
    split_notes: list[Text] = field(default_factory=list)
    """What was understood of the splits."""
    exported: bool = False
    """It is a data set that was exported here, and is to be the same again."""
    spelt_twice: list[str] = field(default_factory=list)
    """Classes that are there in two spellings which look the same, and are read as one."""


def plan(found: Listing, csv: Path | None = None) -> Plan:
    """Finds classes and given splits; folders that wrap all others are seen through.

    Args:
        csv: the label file; None to take those that lie among the files, and without any the folders.

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
    folders: ByFolders | None = None
    no_training: NoTraining | None = None
    try:
        folders = by_folders(pictures)
    except NoTraining as error:
        no_training = error
    unfit: dict[str, Text] = {}
    tables: list[Text] = []
    files = [_given(csv)] if csv is not None else _among(others, pictures, unfit, tables)
    if files:
        labelled = _labelled(pictures, files, folders, chosen=csv is not None)
        # A file that was chosen may lie among them as well, wherever they were packed.
        names = {one.name for one in files}
        others = [entry for entry in others if (entry.parts[-1] if csv else entry.path) not in names]
    elif no_training is not None:
        raise no_training
    else:
        assert folders is not None
        labelled = Labelled(folders.candidates, folders.left_out, folders.notes + tables, folders.split_notes)
        if not folders.candidates and unfit:
            name, why = next(iter(unfit.items()))
            raise BadLabels(name=name, why=why)
    no_pictures = ((entry.path, unfit.get(entry.path, NO_PICTURE)) for entry in others)
    left_out = [*found.left_out, *labelled.left_out, *no_pictures]
    classes = {candidate.name for candidate in labelled.candidates}
    if len(classes) > MAX_CLASSES:
        why = fill_text(
            Text(en="more than {limit} classes", ko="클래스가 {limit}개가 넘습니다"), limit=f"{MAX_CLASSES:,}"
        )
        raise BadLabels(name=files[0].name if files else listing([pictures[0].parts[0]]), why=why)
    return Plan(
        labelled.candidates,
        left_out,
        found.in_order,
        [*found.notes, *labelled.notes],
        labelled.split_notes,
        bool(files) and all(one.table.exported for one in files),
        [name for name in found.spelt_twice if name in classes],
    )


def _labelled(
    pictures: Sequence[Entry], files: Sequence[LabelFile], folders: ByFolders | None, chosen: bool
) -> Labelled:
    """
    Args:
        chosen: somebody chose the file, and it did not merely lie there.

    Raises:
        BadLabels, NoTraining.
    """
    name = listing([one.name for one in files])
    labelled = by_tables(pictures, files, folders)
    if not labelled.candidates:
        raise BadLabels(name=name, why=_why_none(labelled))
    words = Text(en="The classes come from {name}.", ko="클래스는 {name}에서 읽었습니다.")
    labelled.notes.insert(0, fill_text(words, name=name))
    if folders is not None:
        labelled = with_folders(labelled, folders, name, chosen)
    check_training(labelled, files)
    return labelled


def _why_none(labelled: Labelled) -> Text:
    """Why label files give no picture a label."""
    whys = Counter(id(why) for _, why in labelled.left_out)
    usual, said = max(_OF_ALL, key=lambda pair: whys[id(pair[0])])
    if not whys[id(usual)]:
        return NO_PATH
    return fill_text(said, name=next(path for path, why in labelled.left_out if why is usual))


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


def _given(csv: Path) -> LabelFile:
    """
    Raises:
        BadLabels, NotFound.
    """
    if not csv.exists():
        raise NotFound(name=str(csv))
    try:
        if csv.stat().st_size > MAX_CSV_BYTES:
            raise BadLabels(name=csv.name, why=_TOO_LARGE)
        data = csv.read_bytes()
    except OSError as error:
        raise BadLabels(name=csv.name, why=_UNREADABLE) from error
    return LabelFile((), read_table(data, csv.name), csv.name)


def _among(
    others: Sequence[Entry], pictures: Sequence[Entry], unfit: dict[str, Text], tables: list[Text]
) -> list[LabelFile]:
    """The CSVs and lines of JSON among the files that label pictures.

    Args:
        unfit: told of every other one why it is none.
        tables: told of those that do have labels.
    """
    fitting = []
    for entry in others:
        name = entry.parts[-1].lower()
        if not name.endswith((".csv", ".tsv", ".jsonl")):
            continue
        # What a competition wants handed in has a label for each test picture, all of them made up.
        if re.search(r"submi(ssion|t)", name):
            unfit[entry.path] = _HANDED_IN
            continue
        try:
            source = entry.read()
            if isinstance(source, Path):
                if source.stat().st_size > MAX_CSV_BYTES:
                    unfit[entry.path] = _TOO_LARGE
                    continue
                source = source.read_bytes()
            found = LabelFile(entry.parts[:-1], read_table(source, entry.path), entry.path)
        except BadLabels as error:
            unfit[entry.path] = error.values["why"]
            continue
        except NoiseLensError as error:
            unfit[entry.path] = error.said
            continue
        except OSError:
            unfit[entry.path] = _UNREADABLE
            continue
        labelled = by_tables(pictures, [found], None)
        if labelled.candidates:
            fitting.append(found)
        else:
            unfit[entry.path] = why = _why_none(labelled)
            tables.append(fill_text(_NOT_USED, name=entry.path, why=why))
    return fitting
