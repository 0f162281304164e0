"""Pictures saved again, all alike: no noises to choose, but rows of every test of an imported data set.

Whoever learned from which files pictures came, not what they show, falls here.
"""

import cv2
import numpy as np

from core.noise.catalogue import RESAVED, noise
from core.noise.families.digital import jpeg_compression
from core.noise.sources import CODEC
from core.pixels import Image
from core.words import Text

QUALITY = 95
"""Of the JPEG: hardly visible."""
SHARE = 0.75
"""Of a side that is left in between."""
_WHY = Text(
    en="A check of NoiseLens for what a model learned of files, after github.com/ZhendongWang6/DIRE, question 11",
    ko="모델이 파일의 흔적을 배웠는지 보는 NoiseLens의 확인 항목(github.com/ZhendongWang6/DIRE의 11번 질문 참고)",
)


@noise(
    name=Text(en="Saved again as JPEG 95", ko="JPEG 95로 다시 저장"),
    sentence=Text(
        en="All pictures alike are saved once more as JPEG of quality 95: nothing to be seen, but traces of earlier files are gone.",
        ko="모든 사진을 똑같이 JPEG 품질 95로 다시 저장합니다. 눈에는 그대로지만 원래 파일의 흔적은 지워집니다.",
    ),
    family=RESAVED,
    source=_WHY,
    exceptions={"identity": CODEC},
    severities={"noiselens": ({},) * 5},
)
def resaved_jpeg(image: Image, generator: np.random.Generator) -> Image:
    """out = decoded(JPEG(image, 95, 4:2:0)); no chance in it."""
    return jpeg_compression(image, generator, QUALITY)


@noise(
    name=Text(en="Scaled to three quarters and back", ko="4분의 3으로 줄였다가 되돌림"),
    sentence=Text(
        en="All pictures alike are made smaller, to three quarters of their sides, and larger again: a little softer, but traces"
        " of earlier files are gone.",
        ko="모든 사진을 똑같이 한 변의 4분의 3으로 줄였다가 다시 키웁니다. 조금 부드러워지지만 원래 파일의 흔적은 지워집니다.",
    ),
    family=RESAVED,
    source=_WHY,
    exceptions={
        "identity": Text(en="It always loses the finest detail.", ko="가장 고운 세부는 언제나 사라집니다.")
    },
    severities={"noiselens": ({},) * 5},
)
def resaved_scaled(image: Image, generator: np.random.Generator) -> Image:
    """out = enlarged(shrunk(image)): to SHARE of each side by the mean of areas, back by bicubic interpolation."""
    height, width = image.shape[:2]
    smaller = (max(1, round(SHARE * width)), max(1, round(SHARE * height)))
    small = cv2.resize(image, smaller, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
