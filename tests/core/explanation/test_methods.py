"""Any way to an attribution map: a second one, which no file of the product knows, goes wherever Grad-CAM goes."""

import copy
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from pytorch_grad_cam import (
    AblationCAM,
    EigenCAM,
    GradCAMPlusPlus,
    HiResCAM,
    LayerCAM,
    ScoreCAM,
    XGradCAM,
)
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn
from torch.nn import functional as F

from core.data.dataset import DataSet
from core.evaluation.cells import Piece
from core.evaluation.predict import Asked, predict_cell
from core.evaluation.predictions import decode_map, map_of_truth, map_shape_of
from core.explanation.attribution import METHODS, CamMethod, by_turns, forward, predicted_classes
from core.explanation.classifier import Classifier
from core.explanation.methods import all_methods
from core.explanation.methods.grad_cam import GRAD_CAM
from core.networks.network import Network, Preprocessing, fixed
from core.runs.mode import Mode
from core.words import plain
from models.registry import models


def numbered(
    network: Network, batch: Tensor, classes: Sequence[Tensor | None]
) -> tuple[Tensor, list[Tensor]]:
    """A map of two places, which hold the number of the class."""
    logits = forward(network, batch).logits
    chosen = [predicted_classes(logits) if one is None else one for one in classes]
    return logits, [one[:, None, None].expand(-1, 1, 2).float() for one in chosen]


NUMBERED = CamMethod("numbered", "Numbered", plain("The class."), passes=2, explain=numbered)


def toy(classes: int) -> Network:
    spec = models()["small_cnn"]
    torch.manual_seed(0)
    side = spec.input_size(32)
    network = Network(
        spec, spec.build(classes, side), list("abcd")[:classes], 32, side, Preprocessing.of(spec)
    )
    return fixed(network, torch.device("cpu"))


def test_grad_cam_comes_first_and_no_key_is_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    before = all_methods()
    assert before[0] is GRAD_CAM
    assert GRAD_CAM not in before[1:]
    monkeypatch.setitem(METHODS.known, NUMBERED.key, NUMBERED)
    assert all_methods() == [*before, NUMBERED]
    with pytest.raises(ValueError, match="grad-cam"):
        METHODS.add(GRAD_CAM)


def test_a_second_method_explains_the_predicted_class_or_another() -> None:
    classifier = Classifier(toy(4), photos=False, guessing=0.25)
    pictures = list(np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8))
    for said in classifier.explain(pictures, method=NUMBERED):
        assert said.attribution.tolist() == [[said.prediction] * 2]
    (asked,) = classifier.explain(pictures[:1], target=2, method=NUMBERED)
    assert asked.attribution.tolist() == [[2, 2]]


def test_a_second_method_makes_the_maps_of_a_test(tiny_data_set: DataSet) -> None:
    """A row has a map for what was predicted, for what was predicted on the clean picture, and for the true class where
    that is neither of the two."""
    images = tiny_data_set.indices("test")
    asked = Asked(toy(4), Mode(), NUMBERED)
    before = predict_cell(asked, tiny_data_set, Piece("clean", 0, images), {})
    # Four classes for two kinds of pictures: whatever it says, truth is 0 or 1.
    clean = {int(image): int(image) % 4 for image in images}
    after = predict_cell(asked, tiny_data_set, Piece("fog", 5, images), clean)
    assert map_shape_of(after.schema) == (1, 2)
    alone = 0
    for row in pd.concat([before.to_pandas(), after.to_pandas()]).to_dict("records"):
        reference = row["prediction"] if row["noise"] == "clean" else clean[row["image"]]
        assert decode_map(row["map"], (1, 2)).tolist() == [[row["prediction"]] * 2]
        assert decode_map(row["map_reference"], (1, 2)).tolist() == [[reference] * 2]
        assert (row["map_true"] is None) == (row["truth"] in (row["prediction"], reference))
        of_truth = map_of_truth(row, reference, (1, 2))
        assert of_truth is not None
        assert of_truth.tolist() == [[row["truth"]] * 2]
        alone += row["map_true"] is not None
    assert 0 < alone < 2 * len(images)


def test_pictures_are_asked_as_seldom_as_their_classes_differ() -> None:
    asked = []

    def ask(classes: Tensor) -> Tensor:
        asked.append(classes.tolist())
        return classes[:, None, None].float()

    lists = [torch.tensor(one) for one in ([0, 1, 2, 3], [0, 2, 2, 0], [5, 2, 2, 1])]
    found = by_turns(ask, lists)
    assert [one[:, 0, 0].long().tolist() for one in found] == [one.tolist() for one in lists]
    assert asked == [[0, 1, 2, 3], [5, 2, 2, 0], [0, 1, 2, 1]]


def test_of_logits_that_no_probability_tells_apart_the_first_is_predicted_as_it_is_shown() -> None:
    logits = torch.tensor([[1e-9, 0.0, 2e-9], [0.0, 1.0, 0.0]])
    assert predicted_classes(logits).tolist() == logits.softmax(1).numpy().argmax(1).tolist() == [0, 1]


LIBRARY = {
    "grad-cam++": GradCAMPlusPlus,
    "layer-cam": LayerCAM,
    "hires-cam": HiResCAM,
    "xgrad-cam": XGradCAM,
    "eigen-cam": EigenCAM,
    "score-cam": ScoreCAM,
    "ablation-cam": AblationCAM,
}


def with_other_head() -> Network:
    """A small CNN that ends in two layers, so that Grad-CAM and its kin differ."""
    network = toy(3)
    width = network.module.classifier.in_features
    network.module.classifier = nn.Sequential(nn.Linear(width, 8), nn.Hardswish(), nn.Linear(8, 3))
    return fixed(replace(network, spec=replace(network.spec, linear=None)), torch.device("cpu"))


@pytest.mark.parametrize("key", LIBRARY)
def test_further_methods_are_the_library_s_on_a_copy_of_their_own(key: str) -> None:
    network, method = with_other_head(), METHODS.known[key]
    assert method.fits(network.spec)
    pixels = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    batch, classes = network.inputs(torch.from_numpy(pixels)), torch.tensor([0, 2])
    before = {name: value.clone() for name, value in network.module.state_dict().items()}
    logits, (maps,) = method.explain(network, batch, [classes])
    layer = network.module.get_submodule(network.spec.target_layer)
    assert not layer._forward_hooks, "the network that others use too was hooked"
    assert all(torch.equal(value, before[name]) for name, value in network.module.state_dict().items())
    assert all(value.grad is None and not value.requires_grad for value in network.module.parameters())
    torch.testing.assert_close(logits, network.module(batch))
    own = copy.deepcopy(network.module).requires_grad_(True)
    with LIBRARY[key](own, [own.get_submodule(network.spec.target_layer)]) as library:
        wanted = library(batch.clone(), [ClassifierOutputTarget(int(one)) for one in classes])
    positive = spread(maps.relu())
    side = batch.shape[-1]
    shown = spread(F.interpolate(positive[:, None], (side, side), mode="bilinear")[:, 0])
    np.testing.assert_allclose(shown.numpy(), wanted, atol=1e-3)


def spread(maps: Tensor) -> Tensor:
    lowest = maps.amin((1, 2), keepdim=True)
    return (maps - lowest) / (1e-7 + (maps - lowest).amax((1, 2), keepdim=True))


def test_what_is_grad_cam_to_the_rounding_is_not_offered_beside_it() -> None:
    offered = {one.key for one in all_methods() if one.fits(models()["small_cnn"])}
    assert {"hires-cam", "xgrad-cam"}.isdisjoint(offered)
    assert {"grad-cam", "grad-cam++", "layer-cam", "eigen-cam", "score-cam", "ablation-cam"} <= offered
    assert {"score-cam", "ablation-cam"}.isdisjoint(
        one.key for one in all_methods() if one.fits(models()["vit_b_16"])
    )
