"""What lies on the front glass of a lens: dust, drops, grease, condensation.

The glass is too near to be in focus, so its dirt shows as soft shapes and as what it does to the light.
"""

from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.optics import (
    VALUES,
    blended,
    by_table,
    canvas_of,
    fitted,
    lit,
    reduced,
    smooth_field,
    smooth_step,
    softened,
    three,
    times,
)
from core.pixels import Image
from core.words import Text

_MOST_SPECKS = 60
_MOST_DROPS = 60


@noise(
    name=Text(en="Lens dirt", ko="렌즈 먼지"),
    sentence=Text(
        en="Dust on the lens, far out of focus: pale round discs that glow where light hits them.",
        ko="렌즈에 앉은 먼지가 초점 밖에서 뿌연 동그라미로 보이고, 빛을 받으면 빛납니다.",
    ),
    also=Text(en="dirty lens, dust", ko="더러운 렌즈"),
    family="lens",
    source=Text(
        en="After Gu et al., Removing Image Artifacts Due to Dirty Camera Lenses and Thin Occluders, SIGGRAPH Asia 2009",
        ko="Gu et al., Removing Image Artifacts Due to Dirty Camera Lenses and Thin Occluders, SIGGRAPH Asia 2009를 따름",
    ),
    identity={"cover": 0},
    differs=2,
    severities={
        "noiselens": tuple(
            {"cover": cover, "specks": specks}
            for cover, specks in ((0.35, 23), (0.6, 38), (0.75, 46), (0.9, 54), (1.0, 60))
        )
    },
)
def lens_dirt(
    image: Image,
    generator: np.random.Generator,
    cover: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="How much a speck covers", ko="먼지가 가리는 정도"))
    ] = 0.55,
    specks: Annotated[int, Param(0, _MOST_SPECKS, 1, Text(en="Specks", ko="먼지 수"))] = 32,
) -> Image:
    """out = round((1 - a) * image + a * (0.6 * blur(image) + 0.38 * 255)), a = cover * sum of discs, at most 1

    Drawn discs hold back light and scatter that of the scene round them: I (1 - a) + a (0.6 blurred I + 0.38 white).
    """
    height, width = canvas_of(image, 384)
    side = min(height, width)
    places = generator.uniform(-0.05, 1.05, (_MOST_SPECKS, 2)) * (width, height)
    sizes = np.clip(generator.lognormal(-3.0, 0.6, _MOST_SPECKS), 0.012, 0.2) * side
    levels = generator.uniform(70, 220, _MOST_SPECKS)
    mask = np.zeros((height, width), np.uint8)
    for (x, y), size, level in zip(places[:specks], sizes, levels, strict=False):
        # A disc of its own, added: two that overlap hold back more.
        left, top = max(0, int(x - size) - 2), max(0, int(y - size) - 2)
        part = mask[top : int(y + size) + 3, left : int(x + size) + 3]
        if part.size == 0:
            continue
        disc = np.zeros_like(part)
        centre = (round((x - left) * 16), round((y - top) * 16))
        # The rim of an out-of-focus disc is a little brighter than its inside.
        cv2.circle(disc, centre, max(8, round(size * 16)), level, -1, cv2.LINE_AA, shift=4)
        cv2.circle(disc, centre, max(4, round(size * 0.88 * 16)), level * 0.8, -1, cv2.LINE_AA, shift=4)
        cv2.add(part, disc, dst=part)
    mask = softened(mask, 0.006 * side)
    share = fitted(mask, image).astype(np.float32) * np.float32(cover / 255)
    scattered = by_table(_surroundings(image), VALUES * 0.6 + 0.38)
    return blended(image, scattered, share)


def _surroundings(image: Image, wide: float = 0.12) -> Image:
    """The picture blurred over `wide` of its side: the light that comes from about a place."""
    small = reduced(image, 48)
    return fitted(softened(small, wide * min(small.shape[:2])), image)


@noise(
    name=Text(en="Water drops", ko="물방울"),
    sentence=Text(
        en="Drops on the lens or window: each shows a tiny picture of the scene, upside down.",
        ko="렌즈나 창에 맺힌 물방울마다 풍경이 아주 작게 거꾸로 비칩니다.",
    ),
    also=Text(en="wet lens, raindrops", ko="젖은 렌즈, 빗방울"),
    family="lens",
    source=Text(
        en="After Garg and Nayar, Photometric Model of a Rain Drop, 2004; von Bernuth et al., Rendering Physically Correct Raindrops on Windshields, 2018",
        ko="Garg and Nayar, Photometric Model of a Rain Drop, 2004와 von Bernuth et al., Rendering Physically Correct Raindrops on Windshields, 2018을 따름",
    ),
    identity={"drops": 0},
    differs=2,
    severities={
        "noiselens": tuple(
            {"drops": drops, "size": size}
            for drops, size in ((6, 0.04), (12, 0.04), (14, 0.04), (19, 0.045), (24, 0.05))
        )
    },
)
def water_droplets(
    image: Image,
    generator: np.random.Generator,
    drops: Annotated[int, Param(0, _MOST_DROPS, 1, Text(en="Drops", ko="물방울 수"))] = 20,
    size: Annotated[
        float,
        Param(
            0.01,
            0.2,
            0.005,
            Text(en="Radius of a middling drop", ko="보통 물방울의 반지름"),
            unit="share of the side",
        ),
    ] = 0.05,
) -> Image:
    """out = screen(shade * image[p - b * o], glint) in `drops` drawn discs, o = offset from middle p, else image

    Each drop is a strong lens: a pixel at offset o from its middle comes from the far side, -o widely enlarged.

    Towards its edge light is bent away and lost, which leaves the dark rim; a highlight lies above.
    """
    noisy = image.copy()
    height, width = image.shape[:2]
    side = min(height, width)
    # Drops that touch run together, so they keep apart: an even sequence (Roberts 2018), a little shaken.
    steps_on = np.arange(_MOST_DROPS)[:, None] * (0.7548776662, 0.5698402910)
    places = (
        (generator.random(2) + steps_on + generator.normal(0, 0.02, (_MOST_DROPS, 2))) % 1 * (width, height)
    )
    sizes = np.clip(generator.lognormal(-0.1, 0.5, _MOST_DROPS), 0.3, 2.0) * size * side
    waves = generator.normal(0, 1, (_MOST_DROPS, 4))
    small = reduced(image, 96)
    for place, radius, wave in zip(places[:drops], sizes, waves, strict=False):
        _add_drop(noisy, small, place, float(radius), wave)
    return noisy


def _add_drop(
    noisy: Image, small: Image, place: NDArray[np.float64], radius: float, wave: NDArray[np.float64]
) -> None:
    """Draw one drop into `noisy` with what `small` (the clean picture, reduced) shows through it."""
    height, width = noisy.shape[:2]
    rows, columns = small.shape[:2]
    reach = radius * 1.35 + 1
    left, top = max(0, int(place[0] - reach)), max(0, int(place[1] - reach))
    right, bottom = min(width, int(place[0] + reach) + 2), min(height, int(place[1] + reach) + 2)
    if right <= left or bottom <= top:
        return
    x = (np.arange(left, right, dtype=np.float32)[None, :] - np.float32(place[0])) / np.float32(radius)
    y = (np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(place[1])) / np.float32(radius)
    # A tiny drop is smaller than a pixel: without a bound its pixels would look far outside the picture.
    x, y = np.clip(x, -1.5, 1.5), np.clip(y, -1.5, 1.5)
    # A drop is never quite round, and it sags: a little wider below.
    x = x * np.float32(1.08 + 0.05 * wave[0]) * (1 - np.float32(0.08) * y)
    square = x * x + y * y
    bump = x * y * np.float32(0.12 * wave[1]) + (x * x - y * y) * np.float32(0.10 * wave[2])
    square = np.maximum(square + bump + x * y * x * np.float32(0.08 * wave[3]), 0)
    inside = np.sqrt(square)
    bend = np.float32(0.3) + np.float32(0.35) * square  # the field of view opens towards the edge
    across = (np.float32(place[0] / width) - x * bend * np.float32(0.75)) * columns - np.float32(0.5)
    down = (np.float32(place[1] / height) - y * bend * np.float32(0.75)) * rows - np.float32(0.5)
    seen = cv2.remap(small, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    rim = smooth_step(inside, 0.7, 1.05)
    shade = np.float32(0.9) * (1.05 - (np.float32(0.5) - np.float32(0.22) * y) * rim + np.float32(0.1) * y)
    spot = np.exp(-((x + np.float32(0.33)) ** 2 + (y + np.float32(0.42)) ** 2) * np.float32(28))
    glint = np.exp(-((x - np.float32(0.25)) ** 2 * 4 + (y - np.float32(0.72)) ** 2 * 40)) * np.float32(0.35)
    lights = three(cv2.convertScaleAbs(spot + glint, alpha=215))
    shades = three(cv2.convertScaleAbs(shade, alpha=255))
    seen = np.asarray(seen, np.uint8).reshape(*inside.shape, 3)
    drop = lit(times(seen, shades), lights)
    edge = max(0.06, 0.8 / radius)
    part = noisy[top:bottom, left:right]
    part[:] = blended(np.ascontiguousarray(part), drop, 1 - smooth_step(inside, 1 - edge, 1 + edge))


@noise(
    name=Text(en="Fingerprint on the lens", ko="렌즈의 지문"),
    sentence=Text(
        en="A finger touched the lens: a greasy print blurs and fogs a part of the picture, lights smear.",
        ko="손가락이 렌즈에 닿아 기름진 지문이 사진 일부를 흐리고 뿌옇게 만듭니다.",
    ),
    also=Text(en="dirty lens, smudge", ko="더러운 렌즈, 얼룩"),
    family="lens",
    source=Text(
        en="After Gu et al., Removing Image Artifacts Due to Dirty Camera Lenses and Thin Occluders, SIGGRAPH Asia 2009; ridges as a wave about a core, after Sherlock and Monro, 1993",
        ko="Gu et al., Removing Image Artifacts Due to Dirty Camera Lenses and Thin Occluders, SIGGRAPH Asia 2009를 따름. 지문의 골은 Sherlock and Monro, 1993을 따라 중심을 도는 물결로 그림",
    ),
    identity={"grease": 0},
    differs=2,
    severities={
        "noiselens": tuple(
            {"grease": grease, "size": size}
            for grease, size in ((0.45, 0.35), (0.75, 0.43), (0.9, 0.47), (1.0, 0.6), (1.0, 0.64))
        )
    },
)
def fingerprint(
    image: Image,
    generator: np.random.Generator,
    grease: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Grease", ko="기름기"))] = 0.7,
    size: Annotated[
        float,
        Param(0.05, 1.0, 0.01, Text(en="Half its length", ko="지문 길이의 절반"), unit="share of the side"),
    ] = 0.38,
) -> Image:
    """out = round((1 - m) * image + m * greasy), m = grease * oval * patchy * (0.3 + 0.7 * ridges)

    Within an oval at a drawn place the picture is mixed with a blurred and paler one, more on the ridges.
    """
    height, width = canvas_of(image, 384)
    side = min(height, width)
    place = generator.uniform(0.25, 0.75, 2) * (width, height)
    turn = generator.uniform(-0.9, 0.9)
    x = (np.arange(width, dtype=np.float32)[None, :] - np.float32(place[0])) / np.float32(size * side)
    y = (np.arange(height, dtype=np.float32)[:, None] - np.float32(place[1])) / np.float32(size * side)
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    across, along = (x * cos + y * sin) / np.float32(0.72), y * cos - x * sin
    warp = smooth_field(generator, height, width, 6)
    distance = cv2.sqrt(across * across + along * along)
    oval = 1 - smooth_step(distance + warp * np.float32(0.06), 0.65, 1.05)
    # Ridges run round a core below the middle and flatten towards the tip: a loop.
    loop = cv2.sqrt(across * across * np.float32(0.8) + (along - np.float32(0.15)) ** 2 * np.float32(0.6))
    ridges = smooth_step(np.cos(loop * np.float32(58) + warp * np.float32(1.6)), -0.6, 0.6)
    patchy = np.clip(np.float32(0.8) + smooth_field(generator, height, width, 4) * np.float32(0.2), 0, 1)
    mask = oval * patchy * (np.float32(0.3) + np.float32(0.7) * ridges)
    greasy = lit(
        softened(image, 0.025 * min(image.shape[:2])),
        by_table(_surroundings(image), np.linspace(0.08, 0.6, 256)),
    )
    return blended(image, greasy, fitted(mask, image) * np.float32(grease))


@noise(
    name=Text(en="Fogged-up lens", ko="김 서린 렌즈"),
    sentence=Text(
        en="A cold lens came into a warm room: breath-like mist veils and blurs the picture, unevenly.",
        ko="차가운 렌즈가 따뜻한 방에 들어와 김이 서려 사진이 고르지 않게 뿌옇고 흐려집니다.",
    ),
    also=Text(en="foggy, steamy", ko="뿌연 렌즈, 습기"),
    family="lens",
    source=Text(
        en="Veil I t + A (1 - t) of Koschmieder 1924 with forward scattering as a blur, after Narasimhan and Nayar, Shedding Light on the Weather, CVPR 2003",
        ko="Koschmieder 1924의 막 I t + A (1 - t). 앞쪽 산란은 Narasimhan and Nayar, Shedding Light on the Weather, CVPR 2003을 따라 흐림으로 나타냄",
    ),
    identity={"mist": 0},
    differs=2,
    severities={"noiselens": tuple({"mist": mist} for mist in (0.17, 0.45, 0.63, 0.79, 0.92))},
)
def fogged_lens(
    image: Image,
    generator: np.random.Generator,
    mist: Annotated[float, Param(0.0, 1.0, 0.01, Text(en="Mist", ko="김의 양"))] = 0.56,
) -> Image:
    """out = round((1 - m) * image + m * screen(blur(image), veil)), m = mist * (0.25 + 0.75 * cloud)

    A drawn cloud of mist: where it lies the picture is mixed with a blurred, veiled one.
    """
    height, width = canvas_of(image, 128)
    cloud = smooth_field(generator, height, width, 3, octaves=3)
    share = smooth_step(cloud, -1.3, 0.7) * np.float32(0.75) + np.float32(0.25)
    side = min(image.shape[:2])
    veiled = lit(
        softened(image, 0.03 * side), by_table(_surroundings(image, 0.3), np.linspace(0.1, 0.6, 256))
    )
    return blended(image, veiled, fitted(share, image) * np.float32(mist))
