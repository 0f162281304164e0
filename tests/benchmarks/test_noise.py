"""The noise benchmark runs, and calls the same only what is the same."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.noise import COSTS, RESULT, costs, distances, same_result, summary

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_small_run_writes_each_peer_with_its_ratio(tmp_path: Path) -> None:
    out = tmp_path / "rows.json"
    command = [sys.executable, "-m", "benchmarks.noise", "--only", "jpeg_compression", "--with", "opencv"]
    subprocess.run(
        [*command, "--sides", "32", "--rounds", "1", "--out", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    rows = {row["peer_name"]: row for row in json.loads(out.read_text(encoding="utf-8"))["rows"]}
    assert set(rows) == {"copy (floor)", "plain OpenCV"}
    assert rows["plain OpenCV"]["same_result"]
    assert not rows["copy (floor)"]["same_result"]
    for row in rows.values():
        assert row["ratio"] == pytest.approx(row["peer"] / row["ours"], abs=0.02, rel=0.02)


def test_grain_of_another_strength_is_not_the_same_result() -> None:
    rng = np.random.default_rng(0)
    clean = np.full((4, 32, 32, 3), 128, np.uint8)

    def grain(sd: float) -> np.ndarray:
        return distances((clean[:, None] + rng.normal(0, sd, (4, 6, 32, 32, 3))).astype(np.uint8), clean)

    assert same_result("gaussian_noise", grain(20), grain(20))
    assert not same_result("gaussian_noise", grain(20), grain(23))


def test_a_brighter_result_of_the_same_distance_is_not_the_same() -> None:
    clean = np.full((2, 8, 8, 3), 100, np.uint8)
    darker, brighter = (np.repeat(clean[:, None] // 10 * by, 3, axis=1) for by in (np.uint8(9), np.uint8(11)))
    assert not same_result("contrast", distances(darker, clean), distances(brighter, clean))


def test_the_summary_names_what_is_slower_than_the_fastest_equal_peer() -> None:
    row = {"case": "fog 224 px", "noise": "fog", "side_px": 224, "ours": 2.0}
    rows = [
        row | {"peer_name": "imagecorruptions", "peer": 8.0, "ratio": 4.0, "same_result": True},
        row | {"peer_name": "plain OpenCV", "peer": 1.0, "ratio": 0.5, "same_result": True},
        row | {"peer_name": "kornia", "peer": 0.1, "ratio": 0.05, "same_result": False},
    ]
    text = "\n".join(summary(rows))
    assert "at 224 px, same result: 4.0 times (1 cases" in text
    assert "(aim none): 1 of 1" in text
    assert "fog 224 px: ours 2.000 ms, plain OpenCV 1.000 ms" in text
    assert "kornia" not in text


def test_what_work_is_told_to_take_goes_by_the_figures_of_the_benchmark() -> None:
    rows = json.loads(RESULT.read_text(encoding="utf-8"))["rows"]
    assert costs(rows) == json.loads(COSTS.read_text(encoding="utf-8"))
