"""Each noise against what a user would take instead, one thread, in one run.

    bash benchmarks/peers.sh /tmp/venvs/peers      # once: the peers' own environments
    python -m benchmarks.noise --peers /tmp/venvs/peers
    python -m benchmarks.noise --device cuda       # the torch forms: pictures a second

A case is one noise at severity 3 on square photos of 64, 224 or 1024 px, uint8 in and out, through
`apply_stack` as an evaluation calls it (seeding included) and through the peer's public call. Ours and the
peers take turns, round by round, so that a busy machine hits all alike; the fastest round counts. `floor` is a
copy of the array. A ratio over 1 means that ours is faster. `same_result` is true where the peer's definition
is ours and the distances to the clean photos agree. Prints tables, writes results/noise.json.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "MKL", "OPENBLAS")}
# Set where an old OpenBLAS would crash; they slow a current one, for us and for the peers.
SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
if __name__ == "__main__" and (
    any(name in os.environ for name in SLOWING) or any(os.environ.get(name) != "1" for name in ONE_THREAD)
):
    kept = {name: value for name, value in os.environ.items() if name not in SLOWING}
    os.execve(sys.executable, sys.orig_argv, kept | ONE_THREAD)  # read once, when NumPy is imported

import cv2  # noqa: E402
import numpy as np  # noqa: E402

from benchmarks.noise_peers import timed  # noqa: E402
from core.noise.catalogue import all_noises, get_noise  # noqa: E402
from core.noise.defaults import builtin_second  # noqa: E402
from core.noise.stack import Layer, apply_stack  # noqa: E402
from core.pixels import Image  # noqa: E402
from core.resizing import square  # noqa: E402
from core.samples import SAMPLES, sample_picture  # noqa: E402

FOLDER = Path(__file__).parent
RESULT = FOLDER / "results" / "noise.json"
COSTS = FOLDER.parent / "core" / "noise" / "costs.json"
"""What core.noise.costs reads."""
SIDES = (64, 224, 1024)
SEVERITY = 3
ROUND_SECONDS = 0.025
SLOW_SECONDS = 0.3
"""A call that takes longer is measured in two rounds only."""
OWN_ENVIRONMENT = ("opencv", "scikit_image", "torchvision")
PEERS = {
    "imagecorruptions": "imagecorruptions",
    "albumentations": "libraries",
    "kornia": "libraries",
    **dict.fromkeys(OWN_ENVIRONMENT, ""),
}
"""Peer -> the folder of its environment under --peers."""
NAMES = {"opencv": "plain OpenCV", "scikit_image": "scikit-image", "floor": "copy (floor)"}
# Where a noise is drawn in space its distance to clean varies from draw to draw.
SPATIAL = ("snow", "fog", "spatter", "frost", "elastic_transform", "motion_blur", "glass_blur")
CODECS = ("h264", "video")
"""In the key of a noise that runs a codec of video: it may take over 10 ms."""


class Peer:
    """A process of noise_peers.py in the peer's environment."""

    def __init__(self, name: str, python: Path) -> None:
        self.name = name
        script = str(FOLDER / "noise_peers.py")
        self.process = subprocess.Popen(
            [str(python), script, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        hello = self._read()
        self.version: str = hello["version"]
        self.noises: list[str] = hello["noises"]

    def ask(self, **request: Any) -> dict[str, Any]:
        """The answer to one request; `error` or `missing` in it where there is no result."""
        self._pipe(self.process.stdin).write(json.dumps(request) + "\n")
        self._pipe(self.process.stdin).flush()
        return self._read()

    def close(self) -> None:
        self._pipe(self.process.stdin).close()
        self.process.wait(timeout=30)

    def _read(self) -> dict[str, Any]:
        line = self._pipe(self.process.stdout).readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with exit code {self.process.wait()}")
        return dict(json.loads(line))

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


def start_peers(folder: Path | None, wanted: Sequence[str]) -> list[Peer]:
    """The peers whose environment is there; says which are left out, and why."""
    peers = []
    for name in wanted:
        environment = PEERS[name]
        python = Path(sys.executable)
        if environment:
            python = (folder or Path()) / environment / "bin" / "python"
            if folder is None or not python.exists():
                print(f"{name} is left out: no environment (bash benchmarks/peers.sh FOLDER, --peers FOLDER)")
                continue
        try:
            peers.append(Peer(name, python))
        except RuntimeError as error:
            print(f"{name} is left out: {error}")
    return peers


@dataclass
class Ours:
    """One of our noises, called as the peers are."""

    key: str
    pictures: list[Image]

    def __post_init__(self) -> None:
        self.stack = [Layer.at_severity(self.key, SEVERITY)]
        self.index = 0

    def __call__(self, image: Image) -> Image:
        self.index += 1
        return apply_stack(image, self.stack, 0, self.index)

    def time(self) -> float:
        return timed(self, self.pictures, ROUND_SECONDS)


def distances(noisy: Image, clean: Image) -> np.ndarray[Any, Any]:
    """Mean absolute and mean signed difference of pictures N,D,H,W,3 to N,H,W,3: N,D,2 in levels."""
    difference = noisy.astype(np.float32) - clean[:, None]
    return np.stack([np.abs(difference).mean((2, 3, 4)), difference.mean((2, 3, 4))], axis=-1)


def same_result(key: str, ours: np.ndarray[Any, Any], peer: np.ndarray[Any, Any]) -> bool:
    """Whether two sets of `distances` are of one law: 3 % apart at most, 10 % where the chance is spatial.

    What the draws' own spread explains is allowed beyond that, and one level for rounding.
    """
    share = 0.10 if key in SPATIAL else 0.03
    draws = ours.shape[1]
    spread = np.sqrt((ours.var(axis=1, ddof=1) + peer.var(axis=1, ddof=1)) / draws / len(ours)).mean(axis=0)
    gap = np.abs(ours.mean(axis=(0, 1)) - peer.mean(axis=(0, 1)))
    size = ours[..., 0].mean()
    return bool((gap <= np.maximum(share * size, (0.5, 1.0)) + 3 * spread).all())


def same_results(
    keys: Sequence[str], peers: Sequence[Peer], folder: Path, draws: int = 6
) -> dict[tuple[str, str], dict[str, Any]]:
    """(key, peer) -> {same_result, distance: [ours, peer]} on photos of 224 px."""
    pictures = _pictures(224, folder, peers)
    clean = np.stack(pictures)
    found = {}
    for key in keys:
        ours: np.ndarray[Any, Any] | None = None
        for peer in peers:
            ready = peer.ask(do="prepare", noise=key, params=get_noise(key).at_severity(SEVERITY))
            if "seconds" not in ready:
                if "error" in ready:
                    print(f"{key}: {peer.name} fails: {ready['error']}")
                continue
            file = folder / "results.npy"
            failed = peer.ask(do="results", file=str(file), draws=draws).get("error")
            if failed:
                print(f"{key}: {peer.name} fails: {failed}")
                continue
            if ours is None:
                call = Ours(key, pictures)
                drawn = [call(picture) for picture in pictures for _ in range(draws)]
                ours = distances(np.stack(drawn).reshape(len(pictures), draws, *clean.shape[1:]), clean)
            given = np.load(file).reshape(len(pictures), draws, *clean.shape[1:])
            theirs = distances(given, clean)
            agree = same_result(key, ours, theirs)
            if ready["same"] and not agree:
                print(
                    f"{key}: {peer.name} is meant to be the same and is not: mean absolute and signed "
                    f"difference {_pair(ours)}, theirs {_pair(theirs)}"
                )
            found[key, peer.name] = {
                "same_result": ready["same"] and agree,
                "distance": [round(float(side[..., 0].mean()), 3) for side in (ours, theirs)],
            }
    return found


def _pair(found: np.ndarray[Any, Any]) -> str:
    absolute, signed = found.mean(axis=(0, 1))
    return f"{absolute:.2f} {signed:+.2f}"


def _pictures(side: int, folder: Path, peers: Sequence[Peer]) -> list[Image]:
    """The sample photos as squares, given to the peers too."""
    pictures = [square(sample_picture(key), side) for key in SAMPLES]
    np.save(folder / "pictures.npy", np.stack(pictures))
    np.save(folder / "second.npy", builtin_second())
    for peer in peers:
        peer.ask(do="pictures", file=str(folder / "pictures.npy"), second=str(folder / "second.npy"))
    return pictures


def measure(key: str, pictures: list[Image], peers: Sequence[Peer], rounds: int) -> dict[str, float]:
    """Milliseconds a picture of "ours", the floor and every peer that has the noise."""
    ours = Ours(key, pictures)
    parties: dict[str, Callable[[], float]] = {"ours": ours.time}
    started = time.perf_counter()
    ours(pictures[0])
    first = {"ours": time.perf_counter() - started, "floor": 0.0}
    parties["floor"] = lambda: timed(np.ndarray.copy, pictures, ROUND_SECONDS / 5)
    for peer in peers:
        if key in peer.noises:
            ready = peer.ask(do="prepare", noise=key, params=get_noise(key).at_severity(SEVERITY))
            if "seconds" in ready:
                first[peer.name] = ready["seconds"]
                parties[peer.name] = lambda peer=peer: peer.ask(do="time", seconds=ROUND_SECONDS)["seconds"]
    fastest = dict.fromkeys(parties, float("inf"))
    for turn in range(rounds):
        for name, party in parties.items():
            if turn < 2 or first[name] < SLOW_SECONDS:
                fastest[name] = min(fastest[name], party())
    return {name: 1000 * seconds for name, seconds in fastest.items()}


def rows_of(
    key: str, side: int, times: dict[str, float], same: dict[tuple[str, str], dict[str, Any]]
) -> list[dict[str, Any]]:
    ours = times["ours"]
    return [
        {
            "case": f"{key} {side} px",
            "noise": key,
            "side_px": side,
            "ours": round(ours, 4),
            "peer": round(took, 4),
            "peer_name": NAMES.get(name, name),
            "unit": "ms",
            "ratio": round(took / ours, 3),
            **({"same_result": False} if name == "floor" else same.get((key, name), {"same_result": False})),
        }
        for name, took in times.items()
        if name != "ours"
    ]


def show(rows: Sequence[dict[str, Any]]) -> None:
    """One line: ours, then each peer's time and ratio; = where the result is the same."""
    peers = [
        f"{row['peer_name']}{'=' if row['same_result'] else ''} {row['peer']:.3f} ({row['ratio']:.1f}x)"
        for row in rows
    ]
    print(f"{rows[0]['case']:32} {rows[0]['ours']:9.3f} ms   {'  '.join(peers)}", flush=True)


def summary(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What the issue asks, a line each."""
    lines = []
    for title, wanted in (("", SIDES), *((f" at {side} px", (side,)) for side in SIDES)):
        for kind, only_same in ((", all", False), (", same result", True)):
            ratios = [
                row["ratio"]
                for row in rows
                if row["peer_name"] == "imagecorruptions"
                and row["side_px"] in wanted
                and (row["same_result"] or not only_same)
            ]
            if ratios:
                mean = float(np.exp(np.mean(np.log(ratios))))
                lines.append(
                    f"Geometric mean against imagecorruptions{title}{kind}: {mean:.1f} times "
                    f"({len(ratios)} cases; aim 10)"
                )
    best: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["same_result"] and (row["case"] not in best or row["peer"] < best[row["case"]]["peer"]):
            best[row["case"]] = row
    slower = [row for row in best.values() if row["ratio"] < 1]
    lines.append(
        f"Slower than the fastest peer with the same result (aim none): {len(slower)} of {len(best)}"
    )
    lines += [
        f"  {row['case']}: ours {row['ours']:.3f} ms, {row['peer_name']} {row['peer']:.3f} ms"
        for row in sorted(slower, key=lambda row: float(row["ratio"]))
    ]
    ours = {row["noise"]: row["ours"] for row in rows if row["side_px"] == 224}
    if ours:
        quick = sum(took < 1 for took in ours.values())
        lines.append(f"Under 1 ms at 224 px: {quick} of {len(ours)} ({quick / len(ours):.0%}; aim 75%)")
        long = {key: took for key, took in ours.items() if took > 10 and not any(w in key for w in CODECS)}
        listed = ", ".join(f"{key} {took:.1f}" for key, took in long.items()) or "none"
        lines.append(f"Over 10 ms at 224 px, codecs of video aside (aim none): {listed}")
    return lines


def batches(keys: Sequence[str], side: int = 224, count: int = 32) -> list[dict[str, Any]]:
    """A batch N,H,W,3 at once against one picture at a time: milliseconds a picture, same pixels.

    Both give an array N,H,W,3: who goes picture by picture puts each in its place.
    """
    from core.noise.stack import apply_stack_batch

    photos = [square(sample_picture(key), side) for key in SAMPLES]
    images = np.stack([photos[i % len(photos)] for i in range(count)])
    indices = list(range(count))
    rows = []
    for key in keys:
        stack = [Layer.at_severity(key, SEVERITY)]

        def one_by_one(batch: Image, stack: list[Layer] = stack) -> Image:
            noisy = np.empty_like(batch)
            for place, image in enumerate(batch):
                noisy[place] = apply_stack(image, stack, 0, indices[place])
            return noisy

        at_once: Callable[[Any], Any] = lambda batch, stack=stack: apply_stack_batch(  # noqa: E731
            batch, stack, 0, indices
        )
        same = bool(np.array_equal(one_by_one(images), at_once(images)))
        single = together = float("inf")
        for _ in range(5):
            single = min(single, timed(one_by_one, [images], 2 * ROUND_SECONDS))
            together = min(together, timed(at_once, [images], 2 * ROUND_SECONDS))
        rows.append(
            {
                "case": f"{key} {side} px, batch of {count}",
                "ours": round(1000 * together / count, 4),
                "peer": round(1000 * single / count, 4),
                "peer_name": "one by one",
                "unit": "ms a picture",
                "ratio": round(single / together, 3),
                "same_result": same,
            }
        )
        show(rows[-1:])
    # A twentieth is what two runs of one program differ by here.
    slower = [row["case"] for row in rows if row["ratio"] < 0.95]
    print(f"Batches slower than one by one (aim none): {len(slower)} of {len(rows)} {', '.join(slower)}")
    return rows


def machine(peers: Sequence[Peer]) -> dict[str, Any]:
    """Where the figures come from."""
    processor = platform.processor() or platform.machine()
    known = Path("/proc/cpuinfo")
    if known.exists():
        names = [line for line in known.read_text().splitlines() if line.startswith("model name")]
        processor = names[0].partition(":")[2].strip() if names else processor
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "threads": 1,
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "opencv": version("opencv-python-headless"),
        "date": time.strftime("%Y-%m-%d"),
        "peers": {peer.name: peer.version for peer in peers},
    }


def costs(rows: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
    """Milliseconds a picture of 64 and of 224 px, by noise."""
    found: dict[str, dict[int, float]] = {}
    for row in rows:
        if "noise" in row and row["side_px"] in (64, 224):
            found.setdefault(row["noise"], {}).setdefault(row["side_px"], round(row["ours"], 3))
    return {key: [one[64], one[224]] for key, one in sorted(found.items())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peers", type=Path, help="folder of the environments that peers.sh made")
    parser.add_argument("--with", dest="wanted", nargs="*", choices=list(PEERS), help="these peers only")
    parser.add_argument("--sides", type=int, nargs="+", default=list(SIDES))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--only", nargs="+", metavar="KEY", help="these noises; printed, written to --out only"
    )
    parser.add_argument("--out", type=Path, help=f"where the rows go ({RESULT.name} for all noises)")
    parser.add_argument("--batches", action="store_true", help="batches against one picture at a time too")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="the torch forms instead")
    options = parser.parse_args()
    keys = [entry.key for entry in all_noises()] if options.only is None else options.only
    if options.device:
        from benchmarks.noise_device import main as device_main

        device_main(options.device, None if options.only is None else keys, options.out)
        return
    cv2.setNumThreads(1)
    rows: list[dict[str, Any]] = []
    peers = start_peers(options.peers, list(PEERS) if options.wanted is None else options.wanted)
    for peer in peers:
        print(f"{NAMES.get(peer.name, peer.name)} {peer.version}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        same = same_results(keys, peers, folder)
        for side in options.sides:
            pictures = _pictures(side, folder, peers)
            for key in keys:
                found = rows_of(key, side, measure(key, pictures, peers, options.rounds), same)
                show(found)
                rows += found
    about = machine(peers)
    for peer in peers:
        peer.close()
    told = summary(rows)
    print("\n".join(told))
    if options.batches:
        rows += batches(keys)
    out = options.out or (RESULT if options.only is None else None)
    if out is not None:
        out.parent.mkdir(exist_ok=True)
        written = {"machine": about, "summary": told, "rows": rows}
        out.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    if out == RESULT:
        lines = [f'"{key}": {json.dumps(one)}' for key, one in costs(rows).items()]
        COSTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
