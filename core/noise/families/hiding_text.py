"""Hiding: text written over the picture."""

from functools import cache, lru_cache
from threading import Lock
from typing import Annotated

import cv2
import numpy as np

from core.noise.catalogue import Choice, Param, noise
from core.noise.shared.painting import lay_over
from core.pixels import Image
from core.words import Text

_SENTENCES = (
    "I will be home before dinner.",
    "Have you seen my keys?",
    "The train leaves at seven.",
    "Please keep this between us.",
    "It rained all afternoon.",
    "Nobody told me about it.",
    "We should have taken the bridge.",
    "That is not what I meant.",
    "Look at the light over there.",
    "She never wrote back.",
    "Turn left after the market.",
    "How long have you been waiting?",
    "Everything is fine now.",
    "They sold the house in spring.",
    "Can you hear the water?",
    "Tomorrow we start again.",
)
_HEIGHT = 40
"""Of the letters as they are drawn, before they are brought to their size, px."""
_WRITING = Lock()
"""OpenCV's font engine is written to by one thread at a time."""


@lru_cache(maxsize=64)
def _written(text: str) -> Image:
    """`text` in white on black, cut out closely in width, 1.3 letter heights high: uint8 h,w, read-only."""
    with _WRITING:
        font = cv2.FontFace("sans")
        strip = np.zeros((round(1.3 * _HEIGHT), _HEIGHT * (len(text) + 2)), np.uint8)
        cv2.putText(strip, text, (_HEIGHT, _HEIGHT), (255,), font, _HEIGHT, 600)
    inked = np.flatnonzero(strip.any(axis=0))
    strip = np.ascontiguousarray(strip[:, inked[0] : inked[-1] + 1])
    strip.flags.writeable = False
    return strip


@noise(
    name=Text(en="Subtitles", ko="자막"),
    sentence=Text(
        en="Lines of text over the lower part of the picture, as in a film or a shared clip.",
        ko="영화나 공유된 영상처럼 사진 아래쪽에 글이 여러 줄 얹힙니다.",
    ),
    also=Text(en="caption, meme, text", ko="글자, 짤"),
    family="hiding",
    source=Text(
        en="Subtitles as players draw them: white letters with a dark edge, or on a dark bar",
        ko="재생기가 그리는 자막: 어두운 테두리를 두르거나 어두운 띠 위에 놓은 흰 글자",
    ),
    identity={"opacity": 0},
    differs=1,
    severities={
        "noiselens": tuple(
            {"height": height, "lines": lines}
            for height, lines in ((0.075, 2), (0.09, 3), (0.095, 3), (0.1, 4), (0.11, 4))
        )
    },
)
def text_overlay(
    image: Image,
    generator: np.random.Generator,
    height: Annotated[
        float,
        Param(0.02, 0.3, 0.005, Text(en="Height of a letter", ko="글자 높이"), unit="share of the side"),
    ] = 0.08,
    lines: Annotated[int, Param(1, 12, 1, Text(en="Lines", ko="줄 수"))] = 2,
    style: Annotated[
        str,
        Choice(
            {
                "outline": Text(en="White with a dark edge", ko="검은 테두리의 흰 글자"),
                "bar": Text(en="White on a dark bar", ko="어두운 띠 위의 흰 글자"),
            },
            Text(en="Style", ko="모양"),
        ),
    ] = "outline",
    opacity: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Opacity", ko="불투명도"))] = 1.0,
) -> Image:
    """out = round((1 - w) * (1 - b) * image + 255 * w), w = opacity * letters, b = opacity * (rim or 2 / 3 of a bar)

    Sentences in a drawn order, broken into `lines` centred lines that end near the lower border.
    """
    order = generator.permutation(len(_SENTENCES))
    noisy = image.copy()
    rows, columns = image.shape[:2]
    scale = height * min(rows, columns) / _HEIGHT
    words = " ".join(_SENTENCES[number] for number in order).split()
    line_height = max(1, round(1.3 * _HEIGHT * scale))
    edge = max(1, round(0.09 * _HEIGHT * scale))
    margin = round(0.05 * min(rows, columns))
    top = rows - margin - lines * line_height
    for _ in range(lines):
        strip = _written(_taken(words, 0.92 * columns / scale))
        width = min(columns, max(1, round(strip.shape[1] * scale)))
        letters = cv2.resize(strip, (width, line_height), interpolation=cv2.INTER_AREA)
        letters = cv2.copyMakeBorder(letters, edge, edge, edge, edge, cv2.BORDER_CONSTANT)
        if style == "bar":
            below = np.full_like(letters, 170)
        else:
            round_brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * edge + 1, 2 * edge + 1))
            below = cv2.dilate(letters, round_brush)
        y, x = top - edge, (columns - width) // 2 - edge
        for level, alpha in ((0, below), (255, letters)):
            lay_over(noisy, level, np.asarray(cv2.convertScaleAbs(alpha, alpha=opacity), np.uint8), y, x)
        top += line_height
    return noisy


def _taken(words: list[str], width: float) -> str:
    """The words of the next line, at most `width` px as they are drawn (but one at least), taken off the list."""
    line = words.pop(0)
    words.append(line)
    while len(line) < 200 and _written(f"{line} {words[0]}").shape[1] <= width:
        words.append(words.pop(0))
        line = f"{line} {words[-1]}"
    return line


@noise(
    name=Text(en="Watermark", ko="워터마크"),
    sentence=Text(
        en="Pale slanted text repeated all over the picture, as on the samples of picture agencies.",
        ko="사진 판매 사이트의 견본처럼 비스듬한 흐린 글자가 사진 전체에 되풀이됩니다.",
    ),
    also=Text(en="stock photo, logo", ko="로고"),
    family="hiding",
    source=Text(
        en="Watermarks as picture agencies lay them over their samples",
        ko="사진 판매처가 견본 위에 얹는 워터마크",
    ),
    identity={"opacity": 0},
    differs=1,
    severities={"noiselens": tuple({"opacity": opacity} for opacity in (0.1, 0.25, 0.35, 0.6, 0.8))},
)
def watermark(
    image: Image,
    generator: np.random.Generator,
    opacity: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Opacity", ko="불투명도"))] = 0.45,
    height: Annotated[
        float, Param(0.02, 0.3, 0.01, Text(en="Height of a letter", ko="글자 높이"), unit="share of the side")
    ] = 0.1,
) -> Image:
    """out = round((1 - opacity * max(w, 0.7 * s)) * image + 255 * opacity * w), w = letters, s = their shadow

    White letters with a dark shadow, thirty degrees up, in a pattern whose offset is drawn.
    """
    noisy = image.copy()
    offset = generator.random(2)
    if opacity == 0:
        return noisy
    rows, columns = image.shape[:2]
    scale = max(2.0, height * min(rows, columns)) / _HEIGHT
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    cell = cv2.resize(_cell(), None, fx=scale, fy=scale, interpolation=how)
    down, across = (
        (np.arange(length) + int(share * period)) % period
        for length, share, period in zip((rows, columns), offset, cell.shape[:2], strict=True)
    )
    planes = cv2.split(cv2.convertScaleAbs(cell, alpha=opacity))
    letters, alpha = (plane.take(across, axis=1).take(down, axis=0) for plane in planes)
    lay_over(noisy, cv2.merge([letters] * 3), alpha)
    return noisy


@cache
def _cell() -> Image:
    """What the pattern repeats without a seam: uint8 h,w,2, a grey multiplied by alpha, and alpha."""
    text = _written("SAMPLE PICTURE")
    height, width = text.shape
    # One text a cell; the cell two below and one to the right goes on along its line.
    across = round(1.15 * width)
    down = round(across * np.tan(np.pi / 6) / 2)
    side = 3 * max(across, down)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 30, 1.0)
    turn[:, 2] += side / 2 - width / 2, side / 2 - height / 2
    slanted = cv2.warpAffine(text, turn, (side, side), flags=cv2.INTER_LINEAR)
    letters = np.zeros((down, across), np.uint8)
    for y in range(0, side - down + 1, down):
        for x in range(0, side - across + 1, across):
            letters = cv2.max(letters, slanted[y : y + down, x : x + across])
    shadow = np.roll(letters, (3, 3), axis=(0, 1))
    shadow = cv2.GaussianBlur(np.tile(shadow, (3, 3)), (0, 0), 2)[down : 2 * down, across : 2 * across]
    alpha = cv2.max(letters, cv2.convertScaleAbs(shadow, alpha=0.7))
    return np.dstack([letters, alpha])
