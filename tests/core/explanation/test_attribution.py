"""One forward pass: what a target layer gives, to whom it is given."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn
from torch.nn import functional as F

from core.explanation.attribution import forward
from core.explanation.methods.grad_cam import GRAD_CAM
from core.networks.network import Network, Preprocessing, fixed
from models.registry import models, tokens_as_places


class ChangesInPlace(nn.Module):
    """What its target layer gives is changed in place by what comes next."""

    def __init__(self) -> None:
        super().__init__()
        self.features, self.classes = nn.Conv2d(3, 4, 3, 2, padding=1), nn.Linear(4, 2)

    def forward(self, batch: Tensor) -> Tensor:
        return self.classes(F.relu(self.features(batch), inplace=True).mean((2, 3)))


def network_of(module: nn.Module, linear: str | None = None) -> Network:
    spec = replace(models()["small_cnn"], linear=linear, target_layer="features")
    return fixed(Network(spec, module, ["a", "b"], 32, 32, Preprocessing.of(spec)), torch.device("cpu"))


def test_what_a_next_layer_rectifies_in_place_is_explained_as_the_library_does() -> None:
    torch.manual_seed(0)
    module, batch = ChangesInPlace(), torch.randn(2, 3, 8, 8)
    with GradCAM(module, [module.features]) as library:
        wanted = library(batch, [ClassifierOutputTarget(0), ClassifierOutputTarget(1)])
    network = network_of(module)
    seen = forward(network, batch)
    torch.testing.assert_close(seen.activations, module.features(batch).relu())
    torch.testing.assert_close(seen.logits, module(batch))
    _, (maps,) = GRAD_CAM.explain(network, batch, [torch.tensor([0, 1])])
    assert (maps.relu().amax((1, 2)) > 0).all()
    shown = F.interpolate(spread(maps.relu())[:, None], size=(8, 8), mode="bilinear")[:, 0]
    np.testing.assert_allclose(spread(shown).numpy(), wanted, atol=1e-5)


def spread(maps: Tensor) -> Tensor:
    lowest = maps.amin((1, 2), keepdim=True)
    return (maps - lowest) / (1e-7 + (maps - lowest).amax((1, 2), keepdim=True))


def test_nothing_of_a_pass_is_left_in_the_thread_or_the_network() -> None:
    network, batch = network_of(ChangesInPlace()), torch.randn(2, 3, 8, 8)
    GRAD_CAM.explain(network, batch, [None])
    assert torch.is_grad_enabled()
    with torch.no_grad():
        assert not network.module(batch).requires_grad
        copied = replace(network, module=deepcopy(network.module))
        GRAD_CAM.explain(copied, batch, [None])
        assert not torch.is_grad_enabled()
    assert all(value.grad is None for value in network.module.parameters())


@pytest.mark.parametrize("linear", [None, "classes"], ids=["any head", "linear head"])
def test_of_thousands_of_maps_that_eight_threads_ask_one_network_for_none_is_another_s(
    linear: str | None,
) -> None:
    torch.manual_seed(0)
    network = network_of(ChangesInPlace(), linear)
    batches = torch.randn(1000, 1, 3, 8, 8)

    def explain(batch: Tensor) -> tuple[Tensor, Tensor]:
        wanted = torch.tensor([int(batch.sum() > 0)])
        logits, (own, asked) = GRAD_CAM.explain(network, batch, [None, wanted])
        return logits, torch.stack([own, asked])

    expected = [explain(batch) for batch in batches]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(explain, batches))
    for (logits, maps), (wanted_logits, wanted) in zip(found, expected, strict=True):
        torch.testing.assert_close(logits, wanted_logits)
        torch.testing.assert_close(maps, wanted)


def test_tokens_are_laid_out_row_by_row_without_those_that_are_no_places() -> None:
    tokens = torch.arange(2.0 * 7 * 3).view(1, 14, 3)[:, : 2 + 9]
    places = tokens_as_places(tokens, before=2)
    assert places.shape == (1, 3, 3, 3)
    assert places[0, :, 0, 1].tolist() == tokens[0, 3].tolist()
    assert places[0, :, 2, 0].tolist() == tokens[0, 8].tolist()
