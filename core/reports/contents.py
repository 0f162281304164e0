"""What a report says, gathered from the same numbers that screens show. No torch."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from core.charts.rows import by_cost
from core.charts.runs import Seed, Series, run_marks
from core.data.dataset import DataSet, list_data_sets
from core.errors import NotTested
from core.evaluation.arms import Arm, evaluated_run
from core.evaluation.comparison import Comparison, compare
from core.evaluation.details import details
from core.evaluation.findings.evidence import evidence_of
from core.evaluation.grouped import grouped
from core.evaluation.headline import headline
from core.evaluation.joined import evaluations_by_run, tested_set
from core.evaluation.means import families_of, with_means
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.modes_said import modes_said
from core.evaluation.noise_order import UNFOLDED
from core.evaluation.rows import Row, rows_of
from core.evaluation.stored_answers import joined_answers
from core.evaluation.versions import project_version, versions_sentence
from core.reports import figures, tables
from core.reports.making import made, tests_again
from core.reports.meaning import Meaning, meaning_of
from core.reports.parts import PALETTE, Chart, RunPictures, Table, Trained, listed
from core.reports.pictures import pictures_of
from core.reports.words import word
from core.runs.groups import groups_of
from core.runs.runs import Run, RunArm, list_runs
from core.store import Workspace
from core.studies.spread import seeds_of, sentences_on_seeds
from core.words import Language, Text, fill_text, levels_text


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
    """A row a row of the report."""
    overview_about: str
    """Of how many seeds, pictures, noises and severities it is made."""
    seeds: Table | None
    """The single runs of the rows that are of several seeds."""
    charts: tuple[Chart, ...]
    confusions: tuple[Table, ...]
    pictures: tuple[RunPictures, ...]
    no_pictures: tuple[str, ...]
    numbers: Table
    data: tuple[Table, ...]
    data_notes: tuple[str, ...]
    trained: tuple[Trained, ...]
    tests_again: tuple[str, ...]
    """Commands that test what was trained again."""
    comparison: Comparison = field(repr=False)
    """Of the rows: an arm is a row, the mean of its seeds."""
    singles: Comparison = field(repr=False)
    """Of all runs: a run is an arm."""
    series: tuple[Series, ...] = field(repr=False)
    """With one row a noise."""


def rows_with_tests(
    workspace: Workspace, runs: Sequence[Run], tests: Mapping[str, str] | None = None
) -> list[Row]:
    """The runs with a test of each, seeds of one recipe as one row, in the order in which they are given.

    Args:
        tests: of runs by their id the id of the test that is meant; of another it is the newest, of several seeds the newest
            that most of them have in common, and a quick look where there is no other.

    Raises:
        NotTested: one of the runs has no test.
    """
    wanted = tests or {}
    known = evaluations_by_run(workspace, runs, every=bool(tests), quick=True)
    for run in runs:
        if not known.get(run.id):
            raise NotTested(name=run.label)
    meant = {run: [one for one in own if one.id == wanted.get(run)] or own for run, own in known.items()}
    places = {run.id: place for place, run in enumerate(runs)}
    groups = groups_of(sorted(runs, key=lambda run: (-run.created, run.id)))
    groups.sort(key=lambda group: min(places[run.id] for run in group.runs))
    return rows_of(groups, meant)


def gather(workspace: Workspace, rows: Sequence[Row], language: Language, pictures: bool = True) -> Contents:
    """What there is to say of tested rows.

    Args:
        rows: one to eight.
        pictures: galleries are chosen, where pictures and maps are there.
    """
    every = [member for row in rows for member in row.members]
    answers = [joined_answers(test) for _, test in every]
    singles = compare([evaluated_run(*pair, own) for pair, own in zip(every, answers, strict=True)])
    groups = [row.seeds for row in rows]
    comparison = grouped(singles, groups)
    everyone = [(run.id, not run.reference) for run in reversed(list_runs(workspace))]
    marks = run_marks(PALETTE, everyone, [row.first[0].id for row in rows])

    def series_of(cells: Callable[[Arm], pd.DataFrame]) -> list[Series]:
        return [
            Series(
                arm.label[language],
                marks[row.first[0].id],
                cells(arm),
                seen=arm.seen,
                lost=arm.lost,
                seeds=[Seed(one.label[language], cells(one)) for one in arm.seeds],
            )
            for row, arm in zip(rows, comparison.arms, strict=True)
        ]

    pooled, by_level = series_of(lambda arm: arm.by_noise), series_of(lambda arm: arm.cells)
    sets = list_data_sets(workspace)
    where_of = {run.id: tested_set(run, test, sets) for run, test in every}
    where = [where_of[row.first[0].id] for row in rows]
    evidence = evidence_of(workspace, singles, every, answers, list(where_of.values()), groups=groups)
    meaning = meaning_of(evidence, PALETTE, language)
    shown, missing = pictures_of(rows, where, comparison, language) if pictures else ([], [])
    return Contents(
        language=language,
        title=_title(rows, language),
        made=word("made", language, version=project_version(), date=time.strftime("%Y-%m-%d")),
        sentences=tuple(one[language] for one in _sentences(rows, comparison, singles)),
        warnings=tuple(one[language] for one in _warnings(rows)),
        meaning=meaning,
        resaved=_saved_again(meaning, language),
        overview=tables.overview(comparison, language),
        overview_about=_made_of(rows, comparison, language),
        seeds=tables.of_seeds(comparison, language),
        charts=(
            *_charts(comparison, pooled, by_level, language),
            *(Chart(one.title, one.about, (one.svg,)) for one in meaning.charts),
        ),
        confusions=tuple(tables.confusions(rows, comparison, language)),
        pictures=tuple(shown),
        no_pictures=tuple(missing),
        numbers=tables.numbers(comparison, language),
        data=tuple(
            tables.data_card(one, language)
            for one in {one.id: one for one in where if isinstance(one, DataSet)}.values()
        ),
        data_notes=tuple(
            dict.fromkeys(
                word("data_gone", language, name=run.summary.data_set if run.summary else "?")
                for run, _ in every
                if where_of[run.id] == "deleted"
            )
        ),
        trained=tuple(made(row, language) for row in rows),
        tests_again=tests_again(rows),
        comparison=comparison,
        singles=singles,
        series=tuple(pooled),
    )


def _title(rows: Sequence[Row], language: Language) -> str:
    if len(rows) == 1:
        return word("title", language, name=f"“{rows[0].label[language]}”")
    several = any(len(row.members) > 1 for row in rows)
    return word("title_ways" if several else "title_several", language, n=len(rows))


def _sentences(rows: Sequence[Row], comparison: Comparison, singles: Comparison) -> list[Text]:
    """The headline first; of several seeds then what these change."""
    arms = {run.id: RunArm(row.key, row.label) for row in rows for run, _ in row.members}
    several = len(rows) > 1 and len(arms) > len(rows)
    on_seeds = sentences_on_seeds(seeds_of(singles, arms))[:1] if several else []
    return [headline(comparison), *on_seeds, *details(comparison)]


_APART = Text(
    en="Not in the means, as they were tested on other pictures than the other seeds: {names}.",
    ko="다른 시드와 다른 사진으로 시험해 평균에서 뺀 모델: {names}.",
)


def _warnings(rows: Sequence[Row]) -> list[Text]:
    every = [member for row in rows for member in row.members]
    found = modes_said(every)
    if differ := versions_sentence(part for _, test in every for part in test.giving()):
        found.append(differ)
    if apart := [run.label for row in rows for run in row.apart]:
        names = Text(en=listed([one["en"] for one in apart]), ko=listed([one["ko"] for one in apart]))
        found.append(fill_text(_APART, names=names))
    return found


def _made_of(rows: Sequence[Row], comparison: Comparison, language: Language) -> str:
    """What the table of rows says: of how much, and what stands behind a mean."""
    said = [word("overview_interval", language)]
    if comparison.in_means:
        levels = _severities(comparison.mean_severities, language)
        said.insert(0, word("overview_noise", language, n=len(comparison.in_means), severities=levels))
    if any(len(row.members) > 1 for row in rows):
        said.append(word("overview_seeds", language))
    return " ".join(said)


def _saved_again(meaning: Meaning, language: Language) -> Table | None:
    head = tuple(word(key, language) for key in ("run", "check", "lost", "images"))
    return Table(head, meaning.resaved, 2) if meaning.resaved else None


def _severities(levels: Sequence[int], language: Language) -> str:
    if not levels:
        return word("clean_alone", language)
    return word("mean_of" if len(levels) > 1 else "at", language, levels=levels_text(levels))


_WORST = 12
"""Noises that have a row of their own where families have one."""


def _charts(
    comparison: Comparison, pooled: list[Series], by_level: list[Series], language: Language
) -> list[Chart]:
    if not comparison.cells:
        return []
    guessing, runs = comparison.guessing(), len(pooled)
    noises = by_cost(ACCURACY, pooled)
    many = len(noises) > UNFOLDED
    several = any(arm.seeds for arm in comparison.arms)

    def chart(key: str, svg: Iterable[str], **about: object) -> Chart:
        said = [word(f"{key}_about", language, **about)]
        said += [word(f"{key}_seeds", language)] if several else []
        worst = _WORST if key == "by_noise" else figures.severities_on_a_page(runs)
        said += [word(f"{key}_many", language, n=worst)] if many and key != "grid" else []
        return Chart(word(key, language), " ".join(said), tuple(svg))

    fits = figures.rows_on_a_page(runs)
    if many:
        labels, series = _with_families(comparison, pooled, noises, language)
        parts = [*_parts(list(labels), fits), *_parts(noises[:_WORST], fits)]
    else:
        labels, series, parts = {}, pooled, _parts(noises, fits)
    images = " / ".join(f"{n:,}" for n in dict.fromkeys(arm.images for arm in comparison.arms))
    levels = _severities(comparison.severities, language)
    svg = (figures.rows(PALETTE, ACCURACY, series, guessing, part, language, labels) for part in parts)
    found = [chart("by_noise", svg, images=images, severities=levels)]
    if len(comparison.severities) > 1:
        fits = figures.severities_on_a_page(runs)
        parts = _parts(noises[:fits] if many else noises, fits)
        svg = (figures.severities(PALETTE, ACCURACY, by_level, guessing, part, language) for part in parts)
        found.append(chart("by_severity", svg))
    if runs > 1:
        parts = _parts(noises, figures.grid_on_a_page())
        svg = (figures.grid(PALETTE, ACCURACY, pooled, guessing, part, language) for part in parts)
        found.append(chart("grid", svg))
    return found


def _parts(rows: Sequence[str], fits: int) -> list[Sequence[str]]:
    """In pieces of at most so many, about as long as each other."""
    pieces = -(-len(rows) // fits)
    each = -(-len(rows) // max(1, pieces))
    return [rows[at : at + each] for at in range(0, len(rows), each)] if rows else []


def _with_families(
    comparison: Comparison, pooled: list[Series], noises: Sequence[str], language: Language
) -> tuple[dict[str, str], list[Series]]:
    """Of the families what they are called, the costliest first, and the runs with a row for each."""
    in_means = comparison.in_means
    families = families_of([noise for noise in noises if noise in in_means or not in_means])
    tables = [with_means(arm.by_noise, families, arm) for arm in comparison.arms]
    series = [
        replace(
            one,
            cells=table,
            seeds=[replace(seed, cells=with_means(seed.cells, families)) for seed in one.seeds],
        )
        for one, table in zip(pooled, tables, strict=True)
    ]
    mean = pd.concat(tables).groupby("noise")[ACCURACY.columns.value].mean()
    order = sorted(families, key=lambda one: float(mean[one.key]))
    return {one.key: f"{one.label[language]} ({len(one.noises)})" for one in order}, series
