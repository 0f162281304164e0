"""What the seed alone does in a study, beside what other test pictures might: a table and sentences, on Train and Results."""

from collections.abc import Collection

import pandas as pd
import streamlit as st

from core.noise.catalogue import CLEAN
from core.studies.spread import MEAN, Seeds, sentences_on_seeds
from core.words import rounded
from pages.parts.i18n import literal, say, t


def seeds_table(seeds: Seeds, key: str, arms: Collection[str] | None = None) -> None:
    """By arm: mean and spread over seeds beside the interval over pictures, clean and under noise.

    Args:
        key: of the table, unique on the page.
        arms: keys of those that are shown; None for all.
    """
    columns = [(CLEAN, t("train.study_clean"))]
    if seeds.in_means:
        columns.append((MEAN, t("train.study_noisy", n=len(seeds.in_means))))
    rows = []
    for arm in seeds.arms:
        if arms is not None and arm.key not in arms:
            continue
        row: dict[str, object] = {
            t("train.study_arm"): say(arm.label),
            t("train.study_seeds"): len(seeds.runs[arm.key]),
        }
        for noise, head in columns:
            one = seeds.of(arm.key, noise)
            sd = "" if one.sd is None else f" ± {rounded(one.sd, 1)}"
            row[head] = f"{rounded(one.mean, 1)}{sd}"
            ends = f"{rounded(one.pictures.low, 1)}–{rounded(one.pictures.high, 1)}"
            row[t("train.study_interval", of=head)] = ends
        rows.append(row)
    st.dataframe(pd.DataFrame(rows), hide_index=True, key=key, alt=t("train.study_alt"))
    st.caption(t("train.study_table"))


def seeds_sentences(seeds: Seeds) -> list[str]:
    """core.studies.spread.sentences_on_seeds as Markdown."""
    return [literal(say(one)) for one in sentences_on_seeds(seeds)]


def any_untold(seeds: Seeds) -> bool:
    """Whether the best arm and the next are no further apart than the seed alone, or other pictures, might move them."""
    noise = MEAN if seeds.in_means else CLEAN
    best, *others = sorted(seeds.arms, key=lambda arm: -seeds.of(arm.key, noise).mean)
    return bool(others) and not seeds.difference(best.key, others[0].key, noise).told
