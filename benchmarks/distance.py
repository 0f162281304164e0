"""Do noises that are further from a run's training cost it more? `python -m benchmarks.distance --home FOLDER [--data textures,objects32]`.

Trains a small CNN in some ways on each data set, in a workspace of its own (that of benchmarks.overlap will do), tests every run
under every noise, and measures how far each noise is from what the run was trained with (core.evaluation.distance). Built-in
sets are drawn where they are missing; others have been imported into the workspace. Writes results/distance.json: over all pairs of a
run and a noise that it has not seen the rank correlation of distance and of the accuracy that the noise costs, the same within
runs, and what seen, near and far noises cost. Sets that are not asked for keep their rows.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.overlap import WAYS, set_of, tested, trained
from benchmarks.written import RESULTS, write_results
from core.evaluation.distance_error import rank_interval
from core.noise.catalogue import CHOOSERS, CLEAN, all_noises
from core.progress import silent
from core.store import Workspace
from core.training.unseen import measured_distances


def pairs_of(workspace: Workspace, name: str, ways: list[str]) -> pd.DataFrame:
    """A row a run and noise: run, noise, distance, kind (seen, near, far), added (points of accuracy that it costs, 0..1)."""
    data_set = set_of(workspace, name)
    runs = [trained(workspace, data_set, way, 0) for way in ways]
    accuracy = tested(workspace, data_set, runs)
    noises = [entry.key for entry in all_noises() if entry.key not in CHOOSERS]
    rows = []
    for run in runs:
        found = measured_distances(workspace, run, noises, silent)
        clean = float(accuracy.loc[run.name, CLEAN])
        rows += [
            (run.name, noise, one.value, one.kind, clean - float(accuracy.loc[run.name, noise]))
            for noise, one in found.items()
        ]
        print(run.name, len(found), flush=True)
    return pd.DataFrame(rows, columns=["run", "noise", "distance", "kind", "added"])


def told(name: str, pairs: pd.DataFrame) -> dict[str, Any]:
    """The row of a data set."""
    unseen = pairs[pairs["kind"] != "seen"]

    def correlation(some: pd.DataFrame) -> float:
        return float(some["distance"].corr(some["added"], method="spearman"))

    whole = correlation(unseen)
    within_runs = [correlation(one) for _, one in unseen.groupby("run")]
    # Which of the runs holds under one noise, by how far it is from each.
    within_noises = [
        correlation(one)
        for _, one in unseen.groupby("noise")
        if one["distance"].nunique() > 2 and one["added"].nunique() > 2
    ]
    low, high = rank_interval(float(np.median(within_runs)), int(unseen["noise"].nunique()))
    return {
        "data": name,
        "runs": int(pairs["run"].nunique()),
        "pairs": len(unseen),
        "spearman": round(whole, 3),
        "within_a_run": round(float(np.median(within_runs)), 3),
        "within_a_run_low": round(low, 3),
        "within_a_run_high": round(high, 3),
        "noises": int(unseen["noise"].nunique()),
        "within_a_noise": round(float(np.median(within_noises)), 3) if within_noises else None,
        "added": {str(kind): round(float(one["added"].mean()), 4) for kind, one in pairs.groupby("kind")},
        "counts": {str(kind): len(one) for kind, one in pairs.groupby("kind")},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", required=True, type=Path)
    parser.add_argument("--data", default="textures,objects32")
    parser.add_argument("--ways", default=",".join(WAYS))
    options = parser.parse_args()
    workspace = Workspace.open(options.home)
    file = RESULTS / "distance.json"
    rows = {row["data"]: row for row in json.loads(file.read_text())["rows"]} if file.exists() else {}
    for name in options.data.split(","):
        rows[name] = told(name, pairs_of(workspace, name, options.ways.split(",")))
        print(rows[name], flush=True)
        write_results("distance", list(rows.values()), ["torch", "numpy", "scipy", "opencv-python-headless"])


if __name__ == "__main__":
    main()
