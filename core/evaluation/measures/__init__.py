"""The measures: a file each, found by itself. No torch."""

from core.evaluation.measures.accuracy import ACCURACY
from core.measure import MEASURES, Measure


def all_measures() -> list[Measure]:
    """Every measure: accuracy first, then file by file, whichever of them was imported before."""
    return sorted(MEASURES.every().values(), key=lambda one: (one is not ACCURACY, one.of.__module__))
