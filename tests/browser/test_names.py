"""Names that a person chose, as a browser shows them. Each page with a run, a data set and classes of bad names."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.data.splitting import TEST, periodic
from core.data.writing import Contents, save
from core.jobs import queue
from core.progress import silent
from core.store import Workspace
from core.training.job import run_job, submit_training
from core.training.recipe import Recipe
from core.words import plain

pytestmark = pytest.mark.browser
MINUTE = 60_000
NAME = "a*b*~~c~~ [x](y) $z$ :red[q] <b>t"
CLASSES = [":smile: __u__ <i>i", "1. -> www.example.com &amp; `k`"]
MARKED = "del, em, .katex, [data-testid=stMarkdownColoredText], a[href*=example], a[href=y]"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Path], Any]) -> Iterator[str]:
    """A dashboard with one tested run."""
    home = tmp_path_factory.mktemp("names")
    workspace = Workspace.open(home)
    # Of so many test pictures Results speaks of the run.
    labels = np.arange(240) % 2
    splits = np.concatenate([periodic(np.arange(80) // 2), np.full(160, TEST, np.uint8)])
    pictures = np.random.default_rng(0).integers(0, 100, (240, 32, 32, 3)) + 100 * labels[:, None, None, None]
    contents = Contents(
        kind="import",
        classes=CLASSES,
        images=pictures.astype(np.uint8),
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
        data_set_fingerprint=data_set.card["fingerprint"],
        model="small_cnn",
        epochs=1,
        batch_size=16,
        device="cpu",
    )
    follow = {"noises": ["fog"], "severities": [3]}
    _, job = submit_training(workspace, data_set, recipe, NAME, follow)
    assert queue.claim(workspace, job.id)
    assert queue.finish(workspace, job.id, "done", result=run_job(workspace, job, silent))
    workspace.close()
    with serve(home) as found:
        yield found


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/", [NAME]),
        ("/data", [NAME]),
        ("/train", [NAME]),
        ("/results", [NAME]),
        ("/explain", CLASSES),
    ],
)
def test_a_name_is_read_as_it_was_written(page: Page, address: str, path: str, names: list[str]) -> None:
    for language in ("en", "ko"):
        page.goto(f"{address}{path}?lang={language}")
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=MINUTE)
        for name in names:
            pattern = re.compile(r"[\u2060]*".join(map(re.escape, name)))
            expect(
                page.locator("[data-testid=stMarkdownContainer]").filter(has_text=pattern).first
            ).to_be_visible(timeout=MINUTE)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        assert page.locator("[data-testid=stMain]").locator(MARKED).all_inner_texts() == []


def test_a_chart_writes_names_as_they_are(page: Page, address: str) -> None:
    page.goto(f"{address}/results?lang=en")
    legend = page.locator(".js-plotly-plot .legendtext").filter(has_text="a*b*")
    expect(legend.first).to_have_text(NAME, timeout=MINUTE)
    page.get_by_role("tab", name="Confusion").click()
    for name in CLASSES:
        expect(page.locator(".js-plotly-plot .ytick text").filter(has_text=name).first).to_be_visible(
            timeout=MINUTE
        )
