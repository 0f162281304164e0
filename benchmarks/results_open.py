"""How soon a test of 10,000 pictures and 100 cells is there for Results: from its small files, and from all its rows.

Makes such an evaluation without training: random answers and maps. Both ways are timed side by side, in turns; reading
is from a warm disk cache. `python -m benchmarks.results_open`, two minutes.
"""

import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from core.evaluation.answers import Answers, row_columns, stored_answers, stored_cells, write_answers
from core.evaluation.comparison import EvaluatedRun, compare
from core.evaluation.metrics import cell_table
from core.evaluation.predictions import PredictionsWriter, schema
from core.noise.catalogue import all_noises
from core.store import EvaluationFolder
from core.words import plain

ROOT = Path(__file__).resolve().parent.parent
PICTURES, NOISES, REPEATS, SIDE = 10_000, 20, 5, 4


def make(folder: EvaluationFolder) -> None:
    """Rows of 20 noises at five severities and of clean pictures, with maps of 4 x 4."""
    rng = np.random.default_rng(0)
    fields = schema((SIDE, SIDE))
    truth = np.arange(PICTURES, dtype=np.int16) % 10
    cells = [("clean", 0), *((one.key, level) for one in all_noises()[:NOISES] for level in range(1, 6))]
    with PredictionsWriter(folder.predictions) as writer:
        for noise, severity in cells:
            wrong = rng.random(PICTURES) < 0.1 + 0.1 * severity
            maps = [rng.bytes(2 * SIDE * SIDE) for _ in range(PICTURES)]
            columns = [
                np.arange(PICTURES, dtype=np.int32),
                [noise] * PICTURES,
                np.full(PICTURES, severity, np.int8),
                truth,
                np.where(wrong, (truth + 1) % 10, truth).astype(np.int16),
                rng.random(PICTURES).astype(np.float32),
                list(rng.random((PICTURES, 10)).astype(np.float32)),
                maps,
                maps,
            ]
            arrays = [pa.array(one, field.type) for one, field in zip(columns, fields, strict=True)]
            writer.add(pa.RecordBatch.from_arrays(arrays, schema=fields))


def opened(answers: Answers) -> list[float]:
    """What Results works out of them."""
    (arm,) = compare([EvaluatedRun("a", "a", plain("a"), (), answers)]).arms
    return [arm.under().mean, arm.lost_to().low, *arm.cells["accuracy"]]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = EvaluationFolder(Path(place))
        make(folder)
        write_answers(folder)
        few = row_columns()
        cases: dict[str, tuple[Callable[[], Any], str, Callable[[], Any]]] = {
            "table of cells": (
                lambda: stored_cells(folder)["accuracy"].tolist(),
                "all rows, needed columns",
                lambda: cell_table(pd.read_parquet(folder.predictions, columns=few))["accuracy"].tolist(),
            ),
            "comparison with paired intervals": (
                lambda: opened(stored_answers(folder)),
                "all rows, needed columns",
                lambda: opened(Answers.of(pd.read_parquet(folder.predictions, columns=few))),
            ),
        }
        rows = []
        for case, (ours, peer_name, peer) in cases.items():
            pairs = [(timed(ours), timed(peer)) for _ in range(REPEATS)]
            mine, theirs = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
            rows.append(
                {
                    "case": f"{PICTURES:,} pictures x {5 * NOISES} cells: {case}",
                    "ours": round(1000 * mine, 1),
                    "peer": round(1000 * theirs, 1),
                    "peer_name": peer_name,
                    "unit": "ms",
                    "ratio": round(theirs / mine, 2),
                    "same_result": all(bool(np.allclose(a[1], b[1])) for a, b in pairs),
                }
            )
        sizes = {
            file.name: file.stat().st_size for file in (folder.cells, folder.answers, folder.predictions)
        }
        made = timed(lambda: write_answers(folder))[0]
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "load": round(os.getloadavg()[0], 1)}
    results = {"machine": machine, "bytes": sizes, "made_anew_ms": round(1000 * made, 1), "rows": rows}
    print(json.dumps(results, indent=1))
    target = ROOT / "benchmarks" / "results" / "results_open.json"
    target.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
