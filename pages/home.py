"""What NoiseLens is, the first click, and what runs or was done lately."""

from collections.abc import Callable

import streamlit as st

from core.charts.drawing import noise_label
from core.data.dataset import list_data_sets
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.lab.showcase import Showcase, read_hardware, read_showcase, read_trouble, start_showcase
from core.limits import QUIZ_QUESTIONS
from core.networks.imagenet import imagenet_labels
from core.noise.catalogue import all_noises
from core.runs.runs import Run, list_runs
from core.runs.studies import list_studies
from core.samples import SAMPLES
from core.words import plain
from pages.parts.address import open_page
from pages.parts.clock import draw_again
from pages.parts.demo import demo_button
from pages.parts.i18n import language, say, t
from pages.parts.messages import small_heading
from pages.parts.numbers import percent
from pages.parts.pictures import side_by_side
from pages.parts.progress import job_cards, undecided
from pages.parts.services.workspace import workspace

STEPS = {
    "noise": (":material/tune:", "preview"),
    "fail": (":material/trending_down:", "results"),
    "hold": (":material/model_training:", "train"),
    "why": (":material/visibility:", "explain"),
}
"""The four steps, each with its icon and page."""


def demo_runs() -> list[Run]:
    """The trained runs of the newest demo study that has all of them, clean arm first."""
    runs = sorted(list_runs(workspace()), key=lambda run: run.created)
    for study in list_studies(workspace()):
        arms = [run for run in runs if study.demo and run.study_id == study.id]
        if len(arms) > 1 and all(run.state == "done" for run in arms):
            return arms
    return []


def recent() -> list[Job]:
    """Jobs that run or wait, then those that ended last."""
    active = list_jobs(workspace(), active=True)
    ended = [job for job in list_jobs(workspace(), limit=8) if not job.active]
    return [*active, *ended[: max(0, 4 - len(active))]]


def run_ids(runs: list[Run]) -> str:
    return ",".join(run.id for run in runs)


def hero(arms: list[Run], demo_active: bool) -> None:
    """The claim and the two buttons."""
    st.title(t("home.title"))
    st.markdown(t("home.what"))
    with st.container(horizontal=True):
        if arms:
            if st.button(t("home.see_results"), type="primary", icon=":material/bar_chart:"):
                open_page("results.py", runs=run_ids(arms))
        else:
            demo_button(demo_active)
        if st.button(t("home.try_photo"), icon=":material/grain:"):
            open_page("preview.py")
        if st.button(t("present.title"), icon=":material/slideshow:"):
            open_page("present.py")


def hardware_line(working: bool) -> None:
    """What this computer has, and what is in the workspace.

    Args:
        working: jobs run or wait, so that there is soon more in it.
    """
    waiting = read_hardware(workspace()) is None and read_trouble(workspace()) is None

    @st.fragment
    def line() -> None:
        hardware = read_hardware(workspace())
        if hardware is None:
            found = t("home.looking") if waiting else t("home.unknown")
        elif hardware["device"] == "cuda":
            found = t("home.cuda", name=hardware["name"], memory=round(hardware["gpu_memory_gb"]))
        else:
            found = t("home.cpu", cores=hardware["cores"])
        trained = [run for run in list_runs(workspace()) if run.trained]
        kept = t("home.kept", data_sets=len(list_data_sets(workspace())), runs=len(trained))
        st.caption(f":material/memory: {found} \u2003 :material/folder: {kept}")
        if waiting or working:
            draw_again("hardware", 0.5 if waiting else 2.0)

    line()


def pair(shown: Showcase) -> None:
    """The photo clean and noisy, with what the model says of it and what counted."""
    photo = say(SAMPLES[shown.photo].name)
    with side_by_side("home_pair"):
        places = st.columns(2)
    for place, side, which in zip(places, (shown.clean, shown.noisy), ("clean", "noisy"), strict=True):
        answer, probability = side.top[0]
        name, share = say(imagenet_labels().get(answer, plain(answer))), percent(probability)
        with place:
            st.image(
                str(side.overlay),
                caption=t(f"home.{which}", name=f"**{name}**", share=share),
                alt=t(f"home.{which}_alt", photo=photo, name=name, share=share),
                width="stretch",
            )
    if shown.changed:
        st.caption(
            t("home.pair", noise=noise_label(shown.noise, language()), severity=shown.severity),
            text_alignment="center",
            help=t("home.pair_help"),
        )


def showcase() -> None:
    """The pair, computed by a helper process; until then its place at the final size (styled in pages/shell.py)."""
    waiting = read_showcase(workspace()) is None and read_trouble(workspace()) is None

    @st.fragment
    def shown() -> None:
        found, trouble = read_showcase(workspace()), read_trouble(workspace())
        if waiting and (found or trouble):
            st.rerun()
        if found:
            pair(found)
        elif trouble:
            st.warning(say(trouble), icon=":material/warning:")
        else:
            with side_by_side("home_pair"):
                places = st.columns(2)
            for place in places:
                place.skeleton()
            st.caption(t("home.preparing"), text_alignment="center")
            draw_again("showcase", 0.5)

    shown()


def steps() -> None:
    """The whole story in four cards."""
    for number, (place, (step, (icon, page))) in enumerate(
        zip(st.columns(4), STEPS.items(), strict=True), start=1
    ):
        with place.container(border=True, height="stretch"):
            small_heading(f"{icon} {number}. {t(f'home.step_{step}')}", 2, step)
            st.markdown(t(f"home.step_{step}_about", n=len(all_noises())))
            st.page_link(f"{page}.py", label=t(f"home.step_{step}_go"), icon=":material/arrow_forward:")


def quiz() -> None:
    """The card that leads to the quiz."""
    with st.container(border=True, key="home_quiz"):
        words, way = st.columns([9, 2], vertical_alignment="center")
        about = t("quiz.card_about", n=QUIZ_QUESTIONS)
        words.markdown(f":material/sports_esports: **{t('quiz.card')}** · {about}")
        way.page_link("quiz.py", label=t("quiz.card_go"), icon=":material/arrow_forward:")


def lately(jobs: list[Job]) -> None:
    """What runs and what was done, newest on top."""
    if not jobs:
        return
    st.header(t("home.lately"))
    job_cards("home", recent, lead_on)


def lead_on(job: Job) -> Callable[[], None] | None:
    """The links that a finished study, or an import that waits to be decided on, leads on by."""
    if undecided(job):

        def decide() -> None:
            st.page_link("data.py", label=t("home.to_decide"), icon=":material/rule:")

        return decide
    ids = (job.result or {}).get("run_ids") if job.state == "done" else None
    if not ids:
        return None

    def links() -> None:
        st.page_link(
            "results.py",
            label=t("home.to_results"),
            icon=":material/bar_chart:",
            query_params={"runs": ",".join(ids)},
        )
        st.page_link(
            "explain.py",
            label=t("home.to_explain"),
            icon=":material/visibility:",
            query_params={"run": ids[0]},
        )

    return links


start_showcase(workspace())
jobs = recent()
working = any(job.active for job in jobs)
demo_active = any(job.active and job.subject.demo for job in jobs)
left, right = st.columns(2, gap="large")  # from the top: nothing moves when the pictures come
with left:
    hero(demo_runs(), demo_active)
    hardware_line(working)
with right:
    showcase()
if working:
    lately(jobs)
    steps()
    quiz()
else:
    steps()
    quiz()
    lately(jobs)
