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
) -> NDArray[np.uint8]:
    """A split for each picture, the shares the same in every class.

    Every class with two different pictures has training and test pictures, with three also
    validation pictures.

    Args:
        labels: N class numbers.
        shares: of validation and test, 0..1; 0 for none.
        seed: decides who goes where.
        groups: N keys; pictures with equal keys (exact copies) go into the same split.

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
        # Single pictures first, so that a small split is not one picture many times.
        order.sort(key=len)
        count = sum(len(group) for group in order)
        validation_share, test_share = shares
        for split, share in ((TEST, test_share), (VALIDATION, validation_share)):
            wanted = max(round(count * share), 1) if share > 0 else 0
            taken = 0
            while taken < wanted and len(order) > 1:
                group = order.pop(0)
                splits[group] = split
                taken += len(group)
    return splits


def periodic(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Splits of drawn pictures by their number within their class: of each ten 7 train, 1 validation, 2 test.

    By number, so that picture number n is the same picture however many are drawn.
    """
    place = numbers % 10
    return np.select([place < 7, place < 8], [TRAIN, VALIDATION], TEST).astype(np.uint8)
