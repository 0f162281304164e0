"""What the files of each class were like at import: kinds, sizes, qualities. A model may learn these in place of the pictures."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.data.intake.decoder import KINDS

Trait = Literal["format", "size", "quality"]
OTHER_KINDS = 0.5
"""Formats differ where so large a part of one class has another kind of file than in another class."""
OTHER_SIZE = 1.25
"""Sizes differ from this ratio of the medians on."""
OTHER_QUALITY = 5
"""Of JPEGs, in the medians."""


def files_by_class(
    facts: NDArray[np.void], labels: NDArray[np.int64], classes: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """By class how many files of each kind there are, the median JPEG quality (0 without any), width and height in px.

    Args:
        facts: N of core.data.intake.decoder.FACTS.
        labels: N.
    """
    names = list(KINDS)
    found: dict[str, dict[str, Any]] = {}
    for label, name in enumerate(classes):
        own = facts[labels == label]
        if not len(own):
            continue
        kinds, counts = np.unique(own["kind"], return_counts=True)
        qualities = own["quality"][own["quality"] > 0]
        found[name] = {
            "kinds": {names[kind]: count for kind, count in zip(kinds, counts.tolist(), strict=True)},
            "quality": float(np.median(qualities)) if len(qualities) else 0.0,
            "width": float(np.median(own["width"])),
            "height": float(np.median(own["height"])),
        }
    return found


def differing(files: Mapping[str, Mapping[str, Any]]) -> list[Trait]:
    """In what the files of any two classes differ clearly.

    Args:
        files: as of `files_by_class`, of whatever version: what is not said differs in nothing.
    """
    found: dict[Trait, None] = {}
    for a, b in combinations(files.values(), 2):
        if _apart(a.get("kinds"), b.get("kinds")) >= OTHER_KINDS:
            found["format"] = None
        sides = [float(one.get("width", 0)) * float(one.get("height", 0)) for one in (a, b)]
        if min(sides) > 0 and (max(sides) / min(sides)) ** 0.5 >= OTHER_SIZE:
            found["size"] = None
        qualities = [float(one.get("quality", 0)) for one in (a, b)]
        if min(qualities) > 0 and abs(qualities[0] - qualities[1]) >= OTHER_QUALITY:
            found["quality"] = None
    return [trait for trait in ("format", "size", "quality") if trait in found]


def _apart(a: Any, b: Any) -> float:
    """The part of the files that would have to be of another kind for both to be alike, 0..1 (total variation)."""
    if not (isinstance(a, Mapping) and isinstance(b, Mapping) and sum(a.values()) and sum(b.values())):
        return 0.0
    shares = [{kind: n / sum(one.values()) for kind, n in one.items()} for one in (a, b)]
    return sum(abs(shares[0].get(kind, 0) - shares[1].get(kind, 0)) for kind in {*a, *b}) / 2
