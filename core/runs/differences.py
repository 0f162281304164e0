"""In what recipes differ, for runs beside each other. Imports no torch."""

from collections.abc import Sequence

from core.runs.recipe import Recipe

_NO_DIFFERENCE = ("data_set_id", "data_set_fingerprint", "preset")
"""Where they were trained, and what decides nothing."""


def differing(recipes: Sequence[Recipe]) -> list[str]:
    """The fields in which recipes are not all the same, also those that one alone has."""
    said = [recipe.to_json() for recipe in recipes]
    names = dict.fromkeys(name for one in said for name in one if name not in _NO_DIFFERENCE)
    return [name for name in names if any(one.get(name) != said[0].get(name) for one in said)]
