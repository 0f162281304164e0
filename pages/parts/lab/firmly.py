"""How firmly models say what they say of the noise lab's photo: fetched by the live route once a slider has rested."""

from collections.abc import Sequence
from typing import Any

from core.errors import NoiseLensError
from core.explanation.sureness import unsure
from core.lab.live import Answering
from core.lab.photo import Photo
from core.noise.stack import Layer
from core.pixels import Image
from core.words import Language
from pages.parts.firmness import unsure_below
from pages.parts.i18n import speaking, t
from pages.parts.lab.answer import Asked, with_noise
from pages.parts.numbers import percent
from pages.parts.services import classifiers


def holding(asked: Sequence[Asked], clean: Photo, language: Language) -> Answering:
    """What `core.lab.live.LiveLab.firmly` asks: the place of each model and a sentence, in the visitor's language.

    Args:
        asked, clean: as of `pages.parts.lab.answer.answering`.
    """

    def answers(stack: list[Layer], noisy: Image) -> list[dict[str, object]]:
        with speaking(language):
            return [{"place": each.place, "held": _held(each, stack, noisy, clean)} for each in asked]

    return answers


def _held(asked: Asked, stack: list[Layer], noisy: Image, clean: Photo) -> str:
    """In how many mild versions the answer stays, and whether it is too unsure to be one; "" where nothing can be asked."""
    now = asked.shown
    if not stack:
        image, image_id = now.prepared, now.photo.id
    else:
        image = noisy if now.photo.id == clean.id else with_noise(now, stack)
        image_id = now.noisy_id(stack)
    try:
        said = classifiers.explained(now.model, image, image_id)
        held = classifiers.held_firmly(now.model, image, image_id, said.prediction)
    except NoiseLensError:
        return ""  # said where the answer would stand
    share, least = float(said.probabilities.max()), unsure_below(now.model)
    figures: dict[str, Any] = {"kept": held.kept, "of": held.of}
    if least is not None and share < least:
        return t("preview.held_below", least=percent(least), **figures)
    return t("preview.held_unsure" if unsure(share, said.guessing) else "preview.held", **figures)
