"""Every model is right on a graphics card, as far as that shows without one.

Under FakeTensorMode tensors have a shape and a device alone, and an operation between two devices raises; on "meta" whatever
has to wait for numbers raises, too.
"""

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

from core.explanation.methods.grad_cam import GRAD_CAM
from core.networks.network import Network, Preprocessing
from core.runs.recipe import Recipe
from core.training.learner import Learner
from core.training.objectives import OBJECTIVES
from models.registry import ModelSpec, models

EVERY = list(models().values())
every_model = pytest.mark.parametrize("spec", EVERY, ids=[spec.key for spec in EVERY])
META = torch.device("meta")


def network_of(spec: ModelSpec, device: str) -> Network:
    side = spec.input_size(32)
    with torch.device(device):
        module = spec.build(3, side)
    return Network(spec, module, list("abc"), 32, side, Preprocessing.of(spec))


@every_model
def test_pictures_go_through_it_and_get_a_map_on_the_card(
    spec: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nn.init, "trunc_normal_", lambda tensor, **_: tensor)  # it looks at what it drew
    with FakeTensorMode():
        network = network_of(spec, "cuda")
        network.module.eval().requires_grad_(False)
        batch = network.inputs(torch.zeros(2, 32, 32, 3, dtype=torch.uint8))
        assert batch.device.type == "cuda"
        if spec.linear is None:  # a gradient is not reckoned so: below, without numbers
            logits = network.module(batch)
        else:
            logits, (maps,) = GRAD_CAM.explain(network, batch, [None])
            assert (maps.device.type, maps.shape) == ("cuda", (2, *[spec.places(network.side)] * 2))
    assert (logits.device.type, logits.shape) == ("cuda", (2, 3))


@pytest.mark.parametrize("spec", [one for one in EVERY if one.linear is None], ids=lambda spec: spec.key)
def test_maps_by_gradient_wait_for_no_number(spec: ModelSpec) -> None:
    network = network_of(spec, "meta")
    network.module.eval().requires_grad_(False)
    batch = network.inputs(torch.zeros(2, 32, 32, 3, dtype=torch.uint8))
    _, (maps,) = GRAD_CAM.explain(network, batch, [None])
    assert (maps.device, maps.shape) == (META, (2, *[spec.places(network.side)] * 2))


@every_model
def test_a_step_of_training_waits_for_no_number(spec: ModelSpec) -> None:
    learner = learning(network_of(spec, "meta"))
    inputs = learner.network.inputs(torch.zeros(2, 32, 32, 3, dtype=torch.uint8))
    loss, logits = learner.learn(([inputs], torch.zeros(2, dtype=torch.int64, device=META)))
    assert (loss.device, logits.shape) == (META, (2, 3))
    assert learner.step == 1
    assert len(learner.optimiser.state) == len(list(learner.network.module.parameters())), (
        "each weight learns"
    )


@pytest.mark.parametrize(
    "values",
    [
        {"objective": "jsd"},
        {"optimiser": "sgd", "average": 0.9},
        {"accumulate": 2, "label_smoothing": 0.1},
    ],
    ids=lambda values: " ".join(values),
)
def test_no_way_to_learn_waits_for_a_number(values: dict[str, object]) -> None:
    learner = learning(network_of(models()["small_cnn"], "meta"), **values)
    for _ in range(2):
        views = [
            learner.network.inputs(torch.zeros(2, 32, 32, 3, dtype=torch.uint8))
            for _ in learner.objective.views
        ]
        learner.learn((views, torch.full((2, 3), 1 / 3, device=META)))
    assert learner.optimiser.state


def learning(network: Network, **values: object) -> Learner:
    recipe = replace(Recipe("", "", network.spec.key), **values)
    return Learner(recipe, network, OBJECTIVES[recipe.objective], steps=4)
