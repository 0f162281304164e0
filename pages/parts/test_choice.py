"""Which test of a run is looked at, where tests cannot be joined to one."""

import time
from collections.abc import Collection, Sequence

import streamlit as st

from core.evaluation.joined import JoinedEvaluation
from core.evaluation.names_of_tests import told_apart_by
from core.runs.runs import Run
from pages.parts.choices import selectbox
from pages.parts.i18n import literal, say, t


def choose_test(
    page: str, run: Run, tests: Sequence[JoinedEvaluation], wanted: Collection[str]
) -> JoinedEvaluation:
    """The test of a run to look at; with several there is a box to choose it by its date.

    Args:
        page: whose choice it is.
        tests: newest first, at least one.
        wanted: ids that the address asks for, of one or of a part of one.
    """
    if len(tests) == 1:
        return tests[0]
    by_id = {one.id: one for one in tests}
    key = f"{page}_test_{run.id}"
    found = next((one.id for one in tests if any(part.id in wanted for part in one.parts)), None)
    if found is not None:
        st.session_state[key] = found
    elif st.session_state.get(key) not in by_id or st.session_state.get(f"{key}_newest") != tests[0].id:
        st.session_state[key] = tests[0].id  # also where one has been made since
    st.session_state[f"{key}_newest"] = tests[0].id
    chosen = selectbox(
        t("results.test_of", name=literal(say(run.label))),
        list(by_id),
        format_func=dict(zip(by_id, _names(run, tests), strict=True)).__getitem__,
        key=key,
        persist_state="session",
        help=t("results.test_of_help"),
    )
    return by_id[str(chosen)]


def _names(run: Run, tests: Sequence[JoinedEvaluation]) -> list[str]:
    """When each was begun, no two alike, on what, and what sets it apart."""
    apart = told_apart_by(run, tests)
    return [" · ".join([date, *map(say, words)]) for date, words in zip(_begun(tests), apart, strict=True)]


def _begun(tests: Sequence[JoinedEvaluation]) -> list[str]:
    begun = [time.localtime(one.parts[-1].created) for one in tests]
    short = [time.strftime("%Y-%m-%d %H:%M", when) for when in begun]
    if len(set(short)) == len(short):
        return short
    return [time.strftime("%Y-%m-%d %H:%M:%S", when) for when in begun]
