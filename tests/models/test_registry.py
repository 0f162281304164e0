"""Every model of the catalogue: it computes what its record says."""

from functools import cache

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch.nn import functional as F

from core.explanation.methods.grad_cam import GRAD_CAM
from core.networks.network import Network, Preprocessing
from models.registry import ModelSpec, models, register_model

CLASSES = 5
EVERY = list(models().values())
every_model = pytest.mark.parametrize("spec", EVERY, ids=[spec.key for spec in EVERY])


def as_network(spec: ModelSpec, module: torch.nn.Module, side: int) -> Network:
    return Network(spec, module, list("abcde"), side, side, Preprocessing.of(spec))


@cache
def random_network(key: str, side: int) -> torch.nn.Module:
    """A module with random weights whose normalisation has seen pictures, made once; double precision, so that
    only a wrong formula differs."""
    torch.manual_seed(0)
    network = models()[key].build(CLASSES, side).double()
    with torch.no_grad():
        network.train()
        for _ in range(3):
            network(torch.randn(4, 3, side, side, dtype=torch.float64))
    return network.eval()


def pictures(count: int, side: int) -> torch.Tensor:
    return torch.randn(count, 3, side, side, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


@every_model
def test_head_of_trunk_is_the_network(spec: ModelSpec) -> None:
    side = spec.input_size(64)
    network, batch = random_network(spec.key, side), pictures(2, side)
    with torch.no_grad():
        activations = spec.trunk(network, batch)
        torch.testing.assert_close(spec.head(network, activations), network(batch))
    assert activations.shape[2] >= 4, "a map of fewer places shows nothing"


@every_model
@pytest.mark.parametrize("count", [1, 3])
def test_map_is_grad_cam_of_the_library(spec: ModelSpec, count: int) -> None:
    side = spec.input_size(64)
    network, batch = random_network(spec.key, side), pictures(count, side)
    strongest = 0.0
    with GradCAM(network, [network.get_submodule(spec.target_layer)]) as library:
        for shift in range(3):  # a random network's map may have no positive part for one class
            classes = (torch.arange(count) + shift) % CLASSES
            logits, (maps,) = GRAD_CAM.explain(as_network(spec, network, side), batch, [classes])
            wanted = library(batch.clone(), [ClassifierOutputTarget(int(c)) for c in classes])
            torch.testing.assert_close(library.outputs.detach(), logits)
            # The library's own post-processing: ReLU, minimum to maximum, enlarged, minimum to maximum.
            positive = spread(maps.clone().relu())
            shown = spread(F.interpolate(positive[:, None], size=(side, side), mode="bilinear")[:, 0])
            np.testing.assert_allclose(shown.numpy(), wanted, atol=2e-5)
            strongest = max(strongest, float(wanted.max()))
    assert strongest > 0.9


def spread(maps: torch.Tensor) -> torch.Tensor:
    lowest = maps.amin((1, 2), keepdim=True)
    return (maps - lowest) / (1e-7 + (maps - lowest).amax((1, 2), keepdim=True))


@every_model
def test_a_map_adds_up_to_its_logit_where_the_head_is_linear(spec: ModelSpec) -> None:
    if spec.linear is None:
        pytest.skip("its head is not global pooling and one linear layer")
    side = spec.input_size(64)
    network, batch = random_network(spec.key, side), pictures(2, side)
    logits, (maps,) = GRAD_CAM.explain(as_network(spec, network, side), batch, [None])
    predicted = logits.argmax(1)
    bias = spec.linear(network).bias.detach()[predicted]
    torch.testing.assert_close(maps.sum((1, 2)) + bias, logits.amax(1))


@every_model
def test_record_counts_the_parameters(spec: ModelSpec) -> None:
    with torch.device("meta"):  # shapes alone
        network = spec.build(10, spec.input_size(64))
    count = sum(parameter.numel() for parameter in network.parameters()) / 1e6
    assert count == pytest.approx(spec.million_parameters, rel=0.03)


@every_model
@pytest.mark.parametrize("pretrained", [False, True])
@pytest.mark.parametrize("size", [32, 64, 100, 224])
def test_record_says_how_many_places_a_map_tells_apart(spec: ModelSpec, size: int, pretrained: bool) -> None:
    side = spec.input_size(size, pretrained)
    with torch.device("meta"), torch.inference_mode():  # shapes alone
        activations = spec.trunk(spec.build(CLASSES, side).eval(), torch.zeros(1, 3, side, side))
    assert activations.shape[2:] == (spec.places(side),) * 2


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


@every_model
def test_every_weight_learns(spec: ModelSpec) -> None:
    side = spec.input_size(32)
    network = spec.build(3, side).train()
    F.cross_entropy(network(torch.randn(4, 3, side, side)), torch.tensor([0, 1, 2, 0])).backward()
    without = [name for name, value in network.named_parameters() if value.grad is None]
    assert not without


def test_two_models_of_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="small_cnn"):
        register_model(models()["small_cnn"])


def test_resnet_sees_small_pictures_and_photos_with_different_stems() -> None:
    spec = models()["resnet18"]
    small, photo = spec.build(2, spec.input_size(64)), spec.build(2, spec.input_size(64, pretrained=True))
    assert small.get_parameter("conv1.weight").shape[-1] == 3
    assert photo.get_parameter("conv1.weight").shape[-1] == 7
