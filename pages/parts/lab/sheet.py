"""The noise lab's contact sheet: every noise on the photo at hand, to see, find and add."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.images import encode_jpeg, encode_png
from core.lab.contact_sheet import on_one_picture, sheet, sheet_language
from core.noise.catalogue import FAMILIES, SEVERITIES, Noise, all_noises, get_noise
from core.noise.stack import Layer
from core.progress import Report
from pages.parts.background import Work, begun, failed, while_working
from pages.parts.choices import segmented_control, selectbox
from pages.parts.i18n import language, say, t
from pages.parts.lab.noise_search import found
from pages.parts.lab.session import Lab
from pages.parts.lab.shown import Shown
from pages.parts.messages import small_heading
from pages.parts.services.kept import works

SEVERITY, SEARCH, KIND = "lab_sheet_severity", "lab_sheet_search", "lab_sheet_family"
_ADDED = "lab_sheet_added"
"""What was added by the last click: a callback that showed something itself would put it in place of the page's top."""
_QUALITY = 85
_WIDTH = 112
"""Of a thumbnail on the page, px; it has twice as many pixels, for dense screens."""


def contact_sheet(lab: Lab, shown: Shown) -> None:
    """Severity, search and kind; the thumbnails by family, each with the button that adds its noise."""
    if added := st.session_state.pop(_ADDED, None):
        st.toast(t("tools.added", noise=say(get_noise(added).name)), icon=":material/add:")
    st.caption(t("tools.sheet_about"))
    severity, wanted = _filters()
    key = shown.key("sheet", severity)
    work = begun(works(), key, "lab_sheet", lambda: _start(key, shown, severity))
    if work is None or failed(work):
        return
    running = work.running
    if running:
        while_working(work, "lab_sheet", t("tools.sheet_running", n=len(all_noises())))
    _grid(lab, shown, severity, wanted, dict(work.partial), ready=not running)
    if running:
        return
    if not wanted:
        st.info(t("tools.sheet_none"), icon=":material/search_off:")
        return
    _download(shown, severity, wanted)


def _filters() -> tuple[int, list[Noise]]:
    """The severity, and the noises that search and kind leave."""
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    st.session_state.setdefault(SEVERITY, 3)
    with left:
        severity = segmented_control(
            t("preview.severity"), SEVERITIES, key=SEVERITY, required=True, persist_state="session"
        )
    words = middle.text_input(t("tools.sheet_search"), key=SEARCH, icon=":material/search:")
    noises = all_noises()
    here = {noise.family for noise in noises}
    with right:
        kind = selectbox(
            t("tools.sheet_family"),
            [family for family in FAMILIES if family in here],
            index=None,
            format_func=lambda family: say(FAMILIES[family]),
            key=KIND,
            placeholder=t("preview.every_family"),
        )
    return int(severity or 3), found([noise for noise in noises if kind in (None, noise.family)], words)


def _start(key: tuple[str, ...], shown: Shown, severity: int) -> Work:
    made: dict[str, bytes] = {}

    def function(report: Report) -> None:
        on_one_picture(
            shown.prepared,
            [noise.key for noise in all_noises()],
            severity,
            shown.table,
            shown.seed,
            shown.second,
            report,
            lambda noise, image: made.update({noise: encode_jpeg(image, _QUALITY)}),
        )

    return works().start(key, function, made)


def _by_family(noises: Sequence[Noise]) -> list[tuple[str, list[Noise]]]:
    grouped = [(family, [noise for noise in noises if noise.family == family]) for family in FAMILIES]
    return [(family, members) for family, members in grouped if members]


def _grid(
    lab: Lab, shown: Shown, severity: int, noises: Sequence[Noise], made: Mapping[str, bytes], ready: bool
) -> None:
    for family, members in _by_family(noises):
        small_heading(say(FAMILIES[family]), 3, family)
        with st.container(horizontal=True, key=f"lab_sheet_{family}"):
            for noise in members:
                with st.container(width=_WIDTH + 8, gap="xsmall"):
                    _cell(lab, shown, severity, noise, made.get(noise.key), ready)


def _cell(lab: Lab, shown: Shown, severity: int, noise: Noise, jpeg: bytes | None, ready: bool) -> None:
    name = say(noise.name)
    if jpeg is None:
        st.skeleton(height=_WIDTH)
    else:
        st.image(jpeg, width=_WIDTH, alt=t("tools.sheet_alt", noise=name, severity=severity))
    st.button(
        name,
        key=f"lab_sheet_add_{noise.key}",
        help=say(noise.sentence),
        type="tertiary",
        disabled=not ready,
        on_click=_add,
        args=(lab, noise, severity, shown.table),
    )


def _add(lab: Lab, noise: Noise, severity: int, table: str) -> None:
    lab.add(Layer.at_severity(noise.key, severity, table))
    st.session_state[_ADDED] = noise.key


def _download(shown: Shown, severity: int, noises: Sequence[Noise]) -> None:
    # Words are found now: the picture is made when the button is clicked, outside of a page run.
    drawn = sheet_language(language())
    groups = [
        (FAMILIES[family][drawn], [(noise.key, noise.name[drawn]) for noise in members])
        for family, members in _by_family(noises)
    ]

    def made() -> bytes:
        keys = [noise.key for noise in noises]
        tiles = on_one_picture(shown.prepared, keys, severity, shown.table, shown.seed, shown.second)
        title = f"{shown.name} · {severity}/{SEVERITIES[-1]} · NoiseLens"
        return encode_png(
            sheet(title, [(head, [(name, tiles[key]) for key, name in named]) for head, named in groups])
        )

    st.download_button(
        t("tools.sheet_download"),
        made,
        file_name="noises.png",
        mime="image/png",
        icon=":material/download:",
        on_click="ignore",
    )
