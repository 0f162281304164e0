"""Two runs on the same pictures: what the second repaired and what it broke, with the pictures."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.classes import confusion_change
from core.charts.drawing import noise_label
from core.data.dataset import DataSet
from core.evaluation.answers import Answers
from core.evaluation.arms import Arm, Measured
from core.evaluation.comparison import Comparison, difference
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.outcomes import OUTCOMES, Outcome, Outcomes, Shown, maps_of, outcomes
from core.evaluation.pairs import pairs_of
from core.evaluation.predictions import noisy_picture
from core.evaluation.tables import of_confusion
from core.explanation.overlay import shared_scale
from core.explanation.views import enlarged, mosaic, seen
from core.images import encode_jpeg
from core.noise.catalogue import CLEAN
from core.pixels import Image
from core.runs.runs import Run
from core.words import rounded
from pages.parts.address import asked, keep
from pages.parts.choices import selectbox
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import sentence_card
from pages.parts.numbers import percent
from pages.parts.pictures import JPEG_QUALITY, picture_file
from pages.parts.results.chart import show_chart
from pages.parts.results.confusion_of import confusion_of
from pages.parts.results.look import Look
from pages.parts.results.noise_choice import ALL, choose_noise
from pages.parts.services.evaluations import answers_of
from pages.parts.services.kept import kept_picture
from pages.parts.theme import ground, palette

PER_TILE = 4
"""Pictures of an outcome."""
_SIDE = 96
"""Least side of a small picture, px."""


def two_runs(look: Look) -> None:
    """Four tiles of two of the runs."""
    comparison, chosen, pictures = look.comparison, look.chosen, look.pictures
    arms = list(comparison.arms)
    if len(arms) < 2:
        st.info(t("results.two_one"), icon=":material/info:")
        return
    if not comparison.same_pictures:
        st.info(t("results.two_other"), icon=":material/info:")
        return
    first, second = _choose_runs(look)
    noise = choose_noise(comparison, "two_noise")
    cells = [(CLEAN, 0)] if noise == CLEAN else [one for one in comparison.cells if noise in (ALL, one[0])]
    places = [arms.index(first), arms.index(second)]
    before, after = (answers_of(chosen[place][1]) for place in places)
    found = outcomes(before, after, cells)
    lead, holm = _lead(first, second, noise, comparison, (before, after))
    counts = found.counts
    values = {
        "first": literal(say(first.label)),
        "second": literal(say(second.label)),
        "repaired": f"{counts['repaired']:,}",
        "broken": f"{counts['broken']:,}",
        "total": f"{found.total:,}",
        "where": t("results.two_all") if noise == ALL else noise_label(noise, language()),
    }
    kind = "untold" if not lead.told else "better" if lead.mean > 0 else "worse"
    ends = (lead.mean, lead.low, lead.high)
    if kind == "worse":  # so much less often: the interval is of that
        ends = (-lead.mean, -lead.high, -lead.low)
    points = {name: rounded(end, 1) for name, end in zip(("points", "low", "high"), ends, strict=True)}
    body = t(f"results.two_{kind}", **values, **points)
    if holm is not None:
        body += " " + t("results.two_holm", p=_small(holm))
    sentence_card(t("results.two_sentence", **values), body)
    data_set = next((one for one in (pictures[place] for place in places) if isinstance(one, DataSet)), None)
    tiles = [*st.columns(2), *st.columns(2)]
    for tile, outcome in zip(tiles, OUTCOMES, strict=True):
        with tile:
            _tile(outcome, found, data_set, [chosen[place] for place in places], values)
    maps = [not chosen[place][0].without_maps for place in places]
    st.caption(t("results.two_key" if not all(maps) else "results.two_key_maps", **values))
    _change(look, places, noise, values)


def _change(look: Look, places: Sequence[int], noise: str, values: dict[str, str]) -> None:
    """What the second reads more and less often than the first, as a matrix."""
    tests = [look.chosen[place][1] for place in places]
    if tests[0].classes != tests[1].classes:
        return
    counts = [partial(confusion_of, look.comparison, test, noise) for test in tests]
    ids = [look.chosen[place][0].id for place in places]
    st.markdown(f"**{t('results.change', **values)}**", help=t("results.change_help"))
    show_chart(
        look.drawn(
            ("change", *ids, noise),
            lambda: confusion_change(palette(), counts[0](), counts[1](), language()),
        ),
        "difference-of-confusions",
        t("results.change_alt", **values),
        lambda: pd.concat(
            [of_confusion(of_run(), run_id, noise) for of_run, run_id in zip(counts, ids, strict=True)]
        ),
        [look.comparison.arms[place] for place in places],
        file=look.file("difference-of-confusions", values["first"], values["second"], noise),
    )


def _choose_runs(look: Look) -> tuple[Arm, Arm]:
    """The first and the second; to begin with one that was trained on pictures as they are, else the one that noise costs most,
    and of the others the one that it costs least."""
    # A row is known by its first run, whichever of its seeds is looked at.
    arms = list(look.comparison.arms)
    keys = {arm.id: row.first[0].id for row, arm in zip(look.rows, arms, strict=True)}
    by_id = {keys[arm.id]: arm for arm in arms}

    def rank(arm: Arm) -> tuple[bool, float]:
        as_they_are = not (arm.noise_trained or arm.augmented or arm.brought)
        return not as_they_are, arm.under().mean if arm.in_means else arm.clean

    ranked = sorted(arms, key=rank)
    places = [look.place_of(one) for one in (asked("results", "pair") or "").split(",")]
    kept = [keys[arms[place].id] for place in places if place is not None]
    if len(kept) == 2 and kept[0] != kept[1]:
        st.session_state["results_first"], st.session_state["results_second"] = kept
    for key, arm in (("results_first", ranked[0]), ("results_second", ranked[-1])):
        if st.session_state.get(key) not in by_id:
            st.session_state[key] = keys[arm.id]
    left, right = st.columns(2)

    def named(arm_id: str) -> str:
        return say(by_id[arm_id].label)

    with left:
        one = str(selectbox(t("results.two_first"), list(by_id), format_func=named, key="results_first"))
    rest = [arm_id for arm_id in by_id if arm_id != one]
    if st.session_state["results_second"] not in rest:
        st.session_state["results_second"] = next(
            (keys[arm.id] for arm in reversed(ranked) if keys[arm.id] != one), rest[0]
        )
    with right:
        other = str(selectbox(t("results.two_second"), rest, format_func=named, key="results_second"))
    keep("results", pair=f"{one},{other}")
    return by_id[one], by_id[other]


def _lead(
    first: Arm, second: Arm, noise: str, comparison: Comparison, answers: tuple[Answers, Answers]
) -> tuple[Measured, float | None]:
    """How much more often the second is right, in points, and where one noise is looked at how likely chance does that."""
    if noise == ALL:
        return difference(second, first), None
    held = [
        answer.under([cell for cell in answer.places if cell in _looked(comparison)]) for answer in answers
    ]
    pair = next(one for one in pairs_of(*held) if one.noise == noise)
    return Measured(100 * pair.difference, 100 * pair.low, 100 * pair.high), pair.p_holm


def _looked(comparison: Comparison) -> set[tuple[str, int]]:
    return {(CLEAN, 0), *comparison.cells}


def _small(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _tile(
    outcome: Outcome,
    found: Outcomes,
    data_set: DataSet | None,
    both: Sequence[tuple[Run, JoinedEvaluation]],
    values: dict[str, str],
) -> None:
    number = found.counts[outcome]
    with st.container(border=True):
        share = percent(number / max(found.total, 1))
        st.markdown(f"**{t(f'results.two_{outcome}', **values)}** · {number:,} ({share})")
        shown = found.members(outcome, PER_TILE)
        if not shown:
            st.caption(t("results.two_none"))
            return
        (first, _), (run, test) = both
        if data_set is not None:
            around = ground()
            name = (
                outcome,
                str(shown),
                str(data_set.folder.path),
                str(data_set.card.fingerprint),
                test.table,
                *(one.key for _, one in both),
            )
            file = kept_picture(
                (*name, str(around)),
                lambda: encode_jpeg(_pictures(shown, data_set, both, around), JPEG_QUALITY),
            )
            picture_file(
                file, None, t("results.two_alt", n=len(shown), what=t(f"results.two_{outcome}", **values))
            )
        if not run.without_maps:
            image, (noise, severity) = shown[0]
            where = {"run": run.id, "test": test.id, "severity": str(severity), "image": str(image)}
            if noise != CLEAN:
                where["noise"] = noise
            if not first.without_maps:
                where["beside"] = first.id
            st.page_link(
                "explain.py", label=t("results.two_look"), icon=":material/visibility:", query_params=where
            )


def _pictures(
    shown: Sequence[Shown],
    data_set: DataSet,
    both: Sequence[tuple[Run, JoinedEvaluation]],
    around: tuple[int, int, int],
) -> Image:
    """A row of pictures; below it for each run that has maps one of what counted, on a scale that its row shares."""
    test = both[1][1]
    tiles = [
        enlarged(noisy_picture(data_set, image, noise, severity, test.table, test.mode), _SIDE)
        for image, (noise, severity) in shown
    ]
    blank = np.full_like(tiles[0], around)
    rows = [tiles]
    for _, one in both:
        maps = maps_of(one, shown)
        if all(attribution is None for attribution in maps):
            continue
        scale = shared_scale(maps)
        rows.append(
            [
                blank if attribution is None else seen("heat", picture, attribution, scale)
                for picture, attribution in zip(tiles, maps, strict=True)
            ]
        )
    return mosaic([row + [blank] * (PER_TILE - len(row)) for row in rows], around)
