"""Light, dark and the steps between them: what exposure, contrast and too few levels do."""

from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.optics import VALUES, by_table, softened, three, to_light, to_value
from core.pixels import Image
from core.words import Text


@noise(
    name=Text(en="Gamma", ko="감마"),
    sentence=Text(
        en="A screen or scanner with the wrong gamma: the middle tones turn darker or lighter, "
        "black and white stay.",
        ko="화면이나 스캐너의 감마가 맞지 않아, 검은색과 흰색은 그대로인데 중간 밝기가 어두워지거나 밝아집니다.",
    ),
    family="light",
    source=Text(
        en="Poynton, Digital Video and HD, 2nd edition, 2012: power-law tone transfer",
        ko="Poynton, Digital Video and HD, 2nd edition, 2012: 거듭제곱 계조 변환",
    ),
    identity={"gamma": 1},
    differs=1,
    severities={"noiselens": tuple({"gamma": gamma} for gamma in (1.15, 1.65, 2.1, 2.8, 3.8))},
)
def gamma(
    image: Image,
    generator: np.random.Generator,
    gamma: Annotated[
        float, Param(0.2, 5.0, 0.05, Text(en="Gamma (over 1: darker)", ko="감마 (1보다 크면 어둡게)"))
    ] = 1.6,
) -> Image:
    """out = round(255 * (image / 255) ** gamma)

    Each value 0..1 to the power `gamma`; no chance in it.
    """
    return by_table(image, VALUES**gamma)


@noise(
    name=Text(en="Overexposure", ko="노출 과다"),
    sentence=Text(
        en="Too much light reached the sensor: everything is bright, and highlights are burnt out to white.",
        ko="빛이 너무 많이 들어와 전체가 밝아지고, 밝은 곳은 하얗게 날아갑니다.",
    ),
    also=Text(en="too bright, washed out", ko="너무 밝음"),
    family="light",
    source=Text(
        en="Exposure value, ISO 2720:1974, on linear light of IEC 61966-2-1 (sRGB)",
        ko="ISO 2720:1974의 노출값을 IEC 61966-2-1(sRGB)의 선형 빛에 적용",
    ),
    identity={"stops": 0},
    differs=1,
    severities={"noiselens": tuple({"stops": stops} for stops in (0.5, 1.2, 1.8, 2.3, 3.0))},
)
def overexposure(
    image: Image,
    generator: np.random.Generator,
    stops: Annotated[
        float, Param(0.0, 5.0, 0.1, Text(en="Too much light", ko="넘치는 빛"), unit="stops")
    ] = 1.5,
) -> Image:
    """out = to_value(to_light(image) * 2 ** stops)

    Linear light doubled once a stop, colour by colour cut off at white, as a full sensor does; no chance in it.
    """
    return by_table(image, to_value(to_light(VALUES) * 2**stops))


@noise(
    name=Text(en="Underexposure", ko="노출 부족"),
    sentence=Text(
        en="Too little light reached the sensor: dark all over, and what was dark is lost in black.",
        ko="빛이 너무 적게 들어와 전체가 어둡고, 어두운 곳은 검게 묻혀 버립니다.",
    ),
    also=Text(en="too dark", ko="너무 어두움"),
    family="light",
    source=Text(
        en="Exposure value, ISO 2720:1974, on linear light of IEC 61966-2-1 (sRGB)",
        ko="ISO 2720:1974의 노출값을 IEC 61966-2-1(sRGB)의 선형 빛에 적용",
    ),
    identity={"stops": 0},
    differs=1,
    severities={"noiselens": tuple({"stops": stops} for stops in (0.4, 1.6, 2.4, 3.2, 4.0))},
)
def underexposure(
    image: Image,
    generator: np.random.Generator,
    stops: Annotated[
        float, Param(0.0, 7.0, 0.1, Text(en="Missing light", ko="모자란 빛"), unit="stops")
    ] = 2.0,
) -> Image:
    """out = to_value(to_light(image) * 2 ** -stops)

    Linear light halved once a stop and stored again in 8 bits, which drops dark detail; no chance in it.
    """
    return by_table(image, to_value(to_light(VALUES) * 2**-stops))


@noise(
    name=Text(en="Harsh contrast", ko="지나친 대비"),
    sentence=Text(
        en="An S-shaped tone curve pushed too far: bright turns white, dark turns black, little is left between.",
        ko="S자 톤 곡선을 지나치게 적용해, 밝은 곳은 하얗게 어두운 곳은 검게 되고 중간이 거의 남지 않습니다.",
    ),
    family="light",
    source="ImageMagick, -sigmoidal-contrast",
    identity={"contrast": 0},
    differs=1,
    severities={"noiselens": tuple({"contrast": contrast} for contrast in (2.0, 6.5, 9.5, 13.5, 20.0))},
)
def harsh_contrast(
    image: Image,
    generator: np.random.Generator,
    contrast: Annotated[float, Param(0.0, 30.0, 0.5, Text(en="Steepness", ko="가파르기"))] = 8.0,
    middle: Annotated[
        float, Param(0.1, 0.9, 0.05, Text(en="Value that stays", ko="그대로 남는 값"), unit="of white")
    ] = 0.5,
) -> Image:
    """out = 255 * (s(x) - s(0)) / (s(1) - s(0)), s(x) = 1 / (1 + exp(contrast * (middle - x)))

    A logistic curve through black and white, steepest at `middle`; no chance in it.
    """
    if contrast < 1e-6:  # a straight line; in its formula nothing over nothing
        return image.copy()
    curve = 1 / (1 + np.exp(contrast * (middle - VALUES)))
    return by_table(image, (curve - curve[0]) / (curve[-1] - curve[0]))


@noise(
    name=Text(en="Solarisation", ko="솔라리제이션"),
    sentence=Text(
        en="Bright parts turn into their negative, as in a print that saw light while it was developed.",
        ko="현상하던 사진에 빛이 들어간 것처럼 밝은 부분의 명암이 뒤집힙니다.",
    ),
    family="light",
    source=Text(
        en="Pillow, ImageOps.solarize; the Sabattier effect of the darkroom",
        ko="Pillow, ImageOps.solarize. 암실의 사바티에 효과",
    ),
    identity={"threshold": 1},
    severities={"noiselens": tuple({"threshold": threshold} for threshold in (0.92, 0.8, 0.7, 0.62, 0.48))},
)
def solarise(
    image: Image,
    generator: np.random.Generator,
    threshold: Annotated[
        float,
        Param(
            0.0, 1.0, 0.01, Text(en="Values above this turn over", ko="이보다 밝으면 뒤집힘"), unit="of white"
        ),
    ] = 0.7,
) -> Image:
    """out = image where image <= 255 * threshold, else 255 - image

    Values over `threshold` are taken from white; no chance in it.
    """
    return by_table(image, np.where(threshold >= VALUES, VALUES, 1 - VALUES))


@noise(
    name=Text(en="Posterised colours", ko="포스터 색"),
    sentence=Text(
        en="Few values are left of each colour, as on an old display or in a small GIF: "
        "flat patches with hard edges.",
        ko="옛 화면이나 작은 GIF처럼 색마다 값이 몇 개만 남아, 경계가 뚜렷한 납작한 색 조각이 됩니다.",
    ),
    also=Text(en="posterize", ko="포스터"),
    family="light",
    source=Text(
        en="Pillow, ImageOps.posterize, with evenly spaced values",
        ko="Pillow, ImageOps.posterize. 값의 간격은 고르게 함",
    ),
    identity={"levels": 256},
    severities={"noiselens": tuple({"levels": levels} for levels in (33, 10, 6, 4, 3))},
)
def posterise(
    image: Image,
    generator: np.random.Generator,
    levels: Annotated[int, Param(2, 256, 1, Text(en="Values of each colour", ko="색마다 남는 값"))] = 7,
) -> Image:
    """out = round(255 * round(x * (levels - 1)) / (levels - 1)), x = image / 255

    Each value moved to the nearest of `levels` from black to white; no chance in it.
    """
    return by_table(image, np.rint(VALUES * (levels - 1)) / (levels - 1))


@noise(
    name=Text(en="Banding", ko="밴딩"),
    sentence=Text(
        en="Skies and soft shadows fall into visible steps, as in hard-pressed video; detail and colour stay.",
        ko="심하게 압축한 동영상처럼 하늘이나 부드러운 그늘에 계단 무늬가 보입니다. 세부와 색은 남습니다.",
    ),
    family="light",
    source=Text(
        en="Steps as in Tu et al., BBAND index, ICASSP 2020; smooth part by the fast guided filter, He and Sun, arXiv:1505.00996",
        ko="단계는 Tu et al., BBAND index, ICASSP 2020과 같음. 매끈한 부분은 He and Sun, arXiv:1505.00996의 빠른 가이드 필터로 구함",
    ),
    identity={"step": 0},
    differs=1,
    severities={"noiselens": tuple({"step": step} for step in (0.04, 0.08, 0.13, 0.19, 0.23))},
)
def banding(
    image: Image,
    generator: np.random.Generator,
    step: Annotated[
        float, Param(0.0, 0.5, 0.01, Text(en="Height of a step", ko="계단 높이"), unit="of white")
    ] = 0.11,
) -> Image:
    """out = clip(image + round(base / h) * h - base), h = round(255 * step), base = smooth brightness

    The smooth part of the brightness is rounded to steps; what lies on it, and the colour, stay.

    `posterise` rounds every value of every colour; here the smooth part is found first (a guided
    filter that keeps edges), so texture is carried along on the steps. No chance in it.
    """
    height = round(step * 255)
    if height < 2:
        return image.copy()
    brightness = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    base = np.rint(_smooth_part(brightness)).astype(np.int16)
    # Whole numbers from here on: the nearest multiple of the step less the value itself.
    shift = (base + height // 2) // height * height - base
    brighter = three(np.maximum(shift, 0).astype(np.uint8))
    darker = three(np.maximum(-shift, 0).astype(np.uint8))
    return np.asarray(cv2.subtract(cv2.add(image, brighter), darker), np.uint8)


def _smooth_part(brightness: NDArray[Any]) -> NDArray[Any]:
    """Brightness (uint8 H,W) without fine texture but with its edges, float32 in 0..255."""
    height, width = brightness.shape
    shrink = max(1, round(min(height, width) / 112))
    size = (-(-width // shrink), -(-height // shrink))
    small = cv2.resize(brightness, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    mean = softened(small, 2.5)
    variance = np.maximum(softened(small * small, 2.5) - mean * mean, 0)
    # Differences of under about 25 levels within some pixels count as smooth.
    slope = variance / (variance + np.float32(25**2))
    offset = mean - slope * mean
    slope, offset = (
        cv2.resize(softened(part, 2.5), (width, height), interpolation=cv2.INTER_LINEAR)
        for part in (slope, offset)
    )
    return slope * brightness + offset
