"""Every model of the catalogue: it computes what its record says."""

import copy
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import nn
from torch.nn import functional as F

from core.explanation.attribution import forward
from core.explanation.methods.grad_cam import GRAD_CAM
from core.networks.loading import load_imagenet_network
from core.networks.network import Network, Preprocessing
from core.resizing import square
from core.samples import SAMPLES, sample_picture
from models.registry import ModelSpec, models, register_model

CLASSES = 5
EVERY = list(models().values())
BETWEEN = {"vit_b_16": [f"encoder.layers.encoder_layer_{n}" for n in range(1, 11)]}
"""Layers of the same kind as others, left out where numbers are reckoned."""
every_model = pytest.mark.parametrize("spec", EVERY, ids=[spec.key for spec in EVERY])


def as_network(spec: ModelSpec, module: torch.nn.Module, side: int) -> Network:
    return Network(spec, module, list("abcde"), side, side, Preprocessing.of(spec))


@cache
def random_network(key: str) -> tuple[torch.nn.Module, int]:
    """A module with random weights in float64 whose normalisation has seen pictures, and the side of what it is given; made
    once. In float32 the rounding of its nearly flat maps would be larger than what a wrong formula changes."""
    spec, fill = models()[key], torch.Generator().manual_seed(0)
    side = spec.input_size(32)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("kaiming_normal_", "kaiming_uniform_", "trunc_normal_", "xavier_uniform_", "uniform_"):
            patch.setattr(
                nn.init, name, lambda tensor, *_, **__: tensor
            )  # most of the time, and all of it for nothing
        network = spec.build(CLASSES, side)
    for name in BETWEEN.get(key, []):
        parent, _, last = name.rpartition(".")
        setattr(network.get_submodule(parent), last, nn.Identity())
    with torch.no_grad():
        for value in network.parameters():
            if value.ndim > 1:
                value.normal_(0, (2 / value[0].numel()) ** 0.5, generator=fill)
            else:
                value.uniform_(0.5, 1, generator=fill)
        network.train()(torch.randn(4, 3, side, side, generator=fill))
    return network.eval().double(), side


def pictures(count: int, side: int) -> torch.Tensor:
    return torch.randn(count, 3, side, side, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@every_model
def test_map_is_grad_cam_of_the_library(spec: ModelSpec) -> None:
    network, side = random_network(spec.key)
    batch, classes = pictures(3, side), torch.tensor([0, 1, 4])
    logits, (maps,) = GRAD_CAM.explain(as_network(spec, network, side), batch, [classes])
    layer = network.get_submodule(spec.target_layer)
    with GradCAM(network, [layer], reshape_transform=spec.reshape) as library:
        wanted = library(batch, [ClassifierOutputTarget(int(c)) for c in classes])
    torch.testing.assert_close(library.outputs.detach(), logits, rtol=1e-10, atol=1e-10)
    # The library's own post-processing: ReLU, minimum to maximum, enlarged, minimum to maximum.
    positive = spread(maps.clone().relu())
    shown = spread(F.interpolate(positive[:, None], size=(side, side), mode="bilinear")[:, 0])
    np.testing.assert_allclose(shown.numpy(), wanted, atol=1e-5)  # the library scales in float32
    assert wanted.max() > 0.9, "a map without a positive part tells nothing"


def spread(maps: torch.Tensor) -> torch.Tensor:
    lowest = maps.amin((1, 2), keepdim=True)
    return (maps - lowest) / (1e-7 + (maps - lowest).amax((1, 2), keepdim=True))


def test_with_weights_that_know_photos_the_map_is_the_library_s_in_single_precision() -> None:
    network = load_imagenet_network("efficientnet_lite0", torch.device("cpu"))
    photos = np.stack([square(sample_picture(key), network.size) for key in list(SAMPLES)[:4]])
    batch = network.inputs(torch.from_numpy(photos))
    logits, (maps,) = GRAD_CAM.explain(network, batch, [None])
    own = copy.deepcopy(network.module).requires_grad_(True)
    with GradCAM(own, [own.get_submodule(network.spec.target_layer)]) as library:
        wanted = library(batch, [ClassifierOutputTarget(int(one)) for one in logits.argmax(1)])
    positive = spread(maps.relu())
    shown = spread(F.interpolate(positive[:, None], size=batch.shape[2:], mode="bilinear")[:, 0])
    np.testing.assert_allclose(shown.numpy(), wanted, atol=1e-4)


LINEAR = [spec for spec in EVERY if spec.linear is not None]


@pytest.mark.parametrize("spec", LINEAR, ids=[spec.key for spec in LINEAR])
def test_where_the_head_is_linear_the_closed_form_is_the_gradient_s_and_adds_up_to_the_logit(
    spec: ModelSpec,
) -> None:
    network, side = random_network(spec.key)
    batch = pictures(1, side)
    logits, (maps,) = GRAD_CAM.explain(as_network(spec, network, side), batch, [None])
    predicted = logits.argmax(1)
    bias = network.get_parameter(f"{spec.linear}.bias").detach()[predicted]
    torch.testing.assert_close(maps.sum((1, 2)) + bias, logits.amax(1), rtol=1e-10, atol=1e-10)
    other_head = as_network(replace(spec, linear=None), network, side)
    _, (differentiated,) = GRAD_CAM.explain(other_head, batch, [None])
    torch.testing.assert_close(maps, differentiated, rtol=0, atol=1e-10)


@every_model
def test_record_counts_the_parameters(spec: ModelSpec) -> None:
    with torch.device("meta"):  # shapes alone
        network = spec.build(10, spec.input_size(64))
    count = sum(parameter.numel() for parameter in network.parameters()) / 1e6
    assert count == pytest.approx(spec.million_parameters, rel=0.03)


@cache
def places(key: str, side: int) -> tuple[int, ...]:
    spec = models()[key]
    with torch.device("meta"):  # shapes alone
        network = as_network(spec, spec.build(CLASSES, side).eval(), side)
        return forward(network, torch.zeros(1, 3, side, side)).activations.shape[2:]


@every_model
@pytest.mark.parametrize("pretrained", [False, True])
@pytest.mark.parametrize("size", [32, 64, 100, 224])
def test_record_says_how_many_places_a_map_tells_apart(spec: ModelSpec, size: int, pretrained: bool) -> None:
    side = spec.input_size(size, pretrained)
    assert places(spec.key, side) == (spec.places(side),) * 2
    assert spec.places(side) >= 4, "a map of fewer places shows nothing"


@every_model
def test_record_names_every_part_that_knows_the_classes(spec: ModelSpec) -> None:
    side = spec.input_size(32)
    with torch.device("meta"):  # shapes alone
        few, many = (spec.build(count, side) for count in (3, 4))
    shapes = {name: value.shape for name, value in many.named_parameters()}
    differing = [name for name, value in few.named_parameters() if value.shape != shapes[name]]
    assert differing
    assert all(spec.is_new(name) for name in differing)
    assert all(list(few.get_submodule(part).parameters()) for part in spec.new_parts)


def test_two_models_of_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="small_cnn"):
        register_model(models()["small_cnn"])


def test_resnet_sees_small_pictures_and_photos_with_different_stems() -> None:
    spec = models()["resnet18"]
    small, photo = spec.build(2, spec.input_size(64)), spec.build(2, spec.input_size(64, pretrained=True))
    assert small.get_parameter("conv1.weight").shape[-1] == 3
    assert photo.get_parameter("conv1.weight").shape[-1] == 7
