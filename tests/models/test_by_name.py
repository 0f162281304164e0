"""Models that nobody registered: what their records say is true, and what cannot be used is told in words."""

import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn
from torch.nn import functional as F

from core.data.dataset import DataSet
from core.errors import CannotUseModel, TimmMissing, UnknownName
from core.explanation.classifier import Classifier
from core.explanation.methods.grad_cam import GRAD_CAM
from core.folders import RunFolder
from core.networks.checkpoint import read_checkpoint, save_checkpoint
from core.networks.network import Network, Preprocessing, fixed
from core.progress import silent
from core.runs.recipe import Recipe, get_model, model_name
from core.training.loop import train
from models import _by_name, names
from models.alike import tensors, with_activation
from models.registry import NotAClassifier, models

CPU = torch.device("cpu")


def network_of(key: str) -> Network:
    """With random weights, also where a new network's are zero."""
    spec = get_model(key)
    side = spec.input_size(32)
    torch.manual_seed(0)
    module = spec.build(5, side)
    for name, value in module.named_parameters():
        if spec.is_new(name):
            nn.init.normal_(value, 0, 0.1)
    return fixed(Network(spec, module, list("abcde"), side, side, Preprocessing.of(spec)), CPU)


@pytest.mark.parametrize(
    ("key", "layer", "parts", "places", "least"),
    [
        (
            "squeezenet1_1",
            "classifier.2",
            ("classifier.1",),
            7,
            128,
        ),  # its classes are a convolution's channels
        ("vit_b_32", "encoder.layers.encoder_layer_11.ln_1", ("heads.head",), 4, 128),
        ("timm:test_vit", "blocks.5.norm1", ("head",), 10, 160),
        ("timm:test_byobnet", "final_conv", ("head.fc",), 4, 128),
        ("timm:test_efficientnet.r160_in1k", "bn2", ("classifier",), 4, 128),
    ],
)
def test_what_a_record_needs_is_found(
    key: str, layer: str, parts: tuple[str, ...], places: int, least: int
) -> None:
    spec = get_model(key)
    assert (spec.target_layer, spec.new_parts, spec.least_size) == (layer, parts, least)
    assert spec.places(least) == places
    assert spec.weights is not None
    assert model_name(key) == key


@pytest.mark.parametrize("key", ["squeezenet1_1", "timm:test_vit", "timm:test_convnext"])
def test_map_is_grad_cam_of_the_library(key: str) -> None:
    network = network_of(key)
    spec, module, side = network.spec, network.module, network.side
    batch = torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(1))
    _, maps = GRAD_CAM.explain(network, batch, [torch.tensor([n]) for n in range(5)])
    chosen = max(range(5), key=lambda n: float(maps[n].max()))
    module.requires_grad_(True)
    layer = module.get_submodule(spec.target_layer)
    with GradCAM(module, [layer], reshape_transform=spec.reshape) as library:
        wanted = library(batch, [ClassifierOutputTarget(chosen)])
    assert wanted.max() > 0.9
    positive = maps[chosen].relu() / maps[chosen].max()
    shown = F.interpolate((positive - positive.min())[:, None], size=(side, side), mode="bilinear")[:, 0]
    np.testing.assert_allclose((shown / shown.max()).numpy(), wanted, atol=1e-3)


def test_what_is_trained_by_name_is_saved_opened_and_explained(
    tiny_data_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe.make(
        data_set_id=tiny_data_set.id,
        data_set_fingerprint=tiny_data_set.card.fingerprint,
        model="timm:test_byobnet",
        epochs=1,
        device="cpu",
        threads=1,
        precision="fp32",
    )
    folder = RunFolder(tmp_path / "run")
    train(recipe, tiny_data_set, folder, silent)
    monkeypatch.setattr(names, "_by_name", {})  # as in another process
    network = fixed(read_checkpoint(folder.checkpoint), CPU)
    (said,) = Classifier(network, photos=False, guessing=0.5).explain([tiny_data_set.images[0]])
    assert said.classes == ["left", "right"]
    assert said.attribution.shape == (4, 4)


def test_many_threads_asking_for_a_model_at_once_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_by_name", {})
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(get_model, ["squeezenet1_1"] * 8))
    assert {spec.target_layer for spec in found} == {"classifier.2"}


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("resnet19", "resnet18"),
        ("regnet_y_400", "regnet_y_400mf"),
        ("timm:test_vitt", "timm:test_vit"),
        ("nothing like it", "small_cnn"),
        ("hub:resnet18", "resnet18"),
    ],
)
def test_a_name_that_no_model_has_is_told_with_those_that_are_near(asked: str, near: str) -> None:
    with pytest.raises(UnknownName) as told:
        get_model(asked)
    assert near in told.value.say("en")


def test_a_model_of_timms_without_timm_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_checkpoint(tmp_path / "checkpoint.safetensors", network_of("timm:test_byobnet"))
    monkeypatch.setattr(names, "_by_name", {})
    monkeypatch.setitem(sys.modules, "timm", None)
    for call in (
        partial(get_model, "timm:test_vit"),
        partial(read_checkpoint, tmp_path / "checkpoint.safetensors"),
    ):
        with pytest.raises(TimmMissing, match=r"pip install -r requirements-timm\.txt"):
            call()


class GivesTwo(nn.Module):
    """In training it gives more than logits, as some networks do."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.features, self.classes = nn.Conv2d(3, 4, 3, 16, padding=1), nn.Linear(4, num_classes)

    def forward(self, batch: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        logits = self.classes(self.features(batch).mean((2, 3)))
        return (logits, logits) if self.training else logits


def test_a_model_that_cannot_be_trained_like_others_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(NotAClassifier):
        _by_name._spec("two", "a test", lambda classes, _: GivesTwo(classes), 64, None, {})

    def refused(name: str) -> None:
        raise NotAClassifier(name, "it gives two answers", "답을 두 개 냅니다")

    monkeypatch.setattr(_by_name, "torchvision_model", refused)
    with pytest.raises(CannotUseModel) as told:
        get_model("wide_resnet101_2")
    assert "it gives two answers" in told.value.say("en")
    assert "답을 두 개 냅니다" in told.value.say("ko")


def test_listing_models_asks_no_library() -> None:
    assert not any(":" in key for key in models())
    assert names.known_model("wide_resnet50_2") is None


def test_a_network_that_begins_otherwise_is_called_by_how_it_begins() -> None:
    assert names.called("torchvision:resnet18~7s2p") == "resnet18 (7×7/2 + max-pool)"
    assert names.called("torchvision:resnet18~3s1") == "resnet18 (3×3/1)"
    assert names.called("torchvision:resnet18~3s1~silu") == "resnet18 (3×3/1, SiLU)"
    assert names.called("torchvision:vgg11~gelu") == "vgg11 (GELU)"


def test_a_network_with_another_activation_has_the_tensors_of_its_own_and_no_relu() -> None:
    for key, side, wanted in (
        ("resnet18", 64, "torchvision:resnet18~3s1~silu"),
        ("resnet18", 224, "torchvision:resnet18~silu"),
        ("torchvision:resnet18~3s2p", 64, "torchvision:resnet18~3s2p~silu"),
        ("vgg11", 128, "torchvision:vgg11~silu"),
    ):
        shapes = tensors(get_model(key), 5, side)
        assert with_activation(key, shapes, "silu") == wanted
        assert tensors(get_model(wanted), 5, side) == shapes
        network = _by_name.without_weights(get_model(wanted).build, 5, side)
        kinds = {type(module) for module in network.modules()}
        assert nn.SiLU in kinds
        assert nn.ReLU not in kinds
    for key in ("densenet121", "timm:test_vit", "small_cnn", "torchvision:resnet18~silu"):
        assert with_activation(key, {}, "silu") is None, key
    for key in ("torchvision:densenet121~silu", "torchvision:resnet18~elu", "torchvision:vgg11~3s1"):
        with pytest.raises(UnknownName):
            get_model(key)
    assert names.called("small_cnn") == "Small CNN"
    assert names.called("timm:resnet26") == "timm:resnet26"
    assert names.called("of tomorrow") == "of tomorrow"
