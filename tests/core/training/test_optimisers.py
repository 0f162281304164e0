"""What moves the weights."""

import sys

import pytest
import torch
from torch import nn

from core.runs.recipe import Optimiser
from core.training.optimisers import MOMENTUM, OPTIMISERS, Mover


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4 * 36, 2))


def groups(module: nn.Module) -> list[dict]:
    weights, rest = ([p for p in module.parameters() if (p.ndim > 1) == many] for many in (True, False))
    return [
        {"params": weights, "lr": 0.02, "weight_decay": 0.1},
        {"params": rest, "lr": 0.002, "weight_decay": 0.0},
    ]


@pytest.mark.parametrize("name", OPTIMISERS)
def test_weights_move_as_by_the_optimiser_of_torch_bit_for_bit(name: Optimiser) -> None:
    own, other = network(), network()
    mover = Mover(groups(own), OPTIMISERS[name])
    theirs = (
        torch.optim.AdamW(groups(other))
        if name == "adamw"
        else torch.optim.SGD(groups(other), momentum=MOMENTUM, nesterov=True)
    )
    for step in range(4):
        images = torch.rand(5, 3, 8, 8)
        for module, optimiser in ((own, mover), (other, theirs)):
            # What has no gradient stays where it is and has no state yet.
            module[0].requires_grad_(step > 0)
            module(images).square().mean().backward()
            optimiser.step()
            optimiser.zero_grad()
    for mine, yours in zip(own.parameters(), other.parameters(), strict=True):
        assert torch.equal(mine, yours)
        assert mine.grad is None
        assert mover.state[mine].keys() == theirs.state[yours].keys()
        assert all(torch.equal(mover.state[mine][key], value) for key, value in theirs.state[yours].items())


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_step_imports_no_compiler(name: Optimiser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch._dynamo", None)  # refused from now on
    module = network()
    before = module[3].weight.clone()
    mover = Mover(groups(module), OPTIMISERS[name])
    module(torch.rand(2, 3, 8, 8)).sum().backward()
    mover.step()
    assert not torch.equal(before, module[3].weight)
