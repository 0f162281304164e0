"""The strongest classes of a picture, original and with noise, as bars."""

import html
from collections.abc import Callable, Mapping

from pages.parts.i18n import t
from pages.parts.numbers import percent
from pages.parts.theme import either


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
) -> str:
    """The strongest classes of both, as HTML (styled in answer_files/counted.css); a class that one of them lacks has no
    bar there.

    Args:
        clean, noisy: class and probability 0..1.
        alt: what the bars say, for those who cannot see them.
        label: gives what a person calls a class; pointed at, it tells the class itself where that differs.
    """
    shares = [(clean, either("reference")), (noisy, either("accent"))]
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
    return (
        f'<div class="answer-bars" role="img" aria-label="{html.escape(alt)}">'
        f'<div class="legend">{legend}</div>{rows}</div>'
    )
