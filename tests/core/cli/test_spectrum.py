from pathlib import Path

import cv2
import pytest

from core.data.dataset import DataSet
from core.jobs.executors import EXECUTORS
from core.store import Workspace
from tests.core.brought.tiny_runs import run_of
from tests.core.cli.here import Here


def test_a_map_is_told_as_numbers_in_words_and_as_a_picture_and_so_is_how_two_runs_differ(
    workspace: Workspace,
    tiny_data_set: DataSet,
    tmp_path: Path,
    told,
    refused,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(EXECUTORS, "local", Here())
    run = run_of(workspace, tiny_data_set)
    out = tmp_path / "map.png"
    said = told("spectrum", run.id, "--images", 8, "--out", out, "--json")
    assert (said["run"], said["images"], said["side"], said["strength"]) == (run.id, 8, 32, 0.125)
    assert len(said["cells"]) >= 30
    for cell in said["cells"]:
        assert cell["error"] == 1 - cell["right"] / cell["images"]
        assert cell["low"] <= cell["error"] <= cell["high"]
    assert set(said["bands"]) == {"coarse", "middle", "fine"}
    assert set(said["said"]) == {"en", "ko"}
    assert cv2.imread(str(out)).shape[2] == 3
    both = told("spectrum", run.id, "--images", 8, "--against", run.id, "--out", out, "--json")
    assert {cell["difference"] for cell in both["cells"]} == {0}
    assert ".png" in refused("spectrum", run.id, "--out", "map.jpg")
    assert "number of pictures" in refused("spectrum", run.id, "--images", 0)
    assert "coarse" in refused("spectrum", run.id, "--detail", "all")
