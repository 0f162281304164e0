"""The models: one record each, and nothing outside this folder looks at a model's name.

This file and the family files import torch inside functions only, so that a page can list the
models without the seconds that torch takes to load.
"""

import hashlib
import importlib
import os
import pickle
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from torch import Tensor, nn

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
VARIABLE = "NOISELENS_WEIGHTS"
"""The environment variable that names a folder with files of weights, looked into before any download."""
ONNX = "onnx"
"""The key of a graph that was brought in; it is not listed, as nobody trains one."""
TORCHVISION_LICENCE = "BSD-3-Clause (torchvision); trained on ImageNet-1k"


class Words(TypedDict):
    """A text in both languages of the screens."""

    en: str
    ko: str


class WeightsUnavailable(Exception):
    """Pretrained weights that are not on this machine and could not be fetched, or are damaged."""

    def __init__(self, source: str, place: str, damaged: bool) -> None:
        self.source = source
        """Package or address."""
        self.place = place
        """The file or folder where they are looked for."""
        self.damaged = damaged
        """They are there, but their checksum is wrong."""
        super().__init__(f"{source}: {'damaged' if damaged else 'not available'} at {place}")


class NotAClassifier(Exception):
    """A model of a library that cannot be used here, and why."""

    def __init__(self, key: str, en: str, ko: str) -> None:
        self.key = key
        self.why = Words(en=en, ko=ko)
        super().__init__(f"{key}: {en}")


@dataclass(frozen=True)
class Weights:
    """Pretrained ImageNet weights of a model."""

    source: str
    """The package or address they come from."""
    licence: str
    sha256: str
    """Of the weights file; a longer prefix of at least 8 hex digits is enough for a download."""
    local: bool
    """Comes with an installed package; otherwise it is fetched from the internet on first use."""
    load: "Callable[[], dict[str, Tensor]]"
    """The state dict, checked. Raises WeightsUnavailable."""
    here: "Callable[[], bool]"
    """Whether they are on this machine now; looks for the file only."""
    variable: str = ""
    """The environment variable that names a file to use instead, or a folder that has it."""
    resize: int = 256
    """Short side before the centre crop to the native size, px, bicubic."""


@dataclass(frozen=True)
class ModelSpec:
    """One model of the catalogue.

    Grad-CAM weighs the activations A (N,K,h,w): what the target layer gives, as `reshape` lays it out.
    """

    key: str
    name: str
    sentence: Words
    build: "Callable[[int, int], nn.Module]"
    """(number of classes, side of the pictures it is given in px: `input_size`) -> network with random
    weights."""
    linear: str | None
    """Dotted name of the last layer, where all that comes after A is global average pooling and that linear layer
    (dropout between is the identity in evaluation): there Grad-CAM is its rows times A. None: any other head."""
    new_parts: tuple[str, ...]
    """Dotted names of the modules that begin anew when it is trained on other classes than its weights know: at
    least those whose shape depends on the classes. They learn at the full rate; what is kept, at a share of it."""
    target_layer: str
    """Dotted name of the module whose output holds A."""
    native_size: int
    """Picture size it was made for, px."""
    least_size: int
    """Smaller pictures are enlarged to this before the network, so that A keeps some places apart."""
    million_parameters: float
    """With ten classes."""
    places: "Callable[[int], int]"
    """Side of A for pictures that are given to it with a side of so many px."""
    training_ms: float
    """Milliseconds per training picture of 64 px on two CPU cores, measured; for estimates."""
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    """Input is (picture / 255 - mean) / std."""
    weights: Weights | None = None
    reshape: "Callable[[Tensor], Tensor] | None" = None
    """From the target layer's output to A, where it is not N,K,h,w already; linear, and a view of it."""
    step: int = 1
    """The side that it is given is a multiple of so many px."""
    largest_size: int | None = None
    """Larger pictures are shrunk to this, px; None: it takes any."""
    refit: "Callable[[dict[str, Tensor], int], dict[str, Tensor]] | None" = None
    """(weights of it at any side, side in px) -> the same for that side; None: the side decides no weight."""

    def is_new(self, name: str) -> bool:
        """Whether a parameter or buffer of that dotted name lies in a part that begins anew."""
        return any(name.startswith(f"{part}.") or name == part for part in self.new_parts)

    def input_size(self, size: int, pretrained: bool = False) -> int:
        """Side of the square that the network is given for pictures of `size` px.

        ImageNet weights know things at photo size: with them it is at least half of the native size.
        """
        return self.fitting_side(max(size, self.native_size // 2 if pretrained else 0))

    def fitting_side(self, side: int) -> int:
        """The side nearest to `side` px that it takes; it rather enlarges."""
        side = -(-max(side, self.least_size) // self.step) * self.step
        return side if self.largest_size is None else min(side, self.largest_size)


def a_32th(side: int) -> int:
    """Places along a side of `side` px of networks that halve it five times."""
    return -(-side // 32)


def tokens_as_places(tokens: "Tensor", before: int = 0) -> "Tensor":
    """N,K,h,h from the tokens N,T,K of a transformer, row by row, without the first `before`, which are no places."""
    side = round((tokens.shape[1] - before) ** 0.5)
    return tokens[:, before:].unflatten(1, (side, side)).permute(0, 3, 1, 2)


def torchvision_weights(url: str, resize: int = 256, licence: str = TORCHVISION_LICENCE) -> Weights:
    """Weights that torchvision publishes: fetched on first use by torch.hub, which keeps them.

    A file that is here already is taken: from the folder that VARIABLE names, else from where torch.hub keeps it. It
    may have been written as safetensors.

    Args:
        url: its file name ends in the first 8 hex digits of its sha256, "-7f5810bc.pth".
        resize: as of Weights.
    """
    name = url.rsplit("/", 1)[1]
    prefix = name.removesuffix(".pth").rsplit("-", 1)[1]

    def load() -> "dict[str, Tensor]":
        import torch

        if (file := weights_file(name, hub_folder())) is not None:
            return read_weights(file, url, prefix)
        folder = str(hub_folder())
        try:
            state: dict[str, Tensor] = torch.hub.load_state_dict_from_url(
                url, folder, map_location="cpu", progress=False, check_hash=True, weights_only=True
            )
        except OSError as error:  # no network, refused, no space
            raise WeightsUnavailable(url, folder, damaged=False) from error
        except (RuntimeError, pickle.UnpicklingError, EOFError) as error:  # wrong checksum, cut short
            raise WeightsUnavailable(url, folder, damaged=True) from error
        return state

    return Weights(
        source=url,
        licence=licence,
        sha256=prefix,
        local=False,
        load=load,
        here=lambda: weights_file(name, hub_folder()) is not None,
        variable=VARIABLE,
        resize=resize,
    )


def hub_folder() -> Path:
    """Where torch.hub keeps what it fetches, found without torch."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("TORCH_HOME") or f"{cache}/torch"
    return Path(home).expanduser() / "hub" / "checkpoints"


def weights_file(name: str, *folders: Path) -> Path | None:
    """The file of that name, or of the same name as safetensors, in the folder that VARIABLE names or one of `folders`."""
    named = os.environ.get(VARIABLE)
    for folder in ([Path(named).expanduser()] if named else []) + list(folders):
        for file in (folder / name, (folder / name).with_suffix(".safetensors")):
            if file.is_file():
                return file
    return None


def read_weights(file: Path, source: str, prefix: str) -> "dict[str, Tensor]":
    """The state dict in a file, read without running code from it.

    Args:
        source: where it was published.
        prefix: first hex digits of its sha256; what was written as safetensors is another file, and goes without.

    Raises:
        WeightsUnavailable: it is damaged, or another file.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        if file.suffix == ".safetensors":
            return load_file(file)
        with file.open("rb") as opened:
            if not hashlib.file_digest(opened, "sha256").hexdigest().startswith(prefix):
                raise WeightsUnavailable(source, str(file), damaged=True)
        state: dict[str, Tensor] = torch.load(file, map_location="cpu", weights_only=True)
    except (SafetensorError, OSError, RuntimeError, pickle.UnpicklingError, EOFError) as error:
        raise WeightsUnavailable(source, str(file), damaged=True) from error
    return state


_registry: dict[str, ModelSpec] = {}


def register_model(spec: ModelSpec) -> ModelSpec:
    """Add a model; returns it.

    Raises:
        ValueError: the key is taken.
    """
    if spec.key in _registry:
        raise ValueError(f"two models are called {spec.key}")
    _registry[spec.key] = spec
    return spec


@cache
def models() -> dict[str, ModelSpec]:
    """Every model by key. Imports each family file of this folder; an import error rises."""
    import models as package

    for module in pkgutil.iter_modules(package.__path__):
        # A leading underscore marks a network's own code, imported by its family when it is built.
        if not module.name.startswith("_"):
            importlib.import_module(f"models.{module.name}")
    return dict(sorted(_registry.items(), key=lambda item: item[1].training_ms))
