"""One workspace, read everywhere: a number is the same on the screen, in charts and tables, files, commands and reports."""

import csv as csv_files
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.cli import main
from core.data.dataset import DataSet
from core.data.splits import TEST
from core.data.writer import Contents, save
from core.progress import silent
from core.reports.figures import FAINT
from core.reports.job import write_report
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.runs.runs import Run, Summary, open_run
from core.store import Workspace
from core.words import plain, rounded
from tests.core.evaluation.conftest import stored_evaluation

NOISES, LEVELS = ("fog", "motion_blur"), (1, 3, 4)
Cells = dict[tuple[str, int], tuple[int, int]]
"""(noise, severity): right, of so many."""


@pytest.fixture
def pictures(workspace: Workspace) -> DataSet:
    """160 for tests, 100 of the first class: who always names it is right on 62.5 %, a half that each way of rounding
    shows."""
    labels = np.array([0] * 105 + [1] * 65)
    splits = np.full(170, TEST, np.uint8)
    splits[[0, 1, 2, 105, 106]], splits[[3, 4, 107, 108, 109]] = 0, 1
    contents = Contents(
        kind="import",
        classes=["left", "right"],
        images=np.random.default_rng(0).integers(0, 255, (170, 32, 32, 3)).astype(np.uint8),
        labels=labels,
        splits=splits,
        names=[f"{number}.png" for number in range(170)],
        seed=0,
        origin=plain("a test"),
        licence=None,
    )
    return save(workspace, workspace.job_folder("halves").staging, "halves", contents, silent)


def tried(
    workspace: Workspace,
    pictures: DataSet,
    name: str,
    answer: Callable[[int, str, int], int],
    seed: int = 0,
    epochs: int = 8,
) -> Run:
    recipe = Recipe.make(
        data_set_id=pictures.id,
        data_set_fingerprint=pictures.card.fingerprint,
        model="small_cnn",
        seed=seed,
        epochs=epochs,
    )
    run = create_run(workspace, name, recipe)
    run.folder.checkpoint.write_bytes(b"not read here")
    save_summary(workspace, run.id, Summary(data_set="halves", classes=pictures.classes, size=32, epochs=8))
    stored_evaluation(workspace, pictures, run, NOISES, LEVELS, answer)
    return open_run(workspace, run.id)


@pytest.fixture
def runs(workspace: Workspace, pictures: DataSet) -> list[Run]:
    def first(truth: int, noise: str, severity: int) -> int:
        return {"clean": truth, "fog": 0}.get(noise, truth if severity == 1 else 1)

    def second(truth: int, noise: str, severity: int) -> int:
        return truth if noise == "clean" or severity < 4 else 0

    return [tried(workspace, pictures, "one", first), tried(workspace, pictures, "two", second)]


def counted(run: Run) -> Cells:
    """From the rows themselves."""
    (file,) = run.folder.path.glob("evaluations/*/predictions.parquet")
    rows = pd.read_parquet(file, columns=["noise", "severity", "truth", "prediction"])
    rows["right"] = rows["truth"] == rows["prediction"]
    found = rows.groupby(["noise", "severity"])["right"].agg(["sum", "count"])
    return {(str(noise), int(level)): (int(a), int(b)) for (noise, level), (a, b) in found.iterrows()}


def share(cells: Cells, *noises: str) -> float:
    """Of right answers under noises, each with the same weight, in per cent."""
    each = []
    for noise in noises:
        among = [one for (name, _), one in cells.items() if name == noise]
        each.append(sum(right for right, _ in among) / sum(n for _, n in among))
    return 100 * sum(each) / len(each)


def test_every_number_is_the_same_wherever_it_is_read(
    workspace: Workspace,
    runs: list[Run],
    open_page: Callable[..., AppTest],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cells = {run.name: counted(run) for run in runs}
    one = cells["one"]
    assert rounded(share(one, "fog"), 1) == "62.5"
    assert rounded(share(one, *NOISES), 1) == "60.4"
    exact = {
        run.name: {noise: share(cells[run.name], noise) for noise in ("clean", *NOISES)}
        | {"mean": share(cells[run.name], *NOISES)}
        for run in runs
    }
    chosen = ",".join(run.id for run in runs)
    names = {"clean": "clean", "fog": "Fog", "motion_blur": "Motion blur"}

    # The sentence, in whole per cent.
    at = open_page("results", runs=chosen)
    headline = at.markdown[0].value.replace("\u00a0", " ")
    for run in runs:
        said = re.search(rf"“{run.name}” (?:is right )?on (\d+) %[^“]*\(clean (\d+) %", headline)
        assert said is not None
        assert said.groups() == (rounded(exact[run.name]["mean"]), rounded(exact[run.name]["clean"]))

    # The chart: what it draws, and what it says where it is pointed at.
    chart = json.loads(at.get("plotly_chart")[0].proto.spec)
    drawn = {}
    for trace in (one for one in chart["data"] if one.get("customdata")):  # the rest are the legend
        for (noise, place), x, words in zip(trace["customdata"], trace["x"], trace["hovertext"], strict=True):
            run, noise = runs[place].name, noise.replace("mean:all", "mean")
            if noise not in exact[run]:  # a mean over some of the noises
                continue
            assert f"<br>{rounded(exact[run][noise], 1)} % (" in words
            drawn[run, noise] = x
    for run, noise in ((run.name, noise) for run in runs for noise in (*names, "mean")):
        assert drawn[run, noise] == pytest.approx(exact[run][noise], abs=1e-9)

    # The table of the screen and the file behind it.
    at = open_page("results", runs=chosen, tab="numbers")
    table = next(one.value for one in at.dataframe if "severity" in one.value)
    for row in table.to_dict("records"):
        noise = next(key for key, name in names.items() if name == row["noise"])
        right, n = cells[row["run"]][noise, row["severity"]]
        assert (row["pictures"], row["accuracy"]) == (n, pytest.approx(100 * right / n))

    # The command.
    capsys.readouterr()
    assert main(["results", *(run.name for run in runs), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    for one_run in told["runs"]:
        run = one_run["name"]
        assert 100 * one_run["summary"]["mean"] == pytest.approx(exact[run]["mean"])
        assert 100 * one_run["summary"]["lost"] == pytest.approx(exact[run]["clean"] - exact[run]["mean"])
        assert {
            (one["noise"], one["severity"]): (one["right"], one["images"]) for one in one_run["cells"]
        } == (cells[run])
    assert main(["results", *(run.name for run in runs)]) == 0
    printed = capsys.readouterr().out
    for run, said_of in exact.items():
        line = next(line for line in printed.splitlines() if re.match(rf"{run}  +\d", line))
        assert line.split("  ")[0] == run
        assert f"{rounded(said_of['mean'], 1)}% (" in line

    # The report, its charts, the table for a paper, and the file in the ZIP.
    files = {"html": tmp_path / "report.html", "zip": tmp_path / "report.zip"}
    write_report(workspace, runs, "en", files, silent)
    page = files["html"].read_text(encoding="utf-8")
    lead = re.search(r'<p class="lead">(.*?)</p>', page)
    assert lead is not None
    assert re.sub("<[^>]+>", "", lead[1]) == headline.removeprefix("## ").replace("**", "")
    with zipfile.ZipFile(files["zip"]) as pack:
        latex = pack.read("table.tex").decode()
        rows = list(csv_files.DictReader(io.StringIO(pack.read("results.csv").decode("utf-8-sig"))))
        grid = pack.read("figures/3.svg").decode()
        summary, pooled, losses = (
            pd.read_csv(io.BytesIO(pack.read(f"{name}.csv")), encoding="utf-8-sig")
            for name in ("summary", "noise-by-noise", "points-lost")
        )
    for run, said_of in exact.items():
        (row,) = summary[summary["run"] == run].to_dict("records")
        assert 100 * row["mean"] == pytest.approx(said_of["mean"])
        assert 100 * row["lost"] == pytest.approx(said_of["clean"] - said_of["mean"])
        for noise in names:
            of_noise = pooled[(pooled["run"] == run) & (pooled["noise"] == noise)]
            assert 100 * of_noise["accuracy"].item() == pytest.approx(said_of[noise])
        for noise in NOISES:
            lost = losses[(losses["run"] == run) & (losses["noise"] == noise)]["drop"].item()
            assert lost == pytest.approx(said_of["clean"] - said_of[noise])
    for row in rows:
        right, n = cells[row["run"]][row["noise"], int(row["severity"])]
        assert (int(row["right"]), int(row["images"])) == (right, n)
        assert float(row["accuracy"]) == pytest.approx(right / n)
    assert len(rows) == sum(map(len, cells.values())) == len(table)
    words = re.findall(r">([^<>]+)</text>", grid)
    for run, said_of in exact.items():
        overview = re.search(rf'<th scope="row">{run}</th>(.*?)</tr>', page)
        assert overview is not None
        shown = re.findall(r">([\d.]+) \(", overview[1])
        assert shown == [
            rounded(value, 1)
            for value in (said_of["clean"], said_of["mean"], said_of["clean"] - said_of["mean"])
        ]
        assert all(any(re.match(rf"{rounded(said_of[noise])}\b", one) for one in words) for noise in names)
    for key, name in (*names.items(), ("mean", "mean")):
        numbers = re.search(rf"^{name} & \$([\d.]+) .*& \$([\d.]+) ", latex, flags=re.M)
        assert numbers is not None
        assert numbers.groups() == tuple(rounded(said_of[key], 1) for said_of in exact.values())


def test_every_number_of_a_group_of_seeds_is_the_same_wherever_it_is_read(
    workspace: Workspace,
    pictures: DataSet,
    open_page: Callable[..., AppTest],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def falls_from(level: int) -> Callable[[int, str, int], int]:
        return lambda truth, noise, severity: truth if noise == "clean" or severity < level else 0

    runs = [
        tried(workspace, pictures, f"{name} (seed {seed})", falls_from(level), seed, epochs)
        for name, epochs, levels in (("long", 9, (3, 4)), ("short", 8, (1, 1, 3)))
        for seed, level in enumerate(levels)
    ]
    of_run = {run.id: counted(run) for run in runs}
    keys = {"mean": NOISES} | {noise: (noise,) for noise in ("clean", *NOISES)}
    exact: dict[str, dict[str, tuple[float, float]]] = {}  # mean and standard deviation over seeds
    for name, own in (("long", runs[:2]), ("short", runs[2:])):
        each = {key: [share(of_run[run.id], *noises) for run in own] for key, noises in keys.items()}
        each["lost"] = [a - b for a, b in zip(each["clean"], each["mean"], strict=True)]
        exact[name] = {key: (float(np.mean(all_)), float(np.std(all_, ddof=1))) for key, all_ in each.items()}
    assert rounded(exact["short"]["mean"][0], 1) == "66.7"

    # The sentence, and the chart.
    chosen = ",".join(f"seeds-{run.id}" for run in (runs[0], runs[2]))
    at = open_page("results", runs=chosen)
    headline = at.markdown[0].value.replace("\u00a0", " ")
    for name, said_of in exact.items():
        assert re.search(rf"“{name}” (?:is right )?on {rounded(said_of['mean'][0])} %", headline)
    chart = json.loads(at.get("plotly_chart")[0].proto.spec)
    drawn = {
        (noise.replace("mean:all", "mean"), place): (x, words)
        for trace in (one for one in chart["data"] if one.get("customdata"))
        for (noise, place), x, words in zip(trace["customdata"], trace["x"], trace["hovertext"], strict=True)
    }
    for place, said_of in enumerate(exact.values()):
        for key in keys:
            x, words = drawn[key, place]
            assert x == pytest.approx(said_of[key][0], abs=1e-9)
            assert f"(sd {rounded(said_of[key][1], 1)})" in words

    # The command.
    capsys.readouterr()
    assert main(["results", *(run.id for run in runs), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["seeds"]) for one in told["groups"]] == [("long", [0, 1]), ("short", [0, 1, 2])]
    for one, said_of in zip(told["groups"], exact.values(), strict=True):
        for key in ("clean", "mean", "lost"):
            assert (100 * one[key], 100 * one[f"{key}_sd"]) == pytest.approx(said_of[key])

    # The report, its table of groups and of each seed, its chart, the table for a paper, the files in the ZIP.
    files = {"html": tmp_path / "report.html", "zip": tmp_path / "report.zip"}
    write_report(workspace, runs, "en", files, silent)
    page = files["html"].read_text(encoding="utf-8").replace("\u00a0", " ")
    lead = re.search(r'<p class="lead">(.*?)</p>', page)
    assert lead is not None
    assert re.sub("<[^>]+>", "", lead[1]) == headline.removeprefix("## ").replace("**", "")
    with zipfile.ZipFile(files["zip"]) as pack:
        latex, grid = pack.read("table.tex").decode(), pack.read("figures/3.svg").decode()
        assert f"opacity: {FAINT}" in pack.read("figures/1.svg").decode(), "each seed is a dot"
        single, seeds = (
            pd.read_csv(io.BytesIO(pack.read(f"{name}.csv")), encoding="utf-8-sig")
            for name in ("summary", "seeds")
        )
    words = re.findall(r">([^<>]+)</text>", grid)
    rows = re.findall(r'<th scope="row">(\w+)</th>(.*?)</tr>', page)
    for name, said_of in exact.items():
        overview, *each = [cells for row, cells in rows if row == name and "(" in cells][: 1 + len(runs)]
        assert re.findall(r">([−\d.]+) ± ([\d.]+) \(", overview) == [
            tuple(rounded(one, 1) for one in said_of[key]) for key in ("clean", "mean", "lost")
        ]
        own = [run for run in runs if run.name.startswith(name)]
        for cells, run in zip(each, own, strict=False):
            of_seed = [share(of_run[run.id], "clean"), share(of_run[run.id], *NOISES)]
            assert re.findall(r">([\d.]+) \(", cells)[:2] == [rounded(one, 1) for one in of_seed]
            assert 100 * single[single["run_id"] == run.id]["mean"].item() == pytest.approx(of_seed[1])
        for key in keys:
            (row,) = seeds[(seeds["run"] == name) & (seeds["noise"] == key)].to_dict("records")
            assert (100 * row["accuracy"], 100 * row["sd"]) == pytest.approx(said_of[key])
        for noise in ("clean", *NOISES):
            assert any(re.match(rf"{rounded(said_of[noise][0])}\b", one) for one in words)
    for key, label in {"clean": "clean", "fog": "Fog", "motion_blur": "Motion blur", "mean": "mean"}.items():
        numbers = re.search(rf"^{label} & \$(.*?)\$ & \$(.*?)\$", latex, flags=re.M)
        assert numbers is not None
        for found, said_of in zip(numbers.groups(), exact.values(), strict=True):
            assert found == rf"{rounded(said_of[key][0], 1)} \pm {rounded(said_of[key][1], 1)}"
