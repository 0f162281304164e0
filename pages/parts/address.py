"""What a page shows, in the browser's address, so that a link shows its receiver what its sender saw."""

import streamlit as st


def asked(page: str, name: str) -> str | None:
    """The address's value `name`, when it did not come from this page itself: a link, or the back button."""
    value = st.query_params.get(name)
    return value if value != st.session_state.get(f"address_{page}_{name}") else None


def keep(page: str, **values: str | int | None) -> None:
    """Write what the page shows now into the address; None takes a name out."""
    for name, value in values.items():
        text = None if value is None else str(value)
        st.session_state[f"address_{page}_{name}"] = text
        if text is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != text:
            st.query_params[name] = text
