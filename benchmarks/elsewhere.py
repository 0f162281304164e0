"""How long models that cannot come here wait for us: a challenge written, and the answers to one taken back.

    python -m benchmarks.elsewhere

A pack of 200 pictures of 64 px under the 19 standard noises at 5 severities, against the same pictures made one by one and
written by Pillow into a ZIP, as one would by hand (of the noises' first severity, times five); aimed at: 60 s. Then 100,000
answers of two classes taken in, from the call to the run with its test, against `pandas.read_csv` of the same file alone; aimed
at: 2 s. `same_result`: the same pixels; the same accuracy in each cell. Writes results/elsewhere.json.
"""

import io
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
import pandas as pd
from PIL import Image

from benchmarks.written import write_results
from core.brought.pack import chosen, read_pack, write_pack
from core.brought.predictions import bring_predictions
from core.data.dataset import DataSet
from core.data.splits import TEST, TRAIN
from core.data.writer import Contents, save
from core.evaluation.joined import joined_evaluations
from core.evaluation.options import checked_noises
from core.evaluation.predictions import noisy_picture
from core.evaluation.stored_answers import joined_cells
from core.images import read_picture
from core.noise.catalogue import SEVERITIES
from core.progress import silent
from core.store import Workspace
from core.words import plain

PIXELS, PICTURES, REPEATS = 64, 200, 3
FEW_NOISES, MANY_PICTURES, ROWS = 2, 9_091, 100_001
Found = TypeVar("Found")


def make_data(workspace: Workspace, name: str, pictures: int, side: int = PIXELS) -> DataSet:
    """So many smooth test pictures of two classes, and twenty others."""
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (pictures + 20, 8, 8, 3), dtype=np.uint8)
    contents = Contents(
        kind="import",
        classes=["real", "swapped"],
        images=np.stack([cv2.resize(one, (side, side), interpolation=cv2.INTER_CUBIC) for one in small]),
        labels=np.arange(len(small), dtype=np.int64) % 2,
        splits=np.where(np.arange(len(small)) < 20, TRAIN, TEST).astype(np.uint8),
        names=[f"{number}.png" for number in range(len(small))],
        seed=0,
        origin=plain("random numbers"),
        licence=None,
    )
    return save(workspace, workspace.job_folder(name).staging, name, contents, silent)


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def by_hand(data_set: DataSet, path: Path, noises: list[str]) -> None:
    """Each picture by itself, as PNG by Pillow's defaults."""
    numbers = chosen(data_set, PICTURES)
    with zipfile.ZipFile(path, "w") as archive:
        for noise in noises:
            for place, number in enumerate(numbers.tolist()):
                file = io.BytesIO()
                Image.fromarray(noisy_picture(data_set, number, noise, 1, data_set.table)).save(file, "PNG")
                archive.writestr(f"{noise}/{place}.png", file.getvalue())


def of_packs(folder: Path, data_set: DataSet) -> dict[str, Any]:
    noises = checked_noises(None)
    ours, theirs = folder / "ours.zip", folder / "theirs.zip"
    write_pack(data_set, ours, noises[:1], [1], 10, silent)  # what is loaded or fitted once is there
    mine = timed(lambda: write_pack(data_set, ours, noises, SEVERITIES, PICTURES, silent))[0]
    peer = len(SEVERITIES) * timed(lambda: by_hand(data_set, theirs, noises))[0]
    with zipfile.ZipFile(ours) as a, zipfile.ZipFile(theirs) as b:
        rows = pd.read_csv(a.open("manifest.csv"))
        rows = rows[rows["severity"] == 1]
        same = all(
            np.array_equal(
                read_picture(a.read(row.file), "").pixels,
                read_picture(b.read(f"{row.noise}/{row.image}.png"), "").pixels,
            )
            for row in rows.itertuples()
        )
    case = f"{PICTURES} pictures x {len(noises)} noises x {len(SEVERITIES)} severities, {PIXELS} px: a pack"
    return row(case, mine, peer, "picture by picture, Pillow", same)


def of_answers(workspace: Workspace, folder: Path) -> dict[str, Any]:
    # Of the pictures the rows alone are timed: small ones are made sooner.
    data_set = make_data(workspace, "many", MANY_PICTURES, 16)
    pack, path = folder / "pack.zip", folder / "answers.csv"
    write_pack(data_set, pack, checked_noises(None)[:FEW_NOISES], SEVERITIES, None, silent)
    told = read_pack(workspace, pack)
    rng = np.random.default_rng(0)
    cells = told.cells
    table = pd.DataFrame(
        {
            "image": np.tile(np.arange(MANY_PICTURES), len(cells)),
            "noise": np.repeat([noise for noise, _ in cells], MANY_PICTURES),
            "severity": np.repeat([level for _, level in cells], MANY_PICTURES),
            "real": rng.random(ROWS).round(4),
            "sha256": told.sha256,
        }
    )
    table["swapped"] = (1 - table["real"]).round(4)
    table.to_csv(path, index=False)
    pairs = [
        (
            timed(lambda: bring_predictions(workspace, path, pack, "theirs")),
            timed(lambda: pd.read_csv(path)),
        )
        for _ in range(REPEATS)
    ]
    mine, peer = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
    truth = np.asarray(data_set.labels)[told.numbers[table["image"]]]
    right = (table["swapped"] > table["real"]).to_numpy() == (truth == 1)
    wanted = table.assign(right=right).groupby(["noise", "severity"])["right"].mean()
    (test,) = joined_evaluations(workspace, pairs[0][0][1].run)
    found = joined_cells(test).set_index(["noise", "severity"])["accuracy"]
    same = bool(np.allclose(found.sort_index(), wanted.sort_index()))
    return row(
        f"{ROWS:,} answers taken in, their test with all measures", mine, peer, "pandas.read_csv", same
    )


def row(case: str, ours: float, peer: float, peer_name: str, same: bool) -> dict[str, Any]:
    return {
        "case": case,
        "ours": round(ours, 2),
        "peer": round(peer, 2),
        "peer_name": peer_name,
        "unit": "s",
        "ratio": round(peer / ours, 2),
        "same_result": same,
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(Path(folder) / "home")
        try:
            rows = [
                of_packs(Path(folder), make_data(workspace, "few", PICTURES)),
                of_answers(workspace, Path(folder)),
            ]
        finally:
            workspace.close()
    for one in rows:
        print(
            f"{one['case']:70} {one['ours']:7.2f} s  {one['peer_name']}: {one['peer']:.2f} s  same: {one['same_result']}"
        )
    write_results("elsewhere", rows, ["numpy", "opencv-python-headless", "pyarrow", "pandas", "Pillow"])


if __name__ == "__main__":
    main()
