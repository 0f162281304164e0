"""The tab of small charts, one a noise, over its severities."""

import html
from functools import partial

import streamlit as st

from core.charts.drawing import noise_label
from core.charts.measured import measured_by_severity
from core.noise.catalogue import noise_sentence
from pages.parts.i18n import language, say, t
from pages.parts.results.look import BARE, Look, at_once, begun, help_of, seen_by, seen_lines
from pages.parts.theme import palette


def by_severity(look: Look) -> None:
    """A measure from clean to the strongest severity, noise beside noise."""
    drawn, measure = look.drawn, look.measure
    comparison, series = look.grouped_whole, look.mean_cells
    legend = " ".join(
        f'<span style="display:inline-block;margin-right:1rem"><span style="color:{one.mark.colour}" '
        f'aria-hidden="true">{one.mark.letter}</span> {html.escape(one.name)}</span>'
        for one in series
    )
    st.html(f'<div style="font-size:0.875rem">{legend}</div>')
    every, guessing = at_once(list(comparison.noises), "severity"), comparison.guessing(measure)
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
    caption = " ".join(part for part in (*said, seen_by(comparison)) if part)
    st.caption(caption, help=help_of(*seen_lines(comparison)))
