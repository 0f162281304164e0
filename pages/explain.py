"""Grad-CAM: what counted, clean and with noise, where a run is right and where it is wrong."""

from functools import partial
from typing import NoReturn

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.charts.drawing import noise_label
from core.data.dataset import DataSet, list_data_sets
from core.evaluation.dropping import with_maps
from core.evaluation.joined import JoinedEvaluation, evaluations_by_run, tested_set
from core.evaluation.predictions import decode_map
from core.evaluation.versions import versions_sentence
from core.explanation.overlay import shared_scale
from core.explanation.views import VIEWS, enlarged, mosaic, seen
from core.images import encode_png
from core.jobs.queue import Job, list_jobs
from core.noise.catalogue import CLEAN
from core.pixels import Image
from core.runs.runs import Run, list_runs
from core.words import Text, plain
from pages.parts.address import adopt, asked, asked_of, keep
from pages.parts.choices import segmented_control, select_slider, selectbox
from pages.parts.demo import demo_offer
from pages.parts.explain.ask_again import ask_once_more
from pages.parts.explain.gallery import galleries
from pages.parts.explain.growing import as_noise_grows
from pages.parts.explain.looked import LARGE, TO_LARGE, Looked, download_name
from pages.parts.explain.verdict import badge, in_numbers, verdict
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import empty_state, sentence_card, show_place
from pages.parts.origin import marked, why_no_map
from pages.parts.pictures import overlay_legend, picture_file
from pages.parts.progress import job_cards
from pages.parts.services import pairs_of, workspace
from pages.parts.test_choice import choose_test

FIRST_SEVERITY = 3
"""What the page begins with, or the tested one next to it."""
# On a phone the pictures are as wide as the screen one below the other, and what counted is compared in one row.
_STYLE = """
<style>
@media (max-width: 640px) {
    .st-key-explain_large > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"] {
        display: grid; grid-template-columns: 1fr 1fr; gap: 0.5rem;
    }
    .st-key-explain_large [data-testid="stColumn"]:has([data-testid="stColumn"]),
    .st-key-explain_large [data-testid="stColumn"]:has([data-testid="stColumn"]) > [data-testid="stVerticalBlock"],
    .st-key-explain_large [data-testid="stLayoutWrapper"]:has([data-testid="stColumn"])
        [data-testid="stLayoutWrapper"]:has([data-testid="stColumn"]),
    .st-key-explain_large [data-testid="stHorizontalBlock"] [data-testid="stHorizontalBlock"]:has([data-testid="stColumn"]) {
        display: contents;
    }
    .st-key-explain_large [data-testid="stColumn"] > [data-testid="stVerticalBlock"] > *,
    .st-key-explain_large [data-testid="stColumn"] {grid-column: 1 / -1; min-width: 0; width: 100%;}
    .st-key-explain_large:has(.st-key-explain_counted_noisy)
        [data-testid="stColumn"]:has(> * > * > [class*="st-key-explain_counted_"]) {
        order: 1; grid-column: auto;
    }
}
</style>
"""


def opened_first(runs: list[Run]) -> str:
    """The run to begin with: the clean-trained of the newest study, which noise hurts most; else the newest run.

    Args:
        runs: at least one, newest first.
    """
    study = next((run.study_id for run in runs if run.study_id), None)
    arms = [run for run in runs if study and run.study_id == study]
    return next((run.id for run in arms if not run.noise_trained), runs[0].id)


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


def choose(runs: dict[str, tuple[Run, list[JoinedEvaluation]]]) -> Looked | None:
    """Which run, noise and severity are looked at, and how; None where the test has no noise.

    Args:
        runs: newest first, each with its evaluations that have maps, newest first; at least one run.
    """
    troubles = st.container()
    run_place, noise_place, severity_place, view_place = st.columns([4, 3.4, 3.4, 4])
    with troubles:
        adopt(
            "explain",
            "run",
            "explain_run",
            Text(en="tested run", ko="시험한 모델"),
            {key: run.label for key, (run, _) in runs.items()},
        )
    # A widget whose value comes from the address as well may not have one of its own.
    tested_runs = [run for run, tested in runs.values() if tested] or [run for run, _ in runs.values()]
    st.session_state.setdefault("explain_run", opened_first(tested_runs))
    with run_place:
        run_id = selectbox(
            t("explain.run"),
            list(runs),
            format_func=lambda key: marked(runs[key][0]),
            key="explain_run",
            persist_state="session",
        )
    run, evaluations = runs[str(run_id)]
    if run.without_maps:
        no_map(run)
    if not evaluations:
        untested(run, run.id in tests_of)
    with run_place:
        evaluation = choose_test("explain", run, evaluations, [asked("explain", "test") or ""])
    keep("explain", test=evaluation.id if len(evaluations) > 1 else None)
    noises = list(evaluation.noises)
    if not noises:
        return None
    with troubles:
        known = {key: Text(en=noise_label(key, "en"), ko=noise_label(key, "ko")) for key in noises}
        adopt("explain", "noise", "explain_noise", Text(en="tested noise", ko="노이즈"), known)
    st.session_state.setdefault(
        "explain_noise", "gaussian_noise" if "gaussian_noise" in noises else noises[0]
    )
    with noise_place:
        noise = str(
            selectbox(
                t("explain.noise"),
                noises,
                format_func=lambda key: noise_label(key, language()),
                key="explain_noise",
                persist_state="session",
            )
        )
    found_set = tested_set(run, evaluation, list_data_sets(workspace()))
    data_set = found_set if isinstance(found_set, DataSet) else None
    severities = evaluation.severities_of(noise)
    with troubles:
        views = {key: plain(key) for key in VIEWS}
        adopt("explain", "view", "explain_view", Text(en="view", ko="보기"), views)
    view = None
    if data_set is not None:
        with view_place:
            view = segmented_control(
                t("explain.view"),
                VIEWS,
                default="heat",
                required=True,
                format_func=lambda key: t(f"explain.view_{key}"),
                key="explain_view",
                persist_state="session",
                help=t("explain.what"),
            )
        keep("explain", view=view)
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
    with severity_place:
        level = int(
            select_slider(
                t("explain.severity", highest=severities[-1]),
                [0, *severities],
                format_func=lambda level: t("explain.level_clean") if level == 0 else str(level),
                key="explain_severity",
                persist_state="session",
            )
        )
    if not evaluation.draws_as_now:
        troubles.warning(t("explain.other_draws"), icon=":material/warning:")
    if from_mean and len(severities) > 1:
        troubles.info(t("explain.from_mean", severity=level), icon=":material/info:")
    cells = [(CLEAN, 0), (noise, level)] if level > 0 else [(CLEAN, 0)]
    if differ := versions_sentence(evaluation.giving(cells)):
        troubles.caption(f":material/info: {literal(say(differ))}")
    found = pairs_of(evaluation, noise, level)
    return Looked(run, evaluation, data_set, noise, level, str(view or "heat"), found)


def large(looked: Looked, image: int) -> None:
    """One picture, clean and with noise, shown and counted; below it what that says in words."""
    assert looked.data_set is not None
    row = looked.pairs.row(image)
    shape = looked.evaluation.map_shape
    clean_map, noisy_map = (decode_map(row[name], shape) for name in ("clean_map", "map"))
    scale = shared_scale([clean_map, noisy_map])
    sides = [("clean", 0, clean_map, int(row.clean_prediction), float(row.clean_confidence))]
    if looked.severity > 0:
        sides.append(("noisy", looked.severity, noisy_map, int(row.prediction), float(row.confidence)))
    truth = int(row.truth)

    def made(severity: int, attribution: NDArray[np.float32] | None) -> Image:
        """The picture; with a map, what counted on it."""
        pixels = enlarged(looked.pixels(image, severity), 280)
        return pixels if attribution is None else seen(looked.view, pixels, attribution, scale)

    def file(severity: int, attribution: NDArray[np.float32] | None) -> bytes:
        return encode_png(made(severity, attribution))

    st.html(_STYLE)
    with st.container(key=LARGE):
        halves = st.columns(2, gap="medium")
        for half, (side, severity, attribution, prediction, confidence) in zip(halves, sides, strict=False):
            with half:
                with st.container(
                    horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
                ):
                    st.markdown(f"**{t(f'explain.{side}')}**", width="content")
                    badge(looked, prediction, confidence, truth)
                bare = looked.kept(f"{side}", image, partial(file, severity, None))
                with_map = looked.kept(f"{side}, map", image, partial(file, severity, attribution))
                shown, counted = st.columns(2, gap="small")
                with shown, st.container(key=f"explain_shown_{side}"):
                    picture_file(
                        bare,
                        t("explain.shown"),
                        t(f"explain.alt_{side}", name=looked.classes[truth]),
                        exact=True,
                    )
                with counted, st.container(key=f"explain_counted_{side}"):
                    picture_file(
                        with_map,
                        t(f"explain.counted_{side}", name=literal(looked.classes[prediction])),
                        t(f"explain.alt_counted_{looked.view}", name=looked.classes[prediction]),
                        exact=True,
                    )
        if looked.severity == 0:
            with halves[1]:
                st.markdown(f"**{t('explain.no_noise')}**")
                st.caption(t("explain.add_noise"))
    verdict(looked, row, clean_map, noisy_map)
    about, legend, download = st.columns([4, 5, 3], gap="medium", vertical_alignment="center")
    words = t("explain.truth", name=literal(looked.classes[truth]), number=image)
    if looked.data_set.card.kind == "import":
        words += f" · {literal(looked.data_set.names[image])}"
    about.caption(words)
    with legend:
        st.caption(t(f"explain.how_{looked.view}"))
        if looked.view == "heat":
            st.html(overlay_legend(shared=looked.severity > 0))
    download.download_button(
        t("explain.download"),
        lambda: encode_png(mosaic([[made(one[1], shown) for one in sides for shown in (None, one[2])]])),
        file_name=download_name(looked, row),
        mime="image/png",
        icon=":material/download:",
        key="explain_download",
        on_click="ignore",
        help=t("explain.download_help", n=2 * len(sides)),
        width="stretch",
    )


def without_pictures(looked: Looked) -> None:
    """The pictures are gone: what is left are the numbers of all its test pictures."""
    why = tested_set(looked.run, looked.evaluation, list_data_sets(workspace()))
    st.warning(t(f"explain.data_{why}"), icon=":material/folder_off:")
    in_numbers(looked)


def empty() -> None:
    sentence_card(t("explain.empty"), t("explain.what"))
    runs = [run for run in list_runs(workspace()) if run.trained]

    def active() -> list[Job]:
        return [job for job in list_jobs(workspace(), active=True) if job.group == "learning"]

    if active():
        job_cards("explain_empty", active)
    elif runs:
        empty_state(t("explain.empty_evaluate"), t("explain.to_results"), "results.py", {"runs": runs[0].id})
    else:
        demo_offer(t("explain.empty_do"))


st.title(t("explain.title"))
all_runs = list_runs(workspace())
tests_of = evaluations_by_run(workspace(), all_runs)
usable = {
    run.id: (run, with_maps(tests_of.get(run.id, [])))
    for run in all_runs
    if run.id in tests_of or run.trained
}
if not tests_of:
    empty()
    st.stop()
looked_at = choose(usable)
if looked_at is None:
    st.info(t("explain.no_noises"), icon=":material/info:")
    st.stop()
if looked_at.data_set is None:
    keep("explain", run=looked_at.run.id, noise=looked_at.noise, severity=looked_at.severity, image=None)
    without_pictures(looked_at)
    st.stop()
images = looked_at.pairs.images
if asked("explain", "image") is not None:  # seldom, and to name all pictures takes a while
    numbers = {str(image): plain(str(image)) for image in sorted(images)}
    wanted = asked_of("explain", "image", Text(en="test picture", ko="사진"), numbers)
    if wanted is not None:
        st.session_state["explain_image"] = int(wanted)
elif (gallery := asked("explain", "gallery")) and looked_at.pairs.counts.get(gallery):
    st.session_state["explain_image"] = int(looked_at.pairs.members(gallery, 0, 1)["image"].iloc[0])
if st.session_state.get("explain_image") not in images:
    st.session_state["explain_image"] = looked_at.pairs.first_to_show
chosen_image = int(st.session_state["explain_image"])
keep("explain", run=looked_at.run.id, noise=looked_at.noise, severity=looked_at.severity, image=chosen_image)
large(looked_at, chosen_image)
as_noise_grows(looked_at, chosen_image)
ask_once_more(looked_at, chosen_image)
galleries(looked_at, chosen_image, usable)
st.caption(t("explain.grid", h=looked_at.evaluation.map_shape[0], w=looked_at.evaluation.map_shape[1]))
if st.session_state.pop(TO_LARGE, False):
    show_place(LARGE)
