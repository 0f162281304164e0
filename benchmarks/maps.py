"""Maps beside the libraries that people take: `python -m benchmarks.maps [--peers FOLDER] [--rounds 3] [--only MODEL] [--quick]`.

    bash benchmarks/peers.sh /tmp/venvs/peers      # once: torch-cam in a folder of its own

Grad-CAM of the predicted class, from the prepared picture to the map as it is shown, 0..1 and as large as the picture: ours
(core/explanation, through the network as pages and tests ask it: core/networks/packing.py), the `grad-cam` library as its
documentation calls it, and `torch-cam` (which leaves enlarging to others), both made once and used for all, one by one, in
batches, and our batches against theirs one by one, which is how they are mostly called, on the same pictures and weights. Each in
turns, on one thread, in seconds of the processor, so that a busy machine changes little; the best round of each counts.
`same_result`: no place of any map differs by 1e-4 or more, after the library's own scaling (ReLU, less the minimum, by the
maximum, on the native grid and after enlarging; for torch-cam on the grid).

Beside them, without any map: `floor`, the answer of our network alone, which no way to a map can do without (a ratio of .95 says
that the map costs 5 %), and `torch forward`, the network as it was built, in inference mode: what none can beat that leaves the
network as it is. `same_result` there: the same class for every picture.

Rows of `limit`: every registered model, trained for a moment on drawn faces (Lite0 as its package ships it), on photographs:
the largest difference to the `grad-cam` library in float32, and in float64 that of the closed form to what autograd gives.

Writes results/maps.json, unless --only or --quick is given.
"""

import argparse
import copy
import importlib
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.written import write_results
from core.data.builtin.faces import Swap, draw_pairs
from core.explanation.methods.grad_cam import GRAD_CAM
from core.explanation.overlay import strength
from core.networks.fusing import fused
from core.networks.loading import load_imagenet_network
from core.networks.network import Network, Preprocessing, fixed
from core.networks.packing import quick
from core.resizing import square
from core.samples import SAMPLES, sample_picture
from models.registry import models

CASES = (
    ("small_cnn", 64, 64, 32),
    ("resnet18", 224, 8, 8),
    ("mobilenet_v3_small", 224, 16, 16),
    ("efficientnet_lite0", 224, 8, 8),
    ("vit_b_16", 224, 4, 4),
)
"""Model, side of what it is given in px, pictures of a round, and of a batch."""
SHIPPED = "efficientnet_lite0"
CHECKED_SIDE = 64
LIMIT, CLOSED_LIMIT = 1e-4, 1e-10
STEPS = 15
LEARNING_RATE = 2e-4
"""Small enough for transformers too: with more they say the same of every picture, and their maps are flat."""
CPU = torch.device("cpu")

Maps = Callable[[Tensor, list[int] | None], Sequence[NDArray[np.float32]]]
"""From prepared pictures N,3,H,H and a class of each, None for what is likeliest, to a map 0..1 of each."""


def photographs(count: int, side: int) -> Tensor:
    """uint8 N,side,side,3: squares from the sample photos, each at another place."""
    draw = np.random.default_rng(0)
    photos = [sample_picture(key) for key in SAMPLES]
    found = []
    for number in range(count):
        photo = photos[number % len(photos)]
        edge = int(min(photo.shape[:2]) * draw.uniform(0.6, 1.0))
        top, left = (int(draw.integers(0, length - edge + 1)) for length in photo.shape[:2])
        found.append(square(photo[top : top + edge, left : left + edge], side))
    return torch.from_numpy(np.stack(found))


def trained(key: str, side: int, steps: int) -> Network:
    """A network that has learned something: as its package ships it, or after some steps on drawn faces."""
    if key == SHIPPED:
        return load_imagenet_network(key, CPU)
    spec = models()[key]
    torch.manual_seed(0)
    module = spec.build(2, side)
    network = Network(spec, module, ["real", "swapped"], side, side, Preprocessing.of(spec))
    faces = torch.from_numpy(draw_pairs(CHECKED_SIDE, Swap(), 16))
    labels = torch.arange(len(faces)) % 2
    batch = network.inputs(faces)
    optimiser = torch.optim.AdamW(module.parameters(), LEARNING_RATE)
    module.train()
    for step in range(steps):
        part = torch.arange(step * 8, step * 8 + 8) % len(faces)
        optimiser.zero_grad()
        F.cross_entropy(module(batch[part]), labels[part]).backward()
        optimiser.step()
    return fixed(network, CPU)


def ours(network: Network) -> Maps:
    def explain(batch: Tensor, classes: list[int] | None = None) -> list[NDArray[np.float32]]:
        _, (maps,) = GRAD_CAM.explain(network, batch, [None if classes is None else torch.tensor(classes)])
        return [strength(one, batch.shape[3], batch.shape[2]) for one in maps.numpy()]

    return explain


def as_a_user_has_it(network: Network) -> nn.Module:
    """A copy whose weights can learn, as any that was built or loaded by hand."""
    return copy.deepcopy(network.module).requires_grad_(True)


def grad_cam(network: Network) -> Maps:
    own = as_a_user_has_it(network)
    layer = own.get_submodule(network.spec.target_layer)
    layer._forward_hooks.clear()
    reshape = network.spec.reshape
    spread = None if reshape is None else lambda output: reshape(output).contiguous()
    library = GradCAM(own, [layer], reshape_transform=spread)

    def explain(batch: Tensor, classes: list[int] | None = None) -> Sequence[NDArray[np.float32]]:
        targets = None if classes is None else [ClassifierOutputTarget(one) for one in classes]
        return list(library(batch, targets))

    return explain


def torch_cam(network: Network) -> Maps:
    extractor = importlib.import_module("torchcam.methods").GradCAM
    own = as_a_user_has_it(network)
    name, reshape = network.spec.target_layer, network.spec.reshape
    own.get_submodule(name)._forward_hooks.clear()
    library = extractor(own, name, reshape_transform=reshape)

    def explain(batch: Tensor, classes: list[int] | None = None) -> Sequence[NDArray[np.float32]]:
        scores = own(batch)
        (maps,) = library(classes or scores.argmax(1).tolist(), scores)
        return list(maps.detach().numpy())

    return explain


def answer(network: Network) -> Maps:
    """No map: the probabilities of the classes in its place."""

    def ask(batch: Tensor, _: list[int] | None = None) -> Sequence[NDArray[np.float32]]:
        with torch.inference_mode():
            return list(network.module(batch).softmax(1).numpy())

    return ask


ALONE = ("floor", "torch forward")


def in_parts(maps: Maps, pictures: Tensor, size: int) -> list[NDArray[np.float32]]:
    return [one for part in pictures.split(size) for one in maps(part, None)]


ADDED = {"grad-cam": 1e-7, "torch-cam": 1e-8}
"""To the maximum that a library divides by; where a map is nearly flat it counts."""


def scaled(maps: Tensor, added: float) -> Tensor:
    """Less the minimum, by the maximum."""
    lowest = maps.amin((1, 2), keepdim=True)
    return (maps - lowest) / (added + (maps - lowest).amax((1, 2), keepdim=True))


def differing_answers(first: Maps, second: Maps, pictures: Tensor) -> float:
    """Share of the pictures that two networks read as different classes."""
    one, other = (np.stack(list(ask(pictures, None))).argmax(1) for ask in (first, second))
    return float((one != other).mean())


def difference(
    network: Network, pictures: Tensor, name: str, maps: Maps, classes: list[int] | None = None
) -> float:
    """The largest to the maps of a library, after its own scaling: of the size of the pictures, else on the grid; infinite
    where hardly any map has a place that speaks for its class, as nothing is compared then."""
    _, (own,) = GRAD_CAM.explain(network, pictures, [None if classes is None else torch.tensor(classes)])
    if (own > 0).flatten(1).any(1).float().mean() < 0.3:
        return math.inf
    positive, other = scaled(own.relu(), ADDED[name]), torch.from_numpy(np.stack(maps(pictures, classes)))
    if other.shape[1:] != positive.shape[1:]:
        enlarged = F.interpolate(positive[:, None], pictures.shape[2:], mode="bilinear")[:, 0]
        positive = scaled(enlarged, ADDED[name])
    return float((positive - other).abs().max())


def seconds(maps: Maps, pictures: Tensor, size: int) -> float:
    begun = time.process_time()
    in_parts(maps, pictures, size)
    return time.process_time() - begun


def measured(
    key: str, side: int, count: int, batch: int, rounds: int, peers: Sequence[str]
) -> list[dict[str, Any]]:
    network = trained(key, side, STEPS)
    pictures = network.inputs(photographs(count, side))
    prompt = quick(network)
    libraries = {"grad-cam": grad_cam, "torch-cam": torch_cam}
    ways = {"ours": ours(prompt)} | {name: libraries[name](network) for name in peers}
    found = {name: difference(prompt, pictures, name, ways[name]) for name in peers}
    ways |= dict(zip(ALONE, (answer(prompt), answer(network)), strict=True))
    found |= dict.fromkeys(ALONE, differing_answers(ways["floor"], ways["torch forward"], pictures))
    sizes = {"one by one": 1, f"batches of {batch}": batch}
    best = {(name, said): math.inf for name in ways for said in sizes}
    for _ in range(rounds):
        for (name, said), before in best.items():
            best[name, said] = min(before, seconds(ways[name], pictures, sizes[said]))
    alone, together = sizes
    turns = {
        alone: (alone, alone),
        together: (together, together),
        f"{together} against one by one": (together, alone),
    }
    rows = []
    for name in (*peers, *ALONE):
        for said, (mine, other) in turns.items():
            if name in ALONE and mine != other:
                continue
            rows.append(
                {
                    "case": f"{key} {side} px, {said}, cpu",
                    "ours": round(count / best["ours", mine], 1),
                    "peer": round(count / best[name, other], 1),
                    "peer_name": name,
                    "unit": "maps/s",
                    "ratio": round(best[name, other] / best["ours", mine], 2),
                    "same_result": found[name] < LIMIT,
                    "largest_difference": found[name],
                }
            )
            print(rows[-1], flush=True)
    return rows


def checked(key: str) -> list[dict[str, Any]]:
    """How far a trained network's maps on photographs are from the library's, and from autograd's."""
    spec = models()[key]
    network = trained(key, spec.native_size if key == SHIPPED else spec.input_size(CHECKED_SIDE), STEPS)
    pictures = network.inputs(photographs(12, network.side))
    prompt = quick(network)
    # Of either class: of the likeliest of a network that has learned little no place may speak.
    classes = [number % 2 for number in range(len(pictures))] if key != SHIPPED else None
    largest = difference(prompt, pictures, "grad-cam", grad_cam(network), classes)
    found = {"grad-cam, float32": (largest, LIMIT)}
    if spec.linear is not None:
        double = replace(network, module=copy.deepcopy(fused(network).module).double())
        _, (closed,) = GRAD_CAM.explain(double, pictures[:4].double(), [None])
        by_gradient = replace(double, spec=replace(spec, linear=None))
        _, (other,) = GRAD_CAM.explain(by_gradient, pictures[:4].double(), [None])
        found["autograd, float64"] = (float((closed - other).abs().max()), CLOSED_LIMIT)
    rows = [
        {
            "case": f"{key} {network.side} px, trained, largest difference to {to}",
            "ours": float(f"{largest:.2g}"),
            "peer": limit,
            "peer_name": "limit",
            "unit": "of a map" if limit == CLOSED_LIMIT else "of a map in 0..1",
            "ratio": round(limit / max(largest, 1e-16), 1),
            "same_result": largest < limit,
        }
        for to, (largest, limit) in found.items()
    ]
    for row in rows:
        print(row, flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", type=Path, help="where peers.sh has put torch-cam")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="one model; nothing is written")
    parser.add_argument(
        "--quick", action="store_true", help="one round of a few pictures; nothing is written"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    peers = ["grad-cam"]
    if options.peers is not None:
        sys.path.append(str(options.peers / "torch-cam"))
        peers.append("torch-cam")
    else:
        print("torch-cam is left out: bash benchmarks/peers.sh FOLDER, then --peers FOLDER", flush=True)
    rows = []
    for key, side, count, batch in CASES:
        if options.only in (None, key):
            few = min(count, 2 * batch, 8) if options.quick else count
            rounds = 1 if options.quick else options.rounds
            rows += measured(key, side, few, min(batch, few), rounds, peers)
    for key in models():
        if options.only in (None, key):
            rows += checked(key)
    if options.only is None and not options.quick:
        write_results("maps", rows, ["torch", "torchvision", "numpy", "grad-cam", "opencv-python-headless"])


if __name__ == "__main__":
    main()
