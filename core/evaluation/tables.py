"""Comparisons as tables, for the screen and to take away. No torch."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import pandas as pd

from core.evaluation.arms import Arm
from core.evaluation.comparison import Comparison
from core.evaluation.grouped import sd_over_seeds
from core.evaluation.measures.accuracy import ACCURACY
from core.files import CSV_ENCODING
from core.measure import Measure
from core.noise.catalogue import CLEAN


def as_csv(table: pd.DataFrame) -> bytes:
    """A table as a file that spreadsheets read, Korean names among it: UTF-8 with a byte order mark."""
    return table.to_csv(index=False).encode(CSV_ENCODING)


def with_facts(rows: pd.DataFrame, arms: Iterable[Arm]) -> pd.DataFrame:
    """Rows of a chart with what is known of their runs before them: the columns of the runs' facts, and run (its name).

    Args:
        rows: with a column run_id.
        arms: those of these runs; of one that is none of them nothing is said.
    """
    known = {arm.id: {**arm.facts, "run": arm.name} for arm in arms}
    columns = list(dict.fromkeys(["run_id", *(name for facts in known.values() for name in facts)]))
    about = [{"run_id": run_id} | known.get(run_id, {}) for run_id in rows["run_id"]]
    facts = pd.DataFrame(about, columns=columns, index=rows.index)
    return pd.concat([facts, rows.drop(columns=[name for name in columns if name in rows])], axis=1)


def of_measure(arms: Iterable[Arm], measure: Measure, by_severity: bool = False) -> pd.DataFrame:
    """What charts of a measure draw: columns run_id, noise, severity (where asked for), images, and those of the measure.

    Args:
        by_severity: a row a noise and severity; else the noises over their severities.
    """
    tables = [(arm.cells if by_severity else arm.by_noise).assign(run_id=arm.id) for arm in arms]
    columns = ["run_id", "noise", *(["severity"] if by_severity else []), "images", *measure.columns]
    return pd.concat(tables, ignore_index=True)[list(dict.fromkeys(columns))]


def of_losses(arms: Iterable[Arm]) -> pd.DataFrame:
    """Points lost to each noise: columns run_id, noise, drop, low, high."""
    return pd.concat([arm.lost.assign(run_id=arm.id) for arm in arms], ignore_index=True)


def of_confusion(counts: pd.DataFrame, run_id: str, noise: str) -> pd.DataFrame:
    """`confusion_counts` of a run, a row a pair of classes: columns run_id, noise, truth, read_as, answers."""
    long = counts.rename_axis("truth").reset_index().melt("truth", var_name="read_as", value_name="answers")
    long.insert(0, "noise", noise)
    long.insert(0, "run_id", run_id)
    return long


def confusion_counts(
    predictions: pd.DataFrame, classes: Sequence[str], noise: str, severities: Collection[int]
) -> pd.DataFrame:
    """How many pictures of each true class (rows) were read as each class (columns) under one noise, or "clean"."""
    wanted = predictions["noise"] == noise
    if noise != CLEAN:
        wanted &= predictions["severity"].isin(list(severities))
    chosen = predictions[wanted]
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(counts, (chosen["truth"].to_numpy(), chosen["prediction"].to_numpy()), 1)
    return pd.DataFrame(counts, index=list(classes), columns=list(classes))


def summary(comparison: Comparison) -> pd.DataFrame:
    """A row a run, with what is known of it: images, clean, mean (under the noises of `in_means`), lost (points of accuracy, 0..1
    as the others) and guessing, the first three with the ends of their 95 % intervals; mean and lost are empty without noise."""
    rows = []
    for arm in comparison.arms:
        row: dict[str, object] = {"run_id": arm.id, "images": arm.images}
        ends = ("", "_low", "_high")
        row |= {
            f"clean{end}": arm.rate(CLEAN, name) for end, name in zip(ends, ACCURACY.columns[:3], strict=True)
        }
        for name, of in (("mean", arm.under), ("lost", arm.lost_to)):
            told = of() if comparison.in_means else None
            values = (np.nan,) * 3 if told is None else (told.mean / 100, told.low / 100, told.high / 100)
            row |= {f"{name}{end}": value for end, value in zip(ends, values, strict=True)}
        rows.append(row | {"guessing": arm.guessing})
    return with_facts(pd.DataFrame(rows), comparison.arms)


def seeds_summary(comparison: Comparison) -> pd.DataFrame:
    """A row an arm of several seeds and what it is measured under: run, seeds (their number), noise (a key, "clean", or "mean" of
    `in_means`), accuracy (0..1), sd over seeds, low and high (the 95 % interval over pictures)."""
    rows = []
    for arm in comparison.arms:
        if not arm.seeds:
            continue
        for noise in (CLEAN, *comparison.noises):
            ends = [arm.rate(noise, name) for name in ACCURACY.columns[:3]]
            rows.append((arm.name, len(arm.seeds), noise, ends[0], _sd(arm, [noise]), *ends[1:]))
        if comparison.in_means:
            mean = arm.under()
            ends = [mean.low / 100, mean.high / 100]
            rows.append((arm.name, len(arm.seeds), "mean", mean.mean / 100, _sd(arm), *ends))
    return pd.DataFrame(rows, columns=["run", "seeds", "noise", "accuracy", "sd", "low", "high"])


def _sd(arm: Arm, noises: Collection[str] | None = None) -> float:
    """Over its seeds, 0..1."""
    return (sd_over_seeds(arm, noises) or 0.0) / 100


def csv(comparison: Comparison) -> bytes:
    """`numbers` as a file: `as_csv`."""
    return as_csv(numbers(comparison))


def numbers(comparison: Comparison) -> pd.DataFrame:
    """Every cell of every run as one table, unrounded, also those that not all runs were tested under.

    Columns: those of the runs' facts, run (its name), then those of a table of cells, with every measure.
    """
    tables = []
    for arm in comparison.arms:
        about = {**arm.facts, "run": arm.name}
        tables.append(arm.tested.assign(**about)[[*about, *arm.tested.columns]])
    return pd.concat(tables, ignore_index=True)
