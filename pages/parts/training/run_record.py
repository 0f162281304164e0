"""What a run is and what came of it: recipe, data, date, curves, and what can be done with it."""

import time

import streamlit as st

from core.charts.drawing import noise_label
from core.errors import NoiseLensError, UnknownName
from core.evaluation.joined import latest_joined
from core.files import folder_bytes
from core.jobs.job import Job
from core.runs.editing import LONGEST_NOTE, edit_run
from core.runs.estimate import CHOOSING
from core.runs.recipe import Recipe, model_name
from core.runs.runs import Run, open_run, settled
from core.training.job import start_label
from core.words import listing
from pages.parts.ask_pictures import ask_pictures
from pages.parts.i18n import language, literal, say, t
from pages.parts.job_buttons import ways_on
from pages.parts.messages import show_error
from pages.parts.numbers import size_words
from pages.parts.progress import duration, show_trouble, state_badge
from pages.parts.reproducing import reproducing
from pages.parts.services.workspace import workspace
from pages.parts.test_cells import offer_test
from pages.parts.training.mix import mix_sentence
from pages.parts.training.origin_record import origin_details, origin_words
from pages.parts.training.recipe_box import recipe_box
from pages.parts.training.recipe_words import field_label, field_value
from pages.parts.training.take_away import take_away
from pages.parts.training.taken_over import take_over
from pages.parts.training.tidy import confirm_tidy, of_maps, tidy_buttons
from pages.parts.training.watching import being_shown, curves, log


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
        *_begun_with(recipe),
        mix_sentence(recipe),
        t(
            "train.record_numbers",
            epochs=recipe.epochs,
            rate=f"{recipe.learning_rate:g}",
            batch=recipe.batch_size,
            seed=recipe.seed,
        ),
    ]
    if more := recipe.told_apart:
        said = " · ".join(f"{field_label(name)}: {literal(field_value(name, recipe))}" for name in more)
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


def _begun_with(recipe: Recipe) -> list[str]:
    """Which run's weights it began with, where it was a run's."""
    if recipe.started_from is None:
        return []
    try:
        name = literal(say(open_run(workspace(), recipe.started_from).label))
    except UnknownName:
        return [t("runs.began_gone")]
    return [t("runs.began_with", name=name)]


def links(run: Run, test: bool = True, key: str = "train_last") -> None:
    """What leads on from a run.

    Args:
        test: where it was not tested on all pictures yet, offer that.
        key: tells several on one page apart.
    """
    newest = latest_joined(workspace(), run, quick=True)
    if newest is not None:
        with st.container(horizontal=True):
            st.page_link(
                "results.py",
                label=t("train.to_results"),
                icon=":material/bar_chart:",
                query_params={"runs": run.id},
            )
            if not run.without_maps:
                st.page_link(
                    "explain.py",
                    label=t("train.to_explain"),
                    icon=":material/visibility:",
                    query_params={"run": run.id},
                )
            _to_lab(run)
    if test and run.trained and (newest is None or not newest.plain):
        if newest is None:
            _to_lab(run)
        offer_test(run, key)


def _to_lab(run: Run) -> None:
    """The way of a network from elsewhere to a photo of one's own."""
    if run.origin is not None and run.trained:
        st.page_link(
            "preview.py",
            label=t("elsewhere.to_lab"),
            icon=":material/grain:",
            query_params={"model": run.id},
        )


def run_record(
    run: Run,
    data: str,
    fingerprint: str | None,
    job: Job | None,
) -> None:
    """The record of one run.

    Args:
        data: name of its data set.
        fingerprint: of its data set as it is now; None where that has been deleted.
        job: that trained it, or tested it last, where that did not succeed.
    """
    st.markdown(f"**{literal(say(run.label))}**")
    if run.state != "done":
        state_badge(run.state)
    st.markdown(recipe_words(run, data) if run.origin is None else origin_words(run, data))
    if run.note:
        st.markdown("\n".join(f"> {literal(line)}  " for line in run.note.splitlines()))
    if run.origin is None:
        _say_unknown(run)
    else:
        origin_details(run)
    if job is not None:
        show_trouble(job, "past")
        ways_on(job, "past")
    if run.folder.metrics.exists():
        curves(run, "past")
        log(run, "past")
    being_shown(run, "past")
    links(run, test=run.origin is not None and fingerprint is not None, key="train_record")
    trained_on = run.recipe.data_set_fingerprint
    if fingerprint and trained_on and fingerprint != trained_on:
        st.caption(f":material/warning: {t('train.record_changed')}")
    if run.trained and fingerprint is None:
        st.caption(f":material/folder_off: {t('parts.test_no_data')}")
    elif run.trained and not (run.origin is not None and latest_joined(workspace(), run) is None):
        more = st.expander(
            t("train.test_again"), icon=":material/fact_check:", key=f"train_test_{run.id}", on_change="rerun"
        )
        if more.open:
            with more:
                offer_test(run, "train_again")
    if run.origin is None:
        _recipe_file(run, data)
    if run.trained:
        _pictures_of_own(run)
        take_away(run)
    if run.origin is None and run.summary is not None:
        _reproduce(run)
    maps = of_maps([run])
    with st.container(horizontal=True):
        if run.origin is None:
            st.button(
                t("train.clone"),
                icon=":material/content_copy:",
                key=f"train_clone_{run.id}",
                help=t("train.clone_help"),
                on_click=take_over,
                args=(run, None, False),
            )
        tidy_buttons([run], maps)
    confirm_tidy([run], maps)
    _name_and_note(run)


def _say_unknown(run: Run) -> None:
    """Why this version cannot train it again, where that is so."""
    try:
        run.recipe.check()
    except NoiseLensError as error:
        st.caption(f":material/warning: {t('train.record_unknown', why=literal(say(error.said)))}")


def _recipe_file(run: Run, data: str) -> None:
    """Its recipe as a file, folded away."""
    file = st.expander(
        t("train.recipe"),
        icon=":material/data_object:",
        key=f"train_record_recipe_{run.id}",
        on_change="rerun",
    )
    if file.open:
        with file:
            st.caption(t("runs.recipe_words"))
            recipe_box(settled(run), data, f"train_record_recipe_{run.id}")


def _pictures_of_own(run: Run) -> None:
    """Asked about pictures of somebody's own, folded away."""
    place = st.expander(
        t("elsewhere.ask"), icon=":material/image_search:", key=f"train_ask_{run.id}", on_change="rerun"
    )
    if place.open:
        with place:
            ask_pictures(run, "train")


def _reproduce(run: Run) -> None:
    """Made again and laid beside itself, folded away."""
    place = st.expander(
        t("reproduce.title"), icon=":material/repeat:", key=f"train_reproduce_{run.id}", on_change="rerun"
    )
    if place.open:
        with place:
            reproducing(run, "train")


def _name_and_note(run: Run) -> None:
    """A name of one's own and a note, folded away."""
    place = st.expander(
        t("train.edit"), icon=":material/edit_note:", key=f"train_edit_{run.id}", on_change="rerun"
    )
    if not place.open:
        return
    with place:
        called = say(run.label)
        name = st.text_input(
            t("train.name"), called, max_chars=max(80, len(called)), key=f"train_edit_name_{run.id}"
        )
        note = st.text_area(
            t("train.note"), run.note or "", max_chars=LONGEST_NOTE, key=f"train_edit_note_{run.id}"
        )
        if st.button(t("train.edit_save"), icon=":material/check:", key=f"train_edit_save_{run.id}"):
            try:
                edit_run(workspace(), run, name, note)
            except NoiseLensError as error:
                show_error(error)
            else:
                st.rerun()
