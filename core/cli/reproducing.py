"""The command that makes a run again and lays it beside the first: reproduce."""

import argparse
from typing import TYPE_CHECKING, Any

from core.cli.options import add_command, language, note, print_json, print_table
from core.cli.waiting import open_workspace, wait
from core.words import Text, fill_text, rounded

if TYPE_CHECKING:
    from core.studies.reproduce import Number, Reproduction


def add_commands(commands: Any) -> None:
    """reproduce."""
    help = (
        "Train a run again from its recipe and test it as the first was tested, then lay the numbers of both beside each other. "
        "Ends with 1 where a number lies outside the first's 95 per cent interval. Refused where the data have changed."
    )
    parser = add_command(commands, "reproduce", reproduce, help)
    parser.add_argument("trained", metavar="RUN", help="a run, by its name on the screens or here, or its ID")
    parser.add_argument(
        "--beside",
        metavar="RUN",
        help="nothing is trained: compare with this run of the same recipe and data",
    )


def reproduce(options: argparse.Namespace) -> int:
    """Make a run again."""
    from core.runs.runs import open_run
    from core.studies.reproduce import repeat_of, repeats, reproduction, submit_repeat

    workspace = open_workspace()
    first = open_run(workspace, options.trained)
    if options.beside is not None:
        second = open_run(workspace, options.beside)
        if second.id not in {one.id for one in repeats(workspace, first)}:
            from core.errors import OtherRecipe

            raise OtherRecipe(name=second.label, first=first.label)
    else:
        repeat = repeat_of(workspace, first)
        low, high = (f"{max(1, round(seconds)):,}" for seconds in (repeat.time.low, repeat.time.high))
        said = Text(
            en="Training and testing “{name}” again, on this computer: about {time} s.",
            ko="“{name}”{name:-을/를} 이 컴퓨터에서 다시 학습하고 시험합니다. 약 {time}초.",
        )
        time = low if low == high else f"{low}-{high}"
        note(fill_text(said, name=first.label, time=time)[language()])
        second, job = submit_repeat(workspace, repeat)
        wait(workspace, job)
        second = open_run(workspace, second.id)
    found = reproduction(workspace, first, second)
    if options.json:
        print_json(_json(found))
    else:
        _print(found)
    return 1 if found.outside else 0


def _json(found: "Reproduction") -> dict[str, Any]:
    return {
        "first": found.first.id,
        "second": found.second.id,
        "identical": found.identical,
        "same_weights": found.same_weights,
        "answers": found.answers,
        "same_answers": found.same_answers,
        "exact_answers": found.exact_answers,
        "should_be_identical": found.should_be,
        "apart": [said[language()] for said in found.apart],
        "numbers": [
            {
                "key": one.key,
                "first": one.first,
                "second": one.second,
                "difference": one.difference,
                "low": one.low,
                "high": one.high,
                "within": one.within,
            }
            for one in found.numbers
        ],
    }


def _print(found: "Reproduction") -> None:
    print(found.sentence[language()])
    print(found.expected[language()])
    for said in found.apart:
        print(f"  {said[language()]}")
    print()
    head = ["", found.first.name, found.second.name, "difference", "95 % interval of the first", "within"]
    print_table(head, [_row(one) for one in found.numbers])


def _row(one: "Number") -> list[str]:
    numbers = [rounded(one.first, 1), rounded(one.second, 1), signed(one.difference)]
    if one.low is None or one.high is None:
        return [one.name[language()], *numbers, "", ""]
    interval = f"{rounded(one.low, 1)} to {rounded(one.high, 1)}"
    return [one.name[language()], *numbers, interval, "yes" if one.within else "no"]


def signed(points: float) -> str:
    """ "+1.2", "-0.3", "0.0"."""
    said = rounded(points, 1)
    return f"+{said}" if points > 0 and float(said) else said
