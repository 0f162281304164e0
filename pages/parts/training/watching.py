"""What is seen of a run while it trains: its curves, how fast it goes, and the pictures that it is being shown."""

import streamlit as st

from core.charts.training import loss_curve, training_curves
from core.jobs.states import ACTIVE
from core.runs.metrics_file import read_metrics
from core.runs.runs import Run
from core.runs.standing import saved
from core.store import file_name
from pages.parts.i18n import language, say, t
from pages.parts.numbers import percent_format
from pages.parts.pictures import picture_file
from pages.parts.theme import palette

LOG_HEIGHT = 260
"""px, of a table of measurements, which is scrolled."""
_PER_CENT = ("accuracy", "validation_accuracy", "validation_noisy_accuracy")
_LOG = {
    "epoch": "%.2f",
    "loss": "%.3f",
    "accuracy": "",
    "validation_accuracy": "",
    "validation_noisy_accuracy": "",
    "learning_rate": "%.2g",
    "images_per_second": "%.0f",
    "memory": "%.1f",
}
"""What a log shows of each measurement, with how its numbers are written where they are no per cents."""


def curves(run: Run, key: str) -> None:
    metrics = read_metrics(run.folder)
    if metrics.empty:
        if run.state in ACTIVE:
            st.caption(f":material/show_chart: {t('train.curves_soon')}")
        return
    st.plotly_chart(
        training_curves(palette(), metrics, run.recipe.epochs, not run.recipe.clean, language()),
        theme=None,
        key=f"curves_{key}",
        alt=t("train.curves_alt", name=say(run.label)),
        config={"displayModeBar": False},
    )
    loss = st.expander(t("train.loss"), key=f"loss_{key}", on_change="rerun")
    if loss.open:
        loss.plotly_chart(
            loss_curve(palette(), metrics, run.recipe.epochs, language()),
            theme=None,
            key=f"loss_chart_{key}",
            alt=t("train.loss_alt", name=say(run.label)),
            config={"displayModeBar": False},
        )


def figures_now(run: Run) -> None:
    """How fast it goes, how large its steps are and what memory it takes, as far as its last line says."""
    metrics = read_metrics(run.folder)
    if metrics.empty or "images_per_second" not in metrics or run.summary is not None:
        return
    lines = metrics.dropna(subset=["images_per_second"])
    if not lines.empty:
        last = lines.iloc[-1]
        said = t(
            "train.figures_now",
            pace=f"{last['images_per_second']:,.0f}",
            memory=f"{last['memory'] / 2**30:.1f}",
            rate=f"{last['learning_rate']:.2g}",
        )
        st.caption(f":material/speed: {said}")


def try_it(run: Run) -> None:
    """The way to the noise lab, which asks the network as it was saved last."""
    now = saved(run)
    if now is None or run.summary is not None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "preview.py",
            label=t("train.try_half", epoch=now.epochs, epochs=run.recipe.epochs)
            if now.epochs
            else t("train.try_first"),
            icon=":material/grain:",
            query_params={"model": run.id},
        )


def being_shown(run: Run, key: str) -> None:
    """The pictures of a recent batch, or of the last one, as the network got them; folded away.

    Args:
        key: tells several on a page apart.
    """
    if not run.folder.shown.exists():
        return
    title = t("train.shown" if run.state in ACTIVE else "train.shown_was")
    shown = st.expander(title, key=f"train_shown_{key}", on_change="rerun")
    if shown.open:
        with shown:
            picture_file(run.folder.shown.read_bytes(), t("train.shown_words"), title, exact=True)


def log(run: Run, key: str) -> None:
    """Every measurement of a training, as a table and as a file; folded away.

    Args:
        key: tells several on a page apart.
    """
    metrics = read_metrics(run.folder)
    if metrics.empty:
        return
    place = st.expander(t("train.log"), key=f"train_log_{key}", on_change="rerun")
    if not place.open:
        return
    shown = metrics[[name for name in _LOG if name in metrics]].iloc[::-1].copy()
    for name in set(_PER_CENT) & set(shown):
        shown[name] *= 100
    if "memory" in shown:
        shown["memory"] /= 2**30
    config = {
        name: st.column_config.NumberColumn(
            t(f"train.log_{name}"),
            format=percent_format() if name in _PER_CENT else _LOG[name],
        )
        for name in map(str, shown)
    }
    with place:
        st.dataframe(
            shown,
            hide_index=True,
            height=LOG_HEIGHT,
            column_config=config,
            placeholder="–",
            key=f"train_log_table_{key}",
            alt=t("train.log_alt", name=say(run.label)),
        )
        st.caption(t("train.log_words"))
        st.download_button(
            t("train.log_download"),
            lambda: metrics.to_csv(index=False).encode(),
            f"log-{file_name(run.name)}.csv",
            "text/csv",
            key=f"train_log_download_{key}",
            icon=":material/download:",
            on_click="ignore",
        )
