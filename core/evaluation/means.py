"""Means over several noises: all, far ones, ImageNet-C's four groups, the catalogue's families; as rows and as columns. No torch."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.arms import Arm
from core.evaluation.measures import all_measures
from core.evaluation.measures.accuracy import ACCURACY
from core.measure import Measure
from core.noise.catalogue import FAMILIES, all_noises
from core.words import Text

ALL = "mean:all"
FAMILY = "family:"
"""Before a family's key."""
IMAGENET_C_GROUPS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "noise": (
        Text(en="ImageNet-C: noise", ko="ImageNet-C: 입자"),
        ("gaussian_noise", "shot_noise", "impulse_noise"),
    ),
    "blur": (
        Text(en="ImageNet-C: blur", ko="ImageNet-C: 흐림"),
        ("defocus_blur", "glass_blur", "motion_blur", "zoom_blur"),
    ),
    "weather": (
        Text(en="ImageNet-C: weather", ko="ImageNet-C: 날씨"),
        ("snow", "frost", "fog", "brightness"),
    ),
    "digital": (
        Text(en="ImageNet-C: digital", ko="ImageNet-C: 디지털"),
        ("contrast", "elastic_transform", "pixelate", "jpeg_compression"),
    ),
}
"""The four groups in which Hendrycks and Dietterich (2019) tell of their fifteen."""


@dataclass(frozen=True)
class MeanOf:
    """Several noises that one number stands for; each counts the same."""

    key: str
    """No noise's."""
    label: Text
    noises: tuple[str, ...]


def means_of(noises: Sequence[str], far: Collection[str] = ()) -> list[MeanOf]:
    """All, the far ones where any are known, and those of ImageNet-C's groups of which any is there.

    Args:
        noises: that means are taken over (Comparison.in_means).
        far: of these the noises that are far from what training showed.
    """
    found = [MeanOf(ALL, Text(en="All noises", ko="모든 노이즈"), tuple(noises))] if noises else []
    if own := tuple(noise for noise in noises if noise in far):
        found.append(MeanOf("mean:far", Text(en="Far from training", ko="학습 때와 다른 노이즈"), own))
    for key, (label, group) in IMAGENET_C_GROUPS.items():
        if own := tuple(noise for noise in noises if noise in group):
            found.append(MeanOf(f"mean:{key}", label, own))
    return found


def families_of(noises: Sequence[str]) -> list[MeanOf]:
    """Noises by the catalogue's families, in its order; what only another version knows is in none."""
    family = {noise.key: noise.family for noise in all_noises()}
    found = []
    for key, label in FAMILIES.items():
        if own := tuple(noise for noise in noises if family.get(noise) == key):
            found.append(MeanOf(f"{FAMILY}{key}", label, own))
    return found


def with_means(table: pd.DataFrame, means: Iterable[MeanOf], arm: Arm | None = None) -> pd.DataFrame:
    """A table of noises with a row a mean behind them, whose key stands where a noise's would.

    The interval of an accuracy is over pictures, as everywhere; of another measure it is the mean of the noises' intervals,
    which is no narrower.

    Args:
        table: `Arm.by_noise`, or a table of cells: then a mean has a row a severity that all of its noises have.
        arm: whose `by_noise` it is; without one intervals are means, which is quicker.
    """
    if "severity" in table:
        return _by_severity(table, means)
    of_measures = [name for one in all_measures() for name in one.columns[:3] if name in table]
    counts = [str(name) for name in table if name not in of_measures and name != "noise"]
    place = {noise: number for number, noise in enumerate(table["noise"])}
    measured, counted = (table[names].to_numpy(np.float64) for names in (of_measures, counts))
    rows = []
    for one in means:
        own = [place[noise] for noise in one.noises]
        row: dict[str, object] = dict(zip(of_measures, measured[own].mean(axis=0), strict=True))
        row |= dict(zip(counts, counted[own].sum(axis=0), strict=True))
        if arm is not None:
            share = arm.under(one.noises)
            row |= zip(
                ACCURACY.columns[:3], (share.mean / 100, share.low / 100, share.high / 100), strict=True
            )
        rows.append({"noise": one.key} | row)
    if not rows:
        return table
    below = pd.DataFrame(rows, columns=list(table)).astype(table.dtypes.to_dict())
    return pd.concat([table, below], ignore_index=True)


def _by_severity(table: pd.DataFrame, means: Iterable[MeanOf]) -> pd.DataFrame:
    found = [table]
    for one in means:
        own = table[table["noise"].isin(one.noises)]
        for severity, cells in own.groupby("severity"):
            if len(cells) == len(one.noises):
                row = with_means(cells.drop(columns="severity"), [one]).tail(1).assign(severity=severity)
                found.append(row[list(table)])
    return pd.concat(found, ignore_index=True)


def means_table(arms: Iterable[Arm], means: Sequence[MeanOf], measure: Measure) -> pd.DataFrame:
    """A row a run: column run_id, then of each mean its value and the ends of its interval."""
    rows = []
    for arm in arms:
        values = with_means(arm.by_noise, means, arm).set_index("noise")
        row: dict[str, object] = {"run_id": arm.id}
        for one in means:
            for end in measure.columns[:3]:
                row[f"{end} {one.label['en']} ({len(one.noises)})"] = values[end][one.key]
        rows.append(row)
    return pd.DataFrame(rows)
