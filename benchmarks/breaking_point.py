"""All noises' breaking points on one photo: one by one as anybody would write it, and NoiseLens's way.

    python benchmarks/breaking_point.py [--photos coffee,chelsea] [--rounds 3]

Both sides use the same network (EfficientNet-Lite0, 224 px, CPU) and must find the same answers. The last row
is the worst case: a photo whose answer never changes, so that every noise is tried at every severity. Prints
a table and writes results/breaking_point.json; with the catalogue's whole size and the machine's load, since
both count.
"""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any
from unittest import mock

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.explanation import breaking  # noqa: E402 - needs the path above
from core.explanation.breaking import BreakingPoint, breaking_points  # noqa: E402
from core.explanation.classifier import Classifier, Explanation  # noqa: E402
from core.hardware import cores  # noqa: E402
from core.noise.catalogue import SEVERITIES, all_noises  # noqa: E402
from core.noise.stack import Layer, apply_stack  # noqa: E402
from core.pixels import Image  # noqa: E402
from core.samples import sample_picture  # noqa: E402

SEED = 7


def plain(classifier: Classifier, picture: Image, noises: list[str]) -> list[BreakingPoint]:
    """Each noise at its five severities as one batch, torch on all cores."""
    clean = classifier.explain([picture])[0].top(1)[0][0]
    found = []
    for noise in noises:
        stacks = [[Layer.at_severity(noise, severity)] for severity in SEVERITIES]
        answers = [
            said.top(1)[0][0] for said in classifier.explain([apply_stack(picture, s, SEED) for s in stacks])
        ]
        first = next((s for s, answer in zip(SEVERITIES, answers, strict=True) if answer != clean), None)
        found.append(BreakingPoint(noise, first, answers[first - 1] if first else clean))
    return found


def timed(function: Any) -> tuple[Any, float, float]:
    """Result, seconds, seconds of all cores together."""
    wall, used = time.perf_counter(), time.process_time()
    result = function()
    return result, time.perf_counter() - wall, time.process_time() - used


def main() -> None:
    parser = argparse.ArgumentParser(description="All breaking points of a photo.")
    parser.add_argument("--photos", default="coffee,chelsea")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    classifier = Classifier.imagenet("efficientnet_lite0", "cpu")
    noises = [noise.key for noise in all_noises()]
    photos = {name: classifier.prepare(sample_picture(name)) for name in options.photos.split(",")}
    for picture in photos.values():
        classifier.explain([picture])
    rows: list[dict[str, Any]] = []

    def row(photo: str, way: str, function: Any) -> list[BreakingPoint]:
        runs = [timed(function) for _ in range(options.rounds)]
        best, used = min(run[1] for run in runs), min(run[2] for run in runs)
        points: list[BreakingPoint] = runs[0][0]
        load = os.getloadavg()[0]
        rows.append(
            {
                "photo": photo,
                "way": way,
                "noises": len(noises),
                "broken": sum(point.severity is not None for point in points),
                "seconds_best": round(best, 2),
                "seconds_all": [round(run[1], 2) for run in runs],
                "cpu_seconds_best": round(used, 2),
                "load": round(load, 1),
            }
        )
        print(
            f"{photo:10} {way:10} {best:6.2f} s (best of {options.rounds})  CPU {used:6.2f} s  load {load:.1f}"
        )
        return points

    for name, picture in photos.items():
        ours = row(
            name,
            "noiselens",
            lambda picture=picture: breaking_points(classifier, picture, noises, "imagenet_c", SEED),
        )
        theirs = row(name, "plain", lambda picture=picture: plain(classifier, picture, noises))
        if ours != theirs:
            pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
            print(f"  differ (a batch rounds otherwise): {pairs}")
            rows[-1]["differ"] = len(pairs)

    always = classifier.explain([picture])[0]

    def steady(images: list[Image]) -> list[Explanation]:
        asked(images)
        return [always]

    asked = classifier.explain
    with mock.patch.object(breaking.Classifier, "explain", lambda self, images: steady(images)):
        row("never", "noiselens", lambda: breaking_points(classifier, picture, noises, "imagenet_c", SEED))

    machine = {
        "processor": platform.processor() or platform.machine(),
        "cores": cores(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "pictures_at_most": len(noises) * len(SEVERITIES),
    }
    results = Path(__file__).parent / "results" / "breaking_point.json"
    results.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
