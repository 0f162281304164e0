"""What training may do to pictures besides the catalogue's noises: a file each, found by itself. Imports torch."""

import importlib
import pkgutil
from functools import cache

from core.training.augmentation import Augmentation, registered_augmentations


@cache
def _load() -> None:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")


def all_augmentations() -> dict[str, Augmentation]:
    """Every augmentation by its key. Imports each file of this folder; an import error rises."""
    _load()
    return registered_augmentations()
