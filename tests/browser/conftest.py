"""A real browser and a real server, with a workspace of its own."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from core.data.splits import TEST, periodic
from core.data.writer import Contents, save
from core.jobs import queue
from core.progress import silent
from core.runs.recipe import Recipe
from core.runs.runs import Run
from core.store import Workspace
from core.training.job import run_job, submit_training
from core.words import plain
from tests.browser.serving import FLAGS, HEADLESS, serving

expect.set_options(timeout=30_000)  # ms; Playwright's five seconds are few for a busy machine
STILL: dict[str, Any] = {"reduced_motion": "reduce"}
"""As who gets dizzy has it set: what turns while one waits need not be drawn, which is a sixth of a page's cost."""
NAME = "a*b*~~c~~ [x](y) $z$ :red[q] <b>t"
CLASSES = [":smile: __u__ <i>i", "1. -> www.example.com &amp; `k`"]
"""Of the run and the data set that the tests share: names that a person may choose, and Markdown would take for its own."""
INSTALL = "no Chromium found: install it (Debian: apt-get install chromium-headless-shell fonts-nanum) to run the browser tests"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if HEADLESS is None and os.environ.get("NOISELENS_REQUIRE_BROWSER") != "1":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=INSTALL))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if HEADLESS is None:
        pytest.fail(INSTALL)
    return {**browser_type_launch_args, "executable_path": HEADLESS, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 1360, "height": 860}, "locale": "en-US", **STILL}


@pytest.fixture(scope="session")
def window(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[BrowserContext]:
    """One window for the tests of a session: a page in it that was another one before costs a third less than a new one."""
    context = browser.new_context(**browser_context_args)
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """An empty page that remembers nothing of the tests before. A test that needs one of its own asks for `new_context`."""
    page = window.pages[0] if window.pages else window.new_page()
    yield page
    if page.is_closed():
        return
    page.unroute_all(behavior="ignoreErrors")
    with suppress(Error):  # where the browser itself shows something there is nothing to clear
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.goto("about:blank")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(browser_context_args["viewport"])


@contextmanager
def unbroken(page: Page) -> Iterator[None]:
    """The test fails when the page's scripts do, or a traceback stands there at the end."""
    errors: list[str] = []

    def note(error: Error) -> None:
        errors.append(str(error))

    page.on("pageerror", note)
    yield
    page.remove_listener("pageerror", note)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert errors == []


@pytest.fixture
def no_script_errors(page: Page) -> Iterator[None]:
    with unbroken(page):
        yield


@pytest.fixture(scope="session")
def serve(first_pictures: Path) -> Callable[..., Any]:
    """Starts a server on a workspace that a test has filled; the first page's pictures are there."""

    def start(home: Path, *options: Any) -> Any:
        shutil.copytree(first_pictures, home / "showcase", dirs_exist_ok=True)
        return serving(home, *options)

    return start


def with_run(home: Path) -> Run:
    """Fill a workspace with a data set and one run, trained and tested, both called NAME."""
    workspace = Workspace.open(home)
    # Of so many test pictures Results speaks of the run.
    labels = np.arange(240) % 2
    splits = np.concatenate([periodic(np.arange(80) // 2), np.full(160, TEST, np.uint8)])
    pictures = np.random.default_rng(0).integers(0, 100, (240, 32, 32, 3))
    contents = Contents(
        kind="import",
        classes=CLASSES,
        images=(pictures + 100 * labels[:, None, None, None]).astype(np.uint8),
        labels=labels.astype(np.int64),
        splits=splits,
        names=[str(number) for number in range(240)],
        seed=0,
        origin=plain(NAME),
        licence=None,
    )
    data_set = save(workspace, workspace.job_folder("made").staging, NAME, contents, silent)
    recipe = Recipe.make(
        data_set_id=data_set.id,
        data_set_fingerprint=data_set.card.fingerprint,
        model="small_cnn",
        epochs=1,
        batch_size=16,
        device="cpu",
    )
    run, job = submit_training(workspace, data_set, recipe, NAME, {"noises": ["fog"], "severities": [3]})
    assert queue.claim(workspace, job.id)
    assert queue.finish(workspace, job.id, "done", result=run_job(workspace, job, silent))
    workspace.close()
    return run


@pytest.fixture(scope="session")
def tested(tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., Any]) -> Iterator[tuple[str, str]]:
    """The address of the dashboard that the tests of a session share, and the id of its tested run, NAME of CLASSES."""
    home = tmp_path_factory.mktemp("dashboard")
    run = with_run(home)
    with serve(home) as address:
        yield address, run.id


@pytest.fixture(scope="session")
def base_url(tested: tuple[str, str]) -> str:
    """`page.goto("/")` goes there."""
    return tested[0]
