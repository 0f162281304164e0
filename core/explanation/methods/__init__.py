"""The ways to an attribution map: a file each, found by itself. Torch is imported by what they do, not by them."""

import importlib
import pkgutil
from functools import cache

from core.explanation.attribution import CamMethod, registered_methods
from core.explanation.methods.grad_cam import GRAD_CAM


@cache
def _load() -> None:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")


def all_methods() -> list[CamMethod]:
    """Every method, Grad-CAM first. Imports each file of this folder; an import error rises."""
    _load()
    return sorted(registered_methods().values(), key=lambda method: method is not GRAD_CAM)
