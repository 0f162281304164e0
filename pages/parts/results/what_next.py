"""What leads on from Results: first to the pictures behind the numbers, then to what can be made of them."""

import streamlit as st

from pages.parts.i18n import t
from pages.parts.messages import show_place
from pages.parts.present_link import present_link
from pages.parts.results.look import Look
from pages.parts.results.moves import go_to_tab
from pages.parts.results.quiz_link import quiz_link
from pages.parts.results.take_away import take_away

TABS_PLACE = "results_tabs_place"
"""Key of the container of the tabs."""
# What opens a tab stands in one line with what opens a page.
_STYLE = """
<style>
.st-key-results_what_next button[kind="tertiary"] {min-height: 0; padding: 0.25rem 0.5rem; font-weight: inherit;}
</style>
"""
_TO_TABS = "results_to_tabs"
"""Session: a link below led to a tab, which is to be seen."""


def what_next(look: Look) -> None:
    """Links named by what happens: the pictures, two runs on them, what to train next, large type, a quiz; then what can be
    taken away."""
    firsts = [run for run, _ in look.chosen]
    st.html(_STYLE)
    with st.container(gap="xxsmall", key="results_what_next"):
        st.markdown(f"**{t('results.next')}**")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _to_pictures(look)
            open_tab = st.session_state.get("results_tab")
            if open_tab != "two" and len(look.rows) > 1 and look.comparison.same_pictures:
                _to_tab("two", ":material/compare:")
            if open_tab != "findings":
                _to_tab("findings", ":material/science:")
            present_link(firsts)
            quiz_link(firsts)
    take_away(look.rows)
    if st.session_state.pop(_TO_TABS, False):
        show_place(TABS_PLACE)


def _to_pictures(look: Look) -> None:
    """The pictures of a run with what counted in them, right and wrong; nothing where no run has maps."""
    can = [(run, test) for run, test in look.chosen if not run.without_maps and test.as_plain]
    if not can:
        return
    run, test = next((one for one in can if one[0].reference), can[0])
    where = {"run": run.id, "test": test.id}
    if len(look.comparison.severities) == 1:
        where["severity"] = str(look.comparison.severities[0])
    if look.view.noises != "all" and look.comparison.noises:
        where["noise"] = look.comparison.noises[0]
    st.page_link(
        "explain.py", label=t("results.to_explain"), icon=":material/visibility:", query_params=where
    )


def _to_tab(tab: str, icon: str) -> None:
    def go() -> None:
        go_to_tab({"tab": tab})
        st.session_state[_TO_TABS] = True

    st.button(t(f"results.to_{tab}"), icon=icon, type="tertiary", key=f"results_to_{tab}", on_click=go)
