"""Choose the five severities of our own noises: `python -m benchmarks.calibrate_severities --photos FOLDER`.

A noise's numbers are moved together along a straight way (geometric where a number shrinks or grows
manyfold) from what changes nothing, t = 0, through its present severity 5, t = 1, to t = 1.5. It is used from
where the noise is visible at every size to where it is last farther from clean than ever before at each of
them. On square photos of 224 px EfficientNet-Lite0 answers at places of that way; its agreement with its own
answer on the clean photo, made monotone, is inverted at five even steps from 90 % (or what the visible start
has) to 30 % (or what the end has). Where it stays above MILD, SSIM takes its place, from 0.97 to what the
present severity 5 has. Where that tells nothing (it falls at once when pixels move, or hardly at all), the
steps are even along the way. Values are rounded to their parameter's step, and all five differ. Of a noise that has
published severities for 224 px, our own are for smaller pictures: the photos are of 64 px then.

Prints a table and writes results/severities.json; --write puts the values into the noises' declarations.
"""

import argparse
import ast
import inspect
import itertools
import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from skimage.metrics import structural_similarity
from sklearn.isotonic import IsotonicRegression
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from core.images import PICTURE_SUFFIXES, read_picture
from core.networks.loading import choose_device, load_imagenet_network, use_all_cores
from core.noise.catalogue import OWN_TABLE, Noise, Param, Value, all_noises, get_noise
from core.noise.stack import Layer, apply_stack
from core.pixels import Image
from core.resizing import square
from core.samples import SAMPLES, sample_picture

RESULT = Path(__file__).parent / "results" / "severities.json"
MODEL = "efficientnet_lite0"
SIDE = 224
SMALL_SIDE = 64
SURE = 0.3
"""A photo counts if the clean answer has at least this probability: one that it is not sure of falls by chance."""
TARGETS = (0.90, 0.75, 0.60, 0.45, 0.30)
MILD = 0.55
LEAST_SSIM_LOSS = 0.03
FARTHEST = 1.5
POINTS = 10
BATCH = 32
SSIM_PHOTOS = 16
VISIBLE = 0.6
"""Least mean distance of severity 1 to clean, levels; the tests want 0.5."""
SIZES = (32, 64, 224, 384)
MANYFOLD = 8.0
"""A number that changes by this factor or more from start to severity 5 goes by equal factors."""
GRID = 0.025
"""Step of t between which nothing is looked for."""
TELLING = 0.05
"""SSIM tells something of a noise that costs this much of it, the first half not before ..."""
AT_ONCE = 0.15
"""... this share of the way."""


@dataclass(frozen=True)
class Axis:
    """One number's way."""

    name: str
    declared: Param
    integer: bool
    start: float
    end: float
    """At t = 1."""
    geometric: bool

    def at(self, t: float) -> Value:
        """The value at `t`, within the range, rounded to the step."""
        if self.geometric:
            value = self.start * (self.end / self.start) ** t
        else:
            value = self.start + t * (self.end - self.start)
        value = min(max(value, self.declared.lowest), self.declared.highest)
        if self.integer:
            return round(value)
        rounded = round(round(value / self.declared.step) * self.declared.step, 6)
        return min(max(rounded, self.declared.lowest), self.declared.highest)


@dataclass(frozen=True)
class Way:
    """How a noise grows: its numbers that differ between severities, and the rest of each row."""

    axes: tuple[Axis, ...]
    rest: Mapping[str, Value]

    @classmethod
    def of(cls, entry: Noise) -> "Way | str":
        """The way through the present severities, or why there is none."""
        rows = entry.severities[OWN_TABLE]
        full = [entry.checked(row) for row in rows]
        axes = []
        for parameter in entry.parameters:
            values = [row[parameter.name] for row in full]
            if len(set(values)) == 1:
                continue
            if not isinstance(parameter.declared, Param):
                return f"{parameter.name} is a word that differs between severities"
            numbers = [float(value) for value in values]
            steps = np.diff(numbers)
            if not ((steps >= 0).all() or (steps <= 0).all()):
                return f"{parameter.name} goes up and down"
            lowest, highest = parameter.declared.lowest, parameter.declared.highest
            mildest, end = numbers[0], numbers[4]
            start = float((entry.identity or {}).get(parameter.name, mildest))
            low, high = sorted((start, end))
            geometric = low > 0 and high / low >= MANYFOLD
            if parameter.name not in (entry.identity or {}):  # as far before severity 1 as it is from 2
                before = mildest * (mildest / end) ** 0.25 if geometric else mildest - (end - mildest) / 4
                start = min(max(before, lowest), highest)
            axes.append(Axis(parameter.name, parameter.declared, parameter.integer, start, end, geometric))
        if not axes:
            return "nothing differs between its severities"
        varied = {axis.name for axis in axes}
        rest = {name: value for name, value in rows[4].items() if name not in varied}
        return cls(tuple(axes), rest)

    def at(self, t: float) -> dict[str, Value]:
        return {axis.name: axis.at(t) for axis in self.axes} | dict(self.rest)


@dataclass
class Judge:
    """What the classifier and SSIM say of a noise on the photos."""

    photos: list[Image]
    answers: np.ndarray[Any, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.network = load_imagenet_network(MODEL, choose_device("auto"))
        # Twice as fast where the processor has it; clean and noisy photos are answered alike.
        self.kind = (
            torch.bfloat16 if torch.backends.mkldnn.is_available() and _has_bfloat16() else torch.float32
        )
        self.module = folded(self.network.module).to(self.kind)
        self.answers = self._answers(self.photos)[0]

    def keep_sure(self, count: int) -> None:
        """Only photos whose answer is sure, `count` at most."""
        answers, sureness = self._answers(self.photos)
        kept = np.flatnonzero(sureness >= SURE)[:count]
        self.photos, self.answers = [self.photos[i] for i in kept], answers[kept]

    def noisy(self, entry: Noise, params: Mapping[str, Value]) -> list[Image]:
        """The photos under the noise; a second picture is one of the other photos."""
        layers = [Layer(entry.key, entry.checked(params))]

        def second(i: int) -> Callable[[np.random.Generator], Image]:
            others = self.photos[:i] + self.photos[i + 1 :]
            return lambda generator: others[generator.integers(len(others))]

        return [
            apply_stack(photo, layers, index=i, second=second(i) if entry.needs_second else None)
            for i, photo in enumerate(self.photos)
        ]

    def agreement(self, noisy: Sequence[Image]) -> float:
        return float((self._answers(noisy)[0] == self.answers).mean())

    def ssim(self, noisy: Sequence[Image]) -> float:
        """Mean over photos and colours."""
        places = range(0, len(noisy), max(1, len(noisy) // SSIM_PHOTOS))
        pairs = [(noisy[i], self.photos[i]) for i in places]
        return float(np.mean([structural_similarity(a, b, channel_axis=2) for a, b in pairs]))

    def _answers(self, images: Sequence[Image]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        answers, sureness = [], []
        with torch.inference_mode():
            for first in range(0, len(images), BATCH):
                pixels = torch.from_numpy(np.stack(images[first : first + BATCH]))
                batch = self.network.inputs(pixels)
                logits = self.module(batch.to(self.kind))
                best = logits.float().softmax(1).max(1)
                answers.append(best.indices.cpu().numpy())
                sureness.append(best.values.cpu().numpy())
        return np.concatenate(answers), np.concatenate(sureness)


def _has_bfloat16() -> bool:
    known = Path("/proc/cpuinfo")
    return torch.cuda.is_available() or (known.exists() and "avx512_bf16" in known.read_text())


def folded(network: nn.Module) -> nn.Module:
    """A copy of the network with each normalisation folded into the convolution before it: a third faster.

    Raises:
        AssertionError: it does not calculate the same, as its parts are not listed in the order of their use.
    """
    copy = deepcopy(network)
    for module in copy.modules():
        for (first, conv), (second, norm) in itertools.pairwise(list(module.named_children())):
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(module, first, fuse_conv_bn_eval(conv, norm))
                setattr(module, second, nn.Identity())
    probe = torch.rand(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    probe = probe.to(next(network.parameters()).device)
    assert torch.allclose(copy(probe), network(probe), atol=1e-3, rtol=1e-3)
    return copy


def own_side(entry: Noise) -> int:
    """Of the photos that our severities of a noise are chosen on, px."""
    return SMALL_SIDE if "imagenet_c" in entry.severities else SIDE


def sample_crops(side: int) -> Iterator[Image]:
    """Squares of the sample photos: whole and nearer, both ways round."""
    for share in (1.0, 0.8, 0.65):
        for key in SAMPLES:
            photo = sample_picture(key)
            height, width = (round(length * share) for length in photo.shape[:2])
            top, left = (photo.shape[0] - height) // 2, (photo.shape[1] - width) // 2
            crop = square(photo[top : top + height, left : left + width], side)
            yield crop
            yield np.ascontiguousarray(crop[:, ::-1])


def folder_photos(folder: Path, count: int, side: int) -> Iterator[Image]:
    """`count` photos spread evenly over the folder and those below it."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURE_SUFFIXES)
    for place in np.unique(np.linspace(0, len(files) - 1, min(count, len(files))).astype(int)):
        yield square(read_picture(files[place], files[place].name).pixels, side)


def reach(entry: Noise, way: Way) -> tuple[float, float]:
    """From where the noise is visible at every size to where it last is farther from clean than before, as t.

    Raises:
        ValueError: there are too few such places for five severities.
    """
    ts = np.arange(GRID, FARTHEST + GRID / 2, GRID)
    distances = np.stack([_distances(entry, way.at(float(t))) for t in ts])
    before = np.vstack([np.zeros(len(SIZES)), np.maximum.accumulate(distances, axis=0)[:-1]])
    farther = (distances > before).all(axis=1)
    if "order" in entry.exceptions:  # it says that its distance does not grow
        farther[:] = True
    visible = (distances > VISIBLE).all(axis=1)
    first, last = int(np.argmax(visible)), int(np.flatnonzero(farther)[-1])
    if not visible.any() or last - first < 5:
        at_end = distances[-1].round(2).tolist()
        raise ValueError(f"it is visible and grows at too few places; {at_end} levels at t = {FARTHEST}")
    return float(ts[first]), float(ts[last])


def curve_of(
    entry: Noise, way: Way, judge: Judge, first: float, last: float
) -> list[tuple[float, float, float]]:
    """(t, agreement, SSIM) with most points where the agreement falls most."""
    found: dict[float, tuple[float, float]] = {}

    def look(t: float) -> None:
        noisy = judge.noisy(entry, way.at(t))
        found[t] = (judge.agreement(noisy), judge.ssim(noisy))

    for t in {*np.linspace(first, last, POINTS // 2).tolist(), min(1.0, last)}:
        look(round(t, 5))
    while len(found) < POINTS:
        gaps = [
            (abs(found[a][0] - found[b][0]), b - a, a)
            for a, b in itertools.pairwise(sorted(found))
            if way.at((a + b) / 2) not in (way.at(a), way.at(b))
        ]
        if not gaps:
            break
        _, width, left = max(gaps)
        look(round(left + width / 2, 5))
    return [(t, *found[t]) for t in sorted(found)]


def places_for(curve: Sequence[tuple[float, float, float]]) -> tuple[str, list[float]]:
    """Which measure decides, and the five t where it takes its even steps."""
    ts = np.array([point[0] for point in curve])
    agreement = _falling(ts, np.array([point[1] for point in curve]))
    start, end = min(TARGETS[0], agreement[0]), max(TARGETS[-1], agreement[-1])
    if agreement[-1] <= MILD and start > end:
        return "agreement", [_first_at(ts, agreement, float(aim)) for aim in np.linspace(start, end, 5)]
    # Its present severity 5 was made as strong as a person still reads the picture.
    near = ts <= max(1.0, ts[1]) + 1e-9
    ts = ts[near]
    ssim = _falling(ts, np.array([point[2] for point in curve])[near])
    start = min(1 - LEAST_SSIM_LOSS, ssim[0])
    half = (_first_at(ts, ssim, (ssim[0] + ssim[-1]) / 2) - ts[0]) / (ts[-1] - ts[0])
    if 1 - ssim[-1] < TELLING or half < AT_ONCE:
        return "the way", [max(float(ts[0]), float(ts[-1]) * number / 5) for number in range(1, 6)]
    return "ssim", [_first_at(ts, ssim, float(aim)) for aim in np.linspace(start, ssim[-1], 5)]


def _falling(ts: np.ndarray[Any, Any], values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.asarray(IsotonicRegression(increasing=False).fit(ts, values).predict(ts))


def _first_at(ts: np.ndarray[Any, Any], values: np.ndarray[Any, Any], target: float) -> float:
    """Where the falling line through the points first is at `target`."""
    place = int(np.argmax(values <= target + 1e-9))
    if place == 0:
        return float(ts[0])
    above, below = values[place - 1], values[place]
    return float(ts[place - 1] + (ts[place] - ts[place - 1]) * (above - target) / (above - below))


def settle(
    entry: Noise, way: Way, wanted: Sequence[float], first: float, last: float
) -> list[dict[str, Value]]:
    """The five rows nearest to the wanted places of which each is farther from clean than the one before.

    Raises:
        ValueError: the way has no such five.
    """
    rows: list[dict[str, Value]] = []
    places: list[float] = []
    for t in np.arange(first, last + GRID / 4, GRID / 2):
        row = way.at(float(t))
        if row not in rows:
            rows.append(row)
            places.append(float(t))
    distances = np.stack([_distances(entry, row) for row in rows])
    after = (distances[None] > distances[:, None]).all(axis=2)  # after[i, j]: j is farther than i
    if "order" in entry.exceptions:
        after = np.triu(np.ones(after.shape, bool), 1)
    after &= np.triu(np.ones(after.shape, bool), 1)
    # The least sum of squared gaps to the wanted places over all chains of five.
    cost = np.where((distances > VISIBLE).all(axis=1), (np.array(places) - wanted[0]) ** 2, np.inf)
    came: list[np.ndarray[Any, Any]] = []
    for place in wanted[1:]:
        chains = np.where(after, cost[:, None], np.inf)
        came.append(chains.argmin(axis=0))
        cost = chains.min(axis=0) + (np.array(places) - place) ** 2
    if not np.isfinite(cost).any():
        raise ValueError(f"no five severities that grow at every size among {len(rows)}")
    chosen = [int(cost.argmin())]
    for back in reversed(came):
        chosen.insert(0, int(back[chosen[0]]))
    return [rows[i] for i in chosen]


@cache
def _clean(size: int) -> list[Image]:
    return [square(sample_picture(key), size) for key in SAMPLES]


def _distances(entry: Noise, params: Mapping[str, Value]) -> np.ndarray[Any, Any]:
    """Mean absolute difference to the clean sample photos at each of SIZES, as the tests measure it."""
    return _measured(entry.key, tuple(params.items()))


@cache
def _measured(key: str, params: tuple[tuple[str, Value], ...]) -> np.ndarray[Any, Any]:
    layers = [Layer.make(key, dict(params))]
    return np.array(
        [
            np.mean(
                [
                    cv2.absdiff(apply_stack(clean, layers, index=i), clean).mean()
                    for i, clean in enumerate(_clean(size))
                ]
            )
            for size in SIZES
        ]
    )


def calibrated(entry: Noise, judge: Judge) -> dict[str, Any]:
    """What results/severities.json says of one noise."""
    about: dict[str, Any] = {"noise": entry.key, "before": [dict(row) for row in entry.severities[OWN_TABLE]]}
    way = Way.of(entry)
    if isinstance(way, str):
        return about | {"left": way}
    try:
        first, last = reach(entry, way)
        curve = curve_of(entry, way, judge, first, last)
        by, places = places_for(curve)
        rows = settle(entry, way, places, first, last)
    except ValueError as error:
        return about | {"left": str(error)}
    noisy = [judge.noisy(entry, row) for row in rows]
    return about | {
        "by": by,
        "severities": rows,
        "agreement": [round(judge.agreement(pictures), 3) for pictures in noisy],
        "ssim": [round(judge.ssim(pictures), 3) for pictures in noisy],
        "curve": [[round(number, 4) for number in point] for point in curve],
    }


def literal(rows: Sequence[Mapping[str, Value]]) -> str:
    """The rows as the declarations write them, within the table."""
    names = list(rows[0])
    varied = [name for name in names if len({row[name] for row in rows}) > 1]
    fixed = [f'"{name}": {rows[0][name]!r}' for name in names if name not in varied]
    inside = ", ".join([f'"{name}": {name}' for name in varied] + fixed)
    values = [tuple(row[name] for name in varied) for row in rows]
    if len(varied) == 1:
        listed = ", ".join(repr(value) for (value,) in values)
    else:
        listed = ", ".join(repr(value) for value in values)
    return f"tuple({{{inside}}} for {', '.join(varied)} in ({listed}))"


def write_into(path: Path, key: str, rows: Sequence[Mapping[str, Value]]) -> None:
    """Replace our table in `severities=` in the decorator of the function `key` of a file."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name == key:
            for call in node.decorator_list:
                for keyword in getattr(call, "keywords", []):
                    tables = keyword.value
                    if keyword.arg != "severities" or not isinstance(tables, ast.Dict):
                        continue
                    for name, table in zip(tables.keys, tables.values, strict=True):
                        if name is None or ast.literal_eval(name) != OWN_TABLE:
                            continue
                        old = ast.get_source_segment(source, table)
                        assert old is not None
                        lines = source.splitlines(keepends=True)
                        before = "".join(lines[: table.lineno - 1])
                        # Columns are counted in bytes.
                        line = lines[table.lineno - 1].encode()[: table.col_offset].decode()
                        start = len(before) + len(line)
                        assert source[start : start + len(old)] == old
                        written = source[:start] + literal(rows) + source[start + len(old) :]
                        path.write_text(written, encoding="utf-8")
                        return
    raise ValueError(f"{key}: no severities of ours in {path}")


def show(found: Mapping[str, Any]) -> None:
    if "left" in found:
        print(f"{found['noise']:24} left as it is: {found['left']}", flush=True)
        return
    print(f"{found['noise']:24} by {found['by']}", flush=True)
    names = [name for name in found["severities"][0] if len({row[name] for row in found["severities"]}) > 1]
    for name in names:
        now = " ".join(f"{row[name]:>8}" for row in found["severities"])
        was = " ".join(str(row.get(name, "-")) for row in found["before"])
        print(f"  {name:22} {now}   (was {was})")
    for name in ("agreement", "ssim"):
        print(f"  {name:22} {' '.join(f'{value:8.3f}' for value in found[name])}", flush=True)


def judge_of(side: int, folder: Path | None, count: int) -> Judge:
    """What judges noises on photos of `side` px: the sample photos, and those of the folder if there is one."""
    crops = list(sample_crops(side))
    photos = crops
    if folder is not None:
        # A third of them samples; more than wanted are read, as not all are sure.
        photos = crops[:: max(1, 3 * len(crops) // count)]
        photos += folder_photos(folder, 2 * count, side)
    judge = Judge(photos)
    judge.keep_sure(count)
    said = f"{len(judge.photos)} photos of {side} px whose clean answer has a probability of {SURE} or more"
    print(said, flush=True)
    return judge


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--photos", type=Path, help="a folder of photos, beside the sample photos")
    parser.add_argument("--count", type=int, default=64, help="photos in all")
    parser.add_argument("--only", nargs="+", metavar="KEY")
    parser.add_argument("--out", type=Path, help=f"where the results go ({RESULT.name} for all noises)")
    parser.add_argument("--write", action="store_true", help="change the declarations; format them after")
    options = parser.parse_args()
    use_all_cores()
    entries = [
        entry
        for entry in (all_noises() if options.only is None else map(get_noise, options.only))
        if OWN_TABLE in entry.severities
    ]
    started = time.perf_counter()
    judges = {
        side: judge_of(side, options.photos, options.count) for side in sorted({*map(own_side, entries)})
    }
    rows = []
    for entry in entries:
        found = calibrated(entry, judges[own_side(entry)])
        show(found)
        rows.append(found)
        if options.write and "severities" in found:
            path = Path(inspect.getfile(entry.function))
            write_into(path, entry.key, found["severities"])
            print(f"  written into {path.name}", flush=True)
    spent = time.perf_counter() - started
    print(f"{len(rows)} noises in {spent:.0f} s")
    out = options.out or (RESULT if options.only is None else None)
    if out is not None:
        about = {
            "model": MODEL,
            "photos": {side: len(judge.photos) for side, judge in judges.items()},
            "least_probability": SURE,
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "torch": torch.__version__,
            "seconds": round(spent),
            "date": time.strftime("%Y-%m-%d"),
        }
        text = json.dumps({"machine": about, "rows": rows}, indent=1)
        out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
