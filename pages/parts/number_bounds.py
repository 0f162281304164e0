"""What a number field allows, said below it while it holds something else.

Streamlit keeps a number out of range in the browser: the field turns red, its sentence is a tooltip in English,
and the server goes on with the number before.
"""

from decimal import Decimal

import streamlit as st

from pages.parts.i18n import t

# The field is marked as invalid in the browser alone, so the sentence is always there, and shown by style.
_STYLE = """
<style>
body:not(:has(.st-key-KEY input[aria-invalid="true"])) [data-testid="stLayoutWrapper"]:has(> .st-key-bounds_KEY) {
    display: none;
}
</style>
"""


def number_bounds(key: str, lowest: float, highest: float, now: float) -> None:
    """Place the sentence that says, while the number field is out of range, what it takes and what counts instead.

    Args:
        key: of the st.number_input; letters, digits and underscores.
        lowest, highest: both included, as given to the field.
        now: the field's value.
    """
    with st.container(key=f"bounds_{key}"):
        st.html(_STYLE.replace("KEY", key))
        low, high, counts = (f"{Decimal(str(number)):,f}" for number in (lowest, highest, now))
        st.markdown(f":red[:material/error: {t('parts.bounds', lowest=low, highest=high, now=counts)}]")
