"""A model of any head is trained, from weights for other classes too, and explained: only its record is asked."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.data.dataset import DataSet
from core.explanation.classifier import Classifier
from core.folders import RunFolder
from core.networks.checkpoint import read_checkpoint
from core.networks.loading import pretrained_network
from core.networks.network import fixed
from core.progress import silent
from core.runs.recipe import Recipe
from core.training.loop import train
from models import registry
from models.registry import ModelSpec, Weights, models, register_model

PUBLISHED_CLASSES = 7


class TwoLayers(nn.Module):
    """Registers the layer for the classes first, and a further module last."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.classes, self.hidden, self.relu = nn.Linear(6, num_classes), nn.Linear(8, 6), nn.ReLU()

    def forward(self, activations: Tensor) -> Tensor:
        return self.classes(self.relu(self.hidden(activations.mean((2, 3)))))


class Attention(nn.Module):
    """A query of its own looks at the places."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.query = nn.Parameter(torch.randn(1, 1, 8))
        self.classes = nn.Linear(8, num_classes)
        self.look = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, activations: Tensor) -> Tensor:
        places = activations.flatten(2).transpose(1, 2)
        seen, _ = self.look(self.query.expand(len(places), -1, -1), places, places)
        return self.classes(seen[:, 0])


def toy(head: Callable[[int], nn.Module]) -> ModelSpec:
    def build(num_classes: int, side: int) -> nn.Module:
        network: Any = nn.Sequential()
        network.add_module("head", head(num_classes))
        network.add_module("features", nn.Conv2d(3, 8, 3, 2, padding=1))
        network.forward = lambda batch: network.head(network.features(batch))
        return network

    def published() -> dict[str, Tensor]:
        torch.manual_seed(5)
        return build(PUBLISHED_CLASSES, 32).state_dict()

    return replace(
        models()["small_cnn"],
        key="toy",
        build=build,
        linear=None,
        new_parts=("head",),
        weights=Weights("a test", "CC0", "", local=True, load=published, here=lambda: True),
    )


@pytest.fixture(params=[TwoLayers, Attention])
def spec(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelSpec]:
    """Known like any other model, as long as the test lasts."""
    made = toy(request.param)
    monkeypatch.setattr(registry, "_registry", dict(registry._registry))
    register_model(made)
    models.cache_clear()
    yield made
    monkeypatch.undo()
    models.cache_clear()


def test_all_of_the_head_begins_anew_and_the_rest_is_kept(spec: ModelSpec) -> None:
    assert spec.weights is not None
    published, own = spec.weights.load(), pretrained_network(spec, 2, 32).state_dict()
    kept = [name for name, value in own.items() if name in published and torch.equal(value, published[name])]
    assert sorted(name for name in kept if not name.endswith("bias")) == ["features.weight"]


def test_as_many_classes_as_the_weights_know_are_other_classes_all_the_same(spec: ModelSpec) -> None:
    assert spec.weights is not None
    published = spec.weights.load()
    own = pretrained_network(spec, PUBLISHED_CLASSES, 32).state_dict()
    assert not torch.equal(own["head.classes.weight"], published["head.classes.weight"])


def test_a_record_whose_weights_do_not_fit_is_told(spec: ModelSpec) -> None:
    with pytest.raises(RuntimeError, match="head"):
        pretrained_network(replace(spec, new_parts=("head.look",)), 2, 32)


def test_it_is_trained_saved_opened_and_explained(
    spec: ModelSpec, tiny_data_set: DataSet, tmp_path: Path
) -> None:
    recipe = Recipe.make(
        data_set_id=tiny_data_set.id,
        data_set_fingerprint=tiny_data_set.card.fingerprint,
        model="toy",
        start="imagenet",
        epochs=2,
        batch_size=8,
        learning_rate=0.01,
        device="cpu",
    )
    folder = RunFolder(tmp_path / "run")
    train(recipe, tiny_data_set, folder, silent)
    assert spec.weights is not None
    torch.manual_seed(recipe.seed)
    begun = pretrained_network(spec, 2, 32).state_dict()
    network = fixed(read_checkpoint(folder.checkpoint), torch.device("cpu"))
    moved = {
        name: float((value - begun[name]).abs().max()) for name, value in network.module.state_dict().items()
    }
    # AdamW moves a weight by about its rate a step, whatever its gradient.
    fast = max(moved[name] for name in moved if name.startswith("head."))
    assert 0 < moved["features.weight"] < fast / 4
    (said,) = Classifier(network, photos=False, guessing=0.5).explain([tiny_data_set.images[0]])
    assert said.classes == ["left", "right"]
    assert said.attribution.shape == (16, 16)
