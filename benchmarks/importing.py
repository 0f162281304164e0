"""Importing JPEGs and reading them for training, against torchvision's ImageFolder, and against bare decoding.

    python benchmarks/importing.py [--images 3000] [--memory 20000 100000]

JPEGs of 500 by 375 px are cut from scikit-image's sample photographs. In each repeat every side runs once, on
the same cores; the ratios are of the medians. Prints a table and writes results/importing.json.
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
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.data.accepting import accept  # noqa: E402 - needs the path above
from core.data.checking import Checked, check  # noqa: E402
from core.data.dataset import open_data_set  # noqa: E402
from core.data.importing import stage  # noqa: E402
from core.data.reading import WORKERS  # noqa: E402
from core.data.staging import Staged  # noqa: E402
from core.noise.mix import Mix  # noqa: E402
from core.progress import silent  # noqa: E402
from core.samples import SAMPLES, sample_picture  # noqa: E402
from core.store import Workspace  # noqa: E402
from core.training.batches import made_ahead, pictures, shuffled  # noqa: E402

torch.set_num_threads(1)  # a batch is small, and threads that wait for a busy core take ten times as long
SIZES = (64, 224)
BATCH = 64
# One import in a process of its own. Mapped files are not counted: the system takes them back at will.
PEAK = """
import sys, threading, time
sys.path.insert(0, {root!r})
from pathlib import Path
from core.data.importing import run_job, submit_import
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


def image_folder(folder: Path, size: int, workers: int) -> DataLoader[Any]:
    steps = [transforms.Resize(size), transforms.CenterCrop(size), transforms.ToTensor()]
    data = ImageFolder(str(folder), transforms.Compose(steps))
    return DataLoader(data, BATCH, shuffle=True, num_workers=workers, persistent_workers=workers > 0)


def import_without_check(workspace: Workspace, read: Path, source: Path, size: int) -> None:
    """Listed, decoded, resized, stored, fingerprinted, split and entered; the check is measured by itself."""
    staged = stage(read, source, "set", silent, size=size)
    unchecked = Checked([], [], list(range(len(staged.names))))
    accept(workspace, staged, unchecked, {}, read.with_name(f"{read.name} set"), silent)


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


def measure(count: int, repeats: int, folder: Path) -> dict[str, Any]:
    paths = make_jpegs(folder / "jpegs", count, 500, 375)
    found: dict[str, Any] = {}
    for size in SIZES:
        times: dict[str, list[tuple[float, float]]] = {}
        loader = image_folder(folder / "jpegs", size, os.cpu_count() or 1)
        read_through(loader)  # its workers are there from the first time on
        for repeat in range(repeats):
            workspace = Workspace.open(folder / f"home {size} {repeat}")
            read = folder / f"read {size} {repeat}"
            sides: dict[str, Callable[[], Any]] = {
                "decode_alone": lambda: decode_alone(paths),
                "import": lambda read=read, workspace=workspace, size=size: import_without_check(
                    workspace, read, folder / "jpegs", size
                ),
                "check": lambda read=read: check(Staged.load(read), silent),
                "image_folder": lambda loader=loader: read_through(loader),
                "cached_epoch": lambda workspace=workspace: read_cached(workspace, "set"),
            }
            for side, work in sides.items():
                times.setdefault(side, []).append(seconds(work))
            workspace.close()
        median = {side: statistics.median(wall for wall, _ in all_) for side, all_ in times.items()}
        used = {side: statistics.median(cpu for _, cpu in all_) for side, all_ in times.items()}
        found[str(size)] = {
            "images_per_second": {side: round(count / value, 1) for side, value in median.items()},
            "import_share_of_decode_alone": round(median["decode_alone"] / median["import"], 3),
            "import_share_of_decode_alone_by_cpu_time": round(used["decode_alone"] / used["import"], 3),
            "import_times_image_folder": round(median["image_folder"] / median["import"], 2),
            "cached_times_image_folder": round(median["image_folder"] / median["cached_epoch"], 2),
            "seconds": {side: [round(wall, 3) for wall, _ in all_] for side, all_ in times.items()},
        }
        del loader
    return found


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
    with tempfile.TemporaryDirectory() as place:
        sizes = measure(options.images, options.repeats, Path(place))
        memory = peaks(options.memory, Path(place))
    results = {
        "images": options.images,
        "jpeg": "500 x 375 px, quality 90",
        "threads": WORKERS,
        "sizes": sizes,
        "peak_anonymous_mb_of_an_import_at_64_px": memory,
        "versions": {
            name: version(name)
            for name in ("torch", "torchvision", "opencv-python-headless", "numpy", "Pillow")
        },
        "machine": {"cores": os.cpu_count(), "system": platform.platform(), "load": os.getloadavg()[0]},
    }
    for size, row in sizes.items():
        print(f"{size} px: {row['images_per_second']} images/s")
        print(
            f"  import: {row['import_share_of_decode_alone']:.0%} of cv2.imdecode alone"
            f" ({row['import_share_of_decode_alone_by_cpu_time']:.0%} by CPU time),"
            f" {row['import_times_image_folder']} x ImageFolder; cached epoch {row['cached_times_image_folder']} x"
        )
    print("peak MB:", memory)
    target = ROOT / "benchmarks" / "results" / "importing.json"
    target.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
