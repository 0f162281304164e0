"""Hiding: what the picture is seen through, and what age left on it."""

from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Choice, Param, noise
from core.noise.shared.painting import lay_over
from core.pixels import Image
from core.words import Text

_ROWS_AT_ONCE = 512
"""Bounds the memory for large pictures."""


@noise(
    name=Text(en="Behind bars", ko="창살"),
    sentence=Text(
        en="The picture is seen through upright bars, a grating or a wire fence.",
        ko="세로 창살이나 격자, 철망 너머로 보는 사진입니다.",
    ),
    family="hiding",
    source=Text(en="Drawn: round bars, lit from one side", ko="직접 그림: 한쪽에서 빛을 받는 둥근 막대"),
    identity={"width": 0},
    differs=1,
    severities={"noiselens": tuple({"width": width} for width in (0.04, 0.05, 0.06, 0.07, 0.08))},
)
def bars(
    image: Image,
    generator: np.random.Generator,
    width: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Width of a bar", ko="창살 너비"), unit="share of the spacing")
    ] = 0.34,
    spacing: Annotated[
        float, Param(0.04, 0.5, 0.01, Text(en="Spacing", ko="간격"), unit="share of the side")
    ] = 0.14,
    pattern: Annotated[
        str,
        Choice(
            {
                "bars": Text(en="Upright bars", ko="세로 창살"),
                "grating": Text(en="Grating", ko="격자"),
                "fence": Text(en="Wire fence", ko="철망"),
            },
            Text(en="Pattern", ko="무늬"),
        ),
    ] = "bars",
) -> Image:
    """out = round((1 - a) * image + a * (38 + 120 * exp(-((u + 0.35) / 0.4) ** 2))), a = 1 in a bar, u = -1..1 in it

    Grey bars `spacing` times the shorter side apart, each `width` of the spacing thick; their offset is
    drawn.
    """
    noisy = image.copy()
    offsets = generator.random(2)
    if width < 1e-6:  # thinner than any pixel shows
        return noisy
    height, length = image.shape[:2]
    period = max(3.0, spacing * min(height, length))
    first, second = (np.float32(offset) for offset in offsets)
    x = np.arange(length, dtype=np.float32)[None] / np.float32(period)
    for top in range(0, height, _ROWS_AT_ONCE):
        strip = noisy[top : top + _ROWS_AT_ONCE]
        y = np.arange(top, top + len(strip), dtype=np.float32)[:, None] / np.float32(period)
        if pattern == "fence":
            layers = [(x + y) * np.float32(0.7071) + first, (x - y) * np.float32(0.7071) + second]
        else:
            layers = [y + second] * (pattern == "grating") + [x + first]
        for layer in layers:
            # A cross-section: -1..1 from one edge of the bar to the other, beyond that the gap.
            across = (layer - np.floor(layer) - np.float32(0.5)) * np.float32(2 / width)
            sharpness = np.float32(max(1.0, width * period / 2))
            alpha = np.clip((1 - np.abs(across)) * sharpness + np.float32(0.5), 0, 1)
            shine = np.float32(38) + 120 * np.exp(-(((across + np.float32(0.35)) / np.float32(0.4)) ** 2))
            planes = np.rint(shine * alpha).astype(np.uint8), np.rint(255 * alpha).astype(np.uint8)
            level, cover = (np.ascontiguousarray(np.broadcast_to(plane, strip.shape[:2])) for plane in planes)
            lay_over(strip, np.dstack([level] * 3), cover)
    return noisy


_MOST_SCRATCHES = 60
_MOST_SPECKS = 240


@noise(
    name=Text(en="Film scratches", ko="필름 긁힘"),
    sentence=Text(
        en="Fine upright scratches, curled hairs and specks of dust, as on an old film or print.",
        ko="낡은 필름이나 인화지처럼 가느다란 세로 긁힘과 머리카락, 먼지가 묻어 있습니다.",
    ),
    also=Text(en="old photo, old film, damaged", ko="옛날 사진, 옛날 영화"),
    family="hiding",
    source=Text(
        en="Drawn after damaged film: upright scratches, hairs and dust",
        ko="상한 필름을 본떠 그림: 세로 긁힘, 머리카락, 먼지",
    ),
    identity={"amount": 0},
    severities={"noiselens": tuple({"amount": amount} for amount in (0.08, 0.21, 0.35, 0.51, 0.8))},
)
def scratches(
    image: Image,
    generator: np.random.Generator,
    amount: Annotated[float, Param(0.0, 1.0, 0.01, Text(en="Amount", ko="양"))] = 0.4,
    width: Annotated[float, Param(0.5, 4.0, 0.1, Text(en="Width", ko="굵기"))] = 1.0,
) -> Image:
    """out = round((1 - p) * ((1 - d) * image + 12 * d) + 240 * p), p, d = the first amount of pale, dark marks

    The first of a drawn list of pale and dark scratches, hairs and specks; more keep the places of fewer.
    """
    height, length = image.shape[:2]
    lines = generator.random((_MOST_SCRATCHES, 8), np.float32)
    hairs = generator.random((_MOST_SCRATCHES // 3, 10), np.float32)
    specks = generator.random((_MOST_SPECKS, 6), np.float32)
    noisy = image.copy()
    if amount == 0:
        return noisy
    side = min(height, length)
    usual = max(0.6, side / 300) * width
    pale, dark = np.zeros((height, length), np.uint8), np.zeros((height, length), np.uint8)

    along = np.linspace(0, 1, 16)
    share, top, tall, lean, wave, thick, strength, tone = _columns(lines, amount)
    # Some run the whole height, as film is scratched by the gate that it runs through.
    whole = tall > 0.7
    v = np.where(whole, 0, top - 0.1) + np.where(whole, 1, 0.1 + 0.6 * tall) * along
    u = side * (0.03 * (lean - 0.5) * v + 0.004 * wave * np.sin(9 * wave * v + 6 * top))
    _strokes(
        (pale, dark),
        tone < 0.75,
        share * length + u,
        v * height,
        usual * (0.5 + thick**3),
        0.35 + 0.6 * strength,
    )
    u, v, turn, bend, curl, size, thick, strength, tone, _ = _columns(hairs, amount)
    angle = 2 * np.pi * turn + 5 * (bend - 0.5) * along + 6 * (curl - 0.5) * along**2
    step = side * (0.05 + 0.2 * size) / len(along)
    x, y = (step * np.cumsum(part, axis=1) for part in (np.cos(angle), np.sin(angle)))
    _strokes(
        (pale, dark),
        tone > 0.7,
        u * length + x,
        v * height + y,
        usual * (0.5 + 0.5 * thick),
        0.5 + 0.45 * strength,
    )
    u, v, size, stretch, strength, tone = _columns(specks, amount)
    around = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    radius = usual * (0.4 + 1.8 * size**4)
    x = u * length + radius * np.cos(around + 6 * stretch)
    y = v * height + radius * (0.6 + stretch) * np.sin(around + 6 * stretch)
    levels = np.rint(255 * (0.4 + 0.6 * strength)).astype(int)
    for outline, level, is_pale in zip(
        _fixed(x, y), levels.ravel().tolist(), tone.ravel() < 0.7, strict=True
    ):
        cv2.fillConvexPoly(pale if is_pale else dark, outline, level, cv2.LINE_AA, 4)
    for level, alpha in ((12, dark), (240, pale)):
        lay_over(noisy, level, alpha)
    return noisy


def _columns(draws: NDArray[np.float32], amount: float) -> NDArray[np.float64]:
    """What was drawn for the first `amount` of the rows, each number as a column.

    In 64 bits: what sines differ by between machines then moves no place by a sixteenth of a pixel.
    """
    return draws[: round(amount * len(draws))].T[..., None].astype(np.float64)


def _fixed(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
    """Places in sixteenths of a pixel, as OpenCV draws them: N,P,2."""
    return np.rint(np.stack([x, y], axis=2) * 16).astype(np.int32)


def _strokes(
    planes: tuple[Image, Image],
    is_pale: NDArray[np.bool_],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    width: NDArray[np.float64],
    strength: NDArray[np.float64],
) -> None:
    """Lines on the pale or the dark plane; one thinner than a pixel is fainter instead."""
    levels = np.rint(255 * strength * np.minimum(width, 1)).astype(int)
    thickness = np.maximum(np.rint(width), 1).astype(int)
    for line, level, thick, pale in zip(_fixed(x, y), levels.flat, thickness.flat, is_pale.flat, strict=True):
        cv2.polylines(planes[not pale], [line], False, int(level), int(thick), cv2.LINE_AA, 4)
