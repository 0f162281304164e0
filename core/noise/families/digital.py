"""What saving and sending does to a picture."""

from functools import lru_cache
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.sources import CODEC, IMAGENET_C
from core.pixels import Image
from core.words import Text

_LONGEST = 65488
"""Longest side that is compressed at once, px: JPEG allows 65,535; a multiple of its 16 px blocks."""


@noise(
    name=Text(en="JPEG compression", ko="JPEG 압축"),
    sentence=Text(
        en="Saved as a small JPEG file: blocks and ringing at edges (ImageNet-C).",
        ko="용량이 작은 JPEG로 저장해 네모난 얼룩과 윤곽의 번짐이 생깁니다 (ImageNet-C).",
    ),
    also=Text(en="low quality, artefacts, blocky", ko="저화질, 깨진 화질"),
    family="digital",
    source=IMAGENET_C,
    exceptions={"identity": CODEC},
    severities={
        "imagenet_c": tuple({"quality": quality} for quality in (25, 18, 15, 10, 7)),
        "tiny_imagenet_c": tuple({"quality": quality} for quality in (65, 58, 50, 40, 25)),
        "cifar_10_c": tuple({"quality": quality} for quality in (80, 65, 58, 50, 40)),
    },
)
def jpeg_compression(
    image: Image,
    generator: np.random.Generator,
    quality: Annotated[int, Param(1, 100, 1, Text(en="Quality", ko="품질"))] = 15,
) -> Image:
    """out = decoded(JPEG(image, quality, 4:2:0))

    The picture after a JPEG file of that quality with halved colour (4:2:0); no chance in it.
    """
    height, width = image.shape[:2]
    if max(height, width) > _LONGEST:
        axis = 0 if height > width else 1
        pieces = np.split(image, range(_LONGEST, image.shape[axis], _LONGEST), axis=axis)
        return np.concatenate([jpeg_compression(piece, generator, quality) for piece in pieces], axis=axis)
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    ]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
    assert decoded is not None, "what was just encoded can be decoded"
    return np.asarray(decoded, np.uint8)


@noise(
    name=Text(en="Pixelate", ko="픽셀화"),
    sentence=Text(
        en="Made small and large again: every block becomes one colour (ImageNet-C).",
        ko="작게 줄였다가 다시 키워 네모난 칸마다 한 가지 색이 됩니다 (ImageNet-C).",
    ),
    also=Text(en="mosaic, blocky, censored", ko="모자이크"),
    family="digital",
    source=IMAGENET_C,
    identity={"kept": 1},
    severities={
        "imagenet_c": tuple({"kept": kept} for kept in (0.6, 0.5, 0.4, 0.3, 0.25)),
        "tiny_imagenet_c": tuple({"kept": kept} for kept in (0.9, 0.8, 0.7, 0.6, 0.5)),
        "cifar_10_c": tuple({"kept": kept} for kept in (0.95, 0.9, 0.85, 0.75, 0.65)),
    },
)
def pixelate(
    image: Image,
    generator: np.random.Generator,
    kept: Annotated[
        float, Param(0.05, 1.0, 0.05, Text(en="Side kept", ko="줄인 크기"), unit="share of the side")
    ] = 0.4,
) -> Image:
    """out = round(mean of image over the pixel's block), floor(kept * height) x floor(kept * width) blocks

    The mean of each block of whole pixels, then each pixel takes its nearest block; no chance in it.

    Hendrycks and Dietterich 2019, by Pillow's box filter.
    """
    from PIL import Image as PillowImage  # read only where a picture is pixelated

    height, width = image.shape[:2]
    small = (max(1, int(width * kept)), max(1, int(height * kept)))
    whole = PillowImage.frombuffer("RGB", (width, height), np.ascontiguousarray(image), "raw", "RGB", 0, 1)
    # Four bytes a pixel, as Pillow keeps them, so that a pixel is taken as one number.
    blocks = whole.resize(small, PillowImage.Resampling.BOX).tobytes("raw", "RGBX")
    pixels = np.frombuffer(blocks, np.uint32).reshape(small[::-1])
    wide = pixels.take(_blocks_of(width, small[0]), axis=1)[..., None].view(np.uint8)
    colours = np.asarray(cv2.cvtColor(wide, cv2.COLOR_RGBA2RGB), np.uint8)
    return colours.take(_blocks_of(height, small[1]), axis=0)


@lru_cache(maxsize=8)
def _blocks_of(length: int, blocks: int) -> NDArray[np.intp]:
    """The block that each pixel's middle is in, as Pillow's box filter has it when it enlarges."""
    found = ((np.arange(length) + 0.5) * (blocks / length)).astype(np.intp)
    found.flags.writeable = False
    return found
