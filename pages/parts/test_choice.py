"""Which test of a run is looked at, where tests cannot be joined to one."""

import time
from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from core.evaluation.joined import JoinedEvaluation, pictures_key
from core.evaluation.names_of_tests import told_apart_by
from core.evaluation.rows import on_the_same
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


def offer_the_same(
    page: str,
    runs: Sequence[Run],
    chosen: Mapping[str, JoinedEvaluation],
    tests: Mapping[str, Sequence[JoinedEvaluation]],
) -> None:
    """A button that chooses tests on the same pictures, where those chosen are not, and there are such.

    Args:
        page: as of `choose_test`, which draws the boxes that are set.
        chosen: of each run by its id.
        tests: of each run, newest first.
    """
    if len({pictures_key(run, chosen[run.id]) for run in runs}) < 2:
        return
    if same := on_the_same(runs, tests):
        st.button(
            t("results.same_pictures"),
            icon=":material/compare:",
            key=f"{page}_same_pictures",
            on_click=_choose,
            args=(page, same),
        )


def _choose(page: str, tests: Mapping[str, JoinedEvaluation]) -> None:
    for run_id, test in tests.items():
        st.session_state[f"{page}_test_{run_id}"] = test.id


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
