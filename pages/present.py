"""A presentation: one idea a screen, in large type, for people who don't program."""

import streamlit as st

from core.data.dataset import DataSet, list_data_sets
from core.errors import NoiseLensError
from core.evaluation.dropped_maps import with_maps
from core.evaluation.joined import evaluations_by_run, tested_set
from core.lab.photo import Photo, Upload
from core.lab.showcase import PHOTO
from core.runs.runs import Run, list_runs
from core.samples import SAMPLES
from core.studies.story import Story, story_of
from core.words import Text
from pages.parts.address import asked, asked_of, keep
from pages.parts.choices import selectbox
from pages.parts.clock import draw_again
from pages.parts.demo import demo_offer
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error
from pages.parts.present.photo_story import LEVELS, MODEL, PhotoStory
from pages.parts.present.slides import SLIDE, severity_now, show
from pages.parts.present.study_story import StudyStory, only_guesses
from pages.parts.services.classifiers import classifier, classifier_ready
from pages.parts.services.kept import kept_numbers
from pages.parts.services.lab import sample_photo
from pages.parts.services.workspace import workspace

STORY, UPLOAD, SAMPLE, KEPT = "present_story", "present_upload", "present_sample", "present_photo"
STORIES = ("study", "photo")
KINDS = ["jpg", "jpeg", "png", "webp", "heic", "heif", "avif", "bmp", "tif", "tiff", "gif"]


def told() -> tuple[Story, DataSet] | None:
    """The study that can be told of, with its pictures; the runs that the address names, where it does."""
    runs = list_runs(workspace())
    tests = {
        key: with_maps(found) for key, found in evaluations_by_run(workspace(), runs, quick=True).items()
    }
    data_sets = list_data_sets(workspace())
    can: list[Run] = []
    for run in runs:
        there = [one for one in tests.get(run.id, []) if isinstance(tested_set(run, one, data_sets), DataSet)]
        tests[run.id] = [one for one in there if one.draws_as_now]
        if tests[run.id] and not run.without_maps:
            can.append(run)
    names = {run.id: run.label for run in can}
    kind = Text(en="tested run", ko="시험한 모델")
    for name in ("run", "beside"):
        if (wanted := asked_of("present", name, kind, names)) is not None:
            st.session_state[f"present_{name}"] = wanted
    chosen = [st.session_state.get(f"present_{name}") for name in ("run", "beside")]
    key = (
        "story",
        str(workspace().root),
        *chosen,
        *((run.name, *(one.key for one in tests[run.id])) for run in can),
    )
    story: Story | None = kept_numbers(key, lambda: story_of(can, tests, *chosen))
    if story is None:
        return None
    found = tested_set(story.first.run, story.first.test, data_sets)
    return (story, found) if isinstance(found, DataSet) else None


def begin_story(story: str) -> None:
    st.session_state[STORY], st.session_state[SLIDE] = story, 0


def leave_story() -> None:
    st.session_state[STORY], st.session_state[SLIDE] = None, 0


def take_photo() -> None:
    """The photo that was handed in just now, as what is told of; what cannot be read is said by the page."""
    file = st.session_state.get(UPLOAD)
    st.session_state.pop(KEPT, None)
    if file is not None:
        try:
            st.session_state[KEPT] = Upload(file.getvalue(), file.name)
        except NoiseLensError as error:
            st.session_state[KEPT] = error


def photo() -> Photo | None:
    kept = st.session_state.get(KEPT)
    if isinstance(kept, Upload):
        return kept.at(None)
    return (
        None if isinstance(kept, NoiseLensError) else sample_photo(st.session_state.get(SAMPLE, PHOTO), None)
    )


def choose(study: tuple[Story, DataSet] | None) -> None:
    """The two stories."""
    st.title(t("present.title"))
    st.markdown(t("present.about"))
    left, right = st.columns(2, gap="large")
    with left.container(border=True, height="stretch"):
        st.markdown(f"## :material/science: {t('present.of_study')}")
        if study is None:
            demo_offer(t("present.no_study"))
        else:
            story = study[0]
            words = {"name": literal(say(story.first.run.label))}
            if story.second is None:
                st.markdown(t("present.of_one", **words))
            else:
                st.markdown(t("present.of_two", **words, other=literal(say(story.second.run.label))))
            for one in story.guessing:
                st.warning(literal(only_guesses(one)), icon=":material/casino:")
            st.button(
                t("present.begin_study"),
                key="present_begin_study",
                type="primary",
                icon=":material/play_arrow:",
                on_click=begin_story,
                args=("study",),
            )
    with right.container(border=True, height="stretch"):
        st.markdown(f"## :material/photo_camera: {t('present.of_photo')}")
        st.file_uploader(t("present.upload"), type=KINDS, key=UPLOAD, on_change=take_photo)
        kept = st.session_state.get(KEPT)
        if isinstance(kept, NoiseLensError):
            show_error(kept)
        elif kept is None:
            selectbox(
                t("present.sample"),
                [PHOTO, *(key for key in SAMPLES if key != PHOTO)],
                format_func=lambda key: say(SAMPLES[key].name),
                key=SAMPLE,
                persist_state="session",
            )
        else:
            st.caption(t("present.uploaded", name=literal(kept.name)))
        st.button(
            t("present.begin_photo"),
            key="present_begin_photo",
            type="secondary" if study else "primary",
            icon=":material/play_arrow:",
            on_click=begin_story,
            args=("photo",),
            disabled=photo() is None,
        )


wanted_story = asked("present", "story")
if wanted_story in STORIES:
    st.session_state[STORY] = wanted_story
now = st.session_state.get(STORY)
about = told() if now != "photo" else None
if now == "study" and about is not None:
    keep("present", story="study")
    levels = about[0].severities
    show(StudyStory(*about, severity_now(levels)).slides(), levels, leave_story)
elif now == "photo" and (chosen_photo := photo()) is not None:
    keep("present", story="photo")
    if classifier_ready(MODEL):
        try:
            classifier(MODEL)
        except NoiseLensError as failed:
            show_error(failed)
            st.button(t("present.previous"), key="present_back", on_click=leave_story)
            st.stop()
        show(PhotoStory(chosen_photo, severity_now(LEVELS)).slides(), LEVELS, leave_story)
    else:
        st.markdown(f":material/hourglass_top: {t('present.loading')}")
        st.skeleton(height=420)
        st.button(
            t("present.previous"), key="present_back", icon=":material/arrow_back:", on_click=leave_story
        )
        draw_again("present", 0.8)
else:
    keep("present", story=None, slide=None)
    choose(about or told())
