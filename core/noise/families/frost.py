"""Frost on the glass in front of the camera."""

from functools import cache
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.draws import once
from core.noise.sources import IMAGENET_C
from core.pixels import Image
from core.words import Text

_SIDE = 640
"""Side of a pane of frost, px."""
_MEANS = (120.0, 150.0, 172.0, 192.0, 216.0)
"""Mean levels of the panes: the reference's photographs of frost differ as much."""
_SPREAD = 42.0
"""Standard deviation of a pane's levels."""


def _rows(*pairs: tuple[float, float]) -> tuple[dict[str, float], ...]:
    return tuple({"photo": photo, "frost": frost} for photo, frost in pairs)


@noise(
    name=Text(en="Frost", ko="서리"),
    sentence=Text(
        en="Ice feathers grow over the window from its edges. The frost is drawn, not photographed as in ImageNet-C.",
        ko="유리창 가장자리에서 얼음 깃털이 자라 들어옵니다. 서리 사진을 쓰는 ImageNet-C와 달리 서리를 직접 그렸습니다.",
    ),
    family="weather",
    source=IMAGENET_C,
    identity={"photo": 1, "frost": 0},
    differs=2,
    exceptions={
        "order": Text(
            en="By its constants more frost comes with a darker photo, which cancels out on average.",
            ko="정해진 상수에 따라 서리가 늘면 사진은 어두워져 평균 차이가 상쇄됩니다.",
        ),
        "grey": Text(en="Ice is bluish.", ko="얼음은 푸른빛을 띱니다."),
    },
    severities={
        "imagenet_c": _rows((1, 0.4), (0.8, 0.6), (0.7, 0.7), (0.65, 0.7), (0.6, 0.75)),
        "tiny_imagenet_c": _rows((1, 0.3), (0.9, 0.4), (0.8, 0.45), (0.75, 0.5), (0.7, 0.55)),
        "cifar_10_c": _rows((1, 0.2), (1, 0.3), (0.9, 0.4), (0.85, 0.4), (0.75, 0.45)),
    },
)
def frost(
    image: Image,
    generator: np.random.Generator,
    photo: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Photo", ko="사진"))] = 0.7,
    frost: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Frost", ko="서리"))] = 0.7,
) -> Image:
    """out = floor(clip(photo * image + frost * ice)), ice = corner of one of five panes, turned or mirrored

    `photo` times the picture plus `frost` times one of five drawn panes, a corner of it, turned or mirrored.

    Hendrycks and Dietterich 2019, who cut from five photographs; the panes' levels are set so that
    the mean differences are theirs.
    """
    height, width = image.shape[:2]
    ice = once(generator, (height, width), lambda: _ice(generator, height, width))
    # Rounded half down: a whole number stays, and a half is cut off, as the reference cuts fractions.
    frosted = cv2.addWeighted(image, photo, ice, frost, -0.499)
    return np.asarray(frosted, np.uint8).reshape(image.shape)


def _ice(generator: np.random.Generator, height: int, width: int) -> Image:
    """The frost before a picture: a corner of a pane, turned or mirrored."""
    which = int(generator.integers(len(_MEANS)))
    turns, mirrored = int(generator.integers(4)), bool(generator.integers(2))
    share = generator.uniform(0.5, 0.95)

    pane = np.rot90(_pane(which), turns)
    if mirrored:
        pane = pane[:, ::-1]
    # The longer side of the picture gets `share` of the pane's side.
    scale = share * _SIDE / max(height, width)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    corner = np.ascontiguousarray(pane[:rows, :columns])
    how = cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR
    levels = cv2.resize(corner, (width, height), interpolation=how)
    ice = cv2.LUT(cv2.cvtColor(levels, cv2.COLOR_GRAY2RGB), _tint(which))
    return np.asarray(ice, np.uint8).reshape(height, width, 3)


@cache
def _tint(which: int) -> NDArray[np.uint8]:
    """The colour 256,1,3 of each level of a pane: thin ice bluish, thick ice white."""
    level = np.arange(256.0)[:, None]
    thin = (255 - level) / 255
    blue = np.array([-26.0, -4.0, 22.0]) * (1.0 if which % 2 else 0.6)
    tinted = np.clip(np.rint(level + 2 * thin * blue * (level / 255)), 0, 255)
    return tinted.astype(np.uint8)[:, None]


@cache
def _pane(which: int) -> NDArray[np.uint8]:
    """A pane of frost, uint8 640,640: ice feathers from the edges over a haze; the same at every call."""
    generator = np.random.Generator(np.random.SFC64(1000 + which))
    stems, barbs, hairs = [], [], []
    for start, angle, length in _roots(generator):
        feather = _feather(generator, start, angle, length)
        stems.append(feather[0])
        barbs.append(feather[1])
        hairs.append(feather[2])
    ice = np.zeros((_SIDE, _SIDE), np.uint8)
    for lines, level, thickness in ((hairs, 120, 1), (barbs, 185, 1), (stems, 235, 1)):
        for points in lines:
            fixed = np.rint(points * 16).astype(np.int32)
            cv2.polylines(ice, list(fixed), False, level, thickness, cv2.LINE_AA, 4)
    return _lit(ice.astype(np.float32) * np.float32(1 / 255), generator, which)


def _roots(generator: np.random.Generator) -> list[tuple[NDArray[np.float64], float, float]]:
    """Where feathers begin, in which direction they grow, and how long: from the edges, then in between."""
    found = []
    for side in range(4):
        for _ in range(12):
            x, y = generator.uniform(-20, _SIDE + 20), -generator.uniform(0, 25)
            inward = generator.normal(np.pi / 2, 0.35)
            longest = _SIDE * generator.uniform(0.15, 0.55)
            # Feathers that share a root open like a fan.
            fan = int(generator.integers(2, 5))
            for turn in np.linspace(-0.55, 0.55, fan) * generator.uniform(0.5, 1.3):
                place, angle = (x, y), inward + turn + generator.normal(0, 0.06)
                for _ in range(side):  # a quarter turn about the middle
                    place, angle = (_SIDE - place[1], place[0]), angle + np.pi / 2
                length = longest * generator.uniform(0.6, 1) * (1 - 0.4 * abs(turn))
                found.append((np.array(place), angle, length))
    for _ in range(26):
        start = generator.uniform(0, _SIDE, 2)
        first, longest = generator.uniform(0, 2 * np.pi), _SIDE * generator.uniform(0.04, 0.13)
        for arm in range(int(generator.integers(3, 7))):  # a star of six arms at 60 degrees, or part of one
            found.append((start, first + arm * np.pi / 3, longest * generator.uniform(0.5, 1)))
    return found


def _feather(
    generator: np.random.Generator, start: NDArray[np.float64], angle: float, length: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """A bent stem (1,K,2), its barbs (B,K,2) and the hairs on them (C,K,2): lines of points x, y."""
    number = max(8, int(length / 5))
    bend = generator.normal(0, min(0.5, length / 500)) * np.linspace(0, 1, number) ** 1.5
    direction = angle + bend + np.cumsum(generator.normal(0, 0.02, number))
    steps = length / number * np.stack([np.cos(direction), np.sin(direction)], axis=-1)
    stem = start + np.cumsum(steps, axis=0)
    along = np.linspace(0, 1, number)
    width = min(length, 0.5 * length + 30) * generator.uniform(0.22, 0.36)
    spread = generator.uniform(0.75, 1.1)
    barbs, hairs = [], []
    for sign in (-1, 1):
        long = width * (1 - along) ** 0.8 * np.minimum(1, 4 * along + 0.3)
        long = long * generator.uniform(0.35, 1.15, number)
        turn = direction + sign * (spread + generator.normal(0, 0.07, number))
        barb = _curves(stem, turn, long, -sign * 0.12, 5)
        barbs.append(barb)
        for other in (-1, 1):
            for place in (0.2, 0.4, 0.6, 0.8):
                at = barb[:, round(place * 4)]
                hair = 0.3 * long * (1.1 - place) * generator.uniform(0.4, 1.2, number)
                hairs.append(
                    _curves(at, turn + other * 0.9 + generator.normal(0, 0.15, number), hair, 0.0, 3)
                )
    return stem[None], np.concatenate(barbs), np.concatenate(hairs)


def _curves(
    starts: NDArray[np.float64],
    angles: NDArray[np.float64],
    lengths: NDArray[np.float64],
    bend: float,
    number: int,
) -> NDArray[np.float64]:
    """Lines N,number,2 from `starts`, turning by `bend` on their way."""
    share = np.linspace(0, 1, number)
    direction = angles[:, None] + bend * share
    reached = (lengths[:, None] * share)[..., None]
    return starts[:, None] + reached * np.stack([np.cos(direction), np.sin(direction)], axis=-1)


def _lit(ice: NDArray[np.float32], generator: np.random.Generator, which: int) -> NDArray[np.uint8]:
    """Levels of the pane: light from the upper left on the feathers' relief, haze, edges thick with rime."""

    def soft(field: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
        return np.asarray(cv2.GaussianBlur(field, (0, 0), sigma, borderType=cv2.BORDER_REFLECT))

    chance = generator.standard_normal((2, _SIDE, _SIDE), dtype=np.float32)
    grain = soft(chance[0], 0.8)
    coarse = cv2.resize(chance[1, :40, :40], (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC)
    clouds = soft(np.asarray(coarse, np.float32), 8)
    relief = soft(ice, 0.8) + 0.7 * soft(ice, 2.5)
    slope = cv2.Sobel(relief, cv2.CV_32F, 1, 0) + cv2.Sobel(relief, cv2.CV_32F, 0, 1)
    place = np.minimum(np.arange(_SIDE), np.arange(_SIDE)[::-1]) / (_SIDE / 2)
    rim = np.exp(-4 * np.minimum(place, place[:, None])).astype(np.float32)
    density = soft(ice, 14)
    levels = 0.9 * ice + 0.8 * soft(ice, 1.5) + 1.3 * density - 0.22 * slope + 0.6 * rim
    levels = levels + 0.14 * clouds + 0.3 * grain * (0.3 + density)
    levels = (levels - levels.mean()) * (_SPREAD / levels.std()) + _MEANS[which]
    return np.clip(np.rint(levels), 0, 255).astype(np.uint8)
