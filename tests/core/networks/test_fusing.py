"""Batch norm worked into convolutions."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from core.networks.fusing import fused
from core.networks.network import Network, Preprocessing, fixed
from models.registry import models

CPU = torch.device("cpu")


class Twice(nn.Module):
    """What the convolution gives is used beside its batch norm, too, where `beside`; else one norm after two convolutions."""

    def __init__(self, beside: bool) -> None:
        super().__init__()
        self.conv, self.norm, self.last = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(4, 2)
        self.beside = beside

    def forward(self, batch: Tensor) -> Tensor:
        given = self.conv(batch)
        normed = self.norm(given)
        more = given if self.beside else self.norm(self.conv(batch * 2))
        found: Tensor = self.last((normed + more).mean((2, 3)))
        return found


def with_statistics(module: nn.Module) -> nn.Module:
    generator = torch.Generator().manual_seed(0)
    for one in module.modules():
        if isinstance(one, nn.BatchNorm2d):
            one.running_mean.copy_(torch.randn(one.num_features, generator=generator))
            one.running_var.copy_(torch.rand(one.num_features, generator=generator) + 0.5)
    return module


@pytest.mark.parametrize("key", ["small_cnn", "mobilenet_v3_small"])
def test_a_network_answers_the_same_without_its_batch_norm_and_stays_as_it_was(key: str) -> None:
    spec = models()[key]
    torch.manual_seed(0)
    side = spec.input_size(32)
    module = with_statistics(spec.build(3, side))
    network = fixed(Network(spec, module, list("abc"), 32, side, Preprocessing.of(spec)), CPU)
    images = torch.randint(0, 256, (4, 32, 32, 3), dtype=torch.uint8)
    before = network.logits(images)
    other = fused(network)
    assert not any(isinstance(one, nn.BatchNorm2d) for one in other.module.modules())
    torch.testing.assert_close(other.logits(images), before, rtol=1e-3, atol=1e-4)
    assert torch.equal(network.logits(images), before)


@pytest.mark.parametrize("beside", [True, False])
def test_what_cannot_be_worked_in_is_left_as_it_is(beside: bool) -> None:
    spec = models()["small_cnn"]
    module = with_statistics(Twice(beside))
    network = Network(spec, module, list("ab"), 32, 32, Preprocessing.of(spec))
    network = fixed(replace(network), CPU)
    assert fused(network) is network
