"""What the Grad-CAM page looks at, as chosen in its boxes: one run or two, a noise, a severity, how it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.charts.drawing import noise_label
from core.charts.names import short_names
from core.data.dataset import DataSet, list_data_sets
from core.evaluation.joined import JoinedEvaluation, pictures_key, tested_set
from core.evaluation.versions import versions_sentence
from core.explanation.views import VIEWS
from core.noise.catalogue import CLEAN, SEVERITIES, all_noises
from core.runs.runs import Run
from core.words import Text, plain
from pages.parts.address import adopt, asked, asked_of, keep
from pages.parts.choices import segmented_control, select_slider, selectbox
from pages.parts.explain.looked import Looked
from pages.parts.explain.map_options import SWIPE
from pages.parts.explain.subject import Who
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import empty_state
from pages.parts.origin import marked, why_no_map
from pages.parts.pictures import side_by_side
from pages.parts.services.evaluations import pairs_of
from pages.parts.services.workspace import workspace
from pages.parts.test_choice import choose_test

FIRST_SEVERITY = 3
"""What the page begins with, or the tested one next to it."""
Usable = Mapping[str, tuple[Run, Sequence[JoinedEvaluation]]]
"""Runs by id, newest first, each with its evaluations that have maps, newest first."""
_SECOND, _ALONE = "explain_second", ""
_LETTERS = 24
"""Of a run in its box."""


@dataclass(frozen=True)
class Chosen:
    """What the boxes say."""

    looked: Looked
    second: Who | None
    """A run beside it."""
    swipe: bool


def opened_first(runs: Sequence[Run]) -> str:
    """The run to begin with: the clean-trained of the newest study, which noise hurts most; else the newest run.

    Args:
        runs: at least one, newest first.
    """
    study = next((run.study_id for run in runs if run.study_id), None)
    arms = [run for run in runs if study and run.study_id == study]
    return next((run.id for run in arms if not run.noise_trained), runs[0].id)


def beside_first(run: Run, others: Sequence[Run]) -> str:
    """The run that is shown beside another at first: of the same study, and seed where there is one, trained with noise where
    that one was not, and the other way round; _ALONE where there is none.

    Args:
        others: newest first.
    """
    arms = [
        other
        for other in others
        if run.study_id is not None
        and other.study_id == run.study_id
        and other.noise_trained != run.noise_trained
    ]
    same = [other for other in arms if other.recipe.seed == run.recipe.seed]
    return (same or arms)[0].id if arms else _ALONE


def _names(runs: Sequence[Run]) -> dict[str, str]:
    """What boxes call runs, by id: in the room that they have, what tells runs apart is seen."""
    return dict(
        zip((run.id for run in runs), short_names([marked(run) for run in runs], _LETTERS), strict=True)
    )


def untested(run: Run, dropped: bool) -> NoReturn:
    """What stands in the place of a run's maps that was trained and not tested; the page ends with it.

    Args:
        dropped: it was, and its maps have been dropped.
    """
    keep("explain", run=run.id)
    if dropped:
        sentence = t("explain.maps_dropped", name=literal(say(run.label)))
        empty_state(sentence, t("explain.to_test"), "train.py", {"run": run.id})
        st.stop()
    sentence = t("explain.not_tested", name=literal(say(run.label)))
    empty_state(sentence, t("explain.to_results"), "results.py", {"runs": run.id})
    st.stop()


def no_map(run: Run) -> NoReturn:
    """What stands in the place of the maps of a run that can have none; the page ends with it."""
    keep("explain", run=run.id)
    empty_state(why_no_map(run), t("explain.to_results"), "results.py", {"runs": run.id})
    st.stop()


def choose(runs: Usable, tested: Mapping[str, object], own: bool, film: bool = False) -> Chosen | None:
    """Which run, noise and severity are looked at, and how; None where the test has no noise.

    Args:
        runs: at least one.
        tested: by id, those that have any test, with maps or without.
        own: a photo or video of one's own is looked at, which any noise can be put on.
        film: a video, in which nothing is swiped.
    """
    troubles = st.container()
    with side_by_side("explain_choices"):
        run_place, second_place, noise_place, severity_place, view_place = st.columns(
            [2.5, 2.5, 2.5, 2.1, 4.9]
        )
    with run_place:
        run, evaluation = _run(runs, tested, troubles)
    found_set = tested_set(run, evaluation, list_data_sets(workspace()))
    data_set = found_set if isinstance(found_set, DataSet) else None
    with second_place:
        second = _second(run, evaluation, runs, troubles) if data_set is not None else None
    noises = list(evaluation.noises)
    own = own and data_set is not None
    if own:
        noises += [one.key for one in all_noises() if one.key not in noises]
    if not noises:
        return None
    with noise_place:
        noise = _noise(noises, troubles)
    severities = tuple(SEVERITIES) if own else evaluation.severities_of(noise)
    with view_place:
        view, swipe = (
            _view(troubles, VIEWS if film else (*VIEWS, SWIPE)) if data_set is not None else ("heat", False)
        )
    with severity_place:
        level = _severity(severities, troubles)
    if not own:
        _say_differences(evaluation, noise, level, troubles)
    pairs = pairs_of(evaluation, noise, level)
    return Chosen(Looked(run, evaluation, data_set, noise, level, view, pairs), second, swipe)


def _run(
    runs: Usable, tested: Mapping[str, object], troubles: DeltaGenerator
) -> tuple[Run, JoinedEvaluation]:
    before = st.session_state.get("explain_run")
    if before is not None and before not in runs:
        troubles.info(t("explain.run_gone"), icon=":material/info:")
    with troubles:
        adopt(
            "explain",
            "run",
            "explain_run",
            Text(en="tested run", ko="시험한 모델"),
            {key: run.label for key, (run, _) in runs.items()},
        )
    # A widget whose value comes from the address as well may not have one of its own.
    tested_runs = [run for run, tests in runs.values() if tests] or [run for run, _ in runs.values()]
    st.session_state.setdefault("explain_run", opened_first(tested_runs))
    run_id = selectbox(
        t("explain.run"),
        list(runs),
        format_func=_names([run for run, _ in runs.values()]).__getitem__,
        key="explain_run",
        persist_state="session",
    )
    run, evaluations = runs[str(run_id)]
    if run.without_maps:
        no_map(run)
    if not evaluations:
        untested(run, run.id in tested)
    evaluation = choose_test("explain", run, list(evaluations), [asked("explain", "test") or ""])
    keep("explain", test=evaluation.id if len(evaluations) > 1 else None)
    return run, evaluation


def _second(run: Run, evaluation: JoinedEvaluation, runs: Usable, troubles: DeltaGenerator) -> Who | None:
    """A run of the same classes and data beside it."""
    same = pictures_key(run, evaluation)
    others: dict[str, Who] = {}
    labels = tuple(say(label) for label in evaluation.class_labels)
    for other, tests in runs.values():
        if other.id == run.id or other.without_maps or other.recipe.data_set_id != run.recipe.data_set_id:
            continue
        test = next((one for one in tests if pictures_key(other, one) == same), None)
        classes = other.summary.classes if test is None and other.summary else test.classes if test else []
        if list(classes) == evaluation.classes and (test is not None or other.trained):
            others[other.id] = Who(other, test, labels)
    if not others:
        return None
    known = {key: who.run.label for key, who in others.items()} | {_ALONE: plain("")}
    with troubles:
        adopt("explain", "beside", _SECOND, Text(en="run beside it", ko="옆에 둘 모델"), known)
    st.session_state.setdefault(_SECOND, beside_first(run, [who.run for who in others.values()]))
    names = _names([who.run for who in others.values()]) | {_ALONE: t("explain.second_none")}
    chosen = str(
        selectbox(
            t("explain.second"),
            [_ALONE, *others],
            format_func=names.__getitem__,
            key=_SECOND,
            persist_state="session",
            help=t("explain.second_help"),
        )
    )
    keep("explain", beside=chosen or None)
    return others.get(chosen)


def _noise(noises: Sequence[str], troubles: DeltaGenerator) -> str:
    with troubles:
        known = {key: Text(en=noise_label(key, "en"), ko=noise_label(key, "ko")) for key in noises}
        adopt("explain", "noise", "explain_noise", Text(en="tested noise", ko="노이즈"), known)
    first = "gaussian_noise" if "gaussian_noise" in noises else noises[0]
    st.session_state.setdefault("explain_noise", first)
    return str(
        selectbox(
            t("explain.noise"),
            noises,
            format_func=lambda key: noise_label(key, language()),
            key="explain_noise",
            persist_state="session",
        )
    )


def _view(troubles: DeltaGenerator, shown: Sequence[str]) -> tuple[str, bool]:
    """One of VIEWS, and whether clean and noisy are in one place.

    Args:
        shown: what is offered: VIEWS, perhaps with SWIPE.
    """
    with troubles:
        adopt(
            "explain", "view", "explain_view", Text(en="view", ko="보기"), {key: plain(key) for key in shown}
        )
    view = segmented_control(
        t("explain.view"),
        shown,
        default="heat",
        required=True,
        format_func=lambda key: t(f"explain.view_{key}"),
        key="explain_view",
        persist_state="session",
        help=t("explain.what"),
    )
    keep("explain", view=view)
    return ("heat", True) if view == SWIPE else (str(view or "heat"), False)


def _severity(severities: Sequence[int], troubles: DeltaGenerator) -> int:
    with troubles:
        levels = {str(level): plain(str(level)) for level in (0, *severities)}
        asked_severity = asked_of("explain", "severity", Text(en="severity", ko="강도"), levels)
    from_mean = st.session_state.pop("explain_from_mean", False)
    if asked_severity is not None:
        st.session_state["explain_severity"] = int(asked_severity)
    elif from_mean:
        st.session_state.pop("explain_severity", None)
    wished = int(st.session_state.get("explain_severity", FIRST_SEVERITY))
    if wished not in (0, *severities):
        wished = min(severities, key=lambda level: abs(level - wished))
    st.session_state["explain_severity"] = wished
    level = int(
        select_slider(
            t("explain.severity", highest=severities[-1]),
            [0, *severities],
            format_func=lambda level: t("explain.level_clean") if level == 0 else str(level),
            key="explain_severity",
            persist_state="session",
        )
    )
    if from_mean and len(severities) > 1:
        troubles.info(t("explain.from_mean", severity=level), icon=":material/info:")
    return level


def _say_differences(evaluation: JoinedEvaluation, noise: str, level: int, place: DeltaGenerator) -> None:
    """Where pictures or maps that are compared were made with different versions."""
    if not evaluation.draws_as_now:
        place.warning(t("explain.other_draws"), icon=":material/warning:")
    cells = [(CLEAN, 0), (noise, level)] if level > 0 else [(CLEAN, 0)]
    if differ := versions_sentence(evaluation.giving(cells)):
        place.caption(f":material/info: {literal(say(differ))}")
