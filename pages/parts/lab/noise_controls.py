"""The noise stack as cards: a slider or select a parameter, order, remove, add."""

from collections import Counter

import streamlit as st

from core.noise.catalogue import (
    FAMILIES,
    SEVERITIES,
    Param,
    Parameter,
    all_noises,
    get_noise,
)
from core.noise.stack import Layer
from pages.parts.choices import pills, segmented_control, selectbox
from pages.parts.chrome import named
from pages.parts.i18n import language, say, t
from pages.parts.lab.live_slider import live_slider
from pages.parts.lab.noise_search import options
from pages.parts.lab.session import ADD, FAMILY, Lab
from pages.parts.lab.stacked_noise import StackedNoise, severity_of
from pages.parts.parameter_words import BESIDE, parameter_words


def parameter_control(stacked: StackedNoise, parameter: Parameter) -> None:
    """The slider or select of one parameter, made from its declaration alone."""
    key, declared = stacked.parameter_key(parameter.name), parameter.declared
    label = parameter_words(declared)
    if isinstance(declared, Param):
        unit = BESIDE.get(declared.unit, "")
        value = float(stacked.params[parameter.name])
        live_slider(label, declared.lowest, declared.highest, value, declared.step, unit, key)
        return
    choices = list(declared.choices)
    selectbox(
        label,
        choices,
        index=choices.index(str(stacked.first_value(parameter.name))),
        format_func=lambda choice: declared.choices[choice][language()],
        key=key,
    )


def sliders_of(lab: Lab) -> dict[str, tuple[int, str]]:
    """The key of each slider's widget, with its noise's number and its parameter."""
    return {
        stacked.parameter_key(parameter.name): (stacked.number, parameter.name)
        for stacked in lab.stacked
        for parameter in get_noise(stacked.noise).parameters
        if isinstance(parameter.declared, Param)
    }


def _set_severity(stacked: StackedNoise, table: str) -> None:
    severity = stacked.chosen("severity")
    if isinstance(severity, int):
        stacked.put(get_noise(stacked.noise).at_severity(severity, table))


def _set_preset(stacked: StackedNoise) -> None:
    noise, key = get_noise(stacked.noise), stacked.chosen("preset")
    if isinstance(key, str):
        stacked.put(noise.checked(noise.presets[key].params))


def _presets(stacked: StackedNoise) -> None:
    """The named sets of parameters that the noise has."""
    noise = get_noise(stacked.noise)
    known = {key: noise.checked(preset.params) for key, preset in noise.presets.items()}
    if not known:
        return
    stacked.tell("preset", next((key for key in known if known[key] == stacked.params), None))
    pills(
        t("preview.presets"),
        list(known),
        format_func=lambda key: say(noise.presets[key].name),
        key=stacked.key("preset"),
        on_change=_set_preset,
        args=(stacked,),
        help="\n\n".join(f"**{say(preset.name)}**: {say(preset.about)}" for preset in noise.presets.values()),
    )


def noise_cards(lab: Lab, table: str) -> None:
    """The noises of the stack, and in its old place the one that was removed last."""
    removed = lab.removed
    for place in range(len(lab.stacked) + 1):
        if removed and removed.place == place:
            _undo(lab, say(get_noise(removed.stacked.noise).name))
        if place < len(lab.stacked):
            _noise_card(lab, place, table)


def _undo(lab: Lab, name: str) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="lab_undo"
    ):
        st.caption(t("preview.removed", noise=name), width="content")
        st.button(t("preview.undo"), icon=":material/undo:", type="tertiary", on_click=lab.put_back)


def _noise_card(lab: Lab, place: int, table: str) -> None:
    stacked = lab.stacked[place]
    noise = get_noise(stacked.noise)
    name = say(noise.name)
    with named(f"noise_{stacked.number}", border=True, gap="small"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap=None
        ):
            st.markdown(
                f"**{name}**",
                help="\n\n".join(
                    [
                        say(noise.sentence),
                        *([t("preview.held_out")] if noise.held_out else []),
                        t("tools.source", source=say(noise.source)),
                    ]
                ),
                width="content",
            )
            with st.container(horizontal=True, width="content", gap=None, key=f"icons_{stacked.number}"):
                for icon, words, action, args, possible in (
                    ("arrow_upward", "preview.move_up", lab.move, (place, -1), place > 0),
                    (
                        "arrow_downward",
                        "preview.move_down",
                        lab.move,
                        (place, 1),
                        place < len(lab.stacked) - 1,
                    ),
                    ("close", "preview.remove", lab.remove, (place,), True),
                ):
                    if possible:
                        st.button(
                            t(words, noise=name),
                            key=stacked.key(icon),
                            icon=f":material/{icon}:",
                            type="tertiary",
                            on_click=action,
                            args=args,
                        )
        severity = severity_of(stacked, table)
        stacked.tell("severity", severity)
        segmented_control(
            t("preview.severity" if severity else "preview.severity_custom"),
            SEVERITIES,
            key=stacked.key("severity"),
            on_change=_set_severity,
            args=(stacked, table),
            help=f"{t('preview.severity_help')} "
            + t(f"preview.severity_{'published' if noise.published(table) else 'ours'}"),
            width="stretch",
        )
        _presets(stacked)
        for parameter in noise.parameters:
            parameter_control(stacked, parameter)


def _add(lab: Lab, table: str) -> None:
    key = st.session_state[ADD]
    if key is not None and not lab.just_found(key):
        lab.add(Layer.at_severity(key, 3, table))
    st.session_state[ADD] = None


def add_noise(lab: Lab, table: str) -> None:
    """A search over the catalogue or one family of it; choosing adds the noise at severity 3."""
    number = Counter(noise.family for noise in all_noises())
    family = st.session_state.get(FAMILY)
    names = options(tuple(noise.key for noise in all_noises() if family in (None, noise.family)), language())
    selectbox(
        t("preview.add"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        key=ADD,
        placeholder=t("preview.search", n=len(names)),
        on_change=_add,
        args=(lab, table),
    )
    selectbox(
        t("preview.family"),
        [family for family in FAMILIES if number[family]],
        index=None,
        format_func=lambda key: f"{say(FAMILIES[key])} ({number[key]})",
        key=FAMILY,
        placeholder=t("preview.every_family"),
        label_visibility="collapsed",
        persist_state="session",
    )
