"""What models say of the noise lab's photo, clean and noisy, and what counted for it: as the live route sends it."""

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.errors import NoiseLensError
from core.explanation.overlay import WHOLE, overlay, shared_scale
from core.explanation.sureness import unsure, wavers
from core.explanation.views import enlarged
from core.images import encode_jpeg
from core.lab.live import Answering
from core.lab.photo import Photo
from core.noise.stack import Layer, apply_stack
from core.pixels import Image
from core.words import Language
from pages.parts.i18n import say, speaking, t
from pages.parts.lab.answer_bars import answer_bars
from pages.parts.lab.shown import Shown
from pages.parts.numbers import answer, percent
from pages.parts.pictures import JPEG_QUALITY
from pages.parts.services import classifiers

if TYPE_CHECKING:
    from core.explanation.classifier import Explanation

KNOWN_SHOWN = 8
"""Classes of a run that are named below its answer."""
LEAST_SHOWN = 256
"""Smaller pictures are shown enlarged to this, px."""


@dataclass(frozen=True)
class Asked:
    """A model that the lab asks."""

    shown: Shown
    """The photo as this model takes it; the noises of the moment come with each question."""
    who: str = ""
    """What the model is called, where there are two."""
    place: str = ""
    """Tells a second model's answer apart."""


def answering(asked: Sequence[Asked], clean: Photo, language: Language) -> Answering:
    """What `core.lab.live.LiveLab.answers` asks: a dictionary for each model, in the visitor's language.

    Args:
        asked: models that are in memory.
        clean: the lab's picture; a model that takes it at another size has its own.
    """
    own = [each.shown.photo.id != clean.id for each in asked]

    def answers(stack: list[Layer], noisy: Image) -> list[dict[str, object]]:
        with speaking(language):
            return [
                _answer(each, stack, with_noise(each.shown, stack) if separate else noisy)
                for each, separate in zip(asked, own, strict=True)
            ]

    return answers


def with_noise(now: Shown, stack: list[Layer]) -> Image:
    """The photo at this model's size under the noises of the moment."""
    return apply_stack(now.prepared, stack, now.seed, second=now.second)


def _answer(asked: Asked, stack: list[Layer], noisy: Image) -> dict[str, object]:
    """See answer_files/ and stage_files/view.js, which show it. What begins with `headline` and `bars` is HTML."""
    now = replace(asked.shown, stack=stack, noisy=noisy)
    names: dict[str, object] = {"place": asked.place, "who": asked.who}
    try:
        clean = classifiers.explained(now.model, now.prepared, now.photo.id)
        said = classifiers.explained(now.model, noisy, now.noisy_id(stack)) if stack else clean
    except NoiseLensError as error:
        return names | {"error": say(error.said)}
    of_pictures = {
        which: {"name": name, "share": percent(share)}
        for which, one in (("original", clean), ("noisy", said))
        for name, share in now.named(one, 1)
    }
    return names | {
        "headline": headline(now, clean, said),
        "knows": _knows(now, clean.classes),
        "bars": _bars(now, clean, said),
        "help": t("preview.counted_help", seen=t("preview.square") if clean.region != WHOLE else ""),
        "counted": _counted(now, clean, said),
        **of_pictures,
    }


def headline(now: Shown, clean: "Explanation", noisy: "Explanation") -> str:
    """Does the model change its mind? As HTML."""
    ((before, sure),), ((after, sure_after),) = now.named(clean, 1), now.named(noisy, 1)
    first = f'<mark class="before">{html.escape(answer(before, sure))}</mark>'
    then = f'<mark class="after">{html.escape(answer(after, sure_after))}</mark>'
    guess = "_unsure" if unsure(sure, clean.guessing) else ""
    if not now.stack:
        return t(f"preview.sees{guess}", before=first)
    if clean.prediction == noisy.prediction:
        return t(f"preview.keeps{guess}", before=first, sure_after=percent(sure_after))
    lost = "_lost" if unsure(sure_after, noisy.guessing) else ""
    second, close = clean.top(2)[1]
    tipped = "_wavers" if wavers(sure, close) and second == noisy.classes[noisy.prediction] else ""
    return t(f"preview.changes{guess or lost or tipped}", before=first, after=then)


def _knows(now: Shown, classes: Sequence[str]) -> str | None:
    """Of a run: any photo gets one of its few classes, with confidence."""
    if now.size is None:
        return None
    more = f" … (+{len(classes) - KNOWN_SHOWN})" if len(classes) > KNOWN_SHOWN else ""
    return t("preview.knows", classes=", ".join(map(now.label, classes[:KNOWN_SHOWN])) + more)


def _bars(now: Shown, clean: "Explanation", noisy: "Explanation") -> str:
    """The likeliest classes of both."""
    keys = [key for key, _ in (*clean.top(), *noisy.top())]
    first, then = (
        {key: float(said.probabilities[said.classes.index(key)]) for key in keys} for said in (clean, noisy)
    )
    alt = t(
        "preview.chart_alt",
        clean=", ".join(f"{name} {percent(share)}" for name, share in now.named(clean)),
        noisy=", ".join(f"{name} {percent(share)}" for name, share in now.named(noisy)),
    )
    return answer_bars(first, then, alt, now.label)


def _counted(now: Shown, clean: "Explanation", noisy: "Explanation") -> dict[str, dict[str, str]]:
    """What counted for either."""
    scale = shared_scale([clean.attribution, noisy.attribution])
    pictures = {}
    for which, image, said in (("original", now.prepared, clean), ("noisy", now.noisy, noisy)):
        name = now.label(said.classes[said.target])
        with_map = said.attribution is not None
        drawn = (
            image
            if said.attribution is None
            else overlay(image, said.attribution, scale=scale, region=said.region)
        )
        jpeg = encode_jpeg(shown(drawn), JPEG_QUALITY)
        no_map = t("elsewhere.lab_no_map")
        pictures[which] = {
            "source": f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode('ascii')}",
            "caption": t(f"preview.counted_{which}", name=name) if with_map else no_map,
            "alt": t(f"preview.counted_{which}_alt", name=name) if with_map else no_map,
        }
    return pictures


def shown(image: Image) -> Image:
    """A picture of a data set's size enlarged, so that its pixels can be seen; others as they are."""
    return enlarged(image, LEAST_SHOWN) if image.shape[0] < LEAST_SHOWN / 2 else image
