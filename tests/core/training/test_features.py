"""A head that learns from features."""

from pathlib import Path
from typing import Any

import pytest
import torch

from core.data.dataset import DataSet
from core.folders import RunFolder
from core.networks.network import Network, Preprocessing
from core.progress import silent
from core.runs.recipe import Recipe, get_model
from core.training.features import FeatureFeed, head_of, prepared
from core.training.feeds import HostFeed
from core.training.learner import Learner
from core.training.loop import train
from core.training.monitor import looks_of
from core.training.objectives import CROSS_ENTROPY
from core.training.start import new_network, training_pictures
from models.registry import models
from tests.core.training.conftest import busy

CPU = torch.device("cpu")


def begun(data_set: DataSet, **changes: Any) -> tuple[Recipe, Learner, HostFeed]:
    recipe = busy(data_set, **{"model": "small_cnn", "trains": "head", "epochs": 8} | changes)
    network = new_network(recipe, data_set, CPU)
    feed = HostFeed(network, data_set, training_pictures(recipe, data_set), recipe)
    return recipe, Learner(recipe, network, CROSS_ENTROPY, feed.steps), feed


@pytest.mark.parametrize("key", ["small_cnn", "resnet18", "mobilenet_v3_small", "efficientnet_lite0"])
def test_what_a_head_says_of_features_is_what_the_network_says_of_the_picture(key: str) -> None:
    spec = get_model(key)
    network = Network(spec, spec.build(3, 64), ["a", "b", "c"], 64, 64, Preprocessing.of(spec))
    head = head_of(network)
    assert head is not None
    inputs = torch.randn(4, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    features = head.features(network, inputs)
    assert features.shape == (4, head.width)
    with torch.no_grad():
        assert torch.equal(head.says(network.module, features), network.module(inputs))


def test_every_registered_model_ends_in_its_head() -> None:
    """`head_of` asks for one module that begins anew; where a model has more, each epoch would go through all of it."""
    assert [key for key, spec in models().items() if len(spec.new_parts) != 1] == []


@pytest.mark.parametrize(
    ("changes", "draws"),
    [
        ({}, 4),
        ({"epochs": 3}, 3),
        ({"flips": False, "crops": False, "balance": "none", "augmentation": "", "drawn": "once"}, 1),
    ],
)
def test_pictures_go_through_the_network_once_a_draw_and_not_once_an_epoch(
    tiny_data_set: DataSet, changes: dict[str, Any], draws: int
) -> None:
    recipe, learner, feed = begun(tiny_data_set, **changes)
    through: list[int] = []
    features: Any = learner.network.module.get_submodule("features")
    features.register_forward_pre_hook(lambda module, inputs: through.append(len(inputs[0])))
    looks = looks_of(learner.network, recipe, tiny_data_set)
    fed, seen, _ = prepared(learner, feed, looks, silent)
    for epoch in range(recipe.epochs):
        for batch in fed.epoch(epoch):
            learner.learn(batch)
        assert [len(labels) for look in seen for _, labels in look.batches()]
    assert sum(through) == 1 + draws * len(feed.indices) + 2 * looks[0].images


def test_each_epoch_has_every_picture_once_under_one_of_the_draws(tiny_data_set: DataSet) -> None:
    recipe, learner, feed = begun(tiny_data_set, balance="none")
    fed, _, _ = prepared(learner, feed, [], silent)
    assert isinstance(fed, FeatureFeed)
    rounds = [views[0] for views, _ in fed.rounds]
    assert len({float(views.sum()) for views in rounds}) == 4, "each draw is another one"
    for epoch in range(recipe.epochs):
        shown = torch.cat([views[0] for views, _ in fed.epoch(epoch)])
        stored = rounds[epoch % 4]
        assert not torch.equal(shown, stored), "in an order of its own"
        assert torch.equal(shown.sum(1).sort().values, stored.sum(1).sort().values)


def test_with_a_mix_that_grows_hard_the_draws_come_in_its_order(tiny_data_set: DataSet) -> None:
    recipe, learner, feed = begun(tiny_data_set, mix_over_epochs="easy_to_hard")
    fed, _, _ = prepared(learner, feed, [], silent)
    assert isinstance(fed, FeatureFeed)
    sums = [float(views[0].sum()) for views, _ in fed.rounds]
    taken = [sum(float(views[0].sum()) for views, _ in fed.epoch(epoch)) for epoch in range(recipe.epochs)]
    assert taken == pytest.approx([total for total in sums for _ in range(2)], rel=1e-4)


def test_nothing_but_the_head_changes(tiny_data_set: DataSet, tmp_path: Path) -> None:
    recipe = busy(tiny_data_set, model="small_cnn", trains="head")
    before = new_network(recipe, tiny_data_set, CPU).module.state_dict()
    folder = RunFolder(tmp_path / "run")
    train(recipe, tiny_data_set, folder, silent)
    from safetensors.torch import load_file

    after = load_file(folder.last)
    changed = {name for name, value in after.items() if not torch.equal(value, before[name])}
    assert changed == {"classifier.weight", "classifier.bias"}
    assert folder.shown.exists(), "the pictures that were looked at are shown"
