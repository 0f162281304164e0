"""A camera that fails or moves while it reads: dead and hot places, bands, skew, overflowing light."""

from typing import Annotated

import cv2
import numpy as np

from core.noise.catalogue import Choice, Param, noise
from core.pixels import Image
from core.words import Text

_STRIP = 512
"""Rows that are worked on at once, so that a large picture needs no large maps."""


@noise(
    name=Text(en="Hot pixels", ko="핫 픽셀"),
    sentence=Text(
        en="Places of a warm sensor that glow by themselves: small coloured stars, as in long exposures.",
        ko="뜨거워진 센서에서 스스로 빛나는 픽셀입니다. 긴 노출 사진처럼 작은 색 점이 박힙니다.",
    ),
    also=Text(en="dots, stars", ko="별 같은 점"),
    family="sensor",
    source=Text(
        en="Dudas et al., Identification of In-Field Defect Development in Digital Image Sensors, SPIE 2007; bilinear demosaicing",
        ko="Dudas et al., Identification of In-Field Defect Development in Digital Image Sensors, SPIE 2007. 쌍선형 디모자이킹",
    ),
    identity={"share": 0},
    exceptions={"grey": Text(en="A pixel sees one colour only.", ko="픽셀 하나는 한 색만 봅니다.")},
    severities={"noiselens": tuple({"share": share} for share in (0.004, 0.016, 0.027, 0.047, 0.072))},
)
def hot_pixels(
    image: Image,
    generator: np.random.Generator,
    share: Annotated[
        float, Param(0.0, 0.2, 0.001, Text(en="Hot pixels", ko="핫 픽셀"), unit="share of pixels")
    ] = 0.025,
    glow: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="Brightest glow", ko="가장 밝은 빛"), unit="of white")
    ] = 1.0,
) -> Image:
    """out = clip(image + spread(a)), a = round(255 * glow * U(0.25, 1)) at share of the pixels, in one colour

    `share` x the pixels, drawn with replacement, glow in one colour, and half as much beside them.

    Half of the sites are green, as in a Bayer filter; the neighbours get theirs from demosaicing.
    """
    height, width = image.shape[:2]
    # One row a pixel (where, colour, glow), so that a larger share goes on with the smaller one's draw.
    draws = generator.random((round(share * height * width), 3), dtype=np.float32)
    added = np.zeros_like(image)
    places = (draws[:, 0].astype(np.float64) * (height * width)).astype(np.int64)
    colours = np.array([0, 1, 1, 2])[(draws[:, 1] * 4).astype(np.int64)]
    levels = np.rint((0.25 + 0.75 * draws[:, 2]) * np.float32(255 * glow)).astype(np.uint8)
    added.reshape(-1)[places[::-1] * 3 + colours[::-1]] = levels[::-1]
    if len(places):
        around = np.array([0.5, 1, 0.5], np.float32)
        glowing = cv2.sepFilter2D(added, cv2.CV_8U, around, around, borderType=cv2.BORDER_CONSTANT)
        added = np.asarray(glowing, np.uint8)
    return np.asarray(cv2.add(image, added), np.uint8)


@noise(
    name=Text(en="Dead lines", ko="죽은 줄"),
    sentence=Text(
        en="Rows or columns of the sensor that no longer answer: thin black or white lines.",
        ko="센서의 행이나 열이 고장 나 가늘고 검거나 흰 줄이 생깁니다.",
    ),
    family="sensor",
    source=Text(
        en="NoiseLens: line defects of CCD and CMOS sensors", ko="NoiseLens: CCD와 CMOS 센서의 줄 결함"
    ),
    identity={"share": 0},
    severities={"noiselens": tuple({"share": share} for share in (0.01, 0.035, 0.065, 0.095, 0.13))},
)
def dead_lines(
    image: Image,
    generator: np.random.Generator,
    share: Annotated[
        float, Param(0.0, 0.5, 0.005, Text(en="Dead lines", ko="죽은 줄"), unit="share of the side")
    ] = 0.06,
    lines: Annotated[
        str,
        Choice(
            {
                "columns": Text(en="Columns", ko="열"),
                "rows": Text(en="Rows", ko="행"),
                "both": Text(en="Both", ko="둘 다"),
            },
            Text(en="Lines", ko="줄"),
        ),
    ] = "columns",
) -> Image:
    """out = 0, or 255 with a chance of 0.4, on ceil(share * count) drawn lines, a third of them in part, else image

    `share` of the lines, one at least, black or white; a third only from a drawn place to the end.

    Such a defect blocks all that is read through it.
    """
    noisy = image.copy()
    turned = {"columns": (noisy.transpose(1, 0, 2),), "rows": (noisy,)}
    for view in turned.get(lines, (noisy.transpose(1, 0, 2), noisy)):
        count, length = view.shape[:2]
        order = generator.permutation(count)
        draws = generator.random((count, 3))
        dead = int(np.ceil(share * count - 1e-9))
        for line, (level, partial, place) in zip(order[:dead], draws[:dead], strict=True):
            start = int(place * length) if partial < 1 / 3 else 0
            view[line, start:] = 255 if level < 0.4 else 0
    return noisy


@noise(
    name=Text(en="Rolling shutter", ko="롤링 셔터"),
    sentence=Text(
        en="A phone reads its sensor row by row: when it moves or shakes, the picture leans and wobbles.",
        ko="휴대폰은 센서를 한 줄씩 읽으므로 움직이거나 떨면 사진이 기울고 출렁입니다.",
    ),
    also=Text(en="jelly, phone camera", ko="젤리 현상, 휴대폰 카메라"),
    family="sensor",
    fleeting=True,
    source="Liang et al., Analysis and Compensation of Rolling Shutter Effect, IEEE TIP 2008",
    identity={"skew": 0, "wobble": 0},
    differs=1,
    severities={
        "noiselens": tuple(
            {"skew": skew, "wobble": wobble}
            for skew, wobble in ((0.06, 0.01), (0.14, 0.022), (0.24, 0.038), (0.29, 0.046), (0.37, 0.058))
        )
    },
)
def rolling_shutter(
    image: Image,
    generator: np.random.Generator,
    skew: Annotated[
        float,
        Param(0.0, 1.0, 0.01, Text(en="Lean, top to bottom", ko="위아래 기울어짐"), unit="share of width"),
    ] = 0.17,
    wobble: Annotated[
        float, Param(0.0, 0.2, 0.002, Text(en="Wobble", ko="출렁임"), unit="share of width")
    ] = 0.025,
    waves: Annotated[float, Param(0.5, 20.0, 0.5, Text(en="Shakes a picture", ko="사진당 떨림 수"))] = 3.0,
) -> Image:
    """out = image[y, x + width * (+-skew * (t - 0.5) + wobble * sin(2 * pi * waves * t + phase))], t = 0..1 down

    Each row moved sideways by its time: a lean and a sine; the side and the sine's phase are drawn.
    """
    height, width = image.shape[:2]
    sign = 1 if generator.random() < 0.5 else -1
    phase = generator.uniform(0, 2 * np.pi)
    time = (np.arange(height) + 0.5) / height
    moved = width * (sign * skew * (time - 0.5) + wobble * np.sin(2 * np.pi * waves * time + phase))
    noisy = np.empty_like(image)
    x = np.arange(width, dtype=np.float32)[None, :]
    # cv2.remap holds places in 16 bits: pieces of the picture, each with what it reads from.
    for top in range(0, height, _STRIP):
        rows = image[top : top + _STRIP]
        shift = moved[top : top + _STRIP].astype(np.float32)[:, None]
        for left in range(0, width, 8192):
            end = min(left + 8192, width)
            start = max(0, min(left + int(np.floor(shift.min())) - 1, width - 1))
            stop = min(width, max(end + int(np.ceil(shift.max())) + 2, start + 1))
            across = x[:, left:end] - np.float32(start) + shift
            down = np.repeat(np.arange(len(rows), dtype=np.float32)[:, None], end - left, axis=1)
            noisy[top : top + _STRIP, left:end] = cv2.remap(
                rows[:, start:stop], across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
    return noisy


@noise(
    name=Text(en="Light flicker", ko="조명 깜박임"),
    sentence=Text(
        en="Lamps that flicker while a phone reads its sensor row by row: soft dark bands across the picture.",
        ko="센서를 한 줄씩 읽는 동안 조명이 깜박여 사진에 부드러운 어두운 띠가 생깁니다.",
    ),
    also=Text(en="phone camera, stripes", ko="휴대폰 카메라, 줄무늬"),
    family="sensor",
    fleeting=True,
    source="Sheinin et al., Rolling Shutter Imaging on the Electric Grid, ICCP 2018",
    identity={"depth": 0},
    severities={"noiselens": tuple({"depth": depth} for depth in (0.29, 0.61, 0.74, 0.9, 0.95))},
)
def light_flicker(
    image: Image,
    generator: np.random.Generator,
    depth: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Depth of the bands", ko="띠의 어두움"), unit="of white")
    ] = 0.45,
    bands: Annotated[
        float, Param(0.5, 30.0, 0.5, Text(en="Bands across the picture", ko="사진을 가로지르는 띠 수"))
    ] = 5.0,
) -> Image:
    """out = round(image * (1 - depth * sin(pi * bands * t + phase) ** 2)), t = (y + 0.5) / height

    Rows times 1 - `depth` x a squared sine of their time, as light from alternating current; phase drawn.
    """
    height = image.shape[0]
    phase = generator.uniform(0, np.pi)
    time = (np.arange(height) + 0.5) / height
    gain = np.rint(32768 * (1 - depth * np.sin(np.pi * bands * time + phase) ** 2)).astype(np.int32)
    noisy = np.empty_like(image)
    for top in range(0, height, _STRIP):
        part = np.s_[top : top + _STRIP]
        noisy[part] = (image[part] * gain[part, None, None] + 16384) >> 15
    return noisy


@noise(
    name=Text(en="Blooming", ko="블루밍"),
    sentence=Text(
        en="Bright light overflows the sensor's wells and runs along its columns: pale vertical streaks.",
        ko="밝은 빛이 센서에서 넘쳐 열을 따라 흘러 흐릿한 세로줄이 생깁니다.",
    ),
    family="sensor",
    source=Text(
        en="Janesick, Scientific Charge-Coupled Devices, SPIE 2001: blooming and frame-transfer smear",
        ko="Janesick, Scientific Charge-Coupled Devices, SPIE 2001: 블루밍과 프레임 전송 번짐",
    ),
    identity={"strength": 0},
    severities={"noiselens": tuple({"strength": strength} for strength in (1.05, 1.75, 2.45, 3.2, 4.0))},
)
def blooming(
    image: Image,
    generator: np.random.Generator,
    strength: Annotated[float, Param(0.0, 5.0, 0.05, Text(en="Strength", ko="세기"))] = 1.3,
    threshold: Annotated[
        float, Param(0.2, 1.0, 0.01, Text(en="Overflows from", ko="넘치는 밝기"), unit="of white")
    ] = 0.6,
    length: Annotated[
        float,
        Param(0.02, 1.0, 0.01, Text(en="Length of the streaks", ko="줄의 길이"), unit="share of height"),
    ] = 0.5,
) -> Image:
    """out = clip(round(image + strength * mean along the column of max(image - round(255 * threshold), 0)))

    What passes `threshold`, as a mean along `length` of each column, added `strength` times; no chance in it.
    """
    height = image.shape[0]
    over = np.clip(np.arange(256) - round(255 * threshold), 0, 255).astype(np.uint8)
    excess = cv2.LUT(image, over)
    reach = max(1, round(length * height / 2))
    streaks = cv2.blur(excess, (1, 2 * reach + 1), borderType=cv2.BORDER_REFLECT)
    return np.asarray(cv2.addWeighted(image, 1, streaks, strength, 0), np.uint8)
