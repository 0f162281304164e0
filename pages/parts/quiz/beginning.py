"""What a quiz is made of: whose pictures, beside which runs, and the button that begins it."""

import time
from collections.abc import Callable, Sequence

import streamlit as st

from core.data.builtin.job import submit_make
from core.data.dataset import DataSet, list_data_sets
from core.evaluation.joined import JoinedEvaluation, evaluations_by_run, tested_set
from core.evaluation.options import checked_noises
from core.evaluation.predictions import EVALUATION_SEED
from core.evaluation.quiz import SECONDS_EACH, Pool, Quiz, draw, shared_pool
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.limits import QUIZ_QUESTIONS
from core.noise.catalogue import CLEAN, SEVERITIES, all_noises
from core.runs.runs import Run, list_runs
from core.words import Text
from pages.parts.address import asked, asked_several, keep
from pages.parts.choices import multiselect, selectbox
from pages.parts.demo import demo_button
from pages.parts.i18n import literal, say, t
from pages.parts.messages import sentence_card
from pages.parts.origin import marked
from pages.parts.pictures import strip
from pages.parts.progress import duration, job_cards
from pages.parts.quiz.session import take
from pages.parts.services.evaluations import answers_of
from pages.parts.services.workspace import workspace

RUN = Text(en="tested run", ko="시험한 모델")
MOST = 8
"""Runs beside a person."""
BUTTONS = 12
"""Classes up to which each is shown before a quiz, and has a button of its own in it."""
EXAMPLES = 4
Tested = dict[str, tuple[Run, JoinedEvaluation]]
"""By the run's id."""


def begin() -> None:
    """The form, or where there are no pictures yet what brings them."""
    sentence_card(t("quiz.invite"), t("quiz.invite_body", n=QUIZ_QUESTIONS))
    data_sets = [one for one in list_data_sets(workspace()) if sum(one.split_counts.values())]
    if not data_sets:
        _draw_faces()
        return
    every = {one.id: tested_on(one) for one in data_sets}
    data_set = _choose_data(data_sets, every)
    tested = every[data_set.id]
    chosen = _choose_runs(data_set, tested) if tested else []
    pool = pool_of(data_set, [tested[run_id] for run_id in chosen])
    count = min(QUIZ_QUESTIONS, len(pool.images)) if pool.cells else 0
    if not count:
        st.info(t("quiz.nothing_shared"), icon=":material/info:")
    if st.button(
        t("quiz.begin", n=count, time=duration(count * SECONDS_EACH)),
        type="primary",
        icon=":material/play_arrow:",
        key="quiz_begin",
        disabled=not count,
    ):
        _begun(data_set, pool, chosen)
        st.rerun()
    st.caption(f":material/lock: {t('quiz.not_stored')}")
    _examples(data_set)
    if not tested:
        with st.container(border=True):
            st.markdown(t("quiz.alone", name=literal(data_set.name)))
            st.page_link("train.py", label=t("quiz.to_train"), icon=":material/model_training:")
            if not _demo_done():
                running = any(job.active and job.subject.demo for job in list_jobs(workspace()))
                demo_button(running, filled=False)


def _examples(data_set: DataSet) -> None:
    """Some training pictures of each class, as far as there is room: who has never seen a class cannot name it."""
    images = data_set.indices("train")
    if len(data_set.classes) > BUTTONS or not len(images):
        return
    st.caption(t("quiz.examples"))
    labels = data_set.labels[images]
    with st.container(horizontal=True):
        for number, label in enumerate(data_set.class_labels):
            with st.container(width=EXAMPLES * 68):
                name = say(label)
                st.markdown(f"**{literal(name)}**")
                some = images[labels == number][:EXAMPLES].tolist()
                strip(data_set.images, some, t("quiz.example_alt", name=name), EXAMPLES)


def _demo_done() -> bool:
    """A demo's runs are tested on pictures that are among the choices."""
    return any(job.subject.demo and job.state == "done" for job in list_jobs(workspace()))


def tested_on(data_set: DataSet) -> Tested:
    """The runs whose answers to the very pictures that would be shown are known, newest first, each with its newest test."""
    runs = [run for run in list_runs(workspace()) if run.comparable and run.recipe.data_set_id == data_set.id]
    found: Tested = {}
    tests = evaluations_by_run(workspace(), runs, quick=True)
    for run in (run for run in runs if run.id in tests):
        same = next((test for test in tests[run.id] if _shown_alike(run, test, data_set)), None)
        if same is not None:
            found[run.id] = run, same
    return found


def _shown_alike(run: Run, test: JoinedEvaluation, data_set: DataSet) -> bool:
    """Whether a test showed its pictures as `noisy_picture` gives them now, however many of them it was of."""
    facts = test.parts[0].facts
    there = isinstance(tested_set(run, test, [data_set]), DataSet)
    return there and test.draws_as_now and facts.table == data_set.table and facts.seed == EVALUATION_SEED


def pool_of(data_set: DataSet, chosen: Sequence[tuple[Run, JoinedEvaluation]]) -> Pool:
    """What questions are drawn from: what all of these runs were tested on; without any the test pictures under the standard
    noises."""
    if chosen:
        answers = [answers_of(test) for _, test in chosen]
        resaved = {noise for _, test in chosen for noise in test.resaved}
        unknown = {noise for one in answers for noise, _ in one.places} - {
            CLEAN,
            *(noise.key for noise in all_noises()),
        }
        return shared_pool(answers, resaved | unknown)
    split = next(one for one in ("test", "validation", "train") if data_set.split_counts[one])
    images = data_set.indices(split)
    noises = checked_noises(None, table=data_set.table)
    cells = ((CLEAN, 0), *((noise, level) for noise in noises for level in SEVERITIES))
    return Pool(images, data_set.labels[images], cells)


def _begun(data_set: DataSet, pool: Pool, run_ids: list[str]) -> None:
    # Who has answered once is asked for other pictures.
    questions = draw(pool, seed=time.time_ns())
    quiz = Quiz(
        data_set_id=data_set.id,
        data_set=data_set.name,
        data_fingerprint=data_set.card.fingerprint,
        table=data_set.table,
        classes=data_set.classes,
        questions=questions,
        run_ids=run_ids,
    )
    take(quiz)


def _choose_data(data_sets: list[DataSet], every: dict[str, Tested]) -> DataSet:
    by_id = {one.id: one for one in data_sets}
    wanted = (asked("quiz", "runs") or "").split(",")
    of_runs = next((data_id for data_id, tested in every.items() if set(tested) & set(wanted)), None)
    if (said := asked("quiz", "data")) in by_id or of_runs:
        st.session_state["quiz_data"] = said if said in by_id else of_runs
    if st.session_state.get("quiz_data") not in by_id:
        st.session_state["quiz_data"] = next((one.id for one in data_sets if every[one.id]), data_sets[0].id)
    if len(data_sets) > 1:
        selectbox(
            t("quiz.data"),
            list(by_id),
            format_func=lambda key: by_id[key].name,
            key="quiz_data",
            persist_state="session",
        )
    keep("quiz", data=st.session_state["quiz_data"])
    return by_id[st.session_state["quiz_data"]]


def _choose_runs(data_set: DataSet, tested: Tested) -> list[str]:
    key = f"quiz_runs_{data_set.id}"
    labels = {run_id: run.label for run_id, (run, _) in tested.items()}
    wanted = asked_several("quiz", "runs", RUN, labels)
    if wanted:
        st.session_state[key] = wanted[:MOST]

    def share(some: list[str], other: str) -> bool:
        alone, pool = (pool_of(data_set, [tested[one] for one in ids]) for ids in (some, [*some, other]))
        noisy = any(severity for _, severity in pool.cells)
        return noisy and len(pool.images) >= min(QUIZ_QUESTIONS, len(alone.images))

    before = st.session_state.get(key)
    st.session_state[key] = (
        _first(tested, share) if before is None else [run_id for run_id in before if run_id in tested]
    )
    chosen = multiselect(
        t("quiz.runs"),
        list(tested),
        format_func=lambda run_id: marked(tested[run_id][0]),
        key=key,
        persist_state="session",
        max_selections=MOST,
        placeholder=t("quiz.runs_none"),
    )
    keep("quiz", runs=",".join(chosen) or None)
    return [str(one) for one in chosen]


def _first(tested: Tested, share: Callable[[list[str], str], bool]) -> list[str]:
    """The runs of the newest study, one of each arm, or the newest run; and where these lack one that was trained clean, or one
    with noise, the newest such.

    Args:
        share: whether some runs and a further one were asked about as many pictures as a quiz of those alone would have, and
            about some noise.
    """
    newest = next(iter(tested.values()))[0]
    arms: dict[str, str] = {}
    for run_id, (run, _) in reversed(tested.items()):
        if run_id == newest.id or (run.study_id is not None and run.study_id == newest.study_id):
            arms[run.arm.key if run.arm else run_id] = run_id
    first = list(arms.values())[:MOST]
    # Two that noise hurts otherwise tell more than one alone; of those without noise first what was trained as it is.
    kinds: list[list[Callable[[Run], bool]]] = [
        [lambda run: run.reference, lambda run: run.clean_trained],
        [lambda run: run.noise_trained],
    ]
    for kind in kinds:
        for trained in kind:
            if len(first) < MOST and not any(trained(tested[run_id][0]) for run_id in first):
                fits = [
                    run_id for run_id, (run, _) in tested.items() if trained(run) and share(first, run_id)
                ]
                first += fits[:1]
                if fits:
                    break
    return first


def _draw_faces() -> None:
    """Pictures that NoiseLens draws by itself, or the study that draws them and trains on them."""

    def drawing() -> list[Job]:
        return [
            job
            for job in list_jobs(workspace(), active=True)
            if job.makes("data set") or job.makes("model") or job.group == "data"
        ]

    if drawing():
        job_cards("quiz", drawing)
        return
    st.markdown(t("quiz.no_pictures"))
    with st.container(horizontal=True):
        if st.button(t("quiz.draw"), icon=":material/draw:", key="quiz_draw"):
            submit_make(workspace(), "faces")
            st.rerun()
        demo_button()


def labels_of_classes(quiz: Quiz, data_set: DataSet | None) -> list[str]:
    """What the screen calls the classes of a quiz, in their order."""
    if data_set is None or data_set.classes != quiz.classes:
        return list(quiz.classes)
    return [say(label) for label in data_set.class_labels]
