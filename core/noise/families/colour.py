"""Colour that is not the scene's: light of another colour, dyes that fade, hues that move."""

from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, Preset, noise
from core.noise.shared.optics import VALUES, by_table, to_light, to_value
from core.pixels import Image
from core.words import Text

_TINTS_GREY = Text(
    en="It tints: a grey picture takes on colour by its definition.",
    ko="색을 입히는 노이즈라서 정의에 따라 회색 사진에도 색이 생깁니다.",
)
_BRIGHTNESS = np.array([0.299, 0.587, 0.114])
"""Shares of red, green and blue in brightness (ITU-R BT.601)."""
_DAYLIGHT = 1e6 / 6504
"""Colour temperature of sRGB's white, mired."""


@noise(
    name=Text(en="Colour cast", ko="색 치우침"),
    sentence=Text(
        en="One colour lies over everything, as from a tinted window or a coloured lamp.",
        ko="색유리나 색 조명을 통해 본 것처럼 한 가지 색이 전체를 덮습니다.",
    ),
    also=Text(en="color cast, tint, filter", ko="색조, 필터"),
    family="light",
    source=Text(
        en="Gains by channel (von Kries 1902), balanced so that brightness by ITU-R BT.601 stays",
        ko="채널별 배율(von Kries 1902). ITU-R BT.601의 밝기는 그대로 둠",
    ),
    identity={"amount": 0},
    exceptions={"grey": _TINTS_GREY},
    differs=1,
    severities={"noiselens": tuple({"amount": amount} for amount in (0.32, 0.44, 0.55, 0.63, 0.7))},
)
def colour_cast(
    image: Image,
    generator: np.random.Generator,
    amount: Annotated[float, Param(0.0, 1.0, 0.01, Text(en="Depth of the tint", ko="색의 짙기"))] = 0.35,
    hue: Annotated[
        int,
        Param(
            0,
            360,
            5,
            Text(en="Hue (red 0, green 120, blue 240)", ko="색상 (빨강 0, 초록 120, 파랑 240)"),
            unit="degrees",
        ),
    ] = 120,
) -> Image:
    """out = clip(image * (1 + amount * (t - Y(t)))), t = pure hue, Y = brightness

    Each colour times 1 + amount (t - Y(t)), t the pure hue and Y its brightness; no chance in it.
    """
    tint = _pure_hue(hue)
    gains = 1 + amount * (tint - tint @ _BRIGHTNESS)
    return by_table(image, VALUES[:, None] * gains)


def _pure_hue(hue: float) -> NDArray[np.float64]:
    """Red, green and blue 0..1 of a full colour, by the hexagon of HSV."""
    sector = (hue / 60 + np.array([0, 4, 2])) % 6
    return np.clip(np.abs(sector - 3) - 1, 0, 1)


def planckian_gains(shift: float) -> NDArray[np.float64]:
    """Gains of linear red, green and blue where light of sRGB's white is `shift` mired warmer.

    Colour of a glowing body by the cubic fit of Kim et al., US patent 7,024,034 (2006), 1667 to
    25,000 K; the brightness of grey (ITU-R BT.709) stays.
    """
    gains = _planckian_light(1e6 / (_DAYLIGHT + shift)) / _planckian_light(1e6 / _DAYLIGHT)
    return gains / (gains @ np.array([0.2126, 0.7152, 0.0722]))


def _planckian_light(kelvin: float) -> NDArray[np.float64]:
    t = 1000 / kelvin
    if kelvin <= 4000:
        x = -0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910
    else:
        x = -3.0258469 * t**3 + 2.1070379 * t**2 + 0.2226347 * t + 0.240390
    if kelvin <= 2222:
        y = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    elif kelvin <= 4000:
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    xyz = np.array([x / y, 1, (1 - x - y) / y])
    to_srgb = np.array(
        [
            [3.2404542, -1.5371385, -0.4985314],
            [-0.9692660, 1.8760108, 0.0415560],
            [0.0556434, -0.2040259, 1.0572252],
        ]
    )
    return to_srgb @ xyz


def warmer(image: Image, shift: float) -> Image:
    """The picture as under light that is `shift` mired warmer; a negative one makes it cooler."""
    if shift == 0:
        return image.copy()
    return by_table(image, to_value(to_light(VALUES)[:, None] * planckian_gains(shift)))


@noise(
    name=Text(en="White balance", ko="화이트 밸런스"),
    sentence=Text(
        en="The camera took the lamp for daylight, or the other way round: all is too orange or too blue.",
        ko="카메라가 조명을 햇빛으로, 또는 햇빛을 조명으로 착각해 전체가 주황빛이나 푸른빛을 띱니다.",
    ),
    also=Text(en="tint, too yellow, too blue", ko="누런 사진, 색온도"),
    family="light",
    source=Text(
        en="Planckian locus by Kim et al., US patent 7,024,034, 2006; after Afifi and Brown, What Else Can Fool Deep Learning?, ICCV 2019",
        ko="흑체 궤적은 Kim et al., 미국 특허 7,024,034, 2006. Afifi and Brown, What Else Can Fool Deep Learning?, ICCV 2019를 따름",
    ),
    identity={"shift": 0},
    exceptions={"grey": _TINTS_GREY},
    differs=1,
    presets={
        "tungsten": Preset(
            Text(en="Warm lamp", ko="백열등"),
            Text(
                en="Orange, as under a light bulb that the camera takes for daylight (200 mired warmer).",
                ko="카메라가 백열등을 햇빛으로 착각했을 때처럼 주황빛을 띱니다(200미레드 따뜻하게).",
            ),
            {"shift": 200},
        ),
        "shade": Preset(
            Text(en="Cool shade", ko="푸른 그늘"),
            Text(
                en="Bluish, as in the shade on a sunny day (80 mired cooler).",
                ko="맑은 날 그늘에서 찍은 것처럼 푸른빛을 띱니다(80미레드 차갑게).",
            ),
            {"shift": -80},
        ),
    },
    severities={"noiselens": tuple({"shift": shift} for shift in (85, 135, 175, 210, 240))},
)
def white_balance(
    image: Image,
    generator: np.random.Generator,
    shift: Annotated[
        float,
        Param(
            -100,
            250,
            5,
            Text(en="Warmer (+) or cooler (−), mired", ko="따뜻하게(+) 또는 차갑게(−), 미레드"),
        ),
    ] = 105,
) -> Image:
    """out = to_value(to_light(image) * planckian_gains(shift))

    Linear light times the gains of a glowing body `shift` mired warmer than sRGB's white; no chance in it.

    A mired is a million over kelvin: equal steps look equal. 250 is light of 2477 K, -100 of 18,600 K.
    """
    return warmer(image, shift)


@noise(
    name=Text(en="Loss of colour", ko="색 빠짐"),
    sentence=Text(
        en="Colour drains away towards a black-and-white picture.",
        ko="색이 점점 빠져 흑백 사진에 가까워집니다.",
    ),
    also=Text(en="black and white, greyscale, grayscale", ko="흑백"),
    family="light",
    source=Text(en="Brightness of ITU-R BT.601", ko="ITU-R BT.601의 밝기"),
    identity={"amount": 0},
    differs=1,
    severities={"noiselens": tuple({"amount": amount} for amount in (0.4, 0.6, 0.7, 0.9, 0.95))},
)
def desaturate(
    image: Image,
    generator: np.random.Generator,
    amount: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Lost colour", ko="빠진 색"))] = 0.65,
) -> Image:
    """out = round((1 - amount) * image + amount * Y), Y = 0.299 * R + 0.587 * G + 0.114 * B

    The weighted mean of the picture and its brightness; at 1 it is grey. No chance in it.
    """
    return np.asarray(cv2.transform(image, np.eye(3) * (1 - amount) + _BRIGHTNESS * amount), np.uint8)


@noise(
    name=Text(en="Hue shift", ko="색상 이동"),
    sentence=Text(
        en="Every colour moves round the colour wheel by the same angle; light and dark stay.",
        ko="모든 색이 색상환에서 같은 각도만큼 돌아갑니다. 밝고 어두움은 그대로입니다.",
    ),
    family="light",
    source="W3C, Filter Effects Module Level 1, hue-rotate()",
    identity={"angle": 0},
    differs=1,
    severities={"noiselens": tuple({"angle": angle} for angle in (30, 52, 72, 94, 132))},
)
def hue_shift(
    image: Image,
    generator: np.random.Generator,
    angle: Annotated[int, Param(-180, 180, 1, Text(en="Angle", ko="각도"), unit="degrees")] = 60,
) -> Image:
    """out = clip((Y + cos(angle) * (1 - Y) + sin(angle) * A) @ image), Y, A = matrices of the standard

    The standard's matrix, which turns colours about grey and keeps brightness; no chance in it.
    """
    shares = np.array([0.213, 0.715, 0.072])
    across = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])
    turn = np.deg2rad(angle)
    matrix = shares + np.cos(turn) * (np.eye(3) - shares) + np.sin(turn) * across
    return np.asarray(cv2.transform(image, matrix), np.uint8)


@noise(
    name=Text(en="Sepia", ko="세피아"),
    sentence=Text(
        en="Brown tones instead of colours, as on an old photograph or through a phone's filter.",
        ko="오래된 사진이나 휴대전화 필터처럼 색 대신 갈색 톤이 됩니다.",
    ),
    also=Text(en="old photo, vintage, filter", ko="옛날 사진, 빈티지, 필터"),
    family="light",
    source="W3C, Filter Effects Module Level 1, sepia()",
    identity={"amount": 0},
    exceptions={"grey": _TINTS_GREY},
    differs=1,
    severities={"noiselens": tuple({"amount": amount} for amount in (0.35, 0.55, 0.7, 0.9, 0.95))},
)
def sepia(
    image: Image,
    generator: np.random.Generator,
    amount: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Amount", ko="정도"))] = 0.6,
) -> Image:
    """out = clip(((1 - amount) * 1 + amount * S) @ image), S = matrix of the standard

    The standard's matrix, which also brightens a little; no chance in it.
    """
    full = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
    return np.asarray(cv2.transform(image, np.eye(3) * (1 - amount) + full * amount), np.uint8)


@noise(
    name=Text(en="Faded print", ko="바랜 사진"),
    sentence=Text(
        en="A paper photograph after decades in the light: pale blacks, lost blue-green, yellowed paper.",
        ko="수십 년 빛을 받은 인화 사진처럼 검은색이 옅어지고 청록색이 빠지며 종이가 누렇게 됩니다.",
    ),
    also=Text(en="old photo, vintage", ko="옛날 사진, 빈티지"),
    family="light",
    source=Text(
        en="Dye densities that shrink, after Wilhelm and Brower, The Permanence and Care of Color Photographs, 1993",
        ko="염료 농도가 줄어드는 모습, Wilhelm and Brower, The Permanence and Care of Color Photographs, 1993을 따름",
    ),
    identity={"fading": 0},
    exceptions={"grey": _TINTS_GREY},
    differs=1,
    severities={"noiselens": tuple({"fading": fading} for fading in (0.28, 0.47, 0.63, 0.79, 0.9))},
)
def faded_print(
    image: Image,
    generator: np.random.Generator,
    fading: Annotated[float, Param(0.0, 1.0, 0.01, Text(en="Fading", ko="바랜 정도"))] = 0.45,
) -> Image:
    """out = to_value(to_light(image) ** (1 - fading * loss) * (1 + fading * (paper - 1)))

    Each dye's density times 1 - fading times its own loss, on paper that yellows; no chance in it.

    Of the three dyes cyan, which holds back red, is the least stable.
    """
    loss = np.array([0.75, 0.45, 0.50])
    paper = np.array([1.0, 0.93, 0.72])
    # Black has no finite density: the least light is well under half a level.
    light = np.maximum(to_light(VALUES), 2e-5)[:, None]
    kept = light ** (1 - fading * loss)
    return by_table(image, to_value(kept * (1 + fading * (paper - 1))))
