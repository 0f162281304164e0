"""Air, water and the hour of the day: what lies between a camera outdoors and what it sees.

ImageNet-C's own weather is in weather.py.
"""

from typing import Annotated

import cv2
import numpy as np

from core.noise.catalogue import Param, noise
from core.noise.shared.optics import (
    VALUES,
    Field,
    blended,
    by_table,
    canvas_of,
    dimmed,
    fitted,
    flat,
    lit,
    moved,
    reduced,
    smooth_field,
    smooth_step,
    softened,
)
from core.pixels import Image
from core.words import Text

KOSCHMIEDER = "Koschmieder, Theorie der horizontalen Sichtweite, 1924: I = J t + A (1 - t)"
_MOST_STREAKS = 1200


@noise(
    name=Text(en="Rain", ko="비"),
    sentence=Text(
        en="Falling drops draw slanting streaks while the shutter is open, and far rain lies as a grey veil.",
        ko="셔터가 열린 동안 떨어지는 빗방울이 비스듬한 줄을 긋고, 먼 비는 회색 막처럼 깔립니다.",
    ),
    also=Text(en="rainy", ko="비 오는 날"),
    family="weather",
    fleeting=True,
    source=Text(
        en="After Garg and Nayar, Photorealistic Rendering of Rain Streaks, SIGGRAPH 2006",
        ko="Garg and Nayar, Photorealistic Rendering of Rain Streaks, SIGGRAPH 2006을 따름",
    ),
    identity={"amount": 0},
    differs=2,
    severities={"noiselens": tuple({"amount": amount} for amount in (0.05, 0.16, 0.26, 0.45, 0.71))},
)
def rain(
    image: Image,
    generator: np.random.Generator,
    amount: Annotated[float, Param(0.0, 1.0, 0.01, Text(en="Heaviness", ko="빗줄기의 굵기"))] = 0.5,
    slant: Annotated[int, Param(-60, 60, 1, Text(en="Slant", ko="기울기"), unit="degrees")] = 12,
    length: Annotated[
        float,
        Param(
            0.02,
            0.5,
            0.01,
            Text(en="Length of a near streak", ko="가까운 빗줄기의 길이"),
            unit="share of the side",
        ),
    ] = 0.16,
) -> Image:
    """out = round((1 - m) * w + m * sky), w = round((1 - v) * image + v * 0.7 * sky), v = 0.35 * amount, m = streaks

    Streaks of three distances, near ones longer, wider and fewer, mixed in as light from all round; then the veil.

    The slant varies a little from drop to drop.
    """
    if amount == 0:
        return image.copy()
    height, width = canvas_of(image, 768)
    side = min(height, width)
    places = generator.uniform(-0.15, 1.15, (_MOST_STREAKS, 2)) * (width, height)
    angles = np.deg2rad(slant + generator.normal(0, 2.0, _MOST_STREAKS))
    lengths = length * side * generator.uniform(0.6, 1.2, _MOST_STREAKS)
    streaks = np.zeros((height, width), np.uint8)
    start = 0
    for share, scale, thick, level in (
        (0.6, 0.35, 0.002, 95),
        (0.3, 0.65, 0.004, 125),
        (0.1, 1.0, 0.0065, 150),
    ):
        most = int(_MOST_STREAKS * share)
        used = slice(start, start + round(most * amount))
        start += most
        reach = np.stack([-np.sin(angles[used]), np.cos(angles[used])], axis=1) * lengths[used, None] * scale
        ends = np.stack([places[used] - reach / 2, places[used] + reach / 2], axis=1)
        layer = np.zeros_like(streaks)
        lines = np.rint(ends * 16).astype(np.int32)
        cv2.polylines(layer, list(lines), False, level, max(1, round(thick * side)), cv2.LINE_AA, shift=4)
        # Near drops are out of focus.
        cv2.add(streaks, softened(layer, thick * side * 0.4), dst=streaks)
    # A drop gathers light from a wide field, most of it sky: it is brighter than what lies behind.
    sky = _mean_grey(image) * 0.3 + 0.64 * 255
    mask = fitted(streaks, image).astype(np.float32) * np.float32(1 / 255)
    veil = flat(image, (sky * 0.7,) * 3)
    wet = cv2.addWeighted(image, 1 - 0.35 * amount, veil, 0.35 * amount, 0)
    return blended(np.asarray(wet, np.uint8), flat(image, (sky,) * 3), mask)


def _mean_grey(image: Image) -> float:
    return float(np.mean(cv2.mean(image)[:3]))


@noise(
    name=Text(en="Haze", ko="연무"),
    sentence=Text(
        en="Fine haze of one thickness in the air: what is far, high up in most pictures, pales into the sky.",
        ko="공기에 고르게 낀 엷은 안개로, 멀리 있는 것(대개 사진 위쪽)일수록 하늘빛으로 흐려집니다.",
    ),
    also=Text(en="hazy, smog", ko="미세먼지, 뿌연 하늘"),
    family="weather",
    source=KOSCHMIEDER,
    identity={"thickness": 0},
    differs=1,
    severities={"noiselens": tuple({"thickness": thickness} for thickness in (1.05, 1.8, 2.55, 3.3, 3.75))},
)
def haze(
    image: Image,
    generator: np.random.Generator,
    thickness: Annotated[
        float, Param(0.0, 5.0, 0.05, Text(en="Thickness as far as the top", ko="맨 위까지의 두께"))
    ] = 1.0,
    air: Annotated[
        float, Param(0.3, 1.0, 0.01, Text(en="Light of the air", ko="공기의 밝기"), unit="of white")
    ] = 0.85,
) -> Image:
    """out = round(t * image + (1 - t) * 255 * air), t = exp(-thickness / (1 + 3 * y)), y = 0..1 from the top

    I t + A (1 - t), t = exp(-thickness d): d is 1 at the top and a quarter at the bottom, as over level ground.

    No chance in it; `fog` is the uneven kind.
    """
    height, width = image.shape[:2]
    row = (np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5)) / np.float32(height)
    share = 1 - np.exp(-np.float32(thickness) / (1 + 3 * row))
    return blended(image, flat(image, (255 * air,) * 3), np.broadcast_to(share, (height, width)))


@noise(
    name=Text(en="Air turbulence", ko="아지랑이"),
    sentence=Text(
        en="Hot air shimmers over a road or a roof: shapes waver and blur a little.",
        ko="뜨거운 도로나 지붕 위의 아지랑이처럼 모양이 일렁이고 조금 흐려집니다.",
    ),
    also=Text(en="heat haze, mirage", ko="신기루"),
    family="weather",
    fleeting=True,
    source=Text(
        en="After Chimitt and Chan, Simulating Anisoplanatic Turbulence by Sampling Intermodal and Spatially Correlated Zernike Coefficients, Optical Engineering 2020, reduced to tilt and blur",
        ko="Chimitt and Chan, Simulating Anisoplanatic Turbulence by Sampling Intermodal and Spatially Correlated Zernike Coefficients, Optical Engineering 2020을 따라 기울임과 흐림만 남김",
    ),
    identity={"shift": 0},
    differs=2,
    severities={"noiselens": tuple({"shift": shift} for shift in (0.006, 0.008, 0.0095, 0.0135, 0.0165))},
)
def air_turbulence(
    image: Image,
    generator: np.random.Generator,
    shift: Annotated[
        float, Param(0.0, 0.05, 0.0005, Text(en="Usual shift", ko="평균 이동 거리"), unit="share of the side")
    ] = 0.007,
    cells: Annotated[
        int, Param(4, 40, 1, Text(en="Air cells across the picture", ko="사진을 가로지르는 공기 덩어리 수"))
    ] = 16,
) -> Image:
    """out = blur(image[x + r * f, y + r * g], 0.35 * r), r = shift * side, f, g = smooth fields of `cells` bumps

    Each pixel comes from a place nearby, by two smooth random fields, then a blur of a third of the shift.
    """
    if shift == 0:
        return image.copy()
    side = min(image.shape[:2])
    height, width = canvas_of(image)
    reach = np.float32(shift * side)
    fields = [
        fitted(smooth_field(generator, height, width, cells, octaves=1), image) * reach for _ in range(2)
    ]

    def where(rows: slice, columns: slice) -> tuple[Field, Field]:
        x = np.arange(columns.start, columns.stop, dtype=np.float32)[None, :]
        y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None]
        return fields[0][rows, columns] + x, fields[1][rows, columns] + y

    return softened(moved(image, where), shift * side * 0.35)


@noise(
    name=Text(en="Sandstorm", ko="모래 폭풍"),
    sentence=Text(
        en="Wind drives sand and dust past: everything sinks into ochre, with drifting swaths and grains.",
        ko="바람에 모래와 먼지가 날려 전체가 누런빛에 잠기고, 모래 줄기와 알갱이가 스쳐 갑니다.",
    ),
    also=Text(en="dust storm", ko="황사"),
    family="weather",
    fleeting=True,
    source=Text(
        en="Koschmieder, Theorie der horizontalen Sichtweite, 1924: I = J t + A (1 - t); colour of dust after Si et al., A Comprehensive Benchmark Analysis for Sand Dust Image Reconstruction, arXiv:2202.03031, 2022",
        ko="Koschmieder, Theorie der horizontalen Sichtweite, 1924: I = J t + A (1 - t). 먼지 색은 Si et al., A Comprehensive Benchmark Analysis for Sand Dust Image Reconstruction, arXiv:2202.03031, 2022를 따름",
    ),
    identity={"thickness": 0},
    exceptions={
        "grey": Text(
            en="Dust is ochre: a grey picture takes on its colour.",
            ko="먼지가 누런색이라 회색 사진에도 색이 생깁니다.",
        )
    },
    differs=2,
    severities={"noiselens": tuple({"thickness": thickness} for thickness in (0.35, 0.55, 0.8, 1.0, 1.2))},
)
def sandstorm(
    image: Image,
    generator: np.random.Generator,
    thickness: Annotated[float, Param(0.0, 4.0, 0.05, Text(en="Thickness", ko="짙기"))] = 0.8,
) -> Image:
    """out = round(t * image + (1 - t) * dust), t = exp(-thickness * max(1 + 0.25 * swaths + 1.1 * grains, 0.2))

    I t + A (1 - t) with t = exp(-thickness d): d drifts in long swaths and carries fine grains along the wind.
    """
    height, width = canvas_of(image, 256)
    wind = generator.uniform(-0.12, 0.12)
    # Drawn narrow, then drawn out: swaths along the wind.
    narrow = smooth_field(generator, height, -(-width // 5), 10, octaves=2)
    swaths = cv2.resize(narrow, (width, height), interpolation=cv2.INTER_LINEAR)
    grains = cv2.blur(generator.random((height, width), dtype=np.float32), (7, 1)) - np.float32(0.5)
    depth = np.maximum(1 + np.float32(0.25) * swaths + np.float32(1.1) * grains, np.float32(0.2))
    turn = np.array([[1, 0, 0], [wind, 1, -wind * width / 2]])
    depth = cv2.warpAffine(depth, turn, (width, height), borderMode=cv2.BORDER_REFLECT).reshape(height, width)
    share = 1 - cv2.exp(depth * np.float32(-thickness))
    dust = (196.0, 148.0, 92.0)
    return blended(image, flat(image, dust), fitted(share, image))


@noise(
    name=Text(en="Smoke", ko="연기"),
    sentence=Text(
        en="Smoke rises from below the picture, billows and hides what is behind it.",
        ko="사진 아래에서 연기가 피어올라 뭉게뭉게 퍼지며 뒤를 가립니다.",
    ),
    family="weather",
    source=Text(
        en="Koschmieder, Theorie der horizontalen Sichtweite, 1924: I = J t + A (1 - t), with a plume of summed random fields after Perlin, An Image Synthesizer, SIGGRAPH 1985",
        ko="Koschmieder, Theorie der horizontalen Sichtweite, 1924: I = J t + A (1 - t). 연기의 모양은 Perlin, An Image Synthesizer, SIGGRAPH 1985를 따라 무작위 무늬를 겹친 것",
    ),
    identity={"thickness": 0},
    differs=2,
    severities={"noiselens": tuple({"thickness": thickness} for thickness in (0.2, 0.7, 1.2, 2.05, 3.2))},
)
def smoke(
    image: Image,
    generator: np.random.Generator,
    thickness: Annotated[float, Param(0.0, 5.0, 0.05, Text(en="Thickness", ko="짙기"))] = 1.1,
) -> Image:
    """out = round(t * image + (1 - t) * grey), t = exp(-thickness * plume * clip(0.75 + 0.4 * billows, 0.08, 2))

    I t + A (1 - t) with t = exp(-thickness d), d and A from random fields within a plume at a drawn place.
    """
    height, width = canvas_of(image, 160)
    x0, sway = generator.uniform(0.2, 0.8), generator.uniform(-0.35, 0.35)
    billows = smooth_field(generator, height, width, 5, octaves=5)
    lighting = smooth_field(generator, height, width, 4, octaves=4)
    x = (np.arange(width, dtype=np.float32)[None, :] + np.float32(0.5)) / np.float32(width)
    up = 1 - (np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5)) / np.float32(height)
    from_axis = np.abs(x - np.float32(x0) - np.float32(sway) * up * up + np.float32(0.07) * billows)
    plume = 1 - smooth_step(from_axis / (np.float32(0.12) + np.float32(0.4) * up), 0.25, 1.15)
    depth = plume * np.clip(np.float32(0.75) + np.float32(0.4) * billows, 0.08, 2)
    share = 1 - np.exp(depth * np.float32(-thickness))
    grey = np.clip(158 + 17 * lighting + 10 * billows, 60, 230).astype(np.uint8)
    grey = cv2.merge([grey, grey, grey])
    return blended(image, fitted(grey, image), fitted(share, image))


@noise(
    name=Text(en="Night", ko="밤"),
    sentence=Text(
        en="The same scene after dark: dim, bluish, with little colour; only small bright spots shine on like lamps.",
        ko="같은 장면의 밤입니다. 어둡고 푸르스름하며 색이 거의 없고, 작고 밝은 곳만 등불처럼 빛납니다.",
    ),
    also=Text(en="dark", ko="어두움, 야간"),
    family="weather",
    source=Text(
        en="After Thompson, Shirley and Ferwerda, A Spatial Post-Processing Algorithm for Images of Night Scenes, Journal of Graphics Tools 2002",
        ko="Thompson, Shirley and Ferwerda, A Spatial Post-Processing Algorithm for Images of Night Scenes, Journal of Graphics Tools 2002를 따름",
    ),
    identity={"amount": 0},
    exceptions={
        "grey": Text(
            en="Night is blue and lamps are warm: a grey picture takes on their colours.",
            ko="밤은 푸르고 등불은 따뜻한 색이라 회색 사진에도 색이 생깁니다.",
        )
    },
    differs=2,
    severities={"noiselens": tuple({"amount": amount} for amount in (0.09, 0.36, 0.53, 0.69, 0.88))},
)
def night(
    image: Image,
    generator: np.random.Generator,
    amount: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="How far into the night", ko="밤이 깊은 정도"))
    ] = 0.45,
) -> Image:
    """out = screen(mix(d, image, lamps), amount * halo), d = 255 * (1 - 0.35 * amount) * blue ** (1 + 0.7 * amount)

    Brightness in blue replaces colour and falls; places brighter than all round stay and glow. No chance in it.
    """
    brightness = np.array([0.299, 0.587, 0.114])
    # What rods see: mostly brightness, shown in blue; a fifth of the colour is left.
    rods = np.outer([0.42, 0.52, 0.78], brightness) * 0.8 + np.eye(3) * 0.2 * 0.5
    dark = cv2.transform(image, np.eye(3) * (1 - amount) + rods * amount)
    dark = by_table(np.asarray(dark, np.uint8), VALUES ** (1 + 0.7 * amount) * (1 - 0.35 * amount))

    small = reduced(image, 256)
    side = min(small.shape[:2])
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    around = softened(grey, 0.08 * side)
    ahead = cv2.subtract(grey, around).astype(np.float32)
    lamps = smooth_step(ahead, 40, 110) * smooth_step(grey.astype(np.float32), 150, 230)
    halo = softened(lamps, 0.05 * side) * np.float32(1.6) + softened(lamps, 0.015 * side)
    warm = [cv2.convertScaleAbs(halo, alpha=level * 0.8 * amount) for level in (255, 196, 120)]
    dark = blended(dark, image, fitted(lamps, image))
    return lit(dark, fitted(cv2.merge(warm), image))


@noise(
    name=Text(en="Under water", ko="물속"),
    sentence=Text(
        en="Metres of water swallow red first, then green, and scatter blue-green light into the picture.",
        ko="물이 빨강부터 차례로 빛을 삼키고 청록빛을 흩뿌려 사진이 푸르고 흐려집니다.",
    ),
    family="weather",
    source=Text(
        en="Jaffe, Computer Modeling and the Design of Optimal Underwater Imaging Systems, IEEE Journal of Oceanic Engineering 1990; after McGlamery 1980",
        ko="Jaffe, Computer Modeling and the Design of Optimal Underwater Imaging Systems, IEEE Journal of Oceanic Engineering 1990 (McGlamery 1980을 따름)",
    ),
    identity={"distance": 0},
    exceptions={
        "grey": Text(
            en="Water colours the light: a grey picture turns blue-green.",
            ko="물이 빛에 색을 입혀 회색 사진도 청록빛이 됩니다.",
        )
    },
    differs=2,
    severities={"noiselens": tuple({"distance": distance} for distance in (1.0, 1.9, 2.4, 3.4, 4.5))},
)
def underwater(
    image: Image,
    generator: np.random.Generator,
    distance: Annotated[
        float, Param(0.0, 12.0, 0.1, Text(en="Water between, metres", ko="사이의 물, 미터"))
    ] = 2.7,
) -> Image:
    """out = d * blur(t * image + (1 - t) * sea), t = exp(-c * distance), d = 1 - 0.55 * y * (1 - exp(-distance / 4))

    Each colour I t + B (1 - t), t = exp(-c distance) with c of coastal water, and a blur of what scatters forward.

    Light comes from above: the bottom is dimmer. No chance in it.
    """
    side = min(image.shape[:2])
    kept = np.exp(-np.array([0.42, 0.16, 0.13]) * distance)
    water = np.array([0.05, 0.42, 0.50])
    tinted = by_table(image, VALUES[:, None] * kept + water * (1 - kept))
    tinted = softened(tinted, 0.0014 * distance * side)
    row = np.linspace(0, 1, image.shape[0], dtype=np.float32)[:, None]
    share = 1 - row * np.float32(0.55 * (1 - np.exp(-0.25 * distance)))
    return dimmed(tinted, np.broadcast_to(share, image.shape[:2]))
