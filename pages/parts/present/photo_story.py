"""The story of one photo, told with a network that knows everyday things: what it sees, what noise does to that, what counted,
how firmly it answers, where it breaks, and what remains unknown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from core.charts.drawing import noise_label
from core.explanation.overlay import overlay, shared_scale
from core.explanation.sureness import unsure
from core.lab.photo import Photo
from core.lab.showcase import MODEL, NOISE
from core.networks.imagenet import imagenet_labels
from core.noise.catalogue import SEVERITIES
from core.noise.stack import Layer, apply_stack
from core.pixels import Image
from core.words import plain
from pages.parts.i18n import language, say, t
from pages.parts.numbers import answer, percent
from pages.parts.present.slides import Shown, Slide, escaped, said, with_dots
from pages.parts.services.classifiers import explained, held_firmly

if TYPE_CHECKING:
    from core.explanation.classifier import Explanation

_TABLE = "imagenet_c"
LEVELS = SEVERITIES


@dataclass(frozen=True)
class PhotoStory:
    """What is told, at the severity of the moment."""

    photo: Photo
    severity: int

    def slides(self) -> Sequence[Callable[[], Slide]]:
        return (self.sees, self.noise, self.counted, self.firmly, self.grows, self.unknown)

    def _layers(self, level: int) -> list[Layer]:
        return [Layer.at_severity(NOISE, level, _TABLE)] if level else []

    def _pixels(self, level: int) -> Image:
        return apply_stack(self.photo.pixels, self._layers(level)) if level else self.photo.pixels

    def _id(self, level: int) -> str:
        return self.photo.under(self._layers(level), 0, None)

    def _said(self, level: int) -> "Explanation":
        return explained(MODEL, self._pixels(level), self._id(level))

    @cached_property
    def _noise_name(self) -> str:
        return escaped(noise_label(NOISE, language()))

    def _name(self, one: "Explanation", place: int = 0) -> str:
        key = one.top(place + 1)[place][0]
        return say(imagenet_labels().get(key, plain(key)))

    def _answer(self, level: int) -> str:
        """As HTML; nobody has said what the photo shows, so nothing is right or wrong."""
        found = self._said(level)
        share = float(found.probabilities.max())
        words = said(answer(self._name(found), share), None)
        return f"{words} {escaped(t('present.unsure'))}" if unsure(share, found.guessing) else words

    def _shown(self, level: int) -> Shown:
        where = t("present.clean" if level == 0 else "present.noisy")
        alt = t("present.alt_photo", where=where, name=self._name(self._said(level)))
        return Shown(self._pixels(level), self._answer(level), alt, level == 0)

    def sees(self) -> Slide:
        found = self._said(0)
        framed, dots = with_dots(self.photo.pixels)
        others = ", ".join(
            escaped(answer(self._name(found, place), found.top(3)[place][1])) for place in (1, 2)
        )
        return Slide(
            (replace(self._shown(0), pixels=framed), Shown(dots, t("present.dots"), t("present.alt_dots"))),
            t("present.sees"),
            (t("present.photo_sees", n=f"{len(found.classes):,}", others=others),),
        )

    def noise(self) -> Slide:
        kept = self._said(0).prediction == self._said(self.severity).prediction
        return Slide(
            (self._shown(0), self._shown(self.severity)),
            t("present.noise_kept" if kept else "present.noise_changed"),
            (t("present.noise_about", noise=self._noise_name, severity=self.severity),),
            slider=True,
        )

    def counted(self) -> Slide:
        found = [self._said(0), self._said(self.severity)]
        scale = shared_scale([one.attribution for one in found])
        pictures = []
        for level, one in zip((0, self.severity), found, strict=True):
            assert one.attribution is not None
            where, name = t("present.clean" if level == 0 else "present.noisy"), self._name(one)
            drawn = overlay(self._pixels(level), one.attribution, scale, one.region)
            caption = f"{where}: {t('present.counted_for', name=escaped(name))}"
            pictures.append(Shown(drawn, caption, t("present.alt_counted", where=where, name=name), True))
        return Slide(pictures, t("present.counted"), (t("present.counted_about"),), slider=True)

    def firmly(self) -> Slide:
        found = self._said(0)
        held = held_firmly(MODEL, self.photo.pixels, self.photo.id, found.prediction)
        kind = "all" if held.kept == held.of else "some"
        return Slide(
            (self._shown(0),),
            t(f"present.firmly_{kind}", kept=held.kept, of=held.of),
            (t("present.firmly_about"),),
        )

    def grows(self) -> Slide:
        """The photo at each severity, and the first at which the answer is another one."""
        first = self._said(0).prediction
        turned = next((level for level in LEVELS if self._said(level).prediction != first), None)
        heading = t("present.grows_never") if turned is None else t("present.grows_at", severity=turned)
        return Slide(
            tuple(self._shown(level) for level in (0, 1, 3, 5)),
            heading,
            (t("present.grows_about", noise=self._noise_name),),
        )

    def unknown(self) -> Slide:
        share = percent(float(self._said(0).probabilities.max()))
        lines = (
            t("present.unknown_cause"),
            t("present.unknown_photo", share=share),
            t("present.unknown_trained"),
        )
        return Slide((self._shown(0),), t("present.unknown"), lines)
