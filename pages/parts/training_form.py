"""The form that starts a training run: four choices with good answers, the rest folded away."""

import time

import streamlit as st

from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.evaluation.job import checked_noises
from core.jobs.queue import Job, list_jobs
from core.noise.catalogue import SEVERITIES
from core.noise.mix import Mix
from core.noise.stack import LARGEST_SEED
from core.showcase import read_hardware
from core.training.estimate import seconds_for, seconds_to_test
from core.training.job import submit_training
from core.training.recipe import Recipe, get_model
from core.training.runs import list_runs
from core.words import Text, plain
from models.registry import models
from pages.parts.address import adopt, keep
from pages.parts.how_sure import warn_of_few
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error, show_top
from pages.parts.mix import MIXES, mix_editor, mix_sentence, samples
from pages.parts.number_field import number_field
from pages.parts.progress import span
from pages.parts.services import workspace

NOISE_CHOICES = [*MIXES, "own"]
DEVICES = ["auto", "cpu", "cuda"]
TRAINING = ("train", "study", "evaluate")
"""Kinds of job that train or test."""
TWICE_WITHIN = 3.0
"""Seconds in which a second click on Train with the same choices is taken for a double click."""


def training_jobs() -> list[Job]:
    """What trains or tests now, or waits to."""
    return [job for job in list_jobs(workspace(), active=True) if job.kind in TRAINING]


def devices() -> list[str]:
    """What training may be told to run on here: CUDA unless this computer has been found to have none."""
    found = read_hardware(workspace())
    return [one for one in DEVICES if one != "cuda" or found is None or found["device"] == "cuda"]


def training_form(data_sets: list[DataSet]) -> None:
    by_id = {one.id: one for one in data_sets}
    # The address keeps the choices through a reload: numbers and switches by Streamlit's own binding, and what
    # would stand there by its label, in one language, as its key.
    kinds = {
        "data": (Text(en="data set", ko="데이터 세트"), {one.id: plain(one.name) for one in data_sets}),
        "model": (Text(en="model", ko="모델"), {key: plain(spec.name) for key, spec in models().items()}),
        "noise": (Text(en="mix", ko="노이즈 섞기"), {key: plain(key) for key in NOISE_CHOICES}),
        "device": (Text(en="device", ko="장치"), {key: plain(key) for key in devices()}),
    }
    for field, (kind, known) in kinds.items():
        adopt("train", field, f"train_{field}", kind, known)
    data_id = st.selectbox(
        t("train.data"),
        list(by_id),
        format_func=lambda key: t(
            "train.data_option",
            name=by_id[key].name,
            images=f"{by_id[key].card['images']:,}",
            classes=len(by_id[key].classes),
        ),
        key="train_data",
        persist_state="session",
    )
    data_set = by_id[str(data_id)]
    warn_of_few(data_set.split_counts["test"], data_set.tested)

    def planned(key: str, **values: object) -> Recipe:
        return Recipe(data_set.id, data_set.card["fingerprint"], key, **values)  # type: ignore[arg-type]

    epochs_now = int(st.session_state.get("train_epochs", 8))
    key = str(
        st.selectbox(
            t("train.model"),
            list(models()),
            format_func=lambda key: t(
                "train.model_option",
                name=get_model(key).name,
                size=f"{get_model(key).million_parameters:.1f}",
                time=span(seconds_for(workspace(), planned(key, epochs=epochs_now), data_set)),
            ),
            key="train_model",
            persist_state="session",
            help=t("train.model_help"),
        )
    )
    choice = st.pills(
        t("train.noise"),
        NOISE_CHOICES,
        default="demo",
        required=True,
        format_func=lambda one: t(f"train.noise_{one}"),
        key="train_noise",
        wrap=True,
        persist_state="session",
        help=t("train.noise_help"),
    )
    try:
        mix = mix_editor() if choice == "own" else Mix.from_texts(MIXES[str(choice or "demo")])
    except NoiseLensError as error:
        show_error(error)
        mix = None
    if mix is not None:
        with st.container(border=True):
            st.markdown(mix_sentence(mix))
            samples(data_set, mix, max(0, int(st.session_state.get("train_seed", 0))))
    epochs = st.slider(
        t("train.epochs"),
        1,
        50,
        8,
        key="train_epochs",
        persist_state="session",
        bind="query-params",
        help=t("train.epochs_help"),
    )
    with st.expander(t("train.more"), icon=":material/tune:"):
        name = st.text_input(
            t("train.name"),
            max_chars=80,
            key="train_name",
            placeholder=t("train.name_auto"),
            persist_state="session",
            bind="query-params",
        )
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
            3e-3,
            1e-3,
            format="%g",
            key="train_rate",
            persist_state="session",
            bind="query-params",
        )
        batch = st.select_slider(
            t("train.batch"),
            [16, 32, 64, 128, 256],
            64,
            key="train_batch",
            persist_state="session",
            bind="query-params",
        )
        pretrained = get_model(key).weights is not None and st.toggle(
            t("train.pretrained"),
            key="train_pretrained",
            persist_state="session",
            bind="query-params",
            help=t("train.pretrained_help"),
        )
        device = st.segmented_control(
            t("train.device"),
            devices(),
            default="auto",
            required=True,
            format_func=lambda one: t(f"train.device_{one}"),
            key="train_device",
            persist_state="session",
            help=t("train.device_help" if "cuda" in devices() else "train.device_none"),
        )
    own = ",".join(st.session_state["train_own"]) if choice == "own" else None
    keep("train", data=data_set.id, model=key, noise=choice, own=own, device=device)
    plan = planned(key, mix=mix or Mix(), epochs=epochs, pretrained=pretrained, device=str(device or "auto"))
    testing = seconds_to_test(workspace(), plan, data_set, len(checked_noises(None, mix)) * len(SEVERITIES))
    evaluate = st.toggle(
        t("train.evaluate", n=len(checked_noises(None, mix)), time=span(testing)),
        True,
        key="train_evaluate",
        persist_state="session",
        bind="query-params",
        help=t("train.evaluate_help"),
    )
    training = seconds_for(workspace(), plan, data_set).with_start
    clicked = st.button(
        t(
            "train.button_queue" if training_jobs() else "train.button",
            time=span(training + testing if evaluate else training),
        ),
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        key="train_go",
        disabled=mix is None or seed is None or rate is None,
    )
    if seed is None or rate is None:
        st.caption(f":material/error: {t('train.mend')}")  # "More" may be folded
    if clicked and mix is not None and seed is not None and rate is not None:
        try:
            recipe = Recipe.make(
                data_set_id=data_set.id,
                data_set_fingerprint=data_set.card["fingerprint"],
                model=key,
                mix=mix,
                epochs=int(epochs),
                seed=seed,
                batch_size=int(batch),
                learning_rate=rate,
                pretrained=bool(pretrained),
                device=str(device or "auto"),
            )
            newest = next(iter(list_runs(workspace())), None)
            double = (
                newest is not None and newest.recipe == recipe and time.time() - newest.created < TWICE_WITHIN
            )
            if double:
                st.toast(t("train.once"), icon=":material/check:")
            else:
                run, _ = submit_training(
                    workspace(),
                    data_set,
                    recipe,
                    name.strip() or None,
                    {"noises": None} if evaluate else None,
                )
                st.toast(t("train.queued", name=literal(say(run.label))), icon=":material/check:")
                show_top()
        except NoiseLensError as error:
            show_error(error)
