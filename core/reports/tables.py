"""The tables of a report: what each row comes to, each of its seeds, what is taken for what, all numbers. No torch."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from core.charts.drawing import noise_label
from core.charts.names import short_names
from core.data.dataset import DataSet
from core.evaluation.arms import Arm, Measured
from core.evaluation.comparison import Comparison
from core.evaluation.grouped import sd_over_seeds
from core.evaluation.joined import read_joined
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.rows import Row
from core.evaluation.tables import confusion_counts
from core.noise.catalogue import CLEAN, Cell
from core.reports.parts import Table
from core.reports.words import word
from core.words import Language, rounded

_NAME = 30
"""Letters of a row's name above its column."""
MOST_CLASSES = 12
"""More do not fit on a printed page as a table."""


def overview(comparison: Comparison, language: Language) -> Table:
    """A row a row of the report: clean, mean under noise, points lost; of several seeds the mean and their spread."""
    several = any(arm.seeds for arm in comparison.arms)
    noisy = bool(comparison.in_means)
    rows = []
    for arm in comparison.arms:
        row = [arm.label[language], *([str(max(1, len(arm.seeds)))] if several else []), f"{arm.images:,}"]
        rows.append((*row, *_measured(arm, noisy), rounded(100 * arm.guessing, 1)))
    head = ["run", *(["seeds"] if several else []), "images", "clean"]
    head += [*(["mean", "lost"] if noisy else []), "guessing"]
    return Table(tuple(word(one, language) for one in head), tuple(rows))


def of_seeds(comparison: Comparison, language: Language) -> Table | None:
    """The single runs of rows that are of several seeds, as `overview` has these; None without any."""
    noisy = bool(comparison.in_means)
    rows = [
        (arm.label[language], str(one.facts["seed"]), *_measured(one, noisy))
        for arm in comparison.arms
        for one in arm.seeds
    ]
    head = ["run", "seed", "clean", *(["mean", "lost"] if noisy else [])]
    return Table(tuple(word(one, language) for one in head), tuple(rows)) if rows else None


def _measured(arm: Arm, noisy: bool) -> list[str]:
    value, low, high = (arm.rate(CLEAN, name) for name in ACCURACY.columns[:3])
    found = [_said(Measured(100 * value, 100 * low, 100 * high), sd_over_seeds(arm, [CLEAN]))]
    if noisy:
        found.append(_said(arm.under(), sd_over_seeds(arm)))
        found.append(_said(arm.lost_to(), sd_over_seeds(arm, lost=True)))
    return found


def _said(one: Measured, sd: float | None) -> str:
    spread = "" if sd is None else f"\u00a0±\u00a0{rounded(sd, 1)}"
    return f"{rounded(one.mean, 1)}{spread} ({_whole(rounded(one.low, 1), rounded(one.high, 1))})"


def _whole(low: str, high: str, space: str = "\u00a0") -> str:
    """An interval that no line breaks: where there is little room it stands on a line of its own."""
    return f"{low}{space}\u2060–\u2060{space}{high}"


def numbers(comparison: Comparison, language: Language) -> Table:
    """Every cell of every row, as it is on Results: of one a row a cell with its counts, of several a column each."""
    return (
        _of_one(comparison.arms[0], language) if len(comparison.arms) == 1 else _beside(comparison, language)
    )


def _of_one(arm: Arm, language: Language) -> Table:
    rows = []
    for row in arm.tested.to_dict("records"):
        cell = str(row["noise"]), int(row["severity"])
        counted = _each(arm, cell) if arm.seeds else f"{int(row['right']):,}"
        rows.append(
            (
                noise_label(cell[0], language),
                str(cell[1]),
                f"{int(row['images']):,}",
                counted,
                rounded(100 * row[ACCURACY.columns.value], 1),
                _interval(row),
            )
        )
    head = ("noise", "severity", "images", "each_seed" if arm.seeds else "right", "accuracy", "interval")
    return Table(tuple(word(one, language) for one in head), tuple(rows))


def _each(arm: Arm, cell: Cell) -> str:
    """What each seed comes to in a cell, per cent."""
    values = [one.tested.set_index(["noise", "severity"])[ACCURACY.columns.value][cell] for one in arm.seeds]
    return ", ".join(rounded(100 * float(value), 1) for value in values)


def _beside(comparison: Comparison, language: Language) -> Table:
    known = [
        {(str(row["noise"]), int(row["severity"])): row for row in arm.tested.to_dict("records")}
        for arm in comparison.arms
    ]
    noises = list(dict.fromkeys(noise for one in known for noise, _ in one))
    cells = sorted({cell for one in known for cell in one}, key=lambda cell: (noises.index(cell[0]), cell[1]))
    rows = [
        (
            noise_label(noise, language),
            str(severity),
            *(
                f"{rounded(100 * one[noise, severity][ACCURACY.columns.value], 1)} ({_interval(one[noise, severity], '')})"
                if (noise, severity) in one
                else "–"
                for one in known
            ),
        )
        for noise, severity in cells
    ]
    names = short_names([arm.label[language] for arm in comparison.arms], _NAME)
    head = (word("noise", language), word("severity", language), *names)
    return Table(head, tuple(rows))


def _interval(row: Mapping[Hashable, Any], space: str = "\u00a0") -> str:
    low, high = (rounded(100 * row[name], 1) for name in ACCURACY.columns[1:3])
    return _whole(low, high, space)


def confusions(rows: Sequence[Row], comparison: Comparison, language: Language) -> list[Table]:
    """What is taken for what, a table a row; of several seeds all answers together."""
    tables = []
    for row in rows:
        labels = [label[language] for label in row.first[1].class_labels]
        if len(labels) > MOST_CLASSES:
            continue
        places = [str(place) for place in range(len(labels))]
        clean, noisy = np.zeros((2, len(labels), len(labels)), np.int64)
        for _, test in row.members:
            columns = ["noise", "severity", "truth", "prediction"]
            answers = read_joined(test, columns, {(CLEAN, 0), *comparison.cells})
            clean += confusion_counts(answers, places, CLEAN, [0]).to_numpy()
            for noise in comparison.noises:
                levels = comparison.severities_of(noise)
                noisy += confusion_counts(answers, places, noise, levels).to_numpy()
        counts = [clean, noisy] if comparison.cells else [clean]
        head = [*labels]
        if comparison.cells:
            head += [word("with_noise", language, name=label) for label in labels]
        body = tuple(
            (label, *(f"{count:,}" for table in counts for count in table[place]))
            for place, label in enumerate(labels)
        )
        name = row.label[language]
        if len(row.members) > 1:
            name = word("all_seeds", language, name=name, n=len(row.members))
        tables.append(Table((name, *head), body))
    return tables


def data_card(data_set: DataSet, language: Language) -> Table:
    """What is known of a data set."""
    card = data_set.card
    labels = card.class_labels or []
    names = {name: label[language] for name, label in zip(card.classes, labels, strict=False)}
    total = {name: sum(of_split.get(name, 0) for of_split in card.counts.values()) for name in card.classes}
    licence = card.licence
    rows = [
        ("data_origin", card.origin[language]),
        ("data_licence", licence if isinstance(licence, str) or licence is None else licence[language]),
        ("data_size", f"{card.size} px"),
        ("data_classes", ", ".join(f"{names.get(name, name)} {count:,}" for name, count in total.items())),
        ("data_split", " / ".join(f"{count:,}" for count in data_set.split_counts.values())),
        ("data_fingerprint", card.fingerprint),
    ]
    said = tuple((word(key, language), value) for key, value in rows if value)
    return Table((word("data_name", language), data_set.name), said, numbers_from=2)
