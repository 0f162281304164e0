"""Everything behind a report as one ZIP: predictions as Parquet, tables as CSV, recipes, weights, figures."""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from core.evaluation.tables import csv
from core.files import writing
from core.progress import Report
from core.reports.contents import Contents, Tested
from core.reports.paper import latex_table
from core.reports.words import WORDS
from core.store import file_name

README = """NoiseLens report

report.html            all of it, to read and to print
results.csv            every noise and severity of every run; opens in a spreadsheet
table.tex, figures/    for a paper: LaTeX (booktabs) and SVG
runs/NAME/             recipe.json, weights (safetensors) and each test: evaluation.json, predictions.parquet
                       (a row a picture, noise and severity: truth, prediction, probabilities, and maps as float16)
"""


def write_archive(
    path: Path, contents: Contents, html: str, chosen: Sequence[Tested], report: Report
) -> None:
    """Write the ZIP, whole or not at all.

    Raises:
        CannotWrite, DiskFull: core.files. Cancelled: through `report`.
    """
    partial = path.with_name(path.name + ".part")
    try:
        with writing(path):
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as pack:
                _fill(pack, contents, html, chosen, report)
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _fill(
    pack: zipfile.ZipFile, contents: Contents, html: str, chosen: Sequence[Tested], report: Report
) -> None:
    pack.writestr("README.txt", README)
    pack.writestr("report.html", html)
    pack.writestr("results.csv", csv(contents.comparison))
    pack.writestr("table.tex", latex_table(contents))
    for number, chart in enumerate(contents.charts, 1):
        for place, svg in enumerate(chart.svg, 1):
            part = f"-{place}" if len(chart.svg) > 1 else ""
            pack.writestr(f"figures/{number}{part}.svg", svg)
    recipes = dict(zip([run.id for run, _ in chosen], contents.trained, strict=True))
    used: set[str] = set()
    for number, (run, test) in enumerate(chosen):
        report(number / len(chosen), WORDS["packing"])
        name = file_name(run.name)
        folder = name if name not in used else f"{name}-{run.id}"
        used.add(folder)
        if recipes[run.id].recipe:
            pack.writestr(f"runs/{folder}/recipe.json", recipes[run.id].recipe)
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
