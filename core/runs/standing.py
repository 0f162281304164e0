"""Where a training stands, as far as it can be told without torch: what it has saved, and whether it has learned anything."""

from dataclasses import dataclass

from core.data.dataset import open_data_set
from core.errors import UnknownName
from core.files import read_json
from core.records import filled
from core.runs.runs import Run
from core.statistics import guessing_share, wilson
from core.store import Workspace


@dataclass(frozen=True)
class Saved:
    """Weights that can be asked before training has ended."""

    epochs: int
    """Whole ones, of which it has them; it may have learned part of the next."""
    version: str
    """Another one each time that weights are saved."""


def saved(run: Run) -> Saved | None:
    """What a run's training saved last; None before it has, and once it has ended."""
    try:
        said = filled(read_json(run.folder.state / "state.json"), {"epochs": 0, "weights": ""})
    except (OSError, ValueError):
        return None
    return Saved(said["epochs"], said["weights"]) if said["weights"] else None


def no_better_than_guessing(workspace: Workspace, run: Run) -> float | None:
    """The accuracy of guessing, 0..1, where a trained run reads its clean validation pictures no better, as far as these
    tell; None where it does, or where they are gone."""
    right = run.summary.validation_accuracy if run.summary is not None else None
    try:
        counts = open_data_set(workspace, run.recipe.data_set_id).card.counts["validation"]
    except UnknownName:
        return None
    n = sum(counts.values())
    if right is None or not n:
        return None
    guessing = guessing_share(counts.values())
    return guessing if wilson(right * n, n)[0] <= guessing else None
