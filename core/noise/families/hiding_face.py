"""Hiding: things worn on or put over the face, on the middle of a picture where no face is found."""

from functools import cache
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Choice, Param, noise
from core.noise.shared.face import face_box
from core.noise.shared.painting import Cutout, put_on
from core.pixels import Image
from core.words import Text

_UNIT = 256
"""Side of the face box in a drawing, px; the box's corner is at (_UNIT / 2, _UNIT / 2) of a square twice as large."""
_SHIFT = 4
Points = NDArray[np.float64]
"""P,2: x and y, 0..1 across the face box."""


def _fill(canvas: Image, points: Points, colour: tuple[int, ...]) -> None:
    """A polygon filled with smooth edges."""
    places = np.rint((points + 0.5) * _UNIT * 2**_SHIFT).astype(np.int32)
    cv2.fillPoly(canvas, [places], colour, cv2.LINE_AA, _SHIFT)


def _line(canvas: Image, points: Points, colour: tuple[int, ...], width: float) -> None:
    places = np.rint((points + 0.5) * _UNIT * 2**_SHIFT).astype(np.int32)
    cv2.polylines(canvas, [places], False, colour, max(1, round(width * _UNIT)), cv2.LINE_AA, _SHIFT)


def _curve(*corners: tuple[float, float]) -> Points:
    """A smooth closed curve through the corners (Catmull-Rom)."""
    points = np.array(corners)
    t = np.linspace(0, 1, 12, endpoint=False)[:, None]
    pieces = []
    for i in range(len(points)):
        a, b, c, d = (points[(i + step) % len(points)] for step in (-1, 0, 1, 2))
        pieces.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    return np.concatenate(pieces)


def _mirrored(points: Points) -> Points:
    """The same on the other half of the face."""
    return points * (-1, 1) + (1, 0)


def _wear(
    image: Image,
    drawn: list[tuple[Cutout, float]],
    middle: tuple[float, float],
    size: tuple[float, float],
) -> Image:
    """A copy of the picture with drawings on its face.

    Args:
        drawn: each with its opacity, the lowest first.
        middle: x and y in the face box that stay where they are when the size changes.
        size: across and down, 1 as it fits.
    """
    noisy = image.copy()
    if min(size) <= 0:
        return noisy
    box = face_box(image)
    across, down = (box.side / _UNIT * times for times in size)
    x = box.x + box.side * middle[0] - across * ((middle[0] + 0.5) * _UNIT - 0.5) - 0.5
    y = box.y + box.side * middle[1] - down * ((middle[1] + 0.5) * _UNIT - 0.5) - 0.5
    for cutout, opacity in drawn:
        put_on(noisy, cutout, np.array([[across, 0, x], [0, down, y]]), opacity)
    return noisy


@cache
def _glasses(part: str) -> Cutout:
    """The lenses or the frame of a pair of sunglasses."""
    lens = _curve(
        (0.12, 0.35),
        (0.28, 0.315),
        (0.445, 0.355),
        (0.43, 0.48),
        (0.345, 0.565),
        (0.225, 0.57),
        (0.135, 0.49),
    )
    colour = np.zeros((2 * _UNIT, 2 * _UNIT, 3), np.uint8)
    alpha = np.zeros(colour.shape[:2], np.uint8)
    if part == "lenses":
        # Dark at the top and paler below, with a band of reflected sky.
        down = np.linspace(0, 1, 2 * _UNIT, dtype=np.float32)[:, None]
        colour[:] = np.clip(18 + 70 * (down - 0.4), 10, 70)[..., None]
        sky = np.zeros_like(colour)
        for start in (0.17, 0.55):
            _fill(
                sky,
                np.array([(start, 0.2), (start + 0.07, 0.2), (start - 0.03, 0.6), (start - 0.1, 0.6)]),
                (70,) * 3,
            )
            _fill(
                sky,
                np.array([(start + 0.1, 0.2), (start + 0.12, 0.2), (start + 0.02, 0.6), (start, 0.6)]),
                (70,) * 3,
            )
        colour += np.asarray(cv2.GaussianBlur(sky, (0, 0), 3), np.uint8)
        for shape in (lens, _mirrored(lens)):
            _fill(alpha, shape, (255,))
        return Cutout.of(colour, alpha)
    colour[:] = 24
    for mirror in (np.asarray, _mirrored):
        outline = mirror(lens)
        _line(alpha, np.concatenate([outline, outline[:1]]), (255,), 0.025)
        _line(alpha, mirror(np.array([(0.125, 0.37), (0.04, 0.362), (-0.03, 0.375)])), (255,), 0.03)
        _line(colour, outline[2:22] - (0, 0.004), (100,) * 3, 0.005)
    _line(alpha, np.array([(0.44, 0.39), (0.47, 0.37), (0.53, 0.37), (0.56, 0.39)]), (255,), 0.03)
    return Cutout.of(colour, alpha)


@noise(
    name=Text(en="Sunglasses", ko="선글라스"),
    sentence=Text(
        en="Sunglasses on the face, or on the middle of the picture where no face is found.",
        ko="얼굴에 선글라스를 씌웁니다. 얼굴을 찾지 못하면 사진 가운데에 그립니다.",
    ),
    family="hiding",
    source=Text(
        en="Drawn; the face is found by dlib's detector of frontal faces",
        ko="직접 그림. 얼굴은 dlib의 정면 얼굴 검출기로 찾음",
    ),
    identity={"size": 0},
    differs=1,
    severities={
        "noiselens": tuple(
            {"size": size, "darkness": darkness}
            for size, darkness in ((0.7, 0.55), (0.95, 0.75), (1.05, 0.8), (1.35, 1.0), (1.5, 1.0))
        )
    },
)
def sunglasses(
    image: Image,
    generator: np.random.Generator,
    size: Annotated[float, Param(0.0, 2.0, 0.05, Text(en="Size", ko="크기"), unit="share of the face")] = 1.1,
    darkness: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="Darkness of the lenses", ko="렌즈의 어두운 정도"))
    ] = 0.85,
) -> Image:
    """out = round((1 - a) * image + a * glasses), a = darkness (lenses), 1 (frame); size times the face box

    Lenses of the given darkness in a black frame, about the eyes of the face box. No chance in it.
    """
    drawn = [(_glasses("lenses"), darkness), (_glasses("frame"), 1.0)]
    return _wear(image, drawn, (0.5, 0.42), (size, size))


_MASKS = {"blue": (142, 190, 214), "white": (236, 238, 238), "black": (44, 44, 46)}


@cache
def _mask(colour_name: str) -> Cutout:
    """A surgical mask with pleats, a nose wire and loops round the ears."""
    side = [(0.66, 0.53), (0.88, 0.61), (0.93, 0.7), (0.87, 0.88), (0.7, 1.04)]
    others = [(1 - x, y) for x, y in reversed(side)]
    outline = _curve((0.5, 0.5), *side, (0.5, 1.1), *others)
    colour = np.zeros((2 * _UNIT, 2 * _UNIT, 3), np.uint8)
    alpha = np.zeros(colour.shape[:2], np.uint8)
    cloth = np.array(_MASKS[colour_name], np.float32)
    # Round the face: paler in the middle than at the sides and below.
    v, u = np.mgrid[: 2 * _UNIT, : 2 * _UNIT].astype(np.float32) / _UNIT - 0.5
    shade = 1.04 - 0.9 * (u - 0.5) ** 2 - 0.5 * np.maximum(v - 0.75, 0) ** 2
    for pleat in (0.66, 0.77, 0.88):
        away = v - pleat - 0.05 * (0.25 - (u - 0.5) ** 2)
        shade -= 0.16 * np.exp(-((away / 0.008) ** 2)) + 0.10 * np.where(away > 0, np.exp(-away / 0.03), 0)
    colour[:] = np.clip(cloth * shade[..., None], 0, 255)
    _fill(alpha, outline, (255,))
    hem = tuple(int(0.82 * value) for value in _MASKS[colour_name])
    ring = np.concatenate([outline, outline[:1]])
    _line(colour, 0.97 * (ring - (0.5, 0.79)) + (0.5, 0.79), hem, 0.007)
    _line(colour, np.array([(0.38, 0.545), (0.45, 0.517), (0.55, 0.517), (0.62, 0.545)]), hem, 0.012)
    strap = tuple(min(255, int(0.5 * value + 110)) for value in _MASKS[colour_name])
    for mirror in (np.asarray, _mirrored):
        for line in (
            np.array([(0.88, 0.64), (0.96, 0.55), (1.04, 0.5)]),
            np.array([(0.84, 0.9), (0.96, 0.8), (1.03, 0.72)]),
        ):
            _line(colour, mirror(line), strap, 0.02)
            _line(alpha, mirror(line), (255,), 0.02)
    return Cutout.of(colour, alpha)


@noise(
    name=Text(en="Face mask", ko="마스크"),
    sentence=Text(
        en="A surgical mask over mouth and nose, or below the middle of the picture where no face is found.",
        ko="입과 코에 수술용 마스크를 씌웁니다. 얼굴을 찾지 못하면 사진 가운데 아래에 그립니다.",
    ),
    family="hiding",
    source=Text(
        en="Drawn; the face is found by dlib's detector of frontal faces",
        ko="직접 그림. 얼굴은 dlib의 정면 얼굴 검출기로 찾음",
    ),
    identity={"cover": 0},
    exceptions={"grey": Text(en="The usual mask is blue.", ko="기본 마스크가 파란색입니다.")},
    differs=1,
    severities={"noiselens": tuple({"cover": cover} for cover in (0.25, 0.4, 0.55, 0.85, 1.05))},
)
def face_mask(
    image: Image,
    generator: np.random.Generator,
    cover: Annotated[
        float,
        Param(0.0, 1.2, 0.05, Text(en="From the chin up", ko="턱부터 덮는 높이"), unit="share of height"),
    ] = 0.6,
    colour: Annotated[
        str,
        Choice(
            {
                "blue": Text(en="Blue", ko="파랑"),
                "white": Text(en="White", ko="하양"),
                "black": Text(en="Black", ko="검정"),
            },
            Text(en="Colour", ko="색"),
        ),
    ] = "blue",
) -> Image:
    """out = round((1 - a) * image + a * mask of `colour`), a = 1 from the chin up to cover of the face box, else 0

    A mask from the chin of the face box up to `cover` of its height; 0.6 ends on the nose. No chance in it.
    """
    return _wear(image, [(_mask(colour), 1.0)], (0.5, 1.1), (1.0, cover / 0.6))


@cache
def _smiley() -> Cutout:
    """A round yellow face with a white edge, as stickers have."""
    circle = np.array(
        [(np.cos(turn), np.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 90, endpoint=False)]
    )
    v, u = np.mgrid[: 2 * _UNIT, : 2 * _UNIT].astype(np.float32) / _UNIT - 0.5
    light = np.clip(1.08 - 0.45 * np.hypot(u - 0.38, v - 0.3) ** 2, 0.6, 1.1)[..., None]
    colour = np.clip(np.array((252, 204, 48), np.float32) * light, 0, 255).astype(np.uint8)
    rim = np.full_like(colour, 250)
    inside = np.zeros(colour.shape[:2], np.uint8)
    alpha = inside.copy()
    _fill(inside, 0.46 * circle + 0.5, (255,))
    _fill(alpha, 0.5 * circle + 0.5, (255,))
    colour = Cutout.of(colour, inside).pixels[..., :3] + Cutout.of(rim, 255 - inside).pixels[..., :3]
    brown = (84, 52, 20)
    for x in (0.35, 0.65):
        _fill(colour, circle * (0.048, 0.08) + (x, 0.4), brown)
        _fill(colour, circle * (0.014, 0.022) + (x - 0.014, 0.37), (255, 255, 255))
    smile = np.array([(np.cos(turn), np.sin(turn)) for turn in np.linspace(0.12 * np.pi, 0.88 * np.pi, 30)])
    _line(colour, smile * (0.27, 0.24) + (0.5, 0.52), brown, 0.035)
    return Cutout.of(colour, alpha)


@noise(
    name=Text(en="Smiley sticker", ko="스마일 스티커"),
    sentence=Text(
        en="A yellow smiley stuck on the face, as people hide faces in shared photos; on the middle of the "
        "picture where no face is found.",
        ko="사진을 올릴 때 얼굴을 가리듯 노란 스마일 스티커를 붙입니다. 얼굴을 찾지 못하면 사진 가운데에 붙입니다.",
    ),
    also=Text(en="emoji", ko="이모지"),
    family="hiding",
    source=Text(
        en="Drawn; the face is found by dlib's detector of frontal faces",
        ko="직접 그림. 얼굴은 dlib의 정면 얼굴 검출기로 찾음",
    ),
    identity={"size": 0},
    exceptions={"grey": Text(en="The sticker is yellow.", ko="스티커가 노란색입니다.")},
    differs=1,
    severities={"noiselens": tuple({"size": size} for size in (0.2, 0.35, 0.4, 0.75, 0.95))},
)
def sticker(
    image: Image,
    generator: np.random.Generator,
    size: Annotated[float, Param(0.0, 2.0, 0.05, Text(en="Size", ko="크기"), unit="share of the face")] = 0.8,
) -> Image:
    """out = round((1 - a) * image + a * smiley), a = 1 in a disc size times as wide as the face box, else 0

    A smiley `size` times as wide as the face box, on its middle. No chance in it.
    """
    return _wear(image, [(_smiley(), 1.0)], (0.5, 0.5), (size, size))
