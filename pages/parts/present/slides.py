"""A presentation's screens: large pictures, one sentence, and nothing else to use but next, previous and the slider."""

import base64
import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import streamlit as st

from core.images import encode_png
from core.pixels import Image
from pages.parts.address import asked, keep
from pages.parts.choices import select_slider
from pages.parts.glossary import terms_style, with_terms
from pages.parts.i18n import t
from pages.parts.present.bar import STYLE as BAR_STYLE

SEVERITY = "present_severity"
SLIDE = "present_slide"
_DOTS = 12
"""Of a picture so many dots a side are shown large, so that it is seen what a network is given."""
_FRAMED_SIDE, _FRAME = 384, 2
"""Least side of a picture with a frame and how thick that is, px."""
FIRST_SEVERITY = 3
"""What a story begins with, or the tested one next to it."""
_STYLE = """
<style>
[data-testid="stMainBlockContainer"]:has(.st-key-present) {padding-top: 4.25rem; padding-bottom: 6rem; max-width: 82rem;}
[data-testid="stMain"]:has(.st-key-present) .st-key-footer {display: none;}
.slide {display: flex; justify-content: center; align-items: flex-start; gap: clamp(0.5rem, 2vw, 2rem);}
.slide figure {margin: 0; flex: 0 1 auto; min-width: 0; text-align: center;}
.slide img {
    display: block; width: 100%; aspect-ratio: var(--aspect); object-fit: cover; border-radius: 0.6rem; image-rendering: pixelated;
}
.slide img.smooth {image-rendering: auto;}
.slide figure {width: min(var(--tall) * var(--ratio), var(--widest));}
.slide figcaption {font-size: clamp(1rem, 1.6vw, 1.5rem); line-height: 1.35; margin-top: 0.4rem; overflow-wrap: anywhere;}
.slide .right {color: light-dark(#1B7F4B, #4CC38A);}
.slide .wrong {color: light-dark(#C62828, #FF8A80);}
.said h1 {font-size: clamp(1.5rem, 3vw, 2.75rem); line-height: 1.2; padding: 0; margin: 0.4rem 0 0.3rem; text-align: center;}
.said p, .said li {font-size: clamp(1.05rem, 1.7vw, 1.5rem); line-height: 1.45; margin: 0 0 0.3rem;}
.said p {text-align: center; text-wrap: balance;}
.said ul {width: fit-content; margin: 0 auto;}
/* The keys to turn the page stay where they are, whatever stands above. */
.st-key-present_turn {
    position: fixed; left: 0; right: 0; bottom: 0; z-index: 50; padding: 0.5rem max(1rem, calc(50vw - 40rem));
    background: light-dark(#FFFFFF, #11141C); border-top: 1px solid light-dark(#E4E7EE, #2B303D); width: auto;
    flex-wrap: nowrap; min-height: 4.5rem;
}
.st-key-present_turn > :has([data-testid="stSlider"]) {flex: 1 1 auto; min-width: 0; max-width: 36rem; padding-inline: 1rem;}
@media (max-width: 640px) {
    .slide {flex-wrap: wrap;}
    .slide figure {width: calc(50% - 0.5rem);}
    /* Three or four are two rows: what is said of them is to be on the same screen. */
    .slide:has(figure:nth-child(3)) figure {width: min(calc(50% - 0.5rem), 17vh * var(--ratio));}
    .slide.one figure {width: min(100%, 34vh * var(--ratio));}
    .slide figcaption {font-size: 0.9rem;}
    .said p, .said h1 {text-align: left;}
    .st-key-present_turn > :has([data-testid="stCaptionContainer"]) {display: none;}
    .st-key-present_turn kbd, .st-key-present_turn button [data-testid*="hortcut"] {display: none;}
}
</style>
"""


@dataclass(frozen=True)
class Shown:
    """One picture of a screen."""

    pixels: Image
    caption: str
    """HTML."""
    alt: str
    smooth: bool = False
    """It has no pixels of its own to be seen as squares: a photo, or colours over one."""


@dataclass(frozen=True)
class Slide:
    """One screen."""

    pictures: Sequence[Shown]
    heading: str
    """A text of locales; what was filled in is escaped."""
    sentences: Sequence[str]
    """The same; three and more are a list, but below a bar."""
    slider: bool = False
    """The severity can be moved here."""
    bar: str = ""
    """HTML between heading and sentences (pages.parts.present.bar)."""

    @property
    def tall(self) -> str:
        """Most height of its pictures, so that what is said of them is on the same screen of a projector."""
        if self.bar:
            return "35vh"
        return "38vh" if len(self.sentences) > 1 and len(self.pictures) > 2 else "46vh"


def escaped(text: str) -> str:
    """A user's name, or a sentence with one, so that it may be filled into a slide's text: no HTML, and no mark of a word."""
    return html.escape(text).replace("[", "&#91;").replace("]", "&#93;")


def said(answer: str, right: bool | None) -> str:
    """An answer as HTML, with a sign and colour where it is known whether it is right."""
    if right is None:
        return f"<b>{escaped(answer)}</b>"
    kind, sign, word = ("right", "✓", "right") if right else ("wrong", "✗", "wrong")
    return f'<b class="{kind}">{sign} {escaped(answer)}: {escaped(t(f"present.{word}"))}</b>'


def with_dots(pixels: Image) -> tuple[Image, Image]:
    """A picture with a frame around its middle, and that middle, so small that a screen shows its dots."""
    height, width = pixels.shape[:2]
    side = min(_DOTS, height, width)
    top, left = (height - side) // 2, (width - side) // 2
    dots = pixels[top : top + side, left : left + side]
    times = -(-_FRAMED_SIDE // min(height, width))
    framed = pixels.repeat(times, 0).repeat(times, 1)
    corners = (left * times, top * times), ((left + side) * times - 1, (top + side) * times - 1)
    for grey, thick in ((0, 3 * _FRAME), (255, _FRAME)):
        cv2.rectangle(framed, *corners, (grey, grey, grey), thick)
    return framed, dots


def severity_now(levels: Sequence[int]) -> int:
    """The severity that the slider stands at, of those that there are."""
    wished = int(st.session_state.get(SEVERITY, FIRST_SEVERITY))
    return wished if wished in levels else min(levels, key=lambda level: abs(level - wished))


def number_now(count: int) -> int:
    """Which of `count` screens is shown: that of the address or of the last turn."""
    wanted = asked("present", "slide")
    if wanted is not None and wanted.isdecimal():
        st.session_state[SLIDE] = int(wanted) - 1
    return min(max(int(st.session_state.get(SLIDE, 0)), 0), count - 1)


def _go(number: int) -> None:
    st.session_state[SLIDE] = number


def show(slides: Sequence[Callable[[], Slide]], levels: Sequence[int], leave: Callable[[], None]) -> None:
    """One of the screens, and what turns to the next.

    Args:
        slides: made when they are shown.
        levels: severities of the slider.
        leave: back to the choice of a story.
    """
    st.html(_STYLE + BAR_STYLE)
    terms_style()
    number = number_now(len(slides))
    keep("present", slide=number + 1)
    with st.container(key="present"):
        slide = slides[number]()
        _pictures(slide.pictures, slide.tall)
        _words(slide)
    with st.container(
        key="present_turn", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.button(
            t("present.previous"),
            key="present_back",
            icon=":material/arrow_back:",
            shortcut="Left",
            on_click=_go if number else leave,
            args=(number - 1,) if number else (),
        )
        if slide.slider and len(levels) > 1:
            st.session_state[SEVERITY] = severity_now(levels)
            select_slider(t("present.severity"), list(levels), key=SEVERITY, persist_state="session")
        st.caption(t("present.number", n=number + 1, of=len(slides)), width="content")
        last = number == len(slides) - 1
        st.button(
            t("present.end") if last else t("present.next"),
            key="present_on",
            type="primary",
            icon=":material/replay:" if last else ":material/arrow_forward:",
            icon_position="right",
            shortcut="Right",
            on_click=leave if last else _go,
            args=() if last else (number + 1,),
        )


def _pictures(pictures: Sequence[Shown], tall: str) -> None:
    """In one row, `tall` at most."""
    if not pictures:
        return
    height, width = pictures[0].pixels.shape[:2]
    widest = f"calc((min(100vw, 82rem) - 8rem) / {len(pictures)})"
    figures = []
    for one in pictures:
        data = base64.b64encode(encode_png(one.pixels)).decode("ascii")
        kind = ' class="smooth"' if one.smooth else ""
        figures.append(
            f'<figure><img{kind} alt="{html.escape(one.alt)}" src="data:image/png;base64,{data}">'
            f"<figcaption>{with_terms(one.caption)}</figcaption></figure>"
        )
    st.html(
        f'<div class="slide{" one" if len(pictures) == 1 else ""}" '
        f'style="--aspect: {width} / {height}; --ratio: {width / height:.4f}; --widest: {widest}; --tall: {tall}">{"".join(figures)}</div>'
    )


def _words(slide: Slide) -> None:
    lines = [with_terms(one) for one in slide.sentences]
    alone = len(lines) < 3 or slide.bar
    body = (
        "".join(f"<p>{line}</p>" for line in lines)
        if alone
        else f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
    )
    st.html(f'<div class="said"><h1>{with_terms(slide.heading)}</h1>{slide.bar}{body if lines else ""}</div>')
