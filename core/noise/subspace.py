"""Reduction: the picture told by few numbers."""

from typing import Annotated

import numpy as np

from core.noise.catalogue import Image, Param, noise
from core.noise.sources import STUDY
from core.words import Text


@noise(
    name=Text(en="PCA reduction", ko="PCA 축소"),
    sentence=Text(
        en="Each colour is rebuilt from its few strongest patterns of rows; fine detail is lost. "
        "From the original deepfake study.",
        ko="색마다 가장 뚜렷한 가로줄 무늬 몇 개로만 사진을 다시 그려 세부가 사라집니다. 원래 딥페이크 연구의 노이즈입니다.",
    ),
    family="subspace",
    source=STUDY,
    identity={"components": 256},
    # The first components hold the coarse picture at any size, so one table serves every size.
    severities={"noiselens": tuple({"components": count} for count in (20, 14, 10, 6, 3))},
)
def pca(
    image: Image,
    generator: np.random.Generator,
    components: Annotated[
        int, Param(1, 256, 1, Text(en="Components kept", ko="남기는 성분 수"), unit="components")
    ] = 10,
) -> Image:
    """Each channel's rows projected on their first `components` principal components (Pearson 1901).

    No chance in it. Between machines a value may differ by one level, as linear algebra libraries round
    differently.
    """
    height, width = image.shape[:2]
    # H rows about their mean span at most H - 1 directions.
    if components >= min(height - 1, width):
        return image.copy()
    noisy = np.empty_like(image)
    for channel in range(3):
        rows = image[..., channel].astype(np.float64)
        mean = rows.mean(axis=0)
        rows -= mean
        # The eigenvectors of the smaller product span the same projection as those of the larger.
        tall = height > width
        product = rows.T @ rows if tall else rows @ rows.T
        _, vectors = np.linalg.eigh(product)
        first = vectors[:, -components:]
        kept = (rows @ first) @ first.T if tall else first @ (first.T @ rows)
        noisy[..., channel] = np.clip(np.rint(kept + mean), 0, 255)
    return noisy
