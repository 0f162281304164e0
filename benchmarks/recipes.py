"""Which recipe holds best: `python -m benchmarks.recipes --home FOLDER [--data faces] [--seeds 3] [--epochs N]`.

Carries out the ready study `recipes` with the small CNN in a workspace of its own, seed by seed, and tests every run on
the test split under the standard noises, those kept for tests (ImageNet-C-bar's or CIFAR-10-C-bar's) and those that
choose epochs. `faces` is drawn where it is missing; other sets have been imported into the workspace. What is trained
or tested there is not done again, so a part can be done at a time. Prints a table, writes results/recipes.json.

Accuracies are means over severities, noises and seeds. `unseen` are all noises but those that the recipe trained on and
those that choose epochs. `ratio` is its mean error under them divided by the clean-trained run's of the same seed under
the same noises; `added` divides in the same way what noise adds to the error on clean pictures. `time` is CPU seconds of
training, with one thread, in times of the clean run's. After each +- comes the spread over seeds.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.written import RESULTS, write_results
from core.data.builtin.job import find_made, make
from core.data.dataset import DataSet, open_data_set
from core.evaluation.evaluate import evaluate_runs
from core.evaluation.metrics import cell_table
from core.files import read_json, write_json
from core.noise.catalogue import CHOOSERS, CLEAN, SEVERITIES, c_bar_noises, standard_noises
from core.progress import silent
from core.runs.entering import NewRun, create_runs
from core.runs.evaluations import Evaluation, list_evaluations, read_predictions
from core.runs.runs import Run, list_runs, open_run
from core.store import Workspace
from core.studies.ready import RECIPES, get_ready
from core.studies.study import SEEDS, arm_of_preset, plan_study
from core.training.job import train_run

MODEL = "small_cnn"
REFERENCE = "clean"
NUMBERS = ("clean", "seen", "unseen", "choosers", "ratio", "added", "time")


def asked(options: argparse.Namespace) -> list[str]:
    """The presets that are compared, the reference first."""
    return list(dict.fromkeys([REFERENCE, *options.recipes]))


def entered(workspace: Workspace, data_set: DataSet, options: argparse.Namespace) -> list[Run]:
    """The runs of the study, seed by seed; those that are not there yet are entered."""
    settled = {"threads": 1, "precision": "fp32", "device": "cpu"}
    ready = replace(get_ready("recipes"), arms=lambda: tuple(map(arm_of_preset, asked(options))))
    plan = plan_study(workspace, data_set, ready, MODEL, options.seeds, options.epochs, **settled)
    there = list_runs(workspace)
    new = [one for one in plan.trainings if not any(run.recipe == one.recipe for run in there)]
    wanted = [NewRun(one.name or "", one.recipe, True, one.label, one.arm) for one in new]
    there += create_runs(workspace, wanted, plan.study) if wanted else []
    return [next(run for run in there if run.recipe == one.recipe) for one in plan.trainings]


def cost(run: Run) -> Path:
    """Where the CPU seconds of its training stand."""
    return run.folder.path / "cpu_seconds.json"


def trained(workspace: Workspace, run: Run) -> Run:
    """The run after its training."""
    if not run.trained:
        begun = time.process_time()
        train_run(workspace, run, silent)
        seconds = time.process_time() - begun
        write_json(cost(run), round(seconds, 1))
        run = open_run(workspace, run.id)
        assert run.summary is not None
        print(
            f"  {run.name}: {seconds:.0f} CPU s, best epoch {run.summary.chosen_epoch}, validation clean "
            f"{run.summary.validation_accuracy}, noisy {run.summary.validation_noisy_accuracy}",
            flush=True,
        )
    return run


def tested(
    workspace: Workspace, runs: Sequence[Run], noises: Sequence[str], severities: Sequence[int]
) -> list[Evaluation]:
    """A test of each run under all the noises; those that are missing are made on the same pictures."""
    wanted = {*noises, *severities}

    def found(run: Run) -> Evaluation | None:
        tests = list_evaluations(workspace, run.id)
        return next((one for one in tests if wanted == {*one.facts.noises, *one.facts.severities}), None)

    missing = [run for run in runs if found(run) is None]
    if missing:
        begun = time.process_time()
        evaluate_runs(workspace, missing, noises, severities, workspace.jobs / missing[0].id, silent)
        print(f"  {len(missing)} runs tested, {time.process_time() - begun:.0f} CPU s", flush=True)
    return [one for one in map(found, runs) if one is not None]


def accuracies(evaluation: Evaluation) -> "pd.Series[float]":
    """By noise, 0..1: means over its severities; CLEAN among them."""
    cells = cell_table(read_predictions(evaluation))
    return cells.groupby("noise")["accuracy"].mean()


def compared(found: "pd.Series[float]", reference: "pd.Series[float]", seen: Sequence[str]) -> dict[str, Any]:
    """What is said of one run but its time.

    Args:
        found, reference: accuracies of it and of the clean-trained run of the same seed.
        seen: the noises that it trained on.
    """
    unseen = [noise for noise in found.index if noise not in (CLEAN, *CHOOSERS, *seen)]
    own, theirs = 1 - found[unseen].mean(), 1 - reference[unseen].mean()
    return {
        "clean": found[CLEAN],
        "seen": found[list(seen)].mean() if seen else None,
        "unseen": 1 - own,
        "choosers": found[list(CHOOSERS)].mean(),
        "ratio": own / theirs,
        "added": (own - 1 + found[CLEAN]) / (theirs - 1 + reference[CLEAN]),
        "noises": found.drop(CLEAN).to_dict(),
    }


def over_seeds(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Means of the rows of one recipe, and their spread (n - 1)."""
    said: dict[str, Any] = {}
    for name in NUMBERS:
        values = [one[name] for one in rows if one[name] is not None]
        said[name] = round(float(np.mean(values)), 4) if values else None
        said[f"{name}_sd"] = round(float(np.std(values, ddof=1)), 4) if len(values) > 1 else None
    noises = pd.DataFrame([one["noises"] for one in rows]).mean()
    return said | {"noises": {key: round(value, 4) for key, value in noises.items()}}


def of_data_set(workspace: Workspace, data_set: DataSet, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Train, test and tell; a row a recipe."""
    print(data_set.name, flush=True)
    noises = [*standard_noises(), *c_bar_noises(data_set.table), *CHOOSERS]
    rows: dict[str, list[dict[str, Any]]] = {}
    runs = entered(workspace, data_set, options)
    for seed in range(options.seeds):
        arms = {
            key: trained(workspace, run)
            for run in runs
            if run.recipe.seed == seed and (key := run.recipe.preset) in asked(options)
        }
        tests = tested(workspace, list(arms.values()), noises, options.severities)
        found = dict(zip(arms, map(accuracies, tests), strict=True))
        for key, run in arms.items():
            said = compared(found[key], found[REFERENCE], run.recipe.mix.noises)
            said["time"] = read_json(cost(run)) / read_json(cost(arms[REFERENCE]))
            rows.setdefault(key, []).append(said)
    about = {"data": data_set.name, "model": MODEL, "seeds": options.seeds, "epochs": runs[0].recipe.epochs}
    about["severities"] = options.severities
    return [{**about, "recipe": key, **over_seeds(said)} for key, said in rows.items()]


def line(said: dict[str, Any]) -> str:
    def number(name: str) -> str:
        if said[name] is None:
            return f"{'':>12}"
        spread = said[f"{name}_sd"]
        return f"{said[name]:>6.3f}" + (f"{'':6}" if spread is None else f"±{spread:.3f}")

    return f"{said['data']:<10} {said['recipe']:<10}" + " ".join(map(number, NUMBERS))


def listed(kind: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    return lambda text: [kind(one) for one in text.split(",")]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder of the workspace")
    parser.add_argument("--data", default="faces", help="names of data sets, with commas")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--epochs", type=int, help="of every run; what is proposed by default")
    parser.add_argument(
        "--recipes", type=listed(str), default=RECIPES, help="with commas; clean is always there"
    )
    parser.add_argument("--severities", type=listed(int), default=SEVERITIES, help="with commas")
    options = parser.parse_args(arguments)
    import_module("core.training.loop")  # is no part of the first run's time
    workspace = Workspace.open(options.home)
    if "faces" in options.data and find_made(workspace, "faces") is None:
        make(workspace, workspace.jobs / "faces", "faces", silent)
    rows = []
    for name in options.data.split(","):
        rows += of_data_set(workspace, open_data_set(workspace, name), options)
    workspace.close()
    print(f"{'data':<10} {'recipe':<10}" + " ".join(f"{name:^12}" for name in NUMBERS))
    for one in rows:
        print(line(one))
    kept = RESULTS / "recipes.json"
    done = {(one["data"], one["recipe"]) for one in rows}
    before = read_json(kept)["rows"] if kept.exists() else []
    rows = [one for one in before if (one["data"], one["recipe"]) not in done] + rows
    write_results("recipes", rows, ("torch", "torchvision", "numpy", "opencv-python-headless"))


if __name__ == "__main__":
    main()
