"""Training on a data set that does not fit into memory: what a process holds itself, however many pictures there are.

    python benchmarks/larger_than_memory.py [--pictures 20000 200000] [--steps 0]

Sets of 64 px are drawn, stored as an import stores its own, and small_cnn is trained on each for one epoch and
evaluated, in a process of its own. Anonymous memory is measured: pages of the set itself are the system's, which
takes them back at will. The last run has half as much memory as the set has bytes, in a control group; Linux only,
and where no group may be made that run is left out. Prints a table and writes results/larger_than_memory.json.
"""

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.importing import row  # noqa: E402 - needs the path above
from core.data.dataset import DataSet, open_data_set  # noqa: E402
from core.data.splits import periodic  # noqa: E402
from core.data.writer import CHUNK, Contents, ImageWriter, save  # noqa: E402
from core.errors import Cancelled  # noqa: E402
from core.folders import RunFolder  # noqa: E402
from core.noise.mix import Mix  # noqa: E402
from core.progress import silent  # noqa: E402
from core.store import Workspace  # noqa: E402
from core.words import Text, plain  # noqa: E402

SIZE = 64
BATCH = 64
CLASSES = 10
MIX = ("salt_pepper:0.5:1-5",)
GROUPS = Path("/sys/fs/cgroup")


def draw(workspace: Workspace, staging: Path, count: int) -> DataSet:
    """A data set of `count` pictures, each a shifted copy of a coloured pattern of its class."""
    generator = np.random.default_rng(0)
    patterns = np.repeat(np.repeat(generator.integers(0, 256, (CLASSES, 8, 8, 3), np.uint8), 8, 1), 8, 2)
    labels = np.arange(count) % CLASSES
    shifts = generator.integers(0, SIZE, (count, 2))
    with ImageWriter(staging / "images.npy", SIZE) as writer:
        for start in range(0, count, CHUNK):
            rows = range(start, min(start + CHUNK, count))
            writer.add([np.roll(patterns[labels[row]], shifts[row], (0, 1)) for row in rows])
    contents = Contents(
        kind="import",
        classes=[f"pattern {number}" for number in range(CLASSES)],
        images=None,
        labels=labels,
        splits=periodic(np.arange(count) // CLASSES),
        names=[f"{number}.png" for number in range(count)],
        seed=0,
        origin=plain("drawn for benchmarks/larger_than_memory.py"),
        licence=None,
    )
    return save(workspace, staging, str(count), contents, silent)


def anonymous_mb() -> float:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))


@contextmanager
def watched(found: dict[str, Any], key: str) -> Iterator[None]:
    """Puts the peak of anonymous memory in MB and the seconds of the block into `found`."""
    over, peak = Event(), [anonymous_mb()]

    def watch() -> None:
        while not over.wait(0.02):
            peak.append(max(peak.pop(), anonymous_mb()))

    watcher = Thread(target=watch)
    watcher.start()
    started = time.perf_counter()
    try:
        yield
    finally:
        found[f"{key} seconds"] = time.perf_counter() - started
        over.set()
        watcher.join()
        found[f"{key} MB"] = peak[0]


def child(home: Path, name: str, steps: int) -> None:
    """Train and evaluate in this process; prints what it took as JSON."""
    from core.evaluation.cells import CellStore, pieces_of
    from core.evaluation.predict import Asked
    from core.evaluation.sharing import NetworkAtWork, Work
    from core.explanation.methods.grad_cam import GRAD_CAM
    from core.networks.loading import choose_device, use_all_cores
    from core.networks.network import Network, Preprocessing, fixed
    from core.runs.mode import Mode
    from core.runs.recipe import Recipe, get_model
    from core.training.loop import train

    workspace = Workspace.open(home)
    data_set = open_data_set(workspace, name)
    use_all_cores()
    recipe = Recipe.make(
        data_set_id=data_set.id,
        data_set_fingerprint=data_set.card.fingerprint,
        mix=Mix.from_texts(MIX),
        model="small_cnn",
        epochs=1,
        device="cpu",
    )
    found: dict[str, Any] = {}
    done = 0

    def report(share: float, step: Text | None = None) -> None:
        nonlocal done
        done += 1
        if done == steps:
            raise Cancelled

    folder = RunFolder(home / f"run {os.getpid()}")
    with watched(found, "train"), suppress(Cancelled):
        train(recipe, data_set, folder, report)
    spec, device = get_model("small_cnn"), choose_device("cpu")
    module = spec.build(CLASSES, SIZE)
    network = Network(spec, module, data_set.classes, SIZE, SIZE, Preprocessing.of(spec))
    indices = data_set.indices("test")[: BATCH * steps if steps else None]
    with watched(found, "evaluate"):
        store = CellStore(home / f"rows {os.getpid()}", GRAD_CAM.key)
        at_work = NetworkAtWork(
            Asked(fixed(network, device), Mode(), GRAD_CAM), store, "", data_set.table, ""
        )
        Work([at_work], data_set, pieces_of([("salt_pepper", 3)], indices), silent).finish()
    found["losses"] = hashlib.sha256(folder.metrics.read_bytes()).hexdigest()
    found["images"] = min(steps * BATCH or 2**31, len(data_set.indices("train")))
    print(json.dumps(found))


def run(home: Path, data_set: DataSet, steps: int, group: Path | None = None) -> dict[str, Any]:
    """A child that begins without a page of the set in memory, in a control group if there is one."""
    with data_set.folder.images.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    command = [sys.executable, __file__, "--child", str(home), data_set.name, str(steps)]
    if group is not None:
        # It joins before it is Python, so that everything it ever touches counts.
        command = ["sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', str(group), *command]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@contextmanager
def limited(size: int) -> Iterator[Path | None]:
    """A control group with `size` bytes of memory, page cache included; None where none may be made."""
    old = GROUPS / "memory"
    place = (old if old.is_dir() else GROUPS) / f"noiselens {os.getpid()}"
    limit = place / ("memory.limit_in_bytes" if old.is_dir() else "memory.max")
    try:
        place.mkdir()
    except OSError:
        yield None
        return
    try:
        try:
            limit.write_text(str(size), encoding="ascii")
            made: Path | None = place
        except OSError:
            made = None
        yield made
    finally:
        place.rmdir()


def measure(counts: list[int], steps: int, home: Path) -> list[dict[str, Any]]:
    workspace = Workspace.open(home)
    sets = [draw(workspace, home / f"staging {count}", count) for count in counts]
    workspace.close()
    rows, found = [], []
    for data_set in sets:
        found.append(run(home, data_set, steps))
        size = data_set.folder.images.stat().st_size / 2**20
        name = f"{len(data_set.images):,} pictures"
        for step in ("train", "evaluate"):
            ours = found[-1][f"{step} MB"]
            rows.append(
                row(f"{step}, {name}: peak anonymous memory", ours, size, "the pictures' bytes", "MB", False)
            )
    first, last = found[0], found[-1]
    for step in ("train", "evaluate"):
        case = f"{step}, {counts[-1]:,} pictures: peak anonymous memory"
        rows.append(row(case, last[f"{step} MB"], first[f"{step} MB"], f"of {counts[0]:,}", "MB", False))
    limit = sets[-1].folder.images.stat().st_size // 2
    with limited(limit) as group:
        if group is None:
            print("No control group may be made here: the run with limited memory is left out.")
            return rows
        tight = run(home, sets[-1], steps, group)
    rows.append(
        row(
            f"train, {counts[-1]:,} pictures ({2 * limit / 2**20:,.0f} MB) in {limit / 2**20:,.0f} MB of memory",
            tight["images"] / tight["train seconds"],
            last["images"] / last["train seconds"],
            "memory without limit",
            "images/s",
            tight["losses"] == last["losses"],
        )
    )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pictures", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--steps", type=int, default=0, help="of training; 0 for a whole epoch")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(Path(options.child[0]), options.child[1], int(options.child[2]))
        return
    with tempfile.TemporaryDirectory() as place:
        rows = measure(options.pictures, options.steps, Path(place))
    results = {
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "load": os.getloadavg()[0],
            "torch": version("torch"),
        },
        "steps": options.steps or "a whole epoch",
        "rows": rows,
    }
    for one in rows:
        print(
            f"{one['case']:72} {one['ours']:>8,} {one['unit']}, {one['ratio']:.0%} of"
            f" {one['peer']:,} ({one['peer_name']}){', same result' if one['same_result'] else ''}"
        )
    target = ROOT / "benchmarks" / "results" / "larger_than_memory.json"
    target.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
