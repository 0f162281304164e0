"""Importing JPEGs and reading them for training, against torchvision's ImageFolder, and against bare decoding.

`floor` is what an import cannot do without: each file read, decoded, resized and written, and nothing else.

    python benchmarks/importing.py [--images 3000] [--memory 20000 100000]

JPEGs are cut from scikit-image's sample photographs: 500 by 375 px, and fewer of 1600 by 1200 px. In each repeat
every side runs once, on the same cores; the ratios are of the medians. Also how near the pictures that become
smaller are to Lanczos' filter. Prints a table and writes results/importing.json.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from PIL import Image as PILImage
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.ahead import made_ahead  # noqa: E402
from core.data.dataset import open_data_set  # noqa: E402
from core.data.imports import stage  # noqa: E402
from core.data.intake.decoder import reading_flag  # noqa: E402
from core.data.intake.reader import WORKERS  # noqa: E402
from core.data.intake.staging import Staged  # noqa: E402
from core.data.review.acceptance import accept  # noqa: E402 - needs the path above
from core.data.review.check import Checked, check  # noqa: E402
from core.data.review.outcome import Review  # noqa: E402
from core.noise.mix import Mix  # noqa: E402
from core.progress import silent  # noqa: E402
from core.resizing import fitted  # noqa: E402
from core.samples import SAMPLES, sample_picture  # noqa: E402
from core.store import Workspace  # noqa: E402
from core.training.batches import pictures, shuffled  # noqa: E402

torch.set_num_threads(1)  # a batch is small, and threads that wait for a busy core take ten times as long
SIZES = (64, 224)
SHAPES = ((500, 375), (1600, 1200))
BATCH = 64
# One import in a process of its own. Mapped files are not counted: the system takes them back at will.
PEAK = """
import sys, threading, time
sys.path.insert(0, {root!r})
from pathlib import Path
from core.data.imports import run_job, submit_import
from core.progress import silent
from core.store import Workspace
workspace = Workspace.open(Path(sys.argv[2]))
peak, over = 0.0, threading.Event()
def watch():
    global peak
    while not over.wait(0.05):
        lines = Path("/proc/self/status").read_text().splitlines()
        peak = max(peak, *(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon")))
watcher = threading.Thread(target=watch)
watcher.start()
run_job(workspace, submit_import(workspace, Path(sys.argv[1]), "set", 64), silent)
over.set()
watcher.join()
print(peak)
"""


def make_jpegs(folder: Path, count: int, width: int, height: int) -> list[Path]:
    """`count` different JPEGs in ten class folders."""
    photos = [sample_picture(key) for key in SAMPLES]
    generator = np.random.default_rng(0)
    paths = []
    for number in range(count):
        photo = photos[number % len(photos)]
        side = int(generator.integers(min(photo.shape[:2]) // 2, min(photo.shape[:2])))
        top, left = (int(generator.integers(0, length - side + 1)) for length in photo.shape[:2])
        image = cv2.resize(photo[top : top + side, left : left + side], (width, height))
        path = folder / f"class {number % 10}" / f"{number:06}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes())
        paths.append(path)
    return paths


def seconds(work: Callable[[], Any]) -> tuple[float, float]:
    """On the wall, and of this process on all cores: the second is the steadier one on a shared machine."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def decode_alone(paths: list[Path]) -> None:
    """cv2.imdecode of every file in as many threads as the import has; nothing is kept."""

    def block(part: list[Path]) -> None:
        for path in part:
            cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)

    cv2.setNumThreads(1)
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(block, [paths[start : start + 16] for start in range(0, len(paths), 16)]))


def floor(paths: list[Path], target: Path, size: int, flag: int) -> None:
    """Every file decoded as the import does it, resized and written to `target`, in as many threads."""

    def block(part: list[Path]) -> list[Any]:
        decoded = [cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), flag) for path in part]
        return [fitted(np.asarray(image, np.uint8), size, "crop") for image in decoded]

    cv2.setNumThreads(1)
    with ThreadPoolExecutor(WORKERS) as pool, target.open("wb") as file:
        for images in pool.map(block, [paths[start : start + 16] for start in range(0, len(paths), 16)]):
            for image in images:
                file.write(image.data)


def image_folder(folder: Path, size: int, workers: int) -> DataLoader[Any]:
    steps = [transforms.Resize(size), transforms.CenterCrop(size), transforms.ToTensor()]
    data = ImageFolder(str(folder), transforms.Compose(steps))
    return DataLoader(data, BATCH, shuffle=True, num_workers=workers, persistent_workers=workers > 0)


def import_without_check(workspace: Workspace, read: Path, source: Path, size: int) -> None:
    """Listed, decoded, resized, stored, fingerprinted, split and entered; the check is measured by itself."""
    staged = stage(read, source, "set", silent, size=size)
    unchecked = Checked([], [], list(range(len(staged.names))))
    review = Review(staged, unchecked)
    accept(workspace, review, review.outcome({}), read.with_name(f"{read.name} set"), silent)


def read_through(loader: DataLoader[Any]) -> None:
    for _ in loader:
        pass


def read_cached(workspace: Workspace, name: str) -> None:
    """One epoch of batches as training takes them: shuffled, float, channels first."""
    data_set = open_data_set(workspace, name)
    every = np.arange(len(data_set.images))
    batches = shuffled(every, BATCH, 0, 0)
    for _, batch in made_ahead(lambda part: pictures(data_set, Mix(()), 0, part), batches):
        torch.from_numpy(batch).permute(0, 3, 1, 2).float().div_(255)


def measure(count: int, repeats: int, folder: Path, width: int, height: int) -> list[dict[str, Any]]:
    paths = make_jpegs(folder / "jpegs", count, width, height)
    rows = []
    for size in SIZES:
        flag = reading_flag(width, height, size, "crop")
        times: dict[str, list[tuple[float, float]]] = {}
        loader = image_folder(folder / "jpegs", size, os.cpu_count() or 1)
        read_through(loader)  # its workers are there from the first time on
        for repeat in range(repeats):
            workspace = Workspace.open(folder / f"home {size} {repeat}")
            read = folder / f"read {size} {repeat}"
            sides: dict[str, Callable[[], Any]] = {
                "decode alone": lambda: decode_alone(paths),
                "floor": lambda size=size, flag=flag: floor(paths, folder / "floor", size, flag),
                "import": lambda read=read, workspace=workspace, size=size: import_without_check(
                    workspace, read, folder / "jpegs", size
                ),
                "check": lambda read=read: check(Staged.load(read), silent),
                "ImageFolder": lambda loader=loader: read_through(loader),
                "epoch": lambda workspace=workspace: read_cached(workspace, "set"),
            }
            for side, work in sides.items():
                times.setdefault(side, []).append(seconds(work))
            workspace.close()
        del loader
        wall = {side: count / statistics.median(wall for wall, _ in all_) for side, all_ in times.items()}
        used = {side: count / statistics.median(cpu for _, cpu in all_) for side, all_ in times.items()}
        case, decode, peer = (
            f"JPEGs of {width} x {height} px at {size} px",
            "cv2.imdecode alone",
            "ImageFolder",
        )
        rows += [
            row(f"{case}: import", wall["import"], wall["decode alone"], decode),
            row(f"{case}: import, by CPU time", used["import"], used["decode alone"], decode),
            row(f"{case}: import", wall["import"], wall["floor"], "floor"),
            row(f"{case}: import, by CPU time", used["import"], used["floor"], "floor"),
            row(f"{case}: import", wall["import"], wall[peer], peer),
            row(f"{case}: check after it", wall["check"], wall["decode alone"], decode),
            row(f"{case}: an epoch of what was imported", wall["epoch"], wall[peer], peer),
        ]
    return rows


def row(
    case: str, ours: float, peer: float, peer_name: str, unit: str = "images/s", same: bool = False
) -> dict[str, Any]:
    return {
        "case": case,
        "ours": round(ours, 1),
        "peer": round(peer, 1),
        "peer_name": peer_name,
        "unit": unit,
        "ratio": round(ours / peer, 3),
        "same_result": same,
    }


def nearness() -> list[dict[str, Any]]:
    """How near to Lanczos' filter pictures become smaller, beside INTER_AREA, on sharp parts of the sample photos."""
    rows = []
    photos = [sample_picture(key) for key in SAMPLES]
    for factor in (1.1, 1.25, 1.5, 1.67, 2.0, 2.2):
        side = round(128 * factor)
        found = []
        for photo in photos:
            for top, left in ((0, 0), (photo.shape[0] - side, photo.shape[1] - side)):
                part = np.ascontiguousarray(photo[top : top + side, left : left + side])
                best = np.asarray(PILImage.fromarray(part).resize((128, 128), PILImage.Resampling.LANCZOS))
                area = cv2.resize(part, (128, 128), interpolation=cv2.INTER_AREA)
                found.append([cv2.PSNR(best, fitted(part, 128, "crop")), cv2.PSNR(best, area)])
        ours, area_ = np.mean(found, axis=0)
        rows.append(
            row(f"{factor} times smaller, against Lanczos", float(ours), float(area_), "INTER_AREA", "dB")
        )
    return rows


def peaks(counts: list[int], folder: Path) -> dict[str, float]:
    """Peak memory in MB of an import of so many small JPEGs."""
    sources = make_jpegs(folder / "small", 500, 72, 64)
    found = {}
    for count in counts:
        top = folder / f"many {count}"
        for number in range(count):
            path = top / f"class {number % 10}" / f"{number:06}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            os.link(sources[number % len(sources)], path)
        command = [sys.executable, "-c", PEAK.format(root=str(ROOT)), str(top), str(folder / f"home {count}")]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        found[str(count)] = round(float(ran.stdout), 1)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--images", type=int, default=3000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--memory", type=int, nargs="*", default=[10_000, 100_000])
    options = parser.parse_args()
    rows = nearness()
    for width, height in SHAPES:
        # Each shape has about as many pixels in all.
        count = max(options.images * 500 * 375 // (width * height), 1)
        with tempfile.TemporaryDirectory() as place:
            rows += measure(count, options.repeats, Path(place), width, height)
    if options.memory:
        with tempfile.TemporaryDirectory() as place:
            memory = peaks(options.memory, Path(place))
        first, *_, last = memory
        case = f"peak anonymous memory of an import of {last} JPEGs at 64 px"
        rows.append(row(case, memory[last], memory[first], f"of {first}", "MB"))
    results = {
        "images": options.images,
        "quality": 90,
        "threads": WORKERS,
        "versions": {
            name: version(name)
            for name in ("torch", "torchvision", "opencv-python-headless", "numpy", "Pillow")
        },
        "machine": {"cores": os.cpu_count(), "system": platform.platform(), "load": os.getloadavg()[0]},
        "rows": rows,
    }
    for one in rows:
        print(
            f"{one['case']:66} {one['ours']:>9,} {one['peer']:>9,} {one['unit']}"
            f" {one['ratio']:>7.0%} of {one['peer_name']}"
        )
    target = ROOT / "benchmarks" / "results" / "importing.json"
    target.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
