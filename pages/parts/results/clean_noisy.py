"""The tab of clean against noisy accuracy of all runs of a data set."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.clean_noisy import Group, clean_noisy_chart
from core.evaluation.clean_noisy import Line, above, clean_and_noisy_runs, line_of
from core.evaluation.joined import JoinedEvaluation, evaluations_by_run, pictures_key
from core.evaluation.stored_answers import joined_answers
from core.runs.groups import trained_on
from core.runs.runs import Run, list_runs
from core.words import rounded
from pages.parts.address import open_page
from pages.parts.i18n import language, literal, say, t
from pages.parts.results.chart import show_chart
from pages.parts.results.look import Look
from pages.parts.services.comparisons import chart_key
from pages.parts.services.kept import kept_result
from pages.parts.services.workspace import workspace
from pages.parts.theme import palette

_STEPS = 60
"""Points of the line."""


def clean_noisy(look: Look) -> None:
    """A dot a run, the line, and who lies above it."""
    shown, left_out = _runs(look)
    comparison = look.comparison
    if not comparison.in_means or len(shown) < 2:
        st.info(t("findings.scatter_few"), icon=":material/info:")
        return
    cells = [(noise, level) for noise in comparison.in_means for level in comparison.mean_severities]
    key = (*chart_key(shown, look.view), "clean and noisy", tuple(cells))
    table, line = kept_result(key, lambda: _reckoned(shown, cells, comparison.arms[0].guessing))
    labels = {run.id: say(run.label) for run, _ in shown}
    _sentence(table, labels)
    groups = {
        trained_on(row.first[0]): Group(say(row.label), look.marks[row.first[0].id]) for row in look.rows
    }
    low, high = line.reach
    x = np.linspace(max(low, line.guessing), min(high, 1.0), _STEPS)
    drawn_line = (x, line.at(x), line.clean_trained)
    draw = partial(clean_noisy_chart, palette(), table, groups, labels, drawn_line, language())
    names = {run.id: run.name for run, _ in shown}
    points = show_chart(
        look.drawn(key, draw),
        "clean-against-noisy",
        t("findings.scatter_alt"),
        lambda: table.drop(columns="group").assign(name=table["run_id"].map(names)),
        look.singles.arms,
        file=look.file("clean-against-noisy"),
        on_select="rerun",
    )
    if points:
        run, test = next(one for one in shown if one[0].id == str(points[0][0]))
        if not run.without_maps:
            open_page("explain.py", run=run.id, test=test.id)
    kind = "fitted" if line.fitted else "slope"
    said = [
        t("findings.scatter_caption", images=f"{int(table['images'].min()):,}"),
        t(f"findings.scatter_line_{kind if line.clean_trained else 'all'}", n=line.runs),
        t("findings.scatter_click"),
    ]
    if left_out:
        said.append(t("findings.scatter_left_out", n=left_out))
    st.caption(" ".join(said))


def _runs(look: Look) -> tuple[list[tuple[Run, JoinedEvaluation]], int]:
    """All runs that were tested on the same pictures and under the noises that are looked at, and how many of the data set were
    not."""
    run, test = look.chosen[0]
    pictures = pictures_key(run, test)
    cells = {
        (noise, level) for noise in look.comparison.in_means for level in look.comparison.mean_severities
    }
    among = [one for one in list_runs(workspace()) if one.recipe.data_set_id == run.recipe.data_set_id]
    tests = evaluations_by_run(workspace(), among, every=True)
    own = {one.id: test for one, test in look.every}
    shown = []
    for one in among:
        known = [own[one.id]] if one.id in own else tests.get(one.id, [])
        fits = [test for test in known if pictures_key(one, test) == pictures and cells <= set(test.cells)]
        if fits:
            shown.append((one, fits[0]))
    return shown, sum(one.id in tests for one in among) - len(shown)


def _reckoned(
    shown: list[tuple[Run, JoinedEvaluation]], cells: list[tuple[str, int]], guessing: float
) -> tuple[pd.DataFrame, Line]:
    table = clean_and_noisy_runs([(run, joined_answers(test)) for run, test in shown], cells)
    line = line_of(table, guessing)
    assert line is not None, "there are runs"
    return above(table, line), line


def _sentence(table: pd.DataFrame, labels: dict[str, str]) -> None:
    """Who lies furthest above the line, if anybody clearly does."""
    clear = table[(table["above_low"] > 0) & table["reached"] & ~table["clean_trained"]]
    if not len(clear):
        st.markdown(t("findings.scatter_none"))
        return
    best = clear.sort_values("above", ascending=False, kind="stable").iloc[0]
    st.markdown(
        t(
            "findings.scatter_some",
            name=literal(labels[str(best["run_id"])]),
            points=rounded(100 * float(best["above"])),
            low=rounded(100 * float(best["above_low"])),
            high=rounded(100 * float(best["above_high"])),
        )
    )
