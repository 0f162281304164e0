"""Screens and services: resampled, filtered, filmed off a display."""

from functools import cache
from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Choice, Param, noise
from core.noise.shared.light_curve import level_of_light, linear_light
from core.pixels import Image
from core.words import Text

_ENLARGED = {
    "nearest": cv2.INTER_NEAREST,
    "linear": cv2.INTER_LINEAR,
    "cubic": cv2.INTER_CUBIC,
    "lanczos": cv2.INTER_LANCZOS4,
}


@noise(
    name=Text(en="Scaled down and up", ko="축소 후 확대"),
    sentence=Text(
        en="Stored small and shown large, as thumbnails and old web pictures are: soft or blocky, detail lost.",
        ko="썸네일이나 오래된 웹 사진처럼 작게 저장했다가 크게 보여 흐릿하고 세부가 없습니다.",
    ),
    also=Text(en="low resolution, enlarged", ko="저해상도, 저화질"),
    family="digital",
    source=Text(en="OpenCV, geometric image transformations", ko="OpenCV의 기하 변환"),
    identity={"side": 1},
    differs=1,
    severities={"noiselens": tuple({"side": side} for side in (0.8, 0.54, 0.37, 0.22, 0.16))},
)
def down_up_scaling(
    image: Image,
    generator: np.random.Generator,
    side: Annotated[
        float, Param(0.02, 1.0, 0.01, Text(en="Side kept", ko="남는 변"), unit="share of the side")
    ] = 0.27,
    enlarged: Annotated[
        str,
        Choice(
            {
                "nearest": Text(en="Nearest pixel", ko="가까운 픽셀"),
                "linear": Text(en="Linear", ko="선형"),
                "cubic": Text(en="Cubic", ko="3차"),
                "lanczos": Text(en="Lanczos", ko="란초시"),
            },
            Text(en="Enlarged by", ko="확대 방법"),
        ),
    ] = "cubic",
) -> Image:
    """out = resized(resized(image, side of its size, area means), its size, enlarged)

    Means of areas down to `side`, then enlarged by the chosen interpolation; no chance in it.
    """
    height, width = image.shape[:2]
    size = (max(1, round(width * side)), max(1, round(height * side)))
    if size == (width, height):
        return image.copy()
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=_ENLARGED[enlarged]), np.uint8)


# Linear Display P3 from linear sRGB (SMPTE EG 432-1 and IEC 61966-2-1, both D65); its rows sum to one.
_WIDE_GAMUT = np.array(
    [[0.82246197, 0.17753803, 0.0], [0.03319420, 0.96680580, 0.0], [0.01708263, 0.07239744, 0.91051993]]
)


@noise(
    name=Text(en="Screenshot", ko="화면 캡처"),
    sentence=Text(
        en="Photographed by a screenshot: resampled to the screen's pixels without smoothing, and with its "
        "colour profile lost.",
        ko="화면을 캡처해 화면 픽셀에 맞춰 거칠게 다시 그려지고 색 프로필이 사라진 사진입니다.",
    ),
    family="digital",
    source=Text(
        en="Display P3 (SMPTE EG 432-1) read as sRGB (IEC 61966-2-1)",
        ko="Display P3(SMPTE EG 432-1)를 sRGB(IEC 61966-2-1)로 읽음",
    ),
    identity={"side": 1, "profile": 0},
    differs=1,
    severities={
        "noiselens": tuple(
            {"side": side, "profile": profile}
            for side, profile in ((0.86, 0.3), (0.57, 0.85), (0.37, 1.25), (0.27, 1.45), (0.18, 1.65))
        )
    },
)
def screenshot(
    image: Image,
    generator: np.random.Generator,
    side: Annotated[
        float,
        Param(
            0.05, 1.0, 0.01, Text(en="Size on the screen", ko="화면에 보인 크기"), unit="share of the side"
        ),
    ] = 0.42,
    profile: Annotated[
        float, Param(0.0, 2.0, 0.05, Text(en="Colour profile lost", ko="색 프로필 손실"))
    ] = 1.0,
) -> Image:
    """out = to_value((1 + profile * (P - 1)) @ to_light(s)), P = sRGB in P3, s = image at side of its size and back

    Sampled at screen pixels whose place is drawn, without a filter; wide-gamut values taken for sRGB.

    `profile` 1 is the whole shift from Display P3 to sRGB, more of it exaggerates.
    """
    height, width = image.shape[:2]
    offset = generator.uniform(-0.5, 0.5, 2)
    noisy = image.copy()
    size = (max(1, round(width * side)), max(1, round(height * side)))
    if size != (width, height):
        step = np.array([width / size[0], height / size[1]])
        start = (step - 1) / 2 + offset * np.minimum(step - 1, 1)
        down = np.array([[step[0], 0, start[0]], [0, step[1], start[1]]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        small = cv2.warpAffine(image, down, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        up = np.array([[1 / step[0], 0, -start[0] / step[0]], [0, 1 / step[1], -start[1] / step[1]]])
        noisy[:] = cv2.warpAffine(small, up, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    if profile > 0:
        matrix = np.eye(3) + profile * (_WIDE_GAMUT - np.eye(3))
        linear, curve = _srgb_tables()
        for top in range(0, height, 256):  # strips, so that a large picture needs no large copy
            strip = noisy[top : top + 256]
            mixed = cv2.transform(cv2.LUT(strip, linear), matrix)
            strip[:] = cv2.LUT(np.asarray(mixed, np.uint16).reshape(strip.shape), curve)
    return noisy


@cache
def _srgb_tables() -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    """Linear light 0..65535 of each sRGB level, and the level of each linear light (IEC 61966-2-1)."""
    table = np.rint(linear_light() * 65535).astype(np.uint16)
    return table, level_of_light(np.arange(65536) / 65535)


@noise(
    name=Text(en="Moiré", ko="무아레"),
    sentence=Text(
        en="A photo taken of a screen: its grid of coloured stripes and the camera's grid make rainbow bands.",
        ko="화면을 카메라로 찍어, 화면의 색 줄무늬와 카메라의 격자가 겹치며 무지개 띠가 생깁니다.",
    ),
    also=Text(en="photo of a screen", ko="화면을 찍은 사진"),
    family="digital",
    source=Text(
        en="Amidror, The Theory of the Moiré Phenomenon, 2000: beats of two gratings",
        ko="Amidror, The Theory of the Moiré Phenomenon, 2000: 두 격자의 맥놀이",
    ),
    identity={"strength": 0},
    exceptions={
        "grey": Text(
            en="A screen's stripes are red, green and blue.", ko="화면의 줄무늬는 빨강, 초록, 파랑입니다."
        )
    },
    severities={"noiselens": tuple({"strength": strength} for strength in (0.08, 0.14, 0.21, 0.32, 0.42))},
)
def moire(
    image: Image,
    generator: np.random.Generator,
    strength: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Contrast of the bands", ko="띠의 대비"))
    ] = 0.26,
    bands: Annotated[
        float, Param(1.0, 60.0, 0.5, Text(en="Bands across the picture", ko="사진을 가로지르는 띠 수"))
    ] = 12.0,
) -> Image:
    """out = round(clip(image * (1 + strength * (0.7 * (cos(u) + 0.3 * cos(2 * u)) + 0.3 * cos(v))))), u, v = beats

    Light times 1 + `strength` x a wave a colour: the beat of the screen's stripes with the camera's pixels.

    A third of a period lies between the colours, as the stripes lie on a screen; its rows add a weaker
    grey beat. Directions, phases and the lens's bend of the bands are drawn.
    """
    height, width = image.shape[:2]
    angle, crossing = generator.uniform(0, np.pi), generator.uniform(np.pi / 3, np.pi * 2 / 3)
    phases = generator.uniform(0, 1, 2)
    bend = generator.uniform(-1, 1, (2, 3))
    side = max(height, width)
    y, x = (np.arange(height) - height / 2) / side, (np.arange(width) - width / 2) / side
    noisy = np.empty_like(image)
    third = np.arange(3) / 3
    cycle = np.arange(256)[:, None] / 256
    # The stripes' profile has a second harmonic, as they are narrow.
    stripes = np.cos(2 * np.pi * (cycle + third)) + 0.3 * np.cos(4 * np.pi * (cycle + third))
    rows = np.cos(2 * np.pi * cycle)
    for top in range(0, height, 256):
        part = np.s_[top : top + 256]
        gains: list[NDArray[np.int16]] = []
        for wave, share, turn, phase, (a, b, c) in (
            (stripes, 0.7, angle, phases[0], bend[0]),
            (rows, 0.3, angle + crossing, phases[1], bend[1]),
        ):
            # Whole turns fall off with the upper bits.
            fine = 65536 * bands
            down = y[part] * np.sin(turn) + 0.5 * a * y[part] ** 2
            across = x * np.cos(turn) + 0.5 * b * x**2 + phase / bands
            turned = _turns(256 * c * 0.7 * bands * y[part])[:, None] * _turns(256 * x)
            turned += _turns(fine * down)[:, None]
            turned += _turns(fine * across)
            step = (turned >> 8).astype(np.uint8)
            table = np.rint(128 * strength * share * wave).astype(np.int16)
            gains.append(np.stack([cv2.LUT(step, column) for column in table.T]))
        gain: Any = cv2.merge([128 + stripe + gains[1][0] for stripe in gains[0]])
        cv2.multiply(image[part], gain, dst=noisy[part], scale=1 / 128, dtype=cv2.CV_8U)
    return noisy


def _turns(values: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Whole numbers, of which only what is left of 65536 counts."""
    return np.rint(values).astype(np.int64).astype(np.uint16)


@noise(
    name=Text(en="Interlacing", ko="인터레이스"),
    sentence=Text(
        en="A frame of interlaced television: odd and even lines show two moments, so edges look like combs.",
        ko="비월 주사 TV의 한 장면처럼 홀수 줄과 짝수 줄의 순간이 달라 윤곽이 빗살처럼 갈라집니다.",
    ),
    also=Text(en="old television, VHS", ko="옛날 텔레비전"),
    family="digital",
    source=Text(en="ITU-R BT.601: two fields a frame", ko="ITU-R BT.601: 한 프레임을 두 필드로 나눔"),
    identity={"shift": 0},
    severities={"noiselens": tuple({"shift": shift} for shift in (0.003, 0.006, 0.009, 0.015, 0.033))},
)
def interlacing(
    image: Image,
    generator: np.random.Generator,
    shift: Annotated[
        float,
        Param(
            0.0,
            0.3,
            0.001,
            Text(en="Movement between the fields", ko="두 필드 사이의 움직임"),
            unit="share of width",
        ),
    ] = 0.045,
) -> Image:
    """out = image[y, x - s * U(0.75, 1.25) * shift * width] on every second row y, else image, s = 1 or -1

    Every second line from a moment when all was `shift` to the left or right.

    Drawn are which lines, which side, and a speed of 0.75 to 1.25 of it.
    """
    first, right = generator.integers(0, 2, 2)
    speed = generator.uniform(0.75, 1.25)
    noisy = image.copy()
    field = noisy[first::2]
    reach = shift * speed * image.shape[1] * (1 if right else -1)
    if reach == 0 or field.size == 0:
        return noisy
    by = np.array([[1, 0, reach], [0, 1, 0]], np.float64)
    for top in range(0, field.shape[0], 4096):
        part = np.ascontiguousarray(field[top : top + 4096])
        field[top : top + 4096] = cv2.warpAffine(
            part, by, part.shape[1::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    return noisy


@noise(
    name=Text(en="Coarse colour", ko="성긴 색 정보"),
    sentence=Text(
        en="Brightness stays sharp but colour is kept at a fraction of the detail, as video does: colours bleed.",
        ko="동영상처럼 밝기는 선명하지만 색은 듬성듬성 저장해 색이 윤곽 밖으로 번집니다.",
    ),
    also=Text(en="color bleeding", ko="색 번짐"),
    family="digital",
    source=Text(
        en="Chroma subsampling of ITU-R BT.601 and ITU-T T.871 (JFIF)",
        ko="ITU-R BT.601과 ITU-T T.871(JFIF)의 색차 서브샘플링",
    ),
    identity={"detail": 1},
    severities={"noiselens": tuple({"detail": detail} for detail in (0.59, 0.35, 0.205, 0.12, 0.07))},
)
def chroma_subsampling(
    image: Image,
    generator: np.random.Generator,
    detail: Annotated[
        float,
        Param(0.01, 1.0, 0.005, Text(en="Colour detail kept", ko="남는 색 정보"), unit="share of the side"),
    ] = 0.05,
) -> Image:
    """out = RGB(Y, f(Cb), f(Cr)), f = area means at detail of the size, linearly enlarged

    The two colour planes of Y'CbCr at `detail` of the size and linearly back; no chance in it.
    """
    height, width = image.shape[:2]
    size = (max(1, round(width * detail)), max(1, round(height * detail)))
    if size == (width, height):
        return image.copy()
    planes = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    colour = cv2.resize(planes, size, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(colour, (width, height), interpolation=cv2.INTER_LINEAR)
    cv2.mixChannels([planes], [coarse], [0, 0])
    return np.asarray(cv2.cvtColor(coarse, cv2.COLOR_YCrCb2RGB), np.uint8)


@noise(
    name=Text(en="Oversharpening", ko="지나친 선명화"),
    sentence=Text(
        en="Sharpened too much, as cheap cameras and apps do: bright and dark halos along every edge.",
        ko="값싼 카메라나 앱처럼 너무 선명하게 만들어 윤곽마다 밝고 어두운 테두리가 생깁니다.",
    ),
    family="digital",
    source="Schreiber, Wirephoto Quality Improvement by Unsharp Masking, Pattern Recognition, 1970",
    identity={"amount": 0},
    differs=1,
    severities={"noiselens": tuple({"amount": amount} for amount in (0.7, 2.0, 3.6, 5.5, 8.0))},
)
def sharpen(
    image: Image,
    generator: np.random.Generator,
    amount: Annotated[float, Param(0.0, 10.0, 0.1, Text(en="Amount", ko="세기"))] = 2.4,
    radius: Annotated[
        float, Param(0.001, 0.05, 0.001, Text(en="Radius", ko="반지름"), unit="share of the side")
    ] = 0.006,
) -> Image:
    """out = clip(round(image + amount * (image - blur(image, max(0.5, radius * longer side)))))

    The picture plus `amount` times its difference from a Gaussian blur; no chance in it.
    """
    if amount == 0:
        return image.copy()
    # A spread under 0.5 px would blur nothing.
    soft = cv2.GaussianBlur(image, (0, 0), max(0.5, radius * max(image.shape[:2])))
    return np.asarray(cv2.addWeighted(image, 1 + amount, soft, -amount, 0), np.uint8)


@noise(
    name=Text(en="Beauty smoothing", ko="뷰티 보정"),
    sentence=Text(
        en="The beauty filter of a phone: skin and all fine texture are smoothed away while outlines stay.",
        ko="휴대폰 뷰티 필터처럼 윤곽은 두고 피부와 잔결을 매끈하게 지웁니다.",
    ),
    also=Text(en="filter, selfie, retouched", ko="필터, 셀카, 뽀샵"),
    family="digital",
    source=Text(
        en="He, Sun and Tang, Guided Image Filtering, ECCV 2010; skin colours: Chai and Ngan 1999",
        ko="He, Sun and Tang, Guided Image Filtering, ECCV 2010. 피부색은 Chai and Ngan 1999",
    ),
    identity={"amount": 0},
    differs=1,
    severities={
        "noiselens": tuple(
            {"amount": amount, "edge": edge}
            for amount, edge in ((0.7, 0.2), (0.95, 0.26), (1.0, 0.27), (1.0, 0.34), (1.0, 0.42))
        )
    },
)
def beauty_smoothing(
    image: Image,
    generator: np.random.Generator,
    amount: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Amount", ko="세기"))] = 1.0,
    edge: Annotated[
        float, Param(0.01, 0.5, 0.01, Text(en="Edges kept from", ko="남길 윤곽의 차이"), unit="of white")
    ] = 0.11,
    radius: Annotated[
        float, Param(0.005, 0.1, 0.005, Text(en="Radius", ko="반지름"), unit="share of the side")
    ] = 0.03,
    where: Annotated[
        str,
        Choice(
            {"everywhere": Text(en="Everywhere", ko="전체"), "skin": Text(en="Skin colours", ko="피부색")},
            Text(en="Where", ko="위치"),
        ),
    ] = "everywhere",
) -> Image:
    """out = round((1 - amount) * image + amount * (a * image + b)), a = v / (v + (255 * edge)^2), b = (1 - a) * mean

    A guided filter, the picture its own guide, each channel alone; no chance in it.

    Where the spread in a window of `radius` is well under `edge` all becomes the mean.
    """
    if amount == 0:
        return image.copy()
    height = image.shape[0]
    reach = max(1, round(radius * max(image.shape[:2])))
    noisy = np.empty_like(image)
    for top in range(0, height, 1024):
        # Two boxes, one after the other, reach twice their radius beyond the strip.
        start, end = max(0, top - 2 * reach), min(height, top + 1024 + 2 * reach)
        smooth = _guided(image[start:end], reach, (255 * edge) ** 2)
        noisy[top : top + 1024] = smooth[top - start : top - start + 1024]
    if where == "skin":
        planes = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
        skin = cv2.inRange(planes, np.array([40, 133, 77]), np.array([255, 173, 127]))
        skin = cv2.blur(skin, (2 * reach + 1, 2 * reach + 1))
        share = np.rint(skin * np.float32(amount)).astype(np.int16)[..., None]
        noisy[:] = image + ((noisy.astype(np.int16) - image).astype(np.int32) * share + 127) // 255
        return noisy
    return np.asarray(cv2.addWeighted(noisy, amount, image, 1 - amount, 0), np.uint8)


def _guided(image: Image, reach: int, epsilon: float) -> Image:
    """Slope and offset of each window's line, smoothed, at half the size where the window allows.

    He and Sun, Fast Guided Filter, 2015.
    """
    height, width = image.shape[:2]
    small, near = image, reach
    if reach >= 4 and min(height, width) > 1:
        size = ((width + 1) // 2, (height + 1) // 2)
        small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        near = reach // 2
    values = small.astype(np.float32)
    mean = _box(values, near)
    spread = _box(values * values, near)
    spread -= mean * mean
    np.maximum(spread, 0, out=spread)
    slope = spread / (spread + np.float32(epsilon))
    mean *= 1 - slope
    slope, mean = _box(slope, near), _box(mean, near)
    if small is not image:
        slope, mean = (np.asarray(cv2.resize(part, (width, height)), np.float32) for part in (slope, mean))
    smooth = cv2.multiply(image, slope, dtype=cv2.CV_32F)
    return np.asarray(cv2.add(smooth, mean, dtype=cv2.CV_8U), np.uint8)


def _box(values: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    return np.asarray(cv2.blur(values, (2 * reach + 1, 2 * reach + 1)), np.float32)
