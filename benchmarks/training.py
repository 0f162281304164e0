"""How near training is to its limit: `python -m benchmarks.training [--seconds 4] [--rounds 3]`.

The limit (`floor`) is the same step on one batch that lies ready, without noise, in float32, with the number of threads
that is best for it. Ours is training as a run does it: pictures read and changed ahead of the network, threads and
precision as calibration chooses them. Both in turns, in a process like a run's; prints a table, writes
results/training.json.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from benchmarks.written import write_results
from core.data.builtin.sets import draw
from core.data.dataset import DataSet
from core.data.writer import save
from core.hardware import cores
from core.jobs.processes import SETTINGS
from core.networks.loading import choose_device
from core.noise.mix import Mix
from core.progress import silent
from core.runs.presets import with_preset
from core.runs.recipe import Recipe
from core.store import Workspace
from core.studies.demo import DEMO_MIX
from core.training.calibration import calibrated
from core.training.feeds import Batch, HostFeed
from core.training.learner import Learner
from core.training.objectives import OBJECTIVES
from core.training.start import begin_epoch, new_network, training_pictures

IMAGES = {64: 1600, 224: 96}
"""Pictures of each size, px."""
CASES = (
    ("small_cnn", 64, "demo mix", "floor"),
    ("resnet18", 64, "demo mix", "floor"),
    ("small_cnn", 64, "PRIME", "floor"),
    ("resnet18", 64, "PRIME", "floor"),
    ("small_cnn", 64, "AugMix", "floor-info"),
    ("small_cnn", 64, "APR", "floor-info"),
    ("small_cnn", 64, "PixMix", "floor-info"),
    ("mobilenet_v3_small", 64, "demo mix", "floor-info"),
    ("mobilenet_v3_small", 224, "demo mix", "floor-info"),
    ("resnet18", 224, "demo mix", "floor-info"),
)
"""Model, size in px, what its pictures go through, and whether the row is bound."""
SLOW_BATCH = 16
"""Pictures of a step, on both sides, where one of the usual size takes seconds."""
LIGHT = ("small_cnn",)


def drawn(workspace: Workspace, size: int) -> DataSet:
    """Faces of that size; above the largest that are drawn they are enlarged."""
    side = min(size, 128)
    contents = draw("faces", side, 0, IMAGES[size], silent)
    if side < size:
        assert contents.images is not None
        larger = [cv2.resize(image, (size, size), interpolation=cv2.INTER_CUBIC) for image in contents.images]
        contents = replace(contents, images=np.stack(larger).astype(np.uint8), masks=None)
    return save(workspace, workspace.jobs / f"faces {size}", f"faces {size}", contents, silent)


def recipe_of(data_set: DataSet, model: str, mix: str, **values: Any) -> Recipe:
    facts: dict[str, Any] = {
        "data_set_id": data_set.id,
        "data_set_fingerprint": data_set.card.fingerprint,
        "model": model,
        "epochs": 1000,
    } | values
    if mix == "demo mix":
        return Recipe.make(**facts, mix=Mix.from_texts(DEMO_MIX))
    return Recipe.make(**with_preset(facts, mix.lower()))


class Side:
    """One way to step, with a network of its own."""

    def __init__(self, recipe: Recipe, data_set: DataSet) -> None:
        device = choose_device("auto")
        network = new_network(recipe, data_set, device)
        objective = OBJECTIVES[recipe.objective]
        self.recipe = recipe
        self.feed = HostFeed(network, data_set, training_pictures(recipe, data_set), recipe, objective.views)
        self.learner = Learner(recipe, network, objective, self.feed.steps)
        begin_epoch(recipe, network, 0)
        self.threads = 1

    def batches(self) -> Iterator[Batch]:
        epoch = 0
        while True:
            yield from self.feed.epoch(epoch)
            epoch += 1

    def rate(self, batches: Iterator[Batch], seconds: float) -> float:
        """Pictures a second."""
        torch.set_num_threads(self.threads)
        self._step(next(batches))  # warms up
        begun, images = time.perf_counter(), 0
        while (took := time.perf_counter() - begun) < seconds:
            images += self._step(next(batches))
        return images / took

    def _step(self, batch: Batch) -> int:
        self.learner.learn(batch)
        if self.learner.network.device.type == "cuda":
            torch.cuda.synchronize()
        return len(batch[1])


def compared(data_set: DataSet, model: str, mix: str, seconds: float, rounds: int) -> dict[str, Any]:
    """One row without its name of peer."""
    recipe = recipe_of(data_set, model, mix, **({} if model in LIGHT else {"batch_size": SLOW_BATCH}))
    ours = Side(recipe, data_set)
    pace = calibrated(recipe, ours.learner.network, ours.learner.objective, ours.feed, len(ours.feed.indices))
    ours.threads, ours.learner.precision = pace.threads, pace.precision
    clean = replace(recipe, mix=Mix(), augmentation="", objective="cross_entropy", preset="")
    floor = Side(clean, data_set)
    ready = next(iter(floor.feed.epoch(0)))

    def resident() -> Iterator[Batch]:
        while True:
            yield ready

    made = ours.batches()
    rates: list[tuple[float, float]] = []
    for _ in range(rounds):
        limits = []
        for threads in sorted({1, cores()}):
            floor.threads = threads
            limits.append(floor.rate(resident(), seconds / 2))
        rates.append((ours.rate(made, seconds), max(limits)))
    own, limit = (statistics.median(side) for side in zip(*rates, strict=True))
    ratio = statistics.median(one / other for one, other in rates)
    place = ours.learner.network.device.type
    return {
        "case": f"{model} {data_set.size} px, {mix}, {place}",
        "ours": round(own, 1),
        "peer": round(limit, 1),
        "unit": "pictures/s",
        "ratio": round(ratio, 3),
        "same_result": None,
        "threads": pace.threads,
        "precision": pace.precision,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    if any(name not in os.environ for name in SETTINGS):
        again = [
            sys.executable,
            "-m",
            "benchmarks.training",
            *(sys.argv[1:] if arguments is None else arguments),
        ]
        sys.exit(subprocess.run(again, env=SETTINGS | os.environ, check=False).returncode)
    rows = []
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace.open(Path(home))
        data_sets = {size: drawn(workspace, size) for size in IMAGES}
        print(f"{'case':<46} {'ours':>9} {'floor':>9} {'ratio':>6}", flush=True)
        for model, size, mix, peer in CASES:
            row = compared(data_sets[size], model, mix, options.seconds, options.rounds) | {"peer_name": peer}
            rows.append(row)
            print(
                f"{row['case']:<46} {row['ours']:>9} {row['peer']:>9} {row['ratio']:>6}"
                f"  {row['threads']} threads, {row['precision']}",
                flush=True,
            )
        workspace.close()
    write_results("training", rows, ("torch", "torchvision", "numpy", "opencv-python-headless"))


if __name__ == "__main__":
    main()
