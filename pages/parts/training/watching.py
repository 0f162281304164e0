"""What is seen of a run while it trains: its curves, how fast it goes, and the pictures that it is being shown."""

import streamlit as st

from core.charts.training import loss_curve, training_curves
from core.runs.runs import Run, read_metrics
from core.runs.standing import saved
from pages.parts.i18n import language, say, t
from pages.parts.pictures import picture_file
from pages.parts.theme import palette


def curves(run: Run, key: str) -> None:
    metrics = read_metrics(run.folder)
    if metrics.empty:
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
            label=t("train.try_half", epoch=now.epochs, epochs=run.recipe.epochs),
            icon=":material/grain:",
            query_params={"model": run.id},
        )


def being_shown(run: Run) -> None:
    """The pictures of a recent batch, as the network gets them."""
    if not run.folder.shown.exists() or run.summary is not None:
        return
    shown = st.expander(t("train.shown"), key="train_shown", on_change="rerun")
    if shown.open:
        with shown:
            picture_file(run.folder.shown.read_bytes(), t("train.shown_words"), t("train.shown"), exact=True)
