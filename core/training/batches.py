"""Pictures of a data set with their noise, batch by batch, made ahead of the network. No torch."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.noise.mix import Mix
from core.pixels import Image

Indices = NDArray[np.int64]
Images = NDArray[np.uint8]
VALIDATION_SEED = 1
"""The noise of validation is the same draw after every epoch and in every run."""
SHIFT = 8
"""A crop moves a picture by up to this part of its side, as He et al. (2016) do with 4 of 32 px; what comes in at the
border is its mirror image."""
_MOVES = 2**31
"""Tells the draws of moves from those of the order, which have a seed of their own."""


def shuffled(indices: Indices, batch_size: int, seed: int, epoch: int) -> list[Indices]:
    """All of `indices` in batches of nearly equal size, at most `batch_size`; decided by (seed, epoch)."""
    order = np.random.default_rng([seed, epoch]).permutation(indices)
    return np.array_split(order, -(-len(order) // batch_size))


def balanced(indices: Indices, labels: NDArray[np.int64], total: int, seed: int, epoch: int) -> Indices:
    """As many numbers as there are `indices`, each class as often as any other; decided by (seed, epoch).

    Args:
        indices: of pictures, at least one.
        labels: of these pictures.
        total: number of pictures in the data set.

    Returns:
        Of a large class a part, of a small one all, then all again: its k-th time picture i is i + k * total, so that
        each time has a draw of its own.
    """
    generator = np.random.default_rng([seed, epoch])
    classes = generator.permutation(np.unique(labels))
    shares = [len(part) for part in np.array_split(np.arange(len(indices)), len(classes))]
    found = []
    for label, share in zip(classes, shares, strict=True):
        own = indices[labels == label]
        times = range(-(-share // len(own)))
        found.append(np.concatenate([generator.permutation(own) + time * total for time in times])[:share])
    return np.concatenate(found)


def noise_seed(seed: int, epoch: int, draw: int = 0) -> int:
    """The seed of the noise of one epoch of a run.

    Args:
        draw: tells the noisy views of one picture apart.
    """
    parts = [seed, epoch, draw] if draw else [seed, epoch]
    return int(np.random.SeedSequence(parts).generate_state(1)[0])


def batch_seed(seed: int, epoch: int, place: int, view: int, rank: int) -> int:
    """The seed of what is drawn for a batch as a whole.

    Args:
        place: of the batch in its epoch.
    """
    parts = [seed, epoch, place, view, rank]
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint64)[0] >> np.uint64(1))


@dataclass(frozen=True)
class Moves:
    """What mirrors and shifts each picture, by its number."""

    flipped: NDArray[np.bool_]
    shifts: NDArray[np.int64]
    """N,2 px, downwards and to the right."""

    @classmethod
    def draw(cls, flips: bool, crops: bool, numbers: int, side: int, seed: int, epoch: int) -> "Moves":
        """Those of one epoch, decided by (seed, epoch) and a picture's number.

        Args:
            numbers: one more than the largest number.
            side: of the pictures, px.
        """
        generator = np.random.default_rng([seed, epoch, _MOVES])
        flipped = generator.random(numbers) < 0.5
        most = side // SHIFT
        shifts = generator.integers(-most, most + 1, (numbers, 2))
        return cls(flipped & flips, shifts * crops)

    def apply(self, image: Image, number: int) -> Image:
        """The picture (RGB uint8 H,W,3), mirrored and shifted as its number says."""
        if self.flipped[number]:
            image = image[:, ::-1]
        down, right = self.shifts[number].tolist()
        if down or right:
            height, width = image.shape[:2]
            above, left = max(down, 0), max(right, 0)
            below, beside = max(-down, 0), max(-right, 0)
            wide = cv2.copyMakeBorder(image, above, below, left, beside, cv2.BORDER_REFLECT_101)
            image = np.asarray(wide, np.uint8)[below : below + height, beside : beside + width]
        return image


def pictures(data_set: DataSet, mix: Mix, seed: int, numbers: Indices, moves: Moves | None = None) -> Images:
    """uint8 n,H,W,3: the pictures with those numbers, moved, each with the noise that (seed, number) draws.

    Args:
        numbers: those of the data set; one that is larger by k times its size is the same picture with another draw.
    """
    indices = numbers % len(data_set.images)
    data_set.will_read(indices)
    if not mix.parts and moves is None:
        # Sorted reading is kinder to the disk than the shuffled order.
        return np.asarray(data_set.images[np.sort(indices)])[np.argsort(np.argsort(indices))]
    found = np.empty((len(indices), *data_set.images.shape[1:]), np.uint8)
    for place, (index, number) in enumerate(zip(indices.tolist(), numbers.tolist(), strict=True)):
        image = np.asarray(data_set.images[index])
        if moves is not None:
            image = moves.apply(image, number)
        second = data_set.second_for(index)
        found[place] = mix.apply(image, seed, number, data_set.table, second, data_set.fitted_basis)
    return found
