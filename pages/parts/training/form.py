"""The form that starts a training run: four choices with good answers, the rest folded away."""

import time
from dataclasses import replace

import streamlit as st

from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.explanation.methods.grad_cam import GRAD_CAM
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.lab.showcase import read_hardware
from core.noise.mix import Mix
from core.runs.effects import without_effect
from core.runs.estimate import bytes_for, seconds_for, seconds_to_test
from core.runs.proposals import proposed
from core.runs.recipe import RANDOM, Recipe, get_model, weights_licence
from core.runs.runs import list_runs
from core.runs.timings import read_timing
from core.training import timing
from core.training.job import as_started, submit_training, what_is_trained
from core.words import Text, plain
from pages.parts.address import adopt, keep
from pages.parts.choices import pills
from pages.parts.data_set_choice import data_set_choice
from pages.parts.how_sure import warn_of_few
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error, show_place
from pages.parts.numbers import size_words
from pages.parts.progress import run_again_when_changed, span
from pages.parts.services.workspace import workspace
from pages.parts.test_cells import adopt_cells, choose_cells, chosen_cells, keep_cells
from pages.parts.training.fields import Fields, adopt_value, over_epochs
from pages.parts.training.mix import MIXES, mix_editor, mix_sentence, own_address, samples
from pages.parts.training.model_choice import choose_start, other_model
from pages.parts.training.preset_choice import preset_choice
from pages.parts.training.range_test import range_test
from pages.parts.training.recipe_box import recipe_file
from pages.parts.training.start_choice import followed, model_choice, start_choice
from pages.parts.training.taken_over import AS_IT_WAS, is_new, say_taken, taken

NOISE_CHOICES = [*MIXES, "preset", "own"]
_STARTED = "train_started"
"""Session: the label of the run that the click before this run has queued."""
FEW_PLACES = 7
"""Along a side of a Grad-CAM map: with fewer it says little of where."""
TWICE_WITHIN = 3.0
"""Seconds in which a second click on Train with the same choices is taken for a double click."""


def training_jobs() -> list[Job]:
    """What trains or tests now, or waits to."""
    return [job for job in list_jobs(workspace(), active=True) if job.group == "learning"]


def training_form(data_sets: list[DataSet]) -> bool:
    """The form; whether the click before this run has queued what was chosen on it."""
    filled_from = taken()
    choices = [*NOISE_CHOICES, *([AS_IT_WAS] if filled_from and filled_from.mix else [])]
    if filled_from and is_new():
        filled = "train.taken_file" if filled_from.file else "train.taken"
        st.toast(t(filled, name=literal(say(filled_from.name))), icon=":material/content_copy:")
        show_place("train_new")
    # The address keeps the choices through a reload: numbers and switches by Streamlit's own binding, and what
    # would stand there by its label, in one language, as its key.
    kinds = {
        "data": (Text(en="data set", ko="데이터 세트"), {one.id: plain(one.name) for one in data_sets}),
        "noise": (Text(en="mix", ko="노이즈 섞기"), {key: plain(key) for key in choices}),
    }
    for field, (kind, known) in kinds.items():
        adopt("train", field, f"train_{field}", kind, known)
    adopt_cells("train", "train_test")
    started = st.session_state.pop(_STARTED, None)
    if started is not None:
        # The next model is another one: under this name it would only get a number.
        st.session_state["train_name"] = ""
        st.toast(t("train.queued", name=literal(say(started))), icon=":material/check:")
    data_set = data_set_choice(data_sets, t("train.data"))
    st.caption(
        t(
            "train.data_facts",
            images=f"{data_set.card.images:,}",
            classes=len(data_set.classes),
            size=data_set.size,
        )
    )
    warn_of_few(data_set.split_counts["test"], data_set.tested)

    key = model_choice(data_set)
    start, trains = start_choice(data_set, key)
    if (licence := weights_licence(Recipe("", "", key, start=start))) is not None:
        st.caption(f":material/license: {literal(say(licence))}")
    model_facts = st.empty()
    choice = pills(
        t("train.noise"),
        choices,
        default="demo",
        required=True,
        format_func=lambda one: t(f"train.noise_{one}"),
        key="train_noise",
        persist_state="session",
        help=t("train.noise_help"),
    )
    mix, decided = None, {}
    try:
        if choice == AS_IT_WAS and filled_from is not None:
            mix = filled_from.mix
        elif choice == "preset":
            decided = preset_choice()
            mix = decided.pop("mix")
        else:
            mix = (
                mix_editor(data_set.table)
                if choice == "own"
                else Mix.from_texts(MIXES[str(choice or "demo")])
            )
    except NoiseLensError as error:
        show_error(error)
    if choice != "preset":
        keep("train", preset=None, preset_of=None)
    best = proposed(data_set, key, start, trains)
    boxes = Fields(start, trains, best, by_preset=choice == "preset")
    if choice == "preset":
        keep("train", over=None)
    else:
        decided = over_epochs(bool(mix and mix.noises))
    besides = filled_from.rest if filled_from and start == RANDOM else {}  # else the boxes say both
    rest = {"start": start, "trains": trains, **besides, **decided}
    proposal = followed("train_epochs", best.epochs)
    adopt_value("train_epochs", 1)
    longest = max(50, min(1000, st.session_state.get("train_epochs", 1)))
    plan = Recipe(
        data_set.id,
        data_set.card.fingerprint,
        key,
        mix or Mix(),
        epochs=st.session_state.get("train_epochs", best.epochs),
        **(boxes.shown | rest),
    )
    if mix is not None:
        with st.container(border=True):
            st.markdown(mix_sentence(plan))
            if held_out := mix.held_out_sentence():
                st.caption(f":material/warning: {literal(say(held_out))}")
            samples(data_set, mix, max(0, plan.seed), plan.augmentation)
    # Its state and no value of its own, which the state may have from the address or from a recipe.
    st.session_state["train_epochs"] = max(1, min(longest, st.session_state.get("train_epochs", proposal)))
    epochs = st.slider(
        t("train.epochs"),
        1,
        longest,
        key="train_epochs",
        persist_state="session",
        help=t("train.epochs_help"),
    )
    keep("train", train_epochs=None if epochs == best.epochs else epochs)
    # By its key it is the same one, and stays open, while its head and what is above it change.
    with st.expander(boxes.head, icon=":material/tune:", key="train_more"):
        name = st.text_input(
            t("train.name"),
            max_chars=80,
            key="train_name",
            placeholder=t("train.name_auto"),
            persist_state="session",
            bind="query-params",
        )
        other_model()
        choose_start(key)
        typed = boxes.draw(
            without_effect(plan, data_set),
            {"learning_rate": lambda: range_test(plan, data_set, boxes.key("learning_rate"))},
        )
    say_taken()
    own = own_address(mix) if choice == "own" and mix is not None else None
    keep(
        "train",
        data=data_set.id,
        model=key,
        noise=None if choice == AS_IT_WAS else choice,
        own=own,
    )
    complete = mix is not None and None not in typed.values()
    valid = {name: boxes.usual[name] if value is None else value for name, value in typed.items()}
    plan = replace(plan, epochs=epochs, **valid | rest)
    try:
        plan.check()
    except NoiseLensError as error:
        show_error(error)
        complete = False
    recipe_file(plan, data_set.name)
    if complete:
        have_timed(plan, data_set)
    training = seconds_for(workspace(), plan, data_set)
    side = plan.network_side(data_set.size)
    with model_facts.container():
        st.caption(
            t("train.model_facts", size=f"{get_model(key).million_parameters:.1f}", time=span(training))
        )
        places = get_model(key).places(side)
        if places < FEW_PLACES:
            if plan.side:
                coarse = "train.few_places_chosen"
            else:
                coarse = "train.few_places" if side == data_set.size else "train.few_places_enlarged"
            said = t(coarse, size=data_set.size, side=side, places=places)
            st.caption(f":material/grid_on: {said}")
    tested = chosen_cells("train_test", plan.mix, data_set.table)
    testing = seconds_to_test(workspace(), plan, data_set, tested.noises, tested.severities, GRAD_CAM.passes)
    evaluate = st.toggle(
        t("train.evaluate", cells=tested.words, time=span(testing)),
        True,
        key="train_evaluate",
        persist_state="session",
        bind="query-params",
        help=t("train.evaluate_help"),
    )
    if evaluate:
        with st.expander(t("train.test_more"), icon=":material/fact_check:", key="train_test_more"):
            choose_cells("train_test", plan.mix, data_set.table)
    keep_cells("train", "train_test")
    disk = bytes_for(plan, data_set, *((tested.noises, tested.severities) if evaluate else ((), ())))
    takes = t("train.takes_disk", disk=size_words(disk))
    if seen := read_timing(workspace(), plan, data_set.size):
        takes = f"{takes} · {t('train.takes_memory', memory=size_words(seen.memory(plan.batch_size)))}"
    st.caption(f":material/save: {takes}")
    time_whole = training.with_start + testing if evaluate else training.with_start
    if training_jobs():
        st.caption(t("train.button_queue"))
    clicked = st.button(
        t(
            "train.button",
            what=literal(say(what_is_trained(plan, data_set.name))),
            place=t(f"train.place_{_place(plan)}"),
            time=span(time_whole),
        ),
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        key="train_go",
        disabled=not complete or (evaluate and not tested.complete),
    )
    if None in typed.values():
        st.caption(f":material/error: {t('train.mend')}")  # that may be folded
    if clicked and complete:
        try:
            recipe = as_started(workspace(), plan)
            newest = next(iter(list_runs(workspace())), None)
            double = (
                newest is not None and newest.recipe == recipe and time.time() - newest.created < TWICE_WITHIN
            )
            if double:
                st.toast(t("train.once"), icon=":material/check:")
            else:
                follow = {"noises": tested.noises, "severities": tested.severities}
                run, _ = submit_training(
                    workspace(), data_set, recipe, name.strip() or None, follow if evaluate else None
                )
                st.session_state[_STARTED] = run.label
        except NoiseLensError as error:
            show_error(error)
        if _STARTED in st.session_state:
            st.rerun()
    return started is not None


def have_timed(plan: Recipe, data_set: DataSet) -> None:
    """Have training timed in the background where that was not done yet and nothing else is at work; the page runs again
    when the time is known."""
    if read_timing(workspace(), plan, data_set.size) is None and not training_jobs() and timing.is_idle():
        try:
            timing.start_timing(workspace(), plan, data_set)
        except OSError:
            return  # told by what is known without
    run_again_when_changed(lambda: [key] if (key := timing.under_way(workspace())) else [])


def _place(plan: Recipe) -> str:
    """What it will be trained on: "cpu" or "gpu" where that was chosen or found, else "here".

    A computer that is found to have no GPU stays "here": the button is not to change its words for that.
    """
    if plan.device == "cpu":
        return "cpu"
    found = read_hardware(workspace())
    return "gpu" if plan.device == "cuda" or (found is not None and found["device"] != "cpu") else "here"
