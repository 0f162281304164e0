"""How many threads and which numbers are quickest for a training on this computer: tried, not guessed. Imports torch.

Two threads are slower than one where the other core is busy, with making noise for one; bfloat16 doubles ordinary
convolutions on processors that have instructions for it, and takes several times as long on others and on depthwise ones.
"""

import copy
import itertools
import os
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Self

import torch

from core.hardware import cores
from core.networks.network import Network
from core.runs.recipe import Recipe
from core.training.feeds import Batch, Feed
from core.training.learner import Learner, Numbers
from core.training.objectives import Objective

WORTH = 1.3
"""bfloat16 must be so many times as fast to be taken: float32 is what is tested with."""
MOST_SHARE = 0.02
"""Of the training, that trying may take in all, roughly, and so many seconds at most:"""
SECONDS = 4.0
WORTH_TRYING = 5.0
"""Seconds of a training with one thread, below which nothing is tried."""
MOST_SECONDS = 3.0
"""After which nothing more is tried, unless training is so long that MOST_SHARE of it is more."""
FIRST_PICTURES = 4
"""Of the step that tells how many pictures fit into a short one:"""
STEP_SECONDS = 0.05
STEPS = 3
"""By so many steps each pace is tried where they take longer than that: a step of few pictures is no quicker with more
threads where one of many is."""
SLOW = 8
"""What is so many times slower in a step of FIRST_PICTURES than the best in one of more is not tried in a longer one."""
EVEN = 1.05
"""More threads must be so many times as fast as fewer."""


@dataclass(frozen=True)
class Pace:
    """What was chosen."""

    precision: Numbers
    threads: int


def most_threads() -> int:
    """How many threads torch may have in this process."""
    return int(os.environ.get("OMP_NUM_THREADS") or cores())


def asked_pace(recipe: Recipe, device: torch.device) -> Pace | None:
    """What the recipe itself, or the device, decides; None where it must be tried."""
    threads = recipe.threads or most_threads()
    if recipe.precision != "auto":
        return Pace(recipe.precision, threads) if recipe.threads or device.type == "cuda" else None
    if device.type == "cuda":
        return Pace("bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32", threads)
    return None


def calibrated(recipe: Recipe, network: Network, objective: Objective, feed: Feed, images: int) -> Pace:
    """The quickest threads and precision, of those that the recipe leaves open, for steps like those to come.

    Args:
        network: not trained by this: a copy is.
        feed: asked for its first epoch; noise is made beside the steps as it will be.
        images: pictures of an epoch.
    """
    asked = asked_pace(recipe, network.device)
    if asked is not None:
        return asked
    kinds: list[Numbers] = ["fp32", "bf16"] if recipe.precision == "auto" else [recipe.precision]
    counts = [recipe.threads] if recipe.threads else _thread_counts(most_threads())
    with _Trial(recipe, network, objective, feed) as trial:
        # On a busy computer many threads say nothing of what a picture takes.
        first = trial.first(Pace(kinds[0], counts[0]))
        whole = recipe.epochs * images * first
        if whole < WORTH_TRYING:
            return Pace(kinds[0], counts[-1])
        seconds = min(SECONDS, MOST_SHARE * whole) / (len(counts) * len(kinds))
        end = time.perf_counter() + max(MOST_SECONDS, MOST_SHARE * whole)
        trial.cut(first, max(STEP_SECONDS, seconds / STEPS))

        def rate(pace: Pace, best: float) -> float | None:
            return None if time.perf_counter() > end else trial.rate(pace, seconds, best)

        return quickest(kinds, counts, rate)


def quickest(
    kinds: Sequence[Numbers], counts: Sequence[int], rate: Callable[[Pace, float], float | None]
) -> Pace:
    """The pace to take.

    Args:
        kinds: the usual one first; another must be WORTH times as fast.
        counts: of threads, ascending; more must be EVEN times as fast. Where so many are less than half as fast as fewer,
            as on a busy computer, still more are not tried.
        rate: pictures a second at a pace, given the best so far; None where there is no time left to try it.
    """
    found: dict[Numbers, dict[int, float]] = {kind: {} for kind in kinds}
    top = 0.0
    for count, kind in itertools.product(counts, kinds):
        got = rate(Pace(kind, count), top)
        if got is None:
            break
        found[kind][count], top = got, max(top, got)
        if kind == kinds[0] and got < max(found[kind].values()) / 2:
            break
    best = {kind: _fewest(rates) for kind, rates in found.items() if rates}
    usual = kinds[0]
    if usual not in best:  # no time at all
        return Pace(usual, counts[0])
    least = WORTH * found[usual][best[usual]]
    kind = next((kind for kind, count in best.items() if kind != usual and found[kind][count] > least), usual)
    return Pace(kind, best[kind])


def _fewest(rates: Mapping[int, float]) -> int:
    """The fewest threads that no other number beats by EVEN."""
    top = max(rates.values())
    return next(count for count in rates if rates[count] * EVEN >= top)


def _thread_counts(most: int) -> list[int]:
    """1, 2, 4, ... and the most."""
    return sorted({*(1 << power for power in range(most.bit_length()) if 1 << power <= most), most})


class _Trial:
    """Steps on a copy of the network, with the pictures that training will begin with."""

    def __init__(self, recipe: Recipe, network: Network, objective: Objective, feed: Feed) -> None:
        own = replace(network, module=copy.deepcopy(network.module).train())
        # No average: it costs next to nothing, and the copy has none to keep.
        self._learner = Learner(replace(recipe, average=0.0), own, objective, feed.steps)
        self._feed = feed
        self._pictures = FIRST_PICTURES
        self._pieces = self._cut()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._pieces.close()

    def first(self, pace: Pace) -> float:
        """Seconds that a picture takes, by one small step after one that warms up."""
        self.step(pace)
        begun = time.perf_counter()
        images = self.step(pace)
        return (time.perf_counter() - begun) / images

    def cut(self, each: float, seconds: float) -> None:
        """Take so many pictures a step that it takes so long, if each takes `each` seconds."""
        self._pictures = max(FIRST_PICTURES, int(seconds / each))

    def step(self, pace: Pace) -> int:
        """One step; how many pictures were in it."""
        torch.set_num_threads(pace.threads)
        self._learner.precision = pace.precision
        batch = next(self._pieces)
        self._learner.learn(batch)
        return len(batch[1])

    def rate(self, pace: Pace, seconds: float, best: float) -> float:
        """Pictures a second in steps for about so long, after some that warm up.

        Args:
            best: of the others; what is much slower is not tried further.
        """
        pictures, self._pictures = self._pictures, FIRST_PICTURES
        found = 1 / self.first(pace)
        self._pictures = pictures
        if found < best / SLOW:
            return found
        self.step(pace)
        begun, images = time.perf_counter(), 0
        while True:
            images += self.step(pace)
            took = time.perf_counter() - begun
            if took >= seconds or images / took < best / 2:
                return images / took

    def _cut(self) -> Generator[Batch, None, None]:
        while True:
            with closing(self._feed.epoch(0)) as batches:
                for views, targets in batches:
                    start = 0
                    # Normalisation over a batch needs two.
                    while start + 2 <= len(targets):
                        end = start + self._pictures
                        yield [view[start:end] for view in views], targets[start:end]
                        start = end
