"""What the Grad-CAM page looks at: a run, one of its tests, a noise and a severity."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from core.data.dataset import DataSet
from core.evaluation.galleries import Pairs
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.predictions import noisy_picture
from core.noise.catalogue import CLEAN
from core.pixels import Image
from core.runs.runs import Run
from core.store import named_file
from pages.parts.i18n import say
from pages.parts.services.kept import kept_picture

LARGE = "explain_large"
"""The place of the picture that is shown large."""
TO_LARGE = "explain_to_large"
"""In the session: a picture of a gallery was chosen just now, and is to be seen above."""


@dataclass(frozen=True)
class Looked:
    """What the page looks at."""

    run: Run
    evaluation: JoinedEvaluation
    data_set: DataSet | None
    noise: str
    severity: int
    """0 is clean."""
    view: str
    pairs: Pairs
    """Of the noise at the severity."""

    @cached_property
    def classes(self) -> list[str]:
        """As they are shown."""
        return [say(label) for label in self.evaluation.class_labels]

    @property
    def place(self) -> str:
        """The folder of its test, which tells workspaces apart."""
        return str(self.evaluation.parts[0].folder.path)

    def pixels(self, image: int, severity: int) -> Image:
        """The picture as the network was shown it at `severity`."""
        assert self.data_set is not None
        noise = self.noise if severity > 0 else CLEAN
        return noisy_picture(
            self.data_set, image, noise, severity, self.evaluation.table, self.evaluation.mode
        )

    def kept(self, what: str, image: int, make: Callable[[], bytes]) -> bytes:
        """A picture made of `image`, its noise and its maps as they are looked at, as a file; kept for later reruns.

        Args:
            what: tells those that are made of one image apart.
        """
        assert self.data_set is not None
        data = self.data_set
        of_pixels = (str(data.folder.path), str(data.card.fingerprint), self.evaluation.table)
        of_maps = (self.place, self.evaluation.key, self.noise, self.severity, self.view)
        return kept_picture((what, image, *of_pixels, *of_maps), make)


def download_name(looked: Looked, row: pd.Series) -> str:
    """Of the PNG of one picture: what is on it, so that twenty of them can be told apart."""
    truth, said = looked.classes[int(row.truth)], looked.classes[int(row.prediction)]
    noise = f"{looked.noise}-{looked.severity}" if looked.severity > 0 else CLEAN
    parts = [say(looked.run.label), str(row.image), f"{truth[:20]}-as-{said[:20]}", noise]
    return named_file([looked.evaluation.method, *(part[:45] for part in parts)], ".png")
