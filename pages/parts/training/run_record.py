"""What a run is and what came of it: recipe, data, date, curves, and what can be done with it."""

import time
from collections.abc import Callable

import streamlit as st

from core.charts.drawing import noise_label
from core.errors import NoiseLensError
from core.files import folder_bytes
from core.jobs.queue import Job
from core.runs.estimate import CHOOSING
from core.runs.recipe import model_name
from core.runs.runs import Run
from core.training.job import start_label
from core.words import listing
from pages.parts.i18n import language, literal, say, t
from pages.parts.progress import duration, show_trouble, state_badge, ways_on
from pages.parts.test_cells import offer_test
from pages.parts.training.mix import mix_sentence
from pages.parts.training.tidy import size_words


def recipe_words(run: Run, data: str) -> str:
    """Everything that decided the run, as Markdown in a few lines.

    Args:
        data: name of its data set.
    """
    recipe = run.recipe
    lines = [
        t(
            "train.record_what",
            model=model_name(recipe.model),
            start=say(start_label(recipe)),
            data=literal(data),
            when=time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created)),
        ),
        mix_sentence(recipe.mix),
        t(
            "train.record_numbers",
            epochs=recipe.epochs,
            rate=f"{recipe.learning_rate:g}",
            batch=recipe.batch_size,
            seed=recipe.seed,
        ),
    ]
    if more := recipe.told_apart:
        said = " · ".join(f"`{name}` {literal(str(value))}" for name, value in more.items())
        lines.append(t("train.record_more", fields=said))
    if run.summary:
        took = duration(run.summary.seconds)
        took_where = t("train.record_took", time=took, device=literal(run.summary.device))
        if run.summary.threads and run.summary.device == "CPU":
            pace = t("train.record_pace", threads=run.summary.threads, precision=run.summary.precision)
            took_where = f"{took_where} · {pace}"
        lines.append(took_where)
        if run.summary.chosen_by:
            noises = listing([noise_label(noise, language()) for noise in CHOOSING.noises])
            epoch, epochs = run.summary.chosen_epoch, run.summary.epochs
            lines.append(
                t(f"train.record_{run.summary.chosen_by}", epoch=epoch, epochs=epochs, noises=noises)
            )
    lines.append(t("train.record_size", size=size_words(folder_bytes(run.folder.path))))
    return "  \n".join(lines)


def run_record(
    run: Run,
    data: str,
    fingerprint: str | None,
    job: Job | None,
    curves: Callable[[], None],
    links: Callable[[], None],
) -> None:
    """The record of one run.

    Args:
        data: name of its data set.
        fingerprint: of its data set as it is now; None where that has been deleted.
        job: that trained it, or tested it last, where that did not succeed.
        curves: draws how it learned.
        links: draws what leads on from it.
    """
    st.markdown(f"**{literal(say(run.label))}**")
    if run.state != "done":
        state_badge(run.state)
    st.markdown(recipe_words(run, data))
    if run.note:
        st.markdown("\n".join(f"> {literal(line)}  " for line in run.note.splitlines()))
    try:
        run.recipe.check()
    except NoiseLensError as error:
        st.caption(f":material/warning: {t('train.record_unknown', why=literal(say(error.said)))}")
    if job is not None:
        show_trouble(job, "past")
        ways_on(job, "past")
    if run.folder.metrics.exists():
        curves()
    links()
    trained_on = run.recipe.data_set_fingerprint
    if fingerprint and trained_on and fingerprint != trained_on:
        st.caption(f":material/warning: {t('train.record_changed')}")
    if run.trained and fingerprint is None:
        st.caption(f":material/folder_off: {t('parts.test_no_data')}")
    elif run.trained:
        more = st.expander(
            t("train.test_again"), icon=":material/fact_check:", key=f"train_test_{run.id}", on_change="rerun"
        )
        if more.open:
            with more:
                offer_test(run, "train_again")
