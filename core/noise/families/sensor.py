"""What a camera's sensor adds to a good picture: grain of light, of electronics, of film."""

from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Choice, Param, noise
from core.noise.shared.draws import NORMAL_UNIT, whole_normal_field
from core.noise.shared.light_curve import level_of_light, linear_light
from core.noise.sources import GRAIN_IN_COLOUR
from core.pixels import Image
from core.words import Text

_STRIP = 512
"""Rows that get their chance at once, so that a large picture needs no field of its whole size."""


@noise(
    name=Text(en="High ISO grain", ko="고감도 입자"),
    sentence=Text(
        en="A camera at high ISO: fine grain in the brightness and larger blotches of false colour.",
        ko="감도(ISO)를 높인 카메라처럼 밝기에는 고운 입자, 색에는 더 큰 얼룩이 생깁니다.",
    ),
    also=Text(en="grainy, night photo", ko="자글자글, 야간 촬영"),
    family="sensor",
    fleeting=True,
    source="Nam et al., A Holistic Approach to Cross-Channel Image Noise Modeling, CVPR 2016",
    identity={"luminance": 0, "colour": 0},
    exceptions={"grey": GRAIN_IN_COLOUR},
    differs=1,
    severities={
        "noiselens": tuple(
            {"luminance": luminance, "colour": colour}
            for luminance, colour in (
                (0.01, 0.01),
                (0.035, 0.025),
                (0.07, 0.05),
                (0.105, 0.075),
                (0.165, 0.115),
            )
        )
    },
)
def iso_noise(
    image: Image,
    generator: np.random.Generator,
    luminance: Annotated[
        float, Param(0.0, 0.5, 0.005, Text(en="Grain in brightness", ko="밝기 입자"), unit="of white")
    ] = 0.07,
    colour: Annotated[
        float, Param(0.0, 0.5, 0.005, Text(en="Blotches of colour", ko="색 얼룩"), unit="of white")
    ] = 0.05,
) -> Image:
    """out = clip(image + round(255 * RGB(luminance * n, colour * n1, colour * n2))), n = N(0, 1), n1, n2 coarser

    Normal noise: a value a pixel on Y', a value every third pixel, smoothly between, on Cb and Cr.

    Demosaicing and noise reduction leave colour noise coarser than brightness noise.
    """
    height, width = image.shape[:2]
    noisy = np.empty_like(image)
    # Rows: R, G, B from Y', Cb, Cr (ITU-T T.871), scaled from the field's unit to levels.
    mix = np.array([[1, 0, 1.402], [1, -0.344136, -0.714136], [1, 1.772, 0]])
    # Linear interpolation to three times the size leaves 19/27 of the variance, in each direction.
    mix *= 255 / NORMAL_UNIT * np.array([luminance, colour * 27 / 19, colour * 27 / 19])
    for top in range(0, height, _STRIP):
        part = image[top : top + _STRIP]
        fine = whole_normal_field(generator, len(part), width)
        coarse = whole_normal_field(generator, -(-len(part) // 3), -(-width // 3), 2)
        blotches = cv2.resize(coarse, (width, len(part)), interpolation=cv2.INTER_LINEAR)
        field = np.empty((*part.shape[:2], 3), np.int16)
        field[..., 0] = fine
        field[..., 1:] = blotches.reshape(*part.shape[:2], 2)
        cv2.add(part, cv2.transform(field, mix), dst=noisy[top : top + _STRIP], dtype=cv2.CV_8U)
    return noisy


_WELL = 6000
"""Electrons of a white pixel in the clean picture: a phone's sensor at base ISO."""
_READ = 2.0
"""Electrons of read noise, standard deviation."""
_WHITE_CODE = 16383
"""What the 14-bit converter gives for white."""


@noise(
    name=Text(en="Low light", ko="저조도"),
    sentence=Text(
        en="Taken with too little light and brightened afterwards: few photons reach each pixel, and their "
        "chance shows.",
        ko="빛이 모자란 곳에서 찍어 나중에 밝힌 사진입니다. 픽셀마다 닿은 광자가 적어 들쭉날쭉합니다.",
    ),
    also=Text(en="dark, phone camera", ko="어두운 사진, 야간 촬영"),
    family="sensor",
    fleeting=True,
    source="Foi et al., Practical Poissonian-Gaussian Noise Modeling and Fitting, IEEE TIP 2008",
    identity={"stops": 0},
    exceptions={"grey": GRAIN_IN_COLOUR},
    differs=1,
    severities={"noiselens": tuple({"stops": stops} for stops in (3.6, 5.7, 6.8, 7.8, 9.1))},
)
def low_light(
    image: Image,
    generator: np.random.Generator,
    stops: Annotated[
        float, Param(0.0, 12.0, 0.1, Text(en="Stops of light missing", ko="모자란 빛"), unit="stops")
    ] = 5.0,
    gained: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Brightened again", ko="다시 밝힌 정도"))] = 0.85,
) -> Image:
    """out = to_value((d * L + N * sqrt(d * (1 - d) * L / 6000 + (1 - d^2) / 3000^2)) / d ** gained), d = 2 ** -stops

    Linear light over 2^`stops`, photon and read noise in electrons, 14 bits, and gain back.

    The normal form of Poisson noise; the noise is what is added to that of the clean picture, taken at
    full light, so that no stops change nothing. `gained` is the share of the stops that is made up for.
    """
    signal, spread, shown = _exposure(stops, gained)
    noisy = np.empty_like(image)
    for top in range(0, len(image), _STRIP):
        part = image[top : top + _STRIP]
        field = whole_normal_field(generator, *part.shape)
        codes = np.asarray(cv2.multiply(cv2.LUT(part, spread), field, dtype=cv2.CV_32F), np.float32)
        codes += np.asarray(cv2.LUT(part, signal), np.float32)
        np.clip(np.rint(codes, out=codes), 0, 65535, out=codes)
        noisy[top : top + _STRIP] = cv2.LUT(codes.astype(np.uint16), shown)
    return noisy


def _exposure(
    stops: float, gained: float
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.uint8]]:
    """Of each level its mean code and the code's spread a field unit; of each code the level shown."""
    light = linear_light()
    dark = 2.0**-stops
    electrons = _WELL * light * dark
    # Variances in electrons after exposure, less what the same exposure of a full well would scale to.
    shot = electrons * (1 - dark)
    read = _READ**2 * (1 - dark**2)
    spread = np.sqrt(shot + read) * (_WHITE_CODE / _WELL / NORMAL_UNIT)
    return (
        (light * dark * _WHITE_CODE).astype(np.float32),
        spread.astype(np.float32),
        level_of_light(np.arange(65536) / _WHITE_CODE / dark**gained),
    )


@noise(
    name=Text(en="Fixed pattern", ko="고정 패턴 노이즈"),
    sentence=Text(
        en="Each row and column of a sensor reads a little brighter or darker: stripes across the picture.",
        ko="센서의 행과 열마다 조금씩 밝거나 어둡게 읽혀 사진에 줄무늬가 생깁니다.",
    ),
    family="sensor",
    source="El Gamal et al., Modeling and Estimation of FPN Components in CMOS Image Sensors, SPIE 1998",
    identity={"strength": 0},
    severities={
        "noiselens": tuple({"strength": strength} for strength in (0.01, 0.016, 0.022, 0.034, 0.044))
    },
)
def fixed_pattern_noise(
    image: Image,
    generator: np.random.Generator,
    strength: Annotated[
        float, Param(0.0, 0.5, 0.002, Text(en="Strength", ko="세기"), unit="of white")
    ] = 0.055,
    columns: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="Columns among them", ko="그중 열의 비율"))
    ] = 0.7,
) -> Image:
    """out = clip(image + round(255 * strength * (sqrt(columns) * n(x) + sqrt(1 - columns) * n(y)))), n = N(0, 1)

    A normal offset for each row and each column; variances in the ratio 1 - `columns` to `columns`.
    """
    height, width = image.shape[:2]
    across = whole_normal_field(generator, width) * (255 * strength * np.sqrt(columns) / NORMAL_UNIT)
    down = whole_normal_field(generator, height) * (255 * strength * np.sqrt(1 - columns) / NORMAL_UNIT)
    noisy = np.empty_like(image)
    for top in range(0, height, _STRIP):
        offsets = np.rint(down[top : top + _STRIP, None] + across[None, :]).astype(np.int16)
        part = np.s_[top : top + _STRIP]
        cv2.add(image[part], cv2.merge((offsets,) * 3), dst=noisy[part], dtype=cv2.CV_8U)
    return noisy


@noise(
    name=Text(en="Film grain", ko="필름 입자"),
    sentence=Text(
        en="The silver grains of photographic film: clumps, strongest in middle tones.",
        ko="사진 필름의 은 입자입니다. 뭉쳐 있고 중간 밝기에서 가장 두드러집니다.",
    ),
    also=Text(en="grainy, old film", ko="옛날 필름"),
    family="sensor",
    fleeting=True,
    source="Newson et al., A Stochastic Film Grain Model for Resolution-Independent Rendering, CGF 2017",
    identity={"strength": 0},
    differs=1,
    severities={"noiselens": tuple({"strength": strength} for strength in (0.01, 0.04, 0.07, 0.1, 0.14))},
)
def film_grain(
    image: Image,
    generator: np.random.Generator,
    strength: Annotated[
        float,
        Param(0.0, 0.5, 0.01, Text(en="Strength in middle tones", ko="중간 밝기의 세기"), unit="of white"),
    ] = 0.1,
    size: Annotated[
        float, Param(0.0, 0.02, 0.0005, Text(en="Grain size", ko="입자 크기"), unit="share of the side")
    ] = 0.003,
    colour: Annotated[
        str,
        Choice(
            {
                "mono": Text(en="Black and white", ko="흑백"),
                "colour": Text(en="Each colour its own", ko="색마다 따로"),
            },
            Text(en="Film", ko="필름"),
        ),
    ] = "mono",
) -> Image:
    """out = clip(round(image + 255 * strength * 2 * sqrt(u * (1 - u)) * n)), u = image / 255, n = N(0, 1) of `size`

    Normal noise smoothed to `size`, times 2 sqrt(u (1 - u)) of the tone u.

    That is how the coverage by grains varies in a Boolean model of film.
    """
    height, width = image.shape[:2]
    sigma = size * max(height, width)
    tone = np.arange(256) / 255
    amount = (2 * np.sqrt(tone * (1 - tone)) * strength * 255 / NORMAL_UNIT).astype(np.float32)
    planes = 3 if colour == "colour" else 1
    reach = 0 if sigma < 0.3 else int(np.ceil(3 * sigma))
    kernel = cv2.getGaussianKernel(2 * reach + 1, max(sigma, 0.1)).astype(np.float32)
    kernel /= np.sqrt((kernel**2).sum())  # keeps the standard deviation through both directions
    whole = whole_normal_field(generator, height, width, planes)
    # Wrapped round, the border keeps its spread.
    whole = np.asarray(cv2.copyMakeBorder(whole, reach, reach, reach, reach, cv2.BORDER_WRAP), np.int16)
    noisy = np.empty_like(image)
    for top in range(0, height, _STRIP):
        part = image[top : top + _STRIP]
        field = whole[top : top + len(part) + 2 * reach]
        grain = field.astype(np.float32) if reach == 0 else cv2.sepFilter2D(field, cv2.CV_32F, kernel, kernel)
        grain = grain.reshape(len(field), -1, planes)[reach : reach + len(part), reach : reach + width]
        moved = cv2.LUT(part, amount) * grain
        cv2.add(part, moved, dst=noisy[top : top + _STRIP], dtype=cv2.CV_8U)
    return noisy


_DEMOSAIC = {
    # OpenCV names a pattern by its second row and column: its BG is red first.
    "bilinear": cv2.COLOR_BayerBG2RGB,
    "gradients": cv2.COLOR_BayerBG2RGB_VNG,
    "edges": cv2.COLOR_BayerBG2RGB_EA,
}


@noise(
    name=Text(en="Colour filter sensor", ko="컬러 필터 센서"),
    sentence=Text(
        en="Seen through a camera's red, green and blue pixels and put together again: false colours at edges "
        "and coloured grain.",
        ko="카메라의 빨강, 초록, 파랑 픽셀로 보고 다시 합쳐, 윤곽에 가짜 색과 색 입자가 생깁니다.",
    ),
    family="sensor",
    source=Text(
        en="Bayer, US patent 3,971,065, 1976; demosaicing by OpenCV",
        ko="Bayer, 미국 특허 3,971,065, 1976. 디모자이킹은 OpenCV",
    ),
    exceptions={
        "identity": Text(
            en="Each pixel loses two of its three colours.", ko="픽셀마다 세 색 중 두 가지를 잃습니다."
        ),
        "grey": Text(en="It sees colours at fine edges.", ko="가는 윤곽에서 없던 색이 보입니다."),
    },
    differs=1,
    severities={
        "noiselens": tuple(
            {"side": side, "sd": sd}
            for side, sd in ((0.98, 0.01), (0.72, 0.03), (0.61, 0.045), (0.56, 0.05), (0.5, 0.065))
        )
    },
)
def bayer_demosaic(
    image: Image,
    generator: np.random.Generator,
    side: Annotated[
        float, Param(0.1, 1.0, 0.01, Text(en="Sensor's side", ko="센서의 한 변"), unit="share of the side")
    ] = 0.6,
    sd: Annotated[
        float, Param(0.0, 0.5, 0.005, Text(en="Grain before", ko="합치기 전 입자"), unit="of white")
    ] = 0.06,
    method: Annotated[
        str,
        Choice(
            {
                "bilinear": Text(en="Mean of neighbours", ko="이웃 평균"),
                "gradients": Text(en="Variable gradients", ko="가변 기울기"),
                "edges": Text(en="Along edges", ko="윤곽을 따라"),
            },
            Text(en="Put together by", ko="합치는 방법"),
        ),
    ] = "bilinear",
) -> Image:
    """out = resized(demosaiced(clip(round(m + 255 * sd * N(0, 1))), method)), m = RGGB of image at side of its size

    An RGGB mosaic of `side` x the pixels, sampled without a filter, normal noise on it, and demosaicing.
    """
    height, width = image.shape[:2]
    rows, columns = max(1, round(height * side)), max(1, round(width * side))
    seen = image
    if (rows, columns) != (height, width):
        seen = np.asarray(cv2.resize(image, (columns, rows), interpolation=cv2.INTER_LINEAR), np.uint8)
    # Even sides and a frame of four, which every method needs at its border.
    framed = cv2.copyMakeBorder(seen, 4, 4 + rows % 2, 4, 4 + columns % 2, cv2.BORDER_REPLICATE)
    mosaic = np.empty(framed.shape[:2], np.uint8)
    for y, x, channel in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        mosaic[y::2, x::2] = framed[y::2, x::2, channel]
    inside = mosaic[4 : 4 + rows, 4 : 4 + columns]
    # Drawn for the whole picture: the draw stays when the sensor gets coarser.
    field = whole_normal_field(generator, height, width)[:rows, :columns]
    inside[:] = cv2.addWeighted(inside, 1, field, 255 * sd / NORMAL_UNIT, 0, dtype=cv2.CV_8U)
    whole = cv2.cvtColor(mosaic, _DEMOSAIC[method])[4 : 4 + rows, 4 : 4 + columns]
    if (rows, columns) == (height, width):
        return np.array(whole, np.uint8)
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
