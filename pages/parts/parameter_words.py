"""What a noise's parameter is called beside its slider."""

import re
from contextlib import suppress

from core.noise.catalogue import Choice, Param
from pages.parts.i18n import say, t

BESIDE = {"px": " px", "degrees": "°"}
"""The units that stand beside the number, and how."""


def parameter_words(declared: Param | Choice) -> str:
    """What it is and, where that is not beside the number, what the number counts."""
    unit = declared.unit if isinstance(declared, Param) else ""
    words = say(declared.label)
    if not unit or unit in BESIDE:
        return words
    with suppress(KeyError):  # a noise of somebody's own: its unit as declared says more than an error
        unit = t(f"preview.unit_{re.sub('[^a-z]+', '_', unit)}")
    return t("preview.label", label=words, unit=unit)
