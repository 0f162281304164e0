"""The command that says what the maps of a run come to: maps."""

import argparse
import math
from typing import TYPE_CHECKING, Any

from core.cli.options import add_command, language, note, number, print_json, print_table
from core.cli.waiting import open_workspace, watched
from core.errors import (
    DataSetDeleted,
    MapsDropped,
    NotTested,
    PredictionsOnly,
    UnknownName,
    WithoutMaps,
)
from core.words import Text

if TYPE_CHECKING:
    from core.evaluation.joined import JoinedEvaluation


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
        "same network with random weights, near 0 where maps tell what was learned.",
    )
    parser.add_argument(
        "trained", metavar="RUN", help="a tested run, by its name on the screens or here, or its ID"
    )
    parser.add_argument("--noise", metavar="K", help="drift of this noise alone")
    parser.add_argument(
        "--severity", type=number("a severity"), metavar="N", help="and at this severity alone"
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
    from core.evaluation.map_numbers import area_of, drift_of, in_mask_of
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
    found: dict[str, Any] = {"run": run.id, "drift": {}}
    cells = _cells(test, options.noise, options.severity)
    with watched() as progress:
        for place, (noise, levels) in enumerate(cells.items()):
            progress(0.7 * place / len(cells), Text(en="Comparing maps", ko="지도를 견주는 중"))
            found["drift"][noise] = _said(drift_of(test, [(noise, level) for level in levels]))
        found["area"] = _said(area_of(test))
        data_set = tested_set(run, test, list_data_sets(workspace))
        if isinstance(data_set, str):
            note(DataSetDeleted(name=run.label).say(language()))
        else:
            from core.evaluation.map_checks import occlusion_of, sanity_of
            from core.networks.loading import choose_device, load_run_network
            from core.progress import part

            network = load_run_network(run, choose_device("auto"))
            indices = data_set.indices(test.parts[0].facts.split)
            inside = in_mask_of(test, data_set)
            if inside is not None:
                found["in_mask"] = _said(inside)
            progress(0.7, Text(en="Hiding parts", ko="부분을 가리는 중"))
            found["occlusion"] = _said(occlusion_of(network, data_set, indices, part(progress, 0.7, 0.95)))
            found["sanity"] = _said(sanity_of(network, data_set, indices))
    if options.json:
        print_json(found)
        return 0
    rows = [
        [noise, *(f"{one[key]:.2f}" if one[key] is not None else "–" for key in _SHOWN), one["n"]]
        for noise, one in found["drift"].items()
    ]
    print_table(["noise", "rank correlation", "unrelated", "overlap", "unrelated", "pairs"], rows)
    for key in ("area", "occlusion", "in_mask", "sanity"):
        if key in found:
            print(f"{key}: " + ", ".join(f"{name} {_number(one)}" for name, one in found[key].items()))
    return 0


_SHOWN = ("spearman", "spearman_chance", "overlap", "chance")


def _number(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
