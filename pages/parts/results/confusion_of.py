"""What a run reads as what, of a test of Results: read once for all charts of it."""

import pandas as pd

from core.evaluation.comparison import Comparison
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.tables import confusion_counts
from core.noise.catalogue import CLEAN
from pages.parts.i18n import say
from pages.parts.results.noise_choice import ALL
from pages.parts.services.evaluations import predictions


def confusion_of(comparison: Comparison, evaluation: JoinedEvaluation, noise: str) -> pd.DataFrame:
    """core.evaluation.tables.confusion_counts over the severities that are looked at.

    Args:
        noise: a key, CLEAN, or ALL: every noise that is compared.
    """
    cells = [(CLEAN, 0)] if noise == CLEAN else [one for one in comparison.cells if noise in (ALL, one[0])]
    rows = predictions(evaluation, ("noise", "severity", "truth", "prediction"), cells)
    if comparison.classes:
        rows = rows[rows["truth"].isin(comparison.classes)]
    if noise == ALL:
        rows = rows.assign(noise=ALL)
    levels = [severity for _, severity in cells]
    return confusion_counts(rows, [say(label) for label in evaluation.class_labels], noise, levels)
