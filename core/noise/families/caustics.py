"""Light on the ground of a pool: brightness and bent sight through a rippled surface."""

from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.draws import strips
from core.noise.shared.levels import whole_levels
from core.noise.sources import IMAGENET_C_BAR
from core.pixels import Image
from core.words import Text

Field = NDArray[np.float32]

_FAR = 250.0
"""Where the pattern's coordinates begin, in radians below 0."""
_FLATTEST = 0.999
"""Cosine of the slope from which on nothing is bent."""
_AT_ONCE = 3 << 14
"""Values that are worked on at once: many steps, for which they should stay close to the processor."""
_COLUMNS_AT_ONCE = 4096
"""OpenCV's limit for a picture that is read from is 32,766 px."""


def _rows(*strengths: float) -> tuple[dict[str, float], ...]:
    """Both parameters for the reference's strength 0..10."""
    return tuple({"bend": round(0.05 * s, 4), "light": round(0.2 * s, 4)} for s in strengths)


@noise(
    name=Text(en="Caustic refraction", ko="물결 굴절"),
    sentence=Text(
        en="As seen through rippled water: a net of light, and what is under it bends out of place (ImageNet-C-bar).",
        ko="일렁이는 물속을 보듯 빛 그물이 지고 그 아래가 굽어 보입니다 (ImageNet-C-bar).",
    ),
    also=Text(en="water, pool, underwater", ko="수영장 바닥, 물속"),
    family="held_out",
    source=IMAGENET_C_BAR,
    identity={"bend": 0, "light": 0},
    differs=1,
    severities={
        "imagenet_c": _rows(2.35, 3.2, 4.9, 6.6, 9.15),
        "noiselens": _rows(1.8, 2.6, 3.4, 4.2, 5),
    },
)
def caustic_refraction(
    image: Image,
    generator: np.random.Generator,
    bend: Annotated[
        float,
        Param(0.0, 1.0, 0.005, Text(en="Depth of the water", ko="물의 깊이"), unit="share of the side"),
    ] = 0.245,
    light: Annotated[
        float, Param(0.0, 4.0, 0.01, Text(en="Light on the slopes", ko="물결 빛의 세기"), unit="of white")
    ] = 0.98,
) -> Image:
    """out = floor(clip(image[place + bend * N * refracted(slope)] + 255 * light * (slope down - slope across)))

    The slopes are those of a net of caustics, five sines folded into each other; refraction is Snell's, index 4.

    Mintun, Kirillov and Xie 2021 (arXiv 2102.11273). N is the shorter side; outside the picture all is black and flat,
    so a frame one pixel wide shows. Severities for 32 and 64 px are ours: every other step of the reference's own
    scan of ten at 32 px, up to half of its largest strength.
    """
    height, width = image.shape[:2]
    shorter = min(height, width)
    time, tile = generator.uniform(0.5, 2), generator.uniform(0.75, 1.25) * shorter
    net = _net(height, width, time, tile)
    soft = cv2.GaussianBlur(net, (9, 9), 1, borderType=cv2.BORDER_REFLECT).reshape(net.shape)
    around = cv2.copyMakeBorder(soft, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    down, across = around[2:, 1:-1] - around[:-2, 1:-1], around[1:-1, 2:] - around[1:-1, :-2]
    noisy = np.empty_like(image)
    for rows in strips(image, _AT_ONCE):
        bent = _bent(image, rows, down[rows], across[rows], bend * shorter)
        lit = (down[rows] - across[rows]) * np.float32(255 * light)
        bent += cv2.merge([lit, lit, lit]).reshape(bent.shape)
        noisy[rows] = whole_levels(np.maximum(bent, 0, out=bent))
    return noisy


def _net(height: int, width: int, time: float, tile: float) -> Field:
    """The net of light H,W in 0..1 at a `time` of its waves; it repeats after `tile` px."""
    down, across = (2 * np.pi * (np.arange(side) / tile % 1) for side in (height, width))
    across_far = (across - _FAR).astype(np.float32)
    # Turns of the circle are left out of angles: small numbers have more decimals.
    start = _FAR % (2 * np.pi)
    across_near = (across - start).astype(np.float32)
    net = np.empty((height, width), np.float32)
    for rows in strips(net, _AT_ONCE):
        down_far = (down[rows, None] - _FAR).astype(np.float32)
        down_near = (down[rows, None] - start).astype(np.float32)
        net[rows] = _folded(down_near, across_near, down_far, across_far, time)
    return net


def _folded(down: Field, across: Field, down_far: Field, across_far: Field, time: float) -> Field:
    """The net at places `down` (H,1) and `across` (W), radians; `..._far` are the same, some turns lower."""
    sin_a, cos_a, sin_b, cos_b = np.sin(down), np.cos(down), np.sin(across), np.cos(across)
    shape = len(down), len(across)
    brightness = np.ones(shape, np.float32)
    for fold in range(1, 6):
        phase = time * (1 - 3.5 / fold)
        sine, cosine = np.float32(np.sin(phase)), np.float32(np.cos(phase))
        # cos(phase - a) + sin(phase + b) and sin(phase - b) + cos(phase + a): the sum and difference of two.
        even, odd = cosine * cos_a + sine * cos_b, sine * sin_a + cosine * sin_b
        a, b = even + odd, even - odd
        a += down
        b += across
        sin_a, cos_a, sin_b, cos_b = np.sin(a), np.cos(a), np.sin(b), np.cos(b)
        x, y = sin_a * cosine + cos_a * sine, cos_b * cosine - sin_b * sine  # sin(a + phase), cos(b + phase)
        squares = np.square(down_far * y)
        squares += np.square(across_far * x)
        # Where both sines are 0 no light is.
        np.sqrt(np.maximum(squares, np.float32(1e-12), out=squares), out=squares)
        x *= y
        np.abs(x, out=x)
        x *= 200
        x /= squares
        brightness += x
    brightness *= np.float32(0.2)
    # To the power of 1.4, then of 8.
    net = np.float32(1.17) - np.exp(np.float32(1.4) * np.log(brightness))
    for _ in range(3):
        net *= net
    return np.minimum(net, 1, out=net)


def _bent(image: Image, rows: slice, down: Field, across: Field, depth: float) -> Field:
    """Some rows of the picture, float32, seen through water `depth` px deep whose surface has the slopes given."""
    height, width = image.shape[:2]
    square = down * down + across * across
    cosine = 1 / np.sqrt(1 + square)
    # sin(angle - refracted) / tan(angle) with sin(refracted) = sin(angle) / 4.
    reach = np.sqrt(1 - (1 - cosine * cosine) / 16) - cosine / 4
    reach *= cosine
    reach *= np.where(cosine < _FLATTEST, np.float32(depth), np.float32(0))
    # In thousandths of a pixel, as in the reference.
    y, x = (np.rint(reach * slope * 1000) / 1000 for slope in (down, across))
    y += np.arange(rows.start, rows.stop, dtype=np.float32)[:, None]
    x += np.arange(width, dtype=np.float32)
    seen = np.empty((*square.shape, 3), np.float32)
    for left in range(0, width, _COLUMNS_AT_ONCE):
        part = slice(left, left + _COLUMNS_AT_ONCE)
        top, bottom = _reached(y[:, part], height)
        first, last = _reached(x[:, part], width)
        seen[:, part] = cv2.remap(
            image[top:bottom, first:last].astype(np.float32),
            x[:, part] - np.float32(first),
            y[:, part] - np.float32(top),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=0,
        ).reshape(seen[:, part].shape)
    return seen


def _reached(places: Field, length: int) -> tuple[int, int]:
    """Of a side of `length` px the piece that pixels at `places` are read from; never empty."""
    first = min(max(int(places.min()) - 1, 0), length - 1)
    return first, max(min(int(places.max()) + 3, length), first + 1)
