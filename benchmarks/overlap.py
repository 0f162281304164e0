"""Which noises say the same: `python -m benchmarks.overlap --home FOLDER [--data faces,textures,digits] [--ways KEY,...]`.

Trains a small CNN in each of many ways on each data set, in a workspace of its own, and tests every run under every noise
of the catalogue. Built-in sets are drawn where they are missing; others have been imported into the workspace. What is
trained or tested there is not done again, so a part can be done at a time. Writes results/overlap.json, and
core/noise/overlap.json, which the set `twelve` and the weights of the balanced mean are read from.

A run's robustness to a noise is its accuracy under it over that on clean pictures. Two noises overlap by the rank
correlation of runs' robustness to them within a data set, the mean over data sets (after Laugros, Caplier and Ospici 2021,
arXiv 2105.12357, who compare models trained under one noise and tested under the other). Noises are
clustered by Ward's linkage of the distances (2 - 2 correlation)^1/2; each cluster's noise that correlates most with the others of
it stands for it.
"""

import argparse
import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from benchmarks.written import write_results
from core.data.builtin.job import find_made, make
from core.data.builtin.sets import BUILT_INS
from core.data.dataset import DataSet, open_data_set
from core.evaluation.predictions import noisy_pictures
from core.files import read_json, write_bytes, write_json
from core.networks.loading import load_run_network
from core.noise.catalogue import CHOOSERS, CLEAN, all_noises, get_noise, standard_noises
from core.noise.overlap import CLUSTERS, FILE
from core.progress import silent
from core.runs.entering import create_run
from core.runs.presets import with_preset
from core.runs.recipe import Recipe
from core.runs.runs import Run, list_runs, open_run
from core.store import Workspace
from core.training.job import train_run

MODEL = "small_cnn"
SEVERITIES = (2, 4)
PICTURES = 200
"""Test pictures, at most."""
BUILT = {"faces": (64, 600), "textures": (32, 600), "digits": (32, 1000)}
"""Side in px and number of pictures of the built-in sets."""
EPOCHS = 20
WAYS = (
    *("clean", "gaussian", "augmix", "prime", "apr", "pixmix", "mixup"),
    *(f"one_noise:{key}" for key in ("salt_pepper", "defocus_blur", "fog", "contrast", "jpeg_compression")),
    *(
        f"family:{key}"
        for key in (
            *("additive", "impulse", "blur", "weather", "light", "digital"),
            *("sensor", "lens", "hiding", "geometry"),
        )
    ),
)
"""Presets that runs are trained by."""


def set_of(workspace: Workspace, name: str) -> DataSet:
    """The data set of that name; a built-in one is drawn where it is missing."""
    if name not in BUILT_INS:
        return open_data_set(workspace, name)
    size, images = BUILT[name]
    found = find_made(workspace, name, size, 0, images)
    return found or make(workspace, workspace.jobs / name, name, silent, size=size, images=images)


def trained(workspace: Workspace, data_set: DataSet, way: str, seed: int) -> Run:
    """The run of that way, trained where it is not there yet."""
    values: dict[str, Any] = {
        "data_set_id": data_set.id,
        "data_set_fingerprint": data_set.card.fingerprint,
        "model": MODEL,
        "epochs": EPOCHS,
        "seed": seed,
        "threads": 1,
        "precision": "fp32",
        "device": "cpu",
    }
    recipe = Recipe.make(**with_preset(values, way))
    run = next((one for one in list_runs(workspace) if one.recipe == recipe), None)
    if run is None:
        run = create_run(workspace, f"{data_set.name}, {way.replace(':', ' ')}, {seed}", recipe)
    if not run.trained:
        train_run(workspace, run, silent)
        run = open_run(workspace, run.id)
        assert run.summary is not None
        print(f"{run.name}: validation {run.summary.validation_accuracy}", flush=True)
    return run


def tested(workspace: Workspace, data_set: DataSet, runs: Sequence[Run]) -> pd.DataFrame:
    """Accuracy 0..1: a row a run (its name), a column for CLEAN and each noise, the mean over SEVERITIES.

    Runs that were tested here before are among them.
    """
    kept = workspace.root / f"overlap-{data_set.id}.json"
    known: dict[str, dict[str, float]] = read_json(kept) if kept.exists() else {}
    networks = {run.name: load_run_network(run, torch.device("cpu")) for run in runs}
    indices = data_set.indices("test")
    indices = np.sort(np.random.default_rng(0).permutation(indices)[:PICTURES])
    truth = torch.from_numpy(data_set.labels[indices])
    for noise in [CLEAN, *(entry.key for entry in all_noises())]:
        missing = [name for name in networks if noise not in known.get(name, {})]
        if not missing:
            continue
        right = dict.fromkeys(missing, 0.0)
        levels = (0,) if noise == CLEAN else SEVERITIES
        for level in levels:
            pictures = torch.from_numpy(noisy_pictures(data_set, indices, noise, level, data_set.table))
            for name in missing:
                said = networks[name].logits(pictures).argmax(1)
                right[name] += float((said == truth).float().mean()) / len(levels)
        for name in missing:
            known.setdefault(name, {})[noise] = right[name]
        write_json(kept, known)
    return pd.DataFrame.from_dict(known, orient="index").dropna()


def overlap(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The correlation of each noise with each, the mean over data sets; 0 with one to which all runs are as robust.

    Args:
        tables: as of `tested`, one a data set.
    """
    found = []
    for table in tables:
        robust = table.drop(columns=CLEAN).div(table[CLEAN], axis=0)
        found.append(robust.corr(method="spearman").fillna(0.0))
    mean = np.mean([one.to_numpy() for one in found], axis=0)
    np.fill_diagonal(mean, 1.0)
    return pd.DataFrame(mean, index=found[0].index, columns=found[0].columns)


def clustered(correlation: pd.DataFrame, number: int) -> "pd.Series[int]":
    """Which cluster each noise is in, 0 the largest."""
    # As robustness that is standardised over the runs lies apart; average linkage leaves two crowds and ten noises alone.
    apart = squareform(np.sqrt(np.clip(2 - 2 * correlation.to_numpy(), 0, 4)), checks=False)
    found = fcluster(linkage(apart, "ward"), number, "maxclust")
    order = pd.Series(found).value_counts(sort=True).index.tolist()
    return pd.Series([order.index(one) for one in found], index=correlation.index)


def standing(correlation: pd.DataFrame, clusters: "pd.Series[int]") -> list[str]:
    """The noise of each cluster that correlates most with the others of it.

    A noise that chooses epochs or is kept for tests stands for others only where there is no other.
    """
    found = []
    for number in range(int(clusters.max()) + 1):
        own = clusters.index[clusters == number]
        usual = [key for key in own if key not in CHOOSERS and not get_noise(key).held_out]
        found.append(str(correlation.loc[own, usual or list(own)].mean().idxmax()))
    return found


def agreement(table: pd.DataFrame, noises: Sequence[str], weights: "pd.Series[float]") -> dict[str, float]:
    """How the mean accuracy under some noises tells runs apart as the balanced mean under all does.

    Returns:
        Rank correlation over the runs, and the largest difference of the two means, 0..1.
    """
    whole = (table[weights.index] * weights).sum(axis=1) / weights.sum()
    some = table[list(noises)].mean(axis=1)
    return {
        "rank_correlation": round(float(whole.corr(some, method="spearman")), 4),
        "largest_difference": round(float((whole - some).abs().max()), 4),
    }


def left_out(tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """As `agreement`, on each data set of a dozen that was chosen, and of weights that were reckoned, without it."""
    rows = []
    for name, table in tables.items():
        correlation = overlap([other for one, other in tables.items() if one != name])
        clusters = clustered(correlation, CLUSTERS)
        weights = 1 / clusters.map(clusters.value_counts())
        said: dict[str, Any] = {"left_out": name}
        said["twelve"] = agreement(table, standing(correlation, clusters), weights)
        rows.append(said | {"standard": agreement(table, standard_noises(), weights)})
        print(rows[-1])
    return rows


def stability(tables: Sequence[pd.DataFrame]) -> float:
    """Mean rank correlation of the overlaps that single data sets give, pair by pair of data sets."""
    each = [squareform(overlap([table]).to_numpy(), checks=False) for table in tables]
    pairs = [pd.Series(a).corr(pd.Series(b), method="spearman") for a, b in combinations(each, 2)]
    return round(float(np.mean(pairs)), 4)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder of the workspace")
    parser.add_argument("--data", default=",".join(BUILT), help="names of data sets, with commas")
    parser.add_argument("--ways", default=",".join(WAYS), help="presets, with commas")
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    workspace = Workspace.open(options.home)
    tables: dict[str, pd.DataFrame] = {}
    for name in options.data.split(","):
        data_set = set_of(workspace, name)
        runs = [
            trained(workspace, data_set, way, seed)
            for seed in range(options.seeds)
            for way in options.ways.split(",")
        ]
        tables[name] = tested(workspace, data_set, runs)
        print(f"{name}: {len(tables[name])} runs tested", flush=True)
    workspace.close()
    correlation = overlap(list(tables.values()))
    clusters = clustered(correlation, CLUSTERS)
    twelve = standing(correlation, clusters)
    written: dict[str, Any] = {"twelve": twelve, "clusters": {key: int(n) for key, n in clusters.items()}}
    write_bytes(FILE, (json.dumps(written, indent=1) + "\n").encode())
    weights = 1 / clusters.map(clusters.value_counts())
    rows: list[dict[str, Any]] = []
    for number, key in enumerate(twelve):
        own = clusters.index[clusters == number]
        inside = correlation.loc[own, own].to_numpy()
        upper: NDArray[np.float64] = inside[np.triu_indices(len(own), 1)]
        row = {"cluster": number, "stands": key, "noises": list(own)}
        rows.append(row | {"mean_correlation": round(float(upper.mean()), 4) if len(upper) else None})
        print(f"{number:>2} {key:<24} {', '.join(own)}")
    for name, table in tables.items():
        said: dict[str, Any] = {
            "data": name,
            "runs": len(table),
            "clean": round(float(table[CLEAN].mean()), 4),
        }
        for title, noises in (("twelve", twelve), ("standard", standard_noises())):
            said[title] = agreement(table, noises, weights)
        rows.append(said)
        print(said)
    rows += left_out(tables)
    rows.append({"between_data_sets": stability(list(tables.values()))})
    print(rows[-1])
    write_results("overlap", rows, ("torch", "numpy", "scipy", "opencv-python-headless"))


if __name__ == "__main__":
    main()
