"""Galleries of a run's right and wrong predictions: what the Grad-CAM page looks at, and its small pictures."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.data.dataset import DataSet
from core.evaluation.galleries import (
    GROUPS,
    alike_when_clean,
    counts,
    first_group,
    members,
)
from core.evaluation.joining import JoinedEvaluation
from core.evaluation.predictions import decode_map, noisy_picture
from core.explanation.overlay import shared_scale
from core.explanation.views import enlarged, mosaic, seen
from core.noise.catalogue import Image
from core.training.runs import Run
from pages.parts.i18n import language, literal, say, t
from pages.parts.pictures import picture, side_by_side
from pages.parts.theme import ground

PER_PAGE = 8
"""Pictures of a gallery at once."""


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
    table: pd.DataFrame
    """core.evaluation.galleries.pairs of the noise at the severity, or at 1 for severity 0."""

    @property
    def classes(self) -> list[str]:
        """As they are shown."""
        return [say(label) for label in self.evaluation.class_labels]

    def pixels(self, image: int, severity: int) -> Image:
        """The picture as the network was shown it at `severity`."""
        assert self.data_set is not None
        noise = self.noise if severity else "clean"
        return noisy_picture(self.data_set, image, noise, severity, self.evaluation.table)


def tile(looked: Looked, row: pd.Series, severity: int) -> None:
    """One picture of a gallery: clean above noisy, shown beside counted; a button shows it large."""
    shape = looked.evaluation.map_shape
    maps = [decode_map(row[name], shape) for name in ("clean_map", "map")]
    scale = shared_scale(maps)
    rows = []
    for level, attribution in zip((0, severity), maps, strict=True):
        pixels = enlarged(looked.pixels(int(row.image), level), 128)
        rows.append([pixels, seen(looked.view, pixels, attribution, scale)])
    truth, before, after = (
        looked.classes[int(row[key])] for key in ("truth", "clean_prediction", "prediction")
    )
    words = t(
        "explain.tile_kept" if before == after else "explain.tile", truth=truth, before=before, after=after
    )
    picture(mosaic(rows, ground()), literal(words), t("explain.tile_alt", words=words))
    st.button(
        t("explain.show"),
        key=f"explain_show_{int(row.image)}",
        icon=":material/open_in_full:",
        width="stretch",
        on_click=st.session_state.__setitem__,
        args=("explain_image", int(row.image)),
    )


def opened_first(looked: Looked, number: dict[str, int]) -> str:
    """The gallery that is open when noise or severity change: the one last chosen, unless it is empty there."""
    place = (looked.run.id, looked.noise, looked.severity, language())
    kept = st.session_state
    if kept.get("explain_tabs_of") != place:
        last = kept.get("explain_group")
        kept["explain_tabs_of"] = place
        kept["explain_tabs_first"] = last if last and number[last] else first_group(looked.table)
    return str(kept["explain_tabs_first"])


def galleries(looked: Looked) -> None:
    number = counts(looked.table)
    labels = {group: t(f"explain.{group}", n=f"{number[group]:,}") for group in GROUPS}

    def remember() -> None:
        label = st.session_state["explain_tabs"]
        st.session_state["explain_group"] = next(one for one in GROUPS if labels[one] == label)

    tabs = st.tabs(
        list(labels.values()),
        default=labels[opened_first(looked, number)],
        key="explain_tabs",
        on_change=remember,
    )
    for tab, group in zip(tabs, GROUPS, strict=True):
        if not tab.open:
            continue
        with tab:
            inside = members(looked.table, group)
            if not len(inside):
                st.caption(t(f"explain.none_{group}", n=f"{alike_when_clean(looked.table, group):,}"))
                continue
            st.caption(t("explain.key"))
            pages = -(-len(inside) // PER_PAGE)
            key = f"explain_page_{looked.run.id}_{looked.noise}_{looked.severity}_{group}"
            page = min(int(st.session_state.get(key, 0)), pages - 1)
            part = inside.iloc[page * PER_PAGE : (page + 1) * PER_PAGE]
            for start in range(0, len(part), 4):
                with side_by_side(f"explain_tiles_{start}"):
                    places = st.columns(4)
                for place, (_, row) in zip(places, part.iloc[start : start + 4].iterrows(), strict=False):
                    with place:
                        tile(looked, row, looked.severity or looked.evaluation.severities_of(looked.noise)[0])
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
