"""What noise did to the answer for one picture of a test, in words above its pictures."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.charts.drawing import noise_label
from core.evaluation.galleries import (
    BLIND,
    alike_when_clean,
    chance_overlap,
    counts,
    overlap,
    places,
    top_area,
)
from core.evaluation.predictions import decode_map
from pages.parts.gallery import Looked
from pages.parts.i18n import language, literal, t
from pages.parts.messages import sentence_card
from pages.parts.numbers import percent


def verdict(
    looked: Looked, row: pd.Series, clean_map: NDArray[np.float32], noisy_map: NDArray[np.float32]
) -> None:
    """This picture's numbers in words, and what is seen of the two maps below them."""
    classes = [literal(name) for name in looked.classes]
    before = t("explain.read", name=classes[row.clean_prediction], share=percent(row.clean_confidence))
    if looked.severity == 0:
        sentence_card(
            t(
                "explain.clean_headline",
                name=classes[row.clean_prediction],
                share=percent(row.clean_confidence),
            ),
            t("explain.clean_body"),
        )
        return
    after = t("explain.read", name=classes[row.prediction], share=percent(row.confidence))
    noise = noise_label(looked.noise, language())
    same = overlap(clean_map, noisy_map)
    shape = looked.evaluation.map_shape
    chance = chance_overlap(
        [decode_map(data, shape) for data in looked.table["clean_map"].head(300)],
        [decode_map(data, shape) for data in looked.table["map"].head(300)],
    )
    number, total = counts(looked.table)[row.group], alike_when_clean(looked.table, row.group)
    body = t(f"explain.part_{row.group}", n=f"{number:,}", total=f"{total:,}", share=percent(number / total))
    body += "  \n" + t("explain.body", before=before, after=after)
    figures = None
    if top_area(clean_map) is None:
        body += " " + t("explain.nothing_counted_clean", name=classes[row.clean_prediction])
    elif same is None:
        body += " " + t("explain.nothing_counted", name=classes[row.prediction])
    else:
        kind = "" if row.clean_prediction == row.prediction else "two_"
        names = {"before": classes[row.clean_prediction], "after": classes[row.prediction]}
        body += " " + t(f"explain.{kind}places_{places(same)}", **names)
        figures = t("explain.overlap", share=percent(same), blind=percent(BLIND))
        if chance is not None:
            figures += " " + t("explain.overlap_chance", chance=percent(chance))
            if BLIND < same <= chance:
                body += " " + t("explain.like_unrelated")
    sentence_card(
        t(f"explain.headline_{row.group}", noise=noise, severity=looked.severity), body, help=figures
    )
