"""What a test costs beside the network alone: `python -m benchmarks.evaluation [--rounds 3] [--scale 1] [--only MODEL]`.

The grid of ImageNet-C's 19 noises x 5 severities and clean, whole: from the call to the evaluation in its run, with noises drawn
and rows written, by as many processes as there are cores, with maps and without. `floor` is the same network asked for as many
pictures, clean, in memory and prepared, in batches of the same size, and nothing else: the best of one and of all threads. Both in turns;
the best round of each counts. `floor-info`: rows that no aim is bound to. `same_result`: in some cells every prediction is that
for the picture made and asked alone. Writes results/evaluation.json, unless --only is given.
"""

import argparse
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from benchmarks.elsewhere import make_data
from benchmarks.written import write_results
from core.data.dataset import DataSet
from core.evaluation.job import evaluate_runs
from core.evaluation.predictions import noisy_picture
from core.explanation.methods.grad_cam import GRAD_CAM
from core.files import remove_folder
from core.hardware import cores
from core.jobs.processes import SETTINGS
from core.networks.at_once import batch_of
from core.networks.checkpoint import save_checkpoint
from core.networks.loading import choose_device, load_run_network
from core.networks.network import Network, Preprocessing
from core.noise.catalogue import CHOOSERS, CLEAN, ORIGINAL, SEVERITIES, standard_noises
from core.progress import silent
from core.runs.evaluations import Evaluation, read_predictions
from core.runs.recipe import Recipe
from core.runs.runs import Run, create_run
from core.store import Workspace
from models.registry import models

CASES = (("small_cnn", 64, 1000), ("resnet18", 64, 24), ("mobilenet_v3_small", 224, 60))
"""Model, side of the pictures in px, how many are tested."""
NOISES = [*(key for key in standard_noises() if key not in ORIGINAL), *CHOOSERS]
CHECKED = ((CLEAN, 0), ("fog", 3), ("shot_noise", 5), ("glass_blur", 1))


def entered(workspace: Workspace, model: str, data_set: DataSet) -> Run:
    """A run of a network with the weights that chance gave it: they cost what others cost."""
    spec, size = models()[model], data_set.size
    side = spec.input_size(size)
    torch.manual_seed(0)
    module = spec.build(len(data_set.classes), side).eval()
    run = create_run(workspace, model, Recipe(data_set.id, data_set.card.fingerprint, model, device="cpu"))
    network = Network(spec, module, data_set.classes, size, side, Preprocessing.of(spec))
    save_checkpoint(run.folder.checkpoint, network)
    return run


def floor(network: Network, images: torch.Tensor, pictures: int) -> Callable[[], float]:
    """Seconds of the network alone on `pictures` pictures, by the best of one and of all threads."""
    size = batch_of(network)
    batches = [network.inputs(images[start : start + size]) for start in range(0, len(images), size)]
    passes = max(1, round(pictures / len(images)))

    def measured() -> float:
        best = math.inf
        for threads in sorted({1, cores()}):
            torch.set_num_threads(threads)
            with torch.inference_mode():
                network.module(batches[0])
                begun = time.perf_counter()
                for _ in range(passes):
                    for batch in batches:
                        network.module(batch)
            best = min(best, (time.perf_counter() - begun) * pictures / (passes * len(images)))
        return best

    return measured


def ours(workspace: Workspace, run: Run, maps: bool) -> tuple[float, Evaluation]:
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
        "cpu",
        GRAD_CAM if maps else None,
        workers=cores(),
    )
    return time.perf_counter() - begun, made


def same(network: Network, data_set: DataSet, evaluation: Evaluation) -> bool:
    """Every prediction of some cells is that for the picture made and asked alone."""
    for noise, severity in CHECKED:
        rows = read_predictions(evaluation, cells=[(noise, severity)]).head(20)
        for row in rows.itertuples():
            picture = noisy_picture(data_set, row.image, noise, severity, evaluation.facts.table)
            with torch.inference_mode():
                said = network.logits(torch.from_numpy(picture[None]))[0].softmax(0).numpy()
            if not np.allclose(said, row.probabilities, atol=1e-5):
                return False
    return True


def main() -> None:
    if missing := {name: said for name, said in SETTINGS.items() if name not in os.environ}:
        os.environ.update(missing)  # as a worker has them, from its start
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.evaluation", *sys.argv[1:]])
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of pictures")
    parser.add_argument("--only", help="one model; nothing is written")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace.open(Path(home))
        for model, side, images in CASES:
            if options.only not in (None, model):
                continue
            data_set = make_data(workspace, model, round(images * options.scale), side)
            run = entered(workspace, model, data_set)
            network = load_run_network(run, choose_device("cpu"))
            indices = data_set.indices("test")
            pictures = len(indices) * (1 + len(NOISES) * len(SEVERITIES))
            alone = floor(network, torch.from_numpy(np.array(data_set.images[indices])), pictures // 4)
            best, floors = {True: math.inf, False: math.inf}, math.inf
            for _ in range(options.rounds):
                for maps in best:
                    floors = min(floors, 4 * alone())
                    seconds, made = ours(workspace, run, maps)
                    best[maps] = min(best[maps], seconds)
            for maps, seconds in best.items():
                rows.append(
                    {
                        "case": f"{model} {side} px, {len(NOISES)} noises x 5 + clean, cpu, {'with' if maps else 'no'} maps",
                        "ours": round(pictures / seconds),
                        "peer": round(pictures / floors),
                        "peer_name": "floor",
                        "unit": "pictures/s",
                        "ratio": round(floors / seconds, 2),
                        "same_result": same(network, data_set, made),
                    }
                )
                print(rows[-1], flush=True)
        workspace.close()
    if options.only is None:
        write_results("evaluation", rows, ["torch", "numpy", "opencv-python-headless", "pyarrow"])


if __name__ == "__main__":
    main()
