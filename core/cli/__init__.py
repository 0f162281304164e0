"""The same work without a browser: `python -m core --help`.

stdout carries the result, stderr all else. Exit code 0: done; 1: work that failed; 2: a mistake
that the user can mend. Heavy libraries are imported by the commands that need them.
"""

import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence

from core.cli import (
    data,
    elsewhere,
    films,
    maps,
    pictures,
    reports,
    reproducing,
    results,
    spectrum,
    studies,
    training,
    work,
)
from core.cli.options import Parser, language, note
from core.errors import NoiseLensError


def build_parser() -> Parser:
    """All commands with their options."""
    parser = Parser(
        prog="python -m core",
        description="NoiseLens without a browser: what noise does to an image classifier.",
        epilog="The workspace is $NOISELENS_HOME, by default the folder workspace/ of NoiseLens.",
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    pictures.add_commands(commands)
    films.add_commands(commands)
    data.add_commands(commands)
    work.add_commands(commands)
    results.add_commands(commands)
    spectrum.add_commands(commands)
    studies.add_commands(commands)
    training.add_commands(commands)
    elsewhere.add_commands(commands)
    maps.add_commands(commands)
    reports.add_commands(commands)
    reproducing.add_commands(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; returns the exit code."""
    _prepare()
    arguments = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in arguments
    try:
        options = build_parser().parse_args(arguments)
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Whoever read the result has enough; Python's own flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        note("Cancelled.")
        return 1
    except NoiseLensError as error:
        if debug:
            traceback.print_exc()
        note(error.say(language()))
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the user gets a sentence, with --debug the traceback
        if debug:
            traceback.print_exc()
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        note(f"Something unexpected went wrong ({said}). Run it again with --debug for details.")
        return 1


def _prepare() -> None:
    """UTF-8 whatever the console; Ctrl-C even for a command that a script started in the background.

    What `kill` and a terminal that closes send does as Ctrl-C does; nohup still keeps a command running.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is None or (name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN):
                continue
            signal.signal(number, signal.default_int_handler)
