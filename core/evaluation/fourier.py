"""Where in the spectrum a run breaks: its errors when one wave of a single frequency is added to pictures. No torch.

The Fourier heat map of Yin et al. (2019, arXiv 1906.08988). A picture x becomes x + r v U, kept to 0..1: U is the real Fourier
basis picture of one frequency with norm 1, v a fixed norm, r a sign that is drawn for each picture and colour. A wave and its
mirror image are the same, so half of the plane is measured. core.evaluation.fourier_job measures it, coarse things first.
"""

import hashlib
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple, Self, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.evaluation.clusters import independent, mean_of, numbered, share_interval, share_of
from core.evaluation.parts import pictures_tested
from core.evaluation.predictions import EVALUATION_SEED
from core.files import DAMAGED, digest_of, write_bytes
from core.folders import RunFolder
from core.measure import Groups
from core.noise.stack import generator_for
from core.runs.mode import Mode
from core.runs.runs import Run
from core.statistics import wilson
from core.words import Text, fill_text, rounded

Detail = Literal["coarse", "medium", "fine", "whole"]
"""How many frequencies are measured; each has those of the one before."""
DETAILS: tuple[Detail, ...] = get_args(Detail)
Band = Literal["coarse", "middle", "fine"]
Frequency = tuple[int, int]
"""Cycles per picture to the right and downwards; the one downwards is 0 or more."""

IMAGES = 100
RINGS, DIRECTIONS = 6, 6
"""Of the coarse map."""
MOST_SIDE = 64
"""Larger pictures have only each second, third ... frequency measured, so that there are no more than of this side, px."""
STRENGTH = {32: 0.125, 224: 0.07}
"""Root mean square of what is added, by the side of the pictures, px: Yin's norms, 4 for CIFAR-10 and 15.7 for ImageNet."""
BANDS: dict[Band, tuple[float, float]] = {"coarse": (0.0, 0.25), "middle": (0.25, 0.5), "fine": (0.5, 2.0)}
"""From which share of the highest frequency along a side to which; the corners reach 1.4."""
_FORM = 1
"""Counts the ways in which maps were measured."""


def strength(side: int) -> float:
    """Root mean square of what is added to pictures of that side, of white: STRENGTH, evenly over the logarithm between."""
    (small, low), (large, high) = STRENGTH.items()
    share = (math.log(side) - math.log(small)) / (math.log(large) - math.log(small))
    return low + (high - low) * min(max(share, 0.0), 1.0)


def wave(side: int, frequency: Frequency) -> NDArray[np.float32]:
    """H,H: the real Fourier basis picture of a frequency, norm 1."""
    across, down = frequency
    places = np.arange(side)
    phase = 2 * np.pi * (across * places[None, :] + down * places[:, None]) / side
    found = np.cos(phase)
    return np.asarray(found / np.linalg.norm(found), np.float32)


def signs(indices: NDArray[np.int64]) -> NDArray[np.float32]:
    """N,3 of -1 and 1: of each colour of a picture, by its number alone."""
    drawn = [
        generator_for(EVALUATION_SEED, number, "fourier", 0).integers(0, 2, 3) for number in indices.tolist()
    ]
    return np.stack(drawn).astype(np.float32) * 2 - 1


def grid(side: int, detail: Detail = "whole") -> list[Frequency]:
    """The frequencies of a map, in the order in which they are measured: each detail's follow those of the one before.

    First none, then RINGS x DIRECTIONS up to the highest frequency, then ever closer grids. Within a detail the order is
    mixed, so that a map that is not whole yet is as far everywhere.

    Args:
        side: of the pictures, px.
    """
    half, step = side // 2, -(-side // MOST_SIDE)
    found: dict[Frequency, None] = dict.fromkeys([(0, 0), *_polar(half, step)])
    for times in {"coarse": (), "medium": (4,), "fine": (4, 2), "whole": (4, 2, 1)}[detail]:
        lattice = _lattice(half, step * times)
        order = np.random.default_rng(times).permutation(len(lattice)).tolist()
        found |= dict.fromkeys(lattice[place] for place in order)
    return list(found)


def _lattice(half: int, step: int) -> list[Frequency]:
    """Each `step`-th frequency, each wave once."""
    across = range(-(half // step) * step, half + 1, step)
    return [
        (x, y)
        for y in range(0, half + 1, step)
        for x in across
        if (y > 0 or x >= 0) and x > -half and not (y == half and x < 0)
    ]


def _polar(half: int, step: int) -> list[Frequency]:
    """One frequency in the middle of each ring in each direction; rings are squares, so that corners are among them."""
    found = []
    for ring in range(RINGS):
        radius = (ring + 0.5) * half / RINGS
        for direction in range(DIRECTIONS):
            angle = np.pi * direction / DIRECTIONS
            x, y = np.cos(angle), np.sin(angle)
            longest = max(abs(x), abs(y))
            place = (round(radius * x / longest / step) * step, round(radius * y / longest / step) * step)
            found.append((abs(place[0]), 0) if place[1] == 0 else place)
    return list(dict.fromkeys(place for place in found if place != (0, 0)))


class BandError(NamedTuple):
    """Errors over a range of frequencies."""

    error: float
    """0..1; NaN where no frequency of it was measured."""
    low: float
    high: float
    """95 %: Wilson's for as many pictures as were shown, or as their groups speak for, whatever the number of waves."""


@dataclass(frozen=True)
class FourierMap:
    """What was measured of a run so far."""

    side: int
    """Of the pictures, px."""
    images: NDArray[np.int64]
    """N numbers of pictures, ascending."""
    clean: NDArray[np.bool_]
    """N: right without a wave."""
    frequencies: tuple[Frequency, ...] = ()
    right: NDArray[np.bool_] | None = None
    """frequencies,N; None where none is measured."""
    groups: Groups | None = None
    """N: of each picture what it belongs to, counted from 0; it is in no file, as the data set has it."""

    def grouped(self, groups: NDArray[np.int64] | None) -> Self:
        """With the groups of a data set: int64, a number for each of all its pictures; None leaves it as it is."""
        return self if groups is None else replace(self, groups=numbered(np.asarray(groups)[self.images]))

    @property
    def strength(self) -> float:
        """Root mean square of what was added, of white."""
        return strength(self.side)

    @property
    def clean_error(self) -> float:
        """The share of pictures, 0..1, that are wrong without a wave."""
        return float(1 - self.clean.mean())

    def table(self) -> pd.DataFrame:
        """A row a frequency measured: across, down (cycles per picture), images, right, error, low, high (95 %, Wilson's)."""
        n = len(self.images)
        all_right = [] if self.right is None else list(self.right)
        rows = [
            (across, down, n, int(right.sum()), *share_of(~right, self.groups))
            for (across, down), right in zip(self.frequencies, all_right, strict=True)
        ]
        return pd.DataFrame(rows, columns=["across", "down", "images", "right", "error", "low", "high"])

    def bands(self) -> dict[Band, BandError]:
        """The mean error over coarse, middle and fine frequencies."""
        return {band: self._band(band) for band in BANDS}

    def _band(self, band: Band) -> BandError:
        inside = in_band(self.frequencies, self.side, band)
        if self.right is None or not inside.any():
            return BandError(math.nan, 0.0, 1.0)
        wrong = 1 - self.right[inside].mean(axis=0)
        error, n = float(wrong.mean()), len(self.images)
        if self.groups is None:
            return BandError(error, *wilson(error * n, n))
        ends = share_interval(error, (wrong - error) / n, self.groups, independent(self.groups, n))
        return BandError(error, *ends)

    def with_more(self, frequencies: Sequence[Frequency], right: NDArray[np.bool_]) -> Self:
        """With what was measured besides.

        Args:
            right: frequencies,N.
        """
        before = [] if self.right is None else [self.right]
        return replace(
            self,
            frequencies=(*self.frequencies, *frequencies),
            right=np.concatenate([*before, right]) if len(frequencies) else self.right,
        )

    def save(self, path: Path) -> None:
        """Into a file, whole or not at all.

        Raises:
            CannotWrite, DiskFull.
        """
        memory = io.BytesIO()
        right = np.zeros((0, len(self.images)), bool) if self.right is None else self.right
        np.savez_compressed(
            memory,
            side=self.side,
            images=self.images,
            clean=self.clean,
            frequencies=np.array(self.frequencies, np.int32).reshape(-1, 2),
            right=np.packbits(right, axis=1),
        )
        write_bytes(path, memory.getvalue(), lasting=False)

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """What a file holds; None where it is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as file:
                images, clean = file["images"], file["clean"].astype(bool)
                frequencies = tuple((int(x), int(y)) for x, y in file["frequencies"])
                right = np.unpackbits(file["right"], axis=1, count=len(images)).astype(bool)
                side = int(file["side"])
        except DAMAGED:
            return None
        if len(clean) != len(images) or len(right) != len(frequencies) or not len(images):
            return None
        return cls(side, images, clean, frequencies, right if len(right) else None)


def in_band(frequencies: Sequence[Frequency], side: int, band: Band) -> NDArray[np.bool_]:
    """Which of the F frequencies lie in a band: bool F. No wave at all lies in none.

    Args:
        side: of the pictures, px.
    """
    low, high = BANDS[band]
    shares = np.array([math.hypot(*one) for one in frequencies]) / (side / 2)
    found: NDArray[np.bool_] = (shares >= low) & (shares < high) & (shares > 0)
    return found


@dataclass(frozen=True)
class FourierDifference:
    """Two maps on the same pictures: the second's errors less the first's."""

    first: FourierMap
    """Both have the same frequencies, in the same order."""
    second: FourierMap

    def table(self) -> pd.DataFrame:
        """A row a frequency: across, down, images, difference (of errors, -1..1), low, high (95 %, paired)."""
        a, b = self.first.right, self.second.right
        rows = []
        for place, (across, down) in enumerate(self.first.frequencies):
            assert a is not None
            assert b is not None
            change = a[place].astype(np.float64) - b[place]
            rows.append((across, down, len(change), *mean_of(change, self.first.groups)))
        return pd.DataFrame(rows, columns=["across", "down", "images", "difference", "low", "high"])

    def bands(self) -> dict[Band, BandError]:
        """The difference over coarse, middle and fine frequencies; each picture counts once in how sure it is."""
        found = {}
        for band in BANDS:
            inside = in_band(self.first.frequencies, self.first.side, band)
            if self.first.right is None or self.second.right is None or not inside.any():
                found[band] = BandError(math.nan, -1.0, 1.0)
                continue
            change = self.first.right[inside].mean(axis=0) - self.second.right[inside].mean(axis=0)
            found[band] = BandError(*mean_of(change, self.first.groups))
        return found


def difference(first: FourierMap, second: FourierMap) -> FourierDifference | None:
    """What two maps have in common; None where they are of other pictures, or have no frequency in common."""
    if first.side != second.side or not np.array_equal(first.images, second.images):
        return None
    places = {one: place for place, one in enumerate(second.frequencies)}
    common = [one for one in first.frequencies if one in places]
    if not common or first.right is None or second.right is None:
        return None
    own = {one: place for place, one in enumerate(first.frequencies)}
    return FourierDifference(
        replace(first, frequencies=tuple(common), right=first.right[[own[one] for one in common]]),
        replace(second, frequencies=tuple(common), right=second.right[[places[one] for one in common]]),
    )


def whole_plane(table: pd.DataFrame, side: int, column: str) -> NDArray[np.float64]:
    """A column of a table as a picture of the plane, R,R with no frequency in the middle: each place has the value of the nearest
    frequency that was measured, and the other half of the plane is its mirror image.

    Args:
        side: of the pictures, px.
    """
    half, step = side // 2, -(-side // MOST_SIDE)
    known = table[["across", "down"]].to_numpy(np.float64)
    places = np.concatenate([known, -known])  # each wave is its own mirror image
    values = np.tile(table[column].to_numpy(np.float64), 2)
    ticks = np.arange(-(half // step) * step, half + 1, step)
    x, y = (part.ravel() for part in np.meshgrid(ticks, ticks))
    nearest = ((x[:, None] - places[:, 0]) ** 2 + (y[:, None] - places[:, 1]) ** 2).argmin(axis=1)
    plane = values[nearest].reshape(len(ticks), len(ticks))
    # Of two that are equally near either may be found: one half decides.
    mirrored = ((y < 0) | ((y == 0) & (x < 0))).reshape(plane.shape)
    return np.asarray(np.where(mirrored, plane[::-1, ::-1], plane))


def map_file(folder: RunFolder, weights: str, data: str, images: NDArray[np.int64]) -> Path:
    """Where the map of a run lies: another file for other weights, data or pictures.

    Args:
        weights, data: fingerprints.
        images: the numbers of the pictures, ascending.
    """
    facts = [_FORM, weights, data, EVALUATION_SEED, images.tolist()]
    return folder.spectra / f"{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]}.npz"


def pictures_for(data_set: DataSet, images: int) -> NDArray[np.int64]:
    """The numbers of test pictures that a map is measured on, ascending: those of a quick look at so many.

    Raises:
        EmptySplit.
    """
    return pictures_tested(data_set, Mode(part=images))


def stored_map(run: Run, data_set: DataSet, images: int = IMAGES) -> FourierMap | None:
    """What has been measured of a run on so many pictures; None where nothing was."""
    try:
        weights = digest_of(run.folder.checkpoint)
    except OSError:
        return None
    numbers = pictures_for(data_set, images)
    found = FourierMap.load(map_file(run.folder, weights, data_set.card.fingerprint, numbers))
    return None if found is None else found.grouped(data_set.groups)


NAMES: dict[Band, Text] = {
    "coarse": Text(en="coarse", ko="굵은"),
    "middle": Text(en="medium-sized", ko="중간"),
    "fine": Text(en="fine", ko="고운"),
}
BREAKS = 0.1
"""What a wave has to cost besides, so that it is said to break a run."""


def sentence(found: FourierMap) -> Text:
    """Which patterns break a run, from its numbers."""
    bands, clean = found.bands(), found.clean_error
    broken = [band for band, one in bands.items() if one.error - clean >= BREAKS and one.low > clean]
    held = [band for band in bands if band not in broken]
    said = {
        "broken": _named(broken, bands),
        "held": _named(held, bands),
        "clean": rounded(100 * clean),
    }
    if not broken:
        text = Text(
            en="Holds whatever the size of the pattern: errors under {held} (clean {clean} %).",
            ko="무늬의 굵기와 상관없이 버팁니다. 오류율은 {held}입니다(원본 {clean}%).",
        )
    elif not held:
        text = Text(
            en="Breaks whatever the size of the pattern: errors under {broken} (clean {clean} %).",
            ko="무늬의 굵기와 상관없이 무너집니다. 오류율은 {broken}입니다(원본 {clean}%).",
        )
    else:
        text = Text(
            en="Breaks under {broken}, holds under {held} (errors; clean {clean} %).",
            ko="{broken}에 무너지고 {held}에는 버팁니다(오류율, 원본 {clean}%).",
        )
    return fill_text(text, **said)


def _named(among: Sequence[Band], bands: dict[Band, BandError]) -> Text:
    known = [band for band in among if not math.isnan(bands[band].error)]
    numbers = [rounded(100 * bands[band].error) for band in known]
    english = [f"{NAMES[band]['en']} patterns ({n} %)" for band, n in zip(known, numbers, strict=True)]
    korean = [f"{NAMES[band]['ko']} 무늬({n}%)" for band, n in zip(known, numbers, strict=True)]
    return Text(en=" and ".join(english), ko=", ".join(korean))
