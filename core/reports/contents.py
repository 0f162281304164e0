"""What a report says, gathered from the same numbers that screens show. No torch."""

import base64
import json
import shlex
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from core.charts.drawing import Palette, noise_label
from core.charts.rows import by_cost
from core.charts.runs import Series, run_marks
from core.data.dataset import DataSet, list_data_sets
from core.errors import NotTested
from core.evaluation.answers import joined_answers
from core.evaluation.comparison import Arm, Comparison, compare, evaluated_run
from core.evaluation.details import details
from core.evaluation.findings.evidence import evidence_of
from core.evaluation.galleries import Pairs
from core.evaluation.headline import headline
from core.evaluation.joined import JoinedEvaluation, joined_evaluations, read_joined, tested_set
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.modes_said import modes_said
from core.evaluation.predictions import decode_map, noisy_picture
from core.evaluation.tables import confusion_counts
from core.evaluation.versions import project_version, versions_sentence
from core.explanation.overlay import shared_scale
from core.explanation.views import enlarged, mosaic, seen
from core.images import encode_jpeg
from core.noise.catalogue import CLEAN
from core.reports import figures
from core.reports.meaning import Meaning, meaning_of
from core.reports.words import word
from core.runs.recipe import model_name
from core.runs.recipe_file import file_of
from core.runs.runs import Run, list_runs, settled
from core.store import Workspace
from core.words import Language, levels_text, rounded

GALLERY = 4
"""Pictures of a gallery."""
SHOWN_GALLERIES = ("became_wrong", "stayed_right", "stayed_wrong", "became_right")
_SIDE = 96
"""Least side of a small picture, px."""
_QUALITY = 88
PALETTE = Palette()
"""A report is printed: it has one look, the light one."""

Tested = tuple[Run, JoinedEvaluation]


@dataclass(frozen=True)
class Chart:
    """A picture of numbers."""

    title: str
    about: str
    """Below it, and its alternative text."""
    svg: tuple[str, ...]
    """In parts that fit a printed page."""


@dataclass(frozen=True)
class Table:
    """Words and numbers in rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers_from: int = 1
    """The first column that is written flush right."""
    title: str = ""


@dataclass(frozen=True)
class Tile:
    """A picture of a gallery: clean above noisy, shown beside what counted."""

    source: str
    """A data: address."""
    words: str
    alt: str


@dataclass(frozen=True)
class Gallery:
    """Pictures that noise did the same to."""

    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class RunPictures:
    """The galleries of one run under the noise that tells most."""

    name: str
    about: str
    galleries: tuple[Gallery, ...]


@dataclass(frozen=True)
class Trained:
    """How a run came to be, and how to make it again."""

    name: str
    sentences: tuple[str, ...]
    recipe: str
    """As a file; "" where it was made elsewhere."""
    again: tuple[str, ...]
    """Commands, or a sentence where there is nothing to train."""
    versions: str


@dataclass(frozen=True)
class Contents:
    """All that a report says, in its language."""

    language: Language
    title: str
    made: str
    sentences: tuple[str, ...]
    """The headline first."""
    warnings: tuple[str, ...]
    meaning: Meaning
    resaved: Table | None
    """What saving all pictures again alike costs; None where it was not tested."""
    overview: Table
    charts: tuple[Chart, ...]
    confusions: tuple[Table, ...]
    pictures: tuple[RunPictures, ...]
    no_pictures: tuple[str, ...]
    numbers: Table
    data: tuple[Table, ...]
    data_notes: tuple[str, ...]
    trained: tuple[Trained, ...]
    comparison: Comparison = field(repr=False)
    series: tuple[Series, ...] = field(repr=False)
    """With one row a noise."""


def tested_runs(workspace: Workspace, runs: Sequence[Run]) -> list[Tested]:
    """Each with the newest of its tests; with a quick look where there is no other.

    Raises:
        NotTested: one has none.
    """
    found = []
    for run in runs:
        tests = joined_evaluations(workspace, run, quick=True)
        if not tests:
            raise NotTested(name=run.label)
        found.append((run, tests[0]))
    return found


def gather(
    workspace: Workspace, chosen: Sequence[Tested], language: Language, pictures: bool = True
) -> Contents:
    """What there is to say of runs and their tests.

    Args:
        chosen: one to eight.
        pictures: galleries are chosen, where pictures and maps are there.
    """
    answers = [joined_answers(test) for _, test in chosen]
    comparison = compare([evaluated_run(*pair, own) for pair, own in zip(chosen, answers, strict=True)])
    everyone = [(run.id, not run.reference) for run in reversed(list_runs(workspace))]
    marks = run_marks(PALETTE, everyone, [arm.id for arm in comparison.arms])

    def series_of(cells: str) -> list[Series]:
        return [
            Series(arm.label[language], marks[arm.id], getattr(arm, cells), seen=arm.seen, lost=arm.lost)
            for arm in comparison.arms
        ]

    pooled, by_level = series_of("by_noise"), series_of("cells")
    sets = list_data_sets(workspace)
    where = [tested_set(run, test, sets) for run, test in chosen]
    evidence = evidence_of(workspace, comparison, chosen, answers, where)
    meaning = meaning_of(evidence, PALETTE, language)
    shown, missing = [], []
    for (run, test), data_set in zip(chosen, where, strict=True) if pictures else ():
        why = _why_none(run, test, data_set)
        if why is None:
            assert isinstance(data_set, DataSet)
            arm = next(one for one in comparison.arms if one.id == run.id)
            found = _pictures_of(run, test, data_set, comparison, arm, language)
            if found:
                shown.append(found)
        else:
            missing.append(word("no_pictures", language, name=run.label[language], why=word(why, language)))
    names = [run.label[language] for run, _ in chosen]
    title = (
        word("title", language, name=f"“{names[0]}”")
        if len(names) == 1
        else word("title_several", language, n=len(names))
    )
    warnings = [one[language] for one in modes_said(chosen)]
    if differ := versions_sentence(part for _, test in chosen for part in test.giving()):
        warnings.append(differ[language])
    return Contents(
        language=language,
        title=title,
        made=word("made", language, version=project_version(), date=time.strftime("%Y-%m-%d")),
        sentences=tuple(one[language] for one in (headline(comparison), *details(comparison))),
        warnings=tuple(warnings),
        meaning=meaning,
        resaved=_saved_again(meaning, language),
        overview=_overview(comparison, language),
        charts=(
            *_charts(comparison, pooled, by_level, language),
            *(Chart(one.title, one.about, (one.svg,)) for one in meaning.charts),
        ),
        confusions=tuple(_confusions(chosen, comparison, language)),
        pictures=tuple(shown),
        no_pictures=tuple(missing),
        numbers=_numbers(comparison, language),
        data=tuple(
            _data_card(one, language)
            for one in {one.id: one for one in where if isinstance(one, DataSet)}.values()
        ),
        data_notes=tuple(
            dict.fromkeys(
                word("data_gone", language, name=run.summary.data_set if run.summary else "?")
                for (run, _), one in zip(chosen, where, strict=True)
                if one == "deleted"
            )
        ),
        trained=tuple(_trained(run, test, language) for run, test in chosen),
        comparison=comparison,
        series=tuple(pooled),
    )


def _saved_again(meaning: Meaning, language: Language) -> Table | None:
    head = tuple(word(key, language) for key in ("run", "check", "lost", "images"))
    return Table(head, meaning.resaved, 2) if meaning.resaved else None


def _severities(comparison: Comparison, language: Language) -> str:
    levels = comparison.severities
    if not levels:
        return word("clean_alone", language)
    return word("mean_of" if len(levels) > 1 else "at", language, levels=levels_text(levels))


def _overview(comparison: Comparison, language: Language) -> Table:
    """A row a run: clean, mean under noise, points lost."""
    rows = []
    for arm in comparison.arms:
        value, low, high = (arm.rate(CLEAN, name) for name in ACCURACY.columns[:3])
        row = [arm.label[language], f"{arm.images:,}", _share(value, low, high)]
        if comparison.in_means:
            under, lost = arm.under(), arm.lost_to()
            row += [_share(under.mean / 100, under.low / 100, under.high / 100)]
            row += [f"{rounded(lost.mean, 1)} ({rounded(lost.low, 1)} – {rounded(lost.high, 1)})"]
        rows.append((*row, rounded(100 * arm.guessing, 1)))
    head = ["run", "images", "clean", *(["mean", "lost"] if comparison.in_means else []), "guessing"]
    return Table(tuple(word(one, language) for one in head), tuple(rows))


def _share(value: float, low: float, high: float) -> str:
    return f"{rounded(100 * value, 1)} ({rounded(100 * low, 1)} – {rounded(100 * high, 1)})"


def _charts(
    comparison: Comparison, pooled: list[Series], by_level: list[Series], language: Language
) -> list[Chart]:
    if not comparison.cells:
        return []
    guessing = comparison.guessing()
    noises = by_cost(ACCURACY, pooled)
    parts = [noises[at : at + figures.ON_A_PAGE] for at in range(0, len(noises), figures.ON_A_PAGE)]
    images = " / ".join(f"{n:,}" for n in dict.fromkeys(arm.images for arm in comparison.arms))
    kinds = [
        (
            "by_noise",
            {"images": images, "severities": _severities(comparison, language)},
            figures.rows,
            pooled,
        ),
    ]
    if len(comparison.severities) > 1:
        kinds.append(("by_severity", {}, figures.severities, by_level))
    if len(comparison.arms) > 1:
        kinds.append(("grid", {}, figures.grid, pooled))
    return [
        Chart(
            word(key, language),
            word(f"{key}_about", language, **about),
            tuple(draw(PALETTE, ACCURACY, series, guessing, part, language) for part in parts),
        )
        for key, about, draw, series in kinds
    ]


MOST_CLASSES = 12
"""More do not fit on a printed page as a table."""


def _confusions(chosen: Sequence[Tested], comparison: Comparison, language: Language) -> list[Table]:
    tables = []
    for run, test in chosen:
        labels = [label[language] for label in test.class_labels]
        if len(labels) > MOST_CLASSES:
            continue
        rows = read_joined(
            test, ["noise", "severity", "truth", "prediction"], {(CLEAN, 0), *comparison.cells}
        )
        numbers = [str(place) for place in range(len(labels))]
        clean = confusion_counts(rows, numbers, CLEAN, [0])
        noisy = sum(
            (
                confusion_counts(rows, numbers, noise, comparison.severities_of(noise))
                for noise in comparison.noises
            ),
            start=0 * clean,
        )
        head = [word("run", language), *labels]
        if comparison.cells:
            head += [word("with_noise", language, name=label) for label in labels]
        body = []
        for place, label in enumerate(labels):
            found = [f"{count:,}" for count in clean.iloc[place]]
            if comparison.cells:
                found += [f"{count:,}" for count in noisy.iloc[place]]
            body.append((label, *found))
        tables.append(Table((run.label[language], *head[1:]), tuple(body)))
    return tables


def _why_none(run: Run, test: JoinedEvaluation, data_set: DataSet | str) -> str | None:
    """Which word says why no pictures of a run can be shown; None where they can."""
    if not isinstance(data_set, DataSet):
        return f"why_{data_set}"
    if run.without_maps or not all(part.facts.maps for part in test.parts):
        return "why_maps"
    return None if test.draws_as_now else "why_draws"


def _telling(comparison: Comparison, arm: Arm) -> tuple[str, int] | None:
    """The noise that costs the run most, at the severity in the middle of those tested; None without noise."""
    if not len(arm.lost):
        return None
    noise = str(arm.lost.sort_values("drop", ascending=False, kind="stable")["noise"].iloc[0])
    levels = comparison.severities_of(noise)
    return noise, levels[len(levels) // 2]


def _pictures_of(
    run: Run,
    test: JoinedEvaluation,
    data_set: DataSet,
    comparison: Comparison,
    arm: Arm,
    language: Language,
) -> RunPictures | None:
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
                _tile(row, test, data_set, told, classes, language) for _, row in members.iterrows()
            )
            found.append(Gallery(word(group, language, n=f"{pairs.counts[group]:,}"), tiles))
    about = word("pictures_about", language, noise=noise_label(noise, language), severity=severity)
    return RunPictures(run.label[language], about, tuple(found)) if found else None


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


def _numbers(comparison: Comparison, language: Language) -> Table:
    """Every cell of every run, as it is on Results."""
    rows = []
    value, low, high, _ = ACCURACY.columns
    for arm in comparison.arms:
        for row in arm.tested.to_dict("records"):
            rows.append(
                (
                    arm.label[language],
                    noise_label(str(row["noise"]), language),
                    str(int(row["severity"])),
                    f"{int(row['images']):,}",
                    f"{int(row['right']):,}",
                    rounded(100 * row[value], 1),
                    f"{rounded(100 * row[low], 1)} – {rounded(100 * row[high], 1)}",
                )
            )
    head = ("run", "noise", "severity", "images", "right", "accuracy", "interval")
    return Table(tuple(word(one, language) for one in head), tuple(rows), numbers_from=2)


def _data_card(data_set: DataSet, language: Language) -> Table:
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


def _trained(run: Run, test: JoinedEvaluation, language: Language) -> Trained:
    part = test.parts[0]
    versions = word(
        "versions",
        language,
        versions=", ".join(f"{key} {version}" for key, version in part.facts.versions.items()) or "?",
    )
    label = run.label[language]
    model = model_name(run.recipe.model)
    if run.origin is not None:
        said = word("brought", language, model=model, source=run.origin.source)
        again = word("again_brought", language, name=label, sha=run.origin.sha256 or "?")
        return Trained(label, (said,), "", (again,), versions)
    recipe = run.recipe
    if recipe.mix.noises:
        share = 100 * (1 - sum(one.probability for one in recipe.mix.parts))
        named = ", ".join(noise_label(noise, language) for noise in recipe.mix.noises)
        mix = word("mix_noises", language, share=rounded(share), noises=named)
    else:
        mix = word("mix_clean", language)
    if recipe.augmentation:
        mix += ", " + word("augmented", language, how=recipe.augmentation)
    epochs = run.summary.epochs if run.summary else recipe.epochs
    sentences = [word("trained", language, model=model, epochs=epochs, seed=recipe.seed, mix=mix)]
    if run.summary and run.summary.chosen_by:
        sentences.append(word(f"kept_{run.summary.chosen_by}", language))
    data_name = run.summary.data_set if run.summary else ""
    as_file = json.dumps(file_of(settled(run), data_name), ensure_ascii=False, indent=1)
    noises = ",".join(test.noises)
    commands = [f"python -m core train --recipe recipe.json --name {shlex.quote(run.name + ' again')}"]
    if noises:
        levels = levels_text(test.severities).replace("–", "-").replace(" ", "")
        commands.append(
            f"python -m core evaluate {shlex.quote(run.name + ' again')} --noises {noises} --severities {levels}"
        )
    return Trained(label, tuple(sentences), as_file, tuple(commands), versions)
