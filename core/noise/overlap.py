"""Which noises say the same of a run: a dozen that stand for all, and a mean in which none counts many times.

The clusters come of runs trained in many ways on several data sets: benchmarks/overlap.py makes the file beside this one.
"""

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".json")
CLUSTERS = 12


@cache
def _measured() -> dict[str, Any]:
    """{"twelve": keys, "clusters": {noise: number of its cluster}}."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def twelve_noises() -> list[str]:
    """The keys of the noises that stand for all, one of each cluster, that of the largest cluster first."""
    return list(_measured()["twelve"])


def cluster_of(noise: str) -> int | None:
    """The number of a noise's cluster, 0 the largest; None for one that was never measured, which is like no other."""
    found: int | None = _measured()["clusters"].get(noise)
    return found


def cluster_weights(noises: Collection[str]) -> dict[str, float]:
    """What each of some noises counts in a mean, 1 in sum: each cluster the same, within it each noise the same.

    Args:
        noises: keys, each once; those that were never measured are a cluster each.
    """
    clusters: dict[int | str, list[str]] = {}
    for noise in noises:
        number = cluster_of(noise)
        clusters.setdefault(noise if number is None else number, []).append(noise)
    return {noise: 1 / (len(clusters) * len(own)) for own in clusters.values() for noise in own}


def balanced_mean(values: Mapping[str, float]) -> float:
    """The mean of a value a noise in which five blurs do not count five times; NaN of none.

    Args:
        values: by noise, as accuracy or error under it.
    """
    weights = cluster_weights(values)
    return sum(weights[noise] * value for noise, value in values.items()) if values else float("nan")
