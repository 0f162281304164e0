"""A picture of the pictures that a network is being shown. Imports torch."""

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.explanation.views import mosaic
from core.files import write_bytes
from core.images import encode_png
from core.networks.network import Network
from core.training.feeds import Batch, Feed

SECONDS = 5.0
"""Between two pictures."""
COLUMNS, LEAST_ROWS = 8, 2


class Shown:
    """Replaces a PNG now and then by one of the batch that is learned: views below each other, or where there is one, two
    rows of it."""

    def __init__(self, path: Path, network: Network) -> None:
        self._path, self._network = path, network
        self._last = -SECONDS

    def of(self, feed: Feed) -> Feed:
        """The same feed, watched.

        Raises:
            CannotWrite, DiskFull: from its batches.
        """
        return _Watched(feed, self)

    def look(self, views: Sequence[Tensor]) -> None:
        """Write the picture of a batch, where the last is old enough.

        Args:
            views: as of core.training.feeds.Batch.

        Raises:
            CannotWrite, DiskFull.
        """
        now = time.monotonic()
        if now - self._last < SECONDS:
            return
        self._last = now
        count = COLUMNS if len(views) >= LEAST_ROWS else COLUMNS * LEAST_ROWS
        seen = [picture for view in views for picture in self._pictures(view[:count])]
        rows = [seen[start : start + COLUMNS] for start in range(0, len(seen), COLUMNS)]
        write_bytes(self._path, encode_png(mosaic(rows)), lasting=False)

    def _pictures(self, inputs: Tensor) -> list[np.ndarray]:
        """The module's inputs as pictures, RGB uint8 H,W,3."""
        asked = self._network.preprocessing
        mean, std = (
            torch.tensor(part, device=inputs.device).view(1, 3, 1, 1) for part in (asked.mean, asked.std)
        )
        levels = ((inputs * std + mean) * 255).round().clamp(0, 255).byte().permute(0, 2, 3, 1)
        if asked.channels == "bgr":
            levels = levels.flip(3)
        return list(np.ascontiguousarray(levels.cpu().numpy()))


@dataclass(frozen=True)
class _Watched:
    feed: Feed
    shown: Shown

    @property
    def steps(self) -> int:
        return self.feed.steps

    def epoch(self, n: int, first: int = 0) -> Generator[Batch, None, None]:
        for batch in self.feed.epoch(n, first):
            self.shown.look(batch[0])
            yield batch
