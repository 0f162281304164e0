"""What is so in a workspace, read from its files and not by the code that the pages show it with."""

import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest

from core.runs.groups import GROUP

Finding = str
TOLD = "told.json"
"""What `evaluate --json` printed when the workspace was furnished."""
Cells = dict[tuple[str, int], tuple[int, int]]
"""(noise, severity) -> right, pictures."""


def furnish(home: Path) -> None:
    """A workspace to walk in: two small data sets, three tested runs, one that waits for its test."""
    from core.cli import main
    from core.data.splits import TEST, periodic
    from core.data.writer import Contents, save
    from core.jobs import queue
    from core.jobs.job import Job
    from core.noise.mix import Mix
    from core.progress import silent
    from core.runs.recipe import Recipe
    from core.store import Workspace
    from core.training.job import run_job as train
    from core.training.job import submit_training
    from core.words import plain

    workspace = Workspace.open(home)
    chance = np.random.default_rng(0)
    sets = []
    for name, classes in (("spots", ["left", "right"]), ("세 가지", ["하나", "둘", "셋"])):
        many = 300
        labels = np.arange(many) % len(classes)
        images = chance.normal(90, 25, (many, 32, 32, 3))
        for image, label in zip(images, labels, strict=True):
            row, column = chance.integers(4, 20), chance.integers(1, 3) + 10 * label
            image[row : row + 8, column : column + 8] += 60
        splits = np.concatenate(
            [periodic(np.arange(100) // len(classes)), np.full(many - 100, TEST, np.uint8)]
        )
        contents = Contents(
            kind="import",
            classes=classes,
            images=np.clip(images, 0, 255).astype(np.uint8),
            labels=labels.astype(np.int64),
            splits=splits,
            names=[f"{number}.png" for number in range(many)],
            seed=0,
            origin=plain("a walk"),
            licence=None,
        )
        sets.append(save(workspace, workspace.job_folder(f"made-{name}").staging, name, contents, silent))

    def carried_out(job: Job, work: Any) -> None:
        assert queue.claim(workspace, job.id)
        assert queue.finish(workspace, job.id, "done", result=work(workspace, job, silent))

    tested = {"noises": ["gaussian_noise", "fog", "motion_blur"], "severities": [1, 2, 3, 4, 5]}
    for data_set, mix, seed, follow in (
        (sets[0], [], 0, tested),
        (sets[0], ["gaussian_noise:0.6:1-5"], 0, tested),
        (sets[0], ["gaussian_noise:0.6:1-5"], 1, None),
        (sets[1], [], 0, {"noises": ["fog"], "severities": [3]}),
    ):
        recipe = Recipe.make(
            data_set_id=data_set.id,
            data_set_fingerprint=data_set.card.fingerprint,
            model="small_cnn",
            mix=Mix.from_texts(mix),
            epochs=6,
            seed=seed,
            batch_size=16,
            device="cpu",
        )
        run, job = submit_training(workspace, data_set, recipe, evaluate=follow)
        carried_out(job, train)
        if mix and follow:  # a smaller test after a larger one
            tested_again = run.id
    workspace.close()
    told = io.StringIO()
    asked = ["evaluate", tested_again, "--noises", "fog,rain", "--severities", "1,3", "--json"]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(told):
        patch.setenv("NOISELENS_HOME", str(home))
        assert main(asked) == 0
    (home / TOLD).write_text(told.getvalue(), encoding="utf-8")


def newest_run(home: Path) -> Path | None:
    """The folder of the run that was made last."""
    found = [
        (json.loads(file.read_text(encoding="utf-8"))["created"], file.parent)
        for file in home.glob("runs/*/run.json")
    ]
    return max(found)[1] if found else None


def _created(home: Path, run: str) -> float:
    return float(json.loads((home / "runs" / run / "run.json").read_text(encoding="utf-8"))["created"])


def cells_of(home: Path, run_id: str) -> Cells:
    """Of each noise and severity that a run was tested under the newest test; clean is ("clean", 0)."""
    tests = []
    for file in home.glob(f"runs/{run_id}/**/evaluation.json"):
        tests.append((json.loads(file.read_text(encoding="utf-8"))["created"], file.parent))
    cells: Cells = {}
    for _, folder in sorted(tests):
        table = pd.read_parquet(
            folder / "predictions.parquet", columns=["noise", "severity", "truth", "prediction"]
        )
        for (noise, severity), rows in table.groupby(["noise", "severity"]):
            right = int((rows["truth"] == rows["prediction"]).sum())
            cells[str(noise), int(severity)] = right, len(rows)
    return cells


def _shown(cells: Sequence[Cells], severities: list[int] | None) -> tuple[set[tuple[str, int]], list[str]]:
    """What is said of a whole noise is of these cells, and a mean is over these noises: the largest set of noises and
    severities that all runs share, each noise at each severity; of other noises all that is shared."""
    shared = set.intersection(*(set(one) for one in cells)) if cells else set()
    shared = {
        (noise, level)
        for noise, level in shared
        if noise != "clean" and (not severities or level in severities)
    }
    levels = {noise: {level for one, level in shared if one == noise} for noise, _ in shared}
    best: tuple[int, int, set[int], list[str]] = (0, 0, set(), [])
    for number in range(1, 2**5):
        among = {level for level in range(1, 6) if number >> (level - 1) & 1}
        noises = [noise for noise, own in levels.items() if among <= own]
        best = max(best, (len(noises) * len(among), len(noises), among, noises), key=lambda grid: grid[:2])
    _, _, among, noises = best
    return {(noise, level) for noise, level in shared if noise not in noises or level in among}, noises


def _accuracy(cells: Cells, noise: str, shared: set[tuple[str, int]]) -> float:
    """Per cent, over the severities of `shared`."""
    rows = [
        counts for cell, counts in cells.items() if cell[0] == noise and (noise == "clean" or cell in shared)
    ]
    return 100 * sum(right for right, _ in rows) / sum(images for _, images in rows)


def _rounded(percent: float) -> str:
    """As a screen writes it: halves go up."""
    return str(int(percent + 0.5))


def check_results(
    home: Path, url: str, seen: dict[str, Any], held: dict[str, list[str]]
) -> Iterator[Finding]:
    """What Results' charts and sentences say that the predictions tables do not.

    Args:
        seen: of the page, as walk.js gives it.
        held: what its widgets returned.
    """
    address = urlsplit(url)
    if not address.path.endswith("/results"):
        return
    query = parse_qs(address.query)
    asked = [run for run in query.get("runs", [""])[0].split(",") if run]
    if "classes" in query or any(run.startswith(GROUP) for run in asked):
        return  # of some pictures, and of means over seeds, tests of their own tell
    runs = [
        run for _, run in sorted((_created(home, run), run) for run in asked)
    ]  # oldest first, as in charts
    level = (held.get("results_severity") or ["all"])[0]
    severities = [int(level)] if level.isdigit() else None
    truth = {run: cells_of(home, run) for run in runs}
    tested = [run for run in runs if truth[run]]
    shared, in_means = _shown([truth[run] for run in tested], severities)
    for chart in seen["charts"]:
        if not (chart["key"] or "").startswith("results_chart_noise-by-noise"):
            continue
        for trace in chart["traces"]:
            values = trace["y"] if trace["type"] == "bar" and trace["orientation"] != "h" else trace["x"]
            for point, value in zip(trace["points"], values, strict=False):
                noise, place = point
                if ":" in noise:  # a mean over several
                    continue
                right = _accuracy(truth[tested[place]], noise, shared)
                if abs(right - value) > 1e-6:
                    yield f"the chart has {value} for {noise} of run {tested[place]}, the table {right}"
    some = "families" in query or "single" in query
    if (
        some
        or (held.get("results_noises") or ["all"])[0] not in ("all", "전체")
        or not in_means
        or not tested
    ):
        return
    headline = " ".join(seen["headings"][1:])
    shares = [
        _rounded(sum(_accuracy(truth[run], noise, shared) for noise in in_means) / len(in_means))
        for run in tested
    ]
    clean = [_rounded(_accuracy(truth[run], "clean", shared)) for run in tested]
    said = re.findall(r"(\d+) ?%(?!포인트)", headline)
    if len(said) >= 2 * min(len(tested), 2) and len(tested) <= 3:  # not the sentence of runs that only guess
        for share in (*shares, *clean):
            if share not in said:
                yield f"the headline says {headline}; the tables have {shares} % under noise, {clean} % clean"


def check_csv(home: Path, file: Path) -> Iterator[Finding]:
    """What the CSV of Results says that the predictions tables, or `evaluate --json`, do not."""
    if not file.read_bytes().startswith(b"\xef\xbb\xbf"):
        yield "the CSV has no BOM: Excel garbles it"
    table = pd.read_csv(file, encoding="utf-8-sig")
    told = (
        json.loads((home / TOLD).read_text(encoding="utf-8"))
        if (home / TOLD).exists()
        else {"run": "", "cells": []}
    )
    printed = {(cell["noise"], cell["severity"]): (cell["right"], cell["images"]) for cell in told["cells"]}
    for run, rows in table.groupby("run_id"):
        cells = cells_of(home, str(run))
        for noise, severity, right, images, accuracy in rows[
            ["noise", "severity", "right", "images", "accuracy"]
        ].itertuples(index=False, name=None):
            if cells.get((noise, severity)) != (right, images) or abs(accuracy - right / images) > 1e-9:
                yield f"the CSV has {right} of {images} for {noise} {severity} of {run}, the table {cells.get((noise, severity))}"
            if run == told["run"] and printed.get((noise, severity), (right, images)) != (right, images):
                yield f"the CSV has {right} of {images} for {noise} {severity}, evaluate --json printed {printed[noise, severity]}"


def check_run(home: Path, folder: Path, boxes: dict[str, list[str]], button: str) -> Iterator[Finding]:
    """What a run that has just been started does not have of what the form showed.

    Args:
        boxes: what stood in the form's boxes when Train was clicked.
        button: the words on it.
    """
    from core.noise.catalogue import get_noise
    from models.registry import models

    recipe = json.loads((folder / "run.json").read_text(encoding="utf-8"))["recipe"]
    card = json.loads((home / "data" / recipe["data_set_id"] / "card.json").read_text(encoding="utf-8"))
    name, data = models()[recipe["model"]].name, card["name"]
    if boxes["train_model"] != [name]:
        yield f"Train's box showed {boxes['train_model']}, {name} is trained"
    if boxes["train_data"] != [data]:
        yield f"Train's box showed {boxes['train_data']}, the data set is {data}"
    said = [(name, True), (data, True), ("ImageNet", recipe["start"] == "imagenet")]
    noises = [entry["noise"] for entry in recipe["mix"]]
    names = [get_noise(key).name for key in noises]
    for words, so in said:
        if (words in button) != so:
            yield f"the button said {button}, trained is {recipe}"
    if not any(all(name[language] in button for name in names[:3]) for language in ("en", "ko")):
        yield f"the button said {button}, the mix is {noises}"
    rate = "train_rate_imagenet" if recipe["start"] == "imagenet" else "train_rate"
    for key, stored in (
        ("train_epochs", "epochs"),
        ("train_seed", "seed"),
        (rate, "learning_rate"),
        ("train_batch", "batch_size"),
    ):
        if float(boxes[key][0]) != float(recipe[stored]):
            yield f"Train's box {key} showed {boxes[key]}, the recipe has {recipe[stored]}"
