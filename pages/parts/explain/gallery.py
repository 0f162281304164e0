"""Galleries of a run's right and wrong predictions: what the Grad-CAM page looks at, and its small pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import streamlit as st

from core.data.dataset import DataSet
from core.evaluation.galleries import Pairs
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.predictions import decode_map, noisy_picture
from core.explanation.overlay import shared_scale
from core.explanation.views import enlarged, mosaic, seen
from core.images import encode_jpeg
from core.noise.catalogue import CLEAN
from core.pixels import Image
from core.runs.runs import Run
from core.store import file_name
from core.words import Text, plain
from pages.parts.address import asked_of, keep
from pages.parts.i18n import language, literal, say, t
from pages.parts.pictures import JPEG_QUALITY, picture_file, side_by_side
from pages.parts.services import kept_picture
from pages.parts.theme import either, ground

PER_PAGE = 8
"""Pictures of a gallery at once."""
LARGE = "explain_large"
"""The place of the picture that is shown large."""
TO_LARGE = "explain_to_large"
"""In the session: a picture of a gallery was chosen just now, and is to be seen above."""
# The tile of the picture that is shown above; what a button says more to those who cannot see what it belongs to.
_STYLE = f"""
<style>
.st-key-explain_chosen {{outline: 3px solid {either("accent")}; outline-offset: 3px; border-radius: 0.6rem;}}
[class*="st-key-explain_show_"] button em {{
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}}
</style>
"""


@dataclass(frozen=True)
class Looked:
    """What the page looks at."""

    run: Run
    evaluation: JoinedEvaluation
    data_set: DataSet | None
    noise: str
    severity: int
    """0 is clean."""
    view: str
    pairs: Pairs
    """Of the noise at the severity."""

    @cached_property
    def classes(self) -> list[str]:
        """As they are shown."""
        return [say(label) for label in self.evaluation.class_labels]

    def pixels(self, image: int, severity: int) -> Image:
        """The picture as the network was shown it at `severity`."""
        assert self.data_set is not None
        noise = self.noise if severity > 0 else CLEAN
        return noisy_picture(self.data_set, image, noise, severity, self.evaluation.table)

    def kept(self, what: str, image: int, make: Callable[[], bytes]) -> bytes:
        """A picture made of `image`, its noise and its maps as they are looked at, as a file; kept for later reruns.

        Args:
            what: tells those that are made of one image apart.
        """
        assert self.data_set is not None
        data, part = self.data_set, self.evaluation.parts[0]
        of_pixels = (str(data.folder.path), str(data.card.fingerprint), self.evaluation.table)
        of_maps = (str(part.folder.path), self.evaluation.key, self.noise, self.severity, self.view)
        return kept_picture((what, image, *of_pixels, *of_maps), make)


def download_name(looked: Looked, row: pd.Series) -> str:
    """Of the PNG of one picture: what is on it, so that twenty of them can be told apart."""
    truth, said = looked.classes[int(row.truth)], looked.classes[int(row.prediction)]
    noise = f"{looked.noise}-{looked.severity}" if looked.severity > 0 else CLEAN
    parts = [say(looked.run.label), str(row.image), f"{truth[:20]}-as-{said[:20]}", noise]
    return f"{file_name(looked.evaluation.method)}_{'_'.join(file_name(part[:45]) for part in parts)}.png"


def tile(looked: Looked, row: pd.Series, chosen: bool) -> None:
    """One picture of a gallery: clean above noisy, shown beside counted; a button shows it large.

    Args:
        chosen: it is the one that is large already.
    """
    around = ground()
    file = looked.kept(
        f"tile {around}",
        int(row.image),
        lambda: encode_jpeg(_small_pictures(looked, row, around), JPEG_QUALITY),
    )
    truth, before, after = (
        looked.classes[int(row[key])] for key in ("truth", "clean_prediction", "prediction")
    )
    words = t(
        "explain.tile_kept" if before == after else "explain.tile", truth=truth, before=before, after=after
    )
    about = literal(words)
    if looked.data_set is not None and looked.data_set.card.kind == "import":
        about = f"{literal(looked.data_set.names[int(row.image)])}, {about}"
    with st.container(key="explain_chosen" if chosen else None):
        picture_file(
            file,
            literal(words),
            t(
                "explain.tile_alt" if looked.severity > 0 else "explain.tile_alt_clean",
                number=int(row.image),
                words=words,
            ),
        )
        st.button(
            t("explain.is_shown" if chosen else "explain.show", number=int(row.image), words=about),
            key=f"explain_show_{int(row.image)}",
            icon=":material/check:" if chosen else ":material/open_in_full:",
            width="stretch",
            on_click=_show_large,
            args=(int(row.image),),
        )


def _small_pictures(looked: Looked, row: pd.Series, around: tuple[int, int, int]) -> Image:
    """Clean above noisy, shown beside counted, with `around` between them."""
    maps = [decode_map(row[name], looked.evaluation.map_shape) for name in ("clean_map", "map")]
    scale = shared_scale(maps)
    rows = []
    levels = (0, looked.severity) if looked.severity > 0 else (0,)
    for level, attribution in zip(levels, maps, strict=False):
        pixels = enlarged(looked.pixels(int(row.image), level), 128)
        rows.append([pixels, seen(looked.view, pixels, attribution, scale)])
    return mosaic(rows, around)


def _show_large(image: int) -> None:
    st.session_state["explain_image"] = image
    st.session_state[TO_LARGE] = True


def opened_first(looked: Looked, number: dict[str, int]) -> str:
    """The gallery that is open when noise or severity change: the one last chosen, unless it is empty there."""
    place = (looked.run.id, looked.noise, looked.severity, language())
    kept = st.session_state
    if kept.get("explain_tabs_of") != place:
        last = str(kept.get("explain_group"))
        kept["explain_tabs_of"] = place
        kept["explain_tabs_first"] = last if number.get(str(last)) else looked.pairs.first_group
    return str(kept["explain_tabs_first"])


def galleries(looked: Looked, chosen: int) -> None:
    """A tab a group; `chosen` is the picture that is shown large."""
    st.html(_STYLE)
    number = looked.pairs.counts
    labels = {group: t(f"explain.{group}", n=f"{n:,}") for group, n in number.items()}

    groups = {label: group for group, label in labels.items()}

    def remember() -> None:
        st.session_state["explain_group"] = groups.get(str(st.session_state["explain_tabs"]))

    names = {group: plain(label) for group, label in labels.items()}
    wanted = asked_of("explain", "gallery", Text(en="gallery", ko="사진 묶음"), names)
    if wanted is not None and number[wanted]:
        st.session_state["explain_group"] = wanted
        st.session_state.pop("explain_tabs_of", None)
    first = labels[opened_first(looked, number)]
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
            if not number[group]:
                st.caption(t(f"explain.none_{group}", n=f"{looked.pairs.alike_when_clean(group):,}"))
                continue
            key_words = t("explain.key" if looked.severity > 0 else "explain.key_clean")
            if looked.severity > 0 and looked.view == "heat":
                key_words += " " + t("explain.key_scale")
            st.caption(key_words)
            pages = -(-number[group] // PER_PAGE)
            key = f"explain_page_{looked.run.id}_{looked.noise}_{looked.severity}_{group}"
            page = min(int(st.session_state.get(key, 0)), pages - 1)
            part = looked.pairs.members(group, page * PER_PAGE, PER_PAGE)
            for start in range(0, len(part), 4):
                with side_by_side(f"explain_tiles_{start}"):
                    places = st.columns(4)
                for place, (_, row) in zip(places, part.iloc[start : start + 4].iterrows(), strict=False):
                    with place:
                        tile(looked, row, int(row.image) == chosen)
            if pages > 1:
                with st.container(
                    horizontal=True, horizontal_alignment="center", vertical_alignment="center"
                ):
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
