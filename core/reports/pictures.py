"""The pictures of a report: what noise did to the answers of a run, and what counted for them. No torch."""

import base64
from collections.abc import Sequence

import pandas as pd

from core.charts.drawing import noise_label
from core.data.dataset import DataSet
from core.evaluation.arms import Arm
from core.evaluation.comparison import Comparison
from core.evaluation.galleries import Pairs
from core.evaluation.joined import JoinedEvaluation, read_joined
from core.evaluation.predictions import decode_map, noisy_picture
from core.evaluation.rows import Row
from core.explanation.overlay import shared_scale
from core.explanation.views import enlarged, mosaic, seen
from core.images import encode_jpeg
from core.noise.catalogue import CLEAN
from core.reports.parts import Gallery, RunPictures, Tile
from core.reports.words import word
from core.words import Language

GALLERY = 4
"""Pictures of a gallery."""
SHOWN_GALLERIES = ("became_wrong", "stayed_right", "stayed_wrong", "became_right")
_SIDE = 96
"""Least side of a small picture, px."""
_QUALITY = 88


def pictures_of(
    rows: Sequence[Row], where: Sequence[DataSet | str], comparison: Comparison, language: Language
) -> tuple[list[RunPictures], list[str]]:
    """Of the first run of each row; beside it why there are none of some.

    Args:
        where: of each row the data set that its first run was tested on, or why that is not there.
        comparison: of the rows.
    """
    shown, missing = [], []
    for row, data_set, arm in zip(rows, where, comparison.arms, strict=True):
        why = _why_none(row, data_set)
        if why is not None:
            name = row.first[0].label[language]
            missing.append(word("no_pictures", language, name=name, why=word(why, language)))
            continue
        assert isinstance(data_set, DataSet)
        found = _of_row(row, data_set, comparison, arm, language)
        if found is not None:
            shown.append(found)
    return shown, missing


def _why_none(row: Row, data_set: DataSet | str) -> str | None:
    """Which word says why no pictures of a run can be shown; None where they can."""
    run, test = row.first
    if not isinstance(data_set, DataSet):
        return f"why_{data_set}"
    if run.without_maps or not all(part.facts.maps for part in test.parts):
        return "why_maps"
    return None if test.draws_as_now else "why_draws"


def _telling(comparison: Comparison, arm: Arm) -> tuple[str, int] | None:
    """The noise that costs most, at the severity in the middle of those tested; None without noise."""
    if not len(arm.lost):
        return None
    noise = str(arm.lost.sort_values("drop", ascending=False, kind="stable")["noise"].iloc[0])
    levels = comparison.severities_of(noise)
    return noise, levels[len(levels) // 2]


def _of_row(
    row: Row, data_set: DataSet, comparison: Comparison, arm: Arm, language: Language
) -> RunPictures | None:
    run, test = row.first
    told = _telling(comparison, arm)
    if told is None:
        return None
    noise, severity = told
    columns = ["image", "noise", "severity", "truth", "prediction", "confidence", "map"]
    pairs = Pairs.of(read_joined(test, columns, {(CLEAN, 0), told}), noise, severity)
    classes = [label[language] for label in test.class_labels]
    found = []
    for group in SHOWN_GALLERIES:
        members = pairs.members(group, 0, GALLERY)
        if len(members):
            tiles = tuple(
                _tile(one, test, data_set, told, classes, language) for _, one in members.iterrows()
            )
            found.append(Gallery(word(group, language, n=f"{pairs.counts[group]:,}"), tiles))
    about = word("pictures_about", language, noise=noise_label(noise, language), severity=severity)
    if len(row.members) > 1:
        about += " " + word("pictures_seed", language, seed=run.recipe.seed, n=len(row.members))
    return RunPictures(row.label[language], about, tuple(found)) if found else None


def _tile(
    row: pd.Series,
    test: JoinedEvaluation,
    data_set: DataSet,
    told: tuple[str, int],
    classes: Sequence[str],
    language: Language,
) -> Tile:
    noise, severity = told
    maps = [decode_map(row[name], test.map_shape) for name in ("clean_map", "map")]
    scale, lines = shared_scale(maps), []
    for (key, level), attribution in zip(((CLEAN, 0), (noise, severity)), maps, strict=True):
        pixels = enlarged(
            noisy_picture(data_set, int(row["image"]), key, level, test.table, test.mode), _SIDE
        )
        lines.append([pixels, seen("heat", pixels, attribution, scale)])
    data = base64.b64encode(encode_jpeg(mosaic(lines), _QUALITY)).decode()
    truth, before, after = (classes[int(row[key])] for key in ("truth", "clean_prediction", "prediction"))
    words = word("picture_words", language, truth=truth, before=before, after=after)
    alt = word("picture_alt", language, number=int(row["image"]), words=words)
    return Tile(f"data:image/jpeg;base64,{data}", words, alt)
