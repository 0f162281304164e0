"""Mixing: another picture shows through."""

from typing import Annotated

import cv2
import numpy as np

from core.noise.catalogue import Choice, Param, noise
from core.noise.sources import STUDY
from core.pixels import Image
from core.words import Text


@noise(
    name=Text(en="Blend", ko="겹치기"),
    sentence=Text(
        en="A second picture shows through, all over or in one patch; from the original deepfake study.",
        ko="다른 사진이 전체나 한 부분에 비쳐 보입니다. 원래 딥페이크 연구의 노이즈입니다.",
    ),
    family="mixing",
    source=STUDY,
    identity={"alpha": 0},
    differs=1,
    severities={"noiselens": tuple({"alpha": alpha} for alpha in (0.1, 0.2, 0.3, 0.45, 0.55))},
)
def blend(
    image: Image,
    generator: np.random.Generator,
    second: Image,
    alpha: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="Share of the second picture", ko="두 번째 사진의 비율"))
    ] = 0.35,
    region: Annotated[
        str,
        Choice(
            {
                "whole": Text(en="Whole picture", ko="사진 전체"),
                "patch": Text(en="One patch", ko="한 부분"),
            },
            Text(en="Where", ko="위치"),
        ),
    ] = "whole",
    size: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="Size of the patch", ko="부분의 크기"), unit="share of the side")
    ] = 0.5,
) -> Image:
    """out = round((1 - alpha) * image + alpha * second) in the region, else image

    (1 - alpha) of the picture and alpha of `second`, in a patch at a drawn place or everywhere.
    """
    height, width = image.shape[:2]
    top, left = generator.random(2)
    rows, columns = height, width
    if region == "patch":
        rows, columns = round(height * size), round(width * size)
    if alpha == 0 or rows == 0 or columns == 0:
        return image.copy()
    shrinks = second.shape[0] > rows or second.shape[1] > columns
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    other = cv2.resize(second, (columns, rows), interpolation=how)
    if region == "whole":
        return np.asarray(cv2.addWeighted(image, 1 - alpha, other, alpha, 0), np.uint8).reshape(image.shape)
    noisy = image.copy()
    y, x = round(top * (height - rows)), round(left * (width - columns))
    patch = noisy[y : y + rows, x : x + columns]
    patch[:] = cv2.addWeighted(patch, 1 - alpha, other, alpha, 0)
    return noisy
