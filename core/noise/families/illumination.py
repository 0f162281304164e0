"""Light that falls unevenly: shadows, lamps, the dark corners of a lens."""

from typing import Annotated

import cv2
import numpy as np

from core.noise.catalogue import Param, noise
from core.noise.families.colour import warmer
from core.noise.shared.optics import GAMMA, Field, blended, canvas_of, dimmed, fitted, softened, times
from core.pixels import Image
from core.words import Text


def _dimming(image: Image, shade: Field, darkness: float) -> Image:
    """The picture with `darkness` of its light lost where `shade` is 1, none where it is 0."""
    return dimmed(image, 1 - np.float32(1 - (1 - darkness) ** (1 / GAMMA)) * shade)


def _along(image: Image, angle: float) -> Field:
    """0 to 1 across the picture in the direction `angle`, radians."""
    height, width = image.shape[:2]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * np.float32(np.cos(angle))
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * np.float32(np.sin(angle))
    reach = abs(np.cos(angle)) + abs(np.sin(angle))
    return (x + y) * np.float32(0.5 / reach) + np.float32(0.5)


@noise(
    name=Text(en="Vignette", ko="비네팅"),
    sentence=Text(
        en="The corners are darker than the middle, as with a cheap lens or a hood that is too long.",
        ko="값싼 렌즈나 너무 긴 후드를 쓴 것처럼 사진의 구석이 가운데보다 어둡습니다.",
    ),
    also=Text(en="dark corners", ko="어두운 모서리"),
    family="light",
    source=Text(
        en="After Kang and Weiss, Can We Calibrate a Camera Using an Image of a Flat, Textureless Lambertian Surface?, ECCV 2000",
        ko="Kang and Weiss, Can We Calibrate a Camera Using an Image of a Flat, Textureless Lambertian Surface?, ECCV 2000을 따름",
    ),
    identity={"darkness": 0},
    differs=1,
    severities={"noiselens": tuple({"darkness": darkness} for darkness in (0.72, 0.85, 0.93, 0.97, 0.99))},
)
def vignette(
    image: Image,
    generator: np.random.Generator,
    darkness: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Light lost in the corners", ko="구석에서 잃는 빛"))
    ] = 0.83,
    clear: Annotated[
        float,
        Param(
            0.0,
            0.9,
            0.05,
            Text(
                en="Clear middle, share of the way to a corner", ko="밝게 남는 가운데 (구석까지의 거리 대비)"
            ),
        ),
    ] = 0.2,
) -> Image:
    """out = round(image * (1 - k * max(r^2 - clear^2, 0) / (1 - clear^2))), k = 1 - (1 - darkness) ** (1 / 2.2)

    Light falls off with the square of the distance from the middle, from `clear` to the corner; no chance in it.
    """
    height, width = image.shape[:2]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :] if width > 1 else np.zeros((1, 1), np.float32)
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None] if height > 1 else np.zeros((1, 1), np.float32)
    # The longer side's middle is nearer to the corner, as in the round picture of a real lens.
    scale = np.float32(height * height + width * width)
    square = x * x * np.float32(width * width) / scale + y * y * np.float32(height * height) / scale
    shade = np.clip((square - np.float32(clear**2)) / np.float32(1 - clear**2), 0, 1)
    return _dimming(image, shade, darkness)


@noise(
    name=Text(en="Uneven light", ko="고르지 않은 조명"),
    sentence=Text(
        en="The lamp stands to one side: the far side of the picture lies in the dark.",
        ko="조명이 한쪽에만 있어 반대쪽이 어둡습니다.",
    ),
    family="light",
    source=Text(en="A linear ramp of light at a drawn angle", ko="무작위 각도로 고르게 변하는 빛"),
    identity={"darkness": 0},
    differs=1,
    severities={"noiselens": tuple({"darkness": darkness} for darkness in (0.55, 0.78, 0.89, 0.94, 0.98))},
)
def uneven_light(
    image: Image,
    generator: np.random.Generator,
    darkness: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Light lost on the far side", ko="먼 쪽에서 잃는 빛"))
    ] = 0.8,
) -> Image:
    """out = round(image * (1 - k * s)), k = 1 - (1 - darkness) ** (1 / 2.2), s = 0..1 across at a drawn angle

    Light falls off along a drawn direction, from all of it to 1 - `darkness`.
    """
    return _dimming(image, _along(image, generator.uniform(0, 2 * np.pi)), darkness)


@noise(
    name=Text(en="Mixed light", ko="섞인 조명"),
    sentence=Text(
        en="A warm lamp on one side and a blue window on the other: no white balance is right for both.",
        ko="한쪽은 따뜻한 전등, 다른 쪽은 푸른 창문 빛이라 어떤 화이트 밸런스로도 맞출 수 없습니다.",
    ),
    family="light",
    source=Text(
        en="After Hsu et al., Light Mixture Estimation for Spatially Varying White Balance, SIGGRAPH 2008; Planckian locus by Kim et al., 2006",
        ko="Hsu et al., Light Mixture Estimation for Spatially Varying White Balance, SIGGRAPH 2008을 따름. 흑체 궤적은 Kim et al., 2006",
    ),
    identity={"difference": 0},
    exceptions={
        "grey": Text(
            en="The two lights are coloured: a grey picture takes on their colours.",
            ko="두 조명에 색이 있어 회색 사진에도 색이 생깁니다.",
        )
    },
    differs=1,
    severities={"noiselens": tuple({"difference": difference} for difference in (215, 230, 250, 265, 285))},
)
def mixed_light(
    image: Image,
    generator: np.random.Generator,
    difference: Annotated[
        float,
        Param(
            0, 300, 5, Text(en="Warmth of one side over the other, mired", ko="두 조명의 색온도 차이, 미레드")
        ),
    ] = 140,
) -> Image:
    """out = round((1 - s) * warmer(image, -difference / 3) + s * warmer(image, difference * 2 / 3)), s = 0..1 across

    Light a third of the `difference` cooler on one side and two thirds warmer on the other, at a drawn angle.

    A quarter of the way on each side has one light only.
    """
    share = np.clip(_along(image, generator.uniform(0, 2 * np.pi)) * 2 - np.float32(0.5), 0, 1)
    return blended(warmer(image, -difference / 3), warmer(image, difference * 2 / 3), share)


@noise(
    name=Text(en="Cast shadow", ko="드리운 그림자"),
    sentence=Text(
        en="Something outside the picture keeps the sun off a part of it: a wall, a tree, the photographer.",
        ko="벽이나 나무, 찍는 사람처럼 사진 밖의 무언가가 햇빛을 가려 한쪽에 그림자가 집니다.",
    ),
    family="light",
    source=Text(
        en="After Zhong et al., Shadows Can Be Dangerous, CVPR 2022",
        ko="Zhong et al., Shadows Can Be Dangerous, CVPR 2022를 따름",
    ),
    identity={"darkness": 0},
    differs=1,
    severities={"noiselens": tuple({"darkness": darkness} for darkness in (0.49, 0.69, 0.82, 0.9, 0.95))},
)
def shadow(
    image: Image,
    generator: np.random.Generator,
    darkness: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Light lost in it", ko="그림자 속에서 잃는 빛"))
    ] = 0.7,
    size: Annotated[
        float, Param(0.1, 1.5, 0.05, Text(en="Reach", ko="뻗는 거리"), unit="share of the side")
    ] = 0.75,
    softness: Annotated[
        float, Param(0.0, 0.1, 0.005, Text(en="Soft edge", ko="부드러운 가장자리"), unit="share of the side")
    ] = 0.015,
) -> Image:
    """out = round(image * (1 - k * s)), k = 1 - (1 - darkness) ** (1 / 2.2), s = 1 in a drawn soft shape, else 0

    A drawn shape that reaches in from a drawn place of the border, its edge blurred like a half-shadow.
    """
    height, width = canvas_of(image)
    angle = generator.uniform(0, 2 * np.pi)
    turns = np.sort(generator.uniform(0, 2 * np.pi, 9))
    reaches = generator.uniform(0.75, 1.1, 9)
    middle = np.array([0.5 + 0.6 * np.cos(angle), 0.5 + 0.6 * np.sin(angle)])
    around = np.stack([np.cos(turns), np.sin(turns)], axis=1) * reaches[:, None] * size
    points = (middle + around) * (width, height)
    shade = np.zeros((height, width), np.uint8)
    cv2.fillPoly(shade, [np.rint(points * 16).astype(np.int32)], 255, cv2.LINE_AA, shift=4)
    shade = softened(shade, softness * min(height, width))
    return _dimming(image, fitted(shade, image).astype(np.float32) * np.float32(1 / 255), darkness)


@noise(
    name=Text(en="Dappled light", ko="나뭇잎 사이 빛"),
    sentence=Text(
        en="Sun through leaves: shade with bright round patches, each a picture of the sun.",
        ko="나뭇잎 사이로 햇빛이 들어 그늘 위에 둥근 빛 무늬가 생깁니다.",
    ),
    family="light",
    source=Text(
        en="Minnaert, Light and Color in the Outdoors, section 1: sun pictures in the shade of a tree",
        ko="Minnaert, Light and Color in the Outdoors, 1절: 나무 그늘에 맺히는 태양의 상",
    ),
    identity={"darkness": 0},
    differs=1,
    severities={"noiselens": tuple({"darkness": darkness} for darkness in (0.63, 0.9, 0.96, 0.99, 1.0))},
)
def dappled_light(
    image: Image,
    generator: np.random.Generator,
    darkness: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Light lost in the shade", ko="그늘에서 잃는 빛"))
    ] = 0.7,
    size: Annotated[
        float,
        Param(0.01, 0.2, 0.005, Text(en="Size of a patch", ko="빛 무늬의 크기"), unit="share of the side"),
    ] = 0.08,
) -> Image:
    """out = round(image * (1 - k * (1 - s))), k = 1 - (1 - darkness) ** (1 / 2.2), s = drawn soft discs of light

    Discs of one size, a little brighter or darker, in drawn clusters; the rest is shade.
    """
    height, width = canvas_of(image)
    side = min(height, width)
    clusters = generator.uniform(-0.1, 1.1, (16, 1, 2))
    places = (clusters + generator.normal(0, 0.1, (16, 16, 2))).reshape(-1, 2) * (width, height)
    levels = generator.uniform(60, 255, len(places))
    radius = max(1, round(size * side / 2 * 16))
    light = np.zeros((height, width), np.uint8)
    # The brightest last: where discs overlap the brighter one is seen.
    order = np.argsort(levels)
    for (x, y), level in zip(np.rint(places[order] * 16).astype(int).tolist(), levels[order], strict=True):
        cv2.circle(light, (x, y), radius, float(level), -1, cv2.LINE_AA, shift=4)
    light = softened(light, size * side * 0.15)
    return _dimming(image, 1 - fitted(light, image).astype(np.float32) * np.float32(1 / 255), darkness)


@noise(
    name=Text(en="Flicker bands", ko="깜박임 띠"),
    sentence=Text(
        en="A lamp flickers faster than the eye sees; the camera reads row after row and catches dark bands.",
        ko="눈에 안 보이게 깜박이는 조명을 카메라가 한 줄씩 읽어 어두운 가로띠가 찍힙니다.",
    ),
    family="light",
    fleeting=True,
    source=Text(
        en="After Sheinin, Schechner and Kutulakos, Rolling Shutter Imaging on the Electric Grid, ICCP 2018",
        ko="Sheinin, Schechner and Kutulakos, Rolling Shutter Imaging on the Electric Grid, ICCP 2018을 따름",
    ),
    identity={"darkness": 0},
    differs=1,
    severities={"noiselens": tuple({"darkness": darkness} for darkness in (0.9, 0.96, 0.97, 0.99, 1.0))},
)
def flicker_bands(
    image: Image,
    generator: np.random.Generator,
    darkness: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Light lost in a band", ko="띠에서 잃는 빛"))
    ] = 0.65,
    bands: Annotated[
        float, Param(0.5, 20.0, 0.5, Text(en="Bands in the picture", ko="사진 속 띠의 수"))
    ] = 3.5,
) -> Image:
    """out = round(image * (1 - darkness * (0.5 - 0.5 * cos(2 * pi * (bands * y + phase)))) ** (1 / 2.2)), y = 0..1

    Light by row as the flicker of a lamp on alternating current: a raised cosine at a drawn phase.
    """
    height = image.shape[0]
    row = (np.arange(height, dtype=np.float32) + np.float32(0.5)) / np.float32(height)
    phase = generator.random()
    shade = 0.5 - 0.5 * np.cos(2 * np.pi * (bands * row + phase))
    share = np.float32(1) - np.float32(darkness) * shade.astype(np.float32)
    plane = np.rint(255 * share ** np.float32(1 / GAMMA)).astype(np.uint8)
    rows = np.ascontiguousarray(np.broadcast_to(plane[:, None, None], image.shape))
    return times(image, rows)
