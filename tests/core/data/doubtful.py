"""Imports with something to be found in them, for the tests of the check and of what is decided."""

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image as PILImage

from core.data.dataset import DataSet, list_data_sets, open_data_set
from core.data.imports import run_job as run_import
from core.data.imports import stage, submit_import
from core.data.intake.staging import Staged
from core.data.review.acceptance import list_waiting, run_job, submit_accept
from core.data.review.check import Checked, check
from core.jobs.queue import finish
from core.progress import silent
from core.store import Workspace


def scene(number: int, side: int = 96) -> np.ndarray[Any, Any]:
    """A picture with shapes in it, as a perceptual hash expects; every number another one."""
    generator = np.random.default_rng(number)
    drawn = np.full((side, side, 3), generator.integers(0, 256, 3), np.uint8)
    for _ in range(8):
        colour = generator.integers(0, 256, 3).tolist()
        x, y, radius = (int(value) for value in generator.integers(8, side - 8, 3))
        cv2.circle(drawn, (x, y), radius // 3 + 4, colour, -1)
    return drawn


def jpeg(image: np.ndarray[Any, Any], quality: int = 95) -> bytes:
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def png(image: np.ndarray[Any, Any]) -> bytes:
    return cv2.imencode(".png", image)[1].tobytes()


def source_of(root: Path, extra: dict[str, bytes], *, split: bool = False, each: int = 25) -> Path:
    """Two classes of different scenes, and what is to be found."""
    files = {}
    for label, first in (("a", 0), ("b", 1000)):
        for number in range(each):
            part = ("train/" if number % 5 else "test/") if split else ""
            files[f"{part}{label}/{number:02}.jpg"] = jpeg(scene(first + number))
    for name, data in (files | extra).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def checked(tmp_path: Path, source: Path) -> tuple[Staged, Checked]:
    staged = stage(tmp_path / "staged", source, "mine", silent)
    return staged, check(staged, silent)


def found(tmp_path: Path, source: Path) -> dict[str, list[list[str]]]:
    staged, report = checked(tmp_path, source)
    return {
        one.kind: [[staged.names[row] for row in group] for group in one.groups] for one in report.findings
    }


def animated() -> bytes:
    memory = io.BytesIO()
    frames = [PILImage.fromarray(scene(number)) for number in (70, 71)]
    frames[0].save(memory, "GIF", save_all=True, append_images=frames[1:])
    return memory.getvalue()


CASES: dict[str, tuple[dict[str, bytes], list[list[str]]]] = {
    "tiny": ({"a/x.png": png(scene(50)[:12, :20])}, [["a/x.png"]]),
    "extreme": ({"a/x.png": png(scene(50)[:20])}, [["a/x.png"]]),
    "ending": ({"a/x.png": jpeg(scene(50))}, [["a/x.png"]]),
    "frames": ({"a/x.gif": animated()}, [["a/x.gif"]]),
    "exact": ({"a/x.jpg": jpeg(scene(3))}, [["a/03.jpg", "a/x.jpg"]]),
    "near": (
        {"a/x.jpg": jpeg(cv2.resize(scene(3), (70, 70), interpolation=cv2.INTER_AREA), 60)},
        [["a/03.jpg", "a/x.jpg"]],
    ),
    "conflict": ({"b/x.jpg": jpeg(scene(3), 70)}, [["a/03.jpg", "b/x.jpg"]]),
}


def reviewed(workspace: Workspace, source: Path) -> str:
    job = submit_import(workspace, source, "mine", review=True)
    result = run_import(workspace, job, silent)
    assert list_data_sets(workspace) == []
    assert list_waiting(workspace) == [result["waiting"]]
    finish(workspace, job.id, "cancelled")  # nothing runs it here
    return str(result["waiting"])


def accepted(workspace: Workspace, source: Path, **decisions: str) -> DataSet:
    waiting = reviewed(workspace, source)
    run_job(workspace, submit_accept(workspace, waiting, decisions), silent)
    assert list_waiting(workspace) == []
    return open_data_set(workspace, "mine")
