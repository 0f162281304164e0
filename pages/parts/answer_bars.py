"""The strongest classes of a picture, original and with noise, as bars of the page's own: they are there at once."""

import html
from collections.abc import Callable, Mapping

import streamlit as st

from pages.parts.i18n import t
from pages.parts.numbers import percent
from pages.parts.theme import palette

STYLE = """
.answer-bars {font-size: 0.8125rem; line-height: 1.3; padding-top: 0.25rem;}
.answer-bars .legend {display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; justify-content: flex-end;}
.answer-bars .legend i {width: 0.75rem; height: 0.75rem; margin-right: 0.4rem; display: inline-block;}
.answer-bars .class {
    display: grid; grid-template-columns: minmax(4.5rem, 28%) 1fr; gap: 0.6rem; align-items: center; margin-top: 0.85rem;
}
.answer-bars .name {text-align: right; overflow-wrap: anywhere; word-break: keep-all;}
.answer-bars .pair {border-left: 1px solid GRID; padding-right: 3.25rem;}
.answer-bars .bar {display: flex; align-items: center; height: 1.25rem; white-space: nowrap; gap: 0.3rem;}
.answer-bars .bar i {height: 100%; min-width: 1px; flex: none;}
"""
"""For the page that shows them, once: with every new answer the browser would reckon the whole page's style anew.
GRID is to be replaced by the colour of grid lines."""


def strongest(clean: Mapping[str, float], noisy: Mapping[str, float], limit: int = 5) -> list[str]:
    """The `limit` classes that either gives most to, those that `clean` gives most to first.

    Args:
        clean, noisy: class and probability 0..1.
    """
    classes = {*clean, *noisy}
    most = sorted(classes, key=lambda name: -max(clean.get(name, 0.0), noisy.get(name, 0.0)))[:limit]
    return sorted(most, key=lambda name: -clean.get(name, 0.0))


def answer_bars(
    clean: Mapping[str, float],
    noisy: Mapping[str, float],
    alt: str,
    label: Callable[[str], str] = str,
) -> None:
    """Show the strongest classes of both; a class that one of them lacks has no bar there.

    Args:
        clean, noisy: class and probability 0..1.
        alt: what the bars say, for those who cannot see them.
        label: gives what a person calls a class; pointed at, it tells the class itself where that differs.
    """
    colours = palette()
    shares = [(clean, colours.reference), (noisy, colours.accent)]
    classes = strongest(clean, noisy)
    highest = max((share.get(name, 0.0) for share, _ in shares for name in classes), default=0.0) or 1.0

    def bar(name: str, share: Mapping[str, float], colour: str) -> str:
        if name not in share:
            return '<div class="bar"></div>'
        width = 100 * share[name] / highest
        return f'<div class="bar"><i style="width:{width:.1f}%;background:{colour}"></i>{percent(share[name])}</div>'

    def named(name: str) -> str:
        called = label(name)
        itself = f' title="{html.escape(name)}"' if called != name else ""
        return f'<div class="name"{itself}>{html.escape(called)}</div>'

    rows = "".join(
        f'<div class="class">{named(name)}<div class="pair">'
        + "".join(bar(name, share, colour) for share, colour in shares)
        + "</div></div>"
        for name in classes
    )
    legend = "".join(
        f'<span><i style="background:{colour}"></i>{t(f"preview.{which}")}</span>'
        for which, (_, colour) in zip(("original", "noisy"), shares, strict=True)
    )
    st.html(
        f'<div class="answer-bars" role="img" aria-label="{html.escape(alt)}">'
        f'<div class="legend">{legend}</div>{rows}</div>'
    )
