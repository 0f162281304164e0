"""What noise did to the answer for one picture of a test, in words below its pictures; and to all of them."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.charts.drawing import noise_label
from core.evaluation.galleries import (
    BLIND,
    overlap,
    places,
    something_counts,
)
from pages.parts.explain.looked import Looked
from pages.parts.i18n import language, literal, t
from pages.parts.messages import sentence_card
from pages.parts.numbers import answer, percent
from pages.parts.services import chance_level


def badge(looked: Looked, prediction: int, confidence: float, truth: int) -> None:
    """What the network says, and whether that is right."""
    right = prediction == truth
    st.badge(
        t(
            "explain.badge_right" if right else "explain.badge_wrong",
            answer=answer(literal(looked.classes[prediction]), confidence),
        ),
        icon=":material/check:" if right else ":material/close:",
        color="green" if right else "red",
    )


def verdict(
    looked: Looked, row: pd.Series, clean_map: NDArray[np.float32], noisy_map: NDArray[np.float32]
) -> None:
    """This picture's numbers in words, and what is seen of the two maps above them."""
    classes = [literal(name) for name in looked.classes]
    before = t("explain.read", name=classes[row.clean_prediction], share=percent(row.clean_confidence))
    body = _part(looked, str(row.group))
    if looked.severity == 0:
        headline = t(
            f"explain.headline_{row.group}",
            name=classes[row.clean_prediction],
            share=percent(row.clean_confidence),
            truth=classes[row.truth],
        )
        if not something_counts(clean_map):
            body += "  \n" + t("explain.nothing_counted_clean", name=classes[row.clean_prediction])
        sentence_card(headline, body)
        return
    after = t("explain.read", name=classes[row.prediction], share=percent(row.confidence))
    body += "  \n" + t("explain.body", before=before, after=after)
    figures = None
    same = overlap(clean_map, noisy_map)
    if not something_counts(clean_map):
        body += " " + t("explain.nothing_counted_clean", name=classes[row.clean_prediction])
    elif same is None:
        body += " " + t("explain.nothing_counted", name=classes[row.prediction])
    else:
        said, figures = _where(looked, row, same)
        body += " " + said
    noise = noise_label(looked.noise, language())
    sentence_card(
        t(f"explain.headline_{row.group}", noise=noise, severity=looked.severity), body, help=figures
    )


def _part(looked: Looked, group: str) -> str:
    """Of how many pictures it is true, of those that were like it without noise."""
    number, total = looked.pairs.counts[group], looked.pairs.alike_when_clean(group)
    return t(f"explain.part_{group}", n=f"{number:,}", total=f"{total:,}", share=percent(number / total))


def _where(looked: Looked, row: pd.Series, same: float) -> tuple[str, str]:
    """Whether what counted lies where it lay, as far as such maps tell, and the figures for it."""
    shape = looked.evaluation.map_shape
    chance = chance_level(looked.evaluation, looked.noise, looked.severity)
    names = {
        "before": literal(looked.classes[row.clean_prediction]),
        "after": literal(looked.classes[row.prediction]),
    }
    unrelated = "" if chance is None else " " + t("explain.overlap_chance", chance=percent(chance))
    kind = "" if row.clean_prediction == row.prediction else "two_"
    found = places(same, shape)
    if found is None:
        said = t(f"explain.{kind}places_coarse", **names, share=percent(same)) + unrelated
        return said, t("explain.coarse", h=shape[0], w=shape[1])
    said = t(f"explain.{kind}places_{found}", **names)
    if chance is not None and BLIND < same <= chance:
        said += " " + t("explain.like_unrelated")
    return said, t("explain.overlap", share=percent(same), blind=percent(BLIND)) + unrelated


def in_numbers(looked: Looked) -> None:
    """What noise did to all the test's pictures, where none of them can be shown."""
    number = looked.pairs.counts
    group = "became_wrong" if looked.severity > 0 else "right"
    total = looked.pairs.alike_when_clean(group)
    headline = t(
        "explain.all_noisy" if looked.severity > 0 else "explain.all_clean",
        noise=noise_label(looked.noise, language()),
        severity=looked.severity,
        n=f"{number[group]:,}",
        total=f"{total:,}",
        share=percent(number[group] / max(total, 1)),
    )
    sentence_card(headline, " \u2003 ".join(t(f"explain.{one}", n=f"{n:,}") for one, n in number.items()))
