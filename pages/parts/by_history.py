"""Whether the browser's back or forward button led to this run of the page."""

from streamlit.runtime.scriptrunner import get_script_run_ctx


def by_history() -> bool:
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
