"""Classes and splits as folders give them.

Folders that wrap all others are seen through. Splits are outer folders called train and test or much alike, or inner
ones of every class.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.data.intake.candidates import BESIDE, NO_CLASS, Candidate
from core.data.intake.listing import Entry, LeftOut
from core.data.intake.split_names import exact_split, in_words, rest_of, split_of
from core.data.splits import TEST, TRAIN, VALIDATION
from core.errors import NoTraining
from core.words import Text, fill_text, listing


@dataclass(frozen=True)
class ByFolders:
    """What folders say."""

    candidates: list[Candidate]
    left_out: LeftOut
    notes: list[Text] = field(default_factory=list)
    split_notes: list[Text] = field(default_factory=list)


def by_folders(pictures: Sequence[Entry]) -> ByFolders:
    """
    Raises:
        NoTraining: folders are called validation and test, and none training.
    """
    depth = _depth_of_classes(pictures, 0)
    aside: LeftOut = []
    while unlabelled := _unlabelled(pictures, depth):
        aside += [(entry.path, NO_CLASS) for entry in pictures if entry.parts[depth] in unlabelled]
        pictures = [entry for entry in pictures if entry.parts[depth] not in unlabelled]
        depth = _depth_of_classes(pictures, depth)
    found = _from(pictures, depth)
    found.left_out.extend(aside)
    return found


def _from(pictures: Sequence[Entry], depth: int) -> ByFolders:
    """What folders say from a depth on.

    Raises:
        NoTraining.
    """
    inside = {entry.parts: entry.parts[depth:] for entry in pictures}
    outer = _outer_splits(list(inside.values()))
    if outer is None:
        return _of_classes(pictures, inside)
    if TRAIN not in outer.values():
        raise NoTraining(names=listing(sorted(outer)))
    wrapped = _wrapped(inside.values(), outer)
    found = ByFolders([], [])
    for entry in pictures:
        inner = inside[entry.parts]
        rest = wrapped.get(inner, inner[1:])
        if inner[0] in outer and len(rest) >= 2:
            found.candidates.append(Candidate(entry, rest[0], outer[inner[0]]))
        else:
            beside = inner[0] not in outer and len(inner) >= 3
            found.left_out.append((entry.path, BESIDE if beside else NO_CLASS))
    if any(exact_split(name) is None for name in outer) or any(
        wrapped[inner] != inner[1:] for inner in wrapped
    ):
        found.split_notes.append(said_of(outer))
    return found


def said_of(splits: dict[str, int]) -> Text:
    """Which folders were taken for which splits."""
    words = Text(
        en="Folders taken for splits by their names: {names}. If they are none, rename them and import again.",
        ko="이름을 보고 분할로 읽은 폴더: {names}. 분할이 아니라면 이름을 바꿔 다시 가져와 주세요.",
    )
    return fill_text(words, names=in_words(splits))


def splits_of_paths(paths: Sequence[tuple[str, ...]]) -> list[int] | None:
    """The split of each file by the folders in which it lies, where all of them lie in one at the same depth; None
    where no folders tell."""
    for depth in range(min(map(len, paths), default=1) - 1):
        names = {path[depth] for path in paths}
        found = {name: split for name in names if (split := split_of(name)) is not None}
        alike = len({rest_of(name) for name in found}) == 1
        if len(found) == len(names) and _are_splits(found) and alike:
            return [found[path[depth]] for path in paths]
    return None


def _are_splits(found: dict[str, int]) -> bool:
    return len(set(found.values())) > 1 and TRAIN in found.values()


def _of_classes(pictures: Sequence[Entry], inside: dict[tuple[str, ...], tuple[str, ...]]) -> ByFolders:
    """Outer folders are the classes; the folders in them may be splits."""
    classes = [inner for inner in inside.values() if len(inner) >= 2]
    inner_names = {inner[1] for inner in classes if len(inner) >= 3}
    splits = {name: split for name in inner_names if (split := exact_split(name)) is not None}
    outer_names = {inner[0] for inner in classes}
    whole = len(splits) == len(inner_names) and all(len(inner) >= 3 for inner in classes)
    if len(outer_names) < 2 or not whole or not _are_splits(splits):
        splits = {}
    found = ByFolders([], [])
    for entry in pictures:
        inner = inside[entry.parts]
        if len(inner) >= 2:
            found.candidates.append(Candidate(entry, inner[0], splits[inner[1]] if splits else None))
        else:
            found.left_out.append((entry.path, NO_CLASS))
    if splits:
        found.split_notes.append(said_of(splits))
    elif len(outer_names) > 1:
        found.notes.extend(_doubts(classes, outer_names))
    return found


def _doubts(classes: Sequence[tuple[str, ...]], outer: set[str]) -> list[Text]:
    """What makes one ask whether the outer folders are the classes."""
    inner = {
        name: {path[1] for path in classes if path[0] == name and len(path) >= 3} for name in sorted(outer)
    }
    shared = set.intersection(*inner.values())
    if _are_splits({name: split for name in shared if (split := exact_split(name)) is not None}):
        text = Text(
            en="Each class holds folders called like splits ({inner}), and pictures outside them: the splits were not"
            " used.",
            ko="클래스마다 분할 같은 이름의 폴더({inner})가 있지만 그 밖에도 사진이 있어 분할로 쓰지 않았습니다.",
        )
        return [fill_text(text, inner=listing(sorted(shared)))]
    if len(shared) >= 2:
        text = Text(
            en="The classes are the outer folders ({outer}), though each holds the same folders ({inner}). If these are"
            " the classes, call the outer folders train and test, or import one of them alone.",
            ko="바깥 폴더({outer})를 클래스로 읽었지만 그 안에 같은 이름의 폴더({inner})가 들어 있습니다. 안쪽이 클래스라면 바깥"
            " 폴더의 이름을 train과 test로 바꾸거나 하나만 가져와 주세요.",
        )
        return [fill_text(text, outer=listing(sorted(inner)), inner=listing(sorted(shared)))]
    called = {name: split for name in outer if (split := split_of(name)) is not None}
    if len(called) == len(outer) and len(set(called.values())) > 1 and len({*map(rest_of, called)}) == 1:
        text = Text(
            en="The classes are the folders {outer}, though they are called like splits: they hold pictures and no"
            " class folders.",
            ko="폴더 이름({outer})이 분할 같지만 클래스 폴더 없이 사진만 들어 있어서 클래스로 읽었습니다.",
        )
        return [fill_text(text, outer=listing(sorted(outer)))]
    return []


def _outer_splits(paths: Sequence[tuple[str, ...]]) -> dict[str, int] | None:
    """The folders that give splits, each with its split; None where the folders are classes.

    Two classes that happen to be called "train" and "test" hold pictures, and no folders of them; a class called
    "test_tube" has others beside it that are called like no split.
    """
    within: dict[str, list[tuple[str, ...]]] = {}
    for path in paths:
        if len(path) > 1:
            within.setdefault(path[0], []).append(path[1:-1])
    within = {name: _undoubled(name, folders) for name, folders in within.items()}
    holding = {
        name: {folders[0] for folders in of_folder if folders}
        for name, of_folder in within.items()
        if 2 * sum(map(bool, of_folder)) > len(of_folder)
    }
    alike = {name: split for name in within if (split := split_of(name)) is not None}
    training = [name for name in holding if alike.get(name) == TRAIN]
    if training and _are_splits(alike) and all(name in alike for name in holding):
        trained = set().union(*(holding[name] for name in training))
        same_classes = any(alike[name] != TRAIN and holding[name] & trained for name in holding)
        same_rest = len({rest_of(name) for name in alike}) == 1
        if same_classes or same_rest:
            return alike
    found = {name: split for name in within if (split := exact_split(name)) is not None}
    if len(set(found.values())) < 2:
        return None
    # Those of training hold class folders, whatever else lies beside them; without training any of them.
    needed = [name for name, split in found.items() if split == TRAIN] or list(found)
    return found if any(name in holding for name in needed) else None


def _undoubled(name: str, folders: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The folders of each picture within the folder `name`, without one that repeats it: train/train, train/training.

    A class may have the name, too; it then has others beside it.
    """
    while len(inner := {path[0] for path in folders if path}) == 1:
        (again,) = inner
        deeper = any(len(path) > 1 for path in folders)
        same = again.casefold() == name.casefold()
        if not same and not (deeper and split_of(again) is not None and split_of(again) == split_of(name)):
            break
        folders = [path[1:] for path in folders]
    return folders


def _wrapped(
    paths: Iterable[tuple[str, ...]], splits: dict[str, int]
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Of each picture in a split's folder its class folder, those within, and its name, without folders that wrap all
    classes of the split."""
    of_split: dict[str, list[tuple[str, ...]]] = {}
    for path in paths:
        if len(path) > 1 and path[0] in splits:
            of_split.setdefault(path[0], []).append(path)
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, inside in of_split.items():
        folders = _undoubled(name, [path[1:-1] for path in inside])
        found |= {path: (*rest, path[-1]) for path, rest in zip(inside, folders, strict=True)}
    while True:
        deep = [rest for rest in found.values() if len(rest) > 1]
        wraps = len({rest[0] for rest in deep}) == 1 and len({rest[1] for rest in deep if len(rest) > 2}) > 1
        if not wraps:
            return found
        found = {path: rest[1:] if len(rest) > 1 else rest for path, rest in found.items()}


def _unlabelled(pictures: Sequence[Entry], depth: int) -> set[str]:
    """Folders called test or validation that hold pictures of no class, beside the one folder with everything else."""
    tops: dict[str, list[tuple[str, ...]]] = {}
    for entry in pictures:
        if len(entry.parts) > depth + 1:
            tops.setdefault(entry.parts[depth], []).append(entry.parts[depth + 1 : -1])
    found = {
        name
        for name, folders in tops.items()
        if exact_split(name) in (VALIDATION, TEST) and not any(_undoubled(name, folders))
    }
    others = set(tops) - found
    if not found or len(others) != 1 or any(split_of(name) is not None for name in others):
        return set()
    inside = [entry for entry in pictures if entry.parts[depth] in others and len(entry.parts) > depth + 1]
    return found if _leads_to_classes(inside, depth + 1) else set()


def _depth_of_classes(pictures: Sequence[Entry], depth: int) -> int:
    """How many folders wrap the class or split folders; `depth` do."""
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
