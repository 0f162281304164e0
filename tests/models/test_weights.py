"""ImageNet weights: loaded rightly, checked, and their absence told in words."""

from pathlib import Path
from urllib.error import URLError

import pytest
import torch

import models.efficientnet_lite as lite
from core.errors import WeightsDamaged, WeightsMissing, WeightsNotInstalled
from core.explanation.classifier import Classifier
from core.networks.loading import imagenet_state, load_imagenet_network, pretrained_network
from core.networks.mirror import write_mirror
from core.samples import sample_picture
from models.registry import models

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.imagenet("efficientnet_lite0", "cpu")


@pytest.mark.parametrize(
    ("photo", "name", "probability"),
    [("chelsea", "tiger cat", 0.39), ("coffee", "espresso", 0.95), ("camera", "tripod", 0.94)],
)
def test_lite0_recognises_the_sample_photos(
    classifier: Classifier, photo: str, name: str, probability: float
) -> None:
    picture = classifier.prepare(sample_picture(photo))
    best, share = classifier.explain([picture])[0].top(1)[0]
    assert best == name
    assert share == pytest.approx(probability, abs=0.03)


def test_changed_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "weights.pth"
    changed.write_bytes(lite.weights_file().read_bytes()[:-1] + b"x")
    monkeypatch.setattr(lite, "weights_file", lambda: changed)
    with pytest.raises(WeightsDamaged, match="checksum"):
        load_imagenet_network("efficientnet_lite0", CPU)


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lite, "PACKAGE", "no_such_package_of_weights")
    with pytest.raises(
        WeightsNotInstalled, match=r"no_such_package_of_weights: install what requirements\.txt lists"
    ):
        load_imagenet_network("efficientnet_lite0", CPU)
    monkeypatch.setenv(lite.VARIABLE, "/nowhere/lite0.safetensors")
    with pytest.raises(WeightsNotInstalled, match=r"not found in /nowhere/lite0\.safetensors"):
        load_imagenet_network("efficientnet_lite0", CPU)


@pytest.mark.parametrize("name", ["lite0.safetensors", "lite0.pth"])
def test_a_copy_of_the_weights_stands_in_for_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    spec = models()["efficientnet_lite0"]
    published = imagenet_state(spec)
    if name.endswith(".pth"):
        (tmp_path / name).write_bytes(lite.weights_file().read_bytes())
    else:
        write_mirror(tmp_path / name)
    monkeypatch.setattr(lite, "PACKAGE", "no_such_package_of_weights")
    monkeypatch.setenv(lite.VARIABLE, str(tmp_path / name))
    copied = imagenet_state(spec)
    assert set(copied) == set(published)
    assert all(torch.equal(copied[key], published[key]) for key in published)


def test_without_a_network_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*args: object, **kwargs: object) -> None:
        raise URLError("no route")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", offline)
    with pytest.raises(WeightsMissing) as told:
        load_imagenet_network("mobilenet_v3_small", CPU)
    assert "download.pytorch.org" in told.value.say("en")
    assert "인터넷" in told.value.say("ko")


def test_fine_tuning_keeps_all_but_the_last_layer() -> None:
    spec = models()["efficientnet_lite0"]
    assert spec.weights is not None
    published = spec.weights.load()
    network = pretrained_network(spec, 3, spec.input_size(64, pretrained=True))
    own = network.state_dict()
    changed = [name for name in published if not torch.equal(published[name], own[name])]
    assert changed == ["_fc.weight", "_fc.bias"]
    assert own["_fc.weight"].shape == (3, 1280)
