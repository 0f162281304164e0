"""The form for what was made elsewhere, and the job or run that it becomes."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import torch
from streamlit.testing.v1 import AppTest

from core.brought.arrived import keep_model
from core.brought.made import place
from core.data.dataset import DataSet
from core.errors import WholeModule
from core.jobs.queue import claim, finish, list_jobs
from core.runs.runs import list_runs
from core.store import Workspace
from pages.parts.numbers import size_words
from tests.pages.brought import answers_to, pack_of

Open = Callable[..., AppTest]


def _weights() -> bytes:
    memory = io.BytesIO()
    torch.save({"weight": torch.zeros(2, 3)}, memory)
    return memory.getvalue()


def test_a_dropped_model_is_handed_to_a_job_with_what_was_said_of_it(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train", what="bring")
    assert at.button(key="bring_go").disabled
    at.file_uploader(key="bring_file_0").upload("my net.pth", _weights()).run()
    at.text_input(key="bring_classes_0").set_value(", ".join(reversed(tiny_data_set.classes)))
    at.button(key="bring_go").click().run()
    assert not [*at.exception, *at.error]
    (job,) = list_jobs(workspace)
    assert job.group == "learning"
    assert (job.payload["name"], job.payload["classes"]) == ("my net", tiny_data_set.classes[::-1])
    kept = Path(job.payload["source"])
    assert kept.read_bytes() == _weights()
    claim(workspace, job.id)
    finish(workspace, job.id, "cancelled")
    assert list(workspace.uploads.iterdir()) == [], "an upload goes with its job"


def test_what_cannot_be_brought_in_gets_a_sentence_and_leaves_nothing(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train", what="bring")
    at.file_uploader(key="bring_file_0").upload("net.pth", _weights()).run()
    at.text_input(key="bring_model_0").set_value("no such model")
    at.button(key="bring_go").click().run()
    assert not at.exception
    assert len(at.error) == 1
    assert list(workspace.uploads.iterdir()) == []
    assert list_jobs(workspace) == []
    assert at.file_uploader(key="bring_file_0").value, "the file need not be dropped once more"


def test_the_lines_that_save_a_refused_file_properly_can_be_copied(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train", what="bring")
    at.file_uploader(key="bring_file_0").upload("net.pth", _weights()).run()
    at.button(key="bring_go").click().run()
    (job,) = list_jobs(workspace)
    claim(workspace, job.id)
    lines = 'import torch\nmodel = torch.load("net.pth", weights_only=False)\ntorch.save(model, "x")'
    finish(workspace, job.id, "failed", error=WholeModule(name="net.pth", what="__main__.Net", lines=lines))
    at = open_page("train", what="bring")
    assert lines in [one.value for one in at.code]
    assert not any("torch.save" in one.value for one in at.markdown)


def test_the_files_of_a_hugging_face_folder_come_together_or_as_a_zip(workspace: Workspace) -> None:
    files = {
        "config.json": json.dumps({"architecture": "resnet18"}).encode(),
        "model.safetensors": b"weights",
        "README.md": b"not read",
    }
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as packed:
        for name, data in files.items():
            packed.writestr(f"../vit/{name}", data)
        packed.writestr("../../evil.safetensors", b"of another folder")
    for given in (list(files.items()), [("vit.zip", memory.getvalue())]):
        kept = keep_model(workspace, given)
        assert {one.name for one in kept.iterdir()} == {"config.json", "model.safetensors"}
        assert kept.parent.parent == workspace.uploads
    torch_zip = keep_model(workspace, [("net.zip", _weights())])
    assert torch_zip.read_bytes() == _weights(), "what torch.save writes is a ZIP, too"


def test_a_pack_is_made_answered_and_stands_in_results(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, tmp_path: Path
) -> None:
    at = open_page("train", what="bring")
    at.button_group(key="bring_kind").set_value("predictions").run()
    at.number_input(key=f"challenge_images_{tiny_data_set.id}").set_value(3).run()
    files = 3 * (1 + 19 * 5)
    assert f"{files:,}" in at.button(key="challenge_go").label
    size = size_words(files * 3 * tiny_data_set.size**2)
    assert any("about" in one.value and size in one.value for one in at.caption), "before the click"
    at.button(key="challenge_go").click().run()
    assert not [*at.exception, *at.error]
    (job,) = list_jobs(workspace)
    assert job.payload["images"] == 3
    claim(workspace, job.id)
    pack = place(workspace, job, "pack.zip")
    pack.write_bytes(pack_of(tiny_data_set, tmp_path).read_bytes())
    finish(workspace, job.id, "done", result={"file": pack.name, "bytes": pack.stat().st_size})

    at.run()
    assert len(at.get("link_button")) == 1
    table = answers_to(pack, tiny_data_set.classes[0])
    uploader = at.file_uploader(key="predictions_table_0")
    uploader.upload("service.csv", table.replace(b"gaussian_noise,3", b"gaussian_noise,5", 1)).run()
    at.button(key="predictions_go").click().run()
    assert not at.exception
    (error,) = at.error
    assert "1 " in error.value
    assert "Nothing of it was taken" in error.value
    assert list_runs(workspace) == []
    at.file_uploader(key="predictions_table_0").upload("service.csv", table).run()
    at.button(key="predictions_go").click().run()
    assert not [*at.exception, *at.error]
    (run,) = list_runs(workspace)
    assert (run.name, run.answers_alone) == ("service", True)
    assert list(workspace.uploads.iterdir()) == []
    assert "service · predictions brought in" in open_page("results").multiselect(key="results_runs").options
