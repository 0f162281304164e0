"""What a lens does with light: colours apart, bent lines, glow, flare, a shallow focus."""

from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.optics import (
    VALUES,
    Field,
    blended,
    by_table,
    canvas_of,
    fitted,
    from_centre,
    lit,
    moved,
    reduced,
    softened,
)
from core.pixels import Image
from core.words import Text

_ANGLES = 2048
"""Directions for which the rays of a flare are worked out."""


@noise(
    name=Text(en="Chromatic aberration", ko="색수차"),
    sentence=Text(
        en="A simple lens bends red and blue differently: edges get coloured fringes, most of all in the corners.",
        ko="단순한 렌즈가 빨강과 파랑을 다르게 꺾어, 특히 구석의 윤곽에 색 테두리가 생깁니다.",
    ),
    also=Text(en="color fringes", ko="보라색 테두리"),
    family="lens",
    source=Text(
        en="Lateral chromatic aberration as in Kang, Automatic Removal of Chromatic Aberration from a Single Image, CVPR 2007",
        ko="Kang, Automatic Removal of Chromatic Aberration from a Single Image, CVPR 2007의 가로 색수차",
    ),
    identity={"spread": 0},
    exceptions={
        "grey": Text(
            en="It moves the colours apart: edges of a grey picture get coloured fringes.",
            ko="색을 서로 어긋나게 하므로 회색 사진의 윤곽에도 색 테두리가 생깁니다.",
        )
    },
    differs=1,
    severities={"noiselens": tuple({"spread": spread} for spread in (0.006, 0.015, 0.024, 0.042, 0.075))},
)
def chromatic_aberration(
    image: Image,
    generator: np.random.Generator,
    spread: Annotated[
        float,
        Param(
            0.0,
            0.15,
            0.001,
            Text(en="Red from blue at the border", ko="가장자리에서 빨강과 파랑의 거리"),
            unit="share of the side",
        ),
    ] = 0.034,
) -> Image:
    """out = (R enlarged by 1 + spread, G, B enlarged by 1 - spread), each about the middle

    Red enlarged and blue reduced about the middle, each by half of `spread` at the middle of a side; no chance in it.
    """
    red, green, blue = cv2.split(image)
    return np.asarray(cv2.merge([_scaled(red, 1 + spread), green, _scaled(blue, 1 - spread)]), np.uint8)


def _scaled(plane: NDArray[Any], factor: float) -> NDArray[Any]:
    """A plane enlarged about its middle at the same size; past its border the last values go on."""
    height, width = plane.shape
    if factor == 1:
        return plane
    x, y = (width - 1) / 2, (height - 1) / 2
    back = np.array([[1 / factor, 0, x - x / factor], [0, 1 / factor, y - y / factor]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(plane, back, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE).reshape(
        height, width
    )


@noise(
    name=Text(en="Lens distortion", ko="렌즈 왜곡"),
    sentence=Text(
        en="Straight lines bow outwards like a barrel, as with an action camera or a door viewer, "
        "or inwards like a cushion.",
        ko="액션 카메라나 현관문 렌즈처럼 직선이 술통 모양으로 볼록해지거나 방석 모양으로 오목해집니다.",
    ),
    also=Text(en="fisheye, wide angle", ko="어안 렌즈, 광각"),
    family="lens",
    source=Text(
        en="Brown, Decentering Distortion of Lenses, 1966, with the first radial term",
        ko="Brown, Decentering Distortion of Lenses, 1966의 첫 반지름 항",
    ),
    identity={"bend": 0},
    differs=2,
    severities={"noiselens": tuple({"bend": bend} for bend in (0.19, 0.38, 0.57, 0.76, 0.95))},
)
def lens_distortion(
    image: Image,
    generator: np.random.Generator,
    bend: Annotated[
        float, Param(-0.3, 1.5, 0.01, Text(en="Barrel (+) or cushion (−)", ko="술통(+) 또는 방석(−)"))
    ] = 0.3,
) -> Image:
    """out = image[c + (p - c) * (1 + bend * r ** 2) / (1 + max(bend, 0))], c = middle, r = 1 in the corners

    A pixel at r (1 in the corner) comes from r (1 + bend r²), scaled so that no border shows; no chance in it.
    """
    if bend == 0:
        return image.copy()
    height, width = image.shape[:2]
    x, y = from_centre(image)
    corner = np.float32(max(x[0, -1] ** 2 + y[-1, 0] ** 2, 0.25))
    # A barrel draws the corners in: the whole is enlarged until they are in the corners again.
    whole = np.float32(1 / (1 + max(bend, 0)))

    def where(rows: slice, columns: slice) -> tuple[Field, Field]:
        across, down = x[:, columns], y[rows]
        factor = (across * across + down * down) * np.float32(bend / corner) * whole + whole
        return (
            across * factor + np.float32((width - 1) / 2),
            down * factor + np.float32((height - 1) / 2),
        )

    return moved(image, where)


@noise(
    name=Text(en="Glow", ko="빛 번짐"),
    sentence=Text(
        en="Bright places bleed light over what lies round them, as through a soft filter or a greasy lens.",
        ko="소프트 필터나 기름 묻은 렌즈를 통해 본 것처럼 밝은 곳의 빛이 주변으로 번집니다.",
    ),
    also=Text(en="bloom, halo", ko="뽀샤시"),
    family="lens",
    source=Text(
        en="Spencer et al., Physically-Based Glare Effects for Digital Images, SIGGRAPH 1995, as a sum of normal curves",
        ko="Spencer et al., Physically-Based Glare Effects for Digital Images, SIGGRAPH 1995를 정규 곡선의 합으로 나타냄",
    ),
    identity={"amount": 0},
    differs=2,
    severities={"noiselens": tuple({"amount": amount} for amount in (0.75, 1.0, 1.15, 1.35, 1.5))},
)
def glow(
    image: Image,
    generator: np.random.Generator,
    amount: Annotated[float, Param(0.0, 2.0, 0.05, Text(en="Light that bleeds", ko="번지는 빛"))] = 0.65,
    reach: Annotated[
        float, Param(0.005, 0.2, 0.005, Text(en="Reach", ko="번지는 거리"), unit="share of the side")
    ] = 0.04,
) -> Image:
    """out = screen(image, amount * (blur(v, reach) + blur(v, 4 * reach)) / 2), v = 255 * (image / 255) ** 3

    The bright part of the picture, blurred narrowly and widely, added to it; no chance in it.
    """
    side = min(image.shape[:2])
    small = reduced(image, 256)
    scale = min(small.shape[:2]) / side
    # Light, not value, is spread: the third power leaves little of what is not bright.
    bright = by_table(small, VALUES**3)
    near, far = (softened(bright, reach * side * scale * wide) for wide in (1, 4))
    halo = cv2.addWeighted(near, amount * 0.5, far, amount * 0.5, 0)
    return lit(image, fitted(halo, image))


@noise(
    name=Text(en="Tilt-shift", ko="틸트 시프트"),
    sentence=Text(
        en="Only a band across the picture is in focus, above and below it melts away, as in pictures of toy towns.",
        ko="미니어처 사진처럼 가로띠만 초점이 맞고 그 위아래는 흐려집니다.",
    ),
    family="lens",
    source="Held et al., Using Blur to Affect Perceived Distance and Size, ACM Transactions on Graphics 2010",
    identity={"blur": 0},
    differs=2,
    severities={"noiselens": tuple({"blur": blur} for blur in (0.015, 0.022, 0.032, 0.049, 0.075))},
)
def tilt_shift(
    image: Image,
    generator: np.random.Generator,
    blur: Annotated[
        float,
        Param(0.0, 0.15, 0.001, Text(en="Largest blur", ko="가장 큰 흐림"), unit="share of the side"),
    ] = 0.038,
    band: Annotated[
        float, Param(0.0, 0.8, 0.05, Text(en="Sharp band", ko="또렷한 띠"), unit="share of the side")
    ] = 0.15,
) -> Image:
    """out = between image, s(1/4), s(1/2), s(1) at d = 0, 1/3, 2/3, 1 off a band, s(k) = blurred by k * blur * side

    Blur that grows with the distance from a drawn line; mixed from three pictures blurred ever more.
    """
    height, width = image.shape[:2]
    middle, slant = generator.uniform(0.3, 0.7), generator.uniform(-0.35, 0.35)
    x, y = from_centre(image)
    side = min(height, width)
    line = y - np.float32((middle - 0.5) * height) - x * np.float32(slant)
    distance = np.clip(np.abs(line) * np.float32(1 / (0.35 * side)) - np.float32(band / 0.7), 0, 1)
    result, sigma = image.copy(), blur * side
    for start, sharpness in ((0.0, 0.25), (1 / 3, 0.5), (2 / 3, 1.0)):
        share = np.clip((distance - np.float32(start)) * 3, 0, 1)
        result = blended(result, softened(image, sigma * sharpness), share)
    return result


@noise(
    name=Text(en="Sun flare", ko="태양 플레어"),
    sentence=Text(
        en="The sun shines into the lens: a dazzling spot with rays, a veil, and coloured ghosts on a line "
        "through the middle.",
        ko="해가 렌즈로 바로 들어와 눈부신 빛과 빛살, 뿌연 막, 가운데를 지나는 색색의 고스트가 생깁니다.",
    ),
    also=Text(en="lens flare", ko="렌즈 플레어"),
    family="lens",
    source=Text(
        en="After Hullin et al., Physically-Based Real-Time Lens Flare Rendering, SIGGRAPH 2011; Wu et al., How to Train Neural Networks for Flare Removal, ICCV 2021",
        ko="Hullin et al., Physically-Based Real-Time Lens Flare Rendering, SIGGRAPH 2011과 Wu et al., How to Train Neural Networks for Flare Removal, ICCV 2021을 따름",
    ),
    identity={"amount": 0},
    exceptions={
        "grey": Text(
            en="Sunlight is warm and ghosts are coloured: a grey picture takes on their colours.",
            ko="햇빛과 고스트에 색이 있어 회색 사진에도 색이 생깁니다.",
        )
    },
    differs=2,
    severities={"noiselens": tuple({"amount": amount} for amount in (0.3, 0.8, 1.0, 1.4, 2.0))},
)
def sun_flare(
    image: Image,
    generator: np.random.Generator,
    amount: Annotated[float, Param(0.0, 2.0, 0.05, Text(en="Light", ko="빛의 양"))] = 0.65,
    size: Annotated[
        float, Param(0.02, 0.4, 0.01, Text(en="Size of the glow", ko="빛의 크기"), unit="share of the side")
    ] = 0.12,
) -> Image:
    """out = screen(image, 255 * amount * (5 / (1 + 25 * q ** 4) + rays + veil + ghosts)), q = from the sun / size

    Light added at a drawn place in the upper half: glow, rays of a six-sided aperture, ghosts opposite.
    """
    height, width = canvas_of(image, 192)
    side = min(height, width)
    sun = np.array([generator.uniform(0.1, 0.9) * width, generator.uniform(0.05, 0.4) * height])
    turn = generator.uniform(0, np.pi / 3)
    x = np.arange(width, dtype=np.float32)[None, :] - np.float32(sun[0])
    y = np.arange(height, dtype=np.float32)[:, None] - np.float32(sun[1])
    reach = np.float32(size * side)
    square = (x * x + y * y) / (reach * reach)
    core = np.float32(5) / (1 + square * square * 25)
    veil = np.float32(0.55) / (1 + square * np.float32(0.12))
    angle = np.arctan2(y, x) * np.float32(_ANGLES / (2 * np.pi))
    # A negative angle counts from the end of the table, as it should.
    rays = _rays(turn)[angle.astype(np.int32)]
    rays *= np.float32(0.9) / (1 + square * np.float32(0.5))
    light = np.empty((height, width, 3), np.float32)
    for channel, (white, warm) in enumerate(((1.0, 1.0), (0.97, 0.86), (0.9, 0.66))):
        light[..., channel] = core + white * rays + warm * veil
    light += _ghosts(generator, sun, height, width)
    added = cv2.convertScaleAbs(light, alpha=255 * amount)
    return lit(image, fitted(added, image))


def _rays(turn: float) -> Field:
    """Light by direction: six narrow rays of the aperture's corners, finer ones between them."""
    angle = np.arange(_ANGLES) * (2 * np.pi / _ANGLES)
    # A cosine to a high power is a narrow peak.
    rays = np.abs(np.cos(3 * (angle + turn))) ** 60 + 0.35 * np.abs(np.cos(8 * (angle + turn) + 1)) ** 24
    return rays.astype(np.float32)


def _ghosts(generator: np.random.Generator, sun: NDArray[np.float64], height: int, width: int) -> Field:
    """Reflections between the lens's surfaces: faint coloured discs on the line from the sun through the middle."""
    side = min(height, width)
    axis = np.array([(width - 1) / 2, (height - 1) / 2]) - sun
    places = generator.uniform(0.35, 2.3, 9)
    radii = generator.uniform(0.012, 0.1, 9) * side
    levels = generator.uniform(25, 75, 9)
    hues = generator.uniform(0, 1, 9)
    turn = generator.uniform(0, np.pi / 3)
    corners = np.arange(6) * np.pi / 3 + turn
    hexagon = np.stack([np.cos(corners), np.sin(corners)], axis=1)
    ghosts = np.zeros((height, width, 3), np.uint8)
    for place, radius, level, hue in zip(places, radii, levels, hues, strict=True):
        colour = level * (0.55 + 0.45 * np.cos(2 * np.pi * (hue + np.array([0, 1 / 3, 2 / 3]))))
        for share, change, part in ((1.0, cv2.add, 1.0), (0.86, cv2.subtract, 0.35)):
            # The whole is added, some of its inside taken away again: its rim is brighter.
            points = np.rint((sun + axis * place + hexagon * radius * share) * 16).astype(np.int32)
            layer = np.zeros_like(ghosts)
            cv2.fillConvexPoly(layer, points, (colour * part).tolist(), cv2.LINE_AA, shift=4)
            change(ghosts, layer, dst=ghosts)
    return softened(ghosts, 0.006 * side).astype(np.float32) * np.float32(1 / 255)
