"""Files and streams: what saving, sending and losing part of a picture does to it."""

from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Choice, Param, Preset, noise
from core.noise.families.digital import jpeg_compression
from core.noise.sources import CODEC
from core.pixels import Image
from core.words import Text, plain

_TILE = 4096
"""Longest side that WebP, AVIF and H.264 get at once, px: their own limits differ, and this bounds memory."""

_QUALITY = Text(en="Quality", ko="품질")


def _in_tiles(image: Image, coded: Callable[[Image], Image]) -> Image:
    """`coded` of the picture, in pieces where it is longer than `_TILE`."""
    height, width = image.shape[:2]
    if max(height, width) <= _TILE:
        return coded(image)
    noisy = np.empty_like(image)
    for top in range(0, height, _TILE):
        for left in range(0, width, _TILE):
            piece = np.s_[top : top + _TILE, left : left + _TILE]
            noisy[piece] = coded(image[piece])
    return noisy


def _through_file(image: Image, kind: str, options: list[int]) -> Image:
    """The picture written as a file of `kind` and read again."""
    _, data = cv2.imencode(kind, cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
    assert decoded is not None, "what was just encoded can be decoded"
    return np.asarray(decoded, np.uint8)


@noise(
    name=Text(en="WebP compression", ko="WebP 압축"),
    sentence=Text(
        en="Saved as a small WebP file, as web pages and messengers do: smeared detail and flat patches.",
        ko="웹 페이지나 메신저처럼 작은 WebP 파일로 저장해 세부가 뭉개지고 얼룩이 집니다.",
    ),
    also=Text(en="messenger", ko="메신저"),
    family="digital",
    source=Text(
        en="WebP lossy format, RFC 9649 and RFC 6386, by libwebp",
        ko="WebP 손실 형식, RFC 9649와 RFC 6386. libwebp로 만듦",
    ),
    exceptions={
        "identity": CODEC,
        "grey": Text(
            en="Its fixed-point colours tint a grey by a level.",
            ko="정수로 계산하는 색 변환이 회색을 한 단계쯤 물들입니다.",
        ),
    },
    severities={"noiselens": tuple({"quality": quality} for quality in (84, 45, 18, 6, 1))},
)
def webp_compression(
    image: Image,
    generator: np.random.Generator,
    quality: Annotated[int, Param(1, 100, 1, _QUALITY)] = 10,
) -> Image:
    """out = decoded(WebP(image, quality, lossy))

    The picture after a lossy WebP file of that quality; no chance in it.
    """
    return _in_tiles(image, lambda part: _through_file(part, ".webp", [cv2.IMWRITE_WEBP_QUALITY, quality]))


@noise(
    name=Text(en="AVIF compression", ko="AVIF 압축"),
    sentence=Text(
        en="Saved as a small AVIF file, the still picture of a modern video codec: soft, with texture gone.",
        ko="최신 동영상 기술로 만든 작은 AVIF 파일로 저장해 부드러워지고 질감이 사라집니다.",
    ),
    family="digital",
    source=Text(
        en="AVIF 1.1, Alliance for Open Media, by libavif",
        ko="AVIF 1.1, Alliance for Open Media. libavif로 만듦",
    ),
    exceptions={"identity": CODEC},
    severities={"noiselens": tuple({"quality": quality} for quality in (70, 49, 31, 11, 3))},
)
def avif_compression(
    image: Image,
    generator: np.random.Generator,
    quality: Annotated[int, Param(1, 100, 1, _QUALITY)] = 18,
) -> Image:
    """out = decoded(AVIF(image, quality, speed 9))

    The picture after an AVIF file of that quality, by the encoder's fast setting; no chance in it.
    """
    options = [cv2.IMWRITE_AVIF_QUALITY, quality, cv2.IMWRITE_AVIF_SPEED, 9]
    return _in_tiles(image, lambda part: _through_file(part, ".avif", options))


@noise(
    name=Text(en="Double JPEG", ko="이중 JPEG"),
    sentence=Text(
        en="Saved as JPEG, cropped and saved again: two grids of blocks lie over each other, "
        "as in many edited pictures.",
        ko="JPEG로 저장하고 잘라 낸 뒤 다시 저장해, 편집된 사진처럼 두 블록 격자가 어긋나 겹칩니다.",
    ),
    also=Text(en="saved again, edited", ko="다시 저장"),
    family="digital",
    source="Popescu and Farid, Statistical Tools for Digital Forensics, Information Hiding 2004",
    exceptions={"identity": CODEC},
    severities={
        "noiselens": tuple(
            {"before": before, "after": after}
            for before, after in ((63, 71), (11, 28), (8, 19), (5, 9), (4, 4))
        )
    },
)
def double_jpeg(
    image: Image,
    generator: np.random.Generator,
    before: Annotated[int, Param(1, 100, 1, Text(en="First quality", ko="첫 번째 품질"))] = 14,
    after: Annotated[int, Param(1, 100, 1, Text(en="Second quality", ko="두 번째 품질"))] = 22,
    shift: Annotated[int, Param(0, 15, 1, Text(en="Grid shift", ko="격자 이동"), unit="px")] = 4,
) -> Image:
    """out = J(p, after)[shift:, shift:], p = J(image, before) padded by shift, J(x, q) = decoded(JPEG(x, q))

    JPEG at `before`, the grid moved by `shift` px right and down, JPEG at `after`; no chance in it.
    """
    # The second grid begins outside the picture, as if `16 - shift` rows and columns had been cut off.
    height, width = image.shape[:2]
    once = jpeg_compression(image, generator, before)
    padded = cv2.copyMakeBorder(once, shift, 0, shift, 0, cv2.BORDER_REPLICATE)
    twice = jpeg_compression(_as_image(padded), generator, after)
    return twice[shift : shift + height, shift : shift + width].copy()


_MOST_ROUNDS = 8


@noise(
    name=Text(en="Social media upload", ko="소셜 미디어 업로드"),
    sentence=Text(
        en="Passed on through social media: made smaller, sharpened and saved as JPEG by each service in turn.",
        ko="소셜 미디어를 거치며 서비스마다 사진을 줄이고 선명하게 하고 JPEG로 다시 저장합니다.",
    ),
    also=Text(en="WhatsApp, Instagram, KakaoTalk", ko="카톡, 카카오톡, 인스타그램"),
    family="digital",
    source=Text(
        en="NoiseLens: the steps of image services (resize, unsharp mask) around JPEG, ITU-T T.81",
        ko="NoiseLens: 사진 서비스의 단계(크기 바꾸기, 언샤프 마스크)와 ITU-T T.81의 JPEG",
    ),
    exceptions={"identity": CODEC},
    severities={
        "noiselens": tuple(
            {"side": side, "quality": quality, "rounds": rounds}
            for side, quality, rounds in (
                (0.97, 81, 1),
                (0.88, 72, 2),
                (0.7, 57, 3),
                (0.53, 41, 4),
                (0.43, 32, 4),
            )
        )
    },
)
def social_media(
    image: Image,
    generator: np.random.Generator,
    side: Annotated[
        float,
        Param(0.1, 1.0, 0.01, Text(en="Longest side kept", ko="남는 긴 변"), unit="share of the side"),
    ] = 0.5,
    sharpening: Annotated[float, Param(0.0, 2.0, 0.05, Text(en="Sharpening", ko="선명하게"))] = 0.3,
    quality: Annotated[int, Param(1, 100, 1, _QUALITY)] = 38,
    rounds: Annotated[int, Param(1, _MOST_ROUNDS, 1, Text(en="Times passed on", ko="전달 횟수"))] = 3,
) -> Image:
    """out = resized(f(..f(image))), rounds times f(x) = J(clip(s + round(sharpening * (s - blur(s))))), s = small x

    `rounds` times: resized to `side`, unsharp mask, JPEG; then enlarged to the size it had.

    Services differ in their longest side: each round's is `side` times a drawn 0.85..1.15, so that the
    grids of blocks do not fall on each other.
    """
    height, width = image.shape[:2]
    noisy, added = image, np.rint(np.arange(-255, 256) * sharpening).astype(np.int16)
    for spread in generator.uniform(0.85, 1.15, _MOST_ROUNDS)[:rounds]:
        share = min(1.0, side * spread)
        size = (max(1, round(width * share)), max(1, round(height * share)))
        grows = size[0] > noisy.shape[1] or size[1] > noisy.shape[0]
        noisy = _as_image(cv2.resize(noisy, size, interpolation=cv2.INTER_CUBIC if grows else cv2.INTER_AREA))
        if sharpening > 0:
            soft = cv2.GaussianBlur(noisy, (0, 0), 0.8)
            # In whole numbers: a last bit that differs between machines would grow from round to round.
            away = cv2.subtract(noisy, soft, dtype=cv2.CV_16S)
            noisy = _as_image(cv2.add(noisy, added[np.asarray(away) + 255], dtype=cv2.CV_8U))
        noisy = jpeg_compression(noisy, generator, quality)
    return _as_image(cv2.resize(noisy, (width, height), interpolation=cv2.INTER_CUBIC))


def _as_image(picture: Any) -> Image:
    return np.asarray(picture, np.uint8)


@noise(
    name=Text(en="H.264 video", ko="H.264 동영상"),
    sentence=Text(
        en="A frame of a compressed video; the presets are the qualities of FaceForensics++, c23 and c40.",
        ko="압축한 동영상에서 꺼낸 한 장면입니다. 프리셋은 FaceForensics++의 c23, c40 화질입니다.",
    ),
    family="digital",
    source=Text(
        en="ITU-T H.264 by x264; Rössler et al., FaceForensics++, ICCV 2019",
        ko="x264로 만든 ITU-T H.264. Rössler et al., FaceForensics++, ICCV 2019",
    ),
    exceptions={"identity": CODEC},
    presets={
        f"faceforensics_c{crf}": Preset(
            plain(f"FaceForensics++ c{crf}"),
            Text(
                en=f"The rate factor {crf} of FaceForensics++, a collection of forged face videos: its {en} quality.",
                ko=f"얼굴 위조 동영상 모음 FaceForensics++의 {ko} 화질과 같은 압축률 {crf}입니다.",
            ),
            {"crf": crf},
        )
        for crf, en, ko in ((23, "high", "높은"), (40, "low", "낮은"))
    },
    severities={"noiselens": tuple({"crf": crf} for crf in (19, 31, 40, 42, 44))},
)
def h264_compression(
    image: Image,
    generator: np.random.Generator,
    crf: Annotated[int, Param(1, 51, 1, Text(en="Rate factor (crf)", ko="압축률 (crf)"))] = 36,
    frame: Annotated[
        str,
        Choice(
            {
                "between": Text(en="Between key frames", ko="키 프레임 사이"),
                "key": Text(en="Key frame", ko="키 프레임"),
            },
            Text(en="Frame", ko="장면"),
        ),
    ] = "between",
    motion: Annotated[
        float,
        Param(0.0, 0.05, 0.001, Text(en="Movement a frame", ko="장면당 움직임"), unit="share of the side"),
    ] = 0.01,
) -> Image:
    """out = last of decoded(x264(frames, crf)), frames = image moved by k * motion, k = 3, 2, 1, 0, or 0 alone

    The last of four frames through x264 at constant rate factor `crf`, or a lone key frame.

    Before it the picture moves by `motion` a frame, in a drawn direction, and comes to rest; most frames
    of FaceForensics++ are such frames between. One thread and no choices by processor: the same
    everywhere.
    """
    angle = generator.uniform(0, 2 * np.pi)

    def coded(part: Image) -> Image:
        height, width = part.shape[:2]
        # Whole macroblocks, so that the codec pads nothing by itself.
        padded = cv2.copyMakeBorder(part, 0, -height % 16, 0, -width % 16, cv2.BORDER_REPLICATE)
        reach = motion * max(height, width)
        frames = []
        for still in (0,) if frame == "key" else (3, 2, 1, 0):
            moved = padded
            if still and reach > 0:
                by = np.array(
                    [[1, 0, still * reach * np.cos(angle)], [0, 1, still * reach * np.sin(angle)]], np.float64
                )
                moved = cv2.warpAffine(
                    padded, by, padded.shape[1::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
                )
            frames.append(_to_video(_as_image(moved)))
        return _from_video(_through_x264(frames, crf))[:height, :width].copy()

    return _in_tiles(image, coded)


# BT.601 with its limited range (16..235 and 16..240), as FaceForensics++ and most of video has it.
_LEVELS = np.arange(256)
_NARROW_LUMA = np.rint(16 + _LEVELS * 219 / 255).astype(np.uint8)
_NARROW_COLOUR = np.rint(128 + (_LEVELS - 128) * 224 / 255).astype(np.uint8)
_WIDE_LUMA = np.clip(np.rint((_LEVELS - 16) * 255 / 219), 0, 255).astype(np.uint8)
_WIDE_COLOUR = np.clip(np.rint(128 + (_LEVELS - 128) * 255 / 224), 0, 255).astype(np.uint8)


def _to_video(image: Image) -> NDArray[np.uint8]:
    """4:2:0 planes one below the other, uint8 1.5 H,W; whole-number arithmetic on every machine."""
    height, width = image.shape[:2]
    luma, red, blue = cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb))
    half = (width // 2, height // 2)
    planes = [cv2.LUT(luma, _NARROW_LUMA)]
    for colour in (blue, red):
        small = cv2.LUT(cv2.resize(colour, half, interpolation=cv2.INTER_AREA), _NARROW_COLOUR)
        planes.append(small.reshape(-1, width))
    return np.concatenate(planes)


def _from_video(planes: NDArray[np.uint8]) -> Image:
    rows, width = planes.shape
    height = rows * 2 // 3
    luma = cv2.LUT(planes[:height], _WIDE_LUMA)
    blue, red = (
        cv2.resize(cv2.LUT(part.reshape(height // 2, width // 2), _WIDE_COLOUR), (width, height))
        for part in (planes[height : height * 5 // 4], planes[height * 5 // 4 :])
    )
    return _as_image(cv2.cvtColor(cv2.merge((luma, red, blue)), cv2.COLOR_YCrCb2RGB))


def _through_x264(frames: list[NDArray[np.uint8]], crf: int) -> NDArray[np.uint8]:
    """The last of `frames` (4:2:0 planes) after encoding and decoding all of them."""
    import av  # loaded only where a video is made

    rows, width = frames[0].shape
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, rows * 2 // 3, "yuv420p"
    encoder.time_base = Fraction(1, 25)
    encoder.thread_count = 1
    encoder.options = {
        "preset": "medium",
        "crf": str(crf),
        "x264-params": "cpu-independent=1:scenecut=0:log-level=none",
    }
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    packets = []
    for number, planes in enumerate(frames):
        given = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        given.pts = number
        packets += encoder.encode(given)
    packets += encoder.encode(None)
    shown = [picture for packet in packets for picture in decoder.decode(packet)]
    shown += decoder.decode(None)
    return np.asarray(shown[-1].to_ndarray(), np.uint8)
