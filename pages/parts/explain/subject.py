"""The picture that the Grad-CAM page looks at, a test's or one's own, and what runs say of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.predictions import EVALUATION_SEED, decode_map, map_of_truth, noisy_picture
from core.lab.photo import Photo
from core.noise.catalogue import CLEAN
from core.noise.stack import Layer, apply_stack
from core.pixels import Image
from core.runs.mode import Mode
from core.runs.recipe import get_model
from core.runs.runs import Run
from pages.parts.explain.map_options import MapOptions
from pages.parts.i18n import say
from pages.parts.services.classifiers import explained
from pages.parts.services.evaluations import pairs_of, predictions


@dataclass(frozen=True)
class Subject:
    """A picture, clean and under one noise at one severity."""

    data_set: DataSet
    table: str
    """The severity table."""
    noise: str
    severity: int
    """0: clean alone."""
    image: int = -1
    """Its number in the data set; -1 for one's own."""
    mode: Mode | None = None
    """Of the test that the picture is of."""
    photo: Photo | None = None
    """One's own, as a square of the data set's size."""

    @property
    def own(self) -> bool:
        return self.photo is not None

    @property
    def levels(self) -> tuple[int, ...]:
        """The severities that are shown."""
        return (0, self.severity) if self.severity > 0 else (0,)

    @property
    def truth(self) -> int | None:
        """Its true class; of one's own nobody knows."""
        return None if self.own else int(self.data_set.labels[self.image])

    def id(self, severity: int) -> str:
        """The same for the same pixels only."""
        of = (
            self.photo.id
            if self.photo
            else f"{self.data_set.id} {self.data_set.card.fingerprint} {self.image}"
        )
        return f"{of} {self.table} {self.noise if severity else CLEAN} {severity} {self.mode or ''}"

    def pixels(self, severity: int) -> Image:
        """As networks are shown it: RGB uint8 H,H,3."""
        if self.photo is None:
            noise = self.noise if severity > 0 else CLEAN
            return noisy_picture(self.data_set, self.image, noise, severity, self.table, self.mode)
        if severity == 0:
            return self.photo.pixels
        layer = Layer.at_severity(self.noise, severity, self.table)
        return apply_stack(self.photo.pixels, [layer], EVALUATION_SEED, basis=self.data_set.fitted_basis)


@dataclass(frozen=True)
class Said:
    """What a run says of a picture at one severity."""

    severity: int
    prediction: int
    confidence: float
    target: int
    """The class that the map is of."""
    attribution: NDArray[np.float32] | None
    """Signed h,w; None where an older test did not keep it and there is no network to ask."""


@dataclass(frozen=True)
class Who:
    """A run that is asked."""

    run: Run
    evaluation: JoinedEvaluation | None
    """Of the pictures that are looked at, with maps; None: it is asked anew."""
    labels: tuple[str, ...]
    """What screens call the classes."""

    @property
    def name(self) -> str:
        return say(self.run.label)

    @property
    def layer(self) -> str:
        """That its maps are made of."""
        told = self.evaluation.parts[0].facts.target_layer if self.evaluation else ""
        return told or get_model(self.run.recipe.model).target_layer

    def says(self, subject: Subject, options: MapOptions) -> list[Said]:
        """One for each of the subject's severities: from its test where that tells, else the network is asked.

        Raises:
            NoiseLensError: its network cannot be had.
        """
        kept = None if subject.own else self._kept(subject, options)
        return kept if kept is not None else self._asked(subject, options)

    def _kept(self, subject: Subject, options: MapOptions) -> list[Said] | None:
        test, cell = self.evaluation, (subject.noise, subject.severity)
        if test is None or test.method != options.method.key or (subject.severity and cell not in test.cells):
            return None
        pairs = pairs_of(test, *cell)
        if subject.image not in pairs.images:
            return None
        row = pairs.row(subject.image)
        before, after = int(row.clean_prediction), int(row.prediction)
        sure = (float(row.clean_confidence), float(row.confidence))
        maps: _Maps = [
            (before, decode_map(row["clean_map"], test.map_shape)),
            (after, decode_map(row["map"], test.map_shape)),
        ]
        if options.of != "answer":
            found = _other_maps(test, subject, options, before)
            if found is None and self.run.trained:
                return None  # the network knows
            maps = found or [(before, None), (before, None)]
        return [
            Said(level, answer, share, target, attribution)
            for level, answer, share, (target, attribution) in zip(
                subject.levels, (before, after), sure, maps, strict=False
            )
        ]

    def _asked(self, subject: Subject, options: MapOptions) -> list[Said]:
        found: list[Said] = []
        for level in subject.levels:
            pixels, name = subject.pixels(level), subject.id(level)
            said = explained(self.run.id, pixels, name, method=options.method)
            answer = said.prediction
            wanted = {
                "answer": answer,
                "clean": found[0].prediction if found else answer,
                "truth": answer if subject.truth is None else subject.truth,
            }[options.of]
            if wanted != answer:
                said = explained(self.run.id, pixels, name, wanted, options.method)
            sure = float(said.probabilities[answer])
            found.append(Said(level, answer, sure, wanted, said.attribution))
        return found


Told = Sequence[tuple[Who, list[Said]]]
"""Runs, and what each says of the picture clean and with noise."""


_Maps = list[tuple[int, NDArray[np.float32] | None]]


def _other_maps(test: JoinedEvaluation, subject: Subject, options: MapOptions, before: int) -> _Maps | None:
    """Of the class that the clean picture was read as, or the true one; None where one is not kept."""
    columns = ("image", "noise", "severity", "truth", "prediction", "map", "map_reference", "map_true")
    cells = [(CLEAN, 0), (subject.noise, subject.severity)] if subject.severity else [(CLEAN, 0)]
    rows = predictions(test, columns, cells)
    found: _Maps = []
    for row in rows[rows["image"] == subject.image].sort_values("severity").to_dict("records"):
        values = {str(name): value for name, value in row.items()}
        if options.of == "clean":
            found.append((before, decode_map(values["map_reference"], test.map_shape)))
            continue
        of_truth = map_of_truth(values, before, test.map_shape)
        if of_truth is None:
            return None
        found.append((int(values["truth"]), of_truth))
    return found
