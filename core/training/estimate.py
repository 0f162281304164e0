"""How long training and testing will take, from earlier ones or the model's own figure. No torch."""

from dataclasses import dataclass

from core.data.dataset import DataSet
from core.evaluation.predictions import list_evaluations
from core.store import Workspace
from core.training.recipe import Recipe, get_model
from core.training.runs import list_runs

REFERENCE_SIZE = 64
"""px; the picture size that ModelSpec.training_ms is for."""
ENOUGH_PICTURES = 2_000
"""A run that trained on fewer, over all epochs, mostly measured its own start."""

START_SECONDS = 5.0
"""From the click until the worker process has loaded torch and the pictures."""
FORWARD_SHARE = 1 / 3
"""Of a training step, what a prediction costs: the way back through the network is twice the way there."""
NOISE_MS = 0.2
"""A noise on a picture of REFERENCE_SIZE, on average over the standard ones, with the row that is written of it."""
SLOWER = 4.0
"""Where nothing was timed yet it may take so many times what two idle cores take: the machine is slower, or busy."""


@dataclass(frozen=True)
class Span:
    """From how long to how long something will take, s; one figure where earlier work on this machine gives it."""

    low: float
    high: float

    def __add__(self, other: "Span") -> "Span":
        return Span(self.low + other.low, self.high + other.high)

    @property
    def with_start(self) -> "Span":
        """The same from the click on."""
        slower = self.high / self.low if self.low else SLOWER
        return Span(self.low + START_SECONDS, self.high + START_SECONDS * slower)


def never_timed(seconds: float) -> Span:
    """What takes so many seconds on two idle cores, on a machine that nothing is known of."""
    return Span(seconds, SLOWER * seconds)


def seconds_for(workspace: Workspace, recipe: Recipe, data_set: DataSet) -> Span:
    """How long training `recipe` on `data_set` will take on this machine, roughly, once it has started.

    The newest run of the same model that took long enough says how fast it is here; time grows with the number of pixels.
    """
    spec = get_model(recipe.model)
    training, validation = data_set.split_counts["train"], data_set.split_counts["validation"]
    pictures = recipe.epochs * training
    side = spec.input_size(data_set.size, recipe.pretrained)
    for run in list_runs(workspace):
        cpu = run.summary is not None and run.summary["device"] == "CPU"
        if run.summary is None or run.recipe.model != recipe.model or (recipe.device == "cpu" and not cpu):
            continue
        if run.summary["images_per_second"] * run.summary["seconds"] < ENOUGH_PICTURES:
            continue
        then = spec.input_size(run.summary["size"], run.recipe.pretrained)
        seconds = pictures / run.summary["images_per_second"] * (side / then) ** 2
        return Span(seconds, seconds)
    noisy = bool(recipe.mix.noises)
    # Validation looks at its pictures clean, and with a mix once more under it.
    steps = training + (1 + noisy) * validation * FORWARD_SHARE
    milliseconds = steps * spec.training_ms + noisy * (training + validation) * NOISE_MS
    return never_timed(recipe.epochs * milliseconds / 1000 * (side / spec.input_size(REFERENCE_SIZE)) ** 2)


def seconds_to_test(workspace: Workspace, recipe: Recipe, data_set: DataSet, cells: int) -> Span:
    """How long testing a run of `recipe` on `data_set` will take, roughly, once it has started.

    Args:
        cells: noises times severities; clean pictures come on top.
    """
    spec = get_model(recipe.model)
    pictures = data_set.split_counts["test"] * (1 + cells)
    side = spec.input_size(data_set.size, recipe.pretrained)
    runs = {run.id: run for run in list_runs(workspace) if run.recipe.model == recipe.model and run.summary}
    for evaluation in list_evaluations(workspace):
        facts, run = evaluation.facts, runs.get(evaluation.facts["run_id"])
        tested = facts["images"] * (1 + len(facts["noises"]) * len(facts["severities"]))
        if run is None or run.summary is None or tested < ENOUGH_PICTURES:
            continue
        then = spec.input_size(run.summary["size"], run.recipe.pretrained)
        seconds = pictures * float(facts["seconds"]) / tested * (side / then) ** 2
        return Span(seconds, seconds)
    milliseconds = spec.training_ms * FORWARD_SHARE + NOISE_MS
    return never_timed(pictures * milliseconds / 1000 * (side / spec.input_size(REFERENCE_SIZE)) ** 2)
