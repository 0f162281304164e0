"""How maps are made and drawn on the Grad-CAM page; what is rarely changed stands in a popover."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core.errors import NoiseLensError
from core.explanation.attribution import CamMethod
from core.explanation.methods import all_methods
from core.explanation.methods.grad_cam import GRAD_CAM
from core.explanation.overlay import COLOURS, MAP_STYLE, MapStyle
from core.runs.estimate import map_seconds
from core.runs.recipe import get_model
from core.runs.runs import Run
from pages.parts.choices import segmented_control, selectbox
from pages.parts.i18n import say, t
from pages.parts.numbers import percent_format
from pages.parts.progress import duration

SWIPE = "swipe"
"""Among the views: clean and noisy in one place, with a line between them that can be moved."""
SCALES = ("shared", "evidence", "own")
"""Of colours: one for clean and noisy of a run, one for all maps by core.explanation.evidence.against_even, each its own."""
_FILM_SCALES = ("shared", "own")
"""One for all frames of a run, each its own."""
OF = ("answer", "clean", "truth")
"""For which class: what the run says of each picture, what it says of the clean one, the true class."""
_OF, _METHOD, _SCALE, _COLOURS, _OPACITY = (
    f"explain_{name}" for name in ("of", "method", "scale", "colours", "opacity")
)


@dataclass(frozen=True)
class MapOptions:
    """Which maps, and how they are drawn."""

    method: CamMethod = GRAD_CAM
    of: str = "answer"
    """Of OF."""
    scale: str = "shared"
    """Of SCALES."""
    style: MapStyle = MAP_STYLE
    swipe: bool = False

    @property
    def key(self) -> str:
        """Tells pictures apart that differ in how they are made."""
        return f"{self.method.key} {self.of} {self.scale} {self.style.colours} {self.style.opacity}"

    def with_swipe(self, swipe: bool) -> "MapOptions":
        return replace(self, swipe=swipe)


def choose_map_options(run: Run, stored: str, size: int, maps: int, own: bool) -> MapOptions:
    """The popover, and what is chosen in it.

    Args:
        stored: the method that made the maps of its test, which are there at once.
        size: of the pictures, px.
        maps: that are made for one view.
        own: the picture is the visitor's, whose true class nobody knows.
    """
    with st.popover(t("explain.more"), icon=":material/tune:", key="explain_more"):
        method = _method(run, stored, size, maps)
        of = segmented_control(
            t("explain.of"),
            OF[:2] if own else OF,
            default="answer",
            required=True,
            format_func=lambda key: t(f"explain.of_{key}"),
            key="explain_of_own" if own else _OF,
            persist_state="session",
            help=t("explain.of_help"),
        )
        scale = _choose_scale(SCALES, "explain", _SCALE)
        style = _choose_colours()
    return MapOptions(method, str(of), scale, style)


def choose_film_style() -> tuple[bool, MapStyle]:
    """The boxes of how the maps of a video are drawn: whether all its frames are on one scale, and their colours."""
    return _choose_scale(_FILM_SCALES, "films", f"{_SCALE}_film") == "shared", _choose_colours()


def _choose_scale(scales: Sequence[str], texts: str, key: str) -> str:
    return str(
        segmented_control(
            t("explain.scale"),
            scales,
            default="shared",
            required=True,
            format_func=lambda one: t(f"films.scale_{one}" if texts == "films" else f"explain.scale_{one}"),
            key=key,
            persist_state="session",
            help=t("films.scale_help" if texts == "films" else "explain.scale_help"),
        )
    )


def _choose_colours() -> MapStyle:
    colours = selectbox(
        t("explain.colours"),
        COLOURS,
        format_func=lambda key: t(f"explain.colours_{key}"),
        key=_COLOURS,
        persist_state="session",
    )
    opacity = st.slider(
        t("explain.opacity"),
        20,
        100,
        80,
        5,
        format=percent_format(),
        key=_OPACITY,
        persist_state="session",
    )
    return MapStyle(str(colours), opacity / 100)


def _method(run: Run, stored: str, size: int, maps: int) -> CamMethod:
    known = {one.key: one for one in all_methods()}
    try:
        spec = get_model(run.recipe.model) if run.trained else None
    except NoiseLensError:
        spec = None
    offered = [key for key, one in known.items() if key == stored or (spec is not None and one.fits(spec))]

    def name(key: str) -> str:
        if key == stored or spec is None:
            return known[key].name
        seconds = maps * map_seconds(run.recipe, size, known[key].passes)
        took = t("explain.method_quick") if seconds < 1 else t("explain.method_time", time=duration(seconds))
        return f"{known[key].name} · {took}"

    if st.session_state.get(_METHOD) not in offered:
        st.session_state.pop(_METHOD, None)
    first = offered.index(stored) if stored in offered else 0
    chosen = known[
        str(
            selectbox(
                t("explain.method"),
                offered,
                format_func=name,
                index=first,
                key=_METHOD,
                persist_state="session",
            )
        )
    ]
    st.caption(say(chosen.sentence))
    return chosen
