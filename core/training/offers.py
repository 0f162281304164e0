"""What may succeed where a training failed. Imports no torch."""

from dataclasses import replace
from functools import partial

from core.errors import Diverged, NoCuda, NoiseLensError, OutOfGpuMemory, OutOfMemory, WorkerKilled
from core.jobs.again import Offer
from core.jobs.job import Job
from core.runs.recipe import Recipe
from core.runs.runs import run_of
from core.store import Workspace
from core.training.job import train_anew
from core.words import Text, fill_text

_NO_MEMORY = {kind.__name__ for kind in (OutOfGpuMemory, OutOfMemory, WorkerKilled)}
"""The system kills a worker where memory runs out."""
LESS = 10
"""Times that the learning rate is lower after a training that fell apart."""


def smaller_batch(recipe: Recipe) -> Recipe:
    """Half the pictures at a time and twice as many times for a step, which sees as many as before."""
    return replace(recipe, batch_size=recipe.batch_size // 2, accumulate=2 * recipe.accumulate)


def lower_rate(recipe: Recipe) -> Recipe:
    """A tenth of the learning rate."""
    return replace(recipe, learning_rate=float(f"{recipe.learning_rate / LESS:.6g}"))


def otherwise(workspace: Workspace, job: Job) -> list[Offer]:
    """A new run of a recipe that takes less memory, or smaller steps, or no graphics card, whichever made it fail."""
    run = run_of(workspace, job)
    kind = None if job.error is None else job.error.get("kind")
    if run is None or run.summary is not None:  # it was its test that failed
        return []
    if kind in _NO_MEMORY:
        recipe = smaller_batch(run.recipe)
        text = Text(
            en="Try with a smaller batch ({n} pictures at a time)", ko="더 작은 배치로 다시 (한 번에 {n}장)"
        )
        offer = ("batch", fill_text(text, n=recipe.batch_size))
    elif kind == Diverged.__name__:
        recipe = lower_rate(run.recipe)
        text = Text(en="Try a tenth of the learning rate ({rate})", ko="학습률을 10분의 1로 다시 ({rate})")
        offer = ("rate", fill_text(text, rate=f"{recipe.learning_rate:g}"))
    elif kind == NoCuda.__name__:
        recipe = replace(run.recipe, device="auto")
        offer = ("device", Text(en="Try without the graphics card", ko="그래픽 카드 없이 다시"))
    else:
        return []
    try:
        recipe.check()
    except NoiseLensError:  # it cannot get any smaller
        return []
    return [Offer(*offer, partial(train_anew, workspace, run, job, recipe))]
