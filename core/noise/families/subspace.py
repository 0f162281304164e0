"""Reduction: the picture told by few numbers."""

from functools import lru_cache
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.basis import MOST_COMPONENTS, Basis
from core.noise.catalogue import Param, noise
from core.noise.sources import STUDY
from core.pixels import Image
from core.words import Text

Plane = NDArray[np.uint8]
"""One colour of a picture, H,W."""
_TILES_AT_ONCE = 256
"""Of one strip: bounds the memory for pictures that are very wide."""


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
    differs=1,
    # The first components hold the coarse picture at any size, so one table serves every size.
    severities={"noiselens": tuple({"components": components} for components in (22, 16, 15, 14, 12))},
)
def pca(
    image: Image,
    generator: np.random.Generator,
    components: Annotated[
        int, Param(1, 256, 1, Text(en="Components kept", ko="남기는 성분 수"), unit="components")
    ] = 10,
) -> Image:
    """out = clip(round(m + (X - m) @ V @ V.T)), X = a channel's rows, m = mean row, V = first components of X

    Each channel's rows projected on their first `components` principal components (Pearson 1901).

    No chance in it. Between machines a value may differ by one level, as linear algebra libraries round
    differently.
    """
    height, width = image.shape[:2]
    # H rows about their mean span at most H - 1 directions.
    if components >= min(height - 1, width):
        return image.copy()
    noisy = np.empty_like(image)
    for channel in range(3):
        plane = np.ascontiguousarray(image[..., channel])
        rows, mean = _centred(plane)
        if min(height, width) <= _WHOLLY:
            kept_vectors = _kept_small if max(height, width) <= _SMALL else _kept
            first = kept_vectors(plane.tobytes(), height, width)[:, -components:]
        else:
            first = _first_vectors(_product(rows), components)
        kept = (rows @ first) @ first.T if height > width else first @ (first.T @ rows)
        kept += mean
        noisy[..., channel] = cv2.convertScaleAbs(np.maximum(kept, 0, out=kept))
    return noisy


_WHOLLY = 640
"""Shorter side, px, up to which all vectors are found at once, and kept while a slider asks for more or fewer."""


def _centred(plane: Plane) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The plane's rows without their mean, and the mean."""
    rows = plane.astype(np.float32)
    mean = rows.mean(axis=0, dtype=np.float32)
    rows -= mean
    return rows, mean


def _product(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The eigenvectors of the smaller product span the same projection as those of the larger."""
    height, width = rows.shape
    return rows.T @ rows if height > width else rows @ rows.T


def _vectors(product: NDArray[np.float32]) -> NDArray[np.float32]:
    """All eigenvectors of a symmetric matrix n,n, which is lost; those of the largest eigenvalues last."""
    from scipy.linalg import eigh  # a tenth of a second to import; twice as fast as NumPy's

    _, vectors = eigh(product, driver="evd", overwrite_a=True, check_finite=False)
    return np.asarray(vectors)


def _found(values: bytes, height: int, width: int) -> NDArray[np.float32]:
    """What `_vectors` gives for a plane H,W."""
    rows, _ = _centred(np.frombuffer(values, np.uint8).reshape(height, width))
    vectors = _vectors(_product(rows))
    vectors.flags.writeable = False
    return vectors


_kept = lru_cache(maxsize=6)(_found)
_SMALL = 64
"""Longer side, px, up to which those of a thousand pictures are kept, 60 MB at most: a test takes all its pictures at one
severity, then all at the next, and to find the vectors takes fifteen times as long as the rest."""
_kept_small = lru_cache(maxsize=3000)(_found)


_FURTHER = 64
"""Vectors that are followed beside those that are wanted: the more, the faster all settle."""
_NARROW = 8
"""Times as wide as the block the matrix must be: a wide block settles too late to win."""
_SETTLED = 0.01
"""Largest angle, radians, by which the vectors may miss: no value is then off by a level."""


def _first_vectors(product: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """The eigenvectors (n,count) of the `count` largest eigenvalues of a large symmetric matrix n,n without
    negative ones.

    Where they are few, it is multiplied with a narrow block of its own columns until these settle (block power
    iteration, Golub and Van Loan 2013, 8.2.4); where they don't, LAPACK finds all.
    """
    from scipy.linalg import eigh, qr

    size, followed = len(product), count + _FURTHER
    if size >= _NARROW * followed:
        block = product[:, np.linspace(0, size - 1, followed).astype(np.intp)]
        for step in range(6):
            block, _ = qr(block, mode="economic", check_finite=False)
            image = product @ block
            if step >= 2:
                wanted = (followed - count - 1, followed - 1)
                values, turn = eigh(block.T @ image, subset_by_index=wanted, driver="evr", check_finite=False)
                vectors = block @ turn[:, 1:]
                missed = image @ turn[:, 1:] - vectors * values[1:]
                if np.sqrt((missed**2).sum(axis=0).max()) < _SETTLED * (values[1] - values[0]):
                    return np.asarray(vectors)
            block = image
    return _vectors(product)[:, -count:]


@noise(
    name=Text(en="PCA of a data set", ko="데이터 세트 PCA"),
    sentence=Text(
        en="The picture is rebuilt from the few strongest patterns that a set of pictures has in common: "
        "from eigenfaces, where these are small faces.",
        ko="여러 사진에 공통된 가장 뚜렷한 무늬 몇 개만으로 사진을 다시 그립니다. 작은 얼굴 사진들이라면 고유 얼굴(eigenface)입니다.",
    ),
    family="subspace",
    source=Text(
        en="The original study of telling real faces from deepfakes; Turk and Pentland, Eigenfaces for Recognition, Journal of Cognitive Neuroscience 1991",
        ko="원래의 딥페이크 얼굴 구별 연구. Turk and Pentland, Eigenfaces for Recognition, Journal of Cognitive Neuroscience 1991",
    ),
    exceptions={
        "identity": Text(
            en="A few hundred patterns that other pictures share cannot rebuild any picture.",
            ko="다른 사진들에 공통된 무늬 수백 개로는 모든 사진을 똑같이 되살릴 수 없습니다.",
        ),
        "grey": Text(
            en="The patterns are in colour, so a grey picture takes on some of it.",
            ko="무늬에 색이 있어 흑백 사진에도 색이 조금 묻습니다.",
        ),
    },
    differs=1,
    severities={"noiselens": tuple({"components": components} for components in (193, 132, 105, 87, 72))},
)
def pca_dataset(
    image: Image,
    generator: np.random.Generator,
    basis: Basis,
    components: Annotated[
        int, Param(1, MOST_COMPONENTS, 1, Text(en="Components kept", ko="남기는 성분 수"), unit="components")
    ] = 25,
) -> Image:
    """out = clip(round(m + (T - m) @ C.T @ C)), T = a tile, m = mean of basis, C = first components of basis

    Each tile of the picture projected on the first `components` of `basis`, all colours together.

    Tiles start at the top left; at the right and at the bottom the picture is reflected to whole tiles. A
    picture as large as one tile of a basis fitted on faces gives eigenfaces. No chance in it. Between
    machines a value may differ by one level, as linear algebra libraries round differently.
    """
    side = basis.side
    height, width = image.shape[:2]
    first = basis.components[:components]
    padding = (-height % side, -width % side)
    whole = (
        cv2.copyMakeBorder(image, 0, padding[0], 0, padding[1], cv2.BORDER_REFLECT) if any(padding) else image
    )
    # Many tiles at once: the components are read from memory once for all of them.
    wide = side * min(whole.shape[1] // side, _TILES_AT_ONCE)
    high = side * max(1, _TILES_AT_ONCE * side // wide)
    noisy = np.empty_like(image)
    for top in range(0, height, high):
        for left in range(0, width, wide):
            piece = whole[top : top + high, left : left + wide]
            rows, columns = piece.shape[0] // side, piece.shape[1] // side
            tiles = piece.reshape(rows, side, columns, side * 3).swapaxes(1, 2)
            values = tiles.reshape(rows * columns, -1) - basis.mean
            values = np.asarray((values @ first.T) @ first)
            values += basis.mean
            levels = cv2.convertScaleAbs(np.maximum(values, 0, out=values)).reshape(tiles.shape)
            part = noisy[top : top + high, left : left + wide]
            part[:] = levels.swapaxes(1, 2).reshape(piece.shape)[: part.shape[0], : part.shape[1]]
    return noisy
