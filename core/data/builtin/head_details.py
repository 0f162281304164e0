"""What only a picture above drawing.SMALL can show of a drawn head: roundness, hairs, lids, nostrils, lips.

Lengths are in the frame of the head.
"""

import numpy as np
from numpy.typing import NDArray

from core.data.builtin.drawing import Canvas, Colour, Points, arc, rounded, toned

Skin = NDArray[np.float64]
"""3: red, green and blue."""


def draw_round_face(canvas: Canvas, outline: Points, skin: Skin) -> None:
    """A face that is darker towards its edge, under the hair and over the chin."""
    canvas.fill(outline, toned(skin, 0.86))
    canvas.tint(outline * 0.8 + (0, -0.02), toned(skin, 1.03), 1.0, 0.24)
    canvas.tint(arc(0, -0.62, 0.7, 0.16, 0, 360, 24), toned(skin, 0.8), 0.5, 0.14)


def draw_ear(canvas: Canvas, side: int, skin: Skin) -> None:
    canvas.stroke(
        arc(side * 1.02, 0.02, 0.07, 0.13, 90 - side * 90 - 80, 90 - side * 90 + 80), 0.025, toned(skin, 0.68)
    )


def draw_strands(
    canvas: Canvas, hairline: Points, high: float, hair: Colour, draw: np.random.Generator
) -> None:
    """Hairs combed from the parting to both sides, between `hairline` (right to left, its middle the parting) and the
    outline of the head, `high` above its middle."""
    outside = np.array([(1.05, 0.0), (0.84, -0.06 - 0.66 * high), (hairline[2, 0], -0.06 - high)])
    for side in (1, -1):
        inside = hairline[:3] if side == 1 else hairline[:1:-1]
        lit = inside + 0.62 * (outside * (side, 1) - inside)
        lit[2, 0] = hairline[2, 0]
        band = np.concatenate([rounded(lit), rounded(lit * (0.9, 0.86))[::-1]])
        canvas.tint(band, toned(hair, 1.25), 0.45, 0.1)
        for out in np.linspace(0.06, 0.96, 13) + draw.uniform(-0.03, 0.03, 13):
            strand = inside + out * (outside * (side, 1) - inside)
            strand[2, 0] = hairline[2, 0]
            line = rounded(strand)
            start = draw.integers(0, len(line) // 3)
            tone = toned(hair, draw.choice((0.8, 0.88, 1.1, 1.18)))
            canvas.stroke(line[start : len(line) - draw.integers(0, 3)], 0.01, tone)


def draw_long_strands(canvas: Canvas, down: float, hair: Colour, draw: np.random.Generator) -> None:
    for side in (-1, 1):
        for x in np.linspace(0.9, 1.16, 7):
            bend = draw.uniform(-0.03, 0.03)
            line = np.array([(side * x, -0.1), (side * (x + bend), 0.4 * down), (side * x, down - 0.06)])
            canvas.stroke(rounded(line), 0.012, toned(hair, draw.choice((0.8, 0.88, 1.1, 1.18))))


def draw_eye(
    canvas: Canvas, x: float, level: float, wide: float, open_to: float, look: float, iris: Colour, skin: Skin
) -> None:
    """Over an eye: the shadow of its lid, the rim and light of its iris, the folds around it."""
    canvas.stroke(arc(x + look, level, 0.093, 0.091, 0, 360, 28), 0.018, toned(iris, 0.55), closed=True)
    canvas.stroke(arc(x + look, level, 0.07, 0.068, 40, 140), 0.022, toned(iris, 1.45))
    canvas.tint(arc(x, level - open_to * 0.75, wide * 0.85, 0.035, 0, 360, 20), (50, 40, 44), 0.5, 0.04)
    canvas.oval(x + look + 0.03, level - 0.035, 0.024, 0.022, (255, 255, 255))
    canvas.stroke(arc(x, level - 0.015, wide + 0.045, open_to + 0.075, 210, 330), 0.014, toned(skin, 0.66))
    canvas.stroke(arc(x, level + 0.01, wide + 0.01, open_to + 0.035, 30, 150), 0.012, toned(skin, 0.66))


def draw_brow(
    canvas: Canvas, x: float, y: float, wide: float, thick: float, colour: Colour, side: int
) -> None:
    """A brow that arches to `wide` on both sides of x and thins outwards; `side` is -1 or 1."""
    upper, lower = arc(x, y, wide, 0.1 + thick / 2, 205, 335), arc(x, y, wide, 0.1 - thick / 2, 205, 335)
    thin = np.linspace(0, 1, len(upper))[::side, None] ** 2
    middle = (upper + lower) / 2
    upper, lower = upper + 0.8 * thin * (middle - upper), lower + 0.8 * thin * (middle - lower)
    canvas.tint(np.concatenate([upper, lower[::-1]]), colour, 1.0, 0.025)
    for place in range(1, len(upper) - 1):
        foot, tip = 0.8 * lower[place] + 0.2 * upper[place], upper[place] + np.array((side * 0.03, 0.0))
        canvas.stroke(np.array([foot, tip]), 0.01, toned(colour, 0.8 if place % 2 else 1.25))


def draw_nose(canvas: Canvas, level: float, tip: float, skin: Skin) -> None:
    """Its shaded side, the light on it, nostrils and wings."""
    shaded = np.array([(0.05, level + 0.02), (0.13, tip + 0.01), (0.05, tip + 0.02), (0.02, level + 0.1)])
    canvas.tint(shaded, toned(skin, 0.72), 0.6, 0.05)
    canvas.tint(arc(0, tip + 0.07, 0.1, 0.02, 0, 360, 16), toned(skin, 0.7), 0.6, 0.04)
    canvas.tint(
        np.array([(-0.03, level), (-0.04, tip - 0.06), (0.02, tip - 0.06)]), toned(skin, 1.16), 0.7, 0.05
    )
    canvas.tint(arc(-0.01, tip - 0.03, 0.05, 0.035, 0, 360, 16), toned(skin, 1.24), 0.8, 0.04)
    for side in (-1, 1):
        canvas.oval(side * 0.06, tip + 0.04, 0.034, 0.018, toned(skin, 0.45))
        wing = arc(side * 0.085, tip + 0.01, 0.045, 0.05, 90 - side * 130, 90 - side * 20, 8)
        canvas.stroke(wing, 0.016, toned(skin, 0.68))


def smiling(points: Points, across: float, smile: float) -> Points:
    """A line of the mouth with its corners, `across` to both sides of the middle, drawn up."""
    return points - np.stack([0 * points[:, 0], 0.6 * smile * (points[:, 0] / across) ** 2], axis=1)


def draw_lips(canvas: Canvas, mouth: float, across: float, smile: float, lips: Colour, skin: Skin) -> None:
    canvas.tint(arc(0, mouth + smile + 0.1, across * 0.6, 0.04, 0, 360, 20), toned(skin, 0.74), 0.6, 0.06)
    canvas.tint(arc(0, mouth - 0.035, across * 0.8, 0.025, 0, 360, 20), toned(lips, 0.82), 0.7, 0.03)
    canvas.tint(arc(0.03, mouth + 0.55 * smile, across * 0.4, 0.02, 0, 360, 20), toned(lips, 1.45), 0.5, 0.03)


def draw_glint(canvas: Canvas, apart: float, level: float, lens: Points) -> None:
    """Light on both lenses of glasses."""
    for side in (-1, 1):
        upper = lens[(lens[:, 1] < 0) & (lens[:, 0] < 0)] * 0.78
        canvas.tint(upper + np.array((side * apart, level + 0.03)), (255, 255, 255), 0.3, 0.03)


def draw_beard(canvas: Canvas, area: Points, beard: Colour, draw: np.random.Generator) -> None:
    """A beard with a soft edge and hairs in it."""
    canvas.tint(area * (0.96, 1) + (0, 0.01), beard, 0.85, 0.1)
    for _ in range(70):
        x, y = draw.uniform(-0.55, 0.55), draw.uniform(0.58, 0.9)
        if x * x / 0.45 + y * y / 0.95 < 1:
            tone = toned(beard, draw.choice((0.75, 1.2)))
            canvas.stroke(np.array([(x, y), (x * 1.06, y + 0.06)]), 0.012, tone)


def round_ends(down: float) -> Points:
    """The lower edge of long hair, `down` below the middle of the face, from right to left."""
    return rounded(
        np.array(
            [
                (1.24, down - 0.35),
                (1.16, down),
                (0.5, down),
                (-0.5, down),
                (-1.16, down),
                (-1.24, down - 0.35),
            ]
        )
    )


def draw_neck(canvas: Canvas, cloth: Colour, skin: Skin) -> None:
    """The shadow of the chin and the edge of what is worn."""
    canvas.tint(arc(0, 1.02, 0.32, 0.16, 0, 360, 24), toned(skin, 0.52), 0.75, 0.16)
    canvas.stroke(arc(0, 1.2, 0.52, 0.3, 10, 170, 16), 0.05, toned(cloth, 0.7))
