import threading
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.files import write_json
from core.runs.deleted import delete_run
from core.runs.entering import create_run
from core.runs.runs import Run, list_runs
from core.store import Workspace
from pages.parts.lab.asked_runs import asked_runs, key_of
from pages.parts.lab.session import MODEL
from pages.parts.services import classifiers
from tests.core.training.test_half_trained import paused_run
from tests.pages.conftest import models_say

Open = Callable[..., AppTest]


def saved_run(workspace: Workspace, trained: Run, weights: str = "12-3.safetensors") -> Run:
    """A run whose training has saved something after three epochs."""
    run = create_run(workspace, "young", trained.recipe, rename=True)
    write_json(run.folder.state / "state.json", {"epochs": 3, "weights": weights})
    return run


@pytest.mark.parametrize(("language", "words"), [("en", "after epoch 3 of 8"), ("ko", "에폭 3/8")])
def test_a_run_that_is_still_trained_is_asked_as_far_as_it_is_and_its_end_takes_its_place(
    open_page: Open,
    workspace: Workspace,
    trained_run: Run,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    words: str,
) -> None:
    monkeypatch.setattr(classifiers, "classifier_ready", lambda key, start=True: False)
    run = saved_run(workspace, trained_run)
    at = open_page("preview", language, model=run.id)
    assert not at.exception
    assert not at.error
    assert at.selectbox(key=MODEL).value == run.id
    assert any(words in one.value for one in at.caption)
    run.folder.checkpoint.write_bytes(b"not read here")
    at.run()
    assert at.selectbox(key=MODEL).value == run.id
    assert not any(words in one.value for one in at.caption)


def test_a_run_that_has_saved_nothing_yet_is_not_offered(workspace: Workspace, trained_run: Run) -> None:
    create_run(workspace, "young", trained_run.recipe)
    assert list(asked_runs()) == [trained_run.id]


@pytest.mark.parametrize(("language", "words"), [("en", "has been deleted"), ("ko", "삭제되었습니다")])
def test_a_model_that_is_deleted_while_it_is_asked_is_said_to_be_gone(
    open_page: Open,
    workspace: Workspace,
    trained_run: Run,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    words: str,
) -> None:
    monkeypatch.setattr(classifiers, "classifier_ready", lambda key, start=True: False)
    at = open_page("preview", language, model=trained_run.id)
    assert not any(words in one.value for one in at.info)
    delete_run(workspace, trained_run)
    at.run()
    assert not at.exception
    assert any(words in one.value for one in at.info)
    at.selectbox(key=MODEL).set_value("efficientnet_b0").run()
    assert not any(words in one.value for one in at.info)


def test_the_lab_asks_the_weights_that_training_saved_and_keeps_the_older_until_newer_ones_are_loaded(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run = paused_run(workspace, tiny_data_set, 0.9)
    keys: dict[str, str] = {}
    first = key_of(keys, asked_runs(), run.id)
    classifiers.classifier(first)
    at = open_page("preview", model=run.id)
    assert not at.exception
    (said,) = models_say()
    assert "error" not in said
    assert "headline" in said
    (file,) = run.folder.state.glob("[0-9]*.safetensors")
    newer = file.rename(file.with_name("99-1.safetensors"))
    pointer = run.folder.state / "state.json"
    pointer.write_text(pointer.read_text().replace(file.name, newer.name))
    busy = threading.Event()
    classifiers._classifiers().thread.submit(busy.wait, 60)
    assert key_of(keys, asked_runs(), run.id) == first
    busy.set()
    classifiers.classifier(classifiers.network_key(run))
    assert key_of(keys, asked_runs(), run.id) == f"{run.id}@{newer.name}"
    assert [one.id for one in list_runs(workspace)] == [run.id]
