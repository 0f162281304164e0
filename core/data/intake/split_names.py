"""Which names of folders and files, and which words and numbers in a CSV, are those of a split."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from core.data.splits import TEST, TRAIN, VALIDATION
from core.words import Text, listing

SPLIT_NAMES = {
    "train": TRAIN,
    "training": TRAIN,
    "trn": TRAIN,
    "val": VALIDATION,
    "valid": VALIDATION,
    "validation": VALIDATION,
    "dev": VALIDATION,
    "test": TEST,
    "testing": TEST,
    "tst": TEST,
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
"""Words that say which split it is, and nothing else."""

SPLIT_WORDS = {
    TRAIN: Text(en="training", ko="학습"),
    VALIDATION: Text(en="validation", ko="검증"),
    TEST: Text(en="test", ko="시험"),
}
_PIECE = re.compile(r"[a-z]+|[가-힣]+|[0-9]+|[^\W\d_a-z가-힣]+")
_BEGINNING = {"trainset": TRAIN, "validset": VALIDATION, "valset": VALIDATION, "testset": TEST}
_KOREAN = {name: split for name, split in SPLIT_NAMES.items() if "가" <= name[0] <= "힣"}
_NAMED = 10
MOST_FOLDS = 20
"""More numbers than these are none of folds."""


def in_words(splits: Mapping[str, int]) -> Text:
    """Which name or word was taken for which split."""
    order = sorted(splits, key=lambda name: (splits[name], name))
    return Text(
        en=listing([f"{name} ({SPLIT_WORDS[splits[name]]['en']})" for name in order], _NAMED),
        ko=listing([f"{name}({SPLIT_WORDS[splits[name]]['ko']})" for name in order], _NAMED),
    )


def exact_split(name: str) -> int | None:
    """The split whose name this is; None: it is none."""
    return SPLIT_NAMES.get(name.strip().casefold())


def split_of(name: str) -> int | None:
    """The same, also where a name begins or ends with one, as seg_train, images-test, trainImages or 학습데이터 do.

    It may be a test_tube all the same: what stands beside it decides.
    """
    exact = exact_split(name)
    return exact if exact is not None else _begins_or_ends(name)[0]


def rest_of(name: str) -> str:
    """What such a name says besides: "seg" of seg_train and seg_test."""
    return "" if exact_split(name) is not None else _begins_or_ends(name)[1]


def _begins_or_ends(name: str) -> tuple[int | None, str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold()
    pieces = _PIECE.findall(apart)
    for place in (0, -1) if pieces else ():
        piece = pieces[place]
        found = SPLIT_NAMES.get(piece, _BEGINNING.get(piece))
        rest = pieces[1:] if place == 0 else pieces[:-1]
        if found is None and place == 0:
            # Korean puts no blank: 학습데이터, 검증용.
            word = next((word for word in _KOREAN if piece.startswith(word)), None)
            if word is not None:
                found, rest = _KOREAN[word], [piece.removeprefix(word), *rest]
        if found is not None:
            return found, " ".join(rest)
    return None, ""


def codes(values: Sequence[str]) -> dict[str, int] | None:
    """{value: split} where two or three numbers in a row code the splits; None where it is not clear which.

    As in CelebA and others the first is training, then validation, then test. Of two the more frequent is training.
    """
    counted = Counter(values)
    order = numbered(values)
    if order is None or len(order) not in (2, 3) or order[-1][0] - order[0][0] != len(order) - 1:
        return None
    words = [word for _, word in order]
    if len(words) == 2:
        first, second = words if counted[words[0]] >= counted[words[1]] else words[::-1]
        return {first: TRAIN, second: TEST}
    if max(words, key=lambda word: counted[word]) != words[0]:
        return None
    return dict(zip(words, (TRAIN, VALIDATION, TEST), strict=True))


def folds(values: Sequence[str]) -> dict[str, int] | None:
    """{value: split} of one round of a cross-validation; None where these are no folds.

    The first fold is tested on, the second, of three or more, is for validation, all others are trained on.
    """
    order = numbered(values)
    if order is None or not 2 <= len(order) <= MOST_FOLDS:
        return None
    given = [TEST, VALIDATION] if len(order) > 2 else [TEST]
    return {word: given[place] if place < len(given) else TRAIN for place, (_, word) in enumerate(order)}


def numbered(values: Sequence[str]) -> list[tuple[int, str]] | None:
    """The different ones among "0", "1.0", "fold 2", each with its number, ascending; None where one is no number."""
    found = []
    for word in set(values):
        number = re.fullmatch(r"(?:fold)?[ _-]?(-?\d+)(?:\.0+)?", word.casefold())
        if number is None:
            return None
        found.append((int(number[1]), word))
    return sorted(found)
