"""Pictures a second of the torch forms of noises, for `python -m benchmarks.noise --device cuda` (or cpu).

A batch of uint8 pictures N,3,H,W lies on the device, severity 3, parameters and second pictures per picture; a batch is timed
until the device has finished it. Prints a table, writes results/noise_device_cuda.json (or _cpu).
"""

import json
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.networks.loading import choose_device, device_name
from core.noise.catalogue import get_noise
from core.resizing import square
from core.samples import SAMPLES, sample_picture

RESULTS = Path(__file__).parent / "results"
SEVERITY = 3
SIDE = 224
BATCH = {"cuda": 256, "cpu": 16}
SECONDS = {"cuda": 0.5, "cpu": 1.0}


def photo_batch(count: int, device: torch.device) -> torch.Tensor:
    """The sample photos in turn, uint8 N,3,224,224."""
    photos = [square(sample_picture(key), SIDE) for key in SAMPLES]
    batch = np.stack([photos[i % len(photos)] for i in range(count)])
    return torch.from_numpy(batch).permute(0, 3, 1, 2).contiguous().to(device)


def parameters(key: str, count: int, device: torch.device) -> dict[str, torch.Tensor | list[str]]:
    """Those of severity 3, one of each a picture."""
    return {
        name: [value] * count
        if isinstance(value, str)
        else torch.full((count,), float(value), dtype=torch.float64, device=device)
        for name, value in get_noise(key).at_severity(SEVERITY).items()
    }


def pictures_a_second(form: Any, key: str, images: torch.Tensor) -> float:
    """Of the fastest of three rounds."""
    device = images.device
    generator = torch.Generator(device).manual_seed(0)
    params = parameters(key, len(images), device)
    second = images.roll(1, 0)  # its neighbour in the batch

    def wait() -> None:
        if device.type == "cuda":
            torch.cuda.synchronize(device)

    noisy = form(images, generator, params, second)
    assert noisy.dtype == torch.uint8, key
    assert noisy.shape == images.shape, key
    best = 0.0
    for _ in range(3):
        wait()
        batches, started = 0, time.perf_counter()
        while time.perf_counter() - started < SECONDS[device.type] / 3 or batches == 0:
            form(images, generator, params, second)
            batches += 1
            wait()
        best = max(best, batches * len(images) / (time.perf_counter() - started))
    return best


def main(name: str, only: Sequence[str] | None, out: Path | None) -> None:
    from core.noise.device import DEVICE_FORMS

    device = choose_device(name)
    rows = []
    with torch.no_grad():
        images = photo_batch(BATCH[device.type], device)
        for key, form in DEVICE_FORMS.items():
            if only is None or key in only:
                rate = pictures_a_second(form, key, images)
                rows.append({"case": f"{key} {SIDE} px", "ours": round(rate, 1), "unit": "pictures a second"})
                print(f"{key:24} {rate:12,.0f} pictures a second", flush=True)
    target = out or (RESULTS / f"noise_device_{device.type}.json" if only is None else None)
    if target is not None:
        about = {
            "device": device_name(device),
            "batch": len(images),
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
            "python": platform.python_version(),
            "date": time.strftime("%Y-%m-%d"),
        }
        target.write_text(json.dumps({"machine": about, "rows": rows}, indent=1) + "\n", encoding="utf-8")
