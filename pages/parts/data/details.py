"""What is inside a data set, its other name, and its export."""

import re

import pandas as pd
import streamlit as st

from core.charts.data_sets import channel_shares, class_counts
from core.data.dataset import SPLITS, DataSet, rename_data_set, unused_name
from core.data.review.resplit import submit_resplit
from core.data.summary import example_indices
from core.errors import NoiseLensError
from core.explanation.views import enlarged
from core.noise.stack import LARGEST_SEED
from pages.parts.data.begin import Begin
from pages.parts.data.export_route import export_address
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import show_error
from pages.parts.number_field import number_field
from pages.parts.pictures import picture, strip
from pages.parts.services.data import class_means, histograms
from pages.parts.services.workspace import workspace
from pages.parts.theme import palette

CHANNELS = ("red", "green", "blue")
MOST_CLASSES = 12
"""Of which pictures are shown."""


def counts_table(data_set: DataSet) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t(f"data.split_{split}"): [data_set.card.counts[split].get(name, 0) for name in data_set.classes]
            for split in SPLITS
        },
        index=[say(label) for label in data_set.class_labels],
    )


def details(data_set: DataSet, begin: Begin) -> None:
    """Counts by class and split, channels, and pictures of each class, its mean first.

    Args:
        begin: starts the job of a button here.
    """
    table = counts_table(data_set)
    chart, facts = st.columns([3, 2], gap="large")
    with chart:
        st.plotly_chart(
            class_counts(palette(), table.head(30), language()),
            theme=None,
            key=f"counts_{data_set.id}",
            alt=t("data.counts_alt", name=data_set.name),
            config={"displayModeBar": False},
        )
        if data_set.notes:
            notes = "\n".join(f"- {literal(say(note))}" for note in data_set.notes)
            st.caption(f"**{t('data.notes')}**\n\n{notes}")
    with facts:
        st.markdown(literal(say(data_set.card.origin)))
        st.caption(t("data.facts", table=data_set.table, size=data_set.size), help=t("data.facts_help"))
        if data_set.licence:
            st.caption(t("data.licence", licence=literal(say(data_set.licence))))
        st.caption(
            t("data.fingerprint", fingerprint=data_set.card.fingerprint), help=t("data.fingerprint_help")
        )
    _card_of_channels(data_set)
    _rename_and_export(data_set)
    _resplit(data_set, begin)
    found, means = example_indices(data_set, 12), class_means(data_set, MOST_CLASSES)
    st.caption(t("data.examples"))
    for key, label in list(zip(data_set.classes, data_set.class_labels, strict=True))[:MOST_CLASSES]:
        name = say(label)
        pictures = sum(data_set.card.counts[split].get(key, 0) for split in SPLITS)
        st.markdown(f"**{literal(name)}** · {pictures:,}")
        mean_place, examples = st.columns([1, 12], vertical_alignment="center", gap="small")
        with mean_place:
            if key in means:
                picture(enlarged(means[key], 64), None, t("data.mean_alt", name=name))
        with examples:
            strip(data_set.images, found[key].tolist(), t("data.class_alt", name=name), 12)
    if len(data_set.classes) > MOST_CLASSES:
        st.caption(t("data.more_classes", n=len(data_set.classes) - MOST_CLASSES))
        st.dataframe(table, alt=t("data.counts_alt", name=data_set.name))


def _card_of_channels(data_set: DataSet) -> None:
    st.markdown(f"**{t('data.channels')}**", help=t("data.channels_help"))
    names = [t(f"data.channel_{channel}") for channel in CHANNELS]
    st.plotly_chart(
        channel_shares(palette(), histograms(data_set), names, language()),
        theme=None,
        key=f"channels_{data_set.id}",
        alt=t("data.channels_alt", name=data_set.name),
        config={"displayModeBar": False},
    )


def _rename_and_export(data_set: DataSet) -> None:
    refused = None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            t("data.new_name", name=literal(data_set.name)),
            data_set.name,
            max_chars=80,
            key=f"new_name_{data_set.id}",
            width=320,
        )
        if st.button(t("data.rename"), icon=":material/edit:", key=f"rename_{data_set.id}"):
            try:
                rename_data_set(workspace(), data_set, name)
            except NoiseLensError as error:
                refused = error
            else:
                st.rerun()
        st.link_button(
            t("data.export"),
            export_address(data_set.id, st.get_option("server.baseUrlPath")),
            icon=":material/download:",
            key=f"export_{data_set.id}",
            help=t("data.export_help"),
        )
    if refused is not None:
        show_error(refused)


def _resplit(data_set: DataSet, begin: Begin) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=320):
            seed = number_field(
                t("data.seed"),
                0,
                LARGEST_SEED,
                1,
                key=f"seed_{data_set.id}",
                help=t("data.resplit_help"),
            )
        # A version of a version is called like the first.
        name = f"{re.sub(r' · [0-9]+$', '', data_set.name)} · {seed}"[-80:]
        there = unused_name(workspace(), name) != name
        clicked = st.button(
            t("data.resplit"),
            icon=":material/shuffle:",
            key=f"resplit_{data_set.id}",
            disabled=seed is None or there,
        )
        if clicked and seed is not None:
            number = seed
            try:
                begin(lambda: submit_resplit(workspace(), data_set, name, number))
            except NoiseLensError as error:
                show_error(error)
            else:
                st.rerun()
    if seed is not None:
        said = "data.resplit_there" if there else "data.resplit_before"
        st.caption(t(said, old=literal(data_set.name), new=literal(name)))
