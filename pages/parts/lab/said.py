"""Where the noise lab's models say what they see, and what stands there until they can."""

from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import NoiseLensError, WeightsMissing
from pages.parts.clock import draw_again
from pages.parts.i18n import literal, say, t
from pages.parts.lab.answer import Asked
from pages.parts.lab.session import Lab
from pages.parts.messages import show_error
from pages.parts.pictures import overlay_legend
from pages.parts.services import classifiers

_FILES = Path(__file__).with_name("answer_files")


def _read(*names: str) -> str:
    return "\n".join((_FILES / name).read_text(encoding="utf-8") for name in names)


_sentence, _counted = (
    st.components.v2.component(
        f"noiselens_{name}",
        html=_read(f"{name}.html"),
        css=_read(f"{name}.css"),
        js=_read("answered.js", f"{name}.js"),
    )
    for name in ("sentence", "counted")
)


def state_of_model(lab: Lab, model: str) -> Literal["ready", "loading"] | NoiseLensError:
    """Whether a model can be asked, or why it cannot."""
    if model in lab.missing:
        return lab.missing[model]
    if not classifiers.classifier_ready(model, start=False):
        return "loading"
    try:
        classifiers.classifier(model)
    except WeightsMissing as error:
        lab.missing[model] = error
        return error
    except NoiseLensError as error:
        return error
    return "ready"


def model_says(
    lab: Lab,
    asked: Asked,
    state: Literal["ready", "loading"] | NoiseLensError,
    verdict: DeltaGenerator,
    below: DeltaGenerator,
) -> None:
    """One model's sentence into `verdict` and what counted for it into `below`, or that it is being loaded.

    What they say comes by the live route (pages/parts/lab/answer.py), with no need of a run of the page.
    """
    model = asked.shown.model
    if state == "loading":
        with verdict, st.container(border=True, key=f"lab_loading{asked.place}"):
            st.markdown(f":material/hourglass_top: {t('preview.loading')}")
        with below:
            _while_loading(lab, model, asked.place)
    elif isinstance(state, WeightsMissing):
        with verdict:
            _not_here(lab, model, asked.who)
    elif isinstance(state, NoiseLensError):
        with verdict:
            show_error(state)
    else:
        common = {"place": asked.place, "who": asked.who, "pending": t("preview.looking")}
        with verdict:
            _sentence(
                key=f"lab_sentence{asked.place}",
                data={**common, "level": 4 if asked.who else 2, "held_help": t("explain.held_help")},
                height="stretch" if asked.who else "content",  # two stand beside each other
            )
        with below:
            height, width = asked.shown.prepared.shape[:2]
            size = {"width": width, "height": height}
            _counted(
                key=f"lab_counted{asked.place}",
                data={**common, **size, "colours": overlay_legend(t("parts.legend_shared"))},
            )


def _while_loading(lab: Lab, model: str, place: str) -> None:
    """Places of the final size until torch and the weights are loaded; the pictures above can be used.

    Loading begins when those pictures have left, with the clock's first tick: an import takes turns with them.
    """
    classifiers.classifier_ready(model, start=lab.shown)
    lab.shown = True
    for column in st.columns(3):
        column.skeleton(height=320)
    draw_again(f"loading{place}", 0.8)


def _not_here(lab: Lab, model: str, who: str) -> None:
    """That a model could not be downloaded, where its answer would stand; it is asked for again on request only."""
    error = lab.missing[model]
    with st.container(border=True, height="stretch" if who else "content", gap="small"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
        ):
            st.caption(literal(str(error.values["model"])), width="content")
            st.button(
                t("preview.try_again"),
                icon=":material/refresh:",
                type="tertiary",
                key=f"lab_again_{model}",
                on_click=lab.ask_again,
                args=(model,),
            )
        st.markdown(f":material/cloud_off: {literal(say(error.said_briefly))}", help=literal(say(error.said)))
