"""Damage on the way: parts of a picture's stream are lost or altered."""

import io
from typing import Annotated

import cv2
import numpy as np

from core.noise.catalogue import Param, noise
from core.noise.sources import CODEC
from core.pixels import Image
from core.words import Text

_MOST_RUNS = 400
"""Runs of blocks that are drawn; enough to lose half of any picture."""


@noise(
    name=Text(en="Packet loss", ko="패킷 손실"),
    sentence=Text(
        en="A video call with a poor connection: rows of blocks are misplaced, smeared or turn green and pink.",
        ko="연결이 나쁜 영상 통화처럼 블록 줄이 어긋나거나 번지고 초록색과 분홍색으로 변합니다.",
    ),
    also=Text(en="glitch, video call", ko="글리치, 화상 통화"),
    family="digital",
    fleeting=True,
    source=Text(
        en="Error concealment of ITU-T H.264 decoders: Wang and Zhu, Proceedings of the IEEE 86, 1998",
        ko="ITU-T H.264 디코더의 오류 은폐: Wang and Zhu, Proceedings of the IEEE 86, 1998",
    ),
    identity={"share": 0},
    exceptions={
        "grey": Text(
            en="Blocks whose colour is lost turn green or pink.",
            ko="색 정보를 잃은 블록은 초록색이나 분홍색이 됩니다.",
        )
    },
    severities={"noiselens": tuple({"share": share} for share in (0.08, 0.17, 0.28, 0.37, 0.45))},
)
def packet_loss(
    image: Image,
    generator: np.random.Generator,
    share: Annotated[
        float, Param(0.0, 0.5, 0.01, Text(en="Blocks lost", ko="잃는 블록"), unit="share of pixels")
    ] = 0.18,
    block: Annotated[
        float, Param(0.02, 0.2, 0.005, Text(en="Block size", ko="블록 크기"), unit="share of the side")
    ] = 0.07,
) -> Image:
    """out = image[moved], image[row above] or clip(image + c) in drawn runs of blocks, share of all, else image

    Runs of blocks until `share` of all is lost, each hidden as decoders do: moved, smeared or miscoloured.
    """
    height, width = image.shape[:2]
    noisy = image.copy()
    draws = generator.random((_MOST_RUNS, 6))
    side = max(1, round(block * max(height, width)))
    rows, columns = -(-height // side), -(-width // side)
    lengths = np.maximum(1, np.rint((0.1 + 0.4 * draws[:, 2]) * columns)).astype(int)
    count = int(np.searchsorted(np.cumsum(lengths), share * rows * columns, side="right"))
    if share > 0:
        count = max(count, 1)
    # Backwards, so that a larger share leaves what the first runs lost as it is.
    for (down, across, _, kind, a, b), length in zip(draws[:count][::-1], lengths[:count][::-1], strict=True):
        top, left = int(down * rows) * side, int(across * columns) * side
        bottom, right = min(top + side, height), min(left + length * side, width)
        here = noisy[top:bottom, left:right]
        if kind < 0.55:  # the decoder took a wrong motion vector
            y = min(max(top + round((a - 0.5) * 5 * side), 0), height - (bottom - top))
            x = min(max(left + round((b - 0.5) * 6 * side), 0), width - (right - left))
            here[:] = image[y : y + bottom - top, x : x + right - left]
        elif kind < 0.75:  # it repeated the last row that arrived
            here[:] = image[max(top - 1, 0), left:right]
        else:  # the colour planes are wrong, and at times only one brightness a block arrived
            known = image[top:bottom, left:right]
            if kind > 0.87:
                size = (right - left, bottom - top)
                coarse = cv2.resize(known, (int(length), 1), interpolation=cv2.INTER_AREA)
                known = np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_NEAREST), np.uint8)
            lost = np.array([-1, 1, -1], np.int16) * round((20 + 50 * b) * (1 if a < 0.5 else -1))
            here[:] = np.clip(known + lost, 0, 255)
    return noisy


_MOST_ERRORS = 64


@noise(
    name=Text(en="Damaged JPEG file", ko="손상된 JPEG 파일"),
    sentence=Text(
        en="Some bytes of the file were altered on a bad disk or line: from there on bands are shifted "
        "and miscoloured.",
        ko="디스크나 통신 오류로 파일의 바이트 몇 개가 바뀌어, 그 뒤로 띠 모양으로 밀리고 색이 틀어집니다.",
    ),
    also=Text(en="glitch, broken file", ko="글리치, 깨진 파일"),
    family="digital",
    source=Text(
        en="ITU-T T.81 (JPEG) with restart intervals, as libjpeg reads a damaged scan",
        ko="재시작 간격이 있는 ITU-T T.81(JPEG). 손상된 스캔을 libjpeg가 읽는 방식",
    ),
    exceptions={
        "identity": CODEC,
        "grey": Text(en="An altered byte may be one of colour.", ko="바뀐 바이트가 색 정보일 수 있습니다."),
        "order": Text(
            en="Two altered bytes may undo each other's shift.",
            ko="바뀐 두 바이트가 서로의 어긋남을 되돌릴 수 있습니다.",
        ),
    },
    severities={"noiselens": tuple({"errors": errors} for errors in (1, 6, 13, 22, 35))},
)
def damaged_jpeg(
    image: Image,
    generator: np.random.Generator,
    errors: Annotated[int, Param(0, _MOST_ERRORS, 1, Text(en="Bytes altered", ko="바뀐 바이트"))] = 8,
    quality: Annotated[int, Param(10, 100, 1, Text(en="Quality", ko="품질"))] = 85,
) -> Image:
    """out = decoded(JPEG(image, quality, a restart each row of blocks) with errors bytes of its scan altered)

    A JPEG file whose scan has `errors` bytes altered at drawn places; each row of blocks starts anew.
    """
    height, width = image.shape[:2]
    draws = generator.random((_MOST_ERRORS, 2))
    noisy = np.empty_like(image)
    for top in range(0, height, _LONGEST):
        for left in range(0, width, _LONGEST):
            piece = np.s_[top : top + _LONGEST, left : left + _LONGEST]
            noisy[piece] = _damaged(image[piece], draws[:errors], quality)
    return noisy


_LONGEST = 65488
"""Longest side of a JPEG, a multiple of its 16 px blocks."""


def _damaged(image: Image, draws: np.ndarray, quality: int) -> Image:
    # Pillow reads a damaged scan in silence; OpenCV writes a line about it to the server's log.
    from PIL import Image as Picture

    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_RST_INTERVAL,
        -(-image.shape[1] // 16),
    ]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    data = np.array(data).reshape(-1)
    scan = data.tobytes().rindex(b"\xff\xda") + 14
    body = data[scan:-2]
    # Markers and what follows them stay, so that the file can still be read.
    usable = np.flatnonzero((body[1:] != 255) & (body[:-1] != 255)) + 1
    if usable.size:
        for place, value in draws[::-1]:
            body[usable[int(place * usable.size)]] = int(value * 255)
    with Picture.open(io.BytesIO(data.tobytes())) as file:
        return np.array(file.convert("RGB"), np.uint8)
