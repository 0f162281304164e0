"""The pictures of a test as dots in a plane, each tied to where noise moves it."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.drawing import Palette, new_figure, translucent
from core.charts.names import literal
from core.words import Language, Text, fill, rounded

_WORDS = {
    "axis": Text(
        en="direction {n} ({share} % of what sets clean pictures apart)",
        ko="방향 {n}(원본 사이 차이의 {share}%)",
    ),
    "clean": Text(en="without noise", ko="원본"),
    "right": Text(en="✓ right under noise", ko="✓ 노이즈에서 맞힘"),
    "wrong": Text(en="✗ wrong under noise", ko="✗ 노이즈에서 틀림"),
    "said": Text(
        en="picture {number}: {truth}<br>without noise read as {before}, with it as {after}",
        ko="사진 {number}: {truth}<br>원본은 {before}, 노이즈에서는 {after:으로/로} 판정",
    ),
}


def picture_map(
    palette: Palette,
    images: NDArray[np.int64],
    clean: NDArray[np.float64],
    noisy: NDArray[np.float64],
    explained: tuple[float, float],
    answers: NDArray[np.int64],
    labels: Sequence[str],
    language: Language = "en",
    height: int = 520,
) -> go.Figure:
    """Clean pictures as small grey rings, noisy ones coloured and shaped by right and wrong, a line from each to its twin.

    Args:
        images: N numbers; a click on a dot gives the place 0..N-1 of its picture.
        clean, noisy: N,2.
        explained: of the variance of clean pictures, along each direction, 0..1.
        answers: N,3: class, answer without noise, answer with it.
        labels: of the classes.
    """
    figure = new_figure(palette, height, margin={"t": 34, "r": 12})
    names = literal(labels)
    ways = np.full((len(images), 3, 2), np.nan)
    ways[:, 0], ways[:, 1] = clean, noisy
    figure.add_scatter(
        x=ways[:, :, 0].ravel(),
        y=ways[:, :, 1].ravel(),
        mode="lines",
        line={"color": translucent(palette.reference, 0.35), "width": 1},
        hoverinfo="skip",
        showlegend=False,
    )
    said = [
        fill(
            _WORDS["said"][language],
            number=number,
            truth=names[truth],
            before=names[before],
            after=names[after],
        )
        for number, (truth, before, after) in zip(images.tolist(), answers.tolist(), strict=True)
    ]
    places = np.arange(len(images))
    right = answers[:, 0] == answers[:, 2]
    for key, own, at, colour, symbol, size in (
        ("clean", places >= 0, clean, palette.reference, "circle-open", 6),
        ("right", right, noisy, palette.right, "circle", 8),
        ("wrong", ~right, noisy, palette.wrong, "x", 8),
    ):
        if not own.any():
            continue
        figure.add_scatter(
            name=_WORDS[key][language],
            x=at[own, 0],
            y=at[own, 1],
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": size, "opacity": 0.85},
            # As lists: an array of numbers comes back from the browser in another form.
            customdata=[[place] for place in places[own].tolist()],
            unselected={"marker": {"opacity": 0.4}},
            hovertext=[said[place] for place in places[own].tolist()],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    for axis, number in ((figure.update_xaxes, 0), (figure.update_yaxes, 1)):
        title = fill(_WORDS["axis"][language], n=number + 1, share=rounded(100 * explained[number]))
        axis(title_text=title, showgrid=True, showticklabels=False)
    return figure
