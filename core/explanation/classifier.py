"""A classifier for pictures by hand: photo in, classes and attribution map out. Imports torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.errors import DataSetDeleted
from core.explanation.attribution import CamMethod, predicted_classes
from core.explanation.methods.grad_cam import GRAD_CAM
from core.explanation.overlay import WHOLE, Region
from core.networks.loading import choose_device, load_imagenet_network, load_run_network
from core.networks.network import Network
from core.networks.packing import quick
from core.pixels import Image
from core.resizing import prepared_photo, square
from core.runs.runs import Run, data_set_of, open_run
from core.store import Workspace


class Sum(NamedTuple):
    """How a logit is made of what the places of a map give: map + bias = logit, to float32's rounding.

    So it is where the head is global average pooling and a linear layer, whose Grad-CAM is its row times the activations
    (core.explanation.methods.grad_cam).
    """

    map: float
    """The sum over the places."""
    bias: float
    """What the head adds whatever it sees."""
    logit: float
    """Of the class explained; with `versus`, less that of the other one."""


@dataclass(frozen=True)
class Explanation:
    """What a network says of one picture."""

    classes: list[str]
    probabilities: NDArray[np.float32]
    """C, in the order of `classes`."""
    target: int
    """The class explained: the one asked for, else the predicted one."""
    attribution: NDArray[np.float32] | None
    """Signed map h,w on its native grid; None where none was asked for, or the network has no layers to look into."""
    region: Region
    """The part of the picture that the network saw."""
    guessing: float
    """The accuracy of guessing among the pictures that the network was trained for, 0..1."""
    versus: int | None = None
    """The class that the target is told apart from: the map then says why this and not that."""
    sum: Sum | None = None
    """None where the head or the method has no such bookkeeping."""

    @property
    def prediction(self) -> int:
        """The class that is likeliest."""
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
        network = quick(load_imagenet_network(key, choose_device(device)))
        return cls(network, photos=True, guessing=1 / len(network.classes))  # as many test pictures of each

    @classmethod
    def of_run(cls, workspace: Workspace, run: Run | str, device: str = "auto") -> "Classifier":
        """The network of a run, or of the run with that name or id.

        Raises:
            UnknownName, NotTrained, BadCheckpoint, NoCuda.
        """
        found = open_run(workspace, run) if isinstance(run, str) else run
        network = quick(load_run_network(found, choose_device(device)))
        try:
            guessing = data_set_of(workspace, found).guessing
        except DataSetDeleted:  # as if its classes had been of one size
            guessing = 1 / len(network.classes)
        return cls(network, photos=False, guessing=guessing)

    @property
    def classes(self) -> list[str]:
        """In the order of its outputs."""
        return self.network.classes

    @property
    def target_layer(self) -> str:
        """ "": it has none, and no map."""
        return self.network.spec.target_layer

    def prepare(self, photo: Image) -> Image:
        """The photo (RGB uint8) at the size where noise is added to it and it is shown."""
        return prepared_photo(photo) if self.photos else square(photo, self.network.size)

    def explain(
        self,
        images: Sequence[Image],
        target: int | None = None,
        method: CamMethod | None = GRAD_CAM,
        versus: int | None = None,
    ) -> list[Explanation]:
        """Classes and attribution map of each picture (RGB uint8 of any shape, as `prepare` gives it).

        Args:
            target: the class to explain; the predicted one of each picture by default.
            method: that makes the map; None: the answers alone, in the time that these take.
            versus: another class: the map is then that of the target less that of this one, which says what speaks for the
                one rather than the other (a map of one logit can mislead where the answer hangs on the difference: arXiv
                2506.08514). With a method whose map is linear in the class, as Grad-CAM's is.
        """
        network = self.network
        seen = [self._seen(image) for image in images]
        pixels = torch.from_numpy(np.stack([square_image for square_image, _ in seen]))
        batch = network.inputs(pixels)
        wanted, other = (
            None if one is None else torch.full((len(seen),), one, device=network.device)
            for one in (target, versus)
        )
        maps: torch.Tensor | None = None
        if not network.explained or method is None:
            with torch.inference_mode():
                logits = network.module(batch)
        elif other is None:
            logits, (maps,) = method.explain(network, batch, [wanted])
        else:
            assert method.linear, f"{method.key} does not tell classes apart"
            logits, (maps, against) = method.explain(network, batch, [wanted, other])
            maps = maps - against
        targets = predicted_classes(logits) if wanted is None else wanted
        none: Sequence[None] = [None] * len(seen)
        sums = none if maps is None or method is not GRAD_CAM else self._sums(logits, maps, targets, other)
        return [
            Explanation(
                network.classes, probabilities, int(chosen), attribution, region, self.guessing, versus, total
            )
            for probabilities, chosen, attribution, (_, region), total in zip(
                logits.float().softmax(1).cpu().numpy(),
                targets.tolist(),
                none if maps is None else maps.float().cpu().numpy(),
                seen,
                sums,
                strict=True,
            )
        ]

    def answers(self, images: Sequence[Image]) -> list[int]:
        """The class that each picture is given, without a map; pictures as of `explain`."""
        pixels = torch.from_numpy(np.stack([self._seen(image)[0] for image in images]))
        with torch.inference_mode():
            return predicted_classes(self.network.logits(pixels)).tolist()

    def _sums(
        self, logits: torch.Tensor, maps: torch.Tensor, targets: torch.Tensor, other: torch.Tensor | None
    ) -> Sequence[Sum | None]:
        """Of each picture; None where the head is none that adds up."""
        linear = self.network.spec.linear
        if linear is None or not self.network.explained:
            return [None] * len(logits)
        layer = self.network.module.get_submodule(linear)
        bias = layer.bias if isinstance(layer.bias, torch.Tensor) else logits.new_zeros(logits.shape[1])

        def of(values: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
            return values.double().expand(len(logits), -1).gather(1, classes[:, None])[:, 0]

        said, added = of(logits, targets), of(bias[None], targets)
        if other is not None:
            said, added = said - of(logits, other), added - of(bias[None], other)
        places = maps.double().sum((1, 2))
        return [Sum(*three) for three in zip(places.tolist(), added.tolist(), said.tolist(), strict=True)]

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
