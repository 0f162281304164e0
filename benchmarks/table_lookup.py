"""Every value of a picture looked up in a table of 256 bytes, one thread: StringZilla, OpenCV, NumPy and Pillow.

    pip install stringzilla && python -m benchmarks.table_lookup [--rounds 400]

Each takes an uint8 picture of 64, 224, 512 or 1024 px and gives a new one, as core.noise.shared.optics.by_table does. They take
turns, call by call, so that a busy machine hits all alike; the fastest call and the median are kept. All must give the
same bytes. Prints a table and writes results/table_lookup.json.
"""

import argparse
import time
from collections.abc import Callable
from statistics import median

import cv2
import numpy as np
import stringzilla
from numpy.typing import NDArray
from PIL import Image

from benchmarks.written import write_results

SIDES = (64, 224, 512, 1024)
Bytes = NDArray[np.uint8]


def with_stringzilla(picture: Bytes, table: Bytes) -> Bytes:
    found = picture.copy()
    stringzilla.translate(found.reshape(-1).data, table.data, inplace=True)
    return found


def with_opencv(picture: Bytes, table: Bytes) -> Bytes:
    return np.asarray(cv2.LUT(picture, table), np.uint8)


def with_take(picture: Bytes, table: Bytes) -> Bytes:
    return np.take(table, picture)


def with_bytes(picture: Bytes, table: Bytes) -> Bytes:
    return np.frombuffer(picture.tobytes().translate(table.tobytes()), np.uint8).reshape(picture.shape)


def with_pillow(picture: Bytes, table: Bytes) -> Bytes:
    grey = Image.frombuffer("L", (picture.size, 1), picture, "raw", "L", 0, 1)
    return np.asarray(grey.point(table.tolist())).reshape(picture.shape)


WAYS: dict[str, Callable[[Bytes, Bytes], Bytes]] = {
    "stringzilla": with_stringzilla,
    "cv2.LUT": with_opencv,
    "numpy.take": with_take,
    "bytes.translate": with_bytes,
    "Pillow point": with_pillow,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Look-up of bytes in a table.")
    parser.add_argument("--rounds", type=int, default=400)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    generator = np.random.default_rng(0)
    table = generator.permutation(256).astype(np.uint8)
    rows = []
    for side in SIDES:
        picture = generator.integers(0, 256, (side, side, 3), np.uint8)
        assert all(np.array_equal(way(picture, table), table[picture]) for way in WAYS.values())
        seconds: dict[str, list[float]] = {name: [] for name in WAYS}
        for _ in range(options.rounds):
            for name, way in WAYS.items():
                start = time.perf_counter()
                way(picture, table)
                seconds[name].append(time.perf_counter() - start)
        best = {name: 1000 * min(one) for name, one in seconds.items()}
        usual = {name: 1000 * median(one) for name, one in seconds.items()}
        rows += [
            {
                "case": f"{side} px, {figure}",
                "ours": round(found["cv2.LUT"], 4),
                "peer": round(found[name], 4),
                "peer_name": name,
                "unit": "ms",
                "ratio": round(found[name] / found["cv2.LUT"], 2),
                "same_result": True,
            }
            for figure, found in (("fastest", best), ("median", usual))
            for name in WAYS
            if name != "cv2.LUT"
        ]
        print(
            f"{side:5} px  " + "  ".join(f"{name} {best[name]:.4f} ({usual[name]:.4f}) ms" for name in WAYS)
        )
    write_results("table_lookup", rows, ("stringzilla", "opencv-python-headless", "numpy", "Pillow"))


if __name__ == "__main__":
    main()
