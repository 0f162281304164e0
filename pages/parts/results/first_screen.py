"""What brings the chart of Results onto the first screen, also on a projector, whose screen is low."""

import streamlit as st

from pages.parts.results.what_next import TABS_PLACE

BOXES = "results_boxes"
"""Key of the container of the boxes above the sentence."""
MORE = "results_more"
"""Key of the container of the button of further filters."""
SENTENCE = "results_sentence"
"""Key of the container of the sentence."""
_MAIN = '[data-testid="stMain"] .block-container'
_LABEL = '[data-testid="stWidgetLabel"]'
# On a low screen the page's name is left to the bar, where it is marked; who hears the page hears it.
_STYLE = f"""
<style>
.st-key-{TABS_PLACE} [role="tablist"] {{flex-wrap: wrap; gap: 0 0.8rem;}}
.st-key-{BOXES} {{gap: 0.5rem;}}
.st-key-{SENTENCE} h2 {{padding-top: 0;}}
@media (min-width: 641px) {{
    .st-key-{MORE} {{padding-top: 1.75rem;}} /* it has no label above it */
}}
@media (max-width: 640px) {{
    .st-key-results_runs_row {{flex-direction: column; align-items: stretch;}}
}}
@media (min-width: 641px) and (max-height: 800px) {{
    {_MAIN} {{padding-top: 3.9rem;}}
    {_MAIN} > [data-testid="stVerticalBlock"], .st-key-{TABS_PLACE}, .st-key-{TABS_PLACE} [role="tabpanel"] {{gap: 0.4rem;}}
    {_MAIN} [data-testid="stElementContainer"]:has(h1) {{position: absolute; clip-path: inset(50%);}}
    .st-key-results_runs [data-testid="stMultiSelect"] {{display: flex; align-items: center; gap: 0.75rem;}}
    .st-key-results_runs {_LABEL} {{flex: none; width: auto; margin: 0;}}
    .st-key-results_runs [data-testid="stMultiSelect"] > :last-child {{flex: 1; min-width: 0;}}
    .st-key-{SENTENCE} [data-testid="stVerticalBlock"] {{gap: 0.1rem;}}
    .st-key-{SENTENCE} h2 {{font-size: 1.3rem; padding-bottom: 1rem;}}
    .st-key-{SENTENCE} p {{font-size: 0.9rem;}}
    .st-key-{TABS_PLACE} [role="tabpanel"] {{padding-top: 0.5rem;}}
    .st-key-{TABS_PLACE} [class*="st-key-results_chart_"] {{margin-top: -0.75rem;}}
}}
</style>
"""


def first_screen_style() -> None:
    """For the containers called by the keys above."""
    st.html(_STYLE)
