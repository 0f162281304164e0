"""How a network wants its pictures is found by asking it, and what cannot be told is said."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.brought.handshake import Way, pictures_for, shake
from core.data.dataset import DataSet
from core.data.splits import periodic
from core.data.writer import Contents, save
from core.networks.network import Network, Preprocessing, fixed
from core.progress import silent
from core.runs.origins import NORMALISATIONS
from core.store import Workspace
from core.words import plain
from models.registry import models

LEVELS = (104, 116)
"""Of red in the middle of each class's pictures, and of blue around it the other way round."""
SIDE = 32


class Threshold(nn.Module):
    """Says which of the two levels it sees in its first channel: sure where it is shown pictures in its own way alone."""

    def __init__(self, way: Way) -> None:
        super().__init__()
        mean, std = NORMALISATIONS[way.normalise]
        channel = 0 if way.channels == "rgb" else 2
        self.levels = nn.Parameter(
            torch.tensor([(level / 255 - mean[channel]) / std[channel] for level in LEVELS])
        )

    def forward(self, batch: Tensor) -> Tensor:
        seen = batch[:, 0].mean((1, 2))
        return -((seen[:, None] - self.levels) * 100).square().clamp(max=50)


@pytest.fixture
def levels(workspace: Workspace) -> DataSet:
    """60 pictures, red or dark by their class, with grain; blue says nothing."""
    generator = np.random.default_rng(0)
    labels = np.arange(60) % 2
    images = generator.integers(60, 160, (60, SIDE, SIDE, 3))
    images[..., 0] = np.array(LEVELS)[labels][:, None, None]
    images[..., 2] = 255 - images[..., 0]
    contents = Contents(
        kind="import",
        classes=["low", "high"],
        images=images.astype(np.uint8),
        labels=labels.astype(np.int64),
        splits=periodic(np.arange(60) // 2),
        names=[f"{i}.png" for i in range(60)],
        seed=0,
        origin=plain("a test"),
        licence=plain("CC0"),
    )
    return save(workspace, workspace.job_folder("levels").staging, "levels", contents, silent)


def _network(module: nn.Module, classes: int = 2) -> Network:
    spec = models()["small_cnn"]
    names = [str(number) for number in range(classes)]
    return fixed(Network(spec, module, names, SIDE, SIDE, Preprocessing.of(spec)), torch.device("cpu"))


def test_the_normalisation_and_the_channels_of_a_network_are_found(levels: DataSet) -> None:
    for normalise in NORMALISATIONS:
        way = Way(normalise, side=SIDE)
        found = shake([_network(Threshold(way))], [[SIDE]], levels)
        among = [found.chosen.way, *(trial.way for trial in found.tied)]
        assert way in among, normalise
        assert {one.channels for one in among} == {"rgb"}, normalise
        assert normalise == "cifar" or found.chosen.way == way, (
            normalise
        )  # ImageNet's is next to it, and wins ties
        assert (found.chosen.accuracy, found.guessing, found.by_pictures) == (1.0, False, False), normalise


def test_a_tie_goes_to_what_the_file_says_and_a_worse_claim_is_told(levels: DataSet) -> None:
    network = _network(Threshold(Way("half")))
    for claimed, chosen in ((Way("half", "centre", side=SIDE), "centre"), (None, "whole")):
        found = shake([network], [[SIDE]], levels, claimed)
        assert found.chosen.way.fit == chosen  # of one colour all over, they look alike whole or cut
        assert not found.against_claim
        assert {trial.way.normalise for trial in found.tied} == {"half"}
    assert shake([network], [[SIDE]], levels, Way("unit", side=SIDE)).against_claim


def test_outputs_in_another_order_are_told_by_pictures_and_guessing_is_said(levels: DataSet) -> None:
    module = Threshold(Way("cifar"))
    module.levels.data = module.levels.data.flip(0)
    found = shake([_network(module)], [[SIDE]], levels)
    assert (found.chosen.order, found.by_pictures, found.chosen.accuracy) == ((1, 0), True, 1.0)
    assert {trial.order for trial in found.trials} == {(1, 0)}
    silent_network = models()["small_cnn"].build(2, SIDE)
    with torch.no_grad():
        for value in silent_network.parameters():
            value.zero_()
    assert shake([_network(silent_network)], [[SIDE]], levels).guessing


def test_another_activation_is_taken_where_it_does_better_and_all_is_asked_anew_with_it(
    levels: DataSet,
) -> None:
    right, wrong = _network(Threshold(Way("half"))), _network(Threshold(Way("half")))
    with torch.no_grad():
        wrong.module.levels.zero_()  # it guesses, however it is shown pictures
    for own, others, taken in (
        (wrong, {"gelu": wrong, "silu": right}, "silu"),
        (right, {"gelu": wrong, "silu": right}, ""),
    ):
        building = {name: (lambda _, one=one: one) for name, one in others.items()}
        found = shake([own], [[SIDE]], levels, others=building)
        assert found.activation == taken
        assert found.network is right
        assert (found.chosen.way.normalise, found.chosen.accuracy) == ("half", 1.0)
        assert list(found.activations) == ["", "gelu", "silu"]


def test_it_is_asked_with_pictures_of_the_validation_split_classes_in_turn(levels: DataSet) -> None:
    split, numbers = pictures_for(levels)
    assert split == "validation"
    assert set(numbers) == set(levels.indices("validation"))
    assert sorted(levels.labels[numbers[:2]]) == [0, 1]
    assert len(pictures_for(levels, 3)[1]) == 3
