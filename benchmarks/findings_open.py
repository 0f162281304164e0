"""How long what the numbers mean takes to reckon: two tests of 10,000 pictures, 20 noises and five severities, made without training.

    python -m benchmarks.findings_open

Each row is one thing that a tab of Results reckons once and keeps, from a warm disk cache, the median of REPEATS: seconds that pass,
and seconds of the processor, which say the same where others use it, too. There is no other way to compare with: the aim is the second
in which a tab is to open. A minute.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.results_open import NOISES, PICTURES, make_data, make_run
from benchmarks.written import write_results
from core.data.dataset import list_data_sets
from core.evaluation.arms import evaluated_run
from core.evaluation.clean_noisy import clean_and_noisy_runs
from core.evaluation.comparison import compare
from core.evaluation.findings import findings
from core.evaluation.findings.evidence import evidence_of
from core.evaluation.joined import latest_joined, read_joined, tested_set
from core.evaluation.prediction_bias import answer_shares, scores_of
from core.evaluation.stored_answers import joined_answers
from core.noise.catalogue import all_noises
from core.runs.runs import list_runs
from core.store import Workspace

REPEATS = 3


def timed(what: str, make: Callable[[], Any]) -> dict[str, Any]:
    """A row of the results."""
    took = []
    for _ in range(REPEATS):
        start, processor = time.perf_counter(), time.process_time()
        make()
        took.append((time.perf_counter() - start, time.process_time() - processor))
    wall, cpu = (statistics.median(one) for one in zip(*took, strict=True))
    row = {
        "what": what,
        "pictures": PICTURES,
        "cells": 5 * NOISES,
        "seconds": round(wall, 3),
        "cpu_seconds": round(cpu, 3),
    }
    print(row)
    return row


def main() -> None:
    """Measure and write."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["NOISELENS_HOME"] = home
        workspace = Workspace.open(Path(home))
        data_set = make_data(workspace)
        noises = [entry.key for entry in all_noises() if not entry.held_out][:NOISES]
        for name in ("first", "second"):
            make_run(workspace, data_set, name, noises)
        workspace.close()
        workspace = Workspace.open(Path(home))
        chosen = [
            (run, test) for run in list_runs(workspace) if (test := latest_joined(workspace, run)) is not None
        ]
        answers = [joined_answers(test) for _, test in chosen]
        comparison = compare([evaluated_run(*pair, own) for pair, own in zip(chosen, answers, strict=True)])
        sets = list_data_sets(workspace)
        where = [tested_set(run, test, sets) for run, test in chosen]
        cells = {("clean", 0), *comparison.cells}
        evidence = evidence_of(workspace, comparison, chosen, answers, where)
        columns = ["noise", "severity", "truth", "prediction", "confidence"]
        rows = [
            timed("all findings of two runs", lambda: findings(evidence)),
            timed(
                "answers by class of one run, read and counted",
                lambda: answer_shares(read_joined(chosen[0][1], columns[:4], cells), 10, PICTURES),
            ),
            timed(
                "scores of one noise, read and counted",
                lambda: scores_of(read_joined(chosen[0][1], columns, comparison.cells[:5])),
            ),
            timed(
                "clean against noisy of two runs",
                lambda: clean_and_noisy_runs(
                    [(run, own) for (run, _), own in zip(chosen, answers, strict=True)], comparison.cells
                ),
            ),
        ]
        workspace.close()
    write_results("findings_open", rows, ["numpy", "pandas", "pyarrow"])


if __name__ == "__main__":
    main()
