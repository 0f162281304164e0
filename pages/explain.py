"""Grad-CAM: what counted, clean and with noise, where a run is right and where it is wrong."""

from collections.abc import Sequence

import streamlit as st

from core.data.dataset import list_data_sets
from core.errors import NoiseLensError
from core.evaluation.dropped_maps import with_maps
from core.evaluation.joined import evaluations_by_run, tested_set
from core.films.film import Film
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.lab.photo import Upload
from core.runs.runs import list_runs
from core.words import Text, plain
from pages.parts.address import asked, asked_of, keep
from pages.parts.demo import demo_offer
from pages.parts.explain.ask_again import ask_once_more
from pages.parts.explain.choice import Chosen, choose
from pages.parts.explain.feature_parts import taken_into_pieces
from pages.parts.explain.films import own_film
from pages.parts.explain.gallery import galleries
from pages.parts.explain.looked import LARGE, TO_LARGE, Looked
from pages.parts.explain.map_options import MapOptions, choose_map_options
from pages.parts.explain.over_severities import as_noise_grows
from pages.parts.explain.own_photo import own_pictures, photo_verdict, say_refused
from pages.parts.explain.picture_use import compared_with, how_much_it_uses, to_be_believed
from pages.parts.explain.previous_next import previous_and_next
from pages.parts.explain.stage import download, legend, stage
from pages.parts.explain.subject import Subject, Who
from pages.parts.explain.verdict import in_numbers, verdict
from pages.parts.glossary import words_here
from pages.parts.i18n import literal, t
from pages.parts.messages import close_up, empty_state, sentence_card, show_error, show_place
from pages.parts.present_link import present_link
from pages.parts.progress import job_cards
from pages.parts.services.workspace import workspace

# The name of the page is one line with its tools.
_STYLE = """
<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-explain_asking) {height: 0; margin-bottom: -1rem; overflow: visible; z-index: 2;}
.st-key-explain_asking [data-testid="stSpinner"] {background: Canvas; width: fit-content; padding: 0 0.5rem;}
@media (max-width: 640px) {
    .st-key-explain_head {gap: 0.4rem; flex-wrap: nowrap;}
    .st-key-explain_head h1 {font-size: 1.25rem;}
    .st-key-explain_head .st-key-explain_walk {flex: none; width: auto; gap: 0.3rem;}
    .st-key-explain_head button {padding-inline: 0.45rem;}
    /* Their signs say enough where there is no room for words. */
    .st-key-explain_head button p {position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden;}
}
</style>
"""


def pictures(chosen: Chosen, subject: Subject, photo: Upload | None) -> MapOptions | None:
    """One picture, clean and with noise, shown and counted for each run; below it what that says in words.

    Args:
        photo: the visitor's, where it is theirs.

    Returns:
        How it is shown; None where a network cannot be asked.
    """
    looked = chosen.looked
    who = Who(looked.run, looked.evaluation, tuple(looked.classes))
    runs = [who] if chosen.second is None else [who, chosen.second]
    maps = len(runs) * len(subject.levels)
    with head:
        options = choose_map_options(
            looked.run, looked.evaluation.method, subject.data_set.size, maps, subject.own
        )
    options = options.with_swipe(chosen.swipe)
    try:
        # Over the pictures of before, which stay where they are.
        with st.container(key="explain_asking"), st.spinner(t("explain.asking", name=options.method.name)):
            told = [(one, one.says(subject, options)) for one in runs]
    except NoiseLensError as error:
        show_error(error)
        return None
    stage(subject, told, options, looked.view)
    if photo is not None:
        photo_verdict(subject, photo, told)
    else:
        usual = options.of == "answer" and options.method.key == looked.evaluation.method
        verdict(looked, looked.pairs.row(subject.image), told, usual)
    words, key, file = st.columns([4, 5, 3], gap="medium", vertical_alignment="center")
    plain_words, marked_words = about(looked, subject, photo)
    words.caption(marked_words)
    with key:
        legend(told, options, looked.view, subject.severity)
    with file:
        download(subject, told, options, looked.view, plain_words)
    return options


def further(chosen: Chosen, subject: Subject, photo: Upload | None, options: MapOptions | None) -> None:
    """What can be asked of the one picture besides."""
    looked = chosen.looked
    if options is not None:
        who = Who(looked.run, looked.evaluation, tuple(looked.classes))
        runs = [who] if chosen.second is None else [who, chosen.second]
        as_noise_grows(subject, runs, looked.view, options, about(looked, subject, photo)[0])
    ask_once_more(looked, subject)


def about(looked: Looked, subject: Subject, photo: Upload | None) -> tuple[str, str]:
    """Which picture it is: as a file says it, and as Markdown."""
    if photo is not None:
        return photo.name, literal(photo.name)
    name = looked.classes[subject.truth or 0]
    words = [t("explain.truth_plain", name=name, number=subject.image)]
    marked = [t("explain.truth", name=literal(name), number=subject.image)]
    if subject.data_set.card.kind == "import":
        words.append(subject.data_set.names[subject.image])
        marked.append(literal(words[-1]))
    return " · ".join(words), " · ".join(marked)


def without_pictures(looked: Looked) -> None:
    """The pictures are gone: what is left are the numbers of all its test pictures."""
    why = tested_set(looked.run, looked.evaluation, list_data_sets(workspace()))
    st.warning(t(f"explain.data_{why}"), icon=":material/folder_off:")
    in_numbers(looked)


def empty() -> None:
    sentence_card(t("explain.empty"), t("explain.what"))
    runs = [run for run in list_runs(workspace()) if run.trained]

    def active() -> Sequence[Job]:
        return [job for job in list_jobs(workspace(), active=True) if job.group == "learning"]

    if active():
        job_cards("explain_empty", active)
    elif runs:
        empty_state(t("explain.empty_evaluate"), t("explain.to_results"), "results.py", {"runs": runs[0].id})
    else:
        demo_offer(t("explain.empty_do"))
    # A photo needs no run: a model that knows everyday things comes with a Python package, and its page says where it is not there.
    st.markdown(t("explain.empty_photo"))
    with st.container(horizontal=True):
        st.page_link("preview.py", label=t("explain.empty_lab"), icon=":material/add_photo_alternate:")
        story = {"story": "photo"}
        st.page_link(
            "present.py", label=t("explain.empty_story"), icon=":material/slideshow:", query_params=story
        )


def image_to_show(looked: Looked) -> int | None:
    """The test picture that the address asks for, that was chosen, or that tells most."""
    images, state = looked.pairs.images, st.session_state
    if asked("explain", "image") is not None:  # seldom, and to name all pictures takes a while
        numbers = {str(image): plain(str(image)) for image in sorted(images)}
        wanted = asked_of("explain", "image", Text(en="test picture", ko="사진"), numbers)
        if wanted is not None:
            state["explain_image"] = int(wanted)
    elif (gallery := asked("explain", "gallery")) and looked.pairs.counts.get(gallery):
        state["explain_image"] = int(looked.pairs.members(gallery, 0, 1)["image"].iloc[0])
    if state.get("explain_image") not in images:
        state["explain_image"] = looked.pairs.first_to_show
    return state["explain_image"]


close_up()
st.html(_STYLE)
head = st.container(horizontal=True, vertical_alignment="center", key="explain_head")
with head:
    st.title(t("explain.title"), width="content")
    st.space("stretch")
all_runs = list_runs(workspace())
tests_of = evaluations_by_run(workspace(), all_runs, quick=True)
usable = {
    run.id: (run, with_maps(tests_of.get(run.id, [])))
    for run in all_runs
    if run.id in tests_of or run.trained
}
if not tests_of:
    empty()
    st.stop()
with head:
    walked = st.container(horizontal=True, width="content", key="explain_walk")
    own = own_pictures()
say_refused()
chosen = choose(usable, tests_of, own is not None, isinstance(own, Film))
if chosen is None:
    st.info(t("explain.no_noises"), icon=":material/info:")
    st.stop()
looked_at = chosen.looked
keep("explain", run=looked_at.run.id, noise=looked_at.noise, severity=looked_at.severity)
if looked_at.data_set is None:
    keep("explain", image=None)
    without_pictures(looked_at)
    st.stop()
shown = (looked_at.data_set, looked_at.evaluation.table, looked_at.noise, looked_at.severity)
keep("explain", video=own.card.id if isinstance(own, Film) else None)
if isinstance(own, Film):
    keep("explain", image=None)
    own_film(own, chosen, head)
    st.stop()
if own is not None:
    of_photo = Subject(*shown, photo=own.at(looked_at.data_set.size))
    further(chosen, of_photo, own, pictures(chosen, of_photo, own))
    st.stop()
number = image_to_show(looked_at)
assert number is not None
keep("explain", image=number)
with walked:
    previous_and_next(looked_at, number)
of_test = Subject(*shown, image=number, mode=looked_at.evaluation.mode)
further(chosen, of_test, None, pictures(chosen, of_test, None))
galleries(looked_at, number, chosen.second)
how_much_it_uses(looked_at, compared_with(looked_at, chosen.second, usable))
to_be_believed(looked_at)
taken_into_pieces(looked_at)
words_here(("counted", "severity", "confidence", "test", "overlap", "unrelated", "correlation"))
present_link([looked_at.run])
st.caption(t("explain.grid", h=looked_at.evaluation.map_shape[0], w=looked_at.evaluation.map_shape[1]))
if st.session_state.pop(TO_LARGE, False):
    show_place(LARGE)
