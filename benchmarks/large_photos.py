"""What large photos cost: memory of a visitor of the noise lab, and time to tell how large pictures are before an import.

    python -m benchmarks.large_photos [--pictures 200]

Photos are cut from scikit-image's samples and enlarged. Memory is what a process of its own holds besides files once so
many visitors have each opened a photo of their own under two noises, by visitor; the peer keeps the photo's pixels as
they were decoded. Sizes are read from the pictures' headers; the peer decodes them. `same_result`: the noisy pictures,
and the sizes, are the same. Prints a table and writes results/large_photos.json. A few minutes.
"""

import argparse
import gc
import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.images import encode_jpeg, encode_png, read_picture, read_size
from core.lab.live import LiveLab
from core.lab.photo import Photo, Upload
from core.noise.stack import Layer
from core.pixels import Image
from core.samples import SAMPLES, sample_picture

ROOT = Path(__file__).resolve().parent.parent
VISITORS, REPEATS = 4, 5
PHOTOS = ((6000, 4000), (10_000, 8_000))
PICTURES = ((500, 375), (2000, 1500))
STACK = [(1, Layer.at_severity("gaussian_noise", 3)), (2, Layer.at_severity("fog", 3))]


def photo(number: int, width: int, height: int) -> Image:
    """A different one for each number."""
    keys = list(SAMPLES)
    sample = sample_picture(keys[number % len(keys)])[number : number + 200, : 260 - number % 50]
    return np.asarray(cv2.resize(sample, (width, height)), np.uint8)


def held_mb() -> float:
    gc.collect()
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))


def visit(side: str, width: int, height: int) -> tuple[float, str]:
    """What VISITORS visitors hold, MB each, and a digest of what they see."""
    seen = hashlib.sha256()
    kept: list[Any] = []
    before = 0.0
    for number in range(VISITORS + 1):
        data, lab = encode_jpeg(photo(number, width, height)), LiveLab()
        if side == "ours":
            upload = Upload(data, "photo.jpg")
            shown = upload.at(None)
            kept.append((lab, upload))
        else:
            pixels = read_picture(data, "photo.jpg").pixels
            shown = Photo.reduced(pixels, None)
            kept.append((lab, pixels))
        lab.put(shown, STACK, number, None)
        seen.update(lab.noisy().tobytes())
        del data
        if number == 0:
            before = held_mb()  # libraries and their buffers are there with the first
    return (held_mb() - before) / VISITORS, seen.hexdigest()


def visited(side: str, width: int, height: int) -> tuple[float, str]:
    command = [sys.executable, "-m", "benchmarks.large_photos", "--visit", side, str(width), str(height)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    megabytes, digest = json.loads(said)
    return float(megabytes), str(digest)


def pictures_a_second(files: list[bytes], size: Callable[[bytes], tuple[int, int]]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        for data in files:
            size(data)
        times.append(time.perf_counter() - start)
    return len(files) / statistics.median(times)


def decoded_size(data: bytes) -> tuple[int, int]:
    height, width = read_picture(data, "picture").pixels.shape[:2]
    return width, height


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=200, metavar="N", help="that sizes are read of")
    parser.add_argument("--visit", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.visit:
        side, width, height = options.visit
        print(json.dumps(visit(side, int(width), int(height))))
        return
    rows = []
    for width, height in PHOTOS:
        (ours, seen), (peer, theirs) = (visited(side, width, height) for side in ("ours", "peer"))
        rows.append(
            {
                "case": f"a visitor's memory for a photo of {width} x {height} px",
                "ours": round(ours, 1),
                "peer": round(peer, 1),
                "peer_name": "decoded pixels kept",
                "unit": "MB",
                "ratio": round(ours / peer, 3),
                "same_result": seen == theirs,
            }
        )
    for width, height in PICTURES:
        count = max(10, options.pictures * 500 * 375 // (width * height))
        for kind, encode in (("JPEG", encode_jpeg), ("PNG", encode_png)):
            files = [encode(photo(number, width, height)) for number in range(count)]
            told = [read_size(data, "picture") == decoded_size(data) for data in files]
            ours = pictures_a_second(files, lambda data: read_size(data, "picture"))
            peer = pictures_a_second(files, decoded_size)
            rows.append(
                {
                    "case": f"sizes of {count} {kind} pictures of {width} x {height} px",
                    "ours": round(ours, 1),
                    "peer": round(peer, 1),
                    "peer_name": "decoded",
                    "unit": "pictures/s",
                    "ratio": round(ours / peer, 3),
                    "same_result": all(told),
                }
            )
    for one in rows:
        print(
            f"{one['case']:60} {one['ours']:>10,} {one['peer']:>8,} {one['unit']:10}"
            f" {one['ratio']:>8.2f} of {one['peer_name']}"
        )
    results = {
        "versions": {name: version(name) for name in ("numpy", "opencv-python-headless", "pillow")},
        "machine": {"cores": os.cpu_count(), "system": platform.platform(), "load": os.getloadavg()[0]},
        "rows": rows,
    }
    target = ROOT / "benchmarks" / "results" / "large_photos.json"
    target.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
