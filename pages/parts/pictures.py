"""Pictures on a page."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from core.explanation.overlay import MAP_STYLE, SIGNED, colours_of
from core.explanation.views import AGAINST, FOR, enlarged, mosaic
from core.images import encode_jpeg, encode_png
from core.pixels import Image
from pages.parts.i18n import t
from pages.parts.theme import ground

JPEG_QUALITY = 85


def side_by_side(key: str) -> DeltaGenerator:
    """A place whose columns stay beside each other on a phone, two a row (the style is in pages/shell.py).

    Args:
        key: unique on the page.
    """
    return st.container(key=f"side_by_side_{key}")


def picture(image: Image, caption: str | None, alt: str, exact: bool = False) -> None:
    """Show an RGB uint8 picture over the whole width of its place.

    Args:
        alt: what it shows, for those who cannot see it.
        exact: send these very pixels (PNG, slower); otherwise a good JPEG.
    """
    picture_file(encode_png(image) if exact else encode_jpeg(image, JPEG_QUALITY), caption, alt, exact)


def picture_file(data: bytes, caption: str | None, alt: str, exact: bool = False) -> None:
    """As `picture`, of one that is a PNG (`exact`) or else a JPEG already."""
    # Streamlit passes JPEG bytes on unchanged; an array it would encode itself, more slowly.
    form: Literal["PNG", "auto"] = "PNG" if exact else "auto"
    st.image(data, caption=caption, alt=alt, width="stretch", output_format=form)


def strip(images: NDArray[np.uint8], indices: Sequence[int], alt: str, places: int = 0) -> None:
    """Small pictures out of N,H,W,3 in one row.

    Args:
        places: leave room for so many, so that few do not become large.
    """
    if len(indices):
        shown = [enlarged(np.asarray(images[i]), 64) for i in indices]
        shown += [np.full_like(shown[0], ground())] * (places - len(shown))
        picture(mosaic([shown], ground()), None, alt)


def _stops(colours: str) -> str:
    """Of a colour bar, weakest first, as CSS."""
    if colours == SIGNED:
        return f"rgb{AGAINST},rgb(106,106,106),rgb{FOR}"
    table = colours_of(colours)
    return ",".join(f"rgb({r},{g},{b})" for r, g, b in table[np.linspace(0, 255, 11).astype(int)].tolist())


def overlay_legend(compared: str = "", colours: str = MAP_STYLE.colours) -> str:
    """What the colours and the line of an overlay mean, as HTML.

    Args:
        compared: what is to be said of pictures beside each other, a text of locales.
        colours: of core.explanation.overlay.COLOURS.
    """
    ends = ("against", "for") if colours == SIGNED else ("less", "more")
    return (
        '<div style="display:flex;align-items:center;gap:0.5rem;font-size:0.875rem">'
        f"<span>{t(f'parts.legend_{ends[0]}')}</span>"
        f'<span aria-hidden="true" style="flex:1;max-width:12rem;height:0.6rem;border-radius:0.3rem;'
        f'background:linear-gradient(to right,{_stops(colours)})"></span>'
        f"<span>{t(f'parts.legend_{ends[1]}')}</span></div>"
        '<div style="display:flex;align-items:center;gap:0.5rem;font-size:0.875rem">'
        '<span aria-hidden="true" style="width:0.9rem;height:0.9rem;border-radius:50%;flex:none;'
        'border:2px solid #fff;outline:2px solid #000;outline-offset:-1px;background:#777"></span>'
        f"<span>{t('parts.legend_line')}</span></div>"
        + (f'<div style="font-size:0.875rem">{compared}</div>' if compared else "")
    )
