"""What Results shows of a comparison: noise by noise, by severity, as a grid, what is lost, confusions, numbers."""

import html
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.charts.drawing import noise_label
from core.charts.measured import (
    as_bars,
    confusion,
    measured_by_noise,
    measured_by_severity,
    trained_by_tested,
)
from core.charts.rows import by_cost, drop_rows, measured_rows
from core.charts.runs import Series
from core.data.dataset import DataSet
from core.evaluation.comparison import Comparison, confusion_counts, csv, numbers
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.measures.accuracy import ACCURACY
from core.measure import Measure
from core.noise.catalogue import CLEAN, noise_sentence
from core.runs.runs import Run
from core.words import rounded
from pages.parts.address import asked, keep, open_page
from pages.parts.choices import selectbox
from pages.parts.i18n import language, literal, say, t
from pages.parts.pictures import wide_and_narrow
from pages.parts.results.how_sure import how_sure
from pages.parts.results.two_runs import two_runs
from pages.parts.services import predictions
from pages.parts.theme import palette

BARE = {"displayModeBar": False}
_PNG_SCALE = 2
"""Pixels of a downloaded chart for one of the screen's: sharp on a slide."""
AT_ONCE = 24
"""Noises that are drawn before somebody asks for the rest."""


NAMED_SEEN = 4
"""Noises that a caption names as seen by one run; more are counted."""

# The bars take what a high screen leaves between what stands above and below them.
_STYLE = """
<style>
.st-key-wide_only_results_by_noise
    :is([data-testid="stElementContainer"], [data-testid="stFullScreenFrame"], [data-testid="stPlotlyChart"]) {
    flex: none; height: max(310px, 100vh - 550px);
}
</style>
"""


Drawn = Callable[[tuple[object, ...], Callable[[], go.Figure]], go.Figure]
"""Gives the chart that its second argument makes, kept under its first: what tells it from others of the comparison."""


def results_tabs(
    drawn: Drawn,
    measure: Measure,
    comparison: Comparison,
    whole: Comparison,
    chosen: list[tuple[Run, JoinedEvaluation]],
    pooled: list[Series],
    cells: list[Series],
    said: str,
    pictures: Sequence[DataSet | str],
) -> None:
    """One tab for each; only the open one is drawn.

    Args:
        measure: what charts show; what is lost and confused is counted picture by picture, whichever it is.
        whole: the same at every tested severity, as a line over severities needs them.
        pooled: the arms with one row a noise.
        cells: the arms of `whole` with one row a noise and severity.
        said: what the charts show, in a sentence.
        pictures: of each of `chosen` the data set that it was tested on, or why that is not there.
    """
    there = any(isinstance(one, DataSet) for one in pictures)
    draw: dict[str, Callable[[], None]] = {
        "by_noise": lambda: _by_noise(drawn, measure, comparison, pooled, said, there),
        "by_severity": lambda: _by_severity(drawn, measure, whole, cells),
        "grid": lambda: _grid(drawn, measure, comparison, pooled, said),
        "drop": lambda: _drop(drawn, comparison, pooled, said),
        "two": lambda: two_runs(comparison, chosen, pictures),
        "sure": lambda: how_sure(drawn, comparison, chosen, pooled, _chart),
        "confusion": lambda: _confusions(drawn, comparison, chosen),
        "numbers": lambda: _table(comparison, measure),
    }
    labels = {name: t(f"results.tab_{name}") for name in draw}
    wanted = asked("results", "tab")
    if wanted in draw:
        st.session_state["results_tab"] = wanted
    # Tabs are known by their labels, which are others in the other language.
    if wanted in draw or st.session_state.get("results_tabs") not in labels.values():
        st.session_state["results_tabs"] = labels[st.session_state.get("results_tab", "by_noise")]
    tabs = st.tabs(list(labels.values()), key="results_tabs", on_change="rerun")
    for tab, name in zip(tabs, draw, strict=True):
        if tab.open:
            st.session_state["results_tab"] = name
            keep("results", tab=name)
        if tab.open and (comparison.cells or name in _CLEAN_ENOUGH):
            with tab:
                draw[name]()


_CLEAN_ENOUGH = ("by_noise", "two", "sure", "confusion", "numbers")
"""What has something to show without a noise."""


def _chart(name: str) -> dict[str, object]:
    """Plotly's settings for a chart that can be taken away: one button, worded in the visitor's language.

    Args:
        name: of the file, without its ending.
    """
    words = {
        "Download plot as a PNG": t("results.png"),
        "Preparing image - this may take a few seconds": t("results.png_making"),
        "Image download succeeded": t("results.png_made"),
        "Sorry, there was a problem downloading your image!": t("results.png_failed"),
    }
    return {
        "displayModeBar": True,
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "filename": f"noiselens-{name}", "scale": _PNG_SCALE},
        "locale": language(),
        "locales": {language(): {"dictionary": words}},
    }


def _strength(comparison: Comparison) -> str:
    """Of which severities what is shown is the mean."""
    levels = comparison.severities
    return t("results.one_severity", n=levels[0]) if len(levels) == 1 else t("results.mean_severity")


def _seen_by(comparison: Comparison) -> str:
    """What a hollow mark says: the run was trained with the noise."""
    if not comparison.seen:
        return ""
    return t("results.seen_mark" if len(comparison.arms) == 1 else "results.seen_by")


def _seen_lines(comparison: Comparison) -> list[str]:
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


def _lost_lines(comparison: Comparison) -> list[str]:
    """What noise costs each run on average, with how sure that is."""
    lines = []
    for arm in comparison.arms if comparison.in_means else ():
        lost = arm.lost_to()
        kind = "untold" if not lost.told else "lost" if lost.low > 0 else "gained"
        low, high = sorted(abs(end) for end in (lost.low, lost.high))
        name = literal(say(arm.label))
        lines.append("- " + t(f"results.mean_{kind}", name=name, low=rounded(low, 1), high=rounded(high, 1)))
    return [t("results.mean_line"), *lines] if lines else lines


def _help(*lines: str) -> str | None:
    """Paragraphs and lists in Markdown, as a caption's help takes them."""
    return "\n\n".join(lines) or None


def begun(*measures: Measure) -> str:
    """Their names as they stand at the beginning of a sentence."""
    names = ", ".join(say(measure.name) for measure in measures)
    return names[0].upper() + names[1:]


def _caption(measure: Measure, comparison: Comparison) -> str:
    images = " / ".join(f"{n:,}" for n in dict.fromkeys(arm.images for arm in comparison.arms))
    text = (
        t("results.caption", measure=begun(measure), images=images, severities=_strength(comparison))
        if comparison.cells
        else t("results.caption_clean", measure=begun(measure), images=images)
    )
    return " ".join([part for part in (_seen_by(comparison), text) if part])


def _at_once(noises: list[str], place: str) -> list[str]:
    """Those to draw, and a button for the rest, in any tab for all of them.

    Args:
        place: of the button, unique on the page.
    """
    if len(noises) <= AT_ONCE or st.session_state.get("results_rest"):
        return noises
    st.button(
        t("results.show_all", n=len(noises)),
        key=f"results_rest_{place}",
        on_click=st.session_state.__setitem__,
        args=("results_rest", True),
    )
    return noises[:AT_ONCE]


def _by_noise(
    drawn: Drawn,
    measure: Measure,
    comparison: Comparison,
    series: list[Series],
    said: str,
    pictures: bool,
) -> None:
    """The chart; a click on a bar or mark leads to its pictures, or where these are gone to its figures."""
    bars = as_bars(series)
    noises = by_cost(measure, series)
    guessing = comparison.guessing(measure)
    if not bars:
        noises = _at_once(noises, "by_noise")
    wide, narrow = wide_and_narrow("results_by_noise")
    if bars:
        st.html(_STYLE)
        chart = drawn(
            ("bars",),
            lambda: measured_by_noise(palette(), measure, series, guessing, language(), height=310),
        )
    else:
        chart = drawn(
            ("rows", len(noises)),
            lambda: measured_rows(palette(), measure, series, guessing, noises, language()),
        )
    with wide:
        _clickable(chart, "results_by_noise", comparison, said)
    with narrow:
        rows = drawn(
            ("narrow rows", len(noises)),
            lambda: measured_rows(palette(), measure, series, guessing, noises, language(), narrow=True),
        )
        _clickable(rows, "results_by_noise_narrow", comparison, said)
    further = [*_lost_lines(comparison), *_seen_lines(comparison)]
    click = t("results.click" if pictures else "results.click_figures")
    st.caption(f"{_caption(measure, comparison)} {click}", help=_help(say(measure.interval), *further))


def _clickable(figure: go.Figure, key: str, comparison: Comparison, said: str) -> None:
    clicked = st.plotly_chart(
        figure,
        theme=None,
        key=key,
        alt=said,
        config=_chart("noise-by-noise"),
        on_select="rerun",
        selection_mode="points",
    )
    points = clicked["selection"]["points"]
    if points:
        # The line of guessing cannot be clicked: only runs give points.
        noise, place = points[0]["customdata"]
        arm = comparison.arms[place]
        where = {"run": arm.id, "test": arm.evaluation}
        if noise == CLEAN:
            where["severity"] = "0"
        else:
            tested = comparison.severities_of(str(noise))
            where["noise"] = str(noise)
            if len(tested) == 1:
                where["severity"] = str(tested[0])
            st.session_state["explain_from_mean"] = len(tested) > 1
        open_page("explain.py", **where)


def _grid(drawn: Drawn, measure: Measure, comparison: Comparison, series: list[Series], said: str) -> None:
    draw = partial(trained_by_tested, palette(), measure, series, comparison.guessing(measure), language())
    for place, narrow in zip(wide_and_narrow("results_grid"), (False, True), strict=True):
        place.plotly_chart(
            drawn(("grid", narrow), partial(draw, narrow=narrow)),
            theme=None,
            key=f"results_grid_{narrow}",
            alt=said,
            config=_chart("trained-on-tested-on"),
        )
    seen = t("results.seen_dot") if comparison.seen else ""
    about = {"measure": say(measure.name), "unit": say(measure.unit.among)}
    st.caption(f"{t('results.grid_caption', **about, severities=_strength(comparison))} {seen}")


def _drop(drawn: Drawn, comparison: Comparison, series: list[Series], said: str) -> None:
    noises = _at_once(by_cost(ACCURACY, series), "drop")
    draw = partial(drop_rows, palette(), series, noises, language())
    for place, narrow in zip(wide_and_narrow("results_drop"), (False, True), strict=True):
        place.plotly_chart(
            drawn(("drop", narrow, len(noises)), partial(draw, narrow=narrow)),
            theme=None,
            key=f"results_drop_{narrow}",
            alt=said,
            config=_chart("drop-from-clean"),
        )
    st.caption(
        f"{t('results.drop_caption')} {_seen_by(comparison)}",
        help=_help(*_lost_lines(comparison), *_seen_lines(comparison)),
    )


def _by_severity(drawn: Drawn, measure: Measure, comparison: Comparison, series: list[Series]) -> None:
    legend = " ".join(
        f'<span style="display:inline-block;margin-right:1rem"><span style="color:{one.mark.colour}" '
        f'aria-hidden="true">{one.mark.letter}</span> {html.escape(one.name)}</span>'
        for one in series
    )
    st.html(f'<div style="font-size:0.875rem">{legend}</div>')
    every, guessing = _at_once(list(comparison.noises), "severity"), comparison.guessing(measure)
    for start in range(0, len(every), 4):
        for place, noise in zip(st.columns(4), every[start : start + 4], strict=False):
            with place:
                about = noise_sentence(noise)
                st.markdown(f"**{noise_label(noise, language())}**", help=say(about) if about else None)
                st.plotly_chart(
                    drawn(
                        ("severity", noise),
                        partial(
                            measured_by_severity, palette(), measure, series, noise, guessing, language()
                        ),
                    ),
                    theme=None,
                    key=f"results_severity_{noise}",
                    alt=t(
                        "results.severity_alt", measure=begun(measure), noise=noise_label(noise, language())
                    ),
                    config=BARE,
                )
    said = [t("results.severity_caption"), "" if guessing is None else t("results.severity_dotted")]
    caption = " ".join(part for part in (*said, _seen_by(comparison)) if part)
    st.caption(caption, help=_help(*_seen_lines(comparison)))


def _confusions(drawn: Drawn, comparison: Comparison, chosen: list[tuple[Run, JoinedEvaluation]]) -> None:
    known = [CLEAN, *comparison.noises]
    if (wanted := asked("results", "confusion")) in known:
        st.session_state["results_confusion"] = wanted
    elif st.session_state.get("results_confusion") not in known:
        st.session_state["results_confusion"] = CLEAN
    noise = selectbox(
        t("results.confusion_noise"),
        known,
        format_func=lambda key: noise_label(key, language()),
        key="results_confusion",
        persist_state="session",
        help=t("results.confusion_help"),
    )
    keep("results", confusion=str(noise))
    number = min(3, max(2, len(chosen)))
    # A row of columns for each few: on a phone, where columns stand below each other, the order stays.
    rows = [st.columns(number) for _ in range(0, len(chosen), number)]
    for place, (run, evaluation) in zip(chain.from_iterable(rows), chosen, strict=False):
        with place:
            st.markdown(f"**{literal(say(run.label))}**")
            st.plotly_chart(
                drawn(
                    ("confusion", run.id, str(noise)),
                    partial(_confusion, comparison, evaluation, str(noise)),
                ),
                theme=None,
                key=f"results_confusion_{run.id}",
                alt=t("results.confusion_alt", name=say(run.label)),
                config=_chart(f"confusion-{run.name}-{noise}"),
            )


def _confusion(comparison: Comparison, evaluation: JoinedEvaluation, noise: str) -> go.Figure:
    levels = comparison.severities
    shown = [(CLEAN, 0)] if noise == CLEAN else [(noise, level) for level in levels]
    rows = predictions(evaluation, ("noise", "severity", "truth", "prediction"), shown)
    classes = [say(label) for label in evaluation.class_labels]
    return confusion(palette(), confusion_counts(rows, classes, noise, levels), language())


def _table(comparison: Comparison, measure: Measure) -> None:
    whole = numbers(comparison)
    labels = {arm.name: say(arm.label) for arm in comparison.arms}
    seen = {arm.name: arm.seen for arm in comparison.arms}
    shown = pd.DataFrame(
        {
            t("results.column_run"): whole["run"].map(labels),
            t("results.column_noise"): [noise_label(noise, language()) for noise in whole["noise"]],
            t("results.column_severity"): whole["severity"],
            t("results.column_seen"): [
                t("results.yes") if noise in seen[run] else ""
                for run, noise in zip(whole["run"], whole["noise"], strict=True)
            ],
            t("results.column_images"): whole["images"],
        }
    )
    formats = {}
    for place, one in enumerate(comparison.measures):
        unit, name = one.unit, say(one.name)
        titles = {name: one.columns.value}
        if one in (
            ACCURACY,
            measure,
        ):  # the ends of all others would be a table too wide to read; the file has them
            of = f"{name}, " if place else ""  # two columns may not be called the same
            titles |= {of + t(f"results.column_{end}"): getattr(one.columns, end) for end in ("low", "high")}
        for title, column in titles.items():
            shown[title] = unit.times * whole[column]
            written = f"%.{unit.digits + 1}f{unit.behind.replace('%', '%%')}"
            formats[title] = st.column_config.NumberColumn(format=written)
    st.dataframe(
        shown,
        hide_index=True,
        column_config=formats,
        alt=t("results.table_alt", measures=begun(*comparison.measures)),
    )
    st.download_button(
        t("results.csv"),
        lambda: csv(comparison),
        "noiselens-results.csv",
        "text/csv",
        icon=":material/download:",
        key="results_csv",
        on_click="ignore",
    )
