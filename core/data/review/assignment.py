"""Which pictures of an import stay, and the split of each: for what is foreseen and what is stored alike."""

import numpy as np
from numpy.typing import NDArray

from core.data.intake.staging import Staged
from core.data.splits import TEST, TRAIN, VALIDATION, divisible, stratified
from core.words import Text

SHARES = (0.15, 0.15)
"""Of validation and test, where no splits are given."""


def divided(
    staged: Staged,
    rows: NDArray[np.int64],
    given: NDArray[np.uint8] | None,
    alike: NDArray[np.int64],
    notes: list[Text],
) -> tuple[NDArray[np.int64], NDArray[np.uint8], list[int]]:
    """Which of `rows` stay, the split of each, and those whose class is too small; tells `notes` what it chose.

    Args:
        rows: M numbers of pictures, ascending.
        given: N, the split of each picture as given or moved; None where there are none.
        alike: N numbers, as core.data.review.check.Checked.groups.
    """
    if given is not None and set(given[rows].tolist()) == {TRAIN}:
        given = None
        notes.append(
            Text(
                en="Nothing but training pictures was given, or left after the check: validation and test pictures are"
                " cut from them by the seed, copies and groups whole.",
                ko="주어졌거나 점검 뒤에 남은 것이 학습 사진뿐이라, 검증 사진과 시험 사진을 시드에 따라 거기서 떼어 냈습니다."
                " 같은 사진과 그룹은 나누지 않았습니다.",
            )
        )
    learnt = rows if given is None else rows[given[rows] == TRAIN]
    different = np.unique(np.stack([staged.labels[learnt], staged.sources[learnt]]), axis=1)[0]
    present, number = np.unique(different, return_counts=True)
    # Of given splits training may have a single picture; else a class needs one each for training and test.
    enough = present[number >= (1 if given is not None else 2)]
    stay = np.isin(staged.labels[rows], enough)
    lonely, rows = rows[~stay].tolist(), rows[stay]
    labels = staged.labels[rows]
    # Below nought, so that none is taken for the number of a group.
    groups = divisible(labels, alike[rows].tolist(), (-1 - staged.sources[rows]).tolist())
    frames = staged.group_sizes[rows] > 1
    if given is None:
        return rows, stratified(labels, SHARES, staged.seed, groups, frames), lonely
    splits = given[rows]
    found = set(splits.tolist())
    if found == {TRAIN}:  # what is left once the classes without training pictures are gone
        rows, splits, others = divided(staged, rows, given, alike, notes)
        return rows, splits, lonely + others
    if TEST not in found:
        splits[splits == VALIDATION] = TEST
        notes.append(
            Text(
                en="No test pictures were given, or left after the check: the given validation pictures are the test"
                " split, and validation is cut from the training pictures.",
                ko="주어졌거나 점검 뒤에 남은 시험 사진이 없어서 검증 사진을 시험에 쓰고, 검증 사진은 학습 사진에서 떼어 냈습니다.",
            )
        )
    elif VALIDATION not in found:
        notes.append(
            Text(
                en="No validation pictures were given: they are cut from the training pictures.",
                ko="주어진 검증 사진이 없어서 학습 사진에서 떼어 냈습니다.",
            )
        )
    if VALIDATION not in set(splits.tolist()):
        training = np.flatnonzero(splits == TRAIN)
        parts = [groups[place] for place in training]
        cut = stratified(labels[training], (0.0, SHARES[1]), staged.seed, parts, frames[training])
        splits[training[cut == TEST]] = VALIDATION
    return rows, splits, lonely
