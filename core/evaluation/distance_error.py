"""Do noises that are further from training cost more? Rank correlation of distance and errors, noise by noise. No torch."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.special import stdtr

from core.evaluation.arms import Arm
from core.evaluation.distance import Distance
from core.evaluation.measures.accuracy import ACCURACY

LEAST = 8
"""Noises that were not seen in training from which on a correlation is told."""


@dataclass(frozen=True)
class Related:
    """Spearman's rank correlation of the distance of noises that a run has not seen and its errors under them."""

    rho: float
    """-1..1."""
    low: float
    high: float
    """95 %, by Fisher's z with the variance of Bonett and Wright (2000)."""
    p: float
    """Of none, two-sided, by Student's t."""
    n: int
    """Noises."""


def distance_table(arm: Arm, distance: Mapping[str, Distance], noises: Collection[str]) -> pd.DataFrame:
    """A row a noise whose distance is known: noise, distance, kind (seen, near, far), error, low, high (0..1, 95 %), images.

    Args:
        noises: of those compared.
    """
    value, low, high, _ = ACCURACY.columns
    cells = arm.by_noise.set_index("noise")
    rows = [
        (
            noise,
            distance[noise].value,
            distance[noise].kind,
            1 - float(cells[value][noise]),
            1 - float(cells[high][noise]),
            1 - float(cells[low][noise]),
            arm.images,
        )
        for noise in noises
        if noise in distance
    ]
    return pd.DataFrame(rows, columns=["noise", "distance", "kind", "error", "low", "high", "images"])


def related(table: pd.DataFrame) -> Related | None:
    """Of the noises that were not seen; None where these are fewer than LEAST, or all are alike.

    Args:
        table: as of `distance_table`.
    """
    unseen = table[table["kind"] != "seen"]
    n = len(unseen)
    if n < LEAST or unseen["distance"].nunique() < 2 or unseen["error"].nunique() < 2:
        return None
    ranks = unseen[["distance", "error"]].rank().to_numpy(np.float64)
    rho = float(np.clip(np.corrcoef(ranks.T)[0, 1], -1, 1))
    t = abs(rho) * ((n - 2) / max(1e-12, 1 - rho * rho)) ** 0.5
    return Related(rho, *rank_interval(rho, n), float(2 * stdtr(n - 2, -t)), n)


def rank_interval(rho: float, n: int) -> tuple[float, float]:
    """95 % interval of Spearman's rank correlation: Fisher's z with the variance (1 + rho² / 2) / (n - 3) of Bonett and Wright (2000).

    Args:
        rho: -1..1; at either end the interval ends there.
        n: pairs; (-1, 1) for fewer than four.
    """
    if n < 4:
        return -1.0, 1.0
    if abs(rho) >= 1:
        return (1.0, 1.0) if rho > 0 else (-1.0, -1.0)
    z = 0.5 * np.log((1 + rho) / (1 - rho))
    half = NormalDist().inv_cdf(0.975) * ((1 + rho * rho / 2) / (n - 3)) ** 0.5
    return float(np.tanh(z - half)), float(np.tanh(z + half))
