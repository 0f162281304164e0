"""Which faces the detector of noises finds, and how long it takes, beside scikit-image's local binary pattern cascade.

    python -m benchmarks.face_detectors --faces FOLDER --others FOLDER [--most 120]

FOLDER holds pictures that each show one face, or none. Both look at each picture twice at most, as a noise does that sits
on a face (core.noise.shared.face), one thread; they take turns, picture by picture. Milliseconds are of the processor, so that
a busy machine does not count. Prints a table and writes results/face_detectors.json.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import cv2
from skimage.data import lbp_frontal_face_cascade_filename
from skimage.feature import Cascade

from benchmarks.written import write_results
from core.images import PICTURE_SUFFIXES, read_picture
from core.noise.shared.face import LOOKS, look
from core.pixels import Image

CASCADE = Cascade(lbp_frontal_face_cascade_filename())
CASCADE_LOOKS = ((64, 1.0, 4), (112, 1.3, 2))
"""Longer side of the reduced picture, px; step of the search; detections that must agree."""
SMALLEST = 24
"""Side of the smallest face that the cascade knows, px."""


def with_dlib(image: Image) -> bool:
    return any(look(image, side / max(image.shape[:2]), score) for side, score in LOOKS)


def with_cascade(image: Image) -> bool:
    height, width = image.shape[:2]
    for side, step, agreeing in CASCADE_LOOKS:
        scale = side / max(height, width)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        if min(size) < SMALLEST:
            continue
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = cv2.cvtColor(cv2.resize(image, size, interpolation=how), cv2.COLOR_RGB2GRAY)
        if CASCADE.detect_multi_scale(
            img=small,
            scale_factor=1.2,
            step_ratio=step,
            min_size=(SMALLEST, SMALLEST),
            max_size=(min(size), min(size)),
            min_neighbor_number=agreeing,
        ):
            return True
    return False


WAYS: dict[str, Callable[[Image], bool]] = {"dlib": with_dlib, "cascade": with_cascade}


def measured(folder: Path, most: int) -> list[dict[str, Any]]:
    """A row a detector."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURE_SUFFIXES)
    paths = paths[:: max(1, len(paths) // most)][:most]
    images = [read_picture(path, path.name).pixels for path in paths]
    found = dict.fromkeys(WAYS, 0)
    taken: dict[str, list[float]] = {name: [] for name in WAYS}
    for image in images:
        for name, way in WAYS.items():
            start = time.process_time()
            found[name] += way(image)
            taken[name].append(1000 * (time.process_time() - start))
    return [
        {
            "detector": name,
            "pictures": len(images),
            "found": found[name],
            "median_ms": round(median(taken[name]), 1),
        }
        for name in WAYS
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Detectors of faces.")
    parser.add_argument("--faces", type=Path, required=True)
    parser.add_argument("--others", type=Path, required=True)
    parser.add_argument("--most", type=int, default=120)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rows = []
    for kind in ("faces", "others"):
        for row in measured(getattr(options, kind), options.most):
            rows.append({"shows": kind, **row})
            print(rows[-1])
    write_results("face_detectors", rows, ("dlib-bin", "scikit-image", "opencv-python-headless"))


if __name__ == "__main__":
    main()
