"""How long a training will take, from earlier runs or the model's own figure. No torch."""

from core.data.dataset import DataSet
from core.store import Workspace
from core.training.recipe import Recipe, get_model
from core.training.runs import list_runs

REFERENCE_SIZE = 64
"""px; the picture size that ModelSpec.training_ms is for."""
ENOUGH_PICTURES = 2_000
"""A run that trained on fewer, over all epochs, mostly measured its own start."""


def seconds_for(workspace: Workspace, recipe: Recipe, data_set: DataSet) -> float:
    """Seconds that training `recipe` on `data_set` will take on this machine, roughly.

    The newest run of the same model that took long enough says how fast it is here; time grows with the number of pixels.
    """
    spec = get_model(recipe.model)
    pictures = recipe.epochs * data_set.split_counts["train"]
    side = spec.input_size(data_set.size, recipe.pretrained)
    for run in list_runs(workspace):
        cpu = run.summary is not None and run.summary["device"] == "CPU"
        if run.summary is None or run.recipe.model != recipe.model or (recipe.device == "cpu" and not cpu):
            continue
        if run.summary["images_per_second"] * run.summary["seconds"] < ENOUGH_PICTURES:
            continue
        then = spec.input_size(run.summary["size"], run.recipe.pretrained)
        return pictures / run.summary["images_per_second"] * (side / then) ** 2
    then = spec.input_size(REFERENCE_SIZE)
    return pictures * spec.training_ms / 1000 * (side / then) ** 2
