import dataclasses

import pytest

from core.evaluation.galleries import Pairs
from core.evaluation.joined import latest_joined, read_joined
from core.runs.runs import Run
from core.store import Workspace
from core.words import plain
from pages.parts.explain.looked import Looked, download_name
from pages.parts.i18n import speaking


@pytest.mark.parametrize(
    ("severity", "end"), [(2, "right-as-left_gaussian_noise-2.png"), (0, "right-as-right_clean.png")]
)
def test_a_downloaded_file_is_called_by_run_picture_classes_noise_and_severity(
    workspace: Workspace, evaluated_run: Run, severity: int, end: str
) -> None:
    evaluation = latest_joined(workspace, evaluated_run)
    assert evaluation is not None
    found = Pairs.of(read_joined(evaluation), "gaussian_noise", severity)
    looked = Looked(evaluated_run, evaluation, None, "gaussian_noise", severity, "heat", found)
    row = found.table[found.table["truth"] == 1].iloc[0]
    with speaking("en"):
        assert download_name(looked, row) == f"grad-cam_tiny run_{row.image}_{end}"
        named = dataclasses.replace(evaluated_run, name="얼굴 " * 30, label=plain("얼굴: 진짜/가짜? " * 30))
        name = download_name(dataclasses.replace(looked, run=named), row)
        assert name.startswith("grad-cam_얼굴")
        assert not set('<>:"/\\|?*') & set(name)
        assert len(name.encode()) <= 255, "no file system stores more"
