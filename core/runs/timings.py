"""How fast this computer trains, as it was timed for about a second before a training. Imports no torch."""

import hashlib
import json
import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from core.files import read_json, write_json
from core.hardware import cores
from core.records import Record
from core.runs.recipe import Recipe
from core.store import Workspace

DECIDE = ("model", "trains", "device", "precision", "threads", "augmentation", "objective")
"""Fields of a recipe on which the time of a picture depends, besides its noises and the size of the image."""


@dataclass(frozen=True)
class Timing(Record):
    """What was timed."""

    picture_ms: float = 0.0
    """A picture that is learned from, with its noise."""
    base_bytes: int = 0
    """Memory of the process, or of the graphics card, before the first step."""
    picture_bytes: int = 0
    """What each picture of a batch adds to that."""

    def memory(self, batch: int) -> int:
        """Bytes that training takes with so many pictures in a batch, roughly."""
        return self.base_bytes + batch * self.picture_bytes


@cache
def _machine() -> tuple[str, ...]:
    return platform.node(), str(cores()), version("torch")


def timing_key(recipe: Recipe, size: int) -> str:
    """What timings are kept by: computer, model, image size, noises, and what else decides the time of a picture.

    Args:
        size: of the stored pictures, px.
    """
    said = [getattr(recipe, name) for name in DECIDE]
    facts = [_machine(), size, recipe.network_side(size), sorted(recipe.mix.noises), said]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _file(workspace: Workspace, key: str) -> Path:
    return workspace.timings / f"{key}.json"


def read_timing(workspace: Workspace, recipe: Recipe, size: int) -> Timing | None:
    """What was timed for such a recipe on pictures of `size` px; None where nothing was."""
    try:
        found = Timing.read(read_json(_file(workspace, timing_key(recipe, size))))
    except (OSError, ValueError):  # none, or a damaged one: it is timed once more
        return None
    return found if found.picture_ms > 0 else None


def keep_timing(workspace: Workspace, recipe: Recipe, size: int, timing: Timing) -> None:
    """Keep it for the next time."""
    workspace.timings.mkdir(parents=True, exist_ok=True)
    write_json(_file(workspace, timing_key(recipe, size)), timing.to_json())
