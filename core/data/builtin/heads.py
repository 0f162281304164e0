"""Drawn heads: shoulders, hair, face and what some people wear, for the built-in data set `faces`."""

import numpy as np

from core.data.builtin import head_details as details
from core.data.builtin.drawing import CIRCLE, Canvas, Colour, Points, arc, rounded, toned

_SKINS = np.array(
    [
        (255, 224, 196),
        (244, 205, 172),
        (232, 187, 148),
        (214, 162, 118),
        (190, 134, 92),
        (160, 106, 70),
        (124, 80, 54),
        (92, 60, 42),
    ],
    np.float64,
)
_HAIRS: tuple[Colour, ...] = (
    (28, 22, 20),
    (52, 36, 28),
    (88, 56, 34),
    (128, 84, 46),
    (178, 134, 76),
    (214, 180, 116),
    (150, 66, 36),
    (152, 148, 144),
    (206, 204, 200),
)
_IRISES: tuple[Colour, ...] = ((72, 46, 28), (104, 72, 40), (62, 104, 130), (92, 134, 150), (74, 110, 70))


def _head(jaw: float) -> Points:
    """The outline of a face; `jaw` narrows its lower half, 0..1."""
    narrow = 1 - jaw * np.clip(CIRCLE[:, 1], 0, 1) ** 2
    return np.stack([CIRCLE[:, 0] * narrow, CIRCLE[:, 1]], axis=1)


def draw_head(canvas: Canvas, draw: np.random.Generator) -> None:
    """Shoulders, neck, ears, face, hair, eyes, nose, mouth, and what some people wear."""
    # Details have their own chance: a seed gives the same person in every size.
    fine = draw.spawn(1)[0] if canvas.fine else None
    place = draw.uniform(0, len(_SKINS) - 1.001)
    low, part = int(place), place - int(place)
    skin = _SKINS[low] * (1 - part) + _SKINS[low + 1] * part + draw.uniform(-8, 8, 3)
    hair = toned(np.array(_HAIRS[draw.integers(len(_HAIRS))]) + draw.uniform(-10, 10, 3))
    dark = toned(skin, 0.72)
    jaw = draw.uniform(0.1, 0.34)
    style = draw.choice(("short", "long", "fringe", "bun", "bald"), p=(0.34, 0.26, 0.2, 0.12, 0.08))
    line = draw.uniform(-0.66, -0.46)
    """Where the hair begins on the forehead."""

    if style == "long":
        down = draw.uniform(0.9, 1.5)
        ends = np.array([(1.2, down), (-1.2, down)])
        around = arc(0, -0.1, 1.24, 1.12, 180, 360)
        canvas.fill(np.concatenate([around, ends if fine is None else details.round_ends(down)]), hair)
        if fine is not None:
            details.draw_long_strands(canvas, down, hair, fine)
    elif style == "bun":
        canvas.oval(draw.uniform(-0.3, 0.3), -1.15, 0.42, 0.34, toned(hair, 0.88))
    cloth = toned(draw.uniform(30, 225, 3))
    canvas.fill(np.array([(-0.42, 0.5), (0.42, 0.5), (0.5, 1.6), (-0.5, 1.6)]), toned(skin, 0.8))
    canvas.fill(
        np.concatenate([arc(0, 2.3, draw.uniform(1.5, 2.0), 1.05, 180, 360), [(2, 4), (-2, 4)]]), cloth
    )
    canvas.fill(CIRCLE * (0.4, 0.24) + (0, 1.28), toned(skin, 0.84 if fine is None else 0.8))
    if fine is not None:
        details.draw_neck(canvas, cloth, skin)
    for side in (-1, 1):
        canvas.oval(side * 0.99, 0.02, 0.15, 0.21, toned(skin, 0.9))
        if fine is not None:
            details.draw_ear(canvas, side, skin)
    if fine is None:
        canvas.fill(_head(jaw), toned(skin))
    else:
        details.draw_round_face(canvas, _head(jaw), skin)
    if style != "bald":
        high = draw.uniform(1.04, 1.16)
        outer = arc(0, -0.06, 1.07, high, 178, 362, 20)
        part_at = draw.uniform(-0.5, 0.5)
        temple = line + draw.uniform(0.18, 0.4)
        if style == "fringe":
            edge = draw.uniform(-0.5, -0.38)
            inner = np.array(
                [(0.9, -0.05), (0.82, edge), (part_at, edge - 0.05), (-0.82, edge), (-0.9, -0.05)]
            )
        else:
            inner = np.array([(0.95, 0.0), (0.8, temple), (part_at, line), (-0.8, temple), (-0.95, 0.0)])
        canvas.fill(np.concatenate([outer, inner if fine is None else rounded(inner)]), hair)
        if fine is not None:
            details.draw_strands(canvas, inner, high, hair, fine)
        shine = arc(0, -0.1, 0.86, high - 0.22, 200, draw.uniform(250, 320))
        if fine is None:
            canvas.stroke(shine, 0.05, toned(hair, 1.3))

    cheeks = draw.uniform(0, 0.12)
    if cheeks > 0.04:
        blush = toned(skin * (1 + cheeks, 1 - cheeks, 1 - cheeks))
        for side in (-1, 1):
            if fine is None:
                canvas.oval(side * 0.56, 0.3, 0.2, 0.13, blush)
            else:
                canvas.tint(CIRCLE * (0.2, 0.13) + (side * 0.54, 0.3), blush, 0.7, 0.14)
    if draw.random() < 0.2:
        beard = toned(0.45 * np.array(hair) + 0.55 * skin * 0.8)
        lower = _head(jaw)[1:18] * (0.97, 0.98)
        area = np.concatenate([lower, arc(0, 0.36, 0.9, draw.uniform(0.05, 0.16), 180, 0)])
        if fine is None:
            canvas.fill(area, beard)
        else:
            details.draw_beard(canvas, area, beard, fine)

    apart, level, wide = draw.uniform(0.36, 0.44), draw.uniform(-0.18, -0.06), draw.uniform(0.17, 0.22)
    open_to, look = draw.uniform(0.085, 0.135), draw.uniform(-0.06, 0.06)
    iris = _IRISES[draw.integers(len(_IRISES))]
    brow, brow_thick = draw.uniform(0.2, 0.27), draw.uniform(0.06, 0.11)
    brow_colour = toned(0.75 * np.array(hair) + 0.1 * skin)
    for side in (-1, 1):
        x = side * apart
        canvas.oval(x, level, wide + 0.03, open_to + 0.035, dark)
        canvas.oval(x, level + 0.01, wide, open_to, (244, 242, 238))
        canvas.oval(x + look, level, 0.1, 0.098, iris)
        canvas.oval(x + look, level, 0.05, 0.05, (16, 14, 14))
        canvas.oval(x + look + 0.03, level - 0.035, 0.024, 0.022, (255, 255, 255))
        canvas.stroke(arc(x, level, wide + 0.02, open_to + 0.03, 190, 350, 7), 0.045, toned(hair, 0.5))
        if fine is not None:
            details.draw_eye(canvas, x, level, wide, open_to, look, iris, skin)
        arch = level - brow + 0.08
        if fine is None:
            canvas.stroke(arc(x, arch, wide + 0.07, 0.1, 205, 335, 7), brow_thick, brow_colour)
        else:
            details.draw_brow(canvas, x, arch, wide + 0.07, brow_thick, brow_colour, side)
    tip = draw.uniform(0.2, 0.32)
    if fine is None:
        canvas.stroke(np.array([(0.05, level + 0.08), (0.1, tip - 0.05), (0.0, tip + 0.04)]), 0.06, dark)
        canvas.stroke(arc(0, tip, 0.13, 0.06, 20, 160, 7), 0.05, toned(skin, 0.62))
    else:
        details.draw_nose(canvas, level, tip, skin)
    mouth, smile = draw.uniform(0.52, 0.6), draw.uniform(0.02, 0.16)
    lips = toned(skin * (0.86, 0.58, 0.6) + (draw.uniform(-10, 30), 0, 0))
    across = draw.uniform(0.24, 0.36)
    curve = np.concatenate(
        [arc(0, mouth, across, smile, 0, 180, 10), arc(0, mouth, across, 0.07, 180, 360, 10)]
    )
    teeth = arc(0, mouth, across * 0.8, smile * 0.6, 0, 180, 10)
    between = np.array([(-across, mouth), (0, mouth + 0.02), (across, mouth)])
    if fine is not None:
        curve, teeth, between = (
            details.smiling(line, across, smile) for line in (curve, teeth, rounded(between))
        )
    canvas.fill(curve, lips)
    if smile > 0.08 and draw.random() < 0.6:
        canvas.fill(teeth, (246, 244, 240))
    canvas.stroke(between, 0.03 if fine is None else 0.02, toned(lips, 0.6))
    if fine is not None:
        details.draw_lips(canvas, mouth, across, smile, lips, skin)
    if draw.random() < 0.25:
        frame = toned(draw.uniform(10, 90, 3))
        round_ones = CIRCLE * (wide + 0.13, draw.uniform(0.2, 0.27))
        for side in (-1, 1):
            canvas.stroke(round_ones + np.array((side * apart, level + 0.03)), 0.05, frame, closed=True)
        canvas.stroke(np.array([(-0.1, level), (0.1, level)]), 0.05, frame)
        if fine is not None:
            details.draw_glint(canvas, apart, level, round_ones)
