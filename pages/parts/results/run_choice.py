"""The runs that stand beside each other on Results, seeds of one recipe together."""

from collections.abc import Collection, Sequence

import streamlit as st

from core.charts.names import wide, without_shared
from core.errors import UnknownName
from core.runs.groups import RunGroup
from core.runs.runs import Run
from core.words import Text
from pages.parts.address import asked
from pages.parts.choices import multiselect
from pages.parts.i18n import say, t
from pages.parts.messages import show_error
from pages.parts.origin import marked

RUN = Text(en="trained run", ko="학습한 모델")
MOST = 8
"""Rows beside each other."""
AT_FIRST = 4
"""Rows that are opened with where no study says which."""
KEY = "results_runs"
_LETTERS = 36
"""That a phone's box has room for."""


def default_groups(groups: Sequence[RunGroup], evaluated: Collection[str]) -> list[RunGroup]:
    """What the page opens with: the newest study, or the newest that were trained on the same data set, what was trained
    clean among them.

    Args:
        groups: the newest first.
        evaluated: ids of runs that are tested.
    """
    candidates = [one for one in groups if any(run.id in evaluated for run in one.runs)] or list(groups)
    newest = candidates[0].runs[-1]
    if newest.study_id is not None:
        # In the order in which the study entered its arms: the reference first.
        return [one for one in reversed(candidates) if any(r.study_id == newest.study_id for r in one.runs)][
            :MOST
        ]
    data = _data(newest)
    alike = [one for one in candidates if _data(one.runs[0]) == data]
    found = alike[:AT_FIRST]
    clean = next((one for one in alike if one.runs[0].reference), None)
    if clean is not None and clean not in found:
        found[-1] = clean
    return found[::-1]


def _data(run: Run) -> object:
    return run.recipe.data_set_id, run.recipe.data_set_fingerprint


def choose_groups(groups: Sequence[RunGroup], evaluated: Collection[str]) -> list[RunGroup]:
    """The box of groups and runs; what is chosen, oldest first as the colours, but runs of one group beside each other.

    Args:
        groups, evaluated: as of `default_groups`.
    """
    known: dict[str, RunGroup] = {}
    for one in groups:
        known[one.key] = one
        if len(one.runs) > 1:
            known |= {run.id: RunGroup((run,)) for run in one.runs}
    _take_asked(known)
    before = st.session_state.get(KEY)
    kept = [key for key in before or [] if key in known]
    if len(kept) < len(before or []):
        st.info(t("results.run_gone"), icon=":material/info:")
    # An empty box stays empty, but not one that is so because its runs have been deleted.
    st.session_state[KEY] = (
        kept if kept or before == [] else [one.key for one in default_groups(groups, evaluated)]
    )
    with st.container(key="results_runs_row", horizontal=True, vertical_alignment="bottom"):
        chosen = multiselect(
            t("results.runs"),
            list(known),
            format_func=_names(known).__getitem__,
            key=KEY,
            persist_state="session",
            max_selections=MOST,
            help=t("results.runs_help"),
        )
        _folding(groups, chosen)
    places = {run.id: place for place, one in enumerate(reversed(groups)) for run in one.runs}
    found = [known[key] for key in known if key in chosen]
    # A run of a group that is chosen as a whole is in it already.
    whole = {run.id for one in found if len(one.runs) > 1 for run in one.runs}
    found = [one for one in found if len(one.runs) > 1 or one.key not in whole]
    return sorted(found, key=lambda one: (places[one.runs[0].id], one.runs[0].recipe.seed))


def _take_asked(known: dict[str, RunGroup]) -> None:
    wanted = asked("results", "runs")
    if wanted is None:
        return
    asked_for = [key for key in wanted.split(",") if key]
    keys = [key for key in asked_for if key in known]
    unknown = [key for key in asked_for if key not in known]
    if unknown:
        show_error(UnknownName(RUN, ", ".join(unknown), [one.label for one in known.values()]))
    if keys or not asked_for:
        st.session_state[KEY] = keys[:MOST]


def _names(known: dict[str, RunGroup]) -> dict[str, str]:
    """Of each what it is called, with its data set where there are several and the name does not say which; long ones without
    what all share, as the study's name, so that the box has room for what sets them apart."""
    data_sets = {
        key: one.runs[0].summary.data_set if one.runs[0].summary else "" for key, one in known.items()
    }
    several = len(set(data_sets.values())) > 1
    names = {}
    for key, one in known.items():
        name = marked(one.runs[0]) if len(one.runs) == 1 else say(one.label)
        if several and data_sets[key] and data_sets[key] not in name:
            name = f"{name} · {data_sets[key]}"
        names[key] = name if len(one.runs) == 1 else t("results.group", name=name, n=len(one.runs))
    if max(map(wide, names.values())) > _LETTERS:
        return dict(zip(names, without_shared(list(names.values())), strict=True))
    return names


def _folding(groups: Sequence[RunGroup], chosen: Collection[str]) -> None:
    """A button that puts the seeds of chosen groups beside each other, or those that stand so together again."""
    several = {one.key: one for one in groups if len(one.runs) > 1}
    of_run = {run.id: one for one in several.values() for run in one.runs}
    if any(key in several for key in chosen):
        runs = [run.id for key in chosen if key in several for run in several[key].runs]
        runs = list(dict.fromkeys([*runs, *(key for key in chosen if key not in several)]))
        st.button(
            t("results.unfold"),
            icon=":material/unfold_more:",
            type="tertiary",
            key="results_unfold",
            disabled=len(runs) > MOST,
            help=t("results.unfold_many", n=MOST) if len(runs) > MOST else None,
            on_click=st.session_state.__setitem__,
            args=(KEY, runs),
        )
    elif any(key in of_run for key in chosen):
        together = list(dict.fromkeys(of_run[key].key if key in of_run else key for key in chosen))
        st.button(
            t("results.fold"),
            icon=":material/unfold_less:",
            type="tertiary",
            key="results_fold",
            on_click=st.session_state.__setitem__,
            args=(KEY, together),
        )
