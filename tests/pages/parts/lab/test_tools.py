"""The noise lab's further views and ways in and out, as far as they need no browser."""

import io
import threading
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.explanation.classifier import Classifier
from core.noise.catalogue import all_noises
from core.noise.stack import Layer, stack_from_text
from core.runs.runs import Run
from pages.parts.lab.many import FILES, MOST
from pages.parts.lab.session import MODEL2, SECOND
from pages.parts.lab.sheet import KIND, SEARCH, SEVERITY
from pages.parts.services import classifiers
from pages.parts.services.kept import works
from tests.pages.conftest import models_say

SHEET = "lab_view_sheet"
MANY = "lab_view_many"
BREAKING = "lab_view_breaking"


def stack(at: AppTest) -> list[Layer]:
    value = at.query_params["noises"]
    return stack_from_text(value if isinstance(value, str) else value[0])


def png(seed: int = 0, size: tuple[int, int] = (60, 40)) -> bytes:
    buffer = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (*size[::-1], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def _classifier_stays_away(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "with_torch" not in request.keywords:
        monkeypatch.setattr(classifiers, "classifier_ready", lambda key, start=True: False)


def open_view(at: AppTest, key: str) -> AppTest:
    at.session_state[key] = True
    return at.run()


def finished_sheet(at: AppTest) -> AppTest:
    for work in works().known():
        assert work.ended.wait(60)
    return at.run()


def test_nothing_of_a_closed_view_is_drawn(open_page: Callable[..., AppTest]) -> None:
    at = open_page("preview", noises="")
    keys = {element.key for element in (*at.button, *at.text_input, *at.file_uploader)}
    assert not keys & {SEARCH, FILES, "lab_breaking_start"}
    assert not works().known()


def test_every_noise_is_on_the_sheet_and_a_name_adds_it_at_the_chosen_severity(
    open_page: Callable[..., AppTest],
) -> None:
    at = finished_sheet(open_view(open_page("preview", noises=""), SHEET))
    assert not at.exception
    names = [button.key for button in at.button if (button.key or "").startswith("lab_sheet_add_")]
    assert names == [f"lab_sheet_add_{noise.key}" for noise in all_noises()]
    at.button_group(key=SEVERITY).set_value(5).run()
    at = finished_sheet(at)
    at.button(key="lab_sheet_add_fog").click().run()
    assert stack(at) == [Layer.at_severity("fog", 5)]


def test_a_sheet_that_is_stopped_stays_so_until_it_is_begun_again(
    open_page: Callable[..., AppTest], works_wait: threading.Event
) -> None:
    at = open_view(open_page("preview", noises=""), SHEET)
    at.button(key="lab_sheet_cancel").click().run()
    assert not at.run().exception
    keys = {button.key for button in at.button}
    assert "lab_sheet_cancel" not in keys
    assert "lab_sheet_add_fog" not in keys
    at.button(key="lab_sheet_begin").click().run()
    works_wait.set()
    at = finished_sheet(at)
    assert not at.button(key="lab_sheet_add_fog").disabled


def test_the_sheet_is_searched_by_word_and_kind(open_page: Callable[..., AppTest]) -> None:
    at = finished_sheet(open_view(open_page("preview", noises=""), SHEET))

    def there() -> list[str]:
        prefix = "lab_sheet_add_"
        return [str(button.key).removeprefix(prefix) for button in at.button if prefix in str(button.key)]

    labels = [box.label for box in at.selectbox]
    assert len(labels) == len(set(labels))
    at.selectbox(key=KIND).set_value("blur").run()
    assert there() == [noise.key for noise in all_noises() if noise.family == "blur"]
    at.text_input(key=SEARCH).set_value("MOTION").run()
    assert there() == ["motion_blur"]
    at.text_input(key=SEARCH).set_value("no such word").run()
    assert there() == []
    assert len(at.info) == 1


def test_many_files_are_taken_and_those_that_cannot_be_read_are_told(
    open_page: Callable[..., AppTest],
) -> None:
    at = open_view(open_page("preview", noises="fog()"), MANY)
    files = [(f"{n}.png", png(n), "image/png") for n in range(MOST + 1)]
    files[3] = ("bad.png", b"no picture", "image/png")
    at.file_uploader(key=FILES).set_value(files)
    at.run()
    assert not at.exception
    (error,) = at.error
    assert "bad.png" in error.value
    assert any(str(MOST + 1) in warning.value for warning in at.warning)
    assert len(at.session_state["lab"].many) == MOST - 1


def test_a_large_second_picture_is_kept_no_larger_than_a_photo(open_page: Callable[..., AppTest]) -> None:
    at = open_page("preview", noises="blend()")
    at.file_uploader(key=SECOND).upload("other.png", png(0, (1500, 900)))
    at.run()
    assert at.session_state["lab"].second.pixels.shape == (307, 512, 3)


def test_the_address_restores_the_second_model(open_page: Callable[..., AppTest], trained_run: Run) -> None:
    at = open_page("preview", model2=trained_run.id)
    assert at.session_state[MODEL2] == trained_run.id
    assert at.query_params["model2"] in (trained_run.id, [trained_run.id])
    at.selectbox(key=MODEL2).set_value(None).run()
    assert "model2" not in at.query_params
    bad = open_page("preview", model2="no_such")
    assert "no_such" in bad.error[0].value
    assert bad.session_state[MODEL2] is None


def test_a_model_is_not_compared_with_itself(open_page: Callable[..., AppTest]) -> None:
    at = open_page("preview", model2="efficientnet_lite0")
    assert at.session_state[MODEL2] is None
    assert not at.exception


@pytest.mark.with_torch
def test_two_models_each_say_what_they_see(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, trained_run: Run
) -> None:
    one = Classifier.imagenet("efficientnet_lite0", "cpu")
    monkeypatch.setattr(classifiers, "classifier", lambda key: one)
    monkeypatch.setattr(classifiers, "classifier_ready", lambda key, start=True: True)
    at = open_page("preview", photo="coffee", model2=trained_run.id)
    assert not at.exception
    said = models_say()
    assert [answer["place"] for answer in said] == ["", "_1"]
    assert [answer["who"] for answer in said] == ["EfficientNet-Lite0", "Run: tiny run"]
    assert all(answer["headline"].startswith("The model") for answer in said)


@pytest.mark.with_torch
@pytest.mark.whole  # all noises by the network of ImageNet; by a small one, in a browser: tests/browser/test_lab_tools.py
def test_breaking_points_are_found_while_the_page_lives(open_page: Callable[..., AppTest]) -> None:
    classifiers.classifier("efficientnet_lite0")
    at = open_view(open_page("preview", noises="", photo="astronaut"), BREAKING)
    at.button(key="lab_breaking_start").click().run()
    assert (
        any(button.key == "lab_breaking_cancel" for button in at.button) or len(at.get("plotly_chart")) == 1
    )
    at = finished_sheet(at)
    assert not at.exception
    assert len(at.get("plotly_chart")) == 1
    assert any("noises change the answer" in markdown.value for markdown in at.markdown)
    # The best guess has 16 %: no change of mind to speak of, here as in the sentence on top.
    assert any("unsure from the start (football helmet" in markdown.value for markdown in at.markdown)
    assert any(f"{len(all_noises())} rows" in caption.value for caption in at.caption)
    at.button(key="lab_breaking_add").click().run()
    assert len(stack(at)) == 1
