"""Training timed for about a second, in a process of its own, so that its time can be told before it starts.

`python -m core.training.timing DATA_SET RECIPE` does it and needs torch; the rest of this module does not.
"""

import json
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from core.data.dataset import DataSet, open_data_set
from core.hardware import cores
from core.jobs.processes import start_apart
from core.runs.estimate import seen_ms
from core.runs.recipe import RANDOM, Recipe
from core.runs.timings import Timing, keep_timing, timing_key
from core.store import Workspace

if TYPE_CHECKING:
    import torch

SECONDS = 1.0
"""That steps are timed for, after one that warms up."""
STEP_MS = 150.0
"""About what a step takes: so many pictures are in it."""

_started: dict[Path, tuple[str, subprocess.Popen[bytes]]] = {}
"""The process that was started last, by workspace, with the key of what it times."""
_tried: set[tuple[Path, str]] = set()
"""What was timed, or could not be: not tried again."""
_starting = threading.Lock()


def is_idle() -> bool:
    """Whether a core is free: on a busy computer its business would be timed."""
    return psutil.getloadavg()[0] < cores()


def under_way(workspace: Workspace) -> str | None:
    """The key of what is being timed; None where nothing is."""
    started = _started.get(workspace.root)
    return started[0] if started is not None and started[1].poll() is None else None


def start_timing(workspace: Workspace, recipe: Recipe, data_set: DataSet) -> None:
    """Have a recipe timed in the background, unless it was tried or something is being timed; returns at once.

    Args:
        recipe: one that can be run.

    Raises:
        OSError: no process could be started.
    """
    key = timing_key(recipe, data_set.size)
    with _starting:
        if (workspace.root, key) in _tried or under_way(workspace) is not None:
            return
        _tried.add((workspace.root, key))
        workspace.timings.mkdir(parents=True, exist_ok=True)
        arguments = ["-m", "core.training.timing", data_set.id, json.dumps(recipe.to_json())]
        with (workspace.timings / "log.txt").open("wb") as log:
            _started[workspace.root] = key, start_apart(arguments, workspace, log.fileno())


def timed(recipe: Recipe, data_set: DataSet) -> Timing:
    """What a picture takes that is learned from by a recipe, and its memory.

    Raises:
        NoCuda, EmptySplit.
    """
    import torch

    from core.networks.loading import choose_device
    from core.training.calibration import calibrated
    from core.training.device_feed import new_feed
    from core.training.learner import Learner
    from core.training.objectives import OBJECTIVES
    from core.training.start import begin_epoch, new_network, training_pictures

    images = max(2, min(recipe.batch_size, int(STEP_MS / seen_ms(recipe, data_set.size))))
    # Other weights take as long; these need no internet.
    side = recipe.network_side(data_set.size)
    recipe = replace(recipe, start=RANDOM, side=side, batch_size=images, accumulate=1, average=0.0)
    objective = OBJECTIVES[recipe.objective]
    indices = training_pictures(recipe, data_set)
    network = new_network(recipe, data_set, choose_device(recipe.device))
    feed = new_feed(network, data_set, indices, recipe, objective.views)
    begin_epoch(recipe, network, recipe.epochs - 1)
    base = _memory(network.device)
    pace = calibrated(recipe, network, objective, feed, len(indices))
    torch.set_num_threads(pace.threads)
    learner = Learner(recipe, network, objective, feed.steps)
    learner.precision = pace.precision
    done, most, begun, epoch = 0, base, 0.0, 0
    while not done or time.perf_counter() - begun < SECONDS:
        with closing(feed.epoch(epoch)) as batches:
            for batch in batches:
                learner.learn(batch)[0].item()  # waits for a graphics card
                most = max(most, _memory(network.device))
                if not begun:
                    begun = time.perf_counter()  # the first has warmed up
                    continue
                done += len(batch[1])
                if time.perf_counter() - begun >= SECONDS:
                    break
        epoch += 1
    took = 1000 * (time.perf_counter() - begun) / done
    return Timing(picture_ms=took, base_bytes=base, picture_bytes=(most - base) // images)


def _memory(device: "torch.device") -> int:
    """Bytes that are taken: of the graphics card, or of this process."""
    if device.type == "cuda":
        import torch

        return int(torch.cuda.max_memory_allocated(device))
    return int(psutil.Process().memory_info().rss)


def main() -> int:
    """Time what the command line says and keep it."""
    workspace = Workspace.open()
    data_set = open_data_set(workspace, sys.argv[1])
    recipe = Recipe.read(json.loads(sys.argv[2]))
    keep_timing(workspace, recipe, data_set.size, timed(recipe, data_set))
    return 0


if __name__ == "__main__":
    sys.exit(main())
