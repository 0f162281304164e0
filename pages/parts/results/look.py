"""What the tabs of Results look at, and what several of them say of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.charts.drawing import noise_label
from core.charts.runs import Series
from core.data.dataset import DataSet
from core.evaluation.comparison import Comparison
from core.evaluation.joined import JoinedEvaluation
from core.measure import Measure
from core.runs.runs import Run
from core.words import rounded
from pages.parts.i18n import language, literal, say, t

BARE = {"displayModeBar": False}
"""Plotly's settings for a chart too small for buttons."""
AT_ONCE = 24
"""Noises that are drawn before somebody asks for the rest."""
NAMED_SEEN = 4
"""Noises that a caption names as seen by one run; more are counted."""
_PNG_SCALE = 2
"""Pixels of a downloaded chart for one of the screen's: sharp on a slide."""

Drawn = Callable[[tuple[object, ...], Callable[[], go.Figure]], go.Figure]
"""Gives the chart that its second argument makes, kept under its first: what tells it from others of the comparison."""
Kept = Callable[[tuple[object, ...], Callable[[], Any]], Any]
"""The same of anything that is reckoned from the tests: it knows neither language nor theme."""


@dataclass(frozen=True)
class Look:
    """One comparison, as the boxes above the tabs chose it."""

    drawn: Drawn
    measure: Measure
    """What charts show; what is lost and confused is counted picture by picture, whichever it is."""
    comparison: Comparison
    whole: Comparison
    """The same at every tested severity, as a line over severities needs them."""
    chosen: list[tuple[Run, JoinedEvaluation]]
    pooled: list[Series]
    """The arms with one row a noise."""
    cells: list[Series]
    """The arms of `whole` with one row a noise and severity."""
    said: str
    """What the charts show, in a sentence."""
    kept: Kept
    pictures: Sequence[DataSet | str]
    """Of each of `chosen` the data set that it was tested on, or why that is not there."""

    @property
    def pictures_there(self) -> bool:
        return any(isinstance(one, DataSet) for one in self.pictures)


def chart_settings(name: str) -> dict[str, object]:
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


def at_once(noises: list[str], place: str) -> list[str]:
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
