"""Data sets made, imported, fetched and decided on from the command line."""

import sys

import numpy as np
import pytest
from PIL import Image as Pillow
from skimage import data as photos

from core.cli import main
from core.images import write_png
from core.jobs.executors import EXECUTORS
from core.jobs.queue import list_jobs
from core.jobs.requests import request_cancel
from core.store import Workspace
from tests.core.cli.conftest import PHOTO
from tests.core.cli.here import Here
from tests.core.data.doubtful import jpeg
from tests.core.data.doubtful import scene as drawn


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """`test_cli.py` goes the whole way with workers of their own."""
    monkeypatch.setitem(EXECUTORS, "local", Here())


def test_videos_are_imported_with_as_many_frames_as_asked(tmp_path, film, told, refused, capsys):
    for scene in range(6):
        film(tmp_path / "영상" / ("진짜", "가짜")[scene % 2] / f"{scene}.mp4", scene)
    (tmp_path / "영상" / "진짜" / "깨짐.mp4").write_text("no video")
    source = ("data", "import", "영상", "--name")
    about = told(*source, "unasked", "--json")
    assert (about["images"], about["videos"], about["left_out"]) == (60, 6, ["진짜/깨짐.mp4"])
    assert told(*source, "four", "--frames-per-video", 4, "--json")["images"] == 24
    assert told(*source, "two", "--frames-per-second", 2, "--json")["images"] == 36
    assert "not allowed with" in refused(*source, "x", "--frames-per-second", 2, "--frames-per-video", 2)
    assert "between 1 and 2000" in refused(*source, "x", "--frames-per-video", 0)
    assert "between 0.01 and 60" in refused(*source, "x", "--frames-per-second", "nan")
    assert "a number" in refused(*source, "x", "--frames-per-second", "many")


def test_faces_are_cut_out_of_an_import_and_what_was_left_out_is_told(tmp_path, told, capsys):
    astronaut, coffee = photos.astronaut(), photos.coffee()
    for number in range(6):
        for name in ("a", "b"):
            (tmp_path / "people" / name).mkdir(parents=True, exist_ok=True)
            picture = astronaut[number : 400 + number, (name == "b") + 2 * number : 400]
            write_png(tmp_path / "people" / name / f"{number}.png", picture)
    write_png(tmp_path / "people" / "a" / "cup.png", coffee)
    source = ("data", "import", "people", "--size", 64, "--face-crop", "--json", "--name")
    about = told(*source, "cut", "--face-margin", 0.5)
    assert (about["images"], about["left_out"]) == (12, ["a/cup.png"])
    assert told(*source, "kept", "--face-missing", "whole", "--face-several", "central")["images"] == 13


def test_faces_are_drawn_with_the_swap_that_was_asked_for(told):
    asked = ("data", "make", "faces", "--swap", "mouth", "--strength", 0.5, "--size", 32, "--images", 20)
    made = told(*asked, "--json")
    assert made["options"] == {"swap": "mouth", "strength": 0.5}
    assert made["name"] == "faces mouth x0.5"
    assert [found["options"] for found in told("data", "list", "--json")] == [made["options"]]
    assert told(*asked, "--json")["id"] == made["id"]


def test_a_set_of_torchvision_is_fetched_by_name_from_the_folder_where_it_lies(tmp_path, told, refused):
    for label, level in (("Forest", 0), ("River", 120)):
        for number in range(10):
            target = tmp_path / "root" / "eurosat" / "2750" / label / f"{label}_{number}.jpg"
            target.parent.mkdir(parents=True, exist_ok=True)
            Pillow.fromarray(np.full((32, 32, 3), level + number, np.uint8)).save(target)
    made = told("data", "fetch", "torchvision:EuroSAT", "--folder", "root", "--name", "land", "--json")
    assert (made["name"], made["images"], made["classes"]) == ("land", 20, ["Forest", "River"])
    assert "torchvision" in refused("data", "fetch", "torchvision:Nothing")


def leaking(root):
    """A folder with a test picture that is trained on, and a copy."""
    for number in range(20):
        for label, first in (("cat", 0), ("dog", 100)):
            target = root / ("test" if number % 4 == 0 else "train") / label / f"{number:02}.jpg"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(jpeg(drawn(first + number)))
    (root / "test" / "cat" / "seen.jpg").write_bytes(jpeg(drawn(1), 60))
    (root / "train" / "dog" / "copy.jpg").write_bytes(jpeg(drawn(102)))


def test_findings_are_told_with_their_files_and_decided_on_in_the_same_command(
    tmp_path, told, refused, capsys
):
    leaking(tmp_path / "pets")
    assert main(["data", "import", "pets", "--name", "told"]) == 0
    said = capsys.readouterr().err
    assert "test/cat/seen.jpg" in said
    assert "--decide leak=move would move 1 to training" in said
    assert "too easy" in said
    kept = told("data", "import", "pets", "--name", "kept", "--json")
    assert (kept["images"], kept["splits"]["test"]) == (42, 11)
    assert {one["key"]: (one["chosen"], one["would"]) for one in kept["report"]} == {
        "leak": ("keep", {"move": 1, "drop": 1}),
        "exact": ("keep", {"drop": 1}),
    }
    one = told("data", "import", "pets", "--name", "one", "--decide", "leak=move", "--json")
    assert (one["images"], one["splits"]["test"]) == (42, 10)
    assert any("1 moved to the training split" in note for note in one["notes"])
    both = told("data", "import", "pets", "--name", "both", "--as-proposed", "--json")
    assert (both["images"], both["splits"]["test"]) == (41, 10)
    assert "lose" in refused("data", "import", "pets", "--name", "x", "--decide", "leak=lose")


def test_an_import_for_review_waits_and_is_accepted_as_proposed(tmp_path, told, capsys):
    leaking(tmp_path / "pets")
    (tmp_path / "pets" / "train" / "cat" / "text.txt").write_text("no picture")
    (tmp_path / "pets" / "test").rename(tmp_path / "pets" / "test_pictures")
    (tmp_path / "pets" / "train").rename(tmp_path / "pets" / "train_pictures")
    waits = told("data", "import", "pets", "--name", "pets", "--review", "--json")
    assert {one["key"]: one["proposed"] for one in waits["findings"]} == {"leak": "move", "exact": "drop"}
    assert waits["left_out"] == ["train_pictures/cat/text.txt"]
    assert waits["why_left_out"][0]["path"] == "train_pictures/cat/text.txt"
    assert "train_pictures (training), test_pictures (test)" in waits["notes"][0]
    assert "does not end like a picture" in waits["why_left_out"][0]["why"]
    assert {one["feature"] for one in waits["probes"]} == {"border", "thumbnail", "file"}
    assert told("data", "list", "--json") == []
    assert [one["id"] for one in told("data", "waiting", "--json")] == [waits["id"]]
    stored = told("data", "accept", waits["id"], "--as-proposed", "--decide", "exact=keep", "--json")
    assert (stored["images"], stored["splits"]["test"]) == (42, 10)
    assert any("train_pictures (training), test_pictures (test)" in note for note in stored["notes"])


def test_an_import_that_waits_is_listed_accepted_under_another_name_or_discarded(
    tmp_path, told, refused, capsys
):
    from core.data.imports import run_job, submit_import
    from core.progress import silent

    for number in range(8):
        target = tmp_path / "pets" / ("cat", "dog")[number % 2] / f"{number}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        write_png(target, np.roll(PHOTO, number, axis=0))
    told("data", "import", "pets", "--name", "pets", "--json")
    workspace = Workspace.open()
    for seed in range(2):
        job = submit_import(workspace, tmp_path / "pets", "cats", seed=seed, review=True)
        run_job(workspace, job, silent)
    cancelled = [request_cancel(workspace, one.id) for one in list_jobs(workspace, active=True)]
    assert len(cancelled) == 2
    first, second = (one["id"] for one in told("data", "waiting", "--json"))
    assert main(["data", "waiting"]) == 0
    assert first in capsys.readouterr().out
    assert "taken" in refused("data", "accept", first, "--name", "pets")
    assert "conflict=drop" in refused("data", "accept", first, "--decide", "drop")
    assert "no picture is left" in refused("data", "accept", first, "--decide", "few=drop")
    assert told("data", "accept", first, "--name", "dogs", "--json")["name"] == "dogs"
    assert told("data", "discard", second, "--json") == {"id": second, "name": "cats"}
    assert "no longer waits" in refused("data", "accept", second)
    assert told("data", "waiting", "--json") == []


def test_a_fetch_without_its_packages_says_how_to_get_them(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)  # as if it were not installed
    assert main(["data", "fetch", "hf:owner/name"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    (said,) = err.splitlines()
    assert "datasets" in said
    assert "pip install -r requirements-hub.txt" in said
