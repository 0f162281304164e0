import json
from collections.abc import Callable

import numpy as np
from streamlit.testing.v1 import AppTest

from core.images import encode_png
from core.runs.runs import Run, open_run
from core.store import Workspace
from tests.pages.started import submitted

Open = Callable[..., AppTest]


def test_how_fast_it_goes_and_the_pictures_that_are_shown_stand_with_what_runs(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    job = submitted(open_page, workspace)
    run = open_run(workspace, str(job.subject.run_id))
    line = {"kind": "step", "epoch": 0.5, "loss": 0.7, "accuracy": 0.5, "learning_rate": 0.00071}
    run.folder.metrics.write_text(json.dumps(line | {"images_per_second": 1234.5, "memory": 2**30}) + "\n")
    run.folder.shown.write_bytes(encode_png(np.zeros((32, 64, 3), np.uint8)))
    at = open_page("train")
    at.session_state["train_shown"] = True
    at.run()
    assert not at.exception
    assert any(
        "1,234 pictures/s · 1.0 GB of memory · learning rate 0.00071" in one.value for one in at.caption
    )
    assert any("network gets them" in image.caption for one in at.image for image in one.proto.imgs)
