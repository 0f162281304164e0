"""What the noise lab says of a model's answer; the models are real."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import NoCuda, WeightsMissing
from core.explanation.classifier import Explanation
from core.explanation.overlay import WHOLE
from core.lab.photo import Photo
from core.networks.checkpoint import save_checkpoint
from core.networks.network import Network, Preprocessing
from core.noise.stack import Layer
from core.runs.editing import save_summary
from core.runs.recipe import get_model
from core.runs.runs import Run
from core.store import Workspace
from pages.parts.i18n import speaking
from pages.parts.lab.answer import headline
from pages.parts.lab.shown import Shown
from pages.parts.services import classifiers
from pages.parts.services.workspace import workspace
from tests.pages.conftest import models_say, opened_lab


def save_network(run: Run, classes: list[str]) -> None:
    """The run's network as if it had been trained on these classes."""
    spec = get_model("small_cnn")
    network = Network(spec, spec.build(len(classes), 32), classes, 32, 32, Preprocessing.of(spec))
    save_checkpoint(run.folder.checkpoint, network)


def test_the_sentence_says_whether_the_model_changes_its_mind(open_page: Callable[..., AppTest]) -> None:
    classifiers.classifier("efficientnet_lite0")
    for address, said in (
        ({"noises": "gaussian_noise(sd=0.02)", "photo": "coffee"}, "The model keeps its mind"),
        ({}, "The model changes its mind"),
        ({"noises": "gaussian_noise(sd=0.9);salt_pepper(fraction=0.5)"}, "The model is lost"),
        ({"noises": ""}, "The model sees"),
    ):
        assert not open_page("preview", **address).exception
        (answer,) = models_say()
        assert answer["headline"].startswith(said)
        assert 'class="answer-bars"' in answer["bars"]


@pytest.mark.parametrize(
    ("language", "said", "unsaid"), [("en", "espresso", "에스프레소"), ("ko", "에스프레소", "espresso")]
)
def test_imagenet_s_classes_are_called_in_the_visitor_s_language(
    open_page: Callable[..., AppTest], language: str, said: str, unsaid: str
) -> None:
    classifiers.classifier("efficientnet_lite0")
    assert not open_page("preview", language, photo="coffee", noises="").exception
    (answer,) = models_say()
    bars = re.sub(r' title="[^"]*"', "", answer["bars"])
    counted = [one[words] for one in answer["counted"].values() for words in ("caption", "alt")]
    for text in (answer["headline"], answer["original"]["name"], answer["noisy"]["name"], bars, *counted):
        assert said in text
        assert unsaid not in text


def test_a_class_of_one_s_own_is_never_translated(
    workspace: Workspace, open_page: Callable[..., AppTest], trained_run: Run
) -> None:
    assert trained_run.summary is not None
    save_summary(workspace, trained_run.id, replace(trained_run.summary, classes=["crane", "goldfish"]))
    save_network(trained_run, ["crane", "goldfish"])
    classifiers.classifier(trained_run.id)
    assert not open_page("preview", "ko", model=trained_run.id).exception
    (answer,) = models_say()
    assert '<div class="name">crane</div>' in answer["bars"]
    assert '<div class="name">goldfish</div>' in answer["bars"]
    assert not any(word in answer["headline"] + answer["bars"] for word in ("금붕어", "크레인"))


@pytest.mark.parametrize(
    ("language", "said"), [("en", "unsure from the start"), ("ko", "처음부터 확신이 없었")]
)
def test_of_an_answer_that_was_a_guess_no_change_of_mind_is_spoken(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    classifiers.classifier("efficientnet_lite0")
    monkeypatch.setattr("core.explanation.sureness.LEAST", 1.01)  # even a sure answer counts as a guess
    for stack in ("gaussian_noise(sd=0.38)", "gaussian_noise(sd=0.02)"):
        open_page("preview", language, photo="coffee", noises=stack)
        (answer,) = models_say()
        assert said in answer["headline"]
        assert "mind" not in answer["headline"]


@pytest.mark.parametrize(
    ("clean", "noisy", "said"),
    [
        ([0.5, 0.4, 0.1], [0.3, 0.6, 0.1], "wavered from the start"),
        ([0.5, 0.4, 0.1], [0.3, 0.1, 0.6], "changes its mind"),
        ([0.7, 0.2, 0.1], [0.3, 0.6, 0.1], "changes its mind"),
        ([0.5, 0.4, 0.1], [0.5, 0.4, 0.1], "keeps its mind"),
    ],
)
def test_a_model_that_wavered_before_any_noise_is_told_from_one_that_was_sure(
    clean: list[float], noisy: list[float], said: str
) -> None:
    photo = np.zeros((32, 32, 3), np.uint8)
    stack = [Layer.at_severity("fog", 1)]
    now = Shown("a.png", Photo.of(photo), photo, stack, 0, None, "small_cnn", None, "imagenet_c", {})
    first, then = (
        Explanation(
            ["cat", "dog", "fox"], np.array(one, np.float32), 0, np.zeros((1, 1), np.float32), WHOLE, 1 / 3
        )
        for one in (clean, noisy)
    )
    with speaking("en"):
        assert said in headline(now, first, then)


def test_a_classifier_that_could_not_be_loaded_is_tried_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = object()
    answers = iter([RuntimeError("the GPU is full"), loaded])

    def load(key: str, home: Workspace) -> object:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(classifiers, "_load_classifier", load)
    with pytest.raises(RuntimeError, match="full"):
        classifiers.classifier("efficientnet_lite0")
    assert classifiers.classifier("efficientnet_lite0") is loaded


def test_a_model_that_cannot_be_downloaded_says_so_briefly_and_is_asked_for_again_on_request_only(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def offline(*args: object, **kwargs: object) -> None:
        raise URLError("no route")

    monkeypatch.setattr("torch.hub.load_state_dict_from_url", offline)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    model = "efficientnet_b0"
    classifiers.classifier("efficientnet_lite0")
    with pytest.raises(WeightsMissing):
        classifiers.classifier(model)
    assert classifiers._loaded(model).exception(60)

    at = open_page("preview", model2=model)
    (said,) = [one for one in at.markdown if "EfficientNet-B0" in one.value]
    assert str(tmp_path) not in said.value
    assert str(tmp_path) in said.help
    assert not at.error
    assert not classifiers.classifier_ready(model, start=False)
    at.session_state["lab_1_0_sd"] = {"value": 0.45}
    at.run()
    assert [one.value for one in at.markdown if "EfficientNet-B0" in one.value] == [said.value]
    assert classifiers._classifiers().known.keys() == {(str(workspace().root), "efficientnet_lite0")}
    next(found for found in at.button if found.label == "Try again").click().run()
    assert not [one for one in at.markdown if one.value == said.value]


def test_the_answer_of_a_run_names_the_few_classes_that_it_knows(
    open_page: Callable[..., AppTest], trained_run: Run
) -> None:
    classes = trained_run.class_labels
    save_network(trained_run, list(classes))
    classifiers.classifier(trained_run.id)
    assert not open_page("preview", model=trained_run.id).exception
    (answer,) = models_say()
    assert answer["knows"].startswith("This model knows only")
    assert all(name in answer["knows"] for name in classes)


def test_the_answer_is_to_the_picture_that_a_slider_has_moved_to(open_page: Callable[..., AppTest]) -> None:
    classifiers.classifier("efficientnet_lite0")
    open_page("preview", photo="coffee", noises="gaussian_noise(sd=0.02)")
    lab = opened_lab()
    (before,) = lab.answers({}, lambda: True)
    (after,) = lab.answers({1: {"sd": "0.9"}}, lambda: True)
    open_page("preview", photo="coffee", noises="gaussian_noise(sd=0.9)")
    (there,) = models_say()
    assert after == there
    assert after["noisy"] != before["noisy"]
    assert after["original"] == before["original"]


def test_a_name_is_no_markup_in_the_sentence(
    workspace: Workspace, open_page: Callable[..., AppTest], trained_run: Run
) -> None:
    names = ["<img src=x onerror=alert(1)>", "b&b"]
    assert trained_run.summary is not None
    save_summary(workspace, trained_run.id, replace(trained_run.summary, classes=names))
    save_network(trained_run, names)
    classifiers.classifier(trained_run.id)
    assert not open_page("preview", model=trained_run.id).exception
    (answer,) = models_say()
    assert not re.search(r"<(?!/?mark)", answer["headline"])
    assert "<img" not in answer["bars"]


def test_what_a_model_cannot_say_is_told_in_the_visitors_language(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise NoCuda()

    classifiers.classifier("efficientnet_lite0")
    monkeypatch.setattr(classifiers, "explained", full)
    assert not open_page("preview", "ko").exception
    (answer,) = models_say()
    assert answer == {"place": "", "who": "", "error": NoCuda().said["ko"]}
