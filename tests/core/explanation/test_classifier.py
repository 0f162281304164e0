"""The classifier: many threads at once, its box, classes by choice, runs."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.data.dataset import DataSet
from core.errors import NotTrained, UnknownName
from core.explanation.classifier import Classifier
from core.networks.loading import choose_device
from core.networks.network import Network, Preprocessing, fixed
from core.progress import silent
from core.runs.recipe import Recipe
from core.store import Workspace
from core.training.job import run_job, submit_training
from models.registry import models


def of_spec(key: str, size: int) -> Classifier:
    """A network with random weights as of a run."""
    spec, cpu = models()[key], choose_device("cpu")
    side = spec.input_size(size)
    network = Network(spec, spec.build(4, side), list("abcd"), size, side, Preprocessing.of(spec))
    return Classifier(fixed(network, cpu), photos=False, guessing=0.25)


@pytest.mark.parametrize("key", ["small_cnn", "mobilenet_v3_small"])  # both ways to a map
def test_four_threads_get_what_one_gets(key: str) -> None:
    classifier = of_spec(key, 32)
    pictures = np.random.default_rng(0).integers(0, 256, (24, 32, 32, 3), dtype=np.uint8)

    def one(i: int) -> tuple[np.ndarray, np.ndarray]:
        (found,) = classifier.explain([pictures[i]], target=i % 4)
        return found.probabilities, found.attribution

    alone = [one(i) for i in range(24)]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            for (probabilities, attribution), expected in zip(pool.map(one, range(24)), alone, strict=True):
                np.testing.assert_allclose(probabilities, expected[0], rtol=1e-5)
                np.testing.assert_allclose(attribution, expected[1], rtol=1e-4, atol=1e-7)


def test_the_predicted_class_is_explained_unless_another_is_asked_for() -> None:
    classifier = of_spec("small_cnn", 32)
    picture = np.random.default_rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    (own,) = classifier.explain([picture])
    assert own.target == own.prediction == classifier.classes.index(own.top(1)[0][0])
    other = (own.prediction + 1) % 4
    (asked,) = classifier.explain([picture], target=other)
    assert asked.target == other
    assert not np.allclose(asked.attribution, own.attribution)
    assert len(own.top(9)) == 4
    assert sum(share for _, share in own.top(4)) == pytest.approx(1, abs=1e-5)


def test_photos_of_any_shape_are_seen_at_their_centre() -> None:
    classifier = Classifier.imagenet("efficientnet_lite0", "cpu")
    generator = np.random.default_rng(0)
    wide = generator.integers(0, 256, (300, 600, 3), dtype=np.uint8)
    tiny = generator.integers(0, 256, (1, 3, 3), dtype=np.uint8)
    of_wide, of_tiny = classifier.explain([classifier.prepare(wide), tiny])
    assert of_wide.region == pytest.approx((0.28125, 0.0625, 0.71875, 0.9375), abs=2e-3)
    assert of_tiny.attribution.shape == of_wide.attribution.shape == (7, 7)
    assert len(classifier.classes) == 1000


def test_a_runs_classifier_takes_photos_as_its_own_squares(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    recipe = Recipe.make(
        data_set_id=tiny_data_set.id,
        data_set_fingerprint=tiny_data_set.card.fingerprint,
        model="small_cnn",
        epochs=1,
        device="cpu",
    )
    run, job = submit_training(workspace, tiny_data_set, recipe, name="one")
    with pytest.raises(NotTrained):
        Classifier.of_run(workspace, "one", "cpu")
    run_job(workspace, job, silent)
    classifier = Classifier.of_run(workspace, run.id, "cpu")
    assert classifier.classes == ["left", "right"]
    photo = np.random.default_rng(0).integers(0, 256, (50, 100, 3), dtype=np.uint8)
    prepared = classifier.prepare(photo)
    assert prepared.shape == (32, 32, 3)
    (by_hand,), (by_itself,) = classifier.explain([prepared]), classifier.explain([photo])
    np.testing.assert_array_equal(by_hand.probabilities, by_itself.probabilities)
    assert by_itself.region == (0.25, 0.0, 0.75, 1.0)


def test_a_model_without_imagenet_weights_is_told() -> None:
    with pytest.raises(UnknownName, match="efficientnet_lite0"):
        Classifier.imagenet("small_cnn", "cpu")


@pytest.mark.parametrize("key", ["small_cnn", "mobilenet_v3_small"])  # both ways to a map
def test_why_this_and_not_that_is_the_difference_of_both_maps_and_adds_up_where_the_head_does(
    key: str,
) -> None:
    classifier = of_spec(key, 32)
    picture = np.random.default_rng(2).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    one, other = (classifier.explain([picture], target=number)[0] for number in (0, 2))
    (rather,) = classifier.explain([picture], target=0, versus=2)
    np.testing.assert_allclose(rather.attribution, one.attribution - other.attribution, atol=1e-5)
    if models()[key].linear is None:
        assert rather.sum is one.sum is None
        return
    logits = np.log(one.probabilities.astype(float))  # but for what all share
    for said in (one, other, rather):
        assert said.sum is not None
        assert said.sum.map == pytest.approx(float(said.attribution.astype(float).sum()), abs=1e-5)
        assert said.sum.map + said.sum.bias == pytest.approx(said.sum.logit, abs=1e-4)
    assert rather.sum is not None
    assert rather.sum.logit == pytest.approx(logits[0] - logits[2], abs=1e-4)
