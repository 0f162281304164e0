"""What the check of an import found, on the command line, and how it is decided on."""

import argparse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from core.cli.options import Parser, language, note
from core.errors import NotUnderstood
from core.words import Text, fill_text, listing

if TYPE_CHECKING:
    from core.data.review.outcome import Review

MOST_GROUPS = 5
"""Of a finding, in lines for people; --json names more."""

_SAID = {
    "keep": Text(en="Kept.", ko="그대로 두었습니다."),
    "drop": Text(en="Left out: {n}.", ko="뺀 사진: {n}장."),
    "move": Text(en="Moved to training: {n}.", ko="학습으로 옮긴 사진: {n}장."),
    "stretch": Text(en="Stretched: {n}.", ko="밝기를 늘린 사진: {n}장."),
}
_WOULD = {
    "drop": Text(
        en="--decide {key}=drop would leave {n} out.", ko="--decide {key}=drop 으로 {n}장을 뺄 수 있습니다."
    ),
    "move": Text(
        en="--decide {key}=move would move {n} to training.",
        ko="--decide {key}=move 로 {n}장을 학습으로 옮길 수 있습니다.",
    ),
    "stretch": Text(
        en="--decide {key}=stretch would stretch {n}.",
        ko="--decide {key}=stretch 로 {n}장의 밝기를 늘릴 수 있습니다.",
    ),
}


def add_decisions(parser: Parser) -> None:
    """--decide and --as-proposed."""
    parser.add_argument(
        "--decide",
        action="append",
        default=[],
        metavar="FINDING=CHOICE",
        help="what to do about a finding of the check, as leak=move or exact=drop; by default all is kept and told;"
        " may be repeated",
    )
    parser.add_argument(
        "--as-proposed",
        action="store_true",
        help="about all others do what the Data page proposes: leaks to training, of exact copies one stays, pictures that use few"
        " levels are stretched",
    )


def decisions_of(options: argparse.Namespace) -> dict[str, str]:
    """What --decide says.

    Raises:
        NotUnderstood.
    """
    decisions = {}
    for said in options.decide:
        finding, equals, choice = said.partition("=")
        if not equals:
            what = Text(en="a decision", ko="결정")
            raise NotUnderstood(value=said, what=what, form="conflict=drop")
        decisions[finding.strip()] = choice.strip()
    return decisions


def waiting_for_program(waiting_id: str, review: "Review") -> dict[str, Any]:
    """What --json says of an import that waits."""
    from core.data.review.decisions import reported

    staged, checked = review.staged, review.checked
    wanted = review.proposed()
    return {
        "id": waiting_id,
        "name": staged.name,
        "images": len(staged.names),
        "classes": staged.classes,
        "findings": [
            {name: value for name, value in one.items() if name != "chosen"}
            | {"proposed": wanted.get(one["key"])}
            for one in in_words(reported(staged, checked, {}))
        ],
        "said": [said[language()] for said in checked.said],
        "notes": [said[language()] for said in (*staged.notes, *staged.split_notes)],
        "left_out": [path for path, _ in staged.left_out],
        "why_left_out": left_out_in_words(staged.left_out),
        "probes": probes_in_words([probe.reported() for probe in checked.probes]),
    }


def left_out_in_words(left_out: Iterable[tuple[str, Text]]) -> list[dict[str, str]]:
    """What could not be taken, and why, in the language of the terminal."""
    return [{"path": path, "why": why[language()]} for path, why in left_out]


def probes_in_words(probes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """core.data.review.shortcut.Probe.reported in the language of the terminal."""
    return [one | {"said": one["said"][language()]} for one in probes]


def in_words(report: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """core.data.review.decisions.reported in the language of the terminal."""
    return [one | {key: one[key][language()] for key in ("said", "why")} for one in report]


def tell(report: Sequence[dict[str, Any]], done: bool) -> None:
    """The findings for people: what was found, why it matters, what was done, and which files these are.

    Args:
        report: of core.data.review.decisions.reported.
        done: whether it was done, and not only proposed.
    """
    for one in in_words(report):
        note(f"! {one['said']}")
        note(f"  {one['why']}")
        line = []
        if done and one["choices"]:
            n = f"{one['would'].get(one['chosen'], 0):,}"
            line.append(fill_text(_SAID[one["chosen"]], n=n)[language()])
        line += [
            fill_text(_WOULD[choice], key=one["key"], n=f"{n:,}")[language()]
            for choice, n in one["would"].items()
            if not (done and choice == one["chosen"])
        ]
        if line:
            note(f"  {' '.join(line)}")
        for group in one["files"][:MOST_GROUPS]:
            note(f"    {listing(group)}")
        unnamed = one["more"] + sum(map(len, one["files"][MOST_GROUPS:]))
        if unnamed:
            more = Text(en="and {n} more", ko="그 밖에 {n}개")
            note(f"    {fill_text(more, n=f'{unnamed:,}')[language()]}")
