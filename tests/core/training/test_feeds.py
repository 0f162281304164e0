"""Feeds: the same epoch whenever it is asked for, whole or in shards."""

import pytest
import torch

from core.data.dataset import DataSet
from core.networks.network import Network, Preprocessing
from core.noise.mix import Mix
from core.training.batches import noise_seed, pictures
from core.training.feeds import HostFeed
from models.registry import models

NOISY = Mix.from_texts(["gaussian_noise:1:5"])


@pytest.fixture
def network() -> Network:
    spec = models()["small_cnn"]
    return Network(spec, spec.build(2, 32), ["left", "right"], 32, 32, Preprocessing.of(spec))


def test_the_shards_of_all_ranks_are_the_batches_of_the_whole(
    tiny_data_set: DataSet, network: Network
) -> None:
    indices = tiny_data_set.indices("train")

    def feed(rank: int, world: int) -> HostFeed:
        return HostFeed(network, tiny_data_set, indices, NOISY, 16, 3, rank=rank, world=world)

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
    feed = HostFeed(network, tiny_data_set, tiny_data_set.indices("train"), NOISY, 16, 3)
    (alone,), _ = next(iter(feed.epoch(1)))
    for _ in feed.epoch(0):
        pass
    (after,), _ = next(iter(feed.epoch(1)))
    assert torch.equal(alone, after)


def test_each_noisy_view_is_a_draw_of_its_own_and_a_clean_one_is_the_picture(
    tiny_data_set: DataSet, network: Network
) -> None:
    indices = tiny_data_set.indices("train")
    views = ("clean", "noisy", "noisy")
    feed = HostFeed(network, tiny_data_set, indices, NOISY, len(indices), 3, views)
    (clean, first, second), labels = next(iter(feed.epoch(0)))
    (alone,), own = next(iter(HostFeed(network, tiny_data_set, indices, NOISY, len(indices), 3).epoch(0)))
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
