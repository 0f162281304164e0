"""What makes steps on a card quick stays out of the way where it brings nothing or cannot be had, as here without a card."""

import logging
from typing import Any

import pytest
import torch

from core.networks.network import Network, Preprocessing
from core.runs.recipe import Recipe
from core.training.card import LEAST_STEPS, GraphedSays, _buffers_kept, quick_says
from core.training.learner import Learner, whole
from core.training.objectives import OBJECTIVES
from models.registry import models
from tests.fake_card import fake_card

SPEC = models()["small_cnn"]
INPUTS = torch.rand((3, 3, 32, 32), generator=torch.Generator().manual_seed(0))


def says_on(device: str, steps: int = LEAST_STEPS, **values: Any) -> Any:
    with torch.device(device):
        module = SPEC.build(2, 32)
    network = Network(SPEC, module, ["a", "b"], 32, 32, Preprocessing.of(SPEC))
    recipe = Recipe("", "", "small_cnn", **values)
    return quick_says(Learner(recipe, network, OBJECTIVES[recipe.objective], 10), steps)


def test_a_graph_is_for_long_trainings_on_a_card_of_one_pass_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.cudnn, "benchmark", False)
    assert says_on("cpu") is whole
    assert not torch.backends.cudnn.benchmark
    with fake_card(monkeypatch):
        assert isinstance(says_on("cuda"), GraphedSays)
        assert torch.backends.cudnn.benchmark
        assert says_on("cuda", LEAST_STEPS - 1) is whole
        for values in ({"accumulate": 2}, {"objective": "jsd"}, {"trains": "head"}, {"trains": "head_first"}):
            assert says_on("cuda", **values) is whole


@pytest.mark.skipif(torch.cuda.is_available(), reason="a card would capture it: tests/gpu")
def test_where_no_graph_can_be_captured_the_network_is_asked_as_it_is_and_the_log_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    module, twin = (SPEC.build(2, 32) for _ in range(2))
    twin.load_state_dict(module.state_dict())
    says = GraphedSays(module)
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            assert torch.equal(says(module, INPUTS), twin(INPUTS))
    (said,) = caplog.messages
    assert said.startswith("batches of 3 x 3 x 32 x 32 go without a CUDA graph: ")
    assert all(map(torch.equal, module.buffers(), twin.buffers()))
    module.eval(), twin.eval()
    assert torch.equal(says(module, INPUTS[:2]), twin(INPUTS[:2]))
    assert len(caplog.messages) == 1, "what is tested is never captured"


def test_passes_that_are_only_tried_leave_no_trace_in_the_averages_of_a_network() -> None:
    module = SPEC.build(2, 32)
    before = [buffer.clone() for buffer in module.buffers()]
    with _buffers_kept(module):
        module(INPUTS)
        assert not all(map(torch.equal, module.buffers(), before))
    assert all(map(torch.equal, module.buffers(), before))
