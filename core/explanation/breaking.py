"""The breaking point: for each noise the least severity at which a classifier changes its answer. Imports torch."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.errors import Cancelled
from core.explanation.classifier import Classifier
from core.hardware import cores, one_blas_thread
from core.networks.loading import one_core
from core.noise.catalogue import SEVERITIES
from core.noise.stack import Layer, SecondPicture, apply_stack
from core.pixels import Image
from core.progress import Report, silent


@dataclass(frozen=True)
class BreakingPoint:
    """How one noise fares on one picture."""

    noise: str
    severity: int | None
    """The least severity at which the answer differs from the clean one; None: it holds at all five."""
    answer: str
    """What the classifier says there; the clean answer where it holds."""
    left: float = field(default=0.0, compare=False)
    """The probability 0..1 that the clean answer has there; at the highest severity where it holds."""


def breaking_points(
    classifier: Classifier,
    picture: Image,
    noises: Sequence[str],
    table: str,
    seed: int = 0,
    second: SecondPicture = None,
    report: Report = silent,
) -> list[BreakingPoint]:
    """The breaking point of each noise, in the order of `noises`.

    Each severity is tried from 1 on, since a noise may change the answer at one and not at the next: the
    first that does is the least. A noise at a time goes through one picture at a time: a batch is no faster
    on a CPU, and so every answer is the very one that the classifier gives to that picture elsewhere.

    Args:
        picture: RGB uint8, as the classifier's `prepare` gives it.
        second: for noises that need another picture.

    Raises:
        Cancelled: `report` said so; threads end within one picture's time.
    """
    stopped = False

    def answer(image: Image) -> tuple[str, NDArray[np.float32]]:
        said = classifier.explain([image], method=None)[0]
        return said.top(1)[0][0], said.probabilities

    def try_noise(key: str) -> BreakingPoint:
        with one_core():  # each core has a thread already
            for severity in SEVERITIES:
                if stopped:
                    raise Cancelled()
                layer = Layer.at_severity(key, severity, table)
                said, probabilities = answer(apply_stack(picture, [layer], seed, second=second))
                left = float(probabilities[place])
                if said != clean:
                    return BreakingPoint(key, severity, said, left)
            return BreakingPoint(key, None, clean, left)

    one_blas_thread()
    report(0.0)
    clean, _ = answer(picture)
    place = classifier.classes.index(clean)
    with ThreadPoolExecutor(cores(), "breaking") as threads:
        tries = [threads.submit(try_noise, key) for key in noises]
        try:
            for done, finished in enumerate(as_completed(tries), start=1):
                finished.result()  # an error rises here
                report(done / len(tries))
        except BaseException:
            stopped = True
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    return [one.result() for one in tries]


def in_order(points: Sequence[BreakingPoint]) -> list[BreakingPoint]:
    """Those that break first at the top, those that hold at the end; among equals those that leave the least of
    the clean answer."""
    return sorted(points, key=lambda point: (point.severity or len(SEVERITIES) + 1, point.left, point.noise))
