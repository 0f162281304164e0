"""Shape: the picture is turned, moved, stretched, seen at an angle, or mirrored.

Each declares its projective map, px, from places of the clean picture to places of the noisy one, and moves
the pixels by that very map: core.noise.stack.carry takes maps and masks along.
"""

from collections.abc import Callable
from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Choice, Param, noise
from core.noise.shared.painting import box_sides
from core.pixels import Image
from core.words import Text

Matrix = NDArray[np.float64]

_BORDERS = {
    "reflect": cv2.BORDER_REFLECT,
    "black": cv2.BORDER_CONSTANT,
    "replicate": cv2.BORDER_REPLICATE,
}
BORDER = Choice(
    {
        "reflect": Text(en="Mirrored", ko="거울처럼"),
        "black": Text(en="Black", ko="검정"),
        "replicate": Text(en="Border stretched", ko="가장자리 늘이기"),
    },
    Text(en="Beyond the border", ko="사진 바깥"),
)
_WAY = Choice(
    {
        "either": Text(en="Drawn", ko="무작위"),
        "plus": Text(en="Clockwise", ko="시계 방향"),
        "minus": Text(en="Anticlockwise", ko="시계 반대 방향"),
    },
    Text(en="Which way", ko="방향"),
)
_LEANING = Choice(
    {
        "either": Text(en="Drawn", ko="무작위"),
        "plus": Text(
            en="Lower part right, or right part down", ko="아래쪽이 오른쪽으로, 또는 오른쪽이 아래로"
        ),
        "minus": Text(en="Lower part left, or right part up", ko="아래쪽이 왼쪽으로, 또는 오른쪽이 위로"),
    },
    Text(en="Which way", ko="방향"),
)
SLANTED = Text(
    en="Affine and projective maps (Hartley and Zisserman, Multiple View Geometry, 2004)",
    ko="아핀 변환과 사영 변환 (Hartley and Zisserman, Multiple View Geometry, 2004)",
)


def warped(image: Image, matrix: Matrix, border: str) -> Image:
    """The picture with each place moved by the 3x3 `matrix`, sampled linearly; a copy where it moves nothing."""
    height, width = image.shape[:2]
    (a, b, x), (c, d, y), last = matrix.tolist()
    if max(abs(a - 1), abs(b), abs(x), abs(c), abs(d - 1), abs(y), abs(last[0]), abs(last[1])) < 1e-12:
        return image.copy()
    shrinks = abs(a * d - b * c) ** 0.5
    if shrinks < 0.7 and min(height, width) > 1:
        # Linear sampling alone would skip pixels of what gets small.
        size = max(1, round(width * shrinks)), max(1, round(height * shrinks))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        matrix = matrix @ _between(image.shape[:2], (height, width))
    if last == [0, 0, 1]:
        warp, used = cv2.warpAffine, matrix[:2]
    else:
        warp, used = cv2.warpPerspective, matrix
    moved: Any = warp(image, used, (width, height), flags=cv2.INTER_LINEAR, borderMode=_BORDERS[border])
    return np.asarray(moved).reshape(height, width, 3)


def _moved(
    image: Image,
    matrix: Callable[..., Matrix],
    generator: np.random.Generator,
    border: str,
    **params: float | str,
) -> Image:
    """The picture warped by what a noise declares as its `matrix`."""
    height, width = image.shape[:2]
    return warped(image, matrix(height, width, generator, **params), border)


def _between(grid: tuple[int, ...], size: tuple[int, ...]) -> Matrix:
    """From places of a `grid` (height, width) to places of a picture of `size`; both cover the same."""
    down, across = size[0] / grid[0], size[1] / grid[1]
    return np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2], [0, 0, 1]])


def _about_the_middle(height: int, width: int, linear: Matrix) -> Matrix:
    """The 3x3 matrix that maps by the 2x2 or 3x3 `linear` with the middle of the picture as the origin."""
    matrix = np.eye(3)
    matrix[: len(linear), : len(linear)] = linear
    x, y = (width - 1) / 2, (height - 1) / 2
    there, back = np.eye(3), np.eye(3)
    there[:2, 2], back[:2, 2] = (x, y), (-x, -y)
    moved: Matrix = there @ matrix @ back
    return moved


def _either_way(generator: np.random.Generator, way: str) -> float:
    """1 or -1 for a given way; where it is drawn, either sign and 0.75 to 1 times as much."""
    sign, share = generator.random(2)
    if way != "either":
        return 1.0 if way == "plus" else -1.0
    return float((0.75 + 0.25 * share) * (1 if sign < 0.5 else -1))


def rotation_matrix(
    height: int, width: int, generator: np.random.Generator, angle: float, way: str, **_: Any
) -> Matrix:
    turn = np.deg2rad(angle * _either_way(generator, way))
    cosine, sine = np.cos(turn), np.sin(turn)
    return _about_the_middle(height, width, np.array([[cosine, -sine], [sine, cosine]]))


@noise(
    name=Text(en="Rotation", ko="회전"),
    sentence=Text(
        en="The picture is turned about its middle, as when the camera is not held level.",
        ko="카메라를 기울여 찍은 것처럼 사진을 가운데를 중심으로 돌립니다.",
    ),
    also=Text(en="tilted, crooked", ko="삐딱한 사진"),
    family="geometry",
    source=SLANTED,
    identity={"angle": 0},
    differs=1,
    severities={"noiselens": tuple({"angle": angle} for angle in (18.0, 36.0, 54.0, 72.0, 90.0))},
    matrix=rotation_matrix,
)
def rotation(
    image: Image,
    generator: np.random.Generator,
    angle: Annotated[
        float, Param(0.0, 180.0, 1.0, Text(en="Largest angle", ko="최대 각도"), unit="degrees")
    ] = 20.0,
    way: Annotated[str, _WAY] = "either",
    border: Annotated[str, BORDER] = "reflect",
) -> Image:
    """out = warped(image, M), M(p) = c + R(s * angle) @ (p - c), c = middle, s = 1, -1 or drawn +-(0.75..1)

    Turned by `angle`; where the way is drawn, by 75 to 100 % of it.
    """
    return _moved(image, rotation_matrix, generator, border, angle=angle, way=way)


def translation_matrix(
    height: int, width: int, generator: np.random.Generator, distance: float, **_: Any
) -> Matrix:
    turn = 2 * np.pi * generator.random()
    step = distance * min(height, width)
    return np.array([[1, 0, step * np.cos(turn)], [0, 1, step * np.sin(turn)], [0, 0, 1]])


@noise(
    name=Text(en="Shift", ko="이동"),
    sentence=Text(
        en="The picture is moved in a random direction, so that its subject is off the middle or cut off.",
        ko="사진을 무작위 방향으로 옮겨 대상이 가운데에서 벗어나거나 잘립니다.",
    ),
    family="geometry",
    source=SLANTED,
    identity={"distance": 0},
    differs=1,
    severities={"noiselens": tuple({"distance": distance} for distance in (0.14, 0.35, 0.49, 0.65, 0.75))},
    matrix=translation_matrix,
)
def translation(
    image: Image,
    generator: np.random.Generator,
    distance: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Distance", ko="거리"), unit="share of the side")
    ] = 0.2,
    border: Annotated[str, BORDER] = "black",
) -> Image:
    """out = warped(image, M), M(p) = p + distance * min(height, width) * (cos(t), sin(t)), t = U(0, 2 * pi)

    Moved by `distance` times the shorter side in a drawn direction.
    """
    return _moved(image, translation_matrix, generator, border, distance=distance)


def scale_matrix(height: int, width: int, generator: np.random.Generator, factor: float, **_: Any) -> Matrix:
    return _about_the_middle(height, width, factor * np.eye(2))


@noise(
    name=Text(en="Scale", ko="크기 바꾸기"),
    sentence=Text(
        en="The picture gets smaller about its middle, as seen from farther away, or larger.",
        ko="멀리서 본 것처럼 사진이 가운데로 작아지거나, 커집니다.",
    ),
    family="geometry",
    source=SLANTED,
    identity={"factor": 1},
    differs=1,
    severities={"noiselens": tuple({"factor": factor} for factor in (0.95, 0.65, 0.55, 0.45, 0.35))},
    matrix=scale_matrix,
)
def scale(
    image: Image,
    generator: np.random.Generator,
    factor: Annotated[float, Param(0.1, 4.0, 0.05, Text(en="Times as large", ko="배율"))] = 0.6,
    border: Annotated[str, BORDER] = "black",
) -> Image:
    """out = warped(image, M), M(p) = c + factor * (p - c), c = middle

    `factor` times as large about the middle; below 0.7 the pixels are averaged. No chance in it.
    """
    return _moved(image, scale_matrix, generator, border, factor=factor)


def shear_matrix(
    height: int, width: int, generator: np.random.Generator, amount: float, axis: str, way: str, **_: Any
) -> Matrix:
    slope = amount * _either_way(generator, way)
    linear = np.array([[1, slope], [0, 1]]) if axis == "horizontal" else np.array([[1, 0], [slope, 1]])
    return _about_the_middle(height, width, linear)


@noise(
    name=Text(en="Shear", ko="기울이기"),
    sentence=Text(
        en="The picture leans to one side: squares become slanted, as in a shadow or a skewed scan.",
        ko="비스듬히 스캔한 것처럼 사진이 한쪽으로 기울어 네모가 평행사변형이 됩니다.",
    ),
    family="geometry",
    source=SLANTED,
    identity={"amount": 0},
    differs=1,
    severities={"noiselens": tuple({"amount": amount} for amount in (0.26, 0.74, 0.95, 1.26, 1.5))},
    matrix=shear_matrix,
)
def shear(
    image: Image,
    generator: np.random.Generator,
    amount: Annotated[float, Param(0.0, 2.0, 0.01, Text(en="Slope, at most", ko="최대 기울기"))] = 0.3,
    axis: Annotated[
        str,
        Choice(
            {"horizontal": Text(en="Sideways", ko="가로"), "vertical": Text(en="Up and down", ko="세로")},
            Text(en="Which lines move", ko="미는 방향"),
        ),
    ] = "horizontal",
    way: Annotated[str, _LEANING] = "either",
    border: Annotated[str, BORDER] = "reflect",
) -> Image:
    """out = warped(image, M), M(x, y) = (x + s * amount * (y - cy), y), or y by x; s = 1, -1 or drawn +-(0.75..1)

    Each row (or column) moved by `amount` times its distance from the middle; where the way is drawn, by 75
    to 100 % of it.
    """
    return _moved(image, shear_matrix, generator, border, amount=amount, axis=axis, way=way)


_EYE = 3.0
"""How far the eye is from the picture, in halves of its longer side."""


def perspective_matrix(
    height: int, width: int, generator: np.random.Generator, tilt: float, **_: Any
) -> Matrix:
    turn, angle = 2 * np.pi * generator.random(), np.deg2rad(tilt)
    axis = np.array([np.cos(turn), np.sin(turn), 0])
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    rotated = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross  # Rodrigues
    unit = max(height, width) / 2
    seen = np.eye(3)
    seen[:2, :2] = rotated[:2, :2]
    seen[2, :2] = rotated[2, :2] / (_EYE * unit)
    return _about_the_middle(height, width, seen)


@noise(
    name=Text(en="Perspective", ko="원근"),
    sentence=Text(
        en="The picture is seen at an angle, like a poster from the side: one side is nearer than the other.",
        ko="포스터를 옆에서 보듯 사진을 비스듬히 보아 한쪽이 다른 쪽보다 가깝습니다.",
    ),
    family="geometry",
    source=SLANTED,
    identity={"tilt": 0},
    differs=1,
    severities={"noiselens": tuple({"tilt": tilt} for tilt in (17.0, 48.0, 55.0, 60.0, 63.0))},
    matrix=perspective_matrix,
)
def perspective(
    image: Image,
    generator: np.random.Generator,
    tilt: Annotated[float, Param(0.0, 75.0, 1.0, Text(en="Tilt", ko="기운 각도"), unit="degrees")] = 35.0,
    border: Annotated[str, BORDER] = "black",
) -> Image:
    """out = warped(image, M), M(p) = c + (q1, q2) / (1 + q3 / e), q = R(tilt) @ (p - c), e = 1.5 * longer side

    Turned by `tilt` about a line in the picture in a drawn direction, seen from one and a half sides away.
    """
    return _moved(image, perspective_matrix, generator, border, tilt=tilt)


def flip_matrix(height: int, width: int, generator: np.random.Generator, axis: str, **_: Any) -> Matrix:
    across, down = axis != "vertical", axis != "horizontal"
    return _about_the_middle(height, width, np.diag([-1.0 if across else 1.0, -1.0 if down else 1.0]))


_FLIP = Text(
    en="A flip has no strength: it is done or not.",
    ko="뒤집기에는 세기가 없습니다. 뒤집거나 안 뒤집거나 둘 중 하나입니다.",
)


@noise(
    name=Text(en="Flip", ko="뒤집기"),
    sentence=Text(
        en="The picture is mirrored left to right, put upside down, or both.",
        ko="사진의 왼쪽과 오른쪽, 또는 위와 아래를, 또는 둘 다 뒤집습니다.",
    ),
    also=Text(en="mirror, upside down", ko="거울, 좌우 반전"),
    family="geometry",
    source=Text(en="Mirror images; no formula", ko="거울에 비친 모습. 따로 식은 없음"),
    exceptions={"identity": _FLIP, "order": _FLIP},
    severities={
        "noiselens": tuple(
            {"axis": axis} for axis in ("horizontal", "horizontal", "vertical", "vertical", "both")
        )
    },
    matrix=flip_matrix,
)
def flip(
    image: Image,
    generator: np.random.Generator,
    axis: Annotated[
        str,
        Choice(
            {
                "horizontal": Text(en="Left and right", ko="좌우"),
                "vertical": Text(en="Up and down", ko="상하"),
                "both": Text(en="Both", ko="둘 다"),
            },
            Text(en="What changes sides", ko="뒤집는 방향"),
        ),
    ] = "horizontal",
) -> Image:
    """out = image[:, ::-1] (horizontal), image[::-1] (vertical) or image[::-1, ::-1] (both)

    Mirrored, without loss. Severities 1 and 2 change left and right, 3 and 4 up and down, 5 both. No chance
    in it.
    """
    flipped: Any = cv2.flip(image, {"horizontal": 1, "vertical": 0, "both": -1}[axis])
    return np.asarray(flipped).reshape(image.shape)


def crop_zoom_matrix(
    height: int, width: int, generator: np.random.Generator, kept: float, **_: Any
) -> Matrix:
    top, left, stretch = generator.random(3)
    rows, columns = box_sides(height, width, kept, (4 / 3) ** (2 * stretch - 1))
    down, across = height / rows, width / columns
    y, x = top * (height - rows), left * (width - columns)
    # Borders of pixels, not their middles, meet the borders of the picture.
    return np.array([[across, 0, across * (0.5 - x) - 0.5], [0, down, down * (0.5 - y) - 0.5], [0, 0, 1]])


@noise(
    name=Text(en="Crop and zoom", ko="잘라 확대"),
    sentence=Text(
        en="A part of the picture fills the frame, a little wider or taller than it was; the rest is cut off.",
        ko="사진의 한 부분만 잘라 가로세로 비율을 조금 바꾸어 화면에 꽉 차게 키웁니다.",
    ),
    family="geometry",
    source=Text(
        en="Szegedy et al., Going Deeper with Convolutions, CVPR 2015 (random resized crop)",
        ko="Szegedy et al., Going Deeper with Convolutions, CVPR 2015 (무작위로 잘라 키우기)",
    ),
    identity={"kept": 1},
    differs=1,
    severities={"noiselens": tuple({"kept": kept} for kept in (0.67, 0.37, 0.22, 0.18, 0.12))},
    matrix=crop_zoom_matrix,
)
def crop_zoom(
    image: Image,
    generator: np.random.Generator,
    kept: Annotated[
        float, Param(0.02, 1.0, 0.01, Text(en="Part that is kept", ko="남기는 부분"), unit="share of pixels")
    ] = 0.4,
) -> Image:
    """out = enlarged(image[y : y + h, x : x + w]), h * w = kept * pixels, h / w = (4 / 3) ** U(-1, 1), y, x drawn

    A rectangle at a drawn place, its sides in a drawn ratio from 3:4 to 4:3, stretched over the picture.
    """
    return _moved(image, crop_zoom_matrix, generator, "replicate", kept=kept)
