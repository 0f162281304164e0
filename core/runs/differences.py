"""In what recipes differ, for runs beside each other. Imports no torch."""

from collections.abc import Sequence
from typing import Any

from core.runs.recipe import CHOICES, LIMITS, Recipe
from core.words import Text, plain

_NAMES = {
    "model": Text(en="Model", ko="구조"),
    "start": Text(en="Starts from", ko="시작 가중치"),
    "mix": Text(en="Noise in training", ko="섞은 노이즈"),
    "flips": Text(en="Flips", ko="좌우 반전"),
    "crops": Text(en="Crops", ko="잘라 내기"),
}
_SHORT = {
    "epochs": Text(en="Epochs", ko="에폭"),
    "seed": Text(en="Seed", ko="시드"),
    "batch_size": Text(en="Batch size", ko="배치 크기"),
    "learning_rate": Text(en="Learning rate", ko="학습률"),
}
"""Where the words of a mistake ("The number of epochs") are longer than the head of a row."""
_NO_DIFFERENCE = ("data_set_id", "data_set_fingerprint", "preset")
"""Where they were trained, and what decides nothing."""


def field_name(name: str) -> Text:
    """What screens call a field of a recipe; its key for one that only another version knows."""
    limits_or_choices = {key: what for key, (what, *_) in (LIMITS | CHOICES).items()}
    return (limits_or_choices | _NAMES | _SHORT).get(name, plain(name))


def differing(recipes: Sequence[Recipe]) -> dict[str, list[Any]]:
    """The fields in which recipes are not all the same: the value of each as in its file, None where one lacks it."""
    said = [recipe.to_json() for recipe in recipes]
    names = dict.fromkeys(name for one in said for name in one if name not in _NO_DIFFERENCE)
    values = {name: [one.get(name) for one in said] for name in names}
    return {name: found for name, found in values.items() if any(one != found[0] for one in found)}
