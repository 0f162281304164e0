"""How much of the picture the runs of a study use, for the command maps."""

from typing import TYPE_CHECKING, Any

from core.cli.options import language, note, print_table
from core.errors import BadCheckpoint, NotTrained
from core.progress import Report, part
from core.words import Text

if TYPE_CHECKING:
    from core.data.dataset import DataSet
    from core.evaluation.joined import JoinedEvaluation
    from core.evaluation.map_use import Use
    from core.evaluation.map_ways import Compared, Way
    from core.runs.runs import Run
    from core.store import Workspace


def use_or_why(run: "Run", test: "JoinedEvaluation", data_set: "DataSet", report: Report) -> "Use | None":
    """What is kept of a run, or else reckoned now and kept; None, and why on stderr, where there is no network to ask."""
    from core.evaluation.map_use import read_use

    kept = read_use(run, test, data_set)
    if kept is not None:
        return kept
    from core.evaluation.map_checks import use_of

    report(0.0, Text(en="Hiding parts", ko="부분을 가리는 중"))
    try:
        return use_of(run, test, data_set, report)
    except (NotTrained, BadCheckpoint) as error:
        note(f"occlusion, sanity: {error.say(language())}")
        return None


def study_of(
    workspace: "Workspace", run: "Run", test: "JoinedEvaluation", data_set: "DataSet", report: Report
) -> dict[str, Any]:
    """The ways of training of a run's study beside each other; what is missing of its runs is reckoned and kept."""
    from core.evaluation.dropped_maps import with_maps
    from core.evaluation.joined import evaluations_by_run
    from core.evaluation.map_ways import compared, on_the_same_pictures, told, under_noise, ways_of
    from core.runs.studies import runs_of

    assert run.study_id is not None
    runs = runs_of(workspace, run.study_id)
    tests = evaluations_by_run(workspace, runs, quick=True)
    beside = on_the_same_pictures(run, test, [(one, with_maps(tests.get(one.id, []))) for one in runs])
    known = []
    for place, (one, its) in enumerate(beside):
        ends = (place / len(beside), (place + 1) / len(beside))
        use = use_or_why(one, its, data_set, part(report, *ends))
        if use is not None:
            known.append((one, its, use))
    noisy = under_noise([(one, its) for one, its, _ in known])
    ways = ways_of([(one, use, right) for (one, _, use), right in zip(known, noisy, strict=True)])
    by_way = {id(one.way): one for one in compared(ways)}
    return {
        "id": run.study_id,
        "ways": [_way(one, by_way.get(id(one))) for one in ways],
        "said": told(ways),
    }


def _way(way: "Way", beside: "Compared | None") -> dict[str, Any]:
    from core.evaluation.map_ways import FIGURES

    said: dict[str, Any] = {"label": way.label, "clean": way.clean, "seeds": len(way.uses)}
    for name in FIGURES:
        values = way.values(name)
        if not values:
            said[name] = None
            continue
        said[name] = {"mean": way.mean(name), "sd": way.spread(name), "values": values}
        if beside is not None and name in beside.apart:
            apart = beside.apart[name]
            said[name]["apart"] = {
                "mean": apart.mean,
                "low": apart.low,
                "high": apart.high,
                "p": apart.p,
                "p_holm": beside.p_holm[name],
                "sure": beside.sure(name) != 0,
            }
    said["peak_chance"] = way.peak_chance
    return said


def print_study(study: dict[str, Any]) -> None:
    from core.evaluation.map_ways import FIGURES

    print()
    rows = [
        [one["label"][language()], one["seeds"], *(_spread(one[name]) for name in FIGURES)]
        for one in study["ways"]
    ]
    print_table(["way", "seeds", *FIGURES], rows)
    for sentence in study["said"]:
        print(sentence[language()])


def _spread(figure: dict[str, Any] | None) -> str:
    """Per cent, and the standard deviation over seeds."""
    if figure is None:
        return "–"
    spread = "" if figure["sd"] is None else f" ± {100 * figure['sd']:.1f}"
    return f"{100 * figure['mean']:.1f}{spread}"
