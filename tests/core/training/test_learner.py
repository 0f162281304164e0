"""One step of training, whatever the recipe says of it."""

import math
from typing import Any

import pytest
import torch

from core.data.dataset import DataSet
from core.training.learner import YOUNG, Learner, step_seed
from core.training.objectives import CROSS_ENTROPY
from core.training.schedule import SCHEDULES
from core.training.start import begin_epoch, new_network
from tests.core.training.conftest import busy, same

CPU = torch.device("cpu")


def learner(data_set: DataSet, steps: int = 7, device: str = "cpu", **values: Any) -> Learner:
    rest = {"average": 0.0, "accumulate": 1}
    recipe = busy(data_set, model="small_cnn", **rest | values)
    network = new_network(recipe, data_set, torch.device(device))
    return Learner(recipe, network, CROSS_ENTROPY, steps)


def batch(count: int = 8, device: str = "cpu") -> tuple[list[torch.Tensor], torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(count, 3, 32, 32, generator=generator)
    return [inputs.to(device)], (torch.arange(count) % 2).to(device)


def weights(one: Learner) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in one.network.module.state_dict().items()}


@pytest.mark.parametrize("device", ["meta"])
@pytest.mark.parametrize(
    "values", [{}, {"optimiser": "sgd"}, {"average": 0.9, "accumulate": 2}, {"trains": "head"}]
)
def test_a_step_waits_for_nothing_from_the_device(
    tiny_data_set: DataSet, device: str, values: dict[str, Any]
) -> None:
    """On `meta` there is nothing to wait for: whoever asks is refused."""
    one = learner(tiny_data_set, device=device, **values)
    begin_epoch(one.recipe, one.network, 0)
    for _ in range(3):
        loss, logits = one.learn(batch(device=device))
    assert (loss.device.type, logits.device.type, one.step) == (device, device, 3)


def test_weights_move_after_the_last_batch_of_a_step_and_at_an_epoch_s_end(tiny_data_set: DataSet) -> None:
    one = learner(tiny_data_set, steps=5, accumulate=2)
    moved = []
    for _ in range(5):
        before = one.network.module.get_parameter("classifier.weight").clone()
        one.learn(batch())
        moved.append(not torch.equal(before, one.network.module.get_parameter("classifier.weight")))
    assert moved == [False, True, False, True, True]


def test_two_half_batches_make_the_step_of_a_whole_one(tiny_data_set: DataSet) -> None:
    """But for normalisation over a batch, which is still here."""
    whole, halves = learner(tiny_data_set), learner(tiny_data_set, accumulate=2)
    for one in (whole, halves):
        one.network.module.eval()
    (inputs,), labels = batch()
    whole.learn(([inputs], labels))
    for half in (slice(0, 4), slice(4, 8)):
        halves.learn(([inputs[half]], labels[half]))
    for name, value in whole.network.module.named_parameters():
        torch.testing.assert_close(value, halves.network.module.get_parameter(name), rtol=0, atol=2e-4)


def test_the_rate_follows_the_steps_of_the_weights_not_the_batches(tiny_data_set: DataSet) -> None:
    one = learner(tiny_data_set, steps=5, accumulate=2, epochs=3, learning_rate=0.01)
    rates = []
    for one.step in range(15):
        rates.append(one.rate)
    expected = [SCHEDULES["one_cycle"](step, 9, 0.01) for step in range(9)]
    assert rates == [expected[epoch * 3 + place // 2] for epoch in range(3) for place in range(5)]


def test_the_average_is_that_of_its_formula_and_follows_young_weights_more(tiny_data_set: DataSet) -> None:
    one = learner(tiny_data_set, average=0.9)
    name = "classifier.weight"
    expected = one.network.module.get_parameter(name).detach().clone()
    for step in range(1, 4):
        one.learn(batch())
        keep = min(0.9, step / (step + YOUNG))
        expected = keep * expected + (1 - keep) * one.network.module.get_parameter(name).detach()
    assert one.average is not None
    torch.testing.assert_close(one.tested.module.get_parameter(name).detach(), expected)
    assert one.tested is one.average.network
    counted = one.tested.module.get_buffer("features.1.num_batches_tracked")
    assert counted == 3


def test_dropout_at_a_step_depends_on_no_earlier_draw(tiny_data_set: DataSet, dropping: None) -> None:
    def after(draws: int) -> dict[str, torch.Tensor]:
        recipe = busy(tiny_data_set, average=0.0, accumulate=1)
        one = Learner(recipe, new_network(recipe, tiny_data_set, CPU), CROSS_ENTROPY, 7)
        torch.rand(draws)
        one.learn(batch())
        return weights(one)

    assert same(after(0), after(5))
    assert step_seed(0, 0) != step_seed(0, 1) != step_seed(1, 0)


def test_a_head_learns_alone_first_and_what_is_before_it_stays_to_the_bit(tiny_data_set: DataSet) -> None:
    one = learner(tiny_data_set, trains="head_first", epochs=4)
    learned = []
    for epoch in range(4):
        begin_epoch(one.recipe, one.network, epoch)
        before = weights(one)
        one.learn(batch())
        after = weights(one)
        learned.append(
            {name.partition(".")[0] for name in after if not torch.equal(before[name], after[name])}
        )
    assert learned == [{"classifier"}, *[{"classifier", "features"}] * 3]


def test_every_optimiser_makes_the_loss_smaller(tiny_data_set: DataSet) -> None:
    for name in ("adamw", "sgd"):
        one = learner(tiny_data_set, optimiser=name, schedule="constant")
        losses = [float(one.learn(batch())[0].detach()) for _ in range(10)]
        assert losses[-1] < losses[0], name
        assert math.isfinite(losses[-1])
