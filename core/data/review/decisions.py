"""What is decided about the findings of a check, and what that does to the pictures."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.intake.staging import Staged
from core.data.review.check import Checked
from core.data.review.findings import FINDINGS, Finding, in_words, spare, stands
from core.data.splits import TRAIN
from core.errors import NotAChoice
from core.words import Text, fill_text, listing

MOST_FILES = 100
"""Named of a finding in a job's result, which a database keeps."""

_DONE = {
    "drop": Text(
        en="Mended, {n} dropped. Found before: {said}", ko="고쳤습니다. 뺀 사진: {n}장. 고치기 전: {said}"
    ),
    "move": Text(
        en="Mended, {n} moved to the training split. Found before: {said}",
        ko="고쳤습니다. 학습 분할로 옮긴 사진: {n}장. 고치기 전: {said}",
    ),
    "stretch": Text(
        en="Mended, {n} stretched to all levels, by the same window. Found before: {said}",
        ko="고쳤습니다. 같은 범위로 밝기를 늘린 사진: {n}장. 고치기 전: {said}",
    ),
}
_DONE_BY_OTHERS = Text(
    en="Mended by what else was done. Found before: {said}", ko="다른 처리로 고쳐졌습니다. 고치기 전: {said}"
)


def checked_decisions(decisions: Mapping[str, str]) -> dict[str, str]:
    """
    Args:
        decisions: kind of finding -> one of its choices.

    Raises:
        NotAChoice: there is no such kind, or that cannot be done about it.
    """
    open_to = {kind: one.choices for kind, one in FINDINGS.items() if one.choices}
    for kind, choice in decisions.items():
        if kind not in open_to:
            what = Text(en="What is decided on", ko="점검 항목")
            raise NotAChoice(what=what, choices=listing(list(open_to), len(open_to)), value=kind)
        if choice not in open_to[kind]:
            what = fill_text(Text(en="What is done about {kind}", ko="{kind} 처리 방법"), kind=kind)
            raise NotAChoice(what=what, choices=listing(open_to[kind]), value=choice)
    return dict(decisions)


def decided(
    staged: Staged, checked: Checked, decisions: Mapping[str, str]
) -> tuple[NDArray[np.int64], NDArray[np.uint8] | None]:
    """The rows that stay, and every row's split as given or moved.

    Args:
        decisions: kind of finding -> one of its choices; those that are not named take their first.

    Raises:
        NotAChoice: what cannot be done about a finding.
    """
    checked_decisions(decisions)
    given = None if staged.given is None else staged.given.copy()
    # What is moved first decides which of two copies is spare.
    for finding in checked.findings:
        if chosen(finding, decisions) == "move" and given is not None:
            given[moving(staged, checked, finding)] = TRAIN
    dropped: set[int] = set()
    for finding in checked.findings:
        if chosen(finding, decisions) == "drop":
            dropped |= leaving(staged, finding, given)
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


def leaving(staged: Staged, finding: Finding, given: NDArray[np.uint8] | None) -> set[int]:
    """The rows that go when a finding is dropped.

    Args:
        given: N, the split of each as given or moved; None where there are none.
    """
    return {row for group in finding.groups for row in spare(staged, finding.kind, group, given)}


def touched(staged: Staged, checked: Checked, finding: Finding, choice: str) -> int:
    """How many pictures one choice about one finding leaves out ("drop"), takes to training ("move") or stretches."""
    if choice == "move":
        return int(np.sum(moving(staged, checked, finding)))
    if choice == "drop":
        return len(leaving(staged, finding, staged.given))
    return sum(map(len, finding.groups)) if choice == "stretch" else 0


def chosen(finding: Finding, decisions: Mapping[str, str]) -> str:
    """What is done about it: as decided, else its first choice, which is to keep."""
    return decisions.get(finding.kind, "keep")


def outcomes(
    staged: Staged,
    checked: Checked,
    decisions: Mapping[str, str],
    rows: NDArray[np.int64],
    given: NDArray[np.uint8] | None,
) -> tuple[list[Text], list[Text]]:
    """What a data set's card says of the findings: of those that stand what is left of them, and of those that were
    mended what was done. A picture that several would drop counts for the first.

    Of the classes nothing that stands: they are counted anew once all is decided (core.data.review.check.class_findings).

    Args:
        rows, given: what `decided` gives for `decisions`.

    Returns:
        What is true of the pictures however they are split, and what is about their splits.
    """
    kept = set(rows.tolist())
    told: set[int] = set()
    lasting: list[Text] = []
    of_splits: list[Text] = []
    for finding in checked.findings:
        choice = chosen(finding, decisions)
        if choice == "keep":
            if finding.kind in ("untested", "few", "imbalance", "alike"):
                continue
            left = [[row for row in group if row in kept] for group in finding.groups]
            left = [group for group in left if stands(staged, finding.kind, group, given)]
            if not finding.groups:  # not about pictures
                said = finding.said
            elif left:
                said = in_words(staged, finding.kind, left, given)
            else:
                said = fill_text(_DONE_BY_OTHERS, said=finding.said)
        else:
            if choice == "move":
                taken = set(np.flatnonzero(moving(staged, checked, finding)).tolist()) & kept
            elif choice == "stretch":
                taken = {row for group in finding.groups for row in group} & kept
            else:
                taken = leaving(staged, finding, given) - told
                told |= taken
            words = _DONE[choice] if taken else _DONE_BY_OTHERS
            said = fill_text(words, n=f"{len(taken):,}", said=finding.said)
        # What was dropped is gone, however the rest is split.
        passing = FINDINGS[finding.kind].about_splits and choice != "drop"
        (of_splits if passing else lasting).append(said)
    lasting += [probe.said for probe in checked.probes if probe.verdict == "far"]
    return lasting, of_splits


def reported(staged: Staged, checked: Checked, decisions: Mapping[str, str]) -> list[dict[str, Any]]:
    """The findings for a program to read: {"key", "said" and "why" (Texts), "choices", "chosen", "would" {choice:
    pictures that it drops, moves or stretches}, "files" [[name, ...] for each group], "more" (files not named)} each.

    Args:
        decisions: as `decided`.
    """
    found = []
    for finding in checked.findings:
        left = MOST_FILES
        files = []
        for group in finding.groups:
            if left > 0:
                files.append([staged.names[row] for row in group[:left]])
                left -= len(files[-1])
        found.append(
            {
                "key": finding.kind,
                "said": finding.said,
                "why": finding.why,
                "choices": list(finding.choices),
                "chosen": chosen(finding, decisions),
                "would": {
                    choice: touched(staged, checked, finding, choice)
                    for choice in finding.choices
                    if choice != "keep"
                },
                "files": files,
                "more": sum(map(len, finding.groups)) - sum(map(len, files)),
            }
        )
    return found
