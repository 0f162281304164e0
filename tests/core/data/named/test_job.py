"""Data sets by name: the jobs that fetch them, from files that lie here and without internet."""

import os
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as PILImage
from skimage import data as photos

from core.data.dataset import DataSet, open_data_set
from core.data.intake.face_crop import FaceCrop
from core.data.named import downloads
from core.data.named.hugging_face import PACKAGES, Columns
from core.data.named.job import Source, run_job, submit_fetch
from core.data.named.torchvision_sets import KNOWN
from core.data.review.acceptance import list_waiting, open_waiting
from core.errors import (
    NoConnection,
    NotAChoice,
    NotFound,
    NotUnderstood,
    OutOfRange,
    PackagesMissing,
    UnknownName,
)
from core.images import encode_png
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.jobs.service import run_to_end
from core.progress import silent
from core.store import ROOT, Workspace
from core.words import Text

GENERATOR = np.random.default_rng(0)


def picture(red: int, width: int = 40, height: int = 30) -> PILImage.Image:
    pixels = GENERATOR.integers(0, 60, (height, width, 3), dtype=np.uint8)
    pixels[..., 0] = red
    return PILImage.fromarray(pixels)


def put(path: Path, red: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture(red).save(path)


def euro_sat(root: Path, count: int = 10) -> Path:
    """Class folders as torchvision's EuroSAT keeps them."""
    for number in range(count):
        put(root / "eurosat" / "2750" / "Forest" / f"Forest_{number}.jpg", 40 + number)
        put(root / "eurosat" / "2750" / "River" / f"River_{number}.jpg", 200 + number)
    return root


def imported(workspace: Workspace, source: str, **options: Any) -> DataSet:
    result = run_job(workspace, submit_fetch(workspace, source, **options), silent)
    return open_data_set(workspace, result["data_set_id"])


def ended(workspace: Workspace, job: Job, watch: Callable[[Job], None] = lambda _job: None) -> Job:
    """The job once its worker is gone, too: it says how it ended before it removes what it was building."""
    job = run_to_end(workspace, job.id, watch)
    while job.alive:
        time.sleep(0.05)
    return job


def nothing_left(workspace: Workspace) -> bool:
    """No data set, nothing that waits, and of jobs their logs only."""
    left: set[str] = set()
    for _, folders, files in os.walk(workspace.jobs):
        # What is under removal goes in its own time, at the latest when the next job service starts.
        folders[:] = [name for name in folders if not name.endswith(".removed")]
        left |= {*files} | ({*folders} & {"staging"})
    return not any(workspace.data.iterdir()) and not any(workspace.waiting.iterdir()) and left <= {"log.txt"}


def test_at_most_so_many_pictures_of_each_split_are_taken(workspace: Workspace, tmp_path: Path) -> None:
    made = imported(
        workspace, "torchvision:EuroSAT", folder=euro_sat(tmp_path / "root", 20), size=32, most=16
    )
    assert made.card.images == 16


def test_faces_are_cut_out_of_what_is_fetched(workspace: Workspace, tmp_path: Path) -> None:
    photo = np.asarray(photos.astronaut())
    for number in range(4):
        for place, name in enumerate(("her", "mirrored")):
            path = tmp_path / "clone" / "train" / name / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encode_png(np.ascontiguousarray(photo[number:400, :: 1 - 2 * place])))
    made = imported(workspace, "hf:someone/people", folder=tmp_path / "clone", size=64, face=FaceCrop())
    assert "Faces cut out of 8 pictures" in made.card.notes[0]["en"]


# --- names and mistakes


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("CIFAR10", NotUnderstood),
        ("torchvision:CIFAR11", UnknownName),
        ("hf:../../etc", NotUnderstood),
        ("hf:https://example.org/a", NotUnderstood),
        ("hf:a/b/c", NotUnderstood),
        ("hf:", NotUnderstood),
    ],
)
def test_a_name_that_is_none_is_refused_at_once(
    workspace: Workspace, source: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        submit_fetch(workspace, source)


def test_what_cannot_be_is_refused_before_a_job_is_queued(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        submit_fetch(workspace, "torchvision:EuroSAT", folder=tmp_path / "nowhere")
    with pytest.raises(NotAChoice):
        submit_fetch(workspace, "torchvision:CelebA", columns=Columns(label="Wise"))
    with pytest.raises(NotAChoice):
        submit_fetch(workspace, "hf:a/b", columns=Columns(splits={"train": "exam"}))
    with pytest.raises(OutOfRange):
        submit_fetch(workspace, "torchvision:EuroSAT", most=0)


def test_packages_that_are_missing_are_told_with_how_to_get_them_before_a_job_is_queued(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = (ROOT / "requirements-hub.txt").read_text(encoding="utf-8")
    for name in (*PACKAGES, *KNOWN["CelebA"].packages):
        assert re.search(rf"^{name}[>=]", listed, re.MULTILINE)
        monkeypatch.setitem(sys.modules, name, None)  # as if it were not installed
    for source, package in (("hf:a/b", "datasets, huggingface_hub"), ("torchvision:CelebA", "gdown")):
        with pytest.raises(PackagesMissing, match=rf"not installed here: {package}\..*requirements-hub\.txt"):
            submit_fetch(workspace, source)
    assert list_jobs(workspace) == []
    submit_fetch(workspace, "torchvision:CelebA", folder=tmp_path)
    submit_fetch(workspace, "torchvision:CIFAR10")
    assert len(list_jobs(workspace)) == 2


def test_a_package_that_a_library_asks_for_while_it_fetches_is_told(tmp_path: Path) -> None:
    with pytest.raises(PackagesMissing, match="tensorflow"), downloads.wording("a/b", tmp_path):
        raise ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow")


def test_names_are_read_whatever_the_case() -> None:
    assert str(Source.parse("torchvision:cifar10")) == "torchvision:CIFAR10"
    assert str(Source.parse("hf:uoft-cs/cifar10")) == "hf:uoft-cs/cifar10"
    page = "https://huggingface.co/datasets/uoft-cs/cifar10"
    assert str(Source.parse(f"hf:{page}")) == "hf:uoft-cs/cifar10"
    assert str(Source.parse(f"hf:{page}/viewer/plain_text?row=3")) == "hf:uoft-cs/cifar10"


def test_a_job_is_called_by_what_it_fetches_and_the_name_that_was_chosen(workspace: Workspace) -> None:
    unasked = submit_fetch(workspace, "torchvision:CIFAR10")
    chosen = submit_fetch(workspace, "torchvision:CIFAR10", name="animals")
    assert unasked.title == Text(en="Fetch CIFAR10", ko="CIFAR10 받아 오기")
    assert chosen.title == Text(en="Fetch CIFAR10 as “animals”", ko="CIFAR10을 “animals” 이름으로 받아 오기")


@pytest.mark.usefixtures("here")
def test_a_folder_without_the_set_says_so(workspace: Workspace, tmp_path: Path) -> None:
    job = ended(workspace, submit_fetch(workspace, "torchvision:CIFAR10", folder=tmp_path))
    assert job.state == "failed"
    assert job.error is not None
    assert "torchvision's root" in job.error["en"]
    assert nothing_left(workspace)


@pytest.mark.usefixtures("here")
def test_a_set_that_nobody_hands_out_says_so(workspace: Workspace) -> None:
    job = ended(workspace, submit_fetch(workspace, "torchvision:LFWPeople"))
    assert job.error is not None
    assert "by hand" in job.error["en"]


# --- no internet: the real code against a proxy that is not there, or never answers


@pytest.fixture
def closed_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every connection goes to a port where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{one.getsockname()[1]}"
    use_proxy(monkeypatch, proxy)


def use_proxy(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, proxy)
        monkeypatch.setenv(name.upper(), proxy)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)


@pytest.mark.usefixtures("closed_port", "here")
@pytest.mark.parametrize(
    "source", ["torchvision:CIFAR10", "torchvision:MNIST", "torchvision:CelebA", "hf:a/b"]
)
def test_without_internet_one_sentence_says_so_and_nothing_is_left(workspace: Workspace, source: str) -> None:
    job = ended(workspace, submit_fetch(workspace, source))
    assert job.state == "failed"
    assert job.error is not None
    assert "could not be fetched" in job.error["en"]
    assert "Connect this computer" in job.error["en"]
    assert "인터넷에 연결해" in job.error["ko"]
    assert "\n" not in job.error["en"]
    assert nothing_left(workspace)


@pytest.fixture
def silent_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[socket.socket]]:
    """Every connection is taken and never answered; those that have come."""
    over = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))
    taken: list[socket.socket] = []

    def serve() -> None:
        while not over.is_set():
            try:
                taken.append(server.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    use_proxy(monkeypatch, f"http://127.0.0.1:{server.getsockname()[1]}")
    yield taken
    over.set()
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    for connection in taken:
        connection.close()
    thread.join()


@pytest.mark.parametrize(
    "source", [*(f"torchvision:{known.key}" for known in KNOWN.values() if known.server), "hf:a/b"]
)
def test_a_server_that_never_answers_is_asked_once_and_nothing_is_begun(
    workspace: Workspace, silent_server: list[socket.socket], monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    known = KNOWN.get(source.partition(":")[2])
    monkeypatch.setattr(downloads, "PATIENCE", 0.2)
    job = submit_fetch(workspace, source)
    with pytest.raises(NoConnection, match=r"could not be fetched.*Connect this computer"):
        run_job(workspace, job, silent)
    wanted = 1 + len(known.mirrors if known else ())
    late = time.monotonic() + 10
    while len(silent_server) < wanted and time.monotonic() < late:  # it takes what has been asked in a thread
        time.sleep(0.01)
    assert len(silent_server) == wanted
    assert not list(workspace.job_folder(job.id).path.rglob("*"))


@pytest.mark.parametrize("source", ["torchvision:CIFAR10", "hf:a/b"])
def test_a_fetch_that_waits_for_a_server_is_cancelled_and_leaves_nothing(
    workspace: Workspace, silent_server: list[socket.socket], source: str
) -> None:
    from core.jobs.requests import request_cancel

    job = submit_fetch(workspace, source)

    def cancel_once_it_asks(_job: Job) -> None:
        if silent_server:
            request_cancel(workspace, job.id)

    assert ended(workspace, job, cancel_once_it_asks).state == "cancelled"
    assert nothing_left(workspace)


@pytest.mark.usefixtures("here")
def test_a_fetched_set_waits_for_a_decision_like_any_import(workspace: Workspace, tmp_path: Path) -> None:
    root = euro_sat(tmp_path / "root")
    job = ended(workspace, submit_fetch(workspace, "torchvision:EuroSAT", folder=root, size=32, review=True))
    assert job.result == {"waiting": job.id, "why": None}
    assert list_waiting(workspace) == [job.id]
    staged = open_waiting(workspace, job.id).staged
    assert staged.licence == KNOWN["EuroSAT"].terms
