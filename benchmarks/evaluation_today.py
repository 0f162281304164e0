"""A test as it is done today, run by benchmarks/evaluation.py in the environment that has imagecorruptions:

    PYTHON -m benchmarks.evaluation_today ASKED.json

For each noise and severity a pass of its own: files opened by PIL, `imagecorruptions.corrupt` on each picture, torchvision's
transforms, a DataLoader with as many workers as there are cores, the network as it was trained. ASKED.json: `files` and `classes`
(the pictures), `weights` (a state dict), `model`, `side`, `mean`, `std`, `cells`, `workers`, `threads`, `found`: where `seconds` of
all passes and the class predicted of each picture in each are written. Works with the old NumPy that imagecorruptions needs.
"""

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from benchmarks.noise_peers import load
from models.registry import models

BATCH = 64


class Files(Dataset[Any]):
    """Pictures under one noise at one severity."""

    def __init__(
        self, files: list[str], noise: str, severity: int, mean: list[float], std: list[float]
    ) -> None:
        self.files, self.noise, self.severity = files, noise, severity
        self.transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, std)])

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, number: int) -> torch.Tensor:
        picture = np.array(Image.open(self.files[number]).convert("RGB"))
        if self.noise != "clean":
            import imagecorruptions

            picture = imagecorruptions.corrupt(picture, corruption_name=self.noise, severity=self.severity)
        found: torch.Tensor = self.transform(Image.fromarray(picture))
        return found


def main(asked: dict[str, Any]) -> None:
    """Carry it out."""
    load("imagecorruptions")  # which makes scikit-image's blur what it asks for
    torch.set_num_threads(asked["threads"])
    network = models()[asked["model"]].build(asked["classes"], asked["side"]).eval()
    network.load_state_dict(torch.load(asked["weights"], weights_only=True))
    predictions = []
    begun = time.perf_counter()
    for noise, severity in asked["cells"]:
        data = Files(asked["files"], noise, severity, asked["mean"], asked["std"])
        found = []
        with torch.no_grad():
            for batch in DataLoader(data, BATCH, num_workers=asked["workers"]):
                found += network(batch).argmax(1).tolist()
        predictions.append(found)
    seconds = time.perf_counter() - begun
    Path(asked["found"]).write_text(
        json.dumps({"seconds": seconds, "predictions": predictions}), encoding="utf-8"
    )


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
