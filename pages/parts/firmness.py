"""From which confidence on a model's answer counts as one."""

from core.errors import NoiseLensError
from core.evaluation.fixed import read_fixed
from core.runs.runs import open_run
from pages.parts.services.workspace import workspace


def unsure_below(model: str) -> float | None:
    """The confidence below which a run says that it is not sure, fixed on its clean validation pictures; None of a model that
    is no run of this workspace, or where nothing was fixed."""
    try:
        run = open_run(workspace(), model.partition("@")[0])
    except NoiseLensError:
        return None
    found = read_fixed(run.folder, None)
    return None if found is None else found.unsure_below
