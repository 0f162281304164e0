"""Corruption error against a named baseline (Hendrycks and Dietterich 2019, arXiv 1903.12261). No torch.

CE of a noise: the sum of a run's errors over severities divided by the baseline's; relative CE: the same of what each loses
against its own clean pictures; mCE: the mean of CE over ImageNet-C's fifteen, as ratios (1 is the baseline itself).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.evaluation.answers import Answers
from core.evaluation.clusters import numbered, spread_of
from core.noise.catalogue import CHOOSERS, CLEAN, all_noises
from core.noise.sources import IMAGENET_C


@dataclass(frozen=True)
class CorruptionError:
    """Of one noise, or the mean over several."""

    ce: float | None
    """None where the baseline makes no error."""
    low: float | None
    high: float | None
    """Of its 95 % interval: both runs saw the same pictures, which count together."""
    relative: float | None
    """None where the baseline loses nothing to the noise."""


@dataclass(frozen=True)
class CorruptionErrors:
    """Of a run against a baseline."""

    mean: CorruptionError | None
    """mCE; None without a noise of the fifteen that both were tested under."""
    noises: tuple[str, ...]
    """Those of the fifteen that it is the mean of."""
    by_noise: dict[str, CorruptionError]
    """Every noise that both were tested under at the same severities."""


def fifteen() -> list[str]:
    """The keys of the noises that mCE is the mean over."""
    return [one.key for one in all_noises() if one.source["en"] == IMAGENET_C and one.key not in CHOOSERS]


def corruption_errors(run: Answers, baseline: Answers) -> CorruptionErrors:
    """Args: run, baseline: of the same pictures under the same noise."""
    groups = None if run.groups is None else numbered(run.groups)
    wrong, of_baseline = _wrong(run), _wrong(baseline)
    shared = {
        noise: sorted(set(levels) & set(of_baseline[noise]))
        for noise, levels in wrong.items()
        if noise != CLEAN and noise in of_baseline
    }
    clean = [_mean(one, CLEAN, [0]) if CLEAN in one else None for one in (wrong, of_baseline)]
    found: dict[str, tuple[CorruptionError, NDArray[np.float64]]] = {}
    for noise, levels in shared.items():
        if levels:
            mine, theirs = _mean(wrong, noise, levels), _mean(of_baseline, noise, levels)
            found[noise] = _error(mine, theirs, clean, groups)
    among = tuple(noise for noise in fifteen() if noise in found)
    return CorruptionErrors(
        mean=_mean_error([found[noise] for noise in among], groups) if among else None,
        noises=among,
        by_noise={noise: one for noise, (one, _) in found.items()},
    )


def _wrong(answers: Answers) -> dict[str, dict[int, NDArray[np.bool_]]]:
    """By noise and severity N: which pictures were wrong."""
    found: dict[str, dict[int, NDArray[np.bool_]]] = {}
    for row, (noise, severity) in enumerate(answers.places):
        found.setdefault(noise, {})[severity] = ~answers.right[row]
    return found


def _mean(
    wrong: dict[str, dict[int, NDArray[np.bool_]]], noise: str, levels: Sequence[int]
) -> NDArray[np.float64]:
    """N: of each picture the share of wrong answers over severities."""
    return np.asarray(np.mean([wrong[noise][level] for level in levels], axis=0), np.float64)


def _error(
    mine: NDArray[np.float64],
    theirs: NDArray[np.float64],
    clean: Sequence[NDArray[np.float64] | None],
    groups: NDArray[np.int64] | None,
) -> tuple[CorruptionError, NDArray[np.float64]]:
    """With what each picture adds to CE."""
    base = float(theirs.mean())
    relative = None
    if clean[0] is not None and clean[1] is not None:
        lost = base - float(clean[1].mean())
        relative = (float(mine.mean()) - float(clean[0].mean())) / lost if lost > 0 else None
    if not base:
        return CorruptionError(None, None, None, relative), np.full(len(mine), np.nan)
    ratio = float(mine.mean()) / base
    adds = (mine - ratio * theirs) / base / len(mine)
    return CorruptionError(ratio, *_ends(ratio, adds, groups), relative), adds


def _mean_error(
    found: Sequence[tuple[CorruptionError, NDArray[Any]]], groups: NDArray[np.int64] | None
) -> CorruptionError:
    errors = [one for one, _ in found]
    relative = [one.relative for one in errors if one.relative is not None]
    mean_relative = sum(relative) / len(errors) if len(relative) == len(errors) else None
    ratios = [one.ce for one in errors if one.ce is not None]
    if len(ratios) < len(errors):
        return CorruptionError(None, None, None, mean_relative)
    mean = sum(ratios) / len(errors)
    adds = np.mean([one for _, one in found], axis=0)
    return CorruptionError(mean, *_ends(mean, adds, groups), mean_relative)


def _ends(
    value: float, adds: NDArray[Any], groups: NDArray[np.int64] | None
) -> tuple[float | None, float | None]:
    half = spread_of(adds, groups).half
    if not np.isfinite(half):
        return None, None
    return max(0.0, value - half), value + half
