"""The form that has NoiseLens draw a set: its kind and size, and for faces what is swapped and how strongly."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.data.builtin.faces import LEAST_STRENGTH, MIXED, MOST_STRENGTH, PARTS, Swap
from core.data.dataset import SIZES
from core.words import Text, plain
from pages.parts.address import adopt, asked_of, keep
from pages.parts.choices import segmented_control, selectbox
from pages.parts.i18n import say, t
from pages.parts.pictures import strip
from pages.parts.services.data import face_pairs

BUILT_IN = {"faces": 64, "textures": 64, "digits": 32}
"""The sets that NoiseLens makes, with the size offered first."""
SECONDS = {32: 10, 64: 10, 96: 20, 128: 30}
"""About how long 4,000 faces take on two cores, by their side in px."""
PAIRS = 4


def draw_form(
    make: Callable[[str, int, Swap | None], None], under_way: Callable[[str, int, Swap | None], bool]
) -> None:
    """Has `make` called with (kind, size, swap) when the button is pressed; `swap` is None where nothing is.

    Args:
        under_way: whether that set is being made already, so that it is not offered.
    """
    adopt(
        "data",
        "kind",
        "data_kind",
        Text(en="kind of set", ko="그릴 종류"),
        {key: plain(key) for key in BUILT_IN},
    )
    kind_place, part_place = st.columns([5, 7], vertical_alignment="bottom")
    size_place, strength_place, button_place = st.columns([5, 4, 3], vertical_alignment="bottom")
    with kind_place:
        kind = segmented_control(
            t("data.kind"),
            list(BUILT_IN),
            default="faces",
            required=True,
            key="data_kind",
            format_func=lambda key: t(f"data.kind_{key}"),
            persist_state="session",
        )
    kind = str(kind or "faces")
    sizes = SIZES[:4]
    wanted = asked_of(
        "data", "size", Text(en="size", ko="크기"), {str(px): plain(f"{px} px") for px in sizes}
    )
    if wanted is not None:
        st.session_state[f"data_size_{kind}"] = int(wanted)
    with size_place:
        size = selectbox(
            t("data.size"),
            sizes,
            index=sizes.index(BUILT_IN[kind]),
            key=f"data_size_{kind}",
            format_func=lambda px: t("data.px", n=px),
            persist_state="session",
        )
    size = int(size or 64)
    keep("data", kind=kind, size=size)
    swap = _swap(part_place, strength_place) if kind == "faces" else None
    # After all choices also where a phone puts the columns below each other.
    with button_place:
        busy = under_way(kind, size, swap)
        st.button(
            t("data.being_made") if busy else t(f"data.make_{kind}", seconds=SECONDS[size]),
            icon=":material/draw:",
            key="data_make",
            width="stretch",
            disabled=busy,
            on_click=make,
            args=(kind, size, swap),
        )
    if swap is not None:
        pairs = face_pairs(size, swap, PAIRS)
        alt = t("data.pairs_alt", n=PAIRS, part=say(PARTS[swap.part]), strength=f"{swap.strength:g}")
        strip(pairs, range(len(pairs)), alt)
        st.caption(t("data.pairs"))
    st.caption(t(f"data.about_{kind}"))


def _swap(part_place: DeltaGenerator, strength_place: DeltaGenerator) -> Swap:
    parts = {key: plain(key) for key in PARTS}
    adopt("data", "swap", "data_swap", Text(en="part that is swapped", ko="바꿀 부분"), parts)
    with part_place:
        part = segmented_control(
            t("data.swap"),
            list(PARTS),
            default=MIXED,
            required=True,
            key="data_swap",
            format_func=lambda key: t(f"data.swap_{key}"),
            help=t("data.swap_help"),
            persist_state="session",
        )
    with strength_place:
        strength = st.slider(
            t("data.swap_strength"),
            LEAST_STRENGTH,
            MOST_STRENGTH,
            1.0,
            0.05,
            format="%.2f",
            key="data_swap_strength",
            help=t("data.swap_strength_help"),
            persist_state="session",
            bind="query-params",
        )
    keep("data", swap=part)
    return Swap.make(str(part or MIXED), round(float(strength), 2))
