"""The learning rate, tried out: a button, the curve, and the rate that it suggests."""

import streamlit as st

from core.charts.training import rate_curve
from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.runs.recipe import Recipe
from core.training.rate_job import found_rates, is_under_way, seconds_to_try, submit_range_test
from pages.parts.i18n import language, t
from pages.parts.messages import show_error
from pages.parts.progress import span
from pages.parts.services.workspace import workspace
from pages.parts.theme import palette


def range_test(recipe: Recipe, data_set: DataSet, key: str) -> None:
    """The button that has rates tried for what the form says, and what was found.

    Args:
        recipe: need not be one that can be run: that is said of a click.
        key: session: the box for the rate.
    """
    under_way = is_under_way(workspace())
    time = seconds_to_try(workspace(), recipe, data_set).with_start
    clicked = st.button(
        t("train.range_try", time=span(time)),
        key="train_range",
        icon=":material/trending_down:",
        help=t("train.range_help"),
        disabled=under_way,
    )
    if clicked:
        try:
            submit_range_test(workspace(), data_set, recipe)
        except NoiseLensError as error:
            show_error(error)
        else:
            st.rerun()
    if under_way:
        st.caption(f":material/hourglass_top: {t('train.range_now')}")
    found = found_rates(workspace(), recipe)
    if found is None or not found.rates:
        return
    st.plotly_chart(
        rate_curve(palette(), found.rates, found.losses, found.suggested, language()),
        theme=None,
        key="train_range_chart",
        alt=t("train.range_alt"),
        config={"displayModeBar": False},
    )
    if found.suggested is None:
        st.caption(t("train.range_none"))
        return
    st.button(
        t("train.range_use", rate=f"{found.suggested:g}"),
        key="train_range_use",
        icon=":material/check:",
        on_click=_use,
        args=(key, found.suggested),
        disabled=recipe.learning_rate == found.suggested,
    )


def _use(key: str, rate: float) -> None:
    st.session_state[key] = rate
