"""What a training that has not come to its end has saved, as far as it can be told without torch."""

from dataclasses import dataclass

from core.files import read_json
from core.records import filled
from core.runs.runs import Run


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
