"""What a network takes apart in a set of pictures: parts, the class each speaks for, and which goes missing under noise.

Deep Feature Factorization (Collins, Achanta and Süsstrunk, ECCV 2018, arXiv 1806.10206): what the target layer gives at every place
of every picture, its negative part left out, is written as a sum of a few parts (non-negative matrix factorisation, scikit-learn's).
It is fitted once, on the clean and the noisy pictures together, so that a part means the same in both.
"""

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from core.pixels import Image
from core.progress import Report

if TYPE_CHECKING:
    from torch import Tensor

    from core.networks.network import Network

PARTS = 5
"""That pictures are taken apart into: as many colours as people tell apart at a glance."""
COLOURS = ((230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (204, 121, 167))
"""Of the parts: five of Okabe and Ito's (2008), for every colour vision."""
_BATCH = 32
_SEED = 0
_STEPS = 300
"""Of the factorisation at most."""
_DARKEST, _BRIGHTEST = 32, 180
_STRONGEST = 0.8
"""Opacity where a part is strongest."""


class Part(NamedTuple):
    """One part over all pictures."""

    speaks_for: int | None
    """The class whose logit it adds most to, beside what it adds to the others; None where that cannot be told."""
    clean: float
    """Its share of all that was found in the clean pictures, 0..1."""
    noisy: float
    """And in the noisy ones."""
    change: float
    """How much more of it there is in the noisy picture than in the clean one, relative to the clean mean: -0.3 is 30 % less."""
    low: float
    high: float
    """Student's 95 % interval of `change`, over pictures."""

    @property
    def missing(self) -> bool:
        """Less of it is there under noise, for sure."""
        return self.high < 0


class Found(NamedTuple):
    """What N pictures are taken apart into."""

    parts: tuple[Part, ...]
    clean: NDArray[np.float32]
    """N,P,h,w: how much of each part is at each place of the clean pictures, 1 where it is strongest anywhere."""
    noisy: NDArray[np.float32]
    """The same of the noisy ones."""
    explained: float
    """Share of what the layer gives that the parts make up, 0..1 (of its squares)."""


def taken_apart(network: "Network", clean: Image, noisy: Image, report: Report) -> Found | None:
    """The parts of some pictures.

    Args:
        clean, noisy: RGB uint8 N,H,W,3, the same pictures in the same order.

    Returns:
        None where the layer gives nothing positive.

    Raises:
        Cancelled: from `report`.
    """
    from sklearn.decomposition import NMF

    given = [_activations(network, images, report, start) for images, start in ((clean, 0.0), (noisy, 0.3))]
    count, channels, height, width = given[0].shape
    rows = np.concatenate([one.transpose(0, 2, 3, 1).reshape(-1, channels) for one in given])
    if not rows.any():
        return None
    report(0.6)
    model = NMF(min(PARTS, channels), init="nndsvda", max_iter=_STEPS, random_state=_SEED, tol=1e-3)
    amounts = model.fit_transform(rows)
    report(0.8)
    there = amounts.max(axis=0) > 0
    amounts, features = amounts[:, there], model.components_[there]
    left = np.square(rows - amounts @ features).sum() / np.square(rows).sum()
    strongest = amounts.max(axis=0)
    placed = amounts.reshape(2, count, height, width, -1).transpose(0, 1, 4, 2, 3)
    scaled = (placed / strongest[None, None, :, None, None]).astype(np.float32)
    # How much of the layer's output a part makes, so that parts can be compared.
    weight = features.sum(axis=1)
    per_picture = placed.mean(axis=(3, 4)) * weight
    speaks = _speaks_for(network, features)
    if speaks is None:
        speaks = _asked_without(network, clean, placed[0], features, report)
    totals = per_picture.mean(axis=1)
    parts = [
        Part(
            speaks[number],
            float(totals[0, number] / totals[0].sum()),
            float(totals[1, number] / totals[1].sum()),
            *_change(per_picture[0, :, number], per_picture[1, :, number]),
        )
        for number in range(len(features))
    ]
    order = sorted(range(len(parts)), key=lambda number: -parts[number].clean)
    return Found(
        tuple(parts[one] for one in order), scaled[0][:, order], scaled[1][:, order], float(1 - left)
    )


def _activations(network: "Network", images: Image, report: Report, start: float) -> NDArray[np.float32]:
    """N,K,h,w of the target layer, what is negative as 0."""
    import torch

    from core.explanation.attribution import forward

    found = []
    for first in range(0, len(images), _BATCH):
        report(start + 0.3 * first / len(images))
        batch = network.inputs(torch.from_numpy(np.array(images[first : first + _BATCH])))
        found.append(forward(network, batch).activations.float().clamp(min=0).cpu().numpy())
    return np.concatenate(found)


def _speaks_for(network: "Network", features: NDArray[np.floating]) -> list[int | None] | None:
    """Of each part P,K the class whose logit it adds most to; None where the head is not linear after a global mean."""
    import torch

    if network.spec.linear is None:
        return None
    weight = network.module.get_submodule(network.spec.linear).weight
    assert isinstance(weight, torch.Tensor)
    weights = weight.detach().float().cpu().numpy().reshape(len(network.classes), -1)
    adds = features @ weights.T
    return [int(one) for one in (adds - adds.mean(axis=1, keepdims=True)).argmax(axis=1)]


def _asked_without(
    network: "Network",
    images: Image,
    amounts: NDArray[np.floating],
    features: NDArray[np.floating],
    report: Report,
) -> list[int | None]:
    """Of each part the class whose logit falls most, beside the others, when the layer gives everything but that part; None
    where that class is not ahead of the others' mean for sure, by Student's 95 % interval over pictures.

    For a head that is linear after a global mean it is the same class as `_speaks_for` has.

    Args:
        images: RGB uint8 N,H,W,3.
        amounts: N,P,h,w, of these pictures; features: P,K.
    """
    import torch

    module = copy.deepcopy(
        network.module
    ).eval()  # its layer gives less; others may be asking the one that is shared
    spec, taken = network.spec, _Taken(network.spec.reshape)
    module.get_submodule(spec.target_layer).register_forward_hook(taken)
    falls = np.zeros((len(images), len(features), len(network.classes)))
    with torch.no_grad():
        for first in range(0, len(images), _BATCH):
            report(0.8 + 0.2 * first / len(images))
            some = slice(first, first + _BATCH)
            batch = network.inputs(torch.from_numpy(np.array(images[some])))
            taken.part = None
            whole = module(batch).float()
            for number, feature in enumerate(features):
                part = amounts[some, number, None] * feature[None, :, None, None]
                taken.part = torch.from_numpy(np.ascontiguousarray(part, np.float32)).to(whole.device)
                falls[some, number] = (whole - module(batch).float()).cpu().numpy()
    ahead = falls - falls.mean(axis=2, keepdims=True)
    best = ahead.mean(axis=0).argmax(axis=1)
    return [int(one) if _mean_ends(ahead[:, number, one])[1] > 0 else None for number, one in enumerate(best)]


class _Taken:
    """Forward hook: a layer gives what it gives but one part."""

    def __init__(self, reshape: "Callable[[Tensor], Tensor] | None") -> None:
        self.part: Tensor | None = None
        """N,K,h,w, nothing negative; None: nothing is taken away."""
        self._reshape = reshape

    def __call__(self, _layer: object, _given: object, output: "Tensor") -> "Tensor | None":
        import torch

        if self.part is None:
            return None
        if self._reshape is None:
            return output - torch.minimum(self.part.to(output.dtype), output.clamp(min=0))
        with torch.enable_grad():  # where in the output each place lies, says the reshape's own gradient
            whole = output.detach().requires_grad_()
            placed = self._reshape(whole)
            less = torch.minimum(self.part.to(output.dtype), placed.detach().clamp(min=0))
            (away,) = torch.autograd.grad(placed, whole, less)
        return output - away


def _change(clean: NDArray[np.floating], noisy: NDArray[np.floating]) -> tuple[float, float, float]:
    base = float(clean.mean())
    if base <= 0:
        return 0.0, 0.0, 0.0
    apart = (noisy - clean) / base
    return _mean_ends(apart)


def _mean_ends(values: NDArray[np.floating]) -> tuple[float, float, float]:
    """A mean over pictures with Student's 95 % interval; of one picture nothing but itself."""
    mean, count = float(values.mean()), len(values)
    if count < 2:
        return mean, mean, mean
    half = float(stdtrit(count - 1, 0.975) * values.std(ddof=1) / np.sqrt(count))
    return mean, mean - half, mean + half


def coloured(image: Image, amounts: NDArray[np.floating], only: Sequence[int] | None = None) -> Image:
    """A picture (RGB uint8 H,W,3) in grey, at each place the colour of the part that is strongest there.

    Args:
        amounts: P,h,w, as of Found.
        only: colour these parts alone.
    """
    height, width = image.shape[:2]
    grey = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    ground = _DARKEST + grey * ((_BRIGHTEST - _DARKEST) / 255)
    large = np.stack(
        [
            cv2.resize(one.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
            for one in amounts
        ]
    )
    first = large.argmax(axis=0)
    strength = np.clip(large.max(axis=0), 0, 1)
    if only is not None:
        strength = np.where(np.isin(first, list(only)), strength, 0)
    cover = (_STRONGEST * np.sqrt(strength))[:, :, None]
    colour = np.asarray(COLOURS, np.float64)[first]
    return np.rint(ground * (1 - cover) + colour * cover).astype(np.uint8)
