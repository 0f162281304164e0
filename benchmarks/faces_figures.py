"""What the built-in `faces` give for each kind of swap and size: `python -m benchmarks.faces_figures [SET ...]`.

A SET is PART:SIZE:SEEDS[:STRENGTH], such as eyes:64:0,1,2.

For each set (drawn as by `data make faces`, 4,000 pictures from seed 0; SEEDS are the recipe's) the small CNN is
trained clean and noise-trained, and both are evaluated on the test split, clean and under noise, in a workspace of
its own. Then Grad-CAM's peaks are held against the masks of what was changed.

A peak is the place of the largest value of the map for the predicted class, laid over the picture as pages do. Maps
of swapped test pictures that the network got right count, clean. The changed region's band is the mask grown on all
sides by half a cell of the map's grid (4 px for the small CNN in every size): a peak lies in it where the peak's own
cell reaches what was changed, and a map says nothing finer than a cell. Chance is the band's mean share of the
picture: how often a peak placed blindly lies in it. For comparison the same is said of the mask alone, and of the mask
grown by a whole cell, whose share of `mixed` at 64 px is .49: there twice chance would ask for 98 of 100.

Other strengths than 1 are there to show how hard the task becomes; nothing is asked of them.

Prints a table and writes results/faces_figures.json.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.demo_figures import MIX, arm, machine
from core.data.builtin.faces import Swap
from core.data.builtin.job import make
from core.data.dataset import DataSet
from core.evaluation.predictions import decode_map
from core.explanation.overlay import strength
from core.noise.catalogue import CLEAN
from core.progress import silent
from core.runs.evaluations import Evaluation, read_predictions
from core.store import Workspace

RESULT = Path(__file__).parent / "results" / "faces_figures.json"
SETS = (
    *(f"{part}:{size}:0" for size in (128, 96) for part in ("inner", "eyes", "mouth", "mixed")),
    *("inner:64:0,1,2", "eyes:64:0,1,2", "mouth:64:0,1,2", "mixed:64:0,1,2"),
    *(f"{part}:64:0:{strength}" for strength in (0.25, 0.5, 1.5) for part in ("inner", "eyes", "mouth")),
)
BANDS = {"cell": 1.0, "half cell": 0.5, "mask": 0.0}
"""How far a mask is grown, cells of the map's grid."""
WANTED = {"clean": 0.95, "fall": 0.2, "gain": 0.25, "ratio": 2.0}
"""Least clean accuracy, what noise of severities 3-5 takes from it, what training with noise gives back there, and how
much oftener than chance a peak of the clean-trained network lies in the band."""
SWAPPED = 1


def pointing(data_set: DataSet, evaluation: Evaluation) -> dict[str, Any]:
    """How often Grad-CAM's peak lies in the band, 0..1, by chance, and their ratio; for each of BANDS."""
    rows = read_predictions(evaluation, ["image", "noise", "truth", "prediction", "map"])
    rows = rows[(rows.noise == CLEAN) & (rows.truth == SWAPPED) & (rows.prediction == SWAPPED)]
    assert data_set.masks is not None
    cell = data_set.size / evaluation.map_shape[0]
    hits: dict[str, list[bool]] = {band: [] for band in BANDS}
    shares: dict[str, list[float]] = {band: [] for band in BANDS}
    for row in rows.itertuples():
        shown = strength(decode_map(row.map, evaluation.map_shape), data_set.size, data_set.size)
        peak = np.unravel_index(shown.argmax(), shown.shape)
        for band, cells in BANDS.items():
            reach = 2 * round(cells * cell) + 1
            disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
            area = cv2.dilate(np.asarray(data_set.masks[row.image]), disc)
            hits[band].append(bool(area[peak]))
            shares[band].append(float(area.mean()))
    figures: dict[str, Any] = {"pictures": len(rows), "cell_px": cell}
    for band in BANDS:
        inside, chance = float(np.mean(hits[band])), float(np.mean(shares[band]))
        figures[band] = {"inside": inside, "chance": chance, "ratio": inside / chance}
    return figures


def measured(workspace: Workspace, data_set: DataSet, swap: Swap, seed: int) -> list[dict[str, Any]]:
    """The clean and the noise-trained row of a set and a recipe seed; the second with what was reached."""
    rows = []
    for name, mix in (("clean", ()), ("noise-trained", MIX)):
        row, evaluation = arm(workspace, data_set, name, mix, seed)
        row = {
            **swap.facts,
            "size": data_set.size,
            **row,
            "peak": pointing(data_set, evaluation),
        }
        rows.append(row)
        bands = "  ".join(
            f"{band} {row['peak'][band]['inside']:.2f}/{row['peak'][band]['chance']:.2f}"
            f"={row['peak'][band]['ratio']:.2f}"
            for band in BANDS
        )
        print(
            f"{swap.part:<6} x{swap.strength:<4g} {data_set.size:>3} px  seed {seed}  {name:<14}"
            f" clean {row['clean']:.4f} (n {row['images']})  3-5 {row['hard']:.3f}"
            f"  peak in {bands} (n {row['peak']['pictures']})  {row['train_seconds']} s",
            flush=True,
        )
    clean, trained = rows
    found = {
        "clean": clean["clean"],
        "fall": clean["clean"] - clean["hard"],
        "gain": trained["hard"] - clean["hard"],
        "ratio": clean["peak"]["half cell"]["ratio"],
    }
    if swap.strength != 1:
        return rows
    missed = [name for name, least in WANTED.items() if found[name] < least]
    trained["missed"] = missed
    print(f"  {'NOT reached: ' + ', '.join(missed) if missed else 'reached'}", flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", default=SETS, metavar="SET")
    rows: list[dict[str, Any]] = []
    for chosen in parser.parse_args().sets:
        part, size, seeds, how = [*chosen.split(":"), "1"][:4]
        with tempfile.TemporaryDirectory() as home:
            workspace = Workspace.open(Path(home))
            swap = Swap.make(part, float(how))
            data_set = make(workspace, workspace.jobs / part, "faces", silent, size=int(size), swap=swap)
            for seed in seeds.split(","):
                rows += measured(workspace, data_set, swap, int(seed))
            workspace.close()
        RESULT.write_text(json.dumps({"machine": machine(), "wanted": WANTED, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
