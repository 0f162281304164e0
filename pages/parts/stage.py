"""The stage of the noise lab: original, noisy picture and difference, which move with the sliders.

It runs in the page (stage_files/), hears of each move of the noises' sliders (pages/parts/live_slider.py), and
fetches pictures from the live route while one of them moves.
"""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from core.live import LiveLab, Scene
from pages.parts.base_path import beginning
from pages.parts.i18n import t
from pages.parts.live_route import PATH
from pages.parts.numbers import percent

STAGE = "lab_stage"
_FILES = Path(__file__).with_name("stage_files")

_mounted = st.components.v2.component(
    "noiselens_stage",
    html=(_FILES / "view.html").read_text(encoding="utf-8"),
    css=(_FILES / "view.css").read_text(encoding="utf-8"),
    js="\n".join((_FILES / f"{name}.js").read_text(encoding="utf-8") for name in ("view", "hand")),
)

_answered = st.components.v2.component(
    "noiselens_answer", js=(_FILES / "said.js").read_text(encoding="utf-8")
)


def stage(
    live: LiveLab, scene: Scene, sliders: Mapping[str, tuple[int, str]], alt: Mapping[str, str]
) -> None:
    """Show the three pictures of a scene.

    Args:
        sliders: for the key of each slider's widget, the number of its noise in the scene and its parameter.
        alt: what "original", "noisy" and "difference" show, for those who cannot see them.
    """
    params = {number: layer.params for number, layer in scene.entries}
    values = {key: params[number][name] for key, (number, name) in sliders.items()}
    followed = set(sliders.values())
    rest = [
        (number, layer.noise, [v for name, v in layer.params.items() if (number, name) not in followed])
        for number, layer in scene.entries
    ]
    height, width = scene.clean.shape[:2]
    _mounted(
        key=STAGE,
        data={
            "url": f"{beginning(str(st.get_option('server.baseUrlPath')))}/{PATH}",
            "id": live.id,
            "base": scene.base,
            "photo": scene.photo,
            "stack": rest,
            "values": values,
            "sliders": {key: f"{number}.{name}" for key, (number, name) in sliders.items()},
            "width": width,
            "height": height,
            "alt": dict(alt),
            "words": {
                "original": t("preview.original"),
                "noisy": t("preview.noisy"),
                "difference": t("preview.difference", gain="{gain}"),
                "same": t("stage.same"),
                "figures": t("stage.figures"),
                "look": t("stage.look"),
                "side": t("stage.side"),
                "swipe": t("stage.swipe"),
                "swiped": t("stage.swiped"),
                "divider": t("stage.divider"),
                "gain": t("stage.gain"),
                "zoom": t("stage.zoom"),
                "closer": t("stage.closer"),
                "farther": t("stage.farther"),
                "hint": t("stage.hint"),
                "trouble": t("stage.trouble"),
            },
        },
        on_lost_change=lambda: None,
    )


def tell_stage(original: tuple[str, float], noisy: tuple[str, float], who: str = "", place: str = "") -> None:
    """Put a model's answers below the stage's pictures, for who does not see the sentence.

    They reach a stage that is on the page already: its pictures do not wait for a model.

    Args:
        original, noisy: the class as it is shown, and its probability 0..1.
        who: what the model is called, where there are two.
        place: tells a second model's answers apart.
    """
    answers = {"original": original, "noisy": noisy}
    data = {which: {"name": name, "share": percent(share)} for which, (name, share) in answers.items()}
    _answered(key=f"lab_said{place}", data={"place": place, "who": who, **data})
