"""What the tabs of Results look at, and what several of them say of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.charts.drawing import noise_label
from core.charts.runs import Mark, Seed, Series
from core.data.dataset import DataSet
from core.evaluation.arms import Arm
from core.evaluation.comparison import Comparison
from core.evaluation.grouped import Seeds
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.rows import Row
from core.evaluation.view import View
from core.measure import Measure
from core.runs.runs import Run
from core.store import part_of_file
from core.words import rounded
from pages.parts.i18n import language, literal, say, t
from pages.parts.results.distances import Known
from pages.parts.services.comparisons import chart_key, compared
from pages.parts.services.kept import kept_chart, kept_result
from pages.parts.theme import palette

BARE = {"displayModeBar": False}
"""Plotly's settings for a chart too small for buttons."""
AT_ONCE = 24
"""Noises that are drawn before somebody asks for the rest."""
NAMED_SEEN = 4
"""Noises that a caption names as seen by one run; more are counted."""


@dataclass(frozen=True)
class Look:
    """What the boxes above the tabs chose.

    Where several seeds are one row, `grouped`, `means` and `mean_cells` have a mean for each row. What looks at single
    networks takes `chosen`, `comparison`, `pooled` and `cells`: of each row the run of one seed (seed_choice.py).
    """

    rows: Sequence[Row]
    view: View
    marks: Mapping[str, Mark]
    """Of each row, by the id of its first run."""
    measure: Measure
    """What charts show; what is lost and confused is counted picture by picture, whichever it is."""
    said: str
    """What the charts show, in a sentence."""
    pictures: Sequence[DataSet | str]
    """Of each row the data set that it was tested on, or why that is not there."""
    away: Known
    """How far noises are from what the rows were trained on, as far as that is known."""
    narrow: bool = False
    """Charts are drawn for a phone."""
    seed: int | None = None
    """Of rows of several seeds the one that stands for each where single networks are looked at; None: the first."""

    @property
    def chosen(self) -> list[tuple[Run, JoinedEvaluation]]:
        """Of each row the run of `seed` with its test."""
        return [row.of_seed(self.seed) for row in self.rows]

    def place_of(self, run_id: object) -> int | None:
        """The place of the row that a run is of; None of no row."""
        return next(
            (place for place, row in enumerate(self.rows) if any(run.id == run_id for run, _ in row.members)),
            None,
        )

    @property
    def every(self) -> list[tuple[Run, JoinedEvaluation]]:
        """All runs of all rows."""
        return [member for row in self.rows for member in row.members]

    @property
    def one_of_several(self) -> bool:
        """Some rows are of several seeds, so that `chosen` are not all that is looked at."""
        return any(len(row.members) > 1 for row in self.rows)

    @property
    def comparison(self) -> Comparison:
        """Of `chosen`."""
        return compared(self.chosen, self.view)

    @property
    def whole(self) -> Comparison:
        """The same at every tested severity, as a line over severities needs them."""
        return compared(self.chosen, self.view.whole)

    @property
    def grouped(self) -> Comparison:
        """Of the rows: an arm is a row, the mean of its seeds."""
        return compared(self.every, self.view, self.seeds)

    @property
    def grouped_whole(self) -> Comparison:
        """The same at every tested severity."""
        return compared(self.every, self.view.whole, self.seeds)

    @property
    def singles(self) -> Comparison:
        """Of `every`: a run is an arm."""
        return compared(self.every, self.view)

    @property
    def singles_whole(self) -> Comparison:
        """The same at every tested severity."""
        return compared(self.every, self.view.whole)

    @property
    def seeds(self) -> list[Seeds]:
        """The rows as a comparison takes them."""
        return [row.seeds for row in self.rows]

    @cached_property
    def pooled(self) -> list[Series]:
        """The arms of `comparison` with one row a noise."""
        return self._series(self.comparison, lambda arm: arm.by_noise)

    @cached_property
    def cells(self) -> list[Series]:
        """The arms of `whole` with one row a noise and severity."""
        return self._series(self.whole, lambda arm: arm.cells)

    @cached_property
    def means(self) -> list[Series]:
        """The arms of `grouped` with one row a noise, and their seeds."""
        return self._series(self.grouped, lambda arm: arm.by_noise)

    @cached_property
    def mean_cells(self) -> list[Series]:
        """The arms of `grouped_whole` with one row a noise and severity, and their seeds."""
        return self._series(self.grouped_whole, lambda arm: arm.cells)

    def _series(self, of: Comparison, cells: Callable[[Arm], pd.DataFrame]) -> list[Series]:
        return [
            Series(
                say(arm.label),
                self.marks[row.first[0].id],
                cells(arm),
                seen=arm.seen,
                seeds=[Seed(say(one.label), cells(one)) for one in arm.seeds],
            )
            for arm, row in zip(of.arms, self.rows, strict=True)
        ]

    def drawn(self, rest: tuple[object, ...], make: Callable[[], go.Figure]) -> go.Figure:
        """The chart that `make` gives; kept.

        Args:
            rest: what tells it from others of the same look.
        """
        of_look = (language(), palette().ground, self.seed, *map(str, self.marks.values()))
        key = chart_key(self.every, self.view, self.seeds)
        return kept_chart((*key, self.measure.key, *of_look, *rest), make)

    def kept(self, rest: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """What `make` reckons from the tests of `chosen`; kept, whatever language and theme.

        Args:
            rest: as of `drawn`.
        """
        return kept_result((*chart_key(self.chosen, self.view), *rest), make)

    def kept_of_rows(self, rest: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """As `kept`, of what is reckoned from the tests of all rows."""
        return kept_result((*chart_key(self.every, self.view, self.seeds), *rest), make)

    def file(self, chart: str, *parts: str, measured: bool = False) -> str:
        """What the files of a chart are called: the chart, then what tells it from others of the same kind.

        Args:
            parts: as a run's name or a noise.
            measured: it shows `measure`.
        """
        levels = self.grouped.severities
        severity = (
            f"severity{levels[0]}"
            if len(levels) == 1
            else f"severities{levels[0]}-{levels[-1]}"
            if levels
            else "clean"
        )
        measure = [self.measure.key] if measured else []
        return "_".join([chart, *measure, *(part_of_file(one) for one in parts), severity])

    @property
    def pictures_there(self) -> bool:
        return any(isinstance(one, DataSet) for one in self.pictures)


def strength(comparison: Comparison) -> str:
    """Of which severities what is shown is the mean."""
    levels = comparison.severities
    return t("results.one_severity", n=levels[0]) if len(levels) == 1 else t("results.mean_severity")


def seen_by(comparison: Comparison) -> str:
    """What a hollow mark says: the run was trained with the noise."""
    if not comparison.seen:
        return ""
    return t("results.seen_mark" if len(comparison.arms) == 1 else "results.seen_by")


def seen_lines(comparison: Comparison) -> list[str]:
    """With which noises each of several runs was trained: too much for a caption, so it stands in its help."""
    known: list[str] = []
    if len(comparison.arms) == 1:
        return known
    for arm in comparison.arms:
        names = [noise_label(noise, language()) for noise in comparison.seen if noise in arm.seen]
        if names:
            more = len(names) - NAMED_SEEN
            named = ", ".join(names[:NAMED_SEEN]) + (t("results.seen_more", n=more) if more > 0 else "")
            known.append(t("results.seen_by_one", name=literal(say(arm.label)), noises=named))
    return [t("results.seen_line"), *(f"- {one}" for one in known)] if known else known


def lost_lines(comparison: Comparison) -> list[str]:
    """What noise costs each run on average, with how sure that is."""
    lines = []
    for arm in comparison.arms if comparison.in_means else ():
        lost = arm.lost_to()
        kind = "untold" if not lost.told else "lost" if lost.low > 0 else "gained"
        low, high = sorted(abs(end) for end in (lost.low, lost.high))
        name = literal(say(arm.label))
        lines.append("- " + t(f"results.mean_{kind}", name=name, low=rounded(low, 1), high=rounded(high, 1)))
    return [t("results.mean_line"), *lines] if lines else lines


def help_of(*lines: str) -> str | None:
    """Paragraphs and lists in Markdown, as a caption's help takes them."""
    return "\n\n".join(lines) or None


def begun(*measures: Measure) -> str:
    """Their names as they stand at the beginning of a sentence."""
    names = ", ".join(say(measure.name) for measure in measures)
    return names[0].upper() + names[1:]


def caption(measure: Measure, comparison: Comparison) -> str:
    images = " / ".join(f"{n:,}" for n in dict.fromkeys(arm.images for arm in comparison.arms))
    text = (
        t("results.caption", measure=begun(measure), images=images, severities=strength(comparison))
        if comparison.cells
        else t("results.caption_clean", measure=begun(measure), images=images)
    )
    return " ".join([part for part in (seen_by(comparison), text) if part])
