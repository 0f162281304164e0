"""Pages with something on them: a run with an evaluation made by hand, so that no network is trained."""

import dataclasses
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.evaluation import details, headline, phrases
from core.evaluation.findings import evidence
from core.lab import showcase
from core.lab.live import LABS, LiveLab
from core.networks.checkpoint import save_checkpoint
from core.networks.network import Preprocessing
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.recipe import Recipe, get_model
from core.runs.runs import Run, Summary
from core.store import Workspace
from core.training import timing
from pages.parts.services.kept import works
from tests.core.brought.tiny_runs import network_of
from tests.core.evaluation.conftest import stored_evaluation

SHELL = str(Path(__file__).resolve().parents[2] / "pages" / "shell.py")
NOISES = ("gaussian_noise", "fog")


@pytest.fixture(autouse=True)
def _nothing_remembered(workspace: Workspace) -> Iterator[None]:
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def _no_helper_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The showcase is computed for real in tests/core/lab/test_showcase.py and in the browser, a training is timed in
    tests/core/training/test_timing.py."""
    monkeypatch.setattr(showcase, "start_showcase", lambda workspace: None)
    monkeypatch.setattr(timing, "is_idle", lambda: False)


@pytest.fixture(scope="session", autouse=True)
def _packages_are_searched_once() -> Iterator[None]:
    """Streamlit reads what every installed package says of itself each time a page is opened in a test: half a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture
def works_wait(_nothing_remembered: None) -> Iterator[threading.Event]:
    """What pages have worked out in threads waits until this is set."""
    gate = threading.Event()
    for number in "12":  # as many as there are threads
        works().start(("busy", number), lambda report: gate.wait(60))
    yield gate
    gate.set()


@pytest.fixture
def enough_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data set has 16 test pictures, too few for a sentence about noise or a finding."""
    for module in (headline, details, phrases, evidence):
        monkeypatch.setattr(module, "FEWEST", 2)


@pytest.fixture
def open_page(workspace: Workspace) -> Callable[..., AppTest]:
    """Opens a page in a language, with what its address says."""

    def opened(page: str, language: str = "en", **query: str) -> AppTest:
        at = AppTest.from_file(SHELL, default_timeout=60)
        at.query_params["lang"] = language
        at.run()
        for name, value in query.items():
            at.query_params[name] = value
        return at.switch_page(f"{page}.py").run()

    return opened


def opened_lab() -> LiveLab:
    """The lab that was opened last, as the live route knows it."""
    return list(LABS._open.values())[-1]


def models_say() -> list[dict[str, Any]]:
    """What the live route gives as the models' answers in the lab that was opened last."""
    return opened_lab().answers({}, lambda: True)


@pytest.fixture
def trained_run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    """A run that is trained, but not tested."""
    recipe = Recipe.make(
        data_set_id=tiny_data_set.id,
        data_set_fingerprint=tiny_data_set.card.fingerprint,
        model="small_cnn",
    )
    run = create_run(workspace, "tiny run", recipe)
    run.folder.checkpoint.write_bytes(b"not read by pages")
    summary = Summary(
        data_set=tiny_data_set.name,
        classes=tiny_data_set.classes,
        size=32,
        table=tiny_data_set.table,
        seconds=3.0,
        images_per_second=1000.0,
        device="CPU",
        epochs=8,
        train_accuracy=1.0,
        validation_accuracy=0.9,
        validation_noisy_accuracy=None,
    )
    save_summary(workspace, run.id, summary)
    return dataclasses.replace(run, state="done", summary=summary)


@pytest.fixture
def evaluated_run(workspace: Workspace, tiny_data_set: DataSet, trained_run: Run) -> Run:
    """The run, tested: right on all clean pictures, under noise wrong on those of the class "right"."""
    stored_evaluation(
        workspace,
        tiny_data_set,
        trained_run,
        NOISES,
        (1, 2, 3, 4, 5),
        lambda truth, noise, _severity: truth if noise == "clean" else 0,
    )
    return trained_run


@pytest.fixture
def with_weights(evaluated_run: Run, tiny_data_set: DataSet) -> Run:
    """The tested run with a network that can be asked."""
    network = network_of(tiny_data_set, 32, Preprocessing.of(get_model("small_cnn")))
    save_checkpoint(evaluated_run.folder.checkpoint, network)
    return evaluated_run
