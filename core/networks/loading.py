"""Networks ready to use: the device, weights loaded. Imports torch."""

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cache

import torch
from threadpoolctl import ThreadpoolController
from torch import Tensor, nn

from core.errors import (
    CannotStartFrom,
    NoCuda,
    UnknownName,
    WeightsDamaged,
    WeightsMissing,
    WeightsNotInstalled,
)
from core.hardware import cores
from core.networks.checkpoint import read_checkpoint
from core.networks.network import Network, Preprocessing, fixed
from core.runs.recipe import get_model
from core.runs.runs import Run, without_network
from core.words import Text, fill_text
from models.registry import ModelSpec, WeightsUnavailable, models

IMAGENET_CLASSES = 1000


def choose_device(name: str) -> torch.device:
    """ "auto" (CUDA where there is one), "cpu" or "cuda" as a device.

    Raises:
        NoCuda: "cuda" without a CUDA card.
    """
    found = torch.cuda.is_available()
    if name == "cuda" and not found:
        raise NoCuda()
    return torch.device("cuda" if found and name in ("auto", "cuda") else "cpu")


def device_name(device: torch.device) -> str:
    """What a person calls the device: the card's name, or "CPU"."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"


def use_all_cores() -> None:
    """Let torch calculate on every core that this process may use."""
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS") or cores()))


def torch_threads(threads: int) -> None:
    """Let torch calculate on so many cores."""
    torch.set_num_threads(threads)


def one_core() -> AbstractContextManager[object]:
    """Torch calculates in this thread alone as long as this lasts.

    For one picture beside other work: with a second thread on a core that is busy, EfficientNet-Lite0 waits, and
    takes 60 ms instead of 18.
    """
    torch.get_num_threads()  # torch's own choice for a new thread comes first
    return _libraries().limit(limits=1, user_api="openmp")  # for the thread that calls it


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def imagenet_state(spec: ModelSpec) -> dict[str, Tensor]:
    """The pretrained weights of a model that has them.

    Raises:
        WeightsMissing, WeightsDamaged.
    """
    assert spec.weights is not None, spec.key
    try:
        return spec.weights.load()
    except WeightsUnavailable as error:
        said = {"model": spec.name, "source": error.source, "place": error.place}
        variable = spec.weights.variable
        if error.damaged:
            raise WeightsDamaged(**said) from error
        if spec.weights.local:
            raise WeightsNotInstalled(**said, variable=variable) from error
        raise WeightsMissing(**said, variable=variable) from error


def pretrained_network(spec: ModelSpec, num_classes: int, side: int) -> nn.Module:
    """A network with ImageNet weights whose parts that know the classes (`new_parts`) begin anew.

    Raises:
        WeightsMissing, WeightsDamaged.
        RuntimeError: a weight outside these parts is missing, or of another shape: the record is wrong.
    """
    network = spec.build(num_classes, side)
    begun = {
        name: value
        for name, value in network.state_dict().items()
        if spec.is_new(name) or name.endswith("num_batches_tracked")  # some published files leave it out
    }
    published = imagenet_state(spec)
    if spec.refit is not None:
        published = spec.refit(published, side)
    kept = {name: value for name, value in published.items() if not spec.is_new(name)}
    network.load_state_dict(begun | kept)
    return network


def begun_network(begun: Network, name: str, spec: ModelSpec, classes: Sequence[str], side: int) -> nn.Module:
    """A network with the weights of one that was trained; on other classes its parts that know them begin anew.

    Args:
        begun: what was trained.
        name: of its run.
        spec, classes, side: of the new one, which is the same model.

    Raises:
        CannotStartFrom: its layers are others at that side.
    """
    network = spec.build(len(classes), side)
    kept = begun.module.state_dict()
    if spec.refit is not None:
        kept = spec.refit(kept, side)
    if begun.classes != list(classes):
        new = {name: value for name, value in network.state_dict().items() if spec.is_new(name)}
        kept = {name: value for name, value in kept.items() if not spec.is_new(name)} | new
    try:
        network.load_state_dict(kept)
    except RuntimeError as error:
        why = Text(
            en="it was trained with an image size of {its} px, and with one of {own} px the model has other layers;"
            " set the image size to {its}",
            ko="사진 크기 {its}픽셀로 학습했는데, {own}픽셀에서는 모델의 층이 다릅니다. 사진 크기를 {its}{its:-으로/로} 정해 주세요",
        )
        raise CannotStartFrom(name=name, why=fill_text(why, its=begun.side, own=side)) from error
    return network


def load_imagenet_network(key: str, device: torch.device) -> Network:
    """The model `key` as it was published, for the 1000 classes of ImageNet.

    Raises:
        UnknownName: no such model, or none with ImageNet weights. WeightsMissing, WeightsDamaged.
    """
    from torchvision.models import EfficientNet_B0_Weights

    spec = get_model(key)
    if spec.weights is None:
        known = [key for key, model in models().items() if model.weights is not None]
        raise UnknownName(Text(en="model with pretrained weights", ko="사전 학습 모델"), key, known)
    size = spec.native_size
    module = spec.build(IMAGENET_CLASSES, size)
    module.load_state_dict(imagenet_state(spec))
    # The names are the same for all of torchvision's models; nothing is fetched for them.
    classes = list(EfficientNet_B0_Weights.DEFAULT.meta["categories"])
    return fixed(Network(spec, module, classes, size, size, Preprocessing.of(spec)), device)


def load_run_network(run: Run, device: torch.device) -> Network:
    """The network that a run has trained.

    Raises:
        NotTrained: there is none yet. BadCheckpoint: its file is damaged or does not fit.
    """
    try:
        return fixed(read_checkpoint(run.folder.checkpoint), device)
    except FileNotFoundError:
        raise without_network(run) from None
