"""The device's feed: the host's recipe, made where the network is, here on the processor or on a card that is not there."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from core.data.dataset import DataSet
from core.errors import Paused
from core.folders import RunFolder
from core.networks.checkpoint import read_checkpoint
from core.networks.network import Network, Preprocessing
from core.noise.mix import Mix
from core.progress import silent
from core.runs.recipe import Recipe
from core.training import device_feed, loop
from core.training.augmentations import all_augmentations
from core.training.device_feed import DeviceFeed, new_feed
from core.training.feeds import HostFeed
from core.training.learner import Learner
from core.training.monitor import Metrics
from core.training.objectives import JSD, OBJECTIVES, View
from models.registry import models
from tests.core.training.conftest import busy, same
from tests.fake_card import fake_card

ON_THE_HOST = "film_grain"
"""A noise without a form for the device."""


def network_on(device: str) -> Network:
    spec = models()["small_cnn"]
    with torch.device(device):
        module = spec.build(2, 32)
    return Network(spec, module, ["left", "right"], 32, 32, Preprocessing.of(spec))


@pytest.fixture
def network() -> Network:
    return network_on("cpu")


def recipe(*mix: str, **values: Any) -> Recipe:
    facts = {"batch_size": 16, "seed": 3, "mix": Mix.from_texts(mix)}
    return Recipe("", "", "small_cnn", **(facts | values))


def feeds(
    network: Network, data_set: DataSet, plan: Recipe, views: Sequence[View] = ("noisy",), **values: Any
) -> tuple[DeviceFeed, HostFeed]:
    given = network, data_set, data_set.indices("train"), plan, views
    return DeviceFeed(*given, **values), HostFeed(*given)


def alike(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether batches are, to the last bit."""
    return len(one) == len(other) and all(
        torch.equal(labels, others) and all(map(torch.equal, views, more))
        for (views, labels), (more, others) in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("resident", [True, False])
@pytest.mark.parametrize(
    ("mix", "values"),
    [
        ((), {}),
        ((), {"flips": True, "crops": True, "balance": "sampling", "label_smoothing": 0.1}),
        (("gaussian_noise:0.5:1-5", "fog:0.3:2"), {"drawn": "once", "crops": True}),
    ],
    ids=["clean", "moved", "drawn once"],
)
def test_what_no_device_draws_is_as_the_host_makes_it(
    tiny_data_set: DataSet, network: Network, mix: tuple[str, ...], values: Any, resident: bool
) -> None:
    ours, hosts = feeds(network, tiny_data_set, recipe(*mix, **values), resident=resident)
    assert alike(list(ours.epoch(1)), list(hosts.epoch(1)))
    assert ours.steps == hosts.steps


@pytest.mark.parametrize("resident", [True, False])
def test_an_epoch_is_the_same_whatever_was_asked_before_it_and_wherever_it_is_taken_up(
    tiny_data_set: DataSet, network: Network, resident: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_feed, "BLOCK_PIXELS", 2 * 2 * 16 * 32**2)
    plan = recipe("gaussian_noise:0.5:1-5", "blend:0.2:3", augmentation="mixup", crops=True, batch_size=12)
    feed, _ = feeds(network, tiny_data_set, plan, ("noisy", "noisy"), resident=resident)
    assert (feed.steps, feed._together) == (5, 2)
    alone = list(feed.epoch(1))
    assert not alike(list(feed.epoch(0)), alone)
    assert alike(list(feed.epoch(1)), alone)
    for first in (1, 2, 5):
        assert alike(list(feed.epoch(1, first)), alone[first:])
    (one, other), _ = alone[0]
    assert not torch.equal(one, other)
    elsewhere, _ = feeds(network, tiny_data_set, plan, ("noisy", "noisy"), resident=not resident)
    assert alike(list(elsewhere.epoch(1)), alone), "on a card with less memory, too"


def test_the_shards_of_all_ranks_are_the_pictures_of_the_whole(
    tiny_data_set: DataSet, network: Network
) -> None:
    plan = recipe(crops=True)
    whole, _ = feeds(network, tiny_data_set, plan)
    shards = [feeds(network, tiny_data_set, plan, rank=rank, world=2)[0].epoch(2) for rank in (0, 1)]
    for ((inputs,), labels), ((even,), evens), ((odd,), odds) in zip(whole.epoch(2), *shards, strict=True):
        assert torch.equal(inputs[0::2], even)
        assert torch.equal(inputs[1::2], odd)
        assert torch.equal(labels[0::2], evens)
        assert torch.equal(labels[1::2], odds)


def changes(feed: DeviceFeed | HostFeed, clean: HostFeed, epochs: int) -> Tensor:
    """How far each picture of some epochs is from clean, on average over its pixels."""
    found = []
    for epoch in range(epochs):
        for ((noisy,), _), ((plain,), _) in zip(feed.epoch(epoch), clean.epoch(epoch), strict=True):
            found.append((noisy - plain).abs().mean((1, 2, 3)))
    return torch.cat(found)


@pytest.mark.parametrize(
    "mix",
    [
        ("gaussian_noise:0.6:1-5", "brightness:0.3:2-4"),
        ("gaussian_noise:0.3:sd=0.05..0.3", "gaussian_noise:0.3:sd=0.5", "salt_pepper:0.2:3"),
        (f"{ON_THE_HOST}:0.5:3-5", "blend:0.4:1-5"),
    ],
    ids=" ".join,
)
def test_noise_is_that_of_the_host_in_law(
    tiny_data_set: DataSet, network: Network, mix: tuple[str, ...]
) -> None:
    ours, hosts = feeds(network, tiny_data_set, recipe(*mix))
    _, clean = feeds(network, tiny_data_set, recipe())
    epochs = 4
    one, other = (changes(feed, clean, epochs) for feed in (ours, hosts))
    untouched = [float((found == 0).float().mean()) for found in (one, other)]
    share = 1 - sum(part.probability for part in ours.recipe.mix.parts)
    assert untouched == pytest.approx([share, share], abs=0.07)
    spread = float(torch.cat([one, other]).std()) / (len(one) / 2) ** 0.5
    assert float(one.mean()) == pytest.approx(float(other.mean()), abs=4 * spread)
    assert float(one.std()) == pytest.approx(float(other.std()), rel=0.15)


def test_a_picture_is_mixed_with_another_one_of_the_training_split(
    tiny_data_set: DataSet, network: Network
) -> None:
    plan = recipe("blend:1:alpha=1", batch_size=56)
    ours, _ = feeds(network, tiny_data_set, plan)
    (((found,), _),) = ours.epoch(0)
    _, hosts = feeds(network, tiny_data_set, recipe(batch_size=56))
    (((own,), _),) = hosts.epoch(0)
    apart = (found[:, None] - own[None]).abs().amax((2, 3, 4))
    nearest = apart.argmin(1)
    assert float(apart.amin(1).max()) < 1e-4
    assert not (nearest == torch.arange(56)).any()
    assert len(nearest.unique()) > 20


def test_a_noise_that_is_fitted_on_pictures_takes_those_of_the_data_set(
    tiny_data_set: DataSet, network: Network
) -> None:
    ours, hosts = feeds(network, tiny_data_set, recipe("pca_dataset:1:3"))
    ((one,), _), ((other,), _) = next(ours.epoch(0)), next(hosts.epoch(0))
    assert float((one - other).abs().mean()) < 0.02


@pytest.mark.parametrize("key", ["augmix", "cutmix"])
def test_an_augmentation_falls_on_noisy_views_alone_and_mixes_classes_as_on_the_host(
    tiny_data_set: DataSet, network: Network, key: Any
) -> None:
    mixes = all_augmentations()[key].mixes_classes
    views = ("noisy",) if mixes else JSD.views
    ours, hosts = feeds(network, tiny_data_set, recipe(augmentation=key), views)
    plain, _ = feeds(network, tiny_data_set, recipe(), views)
    (found, targets), (wanted, shape), (still, _) = (next(feed.epoch(0)) for feed in (ours, hosts, plain))
    assert targets.shape == shape.shape
    assert targets.dtype == shape.dtype
    for place, view in enumerate(views):
        assert found[place].shape == wanted[place].shape
        assert torch.equal(found[place], still[place]) == (view == "clean")


NOISES = ("gaussian_noise:0.2:1-5", "fog:0.2:1-5", "blend:0.2:3", "salt_pepper:0.1:2", f"{ON_THE_HOST}:0.2:3")


@pytest.mark.parametrize(
    ("values", "resident"),
    [
        ({"augmentation": "prime", "flips": True, "balance": "weights"}, True),
        ({"augmentation": "mixup", "crops": True}, False),
        ({"objective": "jsd"}, False),
    ],
    ids=["prime", "mixup", "jsd"],
)
def test_on_a_card_no_batch_mixes_devices_waits_or_draws_elsewhere(
    tiny_data_set: DataSet, values: Any, resident: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = recipe(*NOISES, label_smoothing=0.1, batch_size=40, **values)
    views = OBJECTIVES[plan.objective].views
    with fake_card(monkeypatch) as watched:
        network = network_on("cuda")
        feed, _ = feeds(network, tiny_data_set, plan, views, resident=resident)
        _ = feed._weights, feed.resident and feed._store  # once a training, and before it
        with watched:
            batches = list(feed.epoch(0))
            for seen, targets in batches:
                assert {one.device.type for one in [*seen, targets]} == {"cuda"}
                assert [network.module(inputs).shape for inputs in seen] == [(len(targets), 2)] * len(views)
    assert [len(targets) for _, targets in batches] == [28, 28]


def test_a_step_on_what_the_feed_makes_waits_for_no_number(
    tiny_data_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OfTheProcessor(torch.Generator):
        """Of a device without values there is none."""

        def __new__(cls, device: torch.device) -> "OfTheProcessor":
            return super().__new__(cls)

    monkeypatch.setattr(torch, "Generator", OfTheProcessor)
    plan = recipe(augmentation="cutmix", average=0.9, flips=True)
    network = network_on("meta")
    feed, _ = feeds(network, tiny_data_set, plan)
    learner = Learner(plan, network, OBJECTIVES["cross_entropy"], feed.steps)
    with Metrics(tmp_path / "metrics.jsonl", 1000, 1.0, network.device) as metrics:
        for views, targets in feed.epoch(0):
            loss, logits = learner.learn((views, targets))
            metrics.add(learner.step, loss, logits, targets, 1.0)
            assert loss.device.type == "meta"
    assert learner.step == feed.steps


def test_who_learns_from_it_learns_as_from_the_hosts_and_goes_on_from_its_middle_to_the_same_weights(
    tiny_data_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = busy(tiny_data_set, "small_cnn", epochs=5, average=0.0, accumulate=1, augmentation="")
    learned = loop.train(plan, tiny_data_set, RunFolder(tmp_path / "host"), silent)
    monkeypatch.setattr(loop, "new_feed", DeviceFeed)
    whole = RunFolder(tmp_path / "whole")
    trained = loop.train(plan, tiny_data_set, whole, silent)
    for accuracy in (learned.validation_accuracy, trained.validation_accuracy):
        assert (accuracy or 0) >= 0.8
    cut, steps = RunFolder(tmp_path / "cut"), 0

    def stop(share: float, step: Any = None) -> None:
        nonlocal steps
        steps += 1
        if steps == 12:
            raise Paused

    with pytest.raises(Paused):
        loop.train(plan, tiny_data_set, cut, stop)
    loop.train(plan, tiny_data_set, cut, silent)
    weights = [read_checkpoint(folder.checkpoint).module.state_dict() for folder in (whole, cut)]
    assert same(*weights)


def test_the_log_says_where_pictures_and_noise_are_made(tiny_data_set: DataSet, network: Network) -> None:
    feed, _ = feeds(network, tiny_data_set, recipe("fog:0.3:1-5", f"{ON_THE_HOST}:0.3:1-5"))
    said = "56 pictures of 32 px (0 MB) kept on the graphics card; noise made there: fog; noise made on the processor: "
    assert feed.way == said + ON_THE_HOST
    given = network, tiny_data_set, tiny_data_set.indices("train"), recipe(), ("noisy",)
    assert isinstance(new_feed(*given), HostFeed)
