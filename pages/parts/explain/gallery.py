"""Galleries of a run's right and wrong predictions: a tab a group."""

import streamlit as st

from core.words import Text, plain
from pages.parts.address import asked_of, keep
from pages.parts.explain.gallery_tools import Wanted, choose_pictures, download_gallery, wanted_now
from pages.parts.explain.looked import Looked
from pages.parts.explain.mean_maps import drift_in_words, mean_maps
from pages.parts.explain.names import told_apart
from pages.parts.explain.subject import Who
from pages.parts.explain.tiles import tile
from pages.parts.i18n import language, literal, t
from pages.parts.pictures import side_by_side
from pages.parts.theme import either

PER_PAGE = 8
"""Pictures of a gallery at once."""
# The tile of the picture that is shown above; what a button says more to those who cannot see what it belongs to.
_STYLE = f"""
<style>
.st-key-explain_chosen {{outline: 3px solid {either("accent")}; outline-offset: 3px; border-radius: 0.6rem;}}
[class*="st-key-explain_show_"] button em {{
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}}
</style>
"""


def opened_first(looked: Looked, number: dict[str, int]) -> str:
    """The gallery that is open when noise or severity change: the one last chosen, unless it is empty there."""
    place = (looked.run.id, looked.noise, looked.severity, language())
    kept = st.session_state
    if kept.get("explain_tabs_of") != place:
        last = str(kept.get("explain_group"))
        kept["explain_tabs_of"] = place
        kept["explain_tabs_first"] = last if number.get(str(last)) else looked.pairs.first_group
    return str(kept["explain_tabs_first"])


def galleries(looked: Looked, chosen: int, second: Who | None) -> None:
    """A tab a group.

    Args:
        chosen: the picture that is shown large; another tab brings its first one.
        second: the run beside it, which is then beside it in each picture.
    """
    st.html(_STYLE)
    number = looked.pairs.counts
    labels = {group: t(f"explain.{group}", n=f"{n:,}") for group, n in number.items()}
    groups = {label: group for group, label in labels.items()}
    wanted = wanted_now(looked, second)

    def remember() -> None:
        group = groups.get(str(st.session_state["explain_tabs"]))
        st.session_state["explain_group"] = group
        rows = wanted.rows(looked, group) if group else None
        if rows is not None and len(rows):
            st.session_state["explain_image"] = int(rows["image"].iloc[0])

    names = {group: plain(label) for group, label in labels.items()}
    asked = asked_of("explain", "gallery", Text(en="gallery", ko="사진 묶음"), names)
    if asked is not None and number[asked]:
        st.session_state["explain_group"] = asked
        st.session_state.pop("explain_tabs_of", None)
    first = labels[opened_first(looked, number)]
    drift_in_words(looked, None if second is None else second.run)
    choose_pictures(looked)
    tabs = st.tabs(
        list(labels.values()),
        default=first,
        key="explain_tabs",
        on_change=remember,
    )
    for tab, group in zip(tabs, number, strict=True):
        if not tab.open:
            continue
        keep("explain", gallery=group)
        with tab:
            _inside(looked, group, chosen, wanted)


def _inside(looked: Looked, group: str, chosen: int, wanted: Wanted) -> None:
    """What they have in common, the pictures page by page, and all of them to take away."""
    number = looked.pairs.counts[group]
    if not number:
        st.caption(t(f"explain.none_{group}", n=f"{looked.pairs.alike_when_clean(group):,}"))
        return
    rows = wanted.rows(looked, group)
    if wanted.truth is not None:
        name = literal(looked.classes[wanted.truth])
        st.caption(t("gallery.of_class", n=f"{len(rows):,}", total=f"{number:,}", name=name))
    if not len(rows):
        return
    key_words = t("explain.key" if looked.severity > 0 else "explain.key_clean")
    if wanted.beside is not None:
        name, other = map(literal, told_apart(looked.run, wanted.beside.run))
        key_words = t("gallery.key_beside", name=name, other=other)
    if looked.severity > 0 and looked.view == "heat":
        key_words += " " + t("explain.key_scale")
    st.caption(key_words)
    pages = -(-len(rows) // PER_PAGE)
    of_rows = f"{group}_{wanted.truth}_{wanted.order}"
    key = f"explain_page_{looked.run.id}_{looked.noise}_{looked.severity}_{of_rows}"
    page = min(int(st.session_state.get(key, 0)), pages - 1)
    part = rows.iloc[page * PER_PAGE : (page + 1) * PER_PAGE]
    for start in range(0, len(part), 4):
        with side_by_side(f"explain_tiles_{start}"):
            places = st.columns(4)
        for place, (_, row) in zip(places, part.iloc[start : start + 4].iterrows(), strict=False):
            with place:
                tile(looked, row, int(row.image) == chosen, wanted.beside)
    if pages > 1:
        _turn(key, page, pages)
    mean_maps(looked, group, rows, wanted.beside)
    download_gallery(looked, group, rows)


def _turn(key: str, page: int, pages: int) -> None:
    """To the pictures before and after."""
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        turn = st.session_state.__setitem__
        st.button(
            t("explain.previous"),
            key=f"{key}_back",
            disabled=page == 0,
            on_click=turn,
            args=(key, page - 1),
        )
        st.caption(t("explain.page", n=page + 1, pages=pages), width="content")
        st.button(
            t("explain.next"),
            key=f"{key}_on",
            disabled=page == pages - 1,
            on_click=turn,
            args=(key, page + 1),
        )
