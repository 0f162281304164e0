"""The measures: a file each, found by itself. No torch."""

from core.evaluation.measures.accuracy import ACCURACY
from core.measure import MEASURES, Measure


def all_measures() -> list[Measure]:
    """Every measure, accuracy first."""
    return sorted(MEASURES.every().values(), key=lambda measure: measure is not ACCURACY)
