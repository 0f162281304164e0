"""In which order a tab of Results shows noises, which means stand above them, and which families are folded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from core.charts.rows import Means
from core.charts.runs import Series
from core.evaluation.arms import Arm
from core.evaluation.comparison import Comparison
from core.evaluation.means import ALL, FAMILY, MeanOf, families_of, means_of, with_means
from core.evaluation.noise_order import SORTS, Sort, costliest, folded, is_folded, ordered
from core.measure import Measure
from core.noise.catalogue import CLEAN
from pages.parts.address import asked, keep
from pages.parts.choices import multiselect, selectbox
from pages.parts.i18n import say, t
from pages.parts.results.look import Look

_SORT, _OPEN, _OPENED_BY_ITSELF = "results_sort", "results_open", "results_open_first"
_TOP = (ALL, "mean:far")
"""Means that stand above the noises in every order; the others where noises stand by family."""


@dataclass(frozen=True)
class NoiseRows:
    """What a chart of rows draws."""

    keys: list[str]
    """Noises, families and means from the top."""
    means: Means
    series: list[Series]
    """With a row for each mean."""

    @property
    def noises(self) -> list[str]:
        """Without means."""
        return [key for key in self.keys if key not in self.means.labels]


def cost_of(measure: Measure, series: Sequence[Series]) -> dict[str, float]:
    """Of each noise the mean of these runs, turned so that more is worse."""
    column = measure.columns.value
    sign = -1.0 if measure.higher_is_better else 1.0
    found: dict[str, list[float]] = {}
    for one in series:
        for noise, value in zip(one.cells["noise"], one.cells[column], strict=True):
            if noise != CLEAN and value == value:
                found.setdefault(str(noise), []).append(sign * float(value))
    return {noise: sum(values) / len(values) for noise, values in found.items()}


def choose_order(look: Look, cost: Mapping[str, float]) -> tuple[Sort, list[str], list[MeanOf]]:
    """The boxes of order and open families; the order, the rows from the top, and the families among them."""
    comparison = look.grouped
    noises, values = list(comparison.noises), look.away.values
    known: list[Sort] = [key for key in SORTS if key != "distance" or values]
    if (wanted := asked("results", "sort")) is not None:
        st.session_state[_SORT] = wanted
    if st.session_state.get(_SORT) not in known:
        st.session_state[_SORT] = known[0]
    place, open_place = st.columns([3, 8], vertical_alignment="bottom")
    with place:
        chosen = selectbox(
            t("results.sort"),
            known,
            format_func=lambda key: t("results.sorted", by=say(SORTS[key])),
            key=_SORT,
            persist_state="session",
            label_visibility="collapsed",
        )
    sort: Sort = next(key for key in known if key == chosen)
    keep("results", sort=None if sort == known[0] else sort)
    if not is_folded(noises, sort):
        return sort, ordered(noises, sort, cost, values), []
    means = comparison.in_means
    families = families_of([noise for noise in noises if noise in means or not means])
    with open_place:
        opened = _choose_open([one for one in families if len(one.noises) > 1], cost)
    keys = folded(noises, families, opened, sort, cost, values)
    return sort, keys, [one for one in families if len(one.noises) > 1]


def _choose_open(families: Sequence[MeanOf], cost: Mapping[str, float]) -> list[str]:
    """The families whose noises are seen; to begin with the one that costs most."""
    known = {one.key.removeprefix(FAMILY): one for one in families}
    worst = costliest(families, cost)
    first = [] if worst is None else [worst.removeprefix(FAMILY)]
    wanted, before = asked("results", "open"), st.session_state.get(_OPEN)
    if wanted == "":
        st.session_state[_OPEN] = first
    elif wanted is not None:
        st.session_state[_OPEN] = [key for key in wanted.split(",") if key in known]
    elif before is None or before == st.session_state.get(_OPENED_BY_ITSELF):
        st.session_state[_OPEN] = first
    else:
        st.session_state[_OPEN] = [key for key in before if key in known]
    st.session_state[_OPENED_BY_ITSELF] = first
    chosen = multiselect(
        t("results.open"),
        list(known),
        format_func=lambda key: f"{say(known[key].label)} ({len(known[key].noises)})",
        key=_OPEN,
        persist_state="session",
        label_visibility="collapsed",
        placeholder=t("results.open"),
    )
    keep("results", open=None if list(chosen) == first else ",".join(map(str, chosen)))
    return [f"{FAMILY}{key}" for key in chosen]


def turn_family(key: str) -> None:
    """Open a family, or fold it; for what is called before the page is drawn."""
    name = key.removeprefix(FAMILY)
    opened = list(st.session_state.get(_OPEN) or [])
    st.session_state[_OPEN] = [one for one in opened if one != name] if name in opened else [*opened, name]
    st.session_state.pop(_OPENED_BY_ITSELF, None)


def dropped_rows(look: Look) -> NoiseRows:
    """Rows of the points that noise costs, the boxes that decide on them above."""
    comparison = look.grouped
    lost = [arm.lost.set_index("noise")["drop"] for arm in comparison.arms]
    cost = {noise: float(sum(one[noise] for one in lost)) / len(lost) for noise in comparison.noises}
    sort, keys, families = choose_order(look, cost)
    above = _above(look, comparison, sort)
    every = [*above, *families]
    tables = look.kept_of_rows(
        ("lost", *_keys(every)),
        lambda: [(_lost(arm, every), [_lost(one, every) for one in arm.seeds]) for arm in comparison.arms],
    )
    drawn = [
        replace(
            one,
            lost=own,
            seeds=[replace(seed, lost=lost) for seed, lost in zip(one.seeds, of_seeds, strict=True)],
        )
        for one, (own, of_seeds) in zip(look.means, tables, strict=True)
    ]
    return NoiseRows([*(one.key for one in above), *keys], _labelled(above, families, keys), drawn)


def _lost(arm: Arm, means: Sequence[MeanOf]) -> pd.DataFrame:
    costs = [(one.key, arm.lost_to(one.noises)) for one in means]
    rows = [(key, cost.mean, cost.low, cost.high) for key, cost in costs]
    return (
        pd.concat([arm.lost, pd.DataFrame(rows, columns=list(arm.lost))], ignore_index=True)
        if rows
        else arm.lost
    )


def _labelled(above: Sequence[MeanOf], families: Sequence[MeanOf], keys: Sequence[str]) -> Means:
    labels = {one.key: f"<b>{say(one.label)} ({len(one.noises)})</b>" for one in above}
    for one in families:
        opened = any(noise in keys for noise in one.noises)
        labels[one.key] = f"<b>{'▾' if opened else '▸'} {say(one.label)} ({len(one.noises)})</b>"
    return Means(labels, {one.key: len(one.noises) for one in (*above, *families)})


def noise_rows(
    look: Look, measure: Measure, series: Sequence[Series], drawn_cells: Sequence[Series] | None = None
) -> NoiseRows:
    """Rows of a measure, the boxes that decide on them above.

    Args:
        series: the means of `look`, by which noises are ordered.
        drawn_cells: what gets a row for each mean instead, such as the cells by severity.
    """
    sort, keys, families = choose_order(look, cost_of(measure, series))
    comparison = look.grouped
    above = _above(look, comparison, sort)
    every = [*above, *families]
    if drawn_cells is None:
        tables = look.kept_of_rows(
            ("means", *_keys(every)),
            lambda: [
                (with_means(arm.by_noise, every, arm), [with_means(one.by_noise, every) for one in arm.seeds])
                for arm in comparison.arms
            ],
        )
        drawn = [
            replace(
                one,
                cells=own,
                seeds=[replace(seed, cells=cells) for seed, cells in zip(one.seeds, of_seeds, strict=True)],
            )
            for one, (own, of_seeds) in zip(series, tables, strict=True)
        ]
    else:
        tables = look.kept_of_rows(
            ("means by severity", *_keys(every)),
            lambda: [with_means(one.cells, every) for one in drawn_cells],
        )
        drawn = [replace(one, cells=own) for one, own in zip(drawn_cells, tables, strict=True)]
    return NoiseRows([*(one.key for one in above), *keys], _labelled(above, families, keys), drawn)


def _above(look: Look, comparison: Comparison, sort: Sort) -> list[MeanOf]:
    if len(comparison.in_means) < 2:
        return []
    far = [noise for noise, kind in look.away.kinds.items() if kind == "far"]
    return [one for one in means_of(comparison.in_means, far) if one.key in _TOP or sort == "family"]


def _keys(means: Sequence[MeanOf]) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.key, one.noises) for one in means]
