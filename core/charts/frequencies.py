"""Errors by the frequency of a wave that is added to pictures: coarse patterns in the middle, fine ones at the rim."""

import cv2
import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.drawing import OKABE_ITO, Palette, cell_colour, mixed, new_figure
from core.pixels import Image
from core.words import Language, Text

_WORDS = {
    "across": Text(en="cycles per picture, across", ko="가로 물결 수"),
    "down": Text(en="cycles per picture, down", ko="세로 물결 수"),
    "error": Text(en="wrong answers, %", ko="틀린 답, %"),
    "difference": Text(en="more wrong answers, points", ko="틀린 답의 차이, %포인트"),
    "percent": Text(en="%", ko="%"),
    "points": Text(en="points", ko="%포인트"),
    "wave": Text(
        en="{x} across, {y} down: {z} % wrong",
        ko="가로 {x}, 세로 {y}: {z}% 틀림",
    ),
    "change": Text(
        en="{x} across, {y} down: {z} points",
        ko="가로 {x}, 세로 {y}: {z}%포인트",
    ),
}
WORSE, BETTER = OKABE_ITO[4], OKABE_ITO[5]
_STEPS = 11
"""Colours of a scale; what lies between two is blended."""
_LEAST = 0.1
"""A difference everywhere smaller than this still has this as its strongest colour, or chance would look like much."""
_HEIGHT = 420
# Of the picture that is written to a file, px.
_SIDE, _MARGIN, _BAR, _LETTER = 512, 48, 20, 0.45


def frequency_words(key: str, language: Language) -> str:
    """What the axes are called, "across" and "down", and the units of both scales, "percent" and "points"."""
    return _WORDS[key][language]


def error_colours(palette: Palette) -> list[str]:
    """From no error to nothing but errors."""
    return [cell_colour(palette, share) for share in np.linspace(0, 1, _STEPS).tolist()]


def change_colours(palette: Palette) -> list[str]:
    """From fewer errors to more, in the middle none or no difference."""
    better = [mixed(BETTER, palette.ground, share) for share in np.linspace(1, 0, _STEPS // 2 + 1).tolist()]
    worse = [mixed(WORSE, palette.ground, share) for share in np.linspace(0, 1, _STEPS // 2 + 1).tolist()]
    return [*better, *worse[1:]]


def frequency_map(
    palette: Palette, plane: NDArray[np.float64], side: int, change: bool = False, language: Language = "en"
) -> go.Figure:
    """Errors by frequency, or by how much those of two runs differ.

    Args:
        plane: R,R of 0..1, a difference of -1..1; no frequency in the middle, as core.evaluation.fourier.whole_plane gives it.
        side: of the pictures, px: the highest frequency is half of that.
        change: it is a difference.
    """
    figure = new_figure(palette, _HEIGHT, showlegend=False)
    low, high = _ends(plane, change)
    colours = change_colours(palette) if change else error_colours(palette)
    ticks = _ticks(len(plane), side)
    said = _WORDS["change" if change else "wave"][language]
    number = "%{z:+.0f}" if change else "%{z:.0f}"
    figure.add_heatmap(
        z=100 * plane,
        x=ticks,
        y=ticks,
        zmin=100 * low,
        zmax=100 * high,
        colorscale=[
            [share, colour]
            for share, colour in zip(np.linspace(0, 1, len(colours)).tolist(), colours, strict=True)
        ],
        colorbar={
            "title": {"text": _WORDS["difference" if change else "error"][language], "side": "right"},
            "thickness": 14,
            "outlinewidth": 0,
        },
        hovertemplate=said.format(x="%{x:.0f}", y="%{y:.0f}", z=number) + "<extra></extra>",
    )
    figure.update_xaxes(title_text=_WORDS["across"][language], constrain="domain")
    figure.update_yaxes(
        title_text=_WORDS["down"][language],
        scaleanchor="x",
        autorange="reversed",
        constrain="domain",
        showgrid=False,
    )
    return figure


def _ends(plane: NDArray[np.float64], change: bool) -> tuple[float, float]:
    if not change:
        return 0.0, 1.0
    most = max(_LEAST, float(np.abs(plane).max()))
    return -most, most


def _ticks(count: int, side: int) -> list[float]:
    """The frequency of each row and column."""
    half = side // 2
    step = -(-side // (count - 1)) if count > 1 else 1
    first = (count - 1) // 2
    return [float(min(max((place - first) * step, -half), half)) for place in range(count)]


def frequency_picture(
    plane: NDArray[np.float64], side: int, change: bool = False, palette: Palette | None = None
) -> Image:
    """The same as a picture, RGB uint8, with its scale and English words; for a file.

    Args:
        plane, side, change: as of `frequency_map`.
    """
    palette = palette or Palette()
    low, high = _ends(plane, change)
    table = _table(change_colours(palette) if change else error_colours(palette))
    shares = np.clip((plane - low) / (high - low), 0, 1)
    coloured = table[np.rint(shares * 255).astype(np.uint8)]
    large = cv2.resize(coloured, (_SIDE, _SIDE), interpolation=cv2.INTER_NEAREST)
    canvas = np.full((_SIDE + 2 * _MARGIN, _SIDE + 4 * _MARGIN, 3), 255, np.uint8)
    canvas[_MARGIN : _MARGIN + _SIDE, _MARGIN : _MARGIN + _SIDE] = large
    left = _MARGIN + _SIDE + _BAR
    canvas[_MARGIN : _MARGIN + _SIDE, left : left + _BAR] = table[np.linspace(255, 0, _SIDE).astype(int)][
        :, None
    ]

    def write(text: str, x: int, y: int) -> None:
        cv2.putText(canvas, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, _LETTER, (60, 60, 70), 1, cv2.LINE_AA)

    beside, half = left + _BAR + 6, side // 2
    write(f"{100 * high:+.0f}" if change else f"{100 * high:.0f}", beside, _MARGIN + 10)
    write("0" if change else "50", beside, _MARGIN + _SIDE // 2)
    write(f"{100 * low:.0f}", beside, _MARGIN + _SIDE)
    write(_WORDS["difference" if change else "error"]["en"], _MARGIN + _SIDE // 2, _MARGIN - 14)
    for share, cycles in ((0.0, half), (0.5, 0), (1.0, half)):
        write(str(cycles), _MARGIN + round(share * (_SIDE - 16)), _MARGIN + _SIDE + 18)
    write(_WORDS["across"]["en"], _MARGIN, _MARGIN + _SIDE + 38)
    write("coarse in the middle, fine at the rim", _MARGIN + _SIDE // 2, _MARGIN + _SIDE + 38)
    return canvas


def _table(colours: list[str]) -> NDArray[np.uint8]:
    """256,3: a scale of colours, blended."""
    stops = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in colours], np.float64)
    places = np.linspace(0, len(stops) - 1, 256)
    return np.stack(
        [np.interp(places, np.arange(len(stops)), stops[:, one]) for one in range(3)], axis=1
    ).astype(np.uint8)
