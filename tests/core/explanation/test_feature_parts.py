"""Parts of pictures: a network whose layer is known is taken apart into what it is made of."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.data.dataset import DataSet
from core.explanation.feature_parts import COLOURS, coloured, taken_apart
from core.networks.network import Network, Preprocessing, fixed
from core.progress import silent
from tests.core.brought.tiny_runs import CPU, network_of


class Layer(torch.nn.Module):
    """Channel 0 where red is, channel 1 where blue is, on a grid of 8 x 8."""

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        small = torch.nn.functional.avg_pool2d(batch, 4)
        red, blue = small[:, 0] - small[:, 2], small[:, 2] - small[:, 0]
        return torch.stack([red, blue], 1)


class Known(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features, self.head = Layer(), torch.nn.Linear(2, 2)
        self.head.weight.data = torch.tensor([[0.0, 3.0], [2.0, 0.0]])

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(batch).clamp(min=0).mean((2, 3)))


@pytest.fixture
def network(tiny_data_set: DataSet) -> Network:
    spec = network_of(tiny_data_set, 32, Preprocessing((0.5,) * 3, (0.5,) * 3)).spec
    known = replace(spec, target_layer="features", reshape=None, linear="head")
    made = Network(known, Known(), tiny_data_set.classes, 32, 32, Preprocessing((0.5,) * 3, (0.5,) * 3))
    return fixed(made, CPU)


def test_parts_are_found_once_for_clean_and_noisy_with_their_class_and_what_goes_missing(
    network: Network,
) -> None:
    generator = np.random.default_rng(0)
    clean = np.full((12, 32, 32, 3), 100, np.uint8)
    clean[:, :, :16, 0] = 200 + generator.integers(0, 40, (12, 1, 1))
    clean[:, :, 16:, 2] = 200 + generator.integers(0, 40, (12, 1, 1))
    noisy = clean.copy()
    noisy[:, :, :16, 0] = 120  # red fades, blue stays
    found = taken_apart(network, clean, noisy, silent)
    assert found is not None
    assert found.explained > 0.95
    assert found.clean.shape == (12, len(found.parts), 8, 8)
    gone = [part for part in found.parts if part.missing]
    kept = [part for part in found.parts if not part.missing]
    assert len(gone) == len(kept) == 1
    assert gone[0].speaks_for == 1, "red raises the second class"
    assert kept[0].speaks_for == 0
    assert gone[0].change == pytest.approx(-0.83, abs=0.05)
    assert gone[0].low <= gone[0].change <= gone[0].high < 0
    assert abs(kept[0].change) < 0.05
    where = found.parts.index(gone[0])
    assert found.clean[:, where, :, :4].min() > 0.5
    assert found.clean[:, where, :, 4:].max() < 0.1
    assert found.noisy[:, where].max() < 0.3
    assert taken_apart(network, np.full_like(clean, 90), np.full_like(clean, 90), silent) is None


class InARow(Layer):
    """A transformer's way: a token of no place, then the places in a row."""

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        rows = super().forward(batch).flatten(2).transpose(1, 2)
        return torch.cat([rows.mean(1, keepdim=True), rows], 1)


class Bent(Known):
    """A head that is not linear, and takes no account of the token."""

    def __init__(self, row: bool) -> None:
        super().__init__()
        self.row = row
        self.features = InARow() if row else Layer()

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        given = self.features(batch)
        means = given[:, 1:].clamp(min=0).mean(1) if self.row else given.clamp(min=0).mean((2, 3))
        return torch.tanh(self.head(means))


def _places(tokens: torch.Tensor) -> torch.Tensor:
    return tokens[:, 1:].transpose(1, 2).reshape(len(tokens), 2, 8, 8)


@pytest.mark.parametrize("row", [False, True])
def test_where_the_head_does_not_tell_the_network_is_asked_with_a_part_taken_out(
    network: Network, row: bool
) -> None:
    generator = np.random.default_rng(0)
    clean = np.full((12, 32, 32, 3), 100, np.uint8)
    clean[:, :, :16, 0] = 200 + generator.integers(0, 40, (12, 1, 1))
    clean[:, :, 16:, 2] = 200 + generator.integers(0, 40, (12, 1, 1))
    linear = taken_apart(network, clean, clean, silent)
    spec = replace(network.spec, linear=None, reshape=_places if row else None)
    made = Network(spec, Bent(row), network.classes, 32, 32, network.preprocessing)
    found = taken_apart(fixed(made, CPU), clean, clean, silent)
    assert linear is not None
    assert found is not None
    assert {part.speaks_for for part in found.parts} == {0, 1}
    assert [part.speaks_for for part in found.parts] == [part.speaks_for for part in linear.parts]
    torch.nn.init.zeros_(made.module.head.weight)  # type: ignore[arg-type]
    nothing = taken_apart(made, clean, clean, silent)
    assert nothing is not None
    assert {part.speaks_for for part in nothing.parts} == {None}, "no class owes anything to a part"


def test_each_place_has_the_colour_of_its_strongest_part_and_none_where_there_is_none() -> None:
    amounts = np.zeros((2, 2, 2), np.float32)
    amounts[0, :, 0], amounts[1, 0, 1] = 1, 0.5
    shown = coloured(np.full((8, 8, 3), 128, np.uint8), amounts)
    left, right = shown[0, 0].astype(int), shown[0, 7].astype(int)
    for pixel, colour in ((left, COLOURS[0]), (right, COLOURS[1])):
        assert np.argmax(pixel) == np.argmax(colour)
    assert len(set(shown[7, 7].tolist())) == 1, "grey"
