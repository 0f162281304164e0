"""Which one of the runs a tab of Results looks at."""

import streamlit as st

from pages.parts.address import asked, keep
from pages.parts.choices import selectbox
from pages.parts.i18n import say, t
from pages.parts.results.look import Look


def choose_one(look: Look, name: str, first: int = 0, label: str = "", without: int | None = None) -> int:
    """The place of the run among those compared; a box where there are several.

    Args:
        name: of the choice in the address, unique on the page.
        first: the place of the one that is looked at before anything is chosen.
        label: of the box.
        without: the place of one that cannot be chosen, as another box has it.
    """
    # A row is known by its first run, whichever of its seeds is looked at.
    every = [row.first[0].id for row in look.rows]
    arms = {
        key: arm
        for place, (key, arm) in enumerate(zip(every, look.comparison.arms, strict=True))
        if place != without
    }
    ids, key = list(arms), f"results_{name}"
    if len(every) == 1:
        return 0
    wanted = look.place_of(asked("results", name))
    if wanted is not None and every[wanted] in arms:
        st.session_state[key] = every[wanted]
    if st.session_state.get(key) not in arms:
        st.session_state[key] = every[first] if every[first] in arms else ids[0]
    chosen = str(
        selectbox(label or t("findings.run"), ids, format_func=lambda one: say(arms[one].label), key=key)
    )
    keep("results", **{name: chosen})
    return every.index(chosen)
