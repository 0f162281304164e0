"""The measures: a file each, found by itself. No torch."""

import importlib
import pkgutil
from functools import cache

from core.evaluation.measures.accuracy import ACCURACY
from core.measure import Measure, registered_measures


@cache
def _load() -> None:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")


def all_measures() -> list[Measure]:
    """Every measure, accuracy first. Imports each file of this folder; an import error rises."""
    _load()
    return sorted(registered_measures().values(), key=lambda measure: measure is not ACCURACY)
