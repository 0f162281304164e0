"""A recipe's fields for people: what each is called and what its value says, in the words of the form."""

from typing import Any

from core.charts.drawing import noise_label
from core.noise.mix import Mix
from core.runs.presets import PRESETS, choices
from core.runs.recipe import CHOICES, Recipe, model_name
from core.words import listing, rounded
from pages.parts.i18n import language, say, t
from pages.parts.training.fields import GROUPS, WORDS

_OWN = {
    "model": "runs.model",
    "start": "runs.start",
    "mix": "runs.mix",
    "preset": "train.preset",
    "trains": "train.trains",
    "epochs": "train.epochs",
    "drawn": "train.over_epochs",
    "mix_over_epochs": "train.over_epochs",
}
"""Names of fields that have a place of their own on the form."""
_ON_FORM = {name for names in GROUPS.values() for name in names}


def field_label(name: str) -> str:
    """What a field is called; its key where only another version knows it."""
    if name in _OWN:
        return t(_OWN[name])
    return t(f"train.{WORDS.get(name, name)}") if name in _ON_FORM else name


def field_value(name: str, recipe: Recipe) -> str:
    """What a recipe says in a field."""
    value = recipe.kept[name] if name in recipe.kept else getattr(recipe, name, None)
    if name == "mix":
        return _mix_words(recipe.mix)
    if name == "model":
        return model_name(recipe.model)
    if name == "mix_over_epochs" and value == "same":
        return t("train.over_each_epoch")
    if name in ("drawn", "mix_over_epochs"):
        return t(f"train.over_{value}")
    if name == "augmentation" and value in PRESETS:
        return say(PRESETS[str(value)].name)
    if name == "preset":
        key, _, chosen = str(value).partition(":")
        if key not in PRESETS:
            return key
        known = choices(PRESETS[key]) if chosen else {}
        called = say(PRESETS[key].name)
        return f"{called}: {say(known[chosen]) if chosen in known else chosen}" if chosen else called
    if name in CHOICES:
        return t(f"train.{name}_{value or 'none'}")
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return t("runs.yes" if value else "runs.no")
    if isinstance(value, float):
        return f"{value:g}"
    return "–" if value in (None, "") else str(value)


def _mix_words(mix: Mix) -> str:
    parts = [
        t(
            "runs.mix_part",
            noise=noise_label(part.noise, language()),
            share=rounded(100 * part.probability),
            range=part.range_text,
        )
        for part in mix.parts
        if part.probability > 0
    ]
    return listing(parts, 10) if parts else t("train.noise_none")
