"""Any way to an attribution map: a second one, which no file of the product knows, goes wherever Grad-CAM goes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from core.data.dataset import DataSet
from core.evaluation.cells import Piece
from core.evaluation.predict import Asked, predict_cell, predicted_of
from core.evaluation.predictions import decode_map, map_shape_of
from core.explanation.attribution import (
    CamMethod,
    forward,
    predicted_classes,
    register_method,
    registered_methods,
)
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
    assert all_methods() == [GRAD_CAM]
    monkeypatch.setitem(registered_methods(), NUMBERED.key, NUMBERED)
    assert all_methods() == [GRAD_CAM, NUMBERED]
    with pytest.raises(ValueError, match="grad-cam"):
        register_method(GRAD_CAM)


def test_a_second_method_explains_the_predicted_class_or_another() -> None:
    classifier = Classifier(toy(4), photos=False, guessing=0.25)
    pictures = list(np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8))
    for said in classifier.explain(pictures, method=NUMBERED):
        assert said.attribution.tolist() == [[said.prediction] * 2]
    (asked,) = classifier.explain(pictures[:1], target=2, method=NUMBERED)
    assert asked.attribution.tolist() == [[2, 2]]


def test_a_second_method_makes_the_maps_of_a_test(tiny_data_set: DataSet) -> None:
    """Under noise each row has a map for what was predicted, and one for what was predicted on the clean picture."""
    images = tiny_data_set.indices("test")
    asked = Asked(toy(2), Mode(), NUMBERED)
    before = predict_cell(asked, tiny_data_set, Piece("clean", 0, images), {})
    after = predict_cell(asked, tiny_data_set, Piece("fog", 5, images), predicted_of(before))
    assert map_shape_of(after.schema) == (1, 2)
    rows = pd.concat([before.to_pandas(), after.to_pandas()])
    clean = rows[rows["noise"] == "clean"].set_index("image")["prediction"]
    for row in rows.itertuples():
        assert decode_map(row.map, (1, 2)).tolist() == [[row.prediction] * 2]
        assert decode_map(row.map_reference, (1, 2)).tolist() == [[clean[row.image]] * 2]


def test_of_logits_that_no_probability_tells_apart_the_first_is_predicted_as_it_is_shown() -> None:
    logits = torch.tensor([[1e-9, 0.0, 2e-9], [0.0, 1.0, 0.0]])
    assert predicted_classes(logits).tolist() == logits.softmax(1).numpy().argmax(1).tolist() == [0, 1]
