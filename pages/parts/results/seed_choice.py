"""Which seed of rows of several the tabs of single networks look at."""

from dataclasses import replace

import streamlit as st

from pages.parts.address import asked, keep
from pages.parts.choices import segmented_control
from pages.parts.i18n import literal, say, t
from pages.parts.results.look import Look

_KEY = "results_seed"


def at_seed(look: Look) -> Look:
    """The same with the seed that is chosen; a choice only where a row has several."""
    if not look.one_of_several:
        return look
    several = [row for row in look.rows if len(row.members) > 1]
    seeds = sorted({run.recipe.seed for row in several for run, _ in row.members})
    known = {str(seed): seed for seed in seeds}
    if (wanted := asked("results", "seed")) is not None:
        st.session_state[_KEY] = known.get(wanted, seeds[0])
    if st.session_state.get(_KEY) not in seeds:
        st.session_state[_KEY] = seeds[0]
    chosen = segmented_control(
        t("results.seed"),
        seeds,
        key=_KEY,
        required=True,
        persist_state="session",
        help=t("results.one_seed"),
    )
    keep("results", seed=None if chosen == seeds[0] else str(chosen))
    without = [row for row in several if all(run.recipe.seed != chosen for run, _ in row.members)]
    if without:
        names = literal(", ".join(f"“{say(row.label)}”" for row in without))
        st.caption(f":material/casino: {t('results.no_such_seed', names=names, n=chosen)}")
    return replace(look, seed=chosen)
