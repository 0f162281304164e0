"""A classifier for pictures by hand: photo in, classes and attribution map out. Imports torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.errors import DataSetDeleted
from core.explanation.attribution import CamMethod, predicted_classes
from core.explanation.methods.grad_cam import GRAD_CAM
from core.explanation.overlay import WHOLE, Region
from core.images import prepared_photo, square
from core.networks.loading import choose_device, load_imagenet_network, load_run_network
from core.networks.network import Network
from core.pixels import Image
from core.runs.runs import Run, data_set_of, open_run
from core.store import Workspace


@dataclass(frozen=True)
class Explanation:
    """What a network says of one picture."""

    classes: list[str]
    probabilities: NDArray[np.float32]
    """C, in the order of `classes`."""
    target: int
    """The class explained: the one asked for, else the predicted one."""
    attribution: NDArray[np.float32]
    """Signed map h,w on its native grid; one place of 0 where the network has no layers to look into."""
    region: Region
    """The part of the picture that the network saw."""
    guessing: float
    """The accuracy of guessing among the pictures that the network was trained for, 0..1."""

    @property
    def prediction(self) -> int:
        return int(self.probabilities.argmax())

    def top(self, n: int = 5) -> list[tuple[str, float]]:
        """The `n` likeliest classes with their probabilities, likeliest first."""
        order = np.argsort(-self.probabilities, kind="stable")[:n]
        return [(self.classes[i], float(self.probabilities[i])) for i in order]


@dataclass(frozen=True)
class Classifier:
    """A network with what its pictures need; one object serves many threads at once."""

    network: Network
    photos: bool
    """Made for photos of any shape (ImageNet), not for a data set's squares."""
    guessing: float
    """As of Explanation."""

    @classmethod
    def imagenet(cls, key: str, device: str = "auto") -> "Classifier":
        """The model `key` with its ImageNet weights.

        Raises:
            UnknownName, WeightsMissing, WeightsDamaged, NoCuda.
        """
        network = load_imagenet_network(key, choose_device(device))
        return cls(network, photos=True, guessing=1 / len(network.classes))  # as many test pictures of each

    @classmethod
    def of_run(cls, workspace: Workspace, run: Run | str, device: str = "auto") -> "Classifier":
        """The network of a run, or of the run with that name or id.

        Raises:
            UnknownName, NotTrained, BadCheckpoint, NoCuda.
        """
        found = open_run(workspace, run) if isinstance(run, str) else run
        network = load_run_network(found, choose_device(device))
        try:
            guessing = data_set_of(workspace, found).guessing
        except DataSetDeleted:  # as if its classes had been of one size
            guessing = 1 / len(network.classes)
        return cls(network, photos=False, guessing=guessing)

    @property
    def classes(self) -> list[str]:
        return self.network.classes

    @property
    def target_layer(self) -> str:
        """ "": it has none, and no map."""
        return self.network.spec.target_layer

    def prepare(self, photo: Image) -> Image:
        """The photo (RGB uint8) at the size where noise is added to it and it is shown."""
        return prepared_photo(photo) if self.photos else square(photo, self.network.size)

    def explain(
        self, images: Sequence[Image], target: int | None = None, method: CamMethod = GRAD_CAM
    ) -> list[Explanation]:
        """Classes and attribution map of each picture (RGB uint8 of any shape, as `prepare` gives it).

        Args:
            target: the class to explain; the predicted one of each picture by default.
            method: that makes the map.
        """
        network = self.network
        seen = [self._seen(image) for image in images]
        pixels = torch.from_numpy(np.stack([square_image for square_image, _ in seen]))
        batch = network.inputs(pixels)
        wanted = None if target is None else torch.full((len(seen),), target, device=network.device)
        if network.explained:
            logits, (maps,) = method.explain(network, batch, [wanted])
        else:
            logits = network.module(batch)
            maps = logits.new_zeros(len(seen), 1, 1)
        targets = predicted_classes(logits) if wanted is None else wanted
        return [
            Explanation(network.classes, probabilities, int(chosen), attribution, region, self.guessing)
            for probabilities, chosen, attribution, (_, region) in zip(
                logits.float().softmax(1).cpu().numpy(),
                targets.tolist(),
                maps.float().cpu().numpy(),
                seen,
                strict=True,
            )
        ]

    def _seen(self, image: Image) -> tuple[Image, Region]:
        """The square that the network is given, and which part of the picture it is."""
        if self.photos:
            weights = self.network.spec.weights
            assert weights is not None
            return _shrink_and_crop(image, weights.resize, self.network.size)
        if image.shape[:2] == (self.network.size, self.network.size):
            return image, WHOLE
        return square(image, self.network.size), _centre_region(image, min(image.shape[:2]))


def _centre_region(image: Image, side: float) -> Region:
    """The centre square of `side` px as fractions."""
    height, width = image.shape[:2]
    x, y = side / width / 2, side / height / 2
    return 0.5 - x, 0.5 - y, 0.5 + x, 0.5 + y


def _shrink_and_crop(image: Image, resize: int, crop: int) -> tuple[Image, Region]:
    """Short side to `resize`, bicubic (Pillow's, which averages where it shrinks), then the centre."""
    height, width = image.shape[:2]
    scale = resize / min(height, width)
    wide, high = max(round(width * scale), resize), max(round(height * scale), resize)
    resized = np.asarray(Pillow.fromarray(image).resize((wide, high), Pillow.Resampling.BICUBIC))
    left, top = (wide - crop) // 2, (high - crop) // 2
    return resized[top : top + crop, left : left + crop], _centre_region(image, crop / scale)
