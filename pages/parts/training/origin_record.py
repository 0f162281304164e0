"""The record of a run that was made elsewhere: its file, how it is shown pictures, the order of its classes."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import NoiseLensError
from core.evaluation.joined import latest_joined
from core.files import folder_bytes
from core.runs.origins import Origin, same_way
from core.runs.runs import Run
from core.words import levels_text, rounded
from models.changes import ACTIVATIONS, USUAL_ACTIVATION
from pages.parts.choices import selectbox
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error
from pages.parts.numbers import percent_format, size_words
from pages.parts.origin import mark, model_words
from pages.parts.services.classifiers import forget_classifier
from pages.parts.services.workspace import workspace


def origin_words(run: Run, data: str) -> str:
    """What it is and where it comes from, as Markdown in a few lines.

    Args:
        data: name of its data set.
    """
    origin = run.origin
    assert origin is not None
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created))
    lines = [
        t(
            "elsewhere.record_what",
            model=literal(model_words(run)),
            mark=mark(run),
            data=literal(data),
            when=when,
        )
    ]
    file_kind = t(f"elsewhere.format_{origin.format}") if origin.format in FORMATS else literal(origin.format)
    lines.append(
        t("elsewhere.record_file", name=literal(origin.source), format=file_kind, sha=origin.sha256[:16])
    )
    nested = t("elsewhere.nested", nest=literal(origin.nest)) if origin.nest else ""
    if fitted := fitted_words(origin):
        lines.append(f"{fitted}{nested}")
    lines += [line for line in (right_words(origin), shown_words(origin), order_words(run)) if line]
    if run.answers_alone:
        lines += _answered(run)
    if origin.target_layer:
        lines.append(t("elsewhere.layer", layer=literal(origin.target_layer)))
    lines.append(t("train.record_size", size=size_words(folder_bytes(run.folder.path))))
    return "  \n".join(lines)


FORMATS = ("pytorch", "safetensors", "hugging_face", "onnx", "table")


def fitted_words(origin: Origin) -> str:
    """How many tensors of its file the network takes; "" where there are none."""
    return t("elsewhere.fitted", fitted=origin.fitted, of=origin.of) if origin.of else ""


def right_words(origin: Origin) -> str:
    """How often it was right when it was brought in; "" where it was not asked."""
    chosen = origin.chosen
    if "accuracy" not in chosen:
        return ""
    split = "train" if origin.split == "train" else "val"
    return t(f"elsewhere.right_{split}", share=rounded(100 * chosen["accuracy"]), n=chosen["images"])


def shown_words(origin: Origin) -> str:
    """How it is shown pictures, in a line; "" where that is not known."""
    return t("elsewhere.shown", way=way_words(origin.chosen)) if origin.chosen else ""


def way_words(way: Mapping[str, Any]) -> str:
    """One way to show pictures: "ImageNet's brightness, whole picture, red first, 64 px"."""
    parts = [normalise_words(way), *(t(f"elsewhere.{field}_{way[field]}") for field in ("fit", "channels"))]
    return ", ".join([*parts, f"{way['side']} px"])


def normalise_words(way: Mapping[str, Any]) -> str:
    """The mean and spread of one way."""
    return t(f"elsewhere.normalise_{'file' if 'mean' in way else way['normalise']}")


def order_words(run: Run) -> str:
    """What says which of its answers stands for which class."""
    origin = run.origin
    assert origin is not None
    return t(f"elsewhere.order_{origin.order_by}") if origin.order else ""


def _answered(run: Run) -> list[str]:
    test = latest_joined(workspace(), run)
    if test is None:
        return []
    severities = levels_text(test.severities)
    return [t("elsewhere.answered", n=f"{test.images:,}", noises=len(test.noises), severities=severities)]


def origin_details(run: Run) -> None:
    """Warnings, and all ways of showing pictures that were tried."""
    origin = run.origin
    assert origin is not None
    for warning in origin.warnings:
        st.caption(f":material/warning: {literal(say(warning))}")
    if origin.tied and not any(same_way(way, origin.chosen) for way in origin.tied):
        others = "; ".join(way_words(way) for way in origin.tied[:3])
        st.caption(f":material/drag_handle: {t('elsewhere.tied', others=others)}")
    if run.without_maps:
        which = "predictions" if run.answers_alone else "graph"
        st.caption(f":material/visibility_off: {t(f'elsewhere.record_no_map_{which}')}")
    further = "" if run.without_maps else f" {t('elsewhere.trained_further')}"
    st.caption(f":material/block: {t('elsewhere.no_training')}{further}")
    if len(origin.activations) > 1:
        st.caption(f":material/function: {activation_words(origin)}")
    if not origin.handshake:
        return
    place = st.expander(
        t("elsewhere.handshake"),
        icon=":material/handshake:",
        key=f"train_handshake_{run.id}",
        on_change="rerun",
    )
    if place.open:
        with place:
            st.caption(t("elsewhere.handshake_why"))
            handshake_table(origin)
            if run.trained:
                _correct(run, origin)


def _correct(run: Run, origin: Origin) -> None:
    """Another way of showing it pictures, or another order of its classes, without its file."""
    classes = run.summary.classes if run.summary else []
    number = selectbox(
        t("elsewhere.correct_way"),
        range(len(origin.handshake)),
        index=origin.handshake.index(origin.chosen) if origin.chosen in origin.handshake else 0,
        format_func=lambda place: way_words(origin.handshake[place]),
        key=f"train_way_{run.id}",
    )
    now = _in_order(classes, origin.order)
    said = st.text_input(
        t("elsewhere.correct_order"),
        ", ".join(now),
        key=f"train_order_{run.id}_{origin.order}",
        help=t("elsewhere.correct_order_help"),
    )
    names = [name.strip() for name in said.split(",") if name.strip()]
    same = names == now and origin.handshake[int(number)] == origin.chosen
    if not st.button(
        t("elsewhere.correct"), icon=":material/check:", key=f"train_correct_{run.id}", disabled=same
    ):
        return
    from core.brought.correcting import corrected, order_of

    try:
        with st.spinner(t("elsewhere.correcting")):
            corrected(workspace(), run, origin.handshake[int(number)], order_of(run, names))
    except NoiseLensError as error:
        show_error(error)
    else:
        forget_classifier(run.id)
        st.rerun()


def _in_order(classes: Sequence[str], order: Sequence[int]) -> list[str]:
    """The classes in the order of the network's answers."""
    return [name for _, name in sorted(zip(order, classes, strict=True))]


def activation_words(origin: Origin) -> str:
    """Which activation it was asked with, and which it has."""

    def told(row: Mapping[str, Any]) -> str:
        name = row["activation"]
        called = "ReLU" if name == USUAL_ACTIVATION else ACTIVATIONS.get(name, name)
        return t("elsewhere.activation", name=called, loss=f"{row['log_loss']:.2f}")

    has = origin.activation or USUAL_ACTIVATION
    own = next(row for row in origin.activations if row["activation"] == has)
    rest = [told(row) for row in origin.activations if row is not own]
    clear = bool(origin.activation) or all(row["log_loss"] >= own["log_loss"] for row in origin.activations)
    words = "elsewhere.activations" if clear else "elsewhere.activations_near"
    return t(words, own=told(own), rest=", ".join(rest), n=own["images"])


def handshake_table(origin: Origin) -> None:
    """Every way that was tried, the best first."""
    tied = [{**way} for way in origin.tied]
    rows = [
        {
            t("elsewhere.column_chosen"): t("elsewhere.is_chosen")
            if way == origin.chosen
            else t("elsewhere.is_tied")
            if way in tied
            else "",
            t("elsewhere.column_accuracy"): 100 * way["accuracy"],
            t("elsewhere.column_normalise"): normalise_words(way),
            t("elsewhere.column_fit"): t(f"elsewhere.fit_{way['fit']}"),
            t("elsewhere.column_channels"): t(f"elsewhere.channels_{way['channels']}"),
            t("elsewhere.column_side"): way["side"],
            t("elsewhere.column_loss"): way["log_loss"],
            t("elsewhere.column_images"): way["images"],
        }
        for way in origin.handshake
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={
            t("elsewhere.column_accuracy"): st.column_config.NumberColumn(format=percent_format()),
            t("elsewhere.column_loss"): st.column_config.NumberColumn(
                format="%.2f", help=t("elsewhere.column_loss_help")
            ),
            t("elsewhere.column_side"): st.column_config.NumberColumn(format="%d px"),
        },
        alt=t("elsewhere.handshake"),
    )
