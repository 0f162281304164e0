"""How long the first look at where a run breaks takes: `python -m benchmarks.spectrum [--rounds 2]`.

The coarse Fourier map of 100 pictures, from nothing to the map in its file. `floor` is the same network, as it was trained, asked
for as many clean pictures in memory, prepared, in batches of the same size, and nothing else. Both in turns; the best round of each
counts. `same_result`: what a few waves give is what each picture gives alone. Writes results/spectrum.json.
"""

import argparse
import math
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks.entered import entered, make_textures
from benchmarks.written import write_results
from core.data.dataset import DataSet
from core.evaluation.fourier import IMAGES, FourierMap, grid, signs, strength, wave
from core.evaluation.fourier_job import measure_map
from core.files import remove_folder
from core.jobs.processes import SETTINGS
from core.networks.at_once import batch_of, in_batches
from core.networks.loading import choose_device, load_run_network, use_all_cores
from core.networks.network import Network
from core.progress import silent
from core.store import Workspace

MODEL, SIDE = "resnet18", 64
CHECKED = (1, 20)
"""Places of waves, of which some pictures are asked alone."""


def alone(network: Network, images: torch.Tensor, times: int) -> float:
    """Seconds of the network alone for all pictures so often."""
    batches = [
        network.inputs(images[torch.from_numpy(part)])
        for part in in_batches(np.arange(len(images)), batch_of(network))
    ]
    with torch.inference_mode():
        network.module(batches[0])
        begun = time.perf_counter()
        for _ in range(times):
            for batch in batches:
                network.module(batch)
    return time.perf_counter() - begun


def same(network: Network, data_set: DataSet, found: FourierMap) -> bool:
    """Whether some pictures under some waves are read as each is alone, by the formula written out."""
    assert found.right is not None
    for place in CHECKED:
        change = wave(data_set.size, found.frequencies[place]) * strength(data_set.size) * data_set.size
        for column, number in enumerate(found.images[:5].tolist()):
            sign = signs(np.array([number]))[0]
            picture = np.clip(data_set.images[number] / 255 + sign * change[:, :, None], 0, 1)
            planes = torch.from_numpy(picture).float().permute(2, 0, 1)[None]
            with torch.inference_mode():
                said = int(network.module(network.prepared(planes)).argmax())
            if found.right[place, column] != (said == data_set.labels[number]):
                return False
    return True


def main() -> None:
    if missing := {name: said for name, said in SETTINGS.items() if name not in os.environ}:
        os.environ.update(missing)  # as a worker has them, from its start
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.spectrum", *sys.argv[1:]])
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace.open(Path(home))
        data_set = make_textures(workspace, MODEL, IMAGES, SIDE)
        run = entered(workspace, MODEL, data_set)
        network = load_run_network(run, choose_device("cpu"))
        use_all_cores()
        waves, quickest, floor = len(grid(SIDE, "coarse")), math.inf, math.inf
        for _ in range(options.rounds):
            remove_folder(run.folder.spectra)
            begun = time.perf_counter()
            found = measure_map(workspace, run, IMAGES, "coarse", silent, "cpu")
            quickest = min(quickest, time.perf_counter() - begun)
            # One wave is none: the clean pictures are asked once more by themselves.
            floor = min(
                floor, alone(network, torch.from_numpy(np.array(data_set.images[found.images])), waves + 1)
            )
        row = {
            "case": f"{MODEL} {SIDE} px, {len(found.images)} pictures, first map, cpu",
            "ours": round(quickest, 1),
            "peer": round(floor, 1),
            "peer_name": "floor",
            "unit": "s",
            "ratio": round(floor / quickest, 2),
            "same_result": same(network, data_set, found),
        }
        print(row, flush=True)
        workspace.close()
    write_results("spectrum", [row], ["torch", "numpy"])


if __name__ == "__main__":
    main()
