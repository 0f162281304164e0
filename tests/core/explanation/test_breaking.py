"""The breaking points: what brute force says, whatever the order of threads; progress, cancelling, errors."""

import numpy as np
import pytest

from core.charts.breaking import breaking_chart
from core.charts.drawing import Palette
from core.data.dataset import DataSet
from core.errors import Cancelled, UnknownName
from core.explanation.breaking import BreakingPoint, breaking_points, in_order
from core.explanation.classifier import Classifier
from core.noise.catalogue import SEVERITIES
from core.noise.stack import Layer, apply_stack
from core.pixels import Image
from core.progress import silent
from core.runs.recipe import Recipe
from core.store import Workspace
from core.training.job import run_job, submit_training
from core.words import Text

NOISES = ["contrast", "gaussian_noise", "salt_pepper", "blend", "jpeg_compression", "defocus_blur", "pca"]
SECOND = np.random.default_rng(3).integers(0, 256, (40, 40, 3)).astype(np.uint8)


@pytest.fixture
def trained(workspace: Workspace, tiny_data_set: DataSet) -> Classifier:
    recipe = Recipe.make(
        data_set_id=tiny_data_set.id,
        data_set_fingerprint=tiny_data_set.card.fingerprint,
        model="small_cnn",
        epochs=3,
        batch_size=8,
        device="cpu",
    )
    run, job = submit_training(workspace, tiny_data_set, recipe)
    run_job(workspace, job, silent)
    return Classifier.of_run(workspace, run.id, "cpu")


def by_brute_force(classifier: Classifier, picture: Image, noise: str, seed: int) -> BreakingPoint:
    clean = classifier.explain([picture])[0].top(1)[0][0]
    said = [
        classifier.explain(
            [apply_stack(picture, [Layer.at_severity(noise, severity, "cifar_10_c")], seed, second=SECOND)]
        )[0]
        for severity in SEVERITIES
    ]
    answers = [one.top(1)[0][0] for one in said]
    left = [dict(one.top(len(one.classes)))[clean] for one in said]
    changed = [severity for severity, answer in zip(SEVERITIES, answers, strict=True) if answer != clean]
    if not changed:
        return BreakingPoint(noise, None, clean, left[-1])
    return BreakingPoint(noise, changed[0], answers[changed[0] - 1], left[changed[0] - 1])


def test_it_is_what_brute_force_says(trained: Classifier, tiny_data_set: DataSet) -> None:
    severities = set()
    for image in tiny_data_set.indices("test"):
        picture = np.array(tiny_data_set.images[image])
        found = breaking_points(trained, picture, NOISES, "cifar_10_c", seed=5, second=SECOND)
        expected = [by_brute_force(trained, picture, noise, 5) for noise in NOISES]
        assert found == expected
        assert [point.left for point in found] == pytest.approx([point.left for point in expected])
        severities |= {point.severity for point in found}
    assert len(severities) > 2  # some hold, and others break at different severities


def test_progress_reaches_the_end_and_a_stop_is_obeyed(trained: Classifier, tiny_data_set: DataSet) -> None:
    picture = np.array(tiny_data_set.images[0])
    shares: list[float] = []
    breaking_points(
        trained, picture, NOISES, "cifar_10_c", report=lambda share, step=None: shares.append(share)
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    def stop(share: float, step: Text | None = None) -> None:
        if share > 0:
            raise Cancelled()

    with pytest.raises(Cancelled):
        breaking_points(trained, picture, NOISES, "cifar_10_c", report=stop)


def test_an_error_in_a_thread_is_told(trained: Classifier, tiny_data_set: DataSet) -> None:
    with pytest.raises(UnknownName):
        breaking_points(trained, np.array(tiny_data_set.images[0]), ["fog", "no_such"], "cifar_10_c")


def test_of_noises_that_break_at_the_same_severity_the_one_that_leaves_least_comes_first() -> None:
    points = [
        BreakingPoint("fog", 2, "dog", 0.4),
        BreakingPoint("pca", None, "cat", 0.5),
        BreakingPoint("blend", 2, "mat", 0.1),
        BreakingPoint("contrast", 1, "mat", 0.45),
        BreakingPoint("snow", None, "cat", 0.3),
    ]
    assert [point.noise for point in in_order(points)] == ["contrast", "blend", "fog", "snow", "pca"]


def test_the_chart_shows_the_weakest_first_and_what_holds_whole() -> None:
    points = [
        BreakingPoint("fog", None, "cat"),
        BreakingPoint("pca", 4, "dog"),
        BreakingPoint("blend", 2, "mat"),
        BreakingPoint("contrast", None, "cat"),
    ]
    ordered = in_order(points)
    assert [point.noise for point in ordered] == ["blend", "pca", "contrast", "fog"]
    (bars,) = breaking_chart(Palette(), [(one.noise, one.severity, one.answer) for one in ordered]).data
    assert list(bars.customdata) == ["blend", "pca", "contrast", "fog"]
    assert list(bars.x) == [2, 4, 5, 5]
    assert bars.text[0] == "2 → mat"
    assert bars.text[3] == "holds"
    assert len(set(bars.marker.color)) == 2


def test_a_long_answer_stands_where_its_bar_has_room_and_is_whole_where_pointed_at() -> None:
    answers = ["Staffordshire bull terrier", "Staffordshire bull terrier, young"]
    points = [
        ("fog", 1, answers[0]),
        ("pca", 2, answers[1]),
        ("blend", 3, answers[0]),
        ("contrast", 5, answers[1]),
    ]
    (bars,) = breaking_chart(Palette(), points).data
    assert list(bars.textposition) == ["outside", "outside", "inside", "inside"]
    assert len(set(bars.text)) == 4
    assert all(len(text) <= 22 for text in bars.text)
    assert bars.hovertext[0] == f"1 → {answers[0]}"
