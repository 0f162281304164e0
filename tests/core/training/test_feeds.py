"""Feeds: the same epoch whenever it is asked for, whole, from its middle or in shards, as the recipe says."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from core.data.dataset import DataSet
from core.networks.network import Network, Preprocessing
from core.noise.mix import Mix
from core.runs.recipe import Recipe
from core.training.batches import noise_seed, pictures
from core.training.feeds import HostFeed, soft_targets
from core.training.objectives import JSD
from models.registry import models

NOISY = Mix.from_texts(["gaussian_noise:1:5"])


def recipe(**values: Any) -> Recipe:
    return Recipe("", "", "small_cnn", **({"mix": NOISY, "batch_size": 16, "seed": 3} | values))


@pytest.fixture
def network() -> Network:
    spec = models()["small_cnn"]
    return Network(spec, spec.build(2, 32), ["left", "right"], 32, 32, Preprocessing.of(spec))


def test_the_shards_of_all_ranks_are_the_batches_of_the_whole(
    tiny_data_set: DataSet, network: Network
) -> None:
    indices = tiny_data_set.indices("train")

    def feed(rank: int, world: int) -> HostFeed:
        return HostFeed(network, tiny_data_set, indices, recipe(), rank=rank, world=world)

    whole, *shards = (feed(rank, world).epoch(2) for rank, world in [(0, 1), (0, 2), (1, 2)])
    steps = 0
    for ((inputs,), labels), ((even,), even_labels), ((odd,), odd_labels) in zip(whole, *shards, strict=True):
        steps += 1
        assert torch.equal(inputs[0::2], even)
        assert torch.equal(inputs[1::2], odd)
        assert torch.equal(labels[0::2], even_labels)
        assert torch.equal(labels[1::2], odd_labels)
    assert steps == feed(1, 2).steps == 4


def test_an_epoch_is_the_same_whatever_was_asked_before_it(tiny_data_set: DataSet, network: Network) -> None:
    feed = HostFeed(network, tiny_data_set, tiny_data_set.indices("train"), recipe(crops=True))
    (alone,), _ = next(feed.epoch(1))
    _, *rest = feed.epoch(0)
    (after,), _ = next(feed.epoch(1))
    assert torch.equal(alone, after)
    from_its_middle = list(feed.epoch(0, first=1))
    assert len(from_its_middle) == len(rest) == feed.steps - 1
    for ((one,), labels), ((other,), others) in zip(rest, from_its_middle, strict=True):
        assert torch.equal(one, other)
        assert torch.equal(labels, others)
    assert list(feed.epoch(0, first=feed.steps)) == []


def test_noise_that_is_drawn_once_is_the_same_in_every_epoch(
    tiny_data_set: DataSet, network: Network
) -> None:
    def first_picture(epoch: int, **values: Any) -> Tensor:
        """Of picture 0, wherever it is."""
        numbers = np.array([0])
        feed = HostFeed(network, tiny_data_set, numbers, recipe(**values))
        ((views, _),) = feed.epoch(epoch)
        return views[0]

    assert torch.equal(first_picture(0, drawn="once"), first_picture(5, drawn="once"))
    assert not torch.equal(first_picture(0), first_picture(5))


def test_a_mix_from_easy_to_hard_begins_with_the_easiest_and_is_whole_in_the_end() -> None:
    plan = recipe(mix=Mix.from_texts(["fog:0.5:1-5"]), mix_over_epochs="easy_to_hard", epochs=8)
    highest = [plan.mix_at(epoch, "tiny_imagenet_c").parts[0].highest for epoch in range(8)]
    assert highest[0] == 1
    assert highest == sorted(highest)
    assert highest[-2:] == [5, 5]
    same = recipe(epochs=8)
    assert same.mix_at(0, "tiny_imagenet_c") == same.mix


def test_flips_and_crops_are_drawn_for_each_picture_and_epoch_and_shared_by_its_views(
    tiny_data_set: DataSet, network: Network
) -> None:
    indices = tiny_data_set.indices("train")

    def epoch(n: int, views: tuple[Any, ...] = ("clean",), **values: Any) -> list[Tensor]:
        plan = recipe(batch_size=len(indices), seed=1, **values)
        ((found, _),) = HostFeed(network, tiny_data_set, indices, plan, views).epoch(n)
        return list(found)

    ((still,), (flipped,), (moved,)) = epoch(0), epoch(0, flips=True), epoch(0, crops=True)
    mirrored = [torch.equal(one, other.flip(-1)) for one, other in zip(flipped, still, strict=True)]
    same = [torch.equal(one, other) for one, other in zip(flipped, still, strict=True)]
    assert all(a or b for a, b in zip(mirrored, same, strict=True))
    assert 0.3 < sum(mirrored) / len(mirrored) < 0.7
    shifts = set()
    for one, other in zip(moved, still, strict=True):
        inner = one[:, 4:-4, 4:-4]
        places = [
            (down, right)
            for down in range(-4, 5)
            for right in range(-4, 5)
            if torch.equal(inner, other[:, 4 - down : 28 - down, 4 - right : 28 - right])
        ]
        assert len(places) == 1, "every picture is moved by up to an eighth of its side"
        shifts |= set(places)
    assert len(shifts) > 20
    assert not torch.equal(
        moved.sum((1, 2, 3)).sort().values, epoch(1, crops=True)[0].sum((1, 2, 3)).sort().values
    )
    clean, noisy = epoch(0, ("clean", "noisy"), crops=True, mix=Mix.from_texts(["gaussian_noise:1:sd=0.02"]))
    assert torch.equal(clean, moved)
    assert (noisy - clean).abs().mean() < 0.2, "the noise falls on the picture as it was moved"


def test_balanced_sampling_shows_each_class_as_often_and_repeats_have_noise_of_their_own(
    tiny_data_set: DataSet, network: Network
) -> None:
    train = tiny_data_set.indices("train")
    labels = tiny_data_set.labels[train]
    few = np.concatenate([train[labels == 0], train[labels == 1][:4]])
    feed = HostFeed(network, tiny_data_set, few, recipe(balance="sampling", batch_size=len(few)))
    (((inputs,), found),) = feed.epoch(0)
    assert torch.bincount(found).tolist() == [16, 16]
    rare = inputs[found == 1].flatten(1)
    assert len(torch.unique(rare, dim=0)) == 16, "each of the four pictures came four times"
    (((other,), _),) = feed.epoch(1)
    assert not torch.equal(inputs, other)


def test_weights_make_a_rare_class_count_as_much_as_a_common_one_and_a_picture_one_on_average(
    tiny_data_set: DataSet, network: Network
) -> None:
    train = tiny_data_set.indices("train")
    labels = tiny_data_set.labels[train]
    few = np.concatenate([train[labels == 0], train[labels == 1][:4]])
    ((_, targets),) = HostFeed(
        network, tiny_data_set, few, recipe(balance="weights", batch_size=len(few), label_smoothing=0.1)
    ).epoch(0)
    rare = targets.argmax(1) == 1
    assert rare.sum() == 4
    assert targets[rare].sum() == pytest.approx(16, rel=1e-5)
    assert targets[~rare].sum() == pytest.approx(16, rel=1e-5)
    (plain,) = {one.dtype for _, one in HostFeed(network, tiny_data_set, few, recipe()).epoch(0)}
    assert plain == torch.int64


def test_soft_targets_give_the_losses_that_torch_gives() -> None:
    generator = torch.Generator().manual_seed(0)
    logits, labels = torch.randn(7, 3, generator=generator), torch.tensor([0, 1, 2, 2, 1, 0, 2])
    smooth = F.cross_entropy(logits, soft_targets(labels, 3, 0.1, None))
    torch.testing.assert_close(smooth, F.cross_entropy(logits, labels, label_smoothing=0.1))
    weights = torch.tensor([0.5, 1.0, 3.0])
    weighed = F.cross_entropy(logits, soft_targets(labels, 3, 0.0, weights))
    torch.testing.assert_close(weighed, F.cross_entropy(logits, labels, weights, reduction="sum") / 7)
    shares = torch.rand(7, 3, generator=generator).softmax(1)
    assert torch.equal(soft_targets(shares, 3, 0.2, weights).argmax(1), shares.argmax(1))


def test_each_noisy_view_is_a_draw_of_its_own_and_a_clean_one_is_the_picture(
    tiny_data_set: DataSet, network: Network
) -> None:
    indices = tiny_data_set.indices("train")
    views = ("clean", "noisy", "noisy")
    plan = recipe(batch_size=len(indices))
    feed = HostFeed(network, tiny_data_set, indices, plan, views)
    (clean, first, second), labels = next(feed.epoch(0))
    (alone,), own = next(HostFeed(network, tiny_data_set, indices, plan).epoch(0))
    assert torch.equal(first, alone), "the first draw is that of an objective with one view"
    assert torch.equal(labels, own)
    assert not torch.equal(first, second)
    of_class = (
        clean[labels == 0].sum(0),
        network.inputs(
            torch.from_numpy(pictures(tiny_data_set, Mix(), 0, indices[tiny_data_set.labels[indices] == 0]))
        ).sum(0),
    )
    torch.testing.assert_close(*of_class)
    assert noise_seed(3, 0, 1) != noise_seed(3, 0)


def test_an_augmentation_draws_anew_for_each_view_and_epoch_and_the_same_from_an_epochs_middle(
    tiny_data_set: DataSet, network: Network
) -> None:
    clean = recipe(augmentation="augmix", mix=Mix())
    feed = HostFeed(network, tiny_data_set, tiny_data_set.indices("train"), clean, JSD.views)
    plain = replace(feed, recipe=recipe(mix=Mix()))
    (same, first, second), labels = next(feed.epoch(0))
    (untouched, _, _), _ = next(plain.epoch(0))
    assert torch.equal(same, untouched)
    assert labels.dtype == torch.int64
    (_, other_epoch, _), _ = next(feed.epoch(1))
    for one, other in [(first, untouched), (first, second), (first, other_epoch)]:
        assert not torch.equal(one, other)
    from_its_middle, labels = next(feed.epoch(0, first=2))
    *_, (whole, all_labels), _ = feed.epoch(0)
    assert torch.equal(labels, all_labels)
    assert all(torch.equal(one, other) for one, other in zip(from_its_middle, whole, strict=True))


def test_pictures_are_augmented_after_their_noise_and_classes_are_mixed_with_them(
    tiny_data_set: DataSet, network: Network
) -> None:
    indices = tiny_data_set.indices("train")
    (noisy,), labels = next(HostFeed(network, tiny_data_set, indices, recipe()).epoch(0))
    mixed = HostFeed(network, tiny_data_set, indices, recipe(augmentation="mixup", label_smoothing=0.1))
    (found,), targets = next(mixed.epoch(0))
    shares = (targets - 0.05) / 0.9
    own = shares.gather(1, labels[:, None])[:, 0]
    # Where the other was of the same class, its share is one with the own.
    for place in (own < 0.999).nonzero()[:, 0].tolist():
        blends = noisy[place].lerp(noisy, 1 - float(own[place]))
        assert float((blends - found[place]).abs().amax((1, 2, 3)).min()) < 1e-4
    assert 0 < int((own < 0.999).sum()) < len(own)


@pytest.mark.parametrize("key", ["prime", "cutmix"])
def test_an_augmentation_is_drawn_on_the_networks_device_and_never_waits_for_it(
    tiny_data_set: DataSet, network: Network, key: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of a device without values there is no generator; the processor's will do, if the right one was asked for.
    asked: list[str] = []

    class OfTheProcessor(torch.Generator):
        def __new__(cls, device: torch.device) -> "OfTheProcessor":
            asked.append(device.type)
            return super().__new__(cls)

    monkeypatch.setattr(torch, "Generator", OfTheProcessor)
    network.module.to("meta")
    feed = HostFeed(network, tiny_data_set, tiny_data_set.indices("train"), recipe(augmentation=key))
    (inputs,), targets = next(feed.epoch(0))
    assert asked == ["meta"]
    assert inputs.device.type == targets.device.type == "meta"
