import json
from collections.abc import Callable

import numpy as np
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.files import write_json
from core.images import encode_png
from core.jobs.queue import claim, finish, get_job, say
from core.jobs.requests import request_pause, resume
from core.runs.runs import Run, open_run
from core.store import Workspace
from core.words import plain
from tests.pages.started import submitted

Open = Callable[..., AppTest]


def test_how_fast_it_goes_its_log_and_the_pictures_that_are_shown_stand_with_what_runs(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    job = submitted(open_page, workspace)
    run = open_run(workspace, str(job.subject.run_id))
    line = {"kind": "step", "epoch": 0.5, "loss": 0.7, "accuracy": 0.5, "learning_rate": 0.00071}
    run.folder.metrics.write_text(json.dumps(line | {"images_per_second": 1234.5, "memory": 2**30}) + "\n")
    run.folder.shown.write_bytes(encode_png(np.zeros((32, 64, 3), np.uint8)))
    at = open_page("train")
    at.session_state[f"train_shown_live_{job.id}"] = True
    at.session_state[f"train_log_live_{job.id}"] = True
    at.run()
    assert not at.exception
    assert any(
        "1,234 pictures/s · 1.0 GB of memory · learning rate 0.00071" in one.value for one in at.caption
    )
    assert any("network gets them" in image.caption for one in at.image for image in one.proto.imgs)
    log = next(one.value for one in at.dataframe if "images_per_second" in one.value)
    assert log.iloc[0].to_dict() == {
        "epoch": 0.5,
        "loss": 0.7,
        "accuracy": 50.0,
        "learning_rate": 0.00071,
        "images_per_second": 1234.5,
        "memory": 1.0,
    }


def test_a_training_that_rests_within_its_first_epoch_promises_no_curve(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    job = submitted(open_page, workspace)
    run = open_run(workspace, str(job.subject.run_id))
    write_json(run.folder.state / "state.json", {"epochs": 0, "weights": "7-0.safetensors"})
    request_pause(workspace, job.id)
    finish(workspace, job.id, "paused")
    at = open_page("train")
    assert not at.exception
    assert not any("a few steps from now" in one.value for one in at.caption)
    assert any("within its first epoch" in one.proto.label for one in at.get("page_link"))


def test_a_training_that_rests_alone_keeps_its_card_its_curves_and_how_far_it_is(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    job = submitted(open_page, workspace)
    run = open_run(workspace, str(job.subject.run_id))
    run.folder.metrics.write_text('{"kind": "epoch", "epoch": 1.0, "loss": 0.5, "accuracy": 0.9}\n')
    write_json(run.folder.state / "state.json", {"epochs": 1, "weights": "7-1.safetensors"})
    charts = len(open_page("train").get("plotly_chart"))
    request_pause(workspace, job.id)
    finish(workspace, job.id, "paused")
    at = open_page("train")
    assert not at.exception
    assert at.button(key=f"resume_card_{job.id}")
    assert len(at.get("plotly_chart")) == charts
    assert any("after epoch 1 of 3" in one.proto.label for one in at.get("page_link"))
    assert not any("waiting" in one.value for one in at.markdown)


def test_right_after_it_was_resumed_a_training_says_how_long_it_still_takes(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    job = submitted(open_page, workspace)
    say(workspace, job.id, 0.3, plain("Epoch 1 of 3"))
    request_pause(workspace, job.id)
    finish(workspace, job.id, "paused")
    resume(workspace, job.id)
    claim(workspace, job.id)
    assert get_job(workspace, job.id).seconds_left is None
    at = open_page("train")
    assert not at.exception
    (bar,) = [one.proto.text for one in at.get("progress")]
    assert bar.startswith("30\u00a0% · ")
    assert bar.endswith(" left")
