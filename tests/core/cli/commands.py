"""The commands of the command line, as its parser knows them."""

import argparse
from collections.abc import Iterator

from core.cli import build_parser


def _groups(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def every_command() -> dict[str, argparse.ArgumentParser]:
    """Each command by its words, such as "data import"; those that only hold others are among them."""
    found = {}
    for name, parser in _groups(build_parser()):
        found[name] = parser
        found |= {f"{name} {inner}": below for inner, below in _groups(parser)}
    return found


def commands_that_run() -> list[str]:
    """Those that do something by themselves."""
    return [name for name, parser in every_command().items() if parser.get_default("run") is not None]
