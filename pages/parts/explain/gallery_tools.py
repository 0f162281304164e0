"""Above the pictures of a gallery: which of them and in what order; all of them as a ZIP."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.charts.drawing import noise_label
from core.evaluation.galleries import Pairs
from core.evaluation.gallery_choice import ORDERS, chosen_members, map_moves
from core.evaluation.joined import JoinedEvaluation
from core.explanation.methods import all_methods
from core.reports.gallery import MOST, Gallery, gallery_zip
from core.runs.runs import Run
from core.store import named_file
from pages.parts.choices import selectbox
from pages.parts.explain.looked import Looked
from pages.parts.explain.subject import Who
from pages.parts.i18n import language, say, t
from pages.parts.services.evaluations import pairs_of
from pages.parts.services.kept import kept_numbers

_CLASS, _ORDER = "explain_only_class", "explain_order"
_EVERY = -1


@dataclass(frozen=True)
class Beside:
    """Another run, tested on the same pictures under the same noise."""

    run: Run
    evaluation: JoinedEvaluation
    pairs: Pairs

    @property
    def key(self) -> str:
        return f"{self.run.id} {self.evaluation.key}"


@dataclass(frozen=True)
class Wanted:
    """Which pictures of a gallery are looked at, and how."""

    truth: int | None
    """Those of this class alone."""
    order: str
    """Of core.evaluation.gallery_choice.ORDERS."""
    beside: Beside | None

    def rows(self, looked: Looked, group: str) -> pd.DataFrame:
        """The pictures of a group, in order."""
        moves = moves_of(looked) if self.order in ("moved", "stayed") else {}
        return chosen_members(looked.pairs, group, self.truth, self.order, moves)


def moves_of(looked: Looked) -> dict[int, float]:
    """core.evaluation.gallery_choice.map_moves; kept."""
    if looked.severity == 0:
        return {}
    key = ("moves", looked.place, looked.evaluation.key, looked.noise, looked.severity)
    return kept_numbers(key, lambda: map_moves(looked.evaluation, looked.noise, looked.severity))


def wanted_now(looked: Looked, second: Who | None) -> Wanted:
    """As the boxes of `choose_pictures` say, wherever these stand on the page; what they cannot say any more is forgotten.

    Args:
        second: the run that is looked at beside the first.
    """
    state = st.session_state
    if state.get(_CLASS) not in (None, _EVERY, *range(len(looked.classes))):
        state.pop(_CLASS)
    if state.get(_ORDER) not in _orders(looked):
        state.pop(_ORDER, None)
    only = state.get(_CLASS, _EVERY)
    order = str(state.get(_ORDER, ORDERS[0]))
    return Wanted(None if only == _EVERY else int(only), order, _beside(looked, second))


def _beside(looked: Looked, second: Who | None) -> Beside | None:
    """The second run, where it was tested under what is looked at."""
    if second is None or second.evaluation is None:
        return None
    if looked.severity > 0 and (looked.noise, looked.severity) not in second.evaluation.cells:
        return None
    return Beside(second.run, second.evaluation, pairs_of(second.evaluation, looked.noise, looked.severity))


def _orders(looked: Looked) -> tuple[str, ...]:
    return ORDERS if looked.severity > 0 else ORDERS[:2]


def choose_pictures(looked: Looked) -> None:
    """The boxes: one class, the order."""
    places = st.columns(2)
    with places[0]:
        selectbox(
            t("gallery.class"),
            [_EVERY, *range(len(looked.classes))],
            format_func=lambda one: t("gallery.every") if one == _EVERY else looked.classes[one],
            key=_CLASS,
            persist_state="session",
        )
    with places[1]:
        selectbox(
            t("gallery.order"),
            list(_orders(looked)),
            format_func=lambda one: t(f"gallery.order_{one}"),
            key=_ORDER,
            persist_state="session",
            help=t("gallery.order_help"),
        )


def download_gallery(looked: Looked, group: str, rows: pd.DataFrame) -> None:
    """The button that makes the ZIP of the pictures that are looked at, when it is pressed."""
    assert looked.data_set is not None
    method = next(one for one in all_methods() if one.key == looked.evaluation.method)
    noise = noise_label(looked.noise, language())
    gallery = Gallery(
        run=say(looked.run.label),
        evaluation=looked.evaluation,
        data_set=looked.data_set,
        classes=looked.classes,
        noise=looked.noise,
        noise_label=noise,
        severity=looked.severity,
        group=t(f"gallery.name_{group}"),
        view=looked.view,
        method=method.name,
    )
    moves, spoken = moves_of(looked), language()
    level = f"{looked.noise}-{looked.severity}" if looked.severity else "clean"
    name = named_file([say(looked.run.label)[:40], level, group], ".zip")
    st.download_button(
        t("gallery.zip", n=f"{min(len(rows), MOST):,}"),
        lambda: gallery_zip(gallery, rows, moves, spoken),
        file_name=name,
        mime="application/zip",
        icon=":material/folder_zip:",
        key=f"explain_zip_{group}",
        on_click="ignore",
        help=t("gallery.zip_help_most" if len(rows) > MOST else "gallery.zip_help", most=MOST),
    )
