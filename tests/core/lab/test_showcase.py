"""What the first page shows: computed once by another process, for all visitors."""

import json
import shutil

from core.images import read_picture
from core.lab import showcase
from core.store import Workspace


def test_the_pair_is_computed_once_by_another_process_and_is_real(tmp_path, first_pictures):
    workspace = Workspace.open(tmp_path)
    assert showcase.read_showcase(workspace) is None
    shutil.copytree(first_pictures, workspace.showcase, dirs_exist_ok=True)
    assert showcase.read_trouble(workspace) is None

    shown = showcase.read_showcase(workspace)
    assert shown.changed
    assert shown.noisy.top[0][0] not in dict(shown.clean.top)
    assert 1 <= shown.severity <= 5
    for side in (shown.clean, shown.noisy):
        assert len(side.top) == 5
        assert read_picture(side.picture, "").pixels.shape == read_picture(side.overlay, "").pixels.shape
    assert showcase.read_hardware(workspace)["device"] in ("cpu", "cuda")
    assert showcase._is_fresh(workspace)
    showcase.start_showcase(workspace)
    assert workspace.root not in showcase._asked, "what is there is not computed again"
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
