"""Networks as they answer soonest: batch norm worked in, weights packed for the processor."""

import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.models import VisionTransformer

from core.explanation.attribution import forward
from core.explanation.methods import all_methods
from core.explanation.methods.grad_cam import GRAD_CAM
from core.networks.network import Network, Preprocessing, fixed
from core.networks.packing import _Packed, packed, quick
from models._vit import ClassTokenBlock
from models.registry import models, tokens_as_places

CPU = torch.device("cpu")
SIDE = 32


def network_of(module: nn.Module, linear: str | None, target_layer: str = "features") -> Network:
    spec = replace(models()["small_cnn"], linear=linear, target_layer=target_layer)
    return fixed(Network(spec, module, list("abc"), SIDE, SIDE, Preprocessing.of(spec)), CPU)


def small_vit() -> VisionTransformer:
    torch.manual_seed(0)
    vit = VisionTransformer(SIDE, 8, num_layers=3, num_heads=2, hidden_dim=16, mlp_dim=32, num_classes=3)
    nn.init.normal_(vit.heads.head.weight)  # torchvision begins with zeros, which tell no class apart
    return vit


def transformer() -> Network:
    vit = small_vit()
    vit.encoder.layers[-1] = ClassTokenBlock(vit.encoder.layers[-1])
    network = network_of(vit, None, "encoder.layers.encoder_layer_2.ln_1")
    return replace(network, spec=replace(network.spec, reshape=partial(tokens_as_places, before=1)))


def registered(key: str) -> Network:
    spec = models()[key]
    torch.manual_seed(0)
    module = spec.build(3, SIDE)
    for one in module.modules():
        if isinstance(one, nn.BatchNorm2d):
            one.running_mean.normal_()
            one.running_var.uniform_(0.5, 1.5)
    return fixed(Network(spec, module, list("abc"), SIDE, SIDE, Preprocessing.of(spec)), CPU)


NETWORKS: dict[str, Callable[[], Network]] = {
    "linear head": partial(registered, "small_cnn"),
    "other head": partial(registered, "mobilenet_v3_small"),
    "padded by hand": partial(registered, "efficientnet_lite0"),
    "transformer": transformer,
}
every_kind = pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)


def pictures(count: int = 3) -> Tensor:
    return torch.randn(count, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


def number_packed(network: Network) -> int:
    return sum(isinstance(one, _Packed) for one in network.module.modules())


@every_kind
def test_a_quick_network_says_and_shows_what_the_plain_one_does(make: Callable[[], Network]) -> None:
    network, batch = make(), pictures()
    weights = {name: value.clone() for name, value in network.module.state_dict().items()}
    wanted, (maps,) = GRAD_CAM.explain(network, batch, [None])
    other = quick(network)
    assert number_packed(other)
    logits, (found,) = GRAD_CAM.explain(other, batch, [None])
    torch.testing.assert_close(logits, wanted, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found, maps, rtol=1e-4, atol=1e-4 * float(maps.abs().max()))
    state = network.module.state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in state.items()), "it stays as it was"


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("linear head", "score-cam"),
        ("linear head", "ablation-cam"),
        ("other head", "layer-cam"),
        ("transformer", "layer-cam"),
    ],
)
def test_further_methods_ask_and_differentiate_a_quick_network_as_they_do_the_plain_one(
    kind: str, key: str
) -> None:
    network, batch = NETWORKS[kind](), pictures()
    method = next(one for one in all_methods() if one.key == key)
    classes = torch.tensor([0, 1, 2])
    wanted, (maps,) = method.explain(network, batch, [classes])
    logits, (found,) = method.explain(quick(network), batch, [classes])
    torch.testing.assert_close(logits, wanted, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found, maps, rtol=1e-4, atol=1e-4 * float(maps.abs().max()))


def test_eight_threads_ask_one_quick_network_and_none_gets_another_s_answer() -> None:
    network = quick(registered("small_cnn"))
    batches = pictures(200).split(1)

    def explain(batch: Tensor) -> tuple[Tensor, Tensor]:
        logits, (maps,) = GRAD_CAM.explain(network, batch, [None])
        return logits, maps

    expected = [explain(batch) for batch in batches]
    with ThreadPoolExecutor(8) as threads:
        for found, wanted in zip(threads.map(explain, batches), expected, strict=True):
            torch.testing.assert_close(found, wanted)


def test_of_other_numbers_it_is_as_before() -> None:
    network, batch = transformer(), pictures()
    other = packed(network)
    with torch.inference_mode():
        with torch.autocast("cpu", torch.bfloat16):
            assert torch.equal(other.module(batch), network.module(batch))
        wanted = copy.deepcopy(network.module).double()(batch.double())
        assert torch.equal(other.module.double()(batch.double()), wanted)


def test_where_torch_is_built_without_onednn_it_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    network = transformer()
    assert quick(network) is network


class ReadsWeights(nn.Module):
    """A layer is asked, and its weights are read beside; another is asked twice."""

    def __init__(self) -> None:
        super().__init__()
        self.features, self.twice = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3)
        self.read, self.classes = nn.Linear(4, 4), nn.Linear(4, 3)

    def forward(self, batch: Tensor) -> Tensor:
        seen = self.twice(self.twice(self.features(batch))).mean((2, 3))
        found: Tensor = self.classes(self.read(seen) + F.linear(seen, self.read.weight))
        return found


def test_weights_can_be_read_as_before_and_what_is_asked_twice_is_left() -> None:
    torch.manual_seed(0)
    network, batch = network_of(ReadsWeights(), None), pictures()
    other = packed(network)
    assert isinstance(other.module.read, _Packed)
    assert not isinstance(other.module.twice, _Packed)
    torch.testing.assert_close(other.module(batch), network.module(batch))


def test_an_activation_after_the_target_layer_is_not_worked_into_what_maps_are_read_from() -> None:
    torch.manual_seed(0)
    module = nn.Sequential()
    module.add_module("features", nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.Conv2d(8, 4, 3)))
    module.add_module("after", nn.ReLU())
    module.add_module("pool", nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()))
    module.add_module("classes", nn.Linear(4, 3))
    network, batch = network_of(module, None), pictures()
    found = forward(quick(network), batch).activations
    assert (found < 0).any()
    torch.testing.assert_close(found, module.features(batch))


def test_the_last_block_of_the_class_token_alone_is_torchvision_s() -> None:
    whole, batch = small_vit().eval(), pictures()
    trimmed = transformer().module
    trimmed.load_state_dict(whole.state_dict())
    torch.testing.assert_close(trimmed(batch), whole(batch))
