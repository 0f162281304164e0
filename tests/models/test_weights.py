"""ImageNet weights: loaded rightly, checked, and their absence told in words."""

import copy
import hashlib
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from safetensors.torch import save_file
from torch.nn import functional as F

import models.efficientnet_lite as lite
from core.errors import WeightsDamaged, WeightsMissing, WeightsNotInstalled
from core.explanation.classifier import Classifier
from core.explanation.methods.grad_cam import GRAD_CAM
from core.networks.loading import imagenet_state, load_imagenet_network, pretrained_network
from core.networks.mirror import write_mirror
from core.samples import sample_picture
from models.registry import VARIABLE, WeightsUnavailable, models, torchvision_weights

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


def test_without_a_network_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)

    def offline(*args: object, **kwargs: object) -> None:
        raise URLError("no route")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", offline)
    with pytest.raises(WeightsMissing) as told:
        load_imagenet_network("mobilenet_v3_small", CPU)
    for said in (told.value.say("en"), told.value.say("ko")):
        assert "download.pytorch.org/models/mobilenet_v3_small-047dcff4.pth" in said
        assert str(tmp_path / "hub" / "checkpoints") in said
        assert VARIABLE in said
    assert "인터넷" in told.value.say("ko")


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What was published: a file that stands where nothing looks for it, named for its sha256."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "named"))
    torch.save({"fc.weight": torch.ones(2, 3)}, tmp_path / "made.pth")
    digest = hashlib.sha256((tmp_path / "made.pth").read_bytes()).hexdigest()
    return (tmp_path / "made.pth").rename(tmp_path / f"made-{digest[:8]}.pth")


@pytest.mark.parametrize("folder", ["named", "torch/hub/checkpoints"])
def test_a_file_of_torchvisions_that_is_here_is_taken_and_held_to_its_checksum(
    published: Path, folder: str
) -> None:
    weights = torchvision_weights(f"https://nowhere.invalid/{published.name}")
    assert not weights.here()
    place = published.parent / folder
    place.mkdir(parents=True)
    file = published.rename(place / published.name)
    assert weights.here()
    assert weights.load()["fc.weight"].tolist() == [[1.0] * 3] * 2
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(WeightsUnavailable) as told:
        weights.load()
    assert told.value.damaged
    assert told.value.place == str(file)


def test_weights_kept_as_safetensors_do_as_well(published: Path) -> None:
    place = published.parent / "named"
    place.mkdir()
    save_file({"fc.weight": torch.zeros(2, 3)}, place / f"{published.stem}.safetensors")
    weights = torchvision_weights(f"https://nowhere.invalid/{published.name}")
    assert weights.here()
    assert weights.load()["fc.weight"].tolist() == [[0.0] * 3] * 2
    (place / f"{published.stem}.safetensors").write_bytes(b"no tensors")
    with pytest.raises(WeightsUnavailable, match="damaged"):
        weights.load()


def test_nothing_in_a_file_of_weights_is_run(published: Path) -> None:
    place = published.parent / "named"
    place.mkdir()
    torch.save({"fc.weight": Path("anything that is no tensor")}, place / "made.pth")
    digest = hashlib.sha256((place / "made.pth").read_bytes()).hexdigest()
    file = (place / "made.pth").rename(place / f"made-{digest[:8]}.pth")
    with pytest.raises(WeightsUnavailable, match="damaged"):
        torchvision_weights(f"https://nowhere.invalid/{file.name}").load()


def test_a_transformer_takes_its_weights_at_another_side_with_positions_in_between() -> None:
    spec = models()["vit_b_16"]
    assert spec.refit is not None
    across = torch.linspace(0, 1, 14).expand(14, 14).flatten()[None, :, None]
    state = {"encoder.pos_embedding": torch.cat([torch.full((1, 1, 1), 7.0), across], dim=1)}
    found = spec.refit(state, 112)["encoder.pos_embedding"]
    assert found.shape == (1, 1 + 7 * 7, 1)
    assert found[0, 0, 0] == 7.0, "the class token's own is kept"
    rows = found[0, 1:, 0].view(7, 7)
    torch.testing.assert_close(rows[3], torch.linspace(0, 1, 7), atol=0.02, rtol=0)
    assert torch.equal(spec.refit(state, 224)["encoder.pos_embedding"], state["encoder.pos_embedding"])


def test_closed_form_on_trained_weights_is_grad_cam_of_the_library(classifier: Classifier) -> None:
    network = classifier.network
    batch = network.inputs(torch.from_numpy(sample_picture("chelsea")[None, 30:254, 100:324].copy()))
    logits, (maps,) = GRAD_CAM.explain(network, batch, [None])
    module = copy.deepcopy(network.module).requires_grad_(True)
    with GradCAM(module, [module.get_submodule(network.spec.target_layer)]) as library:
        wanted = library(batch, [ClassifierOutputTarget(int(logits.argmax()))])[0]
    positive = maps.relu() / maps.max()
    enlarged = F.interpolate(positive[:, None], size=(224, 224), mode="bilinear")[0, 0]
    np.testing.assert_allclose(
        ((enlarged - enlarged.min()) / (enlarged.max() - enlarged.min())).numpy(), wanted, atol=1e-3
    )
    assert logits.shape == (1, 1000)


def test_fine_tuning_keeps_all_but_the_last_layer() -> None:
    spec = models()["efficientnet_lite0"]
    assert spec.weights is not None
    published = spec.weights.load()
    network = pretrained_network(spec, 3, spec.input_size(64, pretrained=True))
    own = network.state_dict()
    changed = [name for name in published if not torch.equal(published[name], own[name])]
    assert changed == ["_fc.weight", "_fc.bias"]
    assert own["_fc.weight"].shape == (3, 1280)
