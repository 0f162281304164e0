"""The stage of the noise lab: original, noisy picture and difference, which move with the sliders.

It runs in the page (stage_files/), hears of each move of the noises' sliders (pages/parts/lab/live_slider.py), fetches
pictures from the live route while one of them moves, and what models say of the picture where it comes to rest.
"""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from core.lab.live import LiveLab, Scene
from pages.parts.base_path import LIVE, beginning
from pages.parts.i18n import language, t

STAGE = "lab_stage"
_FILES = Path(__file__).with_name("stage_files")

_mounted = st.components.v2.component(
    "noiselens_stage",
    html=(_FILES / "view.html").read_text(encoding="utf-8"),
    css=(_FILES / "view.css").read_text(encoding="utf-8"),
    js="\n".join(
        (_FILES / f"{name}.js").read_text(encoding="utf-8") for name in ("view", "hand", "answers", "courier")
    ),
)


def stage(
    live: LiveLab,
    scene: Scene,
    sliders: Mapping[str, tuple[int, str]],
    alt: Mapping[str, str],
    models: Mapping[str, str],
) -> None:
    """Show the three pictures of a scene, and let what models say of them follow.

    Args:
        sliders: for the key of each slider's widget, the number of its noise in the scene and its parameter.
        alt: what "original", "noisy" and "difference" show, for those who cannot see them.
        models: the model that is asked, for each place where an answer stands (pages/parts/lab/answer.py).
    """
    params = {number: layer.params for number, layer in scene.layers}
    values = {key: params[number][name] for key, (number, name) in sliders.items()}
    followed = set(sliders.values())
    rest = [
        (number, layer.noise, [v for name, v in layer.params.items() if (number, name) not in followed])
        for number, layer in scene.layers
    ]
    height, width = scene.clean.pixels.shape[:2]
    _mounted(
        key=STAGE,
        data={
            "url": f"{beginning(str(st.get_option('server.baseUrlPath')))}/{LIVE}",
            "id": live.id,
            "base": scene.base,
            "photo": scene.photo,
            "stack": rest,
            "values": values,
            "sliders": {key: f"{number}.{name}" for key, (number, name) in sliders.items()},
            "models": dict(models),
            "language": language(),
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
