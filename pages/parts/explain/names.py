"""What runs that stand beside each other are called."""

from core.charts.names import short_names
from core.runs.runs import Run
from pages.parts.i18n import say

_LETTERS = 40
"""From which on a name is too long to be read twice in a sentence."""


def told_apart(*runs: Run) -> list[str]:
    """Their names, long ones without the parts that all of them share."""
    return short_names([say(run.label) for run in runs], _LETTERS)
