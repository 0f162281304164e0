"""Which picture is for training, validation and test."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

TRAIN, VALIDATION, TEST = 0, 1, 2
"""Numbers in `splits.npy`; see core.data.dataset.SPLITS."""


def stratified(
    labels: NDArray[np.int64],
    shares: tuple[float, float],
    seed: int,
    groups: Sequence[object] | None = None,
    frames: NDArray[np.bool_] | None = None,
) -> NDArray[np.uint8]:
    """A split for each picture, the shares the same in every class.

    Every class with two different pictures has training and test pictures, with three also
    validation pictures.

    Args:
        labels: N class numbers.
        shares: of validation and test, 0..1; 0 for none.
        seed: decides who goes where.
        groups: N keys; pictures with equal keys (copies, frames of one video) go into the same split.
        frames: N, whether a picture is a frame of a video; where a class has videos and single pictures
            enough, the shares are the same in both.

    Returns:
        uint8 N of TRAIN, VALIDATION, TEST.
    """
    splits = np.full(len(labels), TRAIN, np.uint8)
    members: dict[object, list[int]] = {}
    for index in range(len(labels)):
        members.setdefault(groups[index] if groups is not None else index, []).append(index)
    # A group with copies in two classes is placed once, by its first picture.
    of_class: dict[int, list[list[int]]] = {}
    for group in members.values():
        of_class.setdefault(int(labels[group[0]]), []).append(group)
    for label, found in sorted(of_class.items()):
        generator = np.random.default_rng([seed, label])
        order = [found[i] for i in generator.permutation(len(found))]
        of_kind: dict[bool, list[list[int]]] = {}
        for group in order:
            of_kind.setdefault(bool(frames[group[0]]) if frames is not None else False, []).append(group)
        enough = len(of_kind) > 1 and min(map(len, of_kind.values())) >= 3
        for part in of_kind.values() if enough else [order]:
            _fill(splits, part, shares)
    return splits


def _fill(splits: NDArray[np.uint8], order: list[list[int]], shares: tuple[float, float]) -> None:
    """Gives groups to test and validation, in their order; at least one stays for training."""
    count = sum(len(group) for group in order)
    validation_share, test_share = shares
    for split, share in ((TEST, test_share), (VALIDATION, validation_share)):
        wanted = max(round(count * share), 1) if share > 0 else 0
        taken = 0
        left: list[list[int]] = []
        for place, group in enumerate(order):
            # No group that would be most of a split by itself, such as one picture many times.
            fits = len(group) <= max(1, min(wanted // 2, wanted - taken))
            if taken < wanted and fits and len(left) + len(order) - place > 1:
                splits[group] = split
                taken += len(group)
            else:
                left.append(group)
        order = left
        while taken < wanted and len(order) > 1:
            group = min(order, key=len)
            if taken and len(group) > 2 * (wanted - taken):
                break  # nearer to what is wanted without it
            order.remove(group)
            splits[group] = split
            taken += len(group)


def part_of(
    rows: NDArray[np.int64],
    labels: NDArray[np.int64],
    share: float,
    seed: int,
    groups: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """A part of some pictures, the share the same in every class, at least one of each; a smaller part of the same seed
    lies within a larger one.

    Args:
        rows: numbers of the pictures, ascending.
        labels: of all pictures.
        share: over 0, to 1.
        seed: decides who is in it.
        groups: of all pictures; pictures of one group are in it or out of it together.

    Returns:
        Ascending numbers.
    """
    keys = rows if groups is None else groups[rows]
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    sizes = np.bincount(group)
    of_class = labels[rows[first]]  # a group with pictures of two classes counts for that of its first
    chosen = np.zeros(len(sizes), bool)
    for label in np.unique(of_class):
        own = np.flatnonzero(of_class == label)
        order = own[np.random.default_rng([seed, int(label)]).permutation(len(own))]
        before = np.cumsum(sizes[order]) - sizes[order]
        chosen[order[before < share * sizes[own].sum() - 1e-9]] = True
    return rows[chosen[group]]


def independent(groups: NDArray[np.int64] | None, rows: NDArray[np.int64]) -> int:
    """How many of `rows` say something of their own: one of each group.

    Args:
        groups: N numbers, the same for what is of one group; None where each row stands alone.
    """
    return len(rows) if groups is None else len(np.unique(groups[rows]))


def group_sizes(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """N: how many share the number of each."""
    return np.bincount(groups)[groups].astype(np.int64)


def divisible(labels: NDArray[np.int64], groups: Sequence[object], finer: Sequence[object]) -> list[object]:
    """`groups`, and where a class is all one group, which would leave it without test pictures, `finer` ones."""
    found = list(groups)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label).tolist()
        if len({found[place] for place in members}) == 1:
            for place in members:
                found[place] = finer[place]
    return found


def periodic(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Splits of drawn pictures by their number within their class: of each ten 7 train, 1 validation, 2 test.

    By number, so that picture number n is the same picture however many are drawn.
    """
    place = numbers % 10
    return np.select([place < 7, place < 8], [TRAIN, VALIDATION], TEST).astype(np.uint8)
