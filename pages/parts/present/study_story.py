"""The story of a study, told to people who don't program: what a classifier sees, what noise does, what counted, what training
with noise changes, and what remains unknown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.charts.drawing import noise_label
from core.data.builtin.sets import SWAPPED_KIND
from core.data.dataset import DataSet
from core.evaluation.galleries import Pairs, overlap
from core.evaluation.map_numbers import beside_chance
from core.evaluation.predictions import decode_map, noisy_picture
from core.explanation.overlay import overlay, shared_scale
from core.explanation.views import enlarged
from core.noise.catalogue import CLEAN
from core.pixels import Image
from core.studies.story import Beside, Story, Tested, against, example, turned
from pages.parts.i18n import language, say, t
from pages.parts.numbers import percent
from pages.parts.present.bar import likeness
from pages.parts.present.slides import FIRST_SEVERITY, Shown, Slide, escaped, said, with_dots
from pages.parts.services.evaluations import chance_level, pairs_of

_MAP_SIDE = 320
"""Least side of a picture with a map, px."""
_EXAMPLES = 4
_NAMED = 4
"""Classes that are named; of more their number is told."""


def only_guesses(tested: Tested) -> str:
    """That of a run, as plain words."""
    numbers = {"clean": percent(tested.clean), "guessing": percent(tested.guessing)}
    return t("present.guesses", name=say(tested.run.label), **numbers)


@dataclass(frozen=True)
class StudyStory:
    """What is told, at the severity of the moment."""

    story: Story
    data_set: DataSet
    severity: int

    def slides(self) -> Sequence[Callable[[], Slide]]:
        if self.story.second is None:
            last = [self.untrained]
        else:
            last = [self.trained, self.every_noise] if len(self.story.beside) > 1 else [self.trained]
        return (self.sees, self.noise, self.counted, self.many, *last, self.unknown)

    @cached_property
    def classes(self) -> list[str]:
        return [say(label) for label in self.story.first.test.class_labels]

    @cached_property
    def image(self) -> int:
        """The picture that the story is told with; the same at each severity."""
        levels = self.story.severities
        level = FIRST_SEVERITY if FIRST_SEVERITY in levels else levels[len(levels) // 2]
        second = None if self.story.second is None else self._pairs(self.story.second, level)
        found = example(self._pairs(self.story.first, level), second)
        assert found is not None, "a test has pictures"
        return found

    def _pairs(self, tested: Tested, level: int) -> Pairs:
        return pairs_of(tested.test, self.story.noise, level)

    def _pixels(self, level: int, image: int | None = None) -> Image:
        number = self.image if image is None else image
        noise = self.story.noise if level else CLEAN
        return noisy_picture(self.data_set, number, noise, level, self.story.first.test.table)

    def _answer(self, row: "pd.Series[Any]", clean: bool = False) -> str:
        """What was said of a picture, as HTML."""
        told = ("clean_prediction", "clean_confidence") if clean else ("prediction", "confidence")
        prediction, confidence = int(row[told[0]]), float(row[told[1]])
        words = t("present.says", name=self.classes[prediction], share=percent(confidence))
        return said(words, prediction == int(row["truth"]))

    def _maps(self, tested: Tested) -> list[NDArray[np.float32]]:
        row = self._pairs(tested, self.severity).row(self.image)
        return [decode_map(row[key], tested.test.map_shape) for key in ("clean_map", "map")]

    def _counted(self, level: int, attribution: NDArray[np.float32], scale: float) -> Image:
        return overlay(enlarged(self._pixels(level), _MAP_SIDE), attribution, scale)

    @property
    def _guessing(self) -> list[str]:
        """Who of those that are told of only guesses."""
        return [escaped(only_guesses(one)) for one in self.story.guessing]

    @property
    def _drawn_faces(self) -> bool:
        return self.data_set.card.kind == SWAPPED_KIND

    @property
    def _noise_name(self) -> str:
        return escaped(noise_label(self.story.noise, language()))

    def sees(self) -> Slide:
        row = self._pairs(self.story.first, self.severity).row(self.image)
        framed, dots = with_dots(self._pixels(0))
        name = self.classes[int(row["truth"])]
        more = [f"+{len(self.classes) - _NAMED}"] if len(self.classes) > _NAMED else []
        names = " / ".join([*map(escaped, self.classes[:_NAMED]), *more])
        return Slide(
            (
                Shown(framed, self._answer(row, clean=True), t("present.alt_clean", name=name)),
                Shown(dots, t("present.dots"), t("present.alt_dots")),
            ),
            t("present.sees"),
            (
                *([t("present.faces")] if self._drawn_faces else []),
                t("present.sees_about", side=self.data_set.size, classes=names),
                *self._guessing,
            ),
        )

    def noise(self) -> Slide:
        row = self._pairs(self.story.first, self.severity).row(self.image)
        name = self.classes[int(row["truth"])]
        kept = int(row["prediction"]) == int(row["clean_prediction"])
        return Slide(
            (
                Shown(self._pixels(0), self._answer(row, clean=True), t("present.alt_clean", name=name)),
                Shown(self._pixels(self.severity), self._answer(row), t("present.alt_noisy", name=name)),
            ),
            t("present.noise_kept" if kept else "present.noise_changed"),
            (t("present.noise_about", noise=self._noise_name, severity=self.severity),),
            slider=True,
        )

    def counted(self) -> Slide:
        before, after = self._maps(self.story.first)
        scale, same = shared_scale([before, after]), overlap(before, after)
        chance = chance_level(self.story.first.test, self.story.noise, self.severity)
        row = self._pairs(self.story.first, self.severity).row(self.image)
        names = [self.classes[int(row[key])] for key in ("clean_prediction", "prediction")]
        pictures = []
        for level, attribution, name in ((0, before, names[0]), (self.severity, after, names[1])):
            where = t("present.clean" if level == 0 else "present.noisy")
            caption = f"{where}: {t('present.counted_for', name=escaped(name))}"
            pictures.append(
                Shown(
                    self._counted(level, attribution, scale),
                    caption,
                    t("present.alt_counted", where=where, name=name),
                    True,
                )
            )
        about = (t("present.counted_about"),)
        if same is None or chance is None:
            return Slide(pictures, t("present.counted"), about, slider=True)
        kind = beside_chance(same, chance)
        figures = {"share": percent(same), "chance": percent(chance)}
        bar = likeness(
            same,
            chance,
            t("present.bar_chance", **figures),
            (t("present.bar_none"), t("present.bar_all")),
            t("present.bar_alt", **figures),
        )
        return Slide(
            pictures,
            t(f"present.counted_{kind}"),
            (t(f"present.bar_{kind}", **figures), *about),
            slider=True,
            bar=bar,
        )

    def many(self) -> Slide:
        pairs = self._pairs(self.story.first, self.severity)
        found = turned(pairs)
        rows = pairs.members("became_wrong", 0, _EXAMPLES)
        pictures = [
            Shown(
                self._pixels(self.severity, int(row["image"])),
                self._answer(row),
                t("present.alt_noisy", name=self.classes[int(row["truth"])]),
            )
            for _, row in rows.iterrows()
        ]
        return Slide(
            pictures,
            t("present.many", n=f"{found.n:,}", of=f"{found.of:,}"),
            (
                t(
                    "present.many_about",
                    noise=self._noise_name,
                    severity=self.severity,
                    share=percent(found.share),
                    low=percent(found.low),
                    high=percent(found.high),
                ),
            ),
            slider=True,
        )

    def _by(self, tested: Tested) -> str:
        """Who says something: by what it learned from, where that is known and tells the two apart, else by its name; HTML."""
        assert self.story.second is not None
        if self.story.only_noise_differs:
            return t("present.by_first" if tested == self.story.first else "present.by_second")
        return escaped(say(tested.run.label)) + ":"

    def trained(self) -> Slide:
        first, second = self.story.first, self.story.second
        assert second is not None
        one, other = (turned(self._pairs(tested, self.severity)) for tested in (first, second))
        pictures = [self._noisy_shown()]
        for tested in (first, second):
            row = self._pairs(tested, self.severity).row(self.image)
            before, after = self._maps(tested)
            name = self.classes[int(row["prediction"])]
            pictures.append(
                Shown(
                    self._counted(self.severity, after, shared_scale([before, after])),
                    f"{self._by(tested)}<br>{self._answer(row)}",
                    t("present.alt_counted", where=say(tested.run.label), name=name),
                    True,
                )
            )
        kind = against(one, other)
        alone = self.story.only_noise_differs
        most = (
            [t("present.trained_most")] if alone and kind == "better" and len(self.story.beside) > 1 else []
        )
        return Slide(
            pictures,
            t(f"present.trained_{kind}") if alone else t(f"present.two_{kind}"),
            (
                t(
                    "present.trained_about" if alone else "present.two_about",
                    n=f"{other.n:,}",
                    of=f"{other.of:,}",
                    share=percent(other.share),
                    n_first=f"{one.n:,}",
                    of_first=f"{one.of:,}",
                    share_first=percent(one.share),
                ),
                *most,
                *self._guessing,
            ),
            slider=True,
        )

    def every_noise(self) -> Slide:
        """The two over all noises, so that the one of the story is not taken for them; with those furthest to either side."""
        beside, second = self.story.beside, self.story.second
        assert second is not None
        ends = beside if len(beside) <= _EXAMPLES else (*beside[: _EXAMPLES // 2], *beside[-_EXAMPLES // 2 :])
        means = [
            sum(shares) / len(beside)
            for shares in zip(*((one.first, one.second) for one in beside), strict=True)
        ]
        alone = self.story.only_noise_differs
        numbers = {"n": len(beside), "first": percent(means[0]), "second": percent(means[1])}
        return Slide(
            [self._under(one, second) for one in ends],
            t("present.every" if alone else "present.every_two", **numbers),
            (
                t(
                    "present.every_about" if alone else "present.every_two_about",
                    images=f"{min(one.images for one in beside):,}",
                ),
            ),
        )

    def _under(self, one: Beside, second: Tested) -> Shown:
        levels = self.story.severities_under(one.noise)
        level = min(levels, key=lambda known: abs(known - self.severity))
        pixels = noisy_picture(self.data_set, self.image, one.noise, level, self.story.first.test.table)
        name = noise_label(one.noise, language())
        met = f" {escaped(t('present.met'))}" if one.noise in second.run.recipe.mix.noises else ""
        caption = f"{escaped(name)}{met}<br><b>{percent(one.first)} → {percent(one.second)}</b>"
        return Shown(pixels, caption, t("present.alt_weak", noise=name))

    def _noisy_shown(self) -> Shown:
        row = self._pairs(self.story.first, self.severity).row(self.image)
        name = self.classes[int(row["truth"])]
        return Shown(
            self._pixels(self.severity),
            t("present.truth", name=escaped(name)),
            t("present.alt_noisy", name=name),
        )

    def untrained(self) -> Slide:
        return Slide((self._noisy_shown(),), t("present.untrained"), (t("present.untrained_about"),))

    def unknown(self) -> Slide:
        """What the numbers do not say, and where the better model still fails."""
        tested = self.story.second or self.story.first
        weak = escaped(noise_label(self.story.weak, language()))
        levels = tested.test.severities_of(self.story.weak)
        level = min(levels, key=lambda one: abs(one - self.severity))
        pixels = noisy_picture(self.data_set, self.image, self.story.weak, level, tested.test.table)
        lines = [
            t("present.unknown_cause"),
            t(
                "present.unknown_weak" if self.story.second else "present.unknown_weak_one",
                noise=weak,
                share=percent(1 - self.story.weak_accuracy),
                n=f"{self.story.weak_n:,}",
            ),
            t("present.unknown_faces" if self._drawn_faces else "present.unknown_data"),
        ]
        alt = t("present.alt_weak", noise=noise_label(self.story.weak, language()))
        return Slide((Shown(pixels, weak, alt),), t("present.unknown"), lines)
