"""What a test costs: `python -m benchmarks.evaluation [--peers /tmp/venvs/peers] [--rounds 2] [--scale 1] [--only MODEL] [--device cpu]`.

The grid of ImageNet-C's 19 noises x 5 severities and clean, whole: from the call to the evaluation in its run, with noises drawn
and rows written, on a processor by as many processes as there are cores, with maps and without, and with maps in bfloat16;
on a card also with noise drawn there (core/noise/device). Against

- `floor`: the same network as it was trained, asked for as many pictures, clean, in memory and prepared, in batches of the same
  size, and nothing else; on a processor the best of one and of all threads. `floor-info`: rows that no aim is bound to.
- `today`: benchmarks/evaluation_today.py, where `bash benchmarks/peers.sh FOLDER` made its environment: PIL, imagecorruptions and
  a DataLoader, a pass a noise, at severity 3. Severities differ little in what they cost.
- `fp32`: the row in bfloat16 beside the one at float32; `otherwise` says how many answers differ.

Both in turns; the best round of each counts. A ratio over 1 means that ours is faster. `same_result` of `floor`: in some cells
every probability is that for the picture made and asked alone (bfloat16 to 0.05). Of `today`, under ImageNet-C's own constants:
where there is no chance (SURE) 97 % of the answers are the same, as rounding is not; under other noises the share of right answers
differs by what chance does (3 standard errors; under OWN_WAY a tenth more, as these are not the same noises). Writes
results/evaluation.json, unless --only is given; on a card results/evaluation_cuda.json.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from benchmarks.entered import entered, make_textures
from benchmarks.written import write_results
from core.data.dataset import DataSet
from core.evaluation.evaluate import evaluate_runs
from core.evaluation.predictions import noisy_picture, noisy_pictures
from core.explanation.methods.grad_cam import GRAD_CAM
from core.files import remove_folder
from core.hardware import cores
from core.jobs.processes import SETTINGS
from core.networks.at_once import batch_of, in_batches
from core.networks.loading import choose_device, load_run_network, use_all_cores
from core.networks.network import Network
from core.noise.catalogue import CHOOSERS, CLEAN, ORIGINAL, SEVERITIES, standard_noises
from core.progress import silent
from core.runs.evaluations import Evaluation, read_predictions
from core.runs.mode import Mode
from core.runs.runs import Run
from core.store import ROOT, Workspace

CASES = (("small_cnn", 64, 2000), ("resnet18", 64, 24), ("mobilenet_v3_small", 224, 160))
"""Model, side of the pictures in px, how many are tested."""
CARD_TIMES = 40
"""So many times as many on a card, up to:"""
CARD_MOST = 10_000
NOISES = [*(key for key in standard_noises() if key not in ORIGINAL), *CHOOSERS]
CHECKED = ((CLEAN, 0), ("fog", 3), ("shot_noise", 5), ("glass_blur", 1))
SURE = (
    "brightness",
    "contrast",
    "saturate",
    "jpeg_compression",
    "pixelate",
    "gaussian_blur",
    "defocus_blur",
    "zoom_blur",
)
OWN_WAY = ("elastic_transform", "frost")
"""As benchmarks/noise_peers_imagecorruptions.py says."""
SEVERITY, TODAY_PICTURES = 3, 100
"""Of today's way, and how many pictures it is given at most."""
NEAR, AUTOCAST = {"cpu": 1e-5, "cuda": 2e-3}, 0.05
"""By how much probabilities of `same_result` may differ: at float32 (a card multiplies in 10 bits where it may), in bfloat16."""


def floor(network: Network, images: torch.Tensor, pictures: int) -> Callable[[], float]:
    """Seconds of the network alone on `pictures` pictures, by the best of one and of all threads."""
    parts = in_batches(np.arange(len(images)), batch_of(network))
    batches = [network.inputs(images[torch.from_numpy(part)]) for part in parts]
    passes = max(1, round(pictures / len(images)))
    card = network.device.type == "cuda"

    def measured() -> float:
        best = math.inf
        for threads in [cores()] if card else sorted({1, cores()}):
            torch.set_num_threads(threads)
            with torch.inference_mode():
                network.module(batches[0])
                if card:
                    torch.cuda.synchronize()
                begun = time.perf_counter()
                for _ in range(passes):
                    for batch in batches:
                        network.module(batch)
                if card:
                    torch.cuda.synchronize()
            best = min(best, (time.perf_counter() - begun) * pictures / (passes * len(images)))
        return best

    return measured


def ours(
    workspace: Workspace, run: Run, device: str, maps: bool, mode: Mode | None = None
) -> tuple[float, Evaluation]:
    """Seconds of a whole test of which nothing is there yet."""
    remove_folder(run.folder.evaluations)
    remove_folder(run.folder.cells)
    workspace.index()
    begun = time.perf_counter()
    (made,) = evaluate_runs(
        workspace,
        [run],
        NOISES,
        SEVERITIES,
        workspace.job_folder("benchmark").staging,
        silent,
        "cuda" if device == "cuda" else "cpu",
        GRAD_CAM if maps else None,
        mode,
        workers=cores() if device == "cpu" else 1,
    )
    return time.perf_counter() - begun, made


def same(network: Network, data_set: DataSet, evaluation: Evaluation, within: float) -> bool:
    """Every probability of some cells is that for the picture made and asked alone."""
    cells = CHECKED if evaluation.facts.mode.noise_on == "processor" else CHECKED[:1]
    for noise, severity in cells:
        rows = read_predictions(evaluation, cells=[(noise, severity)]).head(20)
        for row in rows.itertuples():
            picture = noisy_picture(data_set, row.image, noise, severity, evaluation.facts.table)
            with torch.inference_mode():
                said = network.logits(torch.from_numpy(picture[None]))[0].softmax(0).cpu().numpy()
            if not np.allclose(said, row.probabilities, atol=within):
                return False
    return True


def today(python: Path, folder: Path, network: Network, data_set: DataSet) -> dict[str, Any]:
    """What benchmarks/evaluation_today.py found, beside it `cells` and `images`, the numbers of its pictures."""
    images = data_set.indices("test")[:TODAY_PICTURES]
    files = []
    for number in images.tolist():
        files.append(str(folder / f"{number}.png"))
        cv2.imwrite(files[-1], data_set.images[number][..., ::-1])
    torch.save(network.module.state_dict(), folder / "weights.pt")
    cells = [(CLEAN, 0), *((noise, SEVERITY) for noise in NOISES)]
    asked = {
        "files": files,
        "classes": len(network.classes),
        "weights": str(folder / "weights.pt"),
        "model": network.spec.key,
        "side": network.side,
        "mean": network.preprocessing.mean,
        "std": network.preprocessing.std,
        "cells": cells,
        "workers": cores(),
        "threads": cores(),
        "found": str(folder / "found.json"),
    }
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    command = [str(python), "-m", "benchmarks.evaluation_today", str(folder / "asked.json")]
    subprocess.run(command, cwd=ROOT, check=True)
    found: dict[str, Any] = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    return found | {"cells": cells, "images": images}


def agrees(network: Network, data_set: DataSet, found: dict[str, Any]) -> bool:
    """`same_result` of today's way; prints what differs."""
    images, truth = found["images"], data_set.labels[found["images"]]
    fits = True
    for (noise, severity), theirs in zip(found["cells"], found["predictions"], strict=True):
        pictures = noisy_pictures(data_set, images, noise, severity, "imagenet_c")
        with torch.inference_mode():
            mine = np.concatenate(
                [
                    network.logits(torch.from_numpy(part)).argmax(1).cpu().numpy()
                    for part in np.array_split(pictures, max(1, len(pictures) // 20))
                ]
            )
        theirs = np.array(theirs)
        alike, right = float((mine == theirs).mean()), float((mine == truth).mean())
        gap = abs(right - float((theirs == truth).mean()))
        if noise == CLEAN or noise in SURE:
            fine = alike >= 0.97
        else:
            spread = math.sqrt(2 * max(right * (1 - right), 0.05) / len(truth))
            fine = gap <= 3 * spread + (0.1 if noise in OWN_WAY else 0)
        if not fine:
            print(f"{noise}: {alike:.1%} of the answers are the same, accuracy {gap:.1%} apart", flush=True)
        fits = fits and fine
    return fits


def bf16_here(device: str) -> bool:
    """Whether the processor has instructions for bfloat16; of a card it is said that it has."""
    return device == "cuda" or torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


@dataclass
class Way:
    """One way of testing, and the best that it did."""

    maps: bool
    mode: Mode | None = None
    seconds: float = math.inf
    same: bool = False
    answers: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    """Of every row, rows in one order."""

    def test(self, workspace: Workspace, run: Run, network: Network, data_set: DataSet, device: str) -> None:
        """Once more."""
        seconds, made = ours(workspace, run, device, self.maps, self.mode)
        self.seconds = min(self.seconds, seconds)
        if not len(self.answers):
            within = NEAR[device] if self.mode is None or self.mode.precision == "fp32" else AUTOCAST
            self.same = same(network, data_set, made, within)
            columns = ["image", "noise", "severity", "prediction"]
            rows = read_predictions(made, columns).sort_values(columns[:3])
            self.answers = rows["prediction"].to_numpy()


def measured(
    workspace: Workspace, model: str, side: int, images: int, rounds: int, device: str, peers: Path
) -> list[dict[str, Any]]:
    """The rows of one model.

    Args:
        peers: the folder that peers.sh was given.
    """
    data_set = make_textures(workspace, model, images, side)
    run = entered(workspace, model, data_set)
    network = load_run_network(run, choose_device(device))
    indices = data_set.indices("test")
    pictures = len(indices) * (1 + len(NOISES) * len(SEVERITIES))
    alone = floor(network, torch.from_numpy(np.array(data_set.images[indices])), pictures // 4)
    ways = {"with maps": Way(True), "no maps": Way(False)}
    if device == "cuda":
        ways["with maps, noise on the card"] = Way(True, Mode(noise_on="card"))
    if bf16_here(device):
        ways["with maps, bf16"] = Way(True, Mode(precision="bf16"))
    floors = math.inf
    for _ in range(rounds):
        floors = min(floors, 4 * alone())
        for way in ways.values():
            way.test(workspace, run, network, data_set, device)
    python = peers / "imagecorruptions" / "bin" / "python"
    theirs = None
    if device == "cpu" and python.exists():
        with tempfile.TemporaryDirectory() as folder:
            theirs = today(python, Path(folder), network, data_set)
        each = theirs["seconds"] / (len(theirs["cells"]) * len(theirs["images"]))
        use_all_cores()
        agreed = agrees(network, data_set, theirs)
    elif device == "cpu":
        print(f"today's way is left out: no {python} (bash benchmarks/peers.sh FOLDER, --peers FOLDER)")
    rows: list[dict[str, Any]] = []

    def add(said: str, way: Way, peer: float, name: str, fits: bool, **more: Any) -> None:
        row = {
            "case": f"{model} {side} px, {len(NOISES)} noises x 5 + clean, {device}, {said}",
            "ours": round(pictures / way.seconds),
            "peer": round(pictures / peer),
            "peer_name": name,
            "unit": "pictures/s",
            "ratio": round(peer / way.seconds, 2),
            "same_result": fits,
            **more,
        }
        rows.append(row)
        print(row, flush=True)

    whole = ways["with maps"]
    for said, way in ways.items():
        more = {}
        if way.mode is not None and way.mode.precision == "bf16":
            differ = int((way.answers != whole.answers).sum())
            more = {"otherwise": f"{differ} of {len(whole.answers)} answers"}
            add(said, way, whole.seconds, "fp32", way.same, **more)
        add(said, way, floors, "floor-info" if way.mode or device != "cpu" else "floor", way.same, **more)
        if theirs is not None:
            add(said, way, each * pictures, "today", agreed and way.same, **more)
    return rows


def main() -> None:
    if missing := {name: said for name, said in SETTINGS.items() if name not in os.environ}:
        os.environ.update(missing)  # as a worker has them, from its start
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.evaluation", *sys.argv[1:]])
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of pictures")
    parser.add_argument("--only", help="one model; nothing is written")
    parser.add_argument(
        "--device", default="cuda" if torch.cuda.is_available() else "cpu", choices=["cpu", "cuda"]
    )
    parser.add_argument(
        "--peers", type=Path, default=Path("/tmp/venvs/peers"), help="folder that peers.sh was given"
    )
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace.open(Path(home))
        for model, side, images in CASES:
            if options.only not in (None, model):
                continue
            images = images if options.device == "cpu" else min(CARD_MOST, CARD_TIMES * images)
            images = round(images * options.scale)
            rows += measured(workspace, model, side, images, options.rounds, options.device, options.peers)
        workspace.close()
    if options.only is None:
        name = "evaluation" if options.device == "cpu" else "evaluation_cuda"
        write_results(name, rows, ["torch", "numpy", "opencv-python-headless", "pyarrow"])


if __name__ == "__main__":
    main()
