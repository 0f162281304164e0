"""What the commands share: words about mistakes, noises with their own options, output."""

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

from core.errors import NotUnderstood, OutOfRange, UserMistake
from core.noise.catalogue import checked_table
from core.noise.stack import LARGEST_SEED, Layer
from core.words import Language, Text

N = TypeVar("N", int, float)


class BadUsage(UserMistake):
    """Options that do not fit together."""

    text = Text(en="{what}. See: {command} --help", ko="{what}. 도움말: {command} --help")


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        raise BadUsage(what=message[:1].upper() + " ".join(message[1:].split()), command=self.prog)


def add_command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int] | None, help: str, **options: Any
) -> Parser:
    """A command with the options that all have; `run` takes the options and returns the exit code."""
    # argparse formats the help of a list of commands, and a description only where it names the program.
    parser: Parser = commands.add_parser(name, help=help.replace("%", "%%"), description=help, **options)
    parser.add_argument(
        "--debug", action="store_true", default=argparse.SUPPRESS, help="show the traceback of an error"
    )
    if run is not None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.set_defaults(run=run)
    return parser


class _Noise(argparse.Action):
    def __call__(self, parser: Any, options: argparse.Namespace, value: Any, option: Any = None) -> None:
        options.noise = [*(options.noise or []), {"key": value, "severity": None, "params": {}}]


class _OfNoise(argparse.Action):
    """Belongs to the --noise before it."""

    def __call__(self, parser: Any, options: argparse.Namespace, value: Any, option: Any = None) -> None:
        if not options.noise:
            parser.error(f"{option} must follow the --noise that it is for")
        entry = options.noise[-1]
        if self.dest == "severity":
            if entry["severity"] is not None:
                parser.error(f"{entry['key']} has two severities")
            entry["severity"] = value
        else:
            name, value = value
            if name in entry["params"]:
                parser.error(f"{entry['key']} has {name} twice")
            entry["params"][name] = value
        if entry["severity"] is not None and entry["params"]:
            parser.error(f"{entry['key']} takes a --severity or a --param, not both")


def add_noises(parser: Parser) -> None:
    """--noise, each with its own --severity or --param; --table, --seed, --index."""
    parser.add_argument(
        "--noise",
        action=_Noise,
        metavar="KEY",
        help="a noise; repeat it for a stack, applied in order. Without --severity or --param it takes its defaults",
    )
    parser.add_argument(
        "--severity",
        action=_OfNoise,
        type=number("a severity"),
        metavar="1..5",
        help="of the noise before it",
    )
    parser.add_argument(
        "--param",
        action=_OfNoise,
        type=_param,
        metavar="NAME=VALUE",
        help="of the noise before it; may be repeated",
    )
    parser.add_argument(
        "--table",
        metavar="TABLE",
        help="severity table: imagenet_c (default for photos), tiny_imagenet_c or cifar_10_c",
    )
    parser.add_argument(
        "--seed", type=number("a seed"), default=None, metavar="N", help="of all chance; default 0"
    )
    parser.add_argument(
        "--index", type=number("an index"), default=None, metavar="N", help="number of the picture; default 0"
    )


def stack_of(options: argparse.Namespace, table: str = "imagenet_c") -> list[Layer]:
    """The noises asked for, checked; a seed or index that was not given becomes 0 in `options`.

    Raises:
        UserMistake: an unknown noise or parameter, a value out of range.
    """
    for name in ("seed", "index"):
        value = getattr(options, name) or 0
        setattr(options, name, value)
        if not 0 <= value <= LARGEST_SEED:
            what = Text(en=f"The {name}", ko={"seed": "시드", "index": "사진 번호"}[name])
            raise OutOfRange(what=what, lowest=0, highest=LARGEST_SEED, value=value)
    chosen = checked_table(options.table or table)
    return [
        Layer.make(entry["key"], entry["params"])
        if entry["severity"] is None
        else Layer.at_severity(entry["key"], entry["severity"], chosen)
        for entry in options.noise or []
    ]


def number(what: str) -> Callable[[str], int]:
    """Reads a whole number; the mistake is worded by us."""
    return _reads(int, Text(en=what, ko="정수"), "3")


def decimal(what: str) -> Callable[[str], float]:
    """The same for a number that need not be whole."""
    return _reads(float, Text(en=what, ko="수"), "0.5")


def _reads(kind: Callable[[str], N], what: Text, form: str) -> Callable[[str], N]:
    def read(text: str) -> N:
        try:
            return kind(text)
        except ValueError:
            raise NotUnderstood(value=text, what=what, form=form) from None

    return read


def _param(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        what = Text(en="a parameter", ko="매개변수")
        raise NotUnderstood(value=text, what=what, form="sd=0.1")
    return name.strip(), value.strip()


def severities(text: str) -> list[int]:
    """Reads "1-5", "3" or "1,3,5"; the numbers themselves are checked where they are used."""
    found: list[int] = []
    try:
        for piece in text.split(","):
            low, _, high = piece.partition("-")
            first, last = int(low), int(high or low)
            if not 1 <= first <= last <= 5:
                raise OutOfRange(what=Text(en="The severity", ko="강도"), lowest=1, highest=5, value=piece)
            found += range(first, last + 1)
    except ValueError:
        what = Text(en="severities", ko="강도")
        raise NotUnderstood(value=text, what=what, form="1-5") from None
    return found


def language() -> Language:
    """The language of the terminal."""
    chosen = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    return "ko" if chosen.lower().startswith("ko") else "en"


def note(text: str) -> None:
    """One line on stderr."""
    print(text, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """The result for machines, on one line."""
    print(json.dumps(value, ensure_ascii=False))


def plain_row(row: dict[Any, Any]) -> dict[str, Any]:
    """A table's row as JSON has it: no NumPy, and nothing in the place of what is no number."""
    return {str(key): _number(value) for key, value in row.items()}


def _number(value: Any) -> Any:
    found = value.item() if hasattr(value, "item") else value
    return None if isinstance(found, float) and math.isnan(found) else found


def print_table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The result for people, in columns."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
