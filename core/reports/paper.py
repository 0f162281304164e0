"""A table for a paper: LaTeX, with what stands in names written so that it prints."""

import re
from collections.abc import Sequence

from core.charts.drawing import noise_label
from core.charts.rows import by_cost
from core.evaluation.arms import Arm, Measured
from core.evaluation.grouped import sd_over_seeds
from core.evaluation.measures.accuracy import ACCURACY
from core.noise.catalogue import CLEAN
from core.reports.contents import Contents
from core.reports.words import word
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
    """Accuracy in per cent: a row a noise, a column a run; for booktabs.

    Behind ± stands half the width of the 95 % interval; where any column is the mean of several seeds the standard deviation
    over seeds instead, and nothing behind a single run. A dagger: the run was trained with the noise. The last row is the mean
    over the noises that all runs share.
    """
    comparison, language = contents.comparison, contents.language
    arms = comparison.arms
    value, low, high, _ = ACCURACY.columns
    several = any(arm.seeds for arm in arms)
    lines = [
        f"% {escaped(contents.made)}",
        f"% {escaped(word('latex_seeds' if several else 'latex_interval', language))}",
        r"\begin{tabular}{l" + "r" * len(arms) + "}",
        r"\toprule",
        " & ".join(["", *(escaped(arm.label[language]) for arm in arms)]) + r" \\",
        r"\midrule",
    ]

    def number(arm: Arm, one: Measured, noises: Sequence[str] | None = None) -> str:
        sd = sd_over_seeds(arm, noises)
        behind = sd if several else (one.high - one.low) / 2
        mark = r"^{\dagger}" if noises and noises[0] in arm.seen else ""
        width = "" if behind is None else rf" \pm {rounded(behind, 1)}"
        return f"${rounded(one.mean, 1)}{width}{mark}$"

    for noise in [CLEAN, *by_cost(ACCURACY, contents.series)]:
        cells = [
            number(arm, Measured(*(100 * arm.rate(noise, name) for name in (value, low, high))), [noise])
            for arm in arms
        ]
        lines.append(" & ".join([escaped(noise_label(noise, language)), *cells]) + r" \\")
    if comparison.in_means:
        cells = [number(arm, arm.under()) for arm in arms]
        lines += [r"\midrule", " & ".join(["mean", *cells]) + r" \\"]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", ""])
