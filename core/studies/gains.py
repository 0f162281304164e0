"""What training on a noise has brought so far: under that noise, under those that go with it, and under others. No torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.evaluation.joined import JoinedEvaluation, evaluations_by_run, pictures_key, whole_grid
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.stored_answers import joined_cells
from core.noise.catalogue import CLEAN
from core.noise.overlap import cluster_of
from core.runs.runs import Run, list_runs
from core.store import Workspace

Kind = Literal["trained", "alike", "other"]
"""A noise that a mix has; one of the same cluster as one that it has (core.noise.overlap); any other."""
LEAST_LOST = 0.05
"""Accuracy that a noise has to cost a clean-trained run so that winning it back means anything."""
MOST_RUNS = 40
"""The newest runs that are looked at."""
FROM_RECIPES: tuple[float, float] = (0.33, 0.56)
"""Of what noises cost that it had not seen, the share that Gaussian noise on half of the pictures won back, on drawn faces and on small
photos (benchmarks/results/recipes.json; a test reckons it anew)."""


@dataclass(frozen=True)
class Share:
    """Of what a noise costs clean training, the share that training on noise won back: 1 is all, below 0 it cost more."""

    middle: float
    """The median over runs."""
    low: float
    high: float
    """The quarters of the runs below and above."""
    runs: int


def kind_of(noise: str, trained: Sequence[str]) -> Kind:
    """What a noise is to a mix with those that are `trained`."""
    if noise in trained:
        return "trained"
    cluster = cluster_of(noise)
    return "alike" if cluster is not None and cluster in {cluster_of(one) for one in trained} else "other"


def earlier_gains(workspace: Workspace) -> dict[Kind, Share]:
    """From the noise-trained runs of a workspace, each against a clean-trained one of the same model, start and data set that was
    tested on the same noisy pictures; kinds of which nothing is known left out."""
    runs = [one for one in list_runs(workspace) if one.trained and one.origin is None][:MOST_RUNS]
    tests = evaluations_by_run(workspace, runs)
    tested = [(run, tests[run.id][0]) for run in runs if run.id in tests]
    clean = [(run, test) for run, test in tested if run.recipe.clean]
    found: dict[Kind, list[float]] = {}
    for run, test in tested:
        if not run.recipe.mix.noises or run.recipe.augmentation:
            continue
        twin = next((one for one in clean if _alike(one, (run, test))), None)
        if twin is None:
            continue
        for kind, share in _won_back(run, test, twin[1]).items():
            found.setdefault(kind, []).append(share)
    return {kind: _share(values) for kind, values in found.items()}


def _alike(clean: tuple[Run, JoinedEvaluation], noisy: tuple[Run, JoinedEvaluation]) -> bool:
    a, b = clean[0].recipe, noisy[0].recipe
    same = (a.model, a.start, a.side, a.data_set_fingerprint) == (
        b.model,
        b.start,
        b.side,
        b.data_set_fingerprint,
    )
    return same and pictures_key(*clean) == pictures_key(*noisy)


def _won_back(run: Run, test: JoinedEvaluation, clean: JoinedEvaluation) -> dict[Kind, float]:
    """The mean over the noises of each kind."""
    shared = whole_grid([cell for cell in test.cells if cell in clean.cells], run.choosers)
    before, after = _accuracies(clean, shared), _accuracies(test, shared)
    shares: dict[Kind, list[float]] = {}
    for noise in dict.fromkeys(noise for noise, _ in shared):
        lost = before[CLEAN] - before[noise]
        if lost >= LEAST_LOST:
            kind = kind_of(noise, run.recipe.mix.noises)
            shares.setdefault(kind, []).append((after[noise] - before[noise]) / lost)
    return {kind: float(np.mean(values)) for kind, values in shares.items()}


def _accuracies(test: JoinedEvaluation, cells: Sequence[tuple[str, int]]) -> Mapping[str, float]:
    """By noise, over the severities of `cells`; clean among them."""
    table = joined_cells(test)
    places = zip(table["noise"], table["severity"].astype(int), strict=True)
    own = table[[place in {(CLEAN, 0), *cells} for place in places]]
    means = own.groupby("noise", observed=True)[ACCURACY.columns.value].mean()
    return {str(noise): float(value) for noise, value in means.items()}


def _share(values: Sequence[float]) -> Share:
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
    return Share(middle, low, high, len(values))
