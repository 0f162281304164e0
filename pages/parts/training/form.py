"""The form that starts a training run: four choices with good answers, the rest folded away."""

import time

import streamlit as st

from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.explanation.methods.grad_cam import GRAD_CAM
from core.jobs.queue import Job, list_jobs
from core.lab.showcase import read_hardware
from core.noise.mix import Mix
from core.noise.stack import LARGEST_SEED
from core.runs.estimate import seconds_for, seconds_to_test
from core.runs.proposals import proposed
from core.runs.recipe import HEAD_RATE, PRETRAINED_RATE, RANDOM, RATE, Recipe, checked_device, get_model
from core.runs.runs import list_runs
from core.training.job import as_started, submit_training, what_is_trained
from core.words import Text, plain
from pages.parts.address import adopt, keep
from pages.parts.choices import pills, segmented_control, select_slider, selectbox
from pages.parts.how_sure import warn_of_few
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error, show_place
from pages.parts.number_field import number_field
from pages.parts.progress import span
from pages.parts.services import workspace
from pages.parts.test_cells import adopt_cells, choose_cells, chosen_cells, keep_cells
from pages.parts.training.mix import MIXES, mix_editor, mix_sentence, own_address, samples
from pages.parts.training.model_choice import choose_start, other_model
from pages.parts.training.preset_choice import preset_choice
from pages.parts.training.start_choice import followed, model_choice, rate_key, start_choice
from pages.parts.training.taken_over import AS_IT_WAS, is_new, say_taken, taken

NOISE_CHOICES = [*MIXES, "preset", "own"]
DEVICES = ["auto", "cpu", "cuda"]
_STARTED = "train_started"
"""Session: the label of the run that the click before this run has queued."""
FEW_PLACES = 7
"""Along a side of a Grad-CAM map: with fewer it says little of where."""
TWICE_WITHIN = 3.0
"""Seconds in which a second click on Train with the same choices is taken for a double click."""


def training_jobs() -> list[Job]:
    """What trains or tests now, or waits to."""
    return [job for job in list_jobs(workspace(), active=True) if job.group == "learning"]


def devices() -> list[str]:
    """What training may be told to run on here: CUDA unless this computer has been found to have none."""
    found = read_hardware(workspace())
    return [one for one in DEVICES if one != "cuda" or found is None or found["device"] == "cuda"]


def training_form(data_sets: list[DataSet]) -> bool:
    """The form; whether the click before this run has queued what was chosen on it."""
    by_id = {one.id: one for one in data_sets}
    filled_from = taken()
    choices = [*NOISE_CHOICES, *([AS_IT_WAS] if filled_from and filled_from.mix else [])]
    if filled_from and is_new():
        st.toast(t("train.taken", name=literal(say(filled_from.name))), icon=":material/content_copy:")
        show_place("train_new")
    # The address keeps the choices through a reload: numbers and switches by Streamlit's own binding, and what
    # would stand there by its label, in one language, as its key.
    kinds = {
        "data": (Text(en="data set", ko="데이터 세트"), {one.id: plain(one.name) for one in data_sets}),
        "noise": (Text(en="mix", ko="노이즈 섞기"), {key: plain(key) for key in choices}),
        "device": (Text(en="device", ko="장치"), {key: plain(key) for key in devices()}),
    }
    for field, (kind, known) in kinds.items():
        adopt("train", field, f"train_{field}", kind, known)
    adopt_cells("train", "train_test")
    started = st.session_state.pop(_STARTED, None)
    if started is not None:
        # The next model is another one: under this name it would only get a number.
        st.session_state["train_name"] = ""
        st.toast(t("train.queued", name=literal(say(started))), icon=":material/check:")
    data_id = selectbox(
        t("train.data"),
        list(by_id),
        format_func=lambda key: by_id[key].name,
        key="train_data",
        persist_state="session",
    )
    data_set = by_id[str(data_id)]
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
            mix = mix_editor() if choice == "own" else Mix.from_texts(MIXES[str(choice or "demo")])
    except NoiseLensError as error:
        show_error(error)
    if choice != "preset":
        keep("train", preset=None, preset_of=None)
    best = proposed(data_set, key, start, trains)
    rest = filled_from.rest if filled_from is not None else {}
    if start != RANDOM:  # the boxes say both
        rest = {name: value for name, value in rest.items() if name not in ("start", "trains")}
    rest = {"start": start, "trains": trains, **rest, **decided}
    if mix is not None:
        with st.container(border=True):
            if mix.noises or not decided.get("augmentation"):
                st.markdown(mix_sentence(mix))
            if held_out := mix.held_out_sentence():
                st.caption(f":material/warning: {literal(say(held_out))}")
            samples(
                data_set,
                mix,
                max(0, int(st.session_state.get("train_seed", 0))),
                rest.get("augmentation", ""),
            )
    epochs = st.slider(
        t("train.epochs"),
        1,
        max(50, st.session_state.get("train_epochs", 8)),
        followed("train_epochs", best.epochs),
        key="train_epochs",
        persist_state="session",
        bind="query-params",
        help=t("train.epochs_help"),
    )
    # By its key it is the same one, and stays open, while what is above it changes.
    with st.expander(t("train.more"), icon=":material/tune:", key="train_more"):
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
        seed = number_field(
            t("train.seed"),
            0,
            LARGEST_SEED,
            0,
            key="train_seed",
            persist_state="session",
            bind="query-params",
            help=t("train.seed_help"),
        )
        rate = number_field(
            t("train.rate"),
            1e-6,
            1.0,
            best.learning_rate,
            1e-3,
            format="%g",
            key=rate_key(start, trains),
            persist_state="session",
            bind="query-params",
            help=t(
                "train.rate_help", scratch=f"{RATE:g}", imagenet=f"{PRETRAINED_RATE:g}", head=f"{HEAD_RATE:g}"
            ),
        )
        batch = select_slider(
            t("train.batch"),
            sorted({16, 32, 64, 128, 256, st.session_state.get("train_batch", 64)}),
            value=64,
            key="train_batch",
            persist_state="session",
            bind="query-params",
        )
        device = segmented_control(
            t("train.device"),
            devices(),
            default="auto",
            required=True,
            format_func=lambda one: t(f"train.device_{one}"),
            key="train_device",
            persist_state="session",
            help=t("train.device_help" if "cuda" in devices() else "train.device_none"),
        )
    say_taken()
    own = own_address() if choice == "own" else None
    keep(
        "train",
        data=data_set.id,
        model=key,
        noise=None if choice == AS_IT_WAS else choice,
        own=own,
        device=device,
    )
    plan = Recipe(
        data_set.id,
        data_set.card.fingerprint,
        key,
        mix or Mix(),
        epochs=epochs,
        device=checked_device(str(device or "auto")),
        **rest,
    )
    training = seconds_for(workspace(), plan, data_set)
    side = plan.network_side(data_set.size)
    with model_facts.container():
        st.caption(
            t("train.model_facts", size=f"{get_model(key).million_parameters:.1f}", time=span(training))
        )
        places = get_model(key).places(side)
        if places < FEW_PLACES:
            said = t(
                "train.few_places" if side == data_set.size else "train.few_places_enlarged",
                size=data_set.size,
                side=side,
                places=places,
            )
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
        disabled=mix is None or seed is None or rate is None or (evaluate and not tested.complete),
    )
    if seed is None or rate is None:
        st.caption(f":material/error: {t('train.mend')}")  # "More" may be folded
    if clicked and mix is not None and seed is not None and rate is not None:
        try:
            asked = Recipe.make(
                data_set_id=data_set.id,
                data_set_fingerprint=data_set.card.fingerprint,
                model=key,
                mix=mix,
                epochs=int(epochs),
                seed=seed,
                batch_size=int(batch),
                learning_rate=rate,
                device=str(device or "auto"),
                **rest,
            )
            recipe = as_started(workspace(), asked)
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


def _place(plan: Recipe) -> str:
    """What it will be trained on: "cpu" or "gpu" where that was chosen or found, else "here".

    A computer that is found to have no GPU stays "here": the button is not to change its words for that.
    """
    if plan.device == "cpu":
        return "cpu"
    found = read_hardware(workspace())
    return "gpu" if plan.device == "cuda" or (found is not None and found["device"] != "cpu") else "here"
