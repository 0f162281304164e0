"""The figures that the built-in `faces` must reach: `python -m benchmarks.demo_figures [--seeds 0,1,2]`.

Trains the small CNN clean and noise-trained, with the defaults of `data make faces`, and evaluates both
on the test split, in a workspace of its own. Prints a table, writes results/demo_figures.json.
"""

import argparse
import json
import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.data.builtin.job import make
from core.data.dataset import DataSet
from core.evaluation.evaluate import evaluate_runs
from core.evaluation.metrics import cell_table
from core.noise.mix import Mix
from core.progress import silent
from core.runs.entering import create_run
from core.runs.evaluations import Evaluation, read_predictions
from core.runs.recipe import Recipe
from core.runs.runs import open_run
from core.store import Workspace
from core.training.job import train_run

RESULT = Path(__file__).parent / "results" / "demo_figures.json"
NOISES = ("gaussian_noise", "salt_pepper")
MIX = ("gaussian_noise:0.5:1-5", "salt_pepper:0.3:1-5")
HARD = (3, 4, 5)
WANTED = {"clean": 0.93, "noise-trained": 0.90, "gain": 0.25}


def machine() -> dict[str, Any]:
    """Where the figures come from."""
    import torch

    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
    }


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    if known.exists():
        for line in known.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def arm(
    workspace: Workspace, data_set: DataSet, name: str, mix: tuple[str, ...], seed: int
) -> tuple[dict[str, Any], Evaluation]:
    """One row (accuracies 0..1 on the test split, seconds) and the evaluation that it comes from."""
    recipe = Recipe.make(
        data_set_id=data_set.id,
        data_set_fingerprint=data_set.card.fingerprint,
        model="small_cnn",
        mix=Mix.from_texts(mix),
        epochs=8,
        seed=seed,
        device="cpu",
    )
    run = create_run(workspace, f"{name} {seed}", recipe)
    started = time.perf_counter()
    train_run(workspace, run, silent)
    trained = time.perf_counter()
    run = open_run(workspace, run.id)
    (evaluation,) = evaluate_runs(workspace, [run], NOISES, (1, 2, 3, 4, 5), workspace.jobs / run.id, silent)
    cells = cell_table(read_predictions(evaluation))
    hard = cells[cells.severity.isin(HARD)]
    row: dict[str, Any] = {
        "seed": seed,
        "arm": name,
        "faces": data_set.card.fingerprint,
        "images": int(cells.images.iloc[0]),
        "clean": float(cells.accuracy[cells.severity == 0].iloc[0]),
        "hard": float(hard.right.sum() / hard.images.sum()),
        "train_seconds": round(trained - started, 1),
    }
    for noise in NOISES:
        row[noise] = cells.sort_values("severity").accuracy[cells.noise == noise].tolist()
    return row, evaluation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0,1,2", help="recipe seeds, with commas")
    seeds = [int(seed) for seed in parser.parse_args().seeds.split(",")]
    rows = []
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace.open(Path(home))
        started = time.perf_counter()
        data_set = make(workspace, workspace.jobs / "faces", "faces", silent)
        print(f"{data_set.card.images} faces in {time.perf_counter() - started:.1f} s", flush=True)
        for seed in seeds:
            for name, mix in (("clean", ()), ("noise-trained", MIX)):
                row, _ = arm(workspace, data_set, name, mix, seed)
                rows.append(row)
                by_severity = "  ".join(
                    f"{noise} " + " ".join(f"{accuracy:.2f}" for accuracy in row[noise]) for noise in NOISES
                )
                print(
                    f"seed {seed}  {name:<14} clean {row['clean']:.3f}  severities 3-5 {row['hard']:.3f}"
                    f"  {by_severity}  trained in {row['train_seconds']} s",
                    flush=True,
                )
        workspace.close()
    for clean, trained in zip(rows[::2], rows[1::2], strict=True):
        gain = trained["hard"] - clean["hard"]
        reached = (
            clean["clean"] >= WANTED["clean"]
            and trained["clean"] >= WANTED["noise-trained"]
            and gain >= WANTED["gain"]
        )
        trained["gain"] = gain
        print(f"seed {clean['seed']}: gain {gain:.3f}, {'reached' if reached else 'NOT reached'}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
