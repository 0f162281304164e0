"""A report: the same numbers as everywhere, safe names, both languages, and a ZIP with what is behind it."""

import csv
import hashlib
import html
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.cli import main
from core.data.dataset import DataSet, delete_data_set
from core.errors import NotTested
from core.evaluation.findings import evidence
from core.evaluation.fourier import FourierMap, grid, map_file, pictures_for
from core.evaluation.noise_order import UNFOLDED
from core.evaluation.rows import Row
from core.evaluation.tables import numbers
from core.jobs.queue import get_job
from core.noise.catalogue import CHOOSERS, all_noises, resaved_rows
from core.progress import silent
from core.reports import contents as reports
from core.reports.contents import Contents, gather
from core.reports.job import run_job, submit_report
from core.reports.page import page
from core.reports.paper import escaped, latex_table
from core.runs.entering import create_run
from core.runs.groups import RunGroup
from core.runs.mode import Mode
from core.runs.origins import Origin
from core.runs.runs import Run
from core.store import Workspace, file_name
from core.training.unseen import measured_distances
from core.words import plain, rounded
from tests.core.brought.tiny_runs import run_of
from tests.core.evaluation.conftest import stored_evaluation

NOISES, LEVELS = ["gaussian_noise", "fog"], [1, 3, 5]


def answer(truth: int, noise: str, severity: int) -> int:
    """Right but under strong fog."""
    return 1 - truth if noise == "fog" and severity == 5 else truth


@pytest.fixture
def run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    return run_of(workspace, tiny_data_set)


@pytest.fixture
def chosen(workspace: Workspace, tiny_data_set: DataSet, run: Run) -> list[Row]:
    stored_evaluation(workspace, tiny_data_set, run, NOISES, LEVELS, answer)
    return reports.rows_with_tests(workspace, [run])


@pytest.fixture
def contents(workspace: Workspace, chosen: list[Row]) -> Contents:
    return gather(workspace, chosen, "en")


def cells_of(contents: Contents) -> pd.DataFrame:
    return numbers(contents.comparison)


def test_page_latex_and_table_say_the_numbers_of_the_cells(contents: Contents) -> None:
    cells = cells_of(contents)
    assert len(contents.numbers.rows) == len(cells) == 1 + len(NOISES) * len(LEVELS)
    for row, cell in zip(contents.numbers.rows, cells.to_dict("records"), strict=True):
        assert row[1:5] == (
            str(cell["severity"]),
            str(cell["images"]),
            str(cell["right"]),
            rounded(100 * cell["accuracy"], 1),
        )
    text = page(contents)
    plain = html.unescape(re.sub(r"<[^>]+>", " ", text))
    assert contents.sentences[0].replace("**", "") in plain
    fog = cells[(cells["noise"] == "fog")]
    mean = rounded(100 * fog["right"].sum() / fog["images"].sum(), 1)
    assert f"Fog & ${mean} " in latex_table(contents)
    assert text.count("<svg") == sum(len(chart.svg) for chart in contents.charts) > 1
    assert {
        len(one.tiles) for one in contents.pictures[0].galleries
    }  # of fog at severity 3: all stayed right
    # Nothing is fetched: it opens without a network.
    assert not re.search(r"(src|href)=\"(?!data:|#)", text)


def test_names_that_somebody_chose_are_words_and_never_markup(
    workspace: Workspace, chosen: list[Row]
) -> None:
    evil = "<img src=x onerror=alert(1)> & 100 % $x_1$ \\input{a}"
    run, test = chosen[0].first
    named = replace(run, name=evil, label={"en": evil, "ko": evil})
    row = Row(RunGroup((named,)), named.label, ((named, test),))
    contents = gather(workspace, [row], "en")
    text = page(contents)
    assert "<img src=x" not in text
    assert html.escape(evil, quote=False) in text
    assert r"\input" not in latex_table(contents)
    assert all("$x_1$" in chart.svg[0] for chart in contents.charts), "nor a formula in a chart"
    assert escaped("a_b^2 & c~\\d") == r"a\_b\textasciicircum{}2 \& c\textasciitilde{}\textbackslash{}d"


def test_a_korean_report_has_no_english_sentences_and_charts_can_be_pointed_at(
    workspace: Workspace, chosen: list[Row]
) -> None:
    contents = gather(workspace, chosen, "ko")
    text = page(contents, interactive=True)
    assert '<html lang="ko">' in text
    assert "노이즈별 정확도" in text
    assert "Accuracy noise" not in text
    assert "Plotly.newPlot" in text
    assert "plotly.js v" in text
    # It is there before the first chart asks for it.
    assert text.index('<script id="plotly">') < text.index("Plotly.newPlot(", text.index("</head>"))


def test_without_its_pictures_a_report_says_why_and_keeps_every_number(
    workspace: Workspace, tiny_data_set: DataSet, chosen: list[Row]
) -> None:
    delete_data_set(workspace, tiny_data_set)
    contents = gather(workspace, chosen, "en")
    assert contents.pictures == ()
    assert contents.no_pictures == (
        f"{chosen[0].first[0].name}: no pictures are shown, as its data set has been deleted.",
    )
    assert len(contents.numbers.rows) == 1 + len(NOISES) * len(LEVELS)
    page(contents)


def test_a_run_without_a_test_is_refused_before_anything_is_queued(workspace: Workspace, run: Run) -> None:
    with pytest.raises(NotTested):
        submit_report(workspace, [run], "en")


def test_the_zip_has_the_report_the_rows_recipe_weights_and_a_table_that_spreadsheets_read(
    workspace: Workspace, chosen: list[Row]
) -> None:
    job = submit_report(workspace, [chosen[0].first[0]], "en", "zip")
    made = run_job(workspace, get_job(workspace, job.id), silent)
    path = next(workspace.job_folder(job.id).path.rglob(made["file"]))
    with zipfile.ZipFile(path) as pack:
        assert pack.testzip() is None
        names = pack.namelist()
        folder = f"runs/{file_name(chosen[0].first[0].name)}"
        assert json.loads(pack.read(f"{folder}/recipe.json"))["model"] == "small_cnn"
        assert pack.read(f"{folder}/weights.safetensors") == chosen[0].first[0].folder.checkpoint.read_bytes()
        rows = pd.read_parquet(io.BytesIO(pack.read(next(n for n in names if n.endswith(".parquet")))))
        table = list(csv.DictReader(io.StringIO(pack.read("results.csv").decode("utf-8-sig"))))
        right = rows[rows["truth"] == rows["prediction"]].groupby(["noise", "severity"]).size()
        for row in table:
            assert int(row["right"]) == right.get((row["noise"], int(row["severity"])), 0)
        assert sorted(n for n in names if n.startswith("figures/")) == ["figures/1.svg", "figures/2.svg"]


def test_the_command_writes_both_files_and_refuses_other_endings(
    chosen: list[Row], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = chosen[0].first[0].name
    out, pack = tmp_path / "r.html", tmp_path / "r.zip"
    assert main(["report", name, "--out", str(out), "--zip", str(pack), "--language", "ko", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["bytes"] == out.stat().st_size
    assert zipfile.is_zipfile(pack)
    assert main(["report", name, "--out", str(tmp_path / "r.pdf")]) == 2
    assert not (tmp_path / "r.pdf").exists()


def test_findings_distances_spectrum_and_pictures_saved_again_are_in_it(
    workspace: Workspace, tiny_data_set: DataSet, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "FEWEST", 2)
    rows = dict.fromkeys(resaved_rows(), 1)
    stored_evaluation(
        workspace,
        tiny_data_set,
        run,
        [*NOISES, *rows],
        LEVELS,
        lambda truth, noise, level: 0 if noise in ("fog", *rows) else truth,
        resaved=list(rows),
    )
    measured_distances(workspace, run, NOISES, silent)
    images = pictures_for(tiny_data_set, 100)
    frequencies = tuple(grid(32, "coarse"))
    weights = hashlib.sha256(run.folder.checkpoint.read_bytes()).hexdigest()
    file = map_file(run.folder, weights, tiny_data_set.card.fingerprint, images)
    file.parent.mkdir()
    right = np.ones((len(frequencies), len(images)), bool)
    FourierMap(32, images, np.ones(len(images), bool), frequencies, right).save(file)
    chosen = reports.rows_with_tests(workspace, [run])
    for language, holds, title in (
        ("en", "Holds whatever the size of the pattern", "What costs most"),
        ("ko", "무늬의 굵기와 상관없이 버팁니다", "무엇이 가장 큰 손실을 주나"),
    ):
        found = gather(workspace, chosen, language, pictures=False)
        text = html.unescape(page(found))
        for kind in found.meaning.kinds:
            for one in kind.told:
                assert one.sentence in text
                assert f"({one.basis})" in text
        assert title in text
        assert holds in text
        assert text.count("<svg") == sum(len(chart.svg) for chart in found.charts)
        assert {one.title for one in found.meaning.charts} <= {chart.title for chart in found.charts}
        assert len(found.meaning.charts) == 2
        assert found.resaved is not None
        assert [row[2] for row in found.resaved.rows] == [
            f"50.0 ({low} – {high})" for low, high in [("22.5", "77.5")] * 2
        ]


def test_a_report_of_a_quick_look_says_that_it_is_one(
    workspace: Workspace, tiny_data_set: DataSet, run: Run
) -> None:
    mode = Mode(part=4).to_json()
    stored_evaluation(workspace, tiny_data_set, run, NOISES, LEVELS, answer, mode=mode)
    found = gather(workspace, reports.rows_with_tests(workspace, [run]), "ko", pictures=False)
    assert any("4장" in one for one in found.warnings)


def test_of_many_noises_families_are_shown_and_the_worst_and_rows_stand_beside_each_other_in_all_numbers(
    workspace: Workspace, tiny_data_set: DataSet, run: Run
) -> None:
    every = [noise.key for noise in all_noises() if noise.key not in ("fog", *CHOOSERS, *resaved_rows())]
    noises = [*every[: UNFOLDED + 4], "fog"]
    other = create_run(workspace, "other", replace(run.recipe, epochs=1))
    for one in (run, other):
        some = noises[:-2] if one is other else noises[1:]
        stored_evaluation(workspace, tiny_data_set, one, some, [5], answer)
    found = gather(workspace, reports.rows_with_tests(workspace, [run, other]), "en", pictures=False)
    by_noise, by_grid = found.charts
    shared = len(noises) - 3
    assert len(by_noise.svg) == 2
    assert len(by_grid.svg) == 1, "all fit on a page"
    assert "the mean of so many noises" in by_noise.about
    families, worst = (re.findall(r">([^<>]+)</text>", svg) for svg in by_noise.svg)
    counts = [int(count) for name in families for count in re.findall(r"\((\d+)\)$", name)]
    assert sum(counts) == shared
    assert not any(re.search(r"\(\d+\)$", name) for name in worst)
    assert found.numbers.head[2:] == (run.label["en"], "other")
    assert len(found.numbers.rows) == 1 + len(noises)
    (fog,) = (row for row in found.numbers.rows if row[0] == "Fog")
    assert fog[2].startswith("0.0 (")
    assert fog[3] == "–", "it was not tested there"


def test_of_answers_that_were_made_elsewhere_a_report_says_only_what_is_known(
    workspace: Workspace, chosen: list[Row]
) -> None:
    run, test = chosen[0].first
    brought = replace(
        run,
        origin=Origin(kind="predictions", source="answers.csv", sha256="abc"),
        recipe=replace(run.recipe, model=""),
    )
    (told,) = gather(
        workspace, [Row(RunGroup((brought,)), plain("theirs"), ((brought, test),))], "en"
    ).trained
    assert told.sentences == (
        "Answers that were made elsewhere, taken back from answers.csv: what made them is not known here.",
    )
    assert (told.recipe, told.versions) == ("", "")
    assert told.again == ("theirs was made elsewhere: its file has the SHA-256 abc.",)
