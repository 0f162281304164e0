"""A table for a paper: LaTeX, with what stands in names written so that it prints."""

import re

from core.charts.drawing import noise_label
from core.charts.rows import by_cost
from core.evaluation.measures.accuracy import ACCURACY
from core.noise.catalogue import CLEAN
from core.reports.contents import Contents
from core.words import rounded

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}


def escaped(text: str) -> str:
    """A text as LaTeX prints it."""
    return re.sub(r"[\\~^&%$#_{}]", lambda found: _SPECIAL[found.group()], text)


def latex_table(contents: Contents) -> str:
    """Accuracy in per cent with half the width of its 95 % interval: a row a noise, a column a run; for booktabs.

    A dagger: the run was trained with the noise. The last row is the mean over the noises that all runs share.
    """
    comparison, language = contents.comparison, contents.language
    arms = comparison.arms
    value, low, high, _ = ACCURACY.columns
    lines = [
        f"% {escaped(contents.made)}",
        r"\begin{tabular}{l" + "r" * len(arms) + "}",
        r"\toprule",
        " & ".join(["", *(escaped(arm.label[language]) for arm in arms)]) + r" \\",
        r"\midrule",
    ]

    def number(mean: float, least: float, most: float, seen: bool = False) -> str:
        half = rounded(50 * (most - least), 1)
        mark = r"^{\dagger}" if seen else ""
        return rf"${rounded(100 * mean, 1)} \pm {half}{mark}$"

    for noise in [CLEAN, *by_cost(ACCURACY, contents.series)]:
        cells = [
            number(arm.rate(noise, value), arm.rate(noise, low), arm.rate(noise, high), noise in arm.seen)
            for arm in arms
        ]
        lines.append(" & ".join([escaped(noise_label(noise, language)), *cells]) + r" \\")
    if comparison.in_means:
        means = [arm.under() for arm in arms]
        cells = [number(one.mean / 100, one.low / 100, one.high / 100) for one in means]
        lines += [r"\midrule", " & ".join(["mean", *cells]) + r" \\"]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", ""])
