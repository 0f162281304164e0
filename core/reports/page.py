"""A report as one HTML file that needs nothing else: read offline, sent by mail, printed on A4."""

from collections.abc import Callable
from pathlib import Path

import jinja2
import plotly.graph_objects as go

from core.charts.measured import as_bars, measured_by_noise, trained_by_tested
from core.charts.rows import by_cost, measured_rows
from core.evaluation.measures.accuracy import ACCURACY
from core.reports.contents import Contents
from core.reports.parts import PALETTE
from core.reports.words import word
from core.words import Language

_TEMPLATE = "report.html.j2"


def page(contents: Contents, interactive: bool = False) -> str:
    """The whole file.

    Args:
        interactive: charts stand in it a second time, to point at; some 5 MB of plotly.js come with them.
    """
    language = contents.language
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    figures = _interactive(contents, language) if interactive else {}
    plotly = ""
    if figures:
        from plotly.offline import get_plotlyjs

        plotly = get_plotlyjs()
    return environment.get_template(_TEMPLATE).render(
        it=contents,
        word=lambda key: word(key, language),
        sections=_sections(contents),
        interactive=figures,
        plotly=plotly,
    )


def _sections(contents: Contents) -> list[tuple[str, str]]:
    language = contents.language
    found = [("findings", word("findings", language))] if contents.meaning.kinds or contents.resaved else []
    found += [(f"chart-{place}", chart.title) for place, chart in enumerate(contents.charts, 1)]
    if contents.confusions:
        found.append(("confusion", word("confusion", language)))
    if contents.pictures or contents.no_pictures:
        found.append(("pictures", word("pictures", language)))
    return found + [(key, word(key, language)) for key in ("data", "recipes", "numbers")]


def _interactive(contents: Contents, language: Language) -> dict[int, str]:
    """Screens' own charts as HTML, by the place of the chart that they stand below."""
    series, guessing = contents.series, contents.comparison.guessing()
    noises = by_cost(ACCURACY, series)
    drawn: list[Callable[[], go.Figure] | None] = []
    for chart in contents.charts:
        if chart.title == word("by_noise", language):
            drawn.append(
                (lambda: measured_by_noise(PALETTE, ACCURACY, series, guessing, language))
                if as_bars(series)
                else (lambda: measured_rows(PALETTE, ACCURACY, series, guessing, noises, language))
            )
        elif chart.title == word("grid", language):
            drawn.append(lambda: trained_by_tested(PALETTE, ACCURACY, series, guessing, language))
        else:
            drawn.append(None)
    return {
        place: make().to_html(full_html=False, include_plotlyjs=False, config={"displaylogo": False})
        for place, make in enumerate(drawn)
        if make is not None
    }
