"""Specks: single pixels or values replaced by black or white."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, Preset, noise
from core.noise.shared.draws import AT_ONCE, strips, uniform16
from core.noise.sources import GRAIN_IN_COLOUR, IMAGENET_C, ORIGINAL_STUDY, STUDY
from core.pixels import Image
from core.words import Text


@noise(
    name=Text(en="Salt and pepper", ko="소금과 후추"),
    sentence=Text(
        en="White and black specks on random pixels, as from a faulty sensor or line.",
        ko="고장 난 센서나 통신선처럼 아무 픽셀이나 희거나 검은 점으로 바꿉니다.",
    ),
    family="impulse",
    fleeting=True,
    source=STUDY,
    identity={"fraction": 0},
    presets={
        "original_study": Preset(
            ORIGINAL_STUDY,
            Text(
                en="As the study of real faces and deepfakes had it that NoiseLens began with: specks are drawn for a "
                "fifth of the pixels, and nothing is darker than 5 % or brighter than 95 % of white.",
                ko="NoiseLens가 시작된 딥페이크 판별 연구에서 쓴 값입니다. 픽셀의 20%만큼 점을 찍고, "
                "밝기를 흰색의 5~95% 안으로 자릅니다.",
            ),
            {"fraction": 0.2, "floor": 0.05, "ceiling": 0.95},
        )
    },
    severities={"noiselens": tuple({"fraction": fraction} for fraction in (0.01, 0.03, 0.05, 0.1, 0.19))},
)
def salt_pepper(
    image: Image,
    generator: np.random.Generator,
    fraction: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Pixels drawn", ko="점을 찍는 픽셀"), unit="share of pixels")
    ] = 0.05,
    salt: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="White among them", ko="흰 점"), unit="share of specks")
    ] = 0.5,
    floor: Annotated[
        float, Param(0.0, 0.5, 0.01, Text(en="Darkest value left", ko="가장 어두운 값"), unit="of white")
    ] = 0.0,
    ceiling: Annotated[
        float, Param(0.5, 1.0, 0.01, Text(en="Brightest value left", ko="가장 밝은 값"), unit="of white")
    ] = 1.0,
) -> Image:
    """out = clip(image, drawn pixels set to 255 or 0, 255 * floor, 255 * ceiling)

    `fraction` x pixels are drawn with replacement and set to white or black; then all is clipped.

    The original study used a fraction of 0.2 and clipped to 0.05..0.95.
    """
    noisy = image.copy()
    height, width = image.shape[:2]
    count = round(fraction * height * width)
    # One number a speck, so that a larger fraction goes on with the smaller one's draw; its upper half says
    # where, its lower half whether white. Backwards, as NumPy keeps the last of several values for one place:
    # the first draw stays.
    draws: NDArray[np.uint64] = generator.bit_generator.random_raw(count)[::-1]
    places = ((draws >> np.uint64(32)) * np.uint64(height * width) >> np.uint64(32)).astype(np.intp) * 3
    white = (draws & np.uint64(2**32 - 1)) < np.uint64(salt * 2**32)
    values = white.view(np.uint8) * np.uint8(255)
    flat = noisy.reshape(-1)
    for _ in ("red", "green", "blue"):
        flat[places] = values
        places += 1
    if floor > 0 or ceiling < 1:
        np.clip(noisy, round(255 * floor), round(255 * ceiling), out=noisy)
    return noisy


@noise(
    name=Text(en="Impulse noise", ko="임펄스 노이즈"),
    sentence=Text(
        en="Single colour values jump to their lowest or highest, as from bit errors: coloured specks (ImageNet-C).",
        ko="비트가 잘못 전송된 것처럼 색 값 하나하나가 가장 낮거나 높은 값으로 튀어 색점이 생깁니다 (ImageNet-C).",
    ),
    family="impulse",
    fleeting=True,
    source=IMAGENET_C,
    identity={"fraction": 0},
    exceptions={"grey": GRAIN_IN_COLOUR},
    severities={
        "imagenet_c": tuple({"fraction": share} for share in (0.03, 0.06, 0.09, 0.17, 0.27)),
        "tiny_imagenet_c": tuple({"fraction": share} for share in (0.01, 0.02, 0.05, 0.08, 0.14)),
        "cifar_10_c": tuple({"fraction": share} for share in (0.01, 0.02, 0.03, 0.05, 0.07)),
    },
)
def impulse_noise(
    image: Image,
    generator: np.random.Generator,
    fraction: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Share of values hit", ko="튀는 값의 비율"))
    ] = 0.09,
) -> Image:
    """out = 0 or 255 with a chance of fraction / 2 each, else image

    Each value becomes 0 or 255 with a chance of `fraction` / 2 each (Hendrycks and Dietterich 2019).
    """
    # One number a value: low ones turn it black, high ones white, and more of them for more noise.
    hit = round(fraction * 32768)
    noisy = np.empty_like(image)
    for rows in strips(image, AT_ONCE):
        draw = uniform16(generator, image[rows].shape)
        white = np.negative((draw >= 65536 - hit).view(np.uint8))  # 255 where it is, else 0
        np.multiply(image[rows], draw >= hit, out=noisy[rows])
        noisy[rows] |= white
    return noisy
