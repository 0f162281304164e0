"""Everything behind a report as one ZIP: predictions as Parquet, tables as CSV, recipes, weights, figures."""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.rows import Row
from core.evaluation.tables import as_csv, csv, of_losses, of_measure, seeds_summary, summary, with_facts
from core.files import writing
from core.progress import Report
from core.reports.contents import Contents
from core.reports.making import recipe_of
from core.reports.paper import latex_table
from core.reports.words import WORDS
from core.store import file_name
from core.words import Language

README: dict[Language, str] = {
    "en": """NoiseLens report

report.html            all of it, to read and to print
summary.csv            a row a run: clean, mean under noise, points lost, each with its 95 % interval
seeds.csv              where runs differ in their seed alone: their mean, the standard deviation over seeds (sd), the interval
results.csv            every noise and severity of every run, with every measure
noise-by-noise.csv     accuracy under each noise, over its severities
points-lost.csv        what each noise costs, in points, with its 95 % interval
table.tex, figures/    for a paper: LaTeX (booktabs) and SVG
runs/NAME/             recipe.json, weights (safetensors) and each test: evaluation.json, predictions.parquet
                       (a row a picture, noise and severity: truth, prediction, probabilities, and maps as float16)

All CSV files open in a spreadsheet; each row says the run's id, data set, model, noise mix, seed, start and epochs.
""",
    "ko": """NoiseLens 보고서

report.html            전체 내용(읽기, 인쇄용)
summary.csv            모델마다 한 행: 원본, 노이즈 평균, 떨어진 %포인트와 95% 구간
seeds.csv              시드만 다른 모델들의 평균, 시드 사이의 표준편차(sd), 구간
results.csv            모든 모델의 노이즈와 강도마다 모든 지표
noise-by-noise.csv     노이즈별 정확도(강도를 합침)
points-lost.csv        노이즈별로 떨어진 %포인트와 95% 구간
table.tex, figures/    논문용: LaTeX(booktabs)와 SVG
runs/NAME/             recipe.json, 가중치(safetensors), 시험마다 evaluation.json과 predictions.parquet
                       (사진, 노이즈, 강도마다 한 행: 실제 클래스, 판정, 확률, float16 맵)

CSV 파일은 모두 스프레드시트에서 열립니다. 행마다 모델 ID, 데이터, 구조, 노이즈 구성, 시드, 시작, 에폭이 있습니다.
""",
}


def write_archive(path: Path, contents: Contents, html: str, rows: Sequence[Row], report: Report) -> None:
    """Write the ZIP, whole or not at all.

    Raises:
        CannotWrite, DiskFull: core.files. Cancelled: through `report`.
    """
    partial = path.with_name(path.name + ".part")
    try:
        with writing(path):
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as pack:
                _fill(pack, contents, html, rows, report)
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _fill(pack: zipfile.ZipFile, contents: Contents, html: str, rows: Sequence[Row], report: Report) -> None:
    singles = contents.singles
    pack.writestr("README.txt", README[contents.language])
    pack.writestr("report.html", html)
    pack.writestr("summary.csv", as_csv(summary(singles)))
    pack.writestr("results.csv", csv(singles))
    if contents.seeds is not None:
        pack.writestr("seeds.csv", as_csv(seeds_summary(contents.comparison)))
    for name, table in (
        ("noise-by-noise", of_measure(singles.arms, ACCURACY)),
        ("points-lost", of_losses(singles.arms)),
    ):
        pack.writestr(f"{name}.csv", as_csv(with_facts(table, singles.arms)))
    pack.writestr("table.tex", latex_table(contents))
    for number, chart in enumerate(contents.charts, 1):
        for place, svg in enumerate(chart.svg, 1):
            part = f"-{place}" if len(chart.svg) > 1 else ""
            pack.writestr(f"figures/{number}{part}.svg", svg)
    chosen = [member for row in rows for member in row.members]
    used: set[str] = set()
    for number, (run, test) in enumerate(chosen):
        report(number / len(chosen), WORDS["packing"])
        name = file_name(run.name)
        folder = name if name not in used else f"{name}-{run.id}"
        used.add(folder)
        if recipe := recipe_of(run):
            pack.writestr(f"runs/{folder}/recipe.json", recipe)
        if run.folder.checkpoint.exists():
            _store(pack, run.folder.checkpoint, f"runs/{folder}/weights.safetensors")
        for part_of in test.parts:
            inside = f"runs/{folder}/tests/{part_of.id}"
            for file in (part_of.folder.predictions, part_of.folder.path / "evaluation.json"):
                if file.exists():
                    _store(pack, file, f"{inside}/{file.name}")


def _store(pack: zipfile.ZipFile, file: Path, name: str) -> None:
    """As it is: weights and Parquet are packed already. In pieces, as they may be large."""
    about = zipfile.ZipInfo.from_file(file, name, strict_timestamps=False)
    about.compress_type = zipfile.ZIP_STORED
    with file.open("rb") as source, pack.open(about, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target, 1 << 20)
