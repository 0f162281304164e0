"""How soon a test of 10,000 pictures and 100 cells is there: read and compared, and on the pages, in a real browser.

    python -m benchmarks.results_open [--before FOLDER] [--core]

Makes such a test without training: random answers and maps. `table of cells` and `comparison` are read from a test's
small files, and from all its rows; `every measure from all rows` is how long these files take to make, with intervals. For the pages a server is started and a small test is opened on them, so that the
libraries of server and browser are loaded; then another tab opens the large test: the first page is looked at for two
seconds, in which that tab loads what draws charts; timed is from the click in the menu to the chart or the picture, and each later step is timed from its click to the end of the rerun. The peer of the pages is another copy of
the project, as of an older commit (which finds the same files); without one the second that is aimed
at. All is timed side by side, in turns, from a warm disk cache. `same_result`: the page's sentence is the same. Five
minutes.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
import pyarrow as pa
from playwright.sync_api import Browser, Page, sync_playwright

from core.data.dataset import DataSet
from core.data.splits import TEST
from core.data.writer import Contents, save
from core.evaluation.answers import Answers, row_columns
from core.evaluation.arms import EvaluatedRun
from core.evaluation.comparison import compare
from core.evaluation.metrics import cell_table
from core.evaluation.predictions import PredictionsWriter, encode_maps, schema
from core.evaluation.stored_answers import stored_answers, stored_cells, write_answers
from core.files import write_json
from core.folders import EvaluationFolder
from core.noise.catalogue import Cell, all_noises
from core.noise.stack import DRAWS
from core.progress import silent
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.store import Workspace, new_id
from core.words import plain
from tests.browser.serving import CHROMIUM, FLAGS, serving

ROOT = Path(__file__).resolve().parent.parent
PICTURES, NOISES, REPEATS, SIDE, PIXELS = 10_000, 20, 3, 8, 64
SECOND, AIM = 1000.0, "the second that is aimed at"
LOOKED_AT = 2000
"""ms for which the first page is looked at before the menu is clicked."""


def make_data(workspace: Workspace, name: str = "smooth") -> DataSet:
    """PICTURES smooth test pictures of ten classes, and few others."""
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (PICTURES + 20, 8, 8, 3), dtype=np.uint8)
    images = [cv2.resize(one, (PIXELS, PIXELS), interpolation=cv2.INTER_CUBIC) for one in small]
    splits = np.full(len(images), TEST, np.uint8)
    splits[:20] = np.arange(20) % 2
    contents = Contents(
        kind="import",
        classes=[f"class {number}" for number in range(10)],
        images=np.stack(images),
        labels=np.arange(len(images), dtype=np.int64) % 10,
        splits=splits,
        names=[f"{number}.png" for number in range(len(images))],
        seed=0,
        origin=plain("random numbers"),
        licence=None,
    )
    return save(workspace, workspace.job_folder(name).staging, name, contents, silent)


def make_run(workspace: Workspace, data_set: DataSet, name: str, noises: Sequence[str]) -> EvaluationFolder:
    """A run that is tested under so many noises at five severities, wrong more often the stronger they are."""
    recipe = Recipe.make(
        data_set_id=data_set.id, data_set_fingerprint=data_set.card.fingerprint, model="small_cnn"
    )
    run = create_run(workspace, name, recipe)
    run.folder.checkpoint.write_bytes(b"no page reads it")
    summary = {
        "data_set": data_set.name,
        "classes": data_set.classes,
        "size": PIXELS,
        "table": data_set.table,
    }
    write_json(run.folder.summary, summary)
    facts: dict[str, Any] = {
        "id": new_id(),
        "created": time.time(),
        "run_id": run.id,
        "split": "test",
        "data_fingerprint": data_set.card.fingerprint,
        "table": data_set.table,
        "seed": 0,
        "noises": list(noises),
        "severities": [1, 2, 3, 4, 5],
        "images": PICTURES,
        "classes": data_set.classes,
        "map_shape": [SIDE, SIDE],
        "draws": DRAWS,
        "target_layer": "",
        "seconds": 1.0,
        "device": "CPU",
    }
    folder = run.folder.evaluation(facts["id"])
    folder.path.mkdir(parents=True)
    with PredictionsWriter(folder.predictions) as writer:
        for cell in [("clean", 0), *((noise, level) for noise in noises for level in range(1, 6))]:
            writer.add(_rows(data_set, cell))
    write_json(folder.facts, facts)
    write_answers(folder)
    return folder


def _rows(data_set: DataSet, cell: Cell) -> pa.RecordBatch:
    noise, severity = cell
    rng = np.random.default_rng([severity, *noise.encode()])
    images = data_set.indices("test").astype(np.int32)
    truth = np.asarray(data_set.labels)[images].astype(np.int16)
    wrong = rng.random(PICTURES) < 0.1 + 0.1 * severity
    maps = encode_maps(rng.normal(size=(PICTURES, SIDE, SIDE)))
    columns = [
        images,
        [noise] * PICTURES,
        np.full(PICTURES, severity, np.int8),
        truth,
        np.where(wrong, (truth + 1) % 10, truth).astype(np.int16),
        rng.random(PICTURES).astype(np.float32),
        list(rng.random((PICTURES, 10)).astype(np.float32)),
        maps,
        maps,
        [None] * PICTURES,
    ]
    fields = schema((SIDE, SIDE))
    arrays = [pa.array(one, field.type) for one, field in zip(columns, fields, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=fields)


def opened(answers: Answers) -> list[float]:
    """What Results works out of them."""
    (arm,) = compare([EvaluatedRun("a", "a", plain("a"), (), answers)]).arms
    return [arm.under().mean, arm.lost_to().low, *arm.cells["accuracy"]]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def row(case: str, ours: float, peer: float, peer_name: str, same: bool) -> dict[str, Any]:
    return {
        "case": f"{PICTURES:,} pictures x {5 * NOISES} cells: {case}",
        "ours": round(1000 * ours, 1),
        "peer": round(1000 * peer, 1),
        "peer_name": peer_name,
        "unit": "ms",
        "ratio": round(peer / ours, 2),
        "same_result": same,
    }


def of_core(folder: EvaluationFolder) -> list[dict[str, Any]]:
    few = row_columns()
    cases: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "table of cells": (
            lambda: stored_cells(folder)["accuracy"].tolist(),
            lambda: cell_table(pd.read_parquet(folder.predictions, columns=few))["accuracy"].tolist(),
        ),
        "comparison with paired intervals": (
            lambda: opened(stored_answers(folder)),
            lambda: opened(Answers.of(pd.read_parquet(folder.predictions, columns=few))),
        ),
    }
    rows = []
    for case, (ours, peer) in cases.items():
        pairs = [(timed(ours), timed(peer)) for _ in range(REPEATS)]
        mine, theirs = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
        same = all(bool(np.allclose(a[1], b[1])) for a, b in pairs)
        rows.append(row(case, mine, theirs, "all rows, needed columns", same))
    kept = stored_cells(folder)
    made = [timed(lambda: write_answers(folder))[0] for _ in range(REPEATS)]
    same = bool(stored_cells(folder).equals(kept))
    rows.append(row("every measure from all rows", statistics.median(made), SECOND / 1000, AIM, same))
    return rows


# Seconds from the click until each of `awaited` is there; without any until the script that it started has ended.
_CLOCK = """
(awaited) => {
  const app = document.querySelector('[data-testid="stApp"]');
  const found = awaited.map(() => null);
  window.took = null;
  document.addEventListener('click', () => {
    const begun = performance.now();
    const passed = () => (performance.now() - begun) / 1000;
    let ran = false;
    const before = location.href;
    let still = 0;
    const look = () => {
      const running = app.dataset.testScriptState === 'running';
      // A run that was over before it could be seen has changed the address.
      still = running || location.href === before ? 0 : still + 1;
      ran = ran || running || still > 2;
      awaited.forEach((selector, place) => {
        if (found[place] === null && document.querySelector(selector)) found[place] = passed();
      });
      if (awaited.length ? !found.includes(null) : ran && !running) window.took = [...found, passed()];
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, {capture: true, once: true});
}
"""
SENTENCE, CHART, PICTURE = (
    ".st-key-results_sentence h2",
    ".stMain .js-plotly-plot .main-svg",
    ".st-key-explain_large img",
)


def at_rest(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=120_000)


def clicked(page: Page, act: Callable[[], None], awaited: Sequence[str]) -> list[float]:
    """Seconds from a click until each of `awaited` is on the page; of none to the end of its rerun."""
    at_rest(page)
    page.evaluate(_CLOCK, list(awaited))
    act()
    page.wait_for_function("window.took !== null", timeout=120_000)
    return list(page.evaluate("window.took"))


def visited(browser: Browser, address: str, small: str) -> dict[str, tuple[float, str]]:
    """The seconds of each step with the large test, the newest, and what the page then says.

    Args:
        small: the id of the run that is looked at before, in another tab.
    """
    context = browser.new_context(viewport={"width": 1360, "height": 860})
    for path in (f"results?lang=en&runs={small}", f"explain?lang=en&run={small}"):
        page = context.new_page()
        page.goto(f"{address}/{path}")
        page.locator(CHART if path.startswith("results") else PICTURE).first.wait_for(timeout=120_000)
        page.close()
    page = context.new_page()
    page.goto(f"{address}/?lang=en")
    page.get_by_role("link", name="Results").first.wait_for(timeout=60_000)
    at_rest(page)
    page.wait_for_timeout(LOOKED_AT)
    found = {}

    def step(name: str, act: Callable[[], None], **awaited: str) -> None:
        seconds = clicked(page, act, list(awaited.values()))
        at_rest(page)
        said = " ".join(page.locator("h2").all_inner_texts())
        for what, took in zip(awaited or [""], seconds, strict=False):
            found[name + (f", from the click to the {what}" if what else "")] = took, said

    def severity(level: str) -> Callable[[], None]:
        place = page.locator(".st-key-results_severity")
        return place.get_by_text(level, exact=True).click

    link = page.get_by_role("link", name="Results").first
    step("Results", link.click, sentence=SENTENCE, chart=CHART)
    step("Results, a severity", severity("3"))
    step("Results, all severities again", severity("all"))
    step("Results, Korean", page.get_by_text("한국어", exact=True).first.click)
    step("Results, English again", page.get_by_text("English", exact=True).first.click)
    link = page.get_by_role("link", name="Grad-CAM").first
    step("Grad-CAM", link.click, picture=PICTURE)
    tiles = page.locator('[class*="st-key-explain_show_"] button')
    step("Grad-CAM, a picture of the gallery", tiles.nth(1).click)
    step("Grad-CAM, the first one again", tiles.nth(0).click)
    step("Grad-CAM, Korean", page.get_by_text("한국어", exact=True).first.click)
    context.close()
    return found


def of_pages(home: Path, small: str, before: Path | None) -> list[dict[str, Any]]:
    sides: dict[str, tuple[Path, Path]] = {"ours": (ROOT, home)}
    if before is not None:
        older = home.with_name("older")
        shutil.copytree(home, older, copy_function=os.link)
        sides["peer"] = (before.resolve(), older)
    found: dict[str, list[dict[str, tuple[float, str]]]] = {side: [] for side in sides}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for _ in range(REPEATS):
            for side, (root, place) in sides.items():
                with serving(place, root=root) as address:
                    found[side].append(visited(browser, address, small))
        browser.close()
    rows = []
    for case in found["ours"][0]:
        ours = [visit[case] for visit in found["ours"]]
        peer = [visit[case] for visit in found.get("peer", [])]
        mine = statistics.median(seconds for seconds, _ in ours)
        theirs = statistics.median(seconds for seconds, _ in peer) if peer else SECOND / 1000
        name = "an older copy" if peer else AIM
        rows.append(row(case, mine, theirs, name, len({said for _, said in [*ours, *peer]}) == 1))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, metavar="FOLDER", help="another copy of the project")
    parser.add_argument("--core", action="store_true", help="what needs no browser; nothing is written")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        workspace = Workspace.open(home)
        noises = [noise.key for noise in all_noises()]
        # Of a data set of its own: Results opens with the runs of one.
        small = make_run(workspace, make_data(workspace, "other"), "small", noises[NOISES : NOISES + 1])
        folder = make_run(workspace, make_data(workspace), "large", noises[:NOISES])
        workspace.close()
        for index in home.glob("*.sqlite3*"):
            index.unlink()  # each side makes it anew from the files
        rows = of_core(folder)
        files = (folder.cells, folder.answers, folder.predictions)
        sizes = {file.name: file.stat().st_size for file in files}
        if options.core:
            print(json.dumps(rows, indent=1))
            return
        rows += of_pages(home, small.path.parent.parent.name, options.before)
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "load": round(os.getloadavg()[0], 1)}
    results = {"machine": machine, "bytes": sizes, "rows": rows}
    print(json.dumps(results, indent=1))
    target = ROOT / "benchmarks" / "results" / "results_open.json"
    target.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
