"""Training on a graphics card: `python -m benchmarks.training_cuda [--seconds 3] [--device cuda]`.

Ours is training as a run does it: pictures picked, noised and normalised on the card, its step by CUDA graph where that is
quicker, its figures counted. Against `floor`, the same step on one batch that lies ready; and against `study`, the way of the
study that NoiseLens began with: PNG files by ImageFolder and PIL, noise by NumPy picture by picture, a DataLoader's workers,
float32. In turns; prints a table, writes results/training_cuda.json. With `--device cpu` our feed is made to work on the
processor, which shows that all of it runs and nothing else.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from PIL import Image as PilImage
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

from benchmarks.training import recipe_of
from benchmarks.written import write_results
from core.data.dataset import DataSet
from core.data.splits import periodic
from core.data.writer import Contents, save
from core.hardware import cores
from core.networks.loading import choose_device, device_name
from core.noise.mix import Mix
from core.progress import silent
from core.runs.recipe import Recipe
from core.samples import SAMPLES, sample_picture
from core.store import Workspace
from core.training.calibration import asked_pace
from core.training.card import LEAST_STEPS, quick_says
from core.training.device_feed import DeviceFeed, new_feed
from core.training.feeds import Batch
from core.training.learner import Learner
from core.training.monitor import Metrics
from core.training.objectives import OBJECTIVES
from core.training.start import begin_epoch, new_network, training_pictures
from core.words import plain

SIZES = {64: 8192, 224: 2048}
"""px, and how many pictures."""
MODELS = ("small_cnn", "resnet18")
MIXES = ("demo mix", "PRIME")
FILES = 1024
"""PNG files of the study's way."""
WORKERS = 8
"""Of its DataLoader, at most."""
FIRST = 30
"""Steps before anything is timed."""


def photos(size: int, count: int) -> np.ndarray:
    """uint8 N,size,size,3: pieces of the sample photos."""
    generator = np.random.default_rng(0)
    whole = [sample_picture(key) for key in SAMPLES]
    found = np.empty((count, size, size, 3), np.uint8)
    for number in range(count):
        photo = whole[number % len(whole)]
        side = int(generator.integers(min(photo.shape[:2]) // 2, min(photo.shape[:2]) + 1))
        top, left = (int(generator.integers(length - side + 1)) for length in photo.shape[:2])
        found[number] = cv2.resize(
            photo[top : top + side, left : left + side], (size, size), interpolation=cv2.INTER_AREA
        )
    return found


def stored(workspace: Workspace, size: int, count: int) -> DataSet:
    contents = Contents(
        kind="import",
        classes=["one", "other"],
        images=photos(size, count),
        labels=np.arange(count) // len(SAMPLES) % 2,
        splits=periodic(np.arange(count)),
        names=[str(number) for number in range(count)],
        seed=0,
        origin=plain("scikit-image"),
        licence=None,
    )
    return save(workspace, workspace.job_folder(str(size)).staging, str(size), contents, silent)


class Side:
    """One way to step, with a network of its own."""

    def __init__(self, recipe: Recipe, data_set: DataSet, device: torch.device) -> None:
        network = new_network(recipe, data_set, device)
        objective = OBJECTIVES[recipe.objective]
        given = network, data_set, training_pictures(recipe, data_set), recipe, objective.views
        self.feed = new_feed(*given) if device.type == "cuda" else DeviceFeed(*given)
        self.learner = Learner(recipe, network, objective, self.feed.steps)
        pace = asked_pace(recipe, device)
        self.learner.precision = "fp32" if pace is None else pace.precision
        self.learner.says = quick_says(self.learner, LEAST_STEPS)
        begin_epoch(recipe, network, 0)

    def batches(self) -> Iterator[Batch]:
        epoch = 0
        while True:
            yield from self.feed.epoch(epoch)
            epoch += 1


def rate(step: Callable[[], int], device: torch.device, seconds: float, first: int) -> float:
    """Pictures a second.

    Args:
        step: takes one, gives how many pictures were in it.
        first: steps before.
    """

    def wait() -> None:
        if device.type == "cuda":
            torch.cuda.synchronize()

    for _ in range(first):
        step()
    wait()
    begun, images, steps = time.perf_counter(), 0, 0
    while time.perf_counter() - begun < seconds:
        images, steps = images + step(), steps + 1
        if steps % 50 == 0:
            wait()  # else the processor runs ahead without end
    wait()
    return images / (time.perf_counter() - begun)


def ours_and_floor(
    recipe: Recipe, data_set: DataSet, device: torch.device, seconds: float, rounds: int, first: int
) -> tuple[float, float, str]:
    """Pictures a second of both, and the precision."""
    ours = Side(recipe, data_set, device)
    clean = replace(recipe, mix=Mix(), augmentation="", objective="cross_entropy", preset="")
    floor = Side(clean, data_set, device)
    ready = next(iter(floor.feed.epoch(0)))

    def resident() -> int:
        floor.learner.learn(ready)
        return len(ready[1])

    with tempfile.TemporaryDirectory() as folder, closing(ours.batches()) as batches:
        metrics = Metrics(Path(folder) / "metrics.jsonl", ours.feed.steps, recipe.learning_rate, device)
        with metrics:

            def step() -> int:
                views, targets = next(batches)
                loss, logits = ours.learner.learn((views, targets))
                metrics.add(ours.learner.step, loss, logits, targets, recipe.learning_rate)
                return len(targets)

            rates = [
                (rate(step, device, seconds, first), rate(resident, device, seconds / 2, first))
                for _ in range(rounds)
            ]
    own, limit = (statistics.median(side) for side in zip(*rates, strict=True))
    return own, limit, ours.learner.precision


class ByMix:
    """A transform of a picture of PIL's."""

    def __init__(self, recipe: Recipe, table: str) -> None:
        self._mix, self._table = recipe.mix, table

    def __call__(self, picture: PilImage.Image) -> PilImage.Image:
        seed = int(torch.randint(2**31, ()))
        return PilImage.fromarray(self._mix.apply(np.asarray(picture), seed, 0, self._table))


def by_files(
    recipe: Recipe, data_set: DataSet, device: torch.device, seconds: float, first: int, files: int
) -> float:
    """Pictures a second of the study's way."""
    network = new_network(recipe, data_set, device)
    module = network.module.to(memory_format=torch.contiguous_format).train()
    optimiser = torch.optim.AdamW(module.parameters(), 1e-4)
    with tempfile.TemporaryDirectory() as place:
        chosen = training_pictures(recipe, data_set)[:files]
        for number in chosen.tolist():
            folder = Path(place) / str(int(data_set.labels[number]))
            folder.mkdir(exist_ok=True)
            PilImage.fromarray(np.array(data_set.images[number])).save(folder / f"{number}.png")
        seen = transforms.Compose(
            [
                transforms.Resize((network.side, network.side)),
                ByMix(recipe, data_set.table),
                transforms.ToTensor(),
                transforms.Normalize(*network.preprocessing),
            ]
        )
        loader = DataLoader(
            ImageFolder(place, seen),
            recipe.batch_size,
            shuffle=True,
            num_workers=min(WORKERS, cores()),
            pin_memory=device.type == "cuda",
            persistent_workers=True,
        )

        def batches() -> Iterator[tuple[Tensor, Tensor]]:
            while True:
                yield from loader

        coming = batches()

        def step() -> int:
            images, labels = (part.to(device) for part in next(coming))
            optimiser.zero_grad()
            loss = F.cross_entropy(module(images), labels)
            loss.backward()
            optimiser.step()
            loss.item()
            return len(labels)

        return rate(step, device, seconds, first)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--images", type=int, help="fewer pictures and files, to see that it runs")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="px")
    parser.add_argument("--models", nargs="+", default=list(MODELS))
    options = parser.parse_args(arguments)
    device = choose_device(options.device)
    first = FIRST if device.type == "cuda" else 1
    print(
        f"{device_name(device)}, torch {torch.__version__}\n{'case':<40}{'ours':>10}{'peer':>10}{'ratio':>8}"
    )
    rows: list[dict[str, Any]] = []

    def tell(case: str, ours: float, name: str, peer: float, precision: str) -> None:
        row = {"case": case, "ours": round(ours, 1), "peer_name": name, "peer": round(peer, 1)}
        row |= {"unit": "pictures/s", "ratio": round(ours / peer, 3), "same_result": None}
        rows.append(row | {"precision": precision})
        print(f"{case:<40}{ours:>10.0f}{peer:>10.0f}{ours / peer:>8.2f}  {name}, {precision}", flush=True)

    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace.open(Path(home))
        for size in options.sizes:
            data_set = stored(workspace, size, options.images or SIZES[size])
            for model in options.models:
                for mix in MIXES:
                    recipe = recipe_of(data_set, model, mix)
                    case = f"{model} {size} px, {mix}, {device.type}"
                    own, limit, precision = ours_and_floor(
                        recipe, data_set, device, options.seconds, options.rounds, first
                    )
                    tell(case, own, "floor", limit, precision)
                    if recipe.mix.parts:
                        files = options.images or FILES
                        study = by_files(recipe, data_set, device, options.seconds, first, files)
                        tell(case, own, "study", study, precision)
        workspace.close()
    if device.type == "cuda":
        write_results("training_cuda", rows, ("torch", "torchvision", "numpy", "opencv-python-headless"))


if __name__ == "__main__":
    main()
