"""A recipe in which everything that has a state, or chance, is at work."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from core.data.dataset import DataSet
from core.noise.mix import Mix
from core.runs.recipe import Recipe
from models import registry
from models.registry import models, register_model
from models.small_cnn import build

BUSY: dict[str, Any] = {
    "epochs": 3,
    "batch_size": 8,
    "device": "cpu",
    "threads": 1,
    "precision": "fp32",
    "average": 0.9,
    "accumulate": 2,
    "flips": True,
    "crops": True,
    "label_smoothing": 0.1,
    "balance": "sampling",
    "augmentation": "cutmix",
}


def with_dropout(num_classes: int, side: int) -> nn.Module:
    network: Any = build(num_classes, side)
    network.features.add_module("dropout", nn.Dropout(0.2))
    return network


def register_dropping() -> None:
    """Make a small network with dropout known as "dropping", also in a process that a test starts."""
    spec = models()["small_cnn"]
    register_model(replace(spec, key="dropping", build=with_dropout))
    models.cache_clear()


@pytest.fixture
def dropping(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A network with dropout, known as "dropping" as long as the test lasts."""
    models()  # what is imported meanwhile would be known no longer than this test
    monkeypatch.setattr(registry, "_registry", dict(registry._registry))
    register_dropping()
    yield
    monkeypatch.undo()
    models.cache_clear()


def busy(data_set: DataSet, model: str = "dropping", **values: Any) -> Recipe:
    """Steps of two batches, four of seven steps an epoch."""
    return Recipe.make(
        data_set_id=data_set.id,
        data_set_fingerprint=data_set.card.fingerprint,
        model=model,
        mix=Mix.from_texts(["gaussian_noise:0.5:1-5"]),
        **BUSY | values,
    )


def same(first: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    """Whether all weights are, to the last bit."""
    return first.keys() == other.keys() and all(torch.equal(first[name], other[name]) for name in first)
