"""Liquid on the lens."""

from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Choice, Param, Value, noise
from core.noise.shared.draws import NORMAL_UNIT, whole_normal_field
from core.noise.shared.levels import whole_levels
from core.noise.sources import IMAGENET_C
from core.pixels import Image
from core.words import Text


def _spatters(*rows: tuple[float, float, float, float, float, str]) -> tuple[dict[str, Value], ...]:
    names = ("mean", "sd", "sigma", "threshold", "strength", "liquid")
    return tuple(dict(zip(names, row, strict=True)) for row in rows)


@noise(
    name=Text(en="Spatter", ko="튄 물과 흙"),
    sentence=Text(
        en="Water or mud that splashed onto the lens (ImageNet-C).",
        ko="렌즈에 물이나 흙탕물이 튀었습니다 (ImageNet-C).",
    ),
    also=Text(en="mud, splash", ko="흙탕물, 얼룩"),
    family="weather",
    source=IMAGENET_C,
    identity={"mean": 0, "sd": 0},
    differs=1,
    exceptions={
        "order": Text(
            en="By its constants severities 1 to 3 are water, 4 and 5 mud.",
            ko="정해진 상수에 따라 강도 1부터 3까지는 물, 4와 5는 흙탕물입니다.",
        ),
        "grey": Text(en="Water is turquoise, mud is brown.", ko="물은 청록색, 흙탕물은 갈색입니다."),
    },
    severities={
        "imagenet_c": _spatters(
            (0.65, 0.3, 4, 0.69, 0.6, "water"),
            (0.65, 0.3, 3, 0.68, 0.6, "water"),
            (0.65, 0.3, 2, 0.68, 0.5, "water"),
            (0.65, 0.3, 1, 0.65, 1.5, "mud"),
            (0.67, 0.4, 1, 0.65, 1.5, "mud"),
        ),
        "tiny_imagenet_c": _spatters(
            (0.62, 0.1, 0.7, 0.7, 0.6, "water"),
            (0.65, 0.1, 0.8, 0.7, 0.6, "water"),
            (0.65, 0.3, 1, 0.69, 0.6, "water"),
            (0.65, 0.1, 0.7, 0.68, 0.6, "mud"),
            (0.65, 0.1, 0.5, 0.67, 0.6, "mud"),
        ),
        "cifar_10_c": _spatters(
            (0.62, 0.1, 0.7, 0.7, 0.5, "water"),
            (0.65, 0.1, 0.8, 0.7, 0.5, "water"),
            (0.65, 0.3, 1, 0.69, 0.5, "water"),
            (0.65, 0.1, 0.7, 0.69, 0.6, "mud"),
            (0.65, 0.1, 0.5, 0.68, 0.6, "mud"),
        ),
    },
)
def spatter(
    image: Image,
    generator: np.random.Generator,
    mean: Annotated[float, Param(0.0, 1.0, 0.01, Text(en="Amount", ko="튄 양"))] = 0.65,
    sd: Annotated[float, Param(0.0, 0.5, 0.05, Text(en="Variety", ko="고르지 않은 정도"))] = 0.3,
    sigma: Annotated[
        float, Param(0.0, 10.0, 0.1, Text(en="Size of the drops", ko="방울 크기"), unit="px")
    ] = 2.0,
    threshold: Annotated[float, Param(0.05, 1.0, 0.01, Text(en="Dry below", ko="이 아래는 마른 곳"))] = 0.68,
    strength: Annotated[
        float,
        Param(
            0.0,
            3.0,
            0.1,
            Text(en="Strength of water, softness of mud", ko="물의 세기 또는 흙탕물의 부드러움"),
        ),
    ] = 0.5,
    liquid: Annotated[
        str,
        Choice(
            {"water": Text(en="Water", ko="물"), "mud": Text(en="Mud", ko="흙탕물")},
            Text(en="Liquid", ko="액체"),
        ),
    ] = "water",
) -> Image:
    """out = clip(image + floor(w * water)) or floor(image + m * (mud - image)), if mean + sd * blur(N) >= threshold

    Where blurred normal noise is over `threshold` there is liquid: water with shaded rims, or mud.

    Hendrycks and Dietterich 2019. Water adds turquoise light, mud covers.
    """
    layer = _blurred_noise(generator, image.shape[:2], sigma)
    layer *= np.float32(sd)
    layer += np.float32(mean)
    wet = layer >= np.float32(threshold)
    if not wet.any():
        return image.copy()
    if liquid == "water":
        layer *= wet
        cover = _water(layer, strength)
        light = cv2.merge([whole_levels(cover * np.float32(level)) for level in (175, 238, 238)])
        return np.asarray(cv2.add(image, light), np.uint8)
    cover = _soft(wet.astype(np.float32), strength)
    cover[cover < 0.8] = 0
    values: Any = cv2.cvtColor(1 - cover, cv2.COLOR_GRAY2RGB)
    values *= image
    values += cv2.merge([cover * np.float32(level) for level in (63, 42, 20)])
    return whole_levels(values)


def _blurred_noise(
    generator: np.random.Generator, shape: tuple[int, int], sigma: float
) -> NDArray[np.float32]:
    """Standard normal values under a normal curve of `sigma`, in whole steps: equal on every machine."""
    # OpenCV blurs 16 bits without a sign only.
    field: NDArray[Any] = whole_normal_field(generator, *shape).view(np.uint16) + np.uint16(32768)
    reach = int(4 * sigma + 0.5)
    if reach:
        # In 16 bits OpenCV's blur is exact.
        side = 2 * reach + 1
        field = cv2.GaussianBlur(
            field, (side, side), sigma, borderType=cv2.BORDER_REPLICATE, hint=cv2.ALGO_HINT_ACCURATE
        )
    values = field.astype(np.float32)
    values -= 32768
    values *= np.float32(1 / NORMAL_UNIT)
    return values


def _water(layer: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
    """How much of water's light is added, by its height and its distance from an edge; up to `strength`."""
    height = whole_levels(layer * 255)
    distance = cv2.distanceTransform(255 - cv2.Canny(height, 50, 150), cv2.DIST_L2, 5)
    near = cv2.blur(np.minimum(distance, 20), (3, 3)).astype(np.uint8)
    # Light from the upper left: an emboss of the evened-out distances.
    emboss = np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], np.float32)
    shade = cv2.blur(cv2.filter2D(cv2.equalizeHist(near), cv2.CV_8U, emboss), (3, 3))
    water = height.astype(np.float32) * shade
    most = float(water.max())
    if most > 0:
        water *= np.float32(strength / most)
    return water


def _soft(mask: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """`mask` under a normal curve of `sigma`."""
    reach = int(4 * sigma + 0.5)
    if reach == 0:
        return mask
    weights = cv2.getGaussianKernel(2 * reach + 1, sigma, cv2.CV_32F)
    soft = cv2.sepFilter2D(mask, cv2.CV_32F, weights, weights, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(soft, np.float32)
