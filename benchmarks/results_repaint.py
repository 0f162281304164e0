"""What a change of a filter on Results has the server reckon and draw: 10,000 pictures x 100 cells, eight runs, groups of seeds.

    python -m benchmarks.results_repaint

In processor time, which other work on the machine lengthens little, beside the 300 ms that are aimed at; the browser's part is in
`benchmarks.results_open`. A first look at the filter each time: what has been looked at before is kept, and takes nothing.
`same_result`: the mean over noises that the chart draws is that of the sentence. Half a minute.
"""

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go

from benchmarks.results_open import NOISES, REPEATS, make_data, make_run, row
from benchmarks.written import RESULTS, write_results
from core.charts.drawing import Palette
from core.charts.rows import Means, measured_rows
from core.charts.runs import Mark, Seed, Series
from core.charts.severities import severity_panels
from core.evaluation.arms import EvaluatedRun
from core.evaluation.comparison import Comparison, compare
from core.evaluation.details import details
from core.evaluation.grouped import Seeds, grouped
from core.evaluation.headline import headline
from core.evaluation.means import ALL, MeanOf, families_of, means_of, with_means
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.stored_answers import stored_answers
from core.folders import EvaluationFolder
from core.noise.catalogue import all_noises
from core.store import Workspace
from core.words import plain

AIM = 0.3
"""s."""


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """The least processor time of a few tries, s, and what came of it."""
    took, found = [], None
    for _ in range(REPEATS):
        started = time.process_time()
        found = work()
        took.append(time.process_time() - started)
    return min(took), found


def said(comparison: Comparison) -> None:
    """The sentence and what stands below it."""
    headline(comparison)
    details(comparison)


def drawn(comparison: Comparison) -> float:
    """Noise by noise, as the page sends it to the browser; the mean of the first run that is drawn."""
    means = [*means_of(comparison.in_means), *families_of(comparison.in_means)]
    series = [
        Series(
            arm.name,
            Mark("#2E4AEA"),
            with_means(arm.by_noise, means, arm),
            seeds=[Seed(one.name, with_means(one.by_noise, means)) for one in arm.seeds],
        )
        for arm in comparison.arms
    ]
    keys = [*(one.key for one in means), *comparison.noises]
    figure = measured_rows(Palette(), ACCURACY, series, 0.1, keys, means=_labels(means))
    figure.to_json()
    return _drawn_mean(figure)


def _labels(means: Sequence[MeanOf]) -> Means:
    return Means({one.key: one.label["en"] for one in means}, {one.key: len(one.noises) for one in means})


def _drawn_mean(figure: go.Figure) -> float:
    marks = next(one for one in figure.data if one.customdata is not None)
    return float(next(x for x, (key, _) in zip(marks.x, marks.customdata, strict=True) if key == ALL))


def panels(comparison: Comparison) -> float:
    """Severity by severity; the mean of the first run."""
    series = [Series(arm.name, Mark("#2E4AEA"), arm.cells) for arm in comparison.arms]
    severity_panels(Palette(), ACCURACY, series, 0.1, comparison.noises).to_json()
    return comparison.arms[0].under().mean


def rows_of(folder: EvaluationFolder, noises: Sequence[str]) -> list[dict[str, Any]]:
    answers = stored_answers(folder)
    runs = [EvaluatedRun(str(number), str(number), plain(str(number)), (), answers) for number in range(8)]
    seeds = [Seeds(name, plain(name), tuple(ids)) for name, ids in (("a", "012"), ("b", "345"))]
    five = frozenset(noises[:5])
    views: dict[str, Callable[[], Comparison]] = {
        "1 run, another severity": lambda: compare(runs[:1], [3]),
        "3 runs, five noises": lambda: compare(runs[:3], only=five),
        "8 runs, another severity": lambda: compare(runs, [3]),
        "8 runs, five noises": lambda: compare(runs, only=five),
        "8 runs, pictures of one class": lambda: compare(runs, classes=(3,)),
        "2 groups of 3 seeds, another severity": lambda: grouped(compare(runs[:6], [3]), seeds),
    }
    found = []
    for case, look in views.items():

        def work(look: Callable[[], Comparison] = look) -> tuple[float, float]:
            comparison = look()
            said(comparison)
            return drawn(comparison), comparison.arms[0].under().mean

        took, (chart, sentence) = cpu(work)
        found.append((f"noise by noise, {case}", took, bool(np.isclose(chart, sentence))))
    whole = compare(runs[:3])
    took, mean = cpu(lambda: panels(whole))
    found.append(("severity by severity, 3 runs", took, bool(np.isclose(mean, whole.arms[0].under().mean))))
    return [
        row(f"{case}, CPU time", took, AIM, "the 300 ms that are aimed at", same)
        for case, took, same in found
    ]


def main() -> None:
    noises = [noise.key for noise in all_noises()][:NOISES]
    with tempfile.TemporaryDirectory() as place:
        workspace = Workspace.open(Path(place) / "home")
        folder = make_run(workspace, make_data(workspace), "large", noises)
        rows = rows_of(folder, noises)
        workspace.close()
    write_results("results_repaint", rows, ["numpy", "pandas", "plotly"])
    print(json.dumps(rows, indent=1))
    print(RESULTS / "results_repaint.json")


if __name__ == "__main__":
    main()
