"""Few colours and print: a picture told by dots."""

from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Choice, Param, noise
from core.pixels import Image
from core.words import Text


@noise(
    name=Text(en="GIF palette", ko="GIF 팔레트"),
    sentence=Text(
        en="Saved as a GIF of few colours: gradients turn into bands or into a pattern of dots.",
        ko="색이 몇 가지뿐인 GIF로 저장해 색의 변화가 띠나 점무늬로 바뀝니다.",
    ),
    family="digital",
    source=Text(
        en="Pillow, octree quantisation and Floyd and Steinberg 1976; the GIF89a format",
        ko="Pillow의 옥트리 양자화와 Floyd and Steinberg 1976. GIF89a 형식",
    ),
    exceptions={
        "identity": Text(
            en="A photo has more colours than the 256 of a GIF.",
            ko="사진에는 GIF의 256가지보다 색이 많습니다.",
        )
    },
    severities={"noiselens": tuple({"colours": colours} for colours in (117, 23, 13, 5, 3))},
)
def gif_palette(
    image: Image,
    generator: np.random.Generator,
    colours: Annotated[int, Param(2, 256, 1, Text(en="Colours", ko="색의 수"))] = 14,
    dither: Annotated[
        str,
        Choice(
            {
                "diffusion": Text(en="Error diffusion", ko="오차 확산"),
                "none": Text(en="None: bands", ko="없음: 띠무늬"),
            },
            Text(en="Dithering", ko="디더링"),
        ),
    ] = "diffusion",
) -> Image:
    """out = P[image], P = octree palette of image with `colours` entries, by error diffusion or without

    The picture's own palette of `colours` by octree, then each pixel its colour; no chance in it.
    """
    from PIL import Image as Picture  # loaded only where a palette is made

    whole = Picture.fromarray(image)
    palette = whole.quantize(colours, method=Picture.Quantize.FASTOCTREE, dither=Picture.Dither.NONE)
    if dither == "diffusion":
        palette = whole.quantize(palette=palette, dither=Picture.Dither.FLOYDSTEINBERG)
    return np.array(palette.convert("RGB"), np.uint8)


def _bayer() -> NDArray[np.int16]:
    """The 8x8 matrix of Bayer 1973: 0..63, each once."""
    matrix = np.zeros((1, 1), np.int16)
    for _ in range(3):
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return matrix.astype(np.int16)


@noise(
    name=Text(en="Ordered dithering", ko="순서 디더링"),
    sentence=Text(
        en="Shown with few levels a colour and a regular pattern of dots between them, as on old displays.",
        ko="옛 화면처럼 색마다 몇 단계만 쓰고 그 사이는 규칙적인 점무늬로 채웁니다.",
    ),
    family="digital",
    source="Bayer, An Optimum Method for Two-Level Rendition of Continuous-Tone Pictures, ICC 1973",
    identity={"levels": 256},
    severities={"noiselens": tuple({"levels": levels} for levels in (18, 8, 4, 3, 2))},
)
def ordered_dither(
    image: Image,
    generator: np.random.Generator,
    levels: Annotated[int, Param(2, 256, 1, Text(en="Levels a colour", ko="색마다 단계 수"))] = 5,
) -> Image:
    """out = round(h * round(clip(image + round(h * (2 * B - 63) / 128)) / h)), h = 255 / (levels - 1), B = Bayer

    An 8x8 Bayer matrix added, then the nearest of `levels` even levels; no chance in it.
    """
    height, width = image.shape[:2]
    step = 255 / (levels - 1)
    # Half a step either way; odd 64ths keep the middle of the matrix at zero.
    moved = np.rint((2 * _bayer() - 63) / 128 * step).astype(np.int16)
    tile = np.repeat(np.tile(moved, (1, -(-width // 8)))[:, :width, None], 3, axis=2)
    nearest = np.rint(np.rint(np.arange(256) / step) * step).astype(np.uint8)
    noisy = np.empty_like(image)
    rows = np.tile(tile, (8, 1, 1))
    for top in range(0, height, 64):
        part = image[top : top + 64]
        noisy[top : top + 64] = cv2.LUT(cv2.add(part, rows[: len(part)], dtype=cv2.CV_8U), nearest)
    return noisy


# Directions of the screens of cyan, magenta and yellow in print, so that their dots do not beat.
_SCREENS = (15, 75, 0)


@noise(
    name=Text(en="Halftone print", ko="망점 인쇄"),
    sentence=Text(
        en="Printed in a newspaper or comic: dots of three inks, large where the picture is dark.",
        ko="신문이나 만화처럼 세 가지 잉크의 점으로 인쇄한 사진입니다. 어두운 곳일수록 점이 큽니다.",
    ),
    also=Text(en="newspaper, comic", ko="신문, 만화"),
    family="digital",
    source=Text(
        en="Ulichney, Digital Halftoning, 1987: clustered dots on turned screens",
        ko="Ulichney, Digital Halftoning, 1987: 기울인 망판의 뭉친 점",
    ),
    identity={"strength": 0},
    exceptions={
        "grey": Text(en="The three inks' dots lie apart.", ko="세 잉크의 점은 서로 다른 곳에 찍힙니다.")
    },
    differs=1,
    severities={"noiselens": tuple({"strength": strength} for strength in (0.02, 0.08, 0.16, 0.23, 0.39))},
)
def halftone(
    image: Image,
    generator: np.random.Generator,
    strength: Annotated[float, Param(0.0, 1.0, 0.01, Text(en="Strength", ko="세기"))] = 0.42,
    cell: Annotated[
        float,
        Param(
            0.005, 0.1, 0.001, Text(en="Distance of the dots", ko="점 사이 거리"), unit="share of the side"
        ),
    ] = 0.025,
) -> Image:
    """out = round((1 - strength) * image + strength * clip(4 * (image - t) + 128)), t = spots `cell` apart

    Each colour against a turned grid of round spots, with edges a few levels soft; `strength` of it mixed in.

    No chance in it. Dots are 3 px apart at least, or there would be none.
    """
    height, width = image.shape[:2]
    if strength == 0:
        return image.copy()
    turns = 2 * np.pi / max(3.0, cell * max(height, width))
    printed = np.empty_like(image)
    x = np.arange(width)
    for top in range(0, height, 256):
        part = image[top : top + 256]
        y = np.arange(top, top + len(part))
        for channel, degrees in enumerate(_SCREENS):
            c, s = turns * np.cos(np.deg2rad(degrees)), turns * np.sin(np.deg2rad(degrees))
            # cos(cx + sy) + cos(cy - sx), each from cosines of one axis.
            spot = _cosine_of_sum(c * x, s * y) + _cosine_of_sum(-s * x, c * y)
            threshold = np.rint(127.5 + 63.75 * spot).astype(np.int16)
            over = (part[..., channel] - threshold) * 4 + 128
            printed[top : top + 256, :, channel] = np.clip(over, 0, 255)
    return np.asarray(cv2.addWeighted(image, 1 - strength, printed, strength, 0), np.uint8)


def _cosine_of_sum(across: NDArray[np.float64], down: NDArray[np.float64]) -> NDArray[np.float32]:
    x, y = across.astype(np.float32), down.astype(np.float32)
    sum_ = np.outer(np.cos(y), np.cos(x)) - np.outer(np.sin(y), np.sin(x))
    return np.asarray(sum_, np.float32)
