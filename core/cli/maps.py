"""The command that says what the maps of a run come to: maps."""

import argparse
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.cli.maps_of_study import print_study, study_of, use_or_why
from core.cli.options import add_command, language, note, number, print_json, print_table
from core.cli.waiting import open_workspace, watched
from core.errors import (
    MapsDropped,
    NoStudy,
    NotTested,
    PredictionsOnly,
    UnknownName,
    WithoutMaps,
)
from core.progress import part
from core.words import Text, fill_text, listing

if TYPE_CHECKING:
    from core.data.dataset import DataSet
    from core.evaluation.joined import JoinedEvaluation
    from core.evaluation.map_use import Use
    from core.runs.runs import Run


def add_commands(commands: Any) -> None:
    """maps."""
    parser = add_command(
        commands,
        "maps",
        maps,
        "Say how far noise moves the maps of a tested run, how much of a picture it uses, and whether the maps are to be "
        "believed.",
        epilog="Drift compares the maps of one class, clean and noisy, and stands beside what unrelated pictures give. "
        "Occlusion: accuracy with each sixteenth of the pictures hidden. Sanity: rank correlation with the maps of the "
        "same network with random weights, near 0 where maps tell what was learned. What is reckoned with the network is kept "
        "with the run, as the page Grad-CAM keeps it. In the JSON null says that there is no such number; why is on stderr.",
    )
    parser.add_argument(
        "trained", metavar="RUN", help="a tested run, by its name on the screens or here, or its ID"
    )
    parser.add_argument("--noise", metavar="K", help="drift of this noise alone")
    parser.add_argument(
        "--severity", type=number("a severity"), metavar="N", help="and at this severity alone"
    )
    parser.add_argument(
        "--study",
        action="store_true",
        help="beside it the other runs of its study: what its ways of training differ in, in words, with how sure that is",
    )


def _cells(evaluation: "JoinedEvaluation", noise: str | None, severity: int | None) -> dict[str, list[int]]:
    """The tested severities of each noise that is asked for."""
    if noise is not None and noise not in evaluation.noises:
        raise UnknownName(Text(en="tested noise", ko="시험한 노이즈"), noise, evaluation.noises)
    found = {}
    for one in evaluation.noises:
        levels = [level for level in evaluation.severities_of(one) if severity in (None, level)]
        if levels and noise in (None, one):
            found[one] = levels
    if not found:
        raise UnknownName(
            Text(en="tested severity", ko="시험한 강도"),
            str(severity),
            [str(level) for level in evaluation.severities],
        )
    return found


def _said(value: Any) -> dict[str, Any]:
    """A named tuple as JSON has it: no NaN."""
    return {
        key: None if isinstance(one, float) and math.isnan(one) else one
        for key, one in value._asdict().items()
    }


def maps(options: argparse.Namespace) -> int:
    """Print what a run's maps come to."""
    from core.data.dataset import list_data_sets
    from core.evaluation.joined import joined_evaluations, tested_set
    from core.evaluation.map_numbers import drift_of
    from core.runs.runs import open_run

    workspace = open_workspace()
    run = open_run(workspace, options.trained)
    if run.without_maps:
        raise (PredictionsOnly if run.answers_alone else WithoutMaps)(name=run.label)
    tests = joined_evaluations(workspace, run, quick=True)
    if not tests:
        raise NotTested(name=run.label)
    test = tests[0]
    if not all(part.facts.maps for part in test.parts):
        raise MapsDropped(name=run.label)
    if options.study and run.study_id is None:
        raise NoStudy(name=run.label)
    found: dict[str, Any] = {"run": run.id, "drift": {}, "drift_true": {}}
    cells = _cells(test, options.noise, options.severity)
    with watched() as progress:
        for place, (noise, levels) in enumerate(cells.items()):
            progress(0.5 * place / len(cells), Text(en="Comparing maps", ko="지도를 견주는 중"))
            asked = [(noise, level) for level in levels]
            found["drift"][noise] = _said(drift_of(test, asked))
            found["drift_true"][noise] = _said(drift_of(test, asked, "truth"))
        data_set = tested_set(run, test, list_data_sets(workspace))
        if isinstance(data_set, str):
            _without_pictures(found, run, test, data_set)
        else:
            use = use_or_why(run, test, data_set, part(progress, 0.5, 0.6 if options.study else 1.0))
            _with_pictures(found, run, test, data_set, use)
            if options.study:
                found["study"] = study_of(workspace, run, test, data_set, part(progress, 0.6, 1.0))
    _say_missing(found)
    if options.json:
        print_json(found)
        return 0
    _print(found)
    return 0


def _without_pictures(found: dict[str, Any], run: "Run", test: "JoinedEvaluation", why: str) -> None:
    """What the rows of the test alone tell."""
    from core.evaluation.map_numbers import area_of

    found |= {"area": _said(area_of(test)), "occlusion": None, "in_mask": None, "sanity": None}
    gone = fill_text(_GONE[why], name=run.label)
    note(f"occlusion, in_mask, sanity: {gone[language()]}")


def _with_pictures(
    found: dict[str, Any], run: "Run", test: "JoinedEvaluation", data_set: "DataSet", use: "Use | None"
) -> None:
    from core.evaluation.map_numbers import area_of, in_mask_of

    if use is None:
        inside = in_mask_of(test, data_set)
        found |= {"area": _said(area_of(test)), "occlusion": None, "sanity": None}
        found["in_mask"] = None if inside is None else _said(inside)
    else:
        found["area"] = {"mean": use.area, "low": use.area_low, "high": use.area_high, "n": use.area_n}
        found["occlusion"] = {
            "mean": use.hidden_mean,
            "worst": use.hidden_worst,
            "clean": use.clean,
            "n": use.hidden_n,
        }
        found["in_mask"] = (
            None if use.peak is None else {"share": use.peak, "chance": use.peak_chance, "n": use.peak_n}
        )
        found["sanity"] = {"randomised": use.randomised, "n": use.randomised_n}
    if found["in_mask"] is None:
        why = _NO_MASKS if data_set.masks is None else _NONE_CHANGED
        note(f"in_mask: {fill_text(why, name=run.label)[language()]}")


_GONE = {
    "deleted": Text(
        en='the data set of the run "{name}" has been deleted.', ko='"{name}"의 데이터 세트가 삭제되었습니다.'
    ),
    "changed": Text(
        en='the data set of the run "{name}" is not the one that it was tested on any more.',
        ko='"{name}"의 데이터 세트가 시험한 때와 달라졌습니다.',
    ),
}
_NO_MASKS = Text(
    en='of the pictures of the run "{name}" it is not known where something was changed: there are no masks.',
    ko='"{name}"의 사진에서 어디가 바뀌었는지 알 수 없습니다. 마스크가 없습니다.',
)
_NONE_CHANGED = Text(
    en='no picture in which something was changed was read right by the run "{name}" with a place that speaks for its answer.',
    ko='바뀐 곳이 있는 사진 가운데 "{name}"{name:-이/가} 맞히면서 근거가 된 자리가 있는 사진이 없습니다.',
)
_NULL: dict[str, tuple[Callable[[dict[str, Any]], list[str]], Text]] = {
    "changed": (
        lambda found: _lacking(found["drift"], "changed"),
        Text(
            en="no answer was changed, or no map of one can be compared",
            ko="답이 바뀐 사진이 없거나 견줄 지도가 없습니다",
        ),
    ),
    "kept": (
        lambda found: _lacking(found["drift"], "kept"),
        Text(
            en="no answer stayed, or no map of one can be compared",
            ko="답이 그대로인 사진이 없거나 견줄 지도가 없습니다",
        ),
    ),
    "drift": (
        lambda found: _lacking(found["drift"], "spearman"),
        Text(en="the maps tell no place from another", ko="지도가 어느 자리나 똑같아 견줄 수 없습니다"),
    ),
    "drift_true": (
        lambda found: _lacking(found["drift_true"], "spearman"),
        Text(
            en="no map of the true class is kept, or it tells no place from another",
            ko="정답 클래스의 지도가 없거나, 어느 자리나 똑같아 견줄 수 없습니다",
        ),
    ),
    "overlap": (
        lambda found: _lacking(found["drift"], "overlap"),
        Text(en="no place speaks for the answers", ko="답의 근거가 된 자리가 없습니다"),
    ),
    "area": (
        lambda found: ["mean"] if found["area"]["mean"] is None else [],
        Text(en="no place speaks for the answers", ko="답의 근거가 된 자리가 없습니다"),
    ),
    "sanity": (
        lambda found: ["randomised"] if found["sanity"] and found["sanity"]["randomised"] is None else [],
        Text(en="the maps tell no place from another", ko="지도가 어느 자리나 똑같아 견줄 수 없습니다"),
    ),
}
"""What may be null for a reason in the maps themselves: where it is, and why."""


def _lacking(drifts: dict[str, dict[str, Any]], key: str) -> list[str]:
    return [noise for noise, one in drifts.items() if one[key] is None]


def _say_missing(found: dict[str, Any]) -> None:
    for name, (where, why) in _NULL.items():
        if places := where(found):
            note(f"{name} ({listing(places)}): {why[language()]}.")


def _print(found: dict[str, Any]) -> None:
    rows = []
    for noise, one in found["drift"].items():
        true = found["drift_true"][noise]
        rows.append(
            [
                noise,
                *map(_short, [one[key] for key in _SHOWN]),
                *map(_short, [true[key] for key in _SHOWN[:2]]),
                one["n"],
            ]
        )
    heads = [
        "noise",
        "rank correlation",
        "unrelated",
        "overlap",
        "unrelated",
        "of the true class",
        "unrelated",
        "pairs",
    ]
    print_table(heads, rows)
    for key in ("area", "occlusion", "in_mask", "sanity"):
        if found[key] is not None:
            print(f"{key}: " + ", ".join(f"{name} {_number(one)}" for name, one in found[key].items()))
    if "study" in found:
        print_study(found["study"])


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


_SHOWN = ("spearman", "spearman_chance", "overlap", "chance")


def _number(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
