"""What the first page shows: computed once by another process, for all visitors."""

import json
import time

from core.images import read_picture
from core.lab import showcase
from core.store import Workspace


def test_the_pair_is_computed_once_by_another_process_and_is_real(tmp_path):
    workspace = Workspace.open(tmp_path)
    assert showcase.read_showcase(workspace) is None

    showcase.start_showcase(workspace)
    process = showcase._asked[workspace.root]
    showcase.start_showcase(workspace)
    assert showcase._asked[workspace.root] is process
    deadline = time.monotonic() + 120
    while showcase.read_showcase(workspace) is None:
        assert showcase.read_trouble(workspace) is None
        assert time.monotonic() < deadline
        time.sleep(0.1)

    shown = showcase.read_showcase(workspace)
    assert shown.changed
    assert shown.noisy.top[0][0] not in dict(shown.clean.top)
    assert 1 <= shown.severity <= 5
    for side in (shown.clean, shown.noisy):
        assert len(side.top) == 5
        assert read_picture(side.picture, "").pixels.shape == read_picture(side.overlay, "").pixels.shape
    assert showcase.read_hardware(workspace)["device"] in ("cpu", "cuda")
    assert showcase._is_fresh(workspace)
    process.wait()
    workspace.close()


def test_what_was_made_for_another_computer_is_made_anew(tmp_path):
    workspace = Workspace.open(tmp_path)
    workspace.showcase.mkdir()
    (workspace.showcase / "pair.json").write_text(json.dumps({"made_for": ["another"]}))
    assert not showcase._is_fresh(workspace)
    workspace.close()


def test_a_failure_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv("NOISELENS_HOME", str(tmp_path))

    def broken(_workspace: Workspace) -> None:
        raise RuntimeError("no photo")

    monkeypatch.setattr(showcase, "_make_pair", broken)
    assert showcase.main() == 1
    workspace = Workspace.open()
    assert "no photo" in showcase.read_trouble(workspace)["en"]
    workspace.close()
