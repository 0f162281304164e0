"""What Results says beside its sentence: what is left out of it, and what does not fit together."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.charts.drawing import noise_label
from core.data.dataset import DataSet
from core.evaluation.comparison import Comparison
from core.evaluation.rows import Row
from core.evaluation.versions import versions_sentence
from core.evaluation.view import View
from core.words import levels_text
from pages.parts.i18n import language, literal, say, t
from pages.parts.origin import say_seen_unknown
from pages.parts.results.untested import other_draws
from pages.parts.test_how import say_modes

NAMED = 6
"""Noises that are named where many may have to be."""


def say_beside(
    comparison: Comparison,
    rows: Sequence[Row],
    noises: str,
    pictures: Sequence[DataSet | str],
    below: DeltaGenerator,
) -> None:
    """Warnings here, and in one caption elsewhere all that is only good to know.

    Args:
        comparison: of the rows.
        noises: as of core.evaluation.view.View.
        pictures: of the first run of each row the data set that it was tested on, or why that is not there.
        below: the place of what is only good to know.
    """
    chosen = [row.first for row in rows]
    every = [member for row in rows for member in row.members]
    know = []
    if not comparison.cells:
        one = "_one" if len(comparison.arms) == 1 else ""
        st.info(t(f"results.none_{noises}{one}"), icon=":material/info:")
    if comparison.left_out:
        left_out = [noise_label(noise, language()) for noise in comparison.left_out]
        know.append(t("results.left_out", noises=_some(left_out)))
    if comparison.apart:
        apart = [
            t(
                "results.apart_noise",
                noise=noise_label(noise, language()),
                severities=", ".join(map(str, levels_of)),
            )
            for noise, levels_of in comparison.apart.items()
        ]
        know.append(t("results.apart", noises=_some(apart)))
    if comparison.choosers:
        chose = ", ".join(noise_label(noise, language()) for noise in comparison.choosers)
        know.append(t("results.choosers", noises=chose))
    if not comparison.same_pictures and not other_draws(chosen):
        data_sets = dict.fromkeys(str(arm.facts["data_set"]) for arm in comparison.arms)
        warning = "results.other_data_sets" if len(data_sets) > 1 else "results.other_pictures"
        names = ", ".join(literal(name) for name in data_sets)
        st.warning(t(warning, names=names), icon=":material/warning:")
    for why in ("deleted", "changed"):
        gone = [f"“{say(run.label)}”" for (run, _), one in zip(chosen, pictures, strict=True) if one == why]
        if gone:
            names = literal(", ".join(gone))
            know.append(t(f"results.data_{why}", names=names))
    if other := [run for row in rows for run in row.apart]:
        names = literal(", ".join(say(run.label) for run in other))
        know.append(t("results.seeds_apart", names=names))
    know += say_modes(chosen)
    if differ := versions_sentence(part for _, tested in every for part in tested.giving()):
        know.append(literal(say(differ)))
    with below:
        if know:
            st.caption(":material/info: " + " · ".join(know))
        say_seen_unknown([run for run, _ in chosen])


def _some(names: Sequence[str]) -> str:
    """The first of them and how many more there are: of two tests that share little a hundred noises would be named."""
    more = len(names) - NAMED
    return ", ".join(names) if more < 2 else ", ".join(names[:NAMED]) + t("results.seen_more", n=more)


def made_of(comparison: Comparison, rows: Sequence[Row], view: View) -> str:
    """Of how many seeds, pictures, noises and severities the sentence is made, as Markdown."""
    seeds = sorted({len(row.members) for row in rows})
    images = " / ".join(f"{n:,}" for n in dict.fromkeys(arm.images for arm in comparison.arms))
    parts = []
    if seeds[-1] > 1:
        number = str(seeds[0]) if len(seeds) == 1 else f"{seeds[0]}–{seeds[-1]}"
        parts.append(t("results.made_seeds" if len(rows) > 1 else "results.made_seeds_one", n=number))
    parts.append(t("results.made_images", n=images))
    if view.classes:
        labels = rows[0].first[1].class_labels
        names = ", ".join(f"“{literal(say(labels[number]))}”" for number in view.classes)
        parts.append(t("results.made_classes", names=names))
    if comparison.in_means:
        levels = levels_text(comparison.mean_severities)
        noises = len(comparison.in_means)
        parts.append(
            t("results.made_noise" if noises == 1 else "results.made_noises", n=noises, levels=levels)
        )
    return f":small[{t('results.made', parts=', '.join(parts))}]"
