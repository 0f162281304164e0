"""Data sets by name: real classes of torchvision and of `datasets`, on files that lie here; and no internet."""

import os
import re
import socket
import struct
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as PILImage
from skimage import data as photos

from core.data import downloading, hugging_face
from core.data.accepting import list_waiting, open_waiting
from core.data.dataset import DataSet, open_data_set
from core.data.face_crop import FaceCrop
from core.data.fetching import Source, run_job, submit_fetch
from core.data.hugging_face import Columns
from core.data.torchvision_sets import KNOWN, Known, open_splits, plan_of
from core.errors import (
    CannotFetch,
    NoConnection,
    NotAChoice,
    NotFound,
    NotUnderstood,
    OutOfRange,
    UnknownName,
)
from core.images import encode_png
from core.jobs.queue import Job
from core.jobs.service import run_to_end
from core.progress import silent
from core.store import Workspace
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


# --- torchvision


def test_a_set_that_lies_here_as_torchvision_keeps_it_becomes_a_data_set(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = imported(workspace, "torchvision:EuroSAT", folder=euro_sat(tmp_path / "root"), size=32)
    assert made.name == "EuroSAT"
    assert made.classes == ["Forest", "River"]
    assert made.card["images"] == 20
    assert made.split_counts["test"] > 0
    assert made.licence == KNOWN["EuroSAT"].terms
    reds = np.asarray(made.images)[..., 0].mean(axis=(1, 2))
    assert (np.asarray(made.labels) == (reds > 120)).all()


def test_a_picture_that_is_a_file_is_decoded_as_any_import_decodes_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    from core.data.importing import run_job as run_import
    from core.data.importing import submit_import

    root = euro_sat(tmp_path / "root")
    by_name = imported(workspace, "torchvision:EuroSAT", folder=root, size=32)
    folder = root / "eurosat" / "2750"
    result = run_import(workspace, submit_import(workspace, folder, "by folder", 32), silent)
    by_folder = open_data_set(workspace, result["data_set_id"])
    assert (np.asarray(by_name.images) == np.asarray(by_folder.images)).all()


def test_given_splits_stay(workspace: Workspace, tmp_path: Path) -> None:
    root = tmp_path / "root"
    for split, count in (("train", 6), ("val", 3)):
        for number in range(count):
            put(root / "imagenette2-320" / split / "n01440764" / f"{number}.JPEG", 30 + number)
            put(root / "imagenette2-320" / split / "n02102040" / f"{number}.JPEG", 190 + number)
    # torchvision takes the ending .jpeg only, however it is written.
    made = imported(workspace, "torchvision:imagenette", folder=root, size=32)
    assert made.classes == ["English springer", "tench"]
    assert made.split_counts["test"] == 6  # with no test pictures, the given validation ones are the test


def test_pictures_that_are_arrays_are_read_without_loss(workspace: Workspace, tmp_path: Path) -> None:
    raw = tmp_path / "root" / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    pixels: dict[str, np.ndarray] = {}
    for name, count in (("train", 12), ("t10k", 4)):
        pixels[name] = GENERATOR.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        labels = np.arange(count, dtype=np.uint8) % 2
        (raw / f"{name}-images-idx3-ubyte").write_bytes(
            struct.pack(">IIII", 2051, count, 28, 28) + pixels[name].tobytes()
        )
        (raw / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 2049, count) + labels.tobytes())
    known = KNOWN["FashionMNIST"]
    opened = open_splits(known, tmp_path / "root", None, download=False)
    planned = plan_of(known, opened, tmp_path / "root", None)
    assert [candidate.name for candidate in planned.candidates[:2]] == ["T-shirt/top", "Trouser"]
    made = imported(workspace, "torchvision:FashionMNIST", folder=tmp_path / "root", size=32)
    assert made.split_counts["test"] == 4
    assert made.split_counts["train"] + made.split_counts["validation"] == 12


def test_a_set_with_several_labels_is_told_apart_by_the_chosen_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    base = tmp_path / "root" / "oxford-iiit-pet"
    lines = []
    for number in range(12):
        breed, kind = (("Abyssinian", 1), ("beagle", 2), ("boxer", 2))[number % 3]
        put(base / "images" / f"{breed}_{number}.jpg", 20 * number)
        lines.append(f"{breed}_{number} {number % 3 + 1} {kind} 1")
    (base / "annotations").mkdir()
    for split in ("trainval", "test"):
        (base / "annotations" / f"{split}.txt").write_text("\n".join(lines))
    by_breed = imported(workspace, "torchvision:OxfordIIITPet", folder=tmp_path / "root", size=32)
    assert by_breed.classes == ["Abyssinian", "Beagle", "Boxer"]
    columns = Columns(label="binary-category")
    by_kind = imported(
        workspace, "torchvision:OxfordIIITPet", name="kinds", folder=tmp_path / "root", columns=columns
    )
    assert by_kind.classes == ["Cat", "Dog"]


def test_a_class_without_ready_labels_or_files_is_read_too() -> None:
    known = Known("FakeData", KNOWN["CIFAR10"].shows, "", (({"random_offset": 5}, None),), 12, 3, 0,
                  KNOWN["CIFAR10"].terms, options=(("size", 12), ("image_size", (3, 20, 30)), ("num_classes", 3)))  # fmt: skip
    opened = open_splits(known, Path(), None, download=False)
    planned = plan_of(known, opened, Path(), None)
    assert len(planned.candidates) == 12
    assert {candidate.name for candidate in planned.candidates} <= {"0", "1", "2"}
    dataset = opened[0][0]
    for candidate in planned.candidates:
        data = candidate.entry.read()
        assert isinstance(data, bytes)
        assert candidate.name == str(int(dataset[candidate.entry.key][1]))


def test_every_set_of_the_table_is_a_class_of_torchvision_that_takes_what_it_is_given() -> None:
    import inspect

    from torchvision import datasets

    for known in KNOWN.values():
        accepted = inspect.signature(getattr(datasets, known.key).__init__).parameters
        given = {key for chosen, _ in known.splits for key in chosen} | {key for key, _ in known.options}
        given |= {known.labels_option} - {""}
        assert given <= set(accepted), known.key


def test_a_list_of_files_that_leads_out_of_the_folder_reads_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    root = euro_sat(tmp_path / "root")
    put(tmp_path / "secret.jpg", 100)
    (root / "eurosat" / "2750" / "River" / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    job = ended(workspace, submit_fetch(workspace, "torchvision:EuroSAT", folder=root, size=32))
    assert job.result is not None
    assert [path for path, _ in job.result["left_out"]] == ["River/000020"]


def test_at_most_so_many_pictures_of_each_split_are_taken(workspace: Workspace, tmp_path: Path) -> None:
    made = imported(
        workspace, "torchvision:EuroSAT", folder=euro_sat(tmp_path / "root", 20), size=32, most=16
    )
    assert made.card["images"] == 16


# --- Hugging Face


def repository(folder: Path, splits: dict[str, int], label: str = "label", texts: bool = False) -> Path:
    """Parquet files as a repository of the hub holds them."""
    import datasets

    kind = datasets.Value("string") if texts else datasets.ClassLabel(names=["cat", "dog"])
    features = datasets.Features({"id": datasets.Value("int64"), "picture": datasets.Image(), label: kind})
    for split, count in splits.items():
        rows = datasets.Dataset.from_dict(
            {
                "id": list(range(count)),
                "picture": [picture(30 + n if n % 2 == 0 else 200 + n) for n in range(count)],
                label: [("cat", "dog")[n % 2] if texts else n % 2 for n in range(count)],
            },
            features=features,
        )
        target = folder / "data" / f"{split}-00000-of-00001.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        rows.to_parquet(str(target))
    return folder


def test_a_repository_that_lies_here_becomes_a_data_set(workspace: Workspace, tmp_path: Path) -> None:
    folder = repository(tmp_path / "clone", {"train": 20, "test": 8})
    job = ended(workspace, submit_fetch(workspace, "hf:someone/pets", folder=folder, size=32))
    assert job.result is not None, job.error
    made = open_data_set(workspace, job.result["data_set_id"])
    assert made.name == "pets"
    assert made.classes == ["cat", "dog"]
    assert made.split_counts["test"] == 8
    reds = np.asarray(made.images)[..., 0].mean(axis=(1, 2))
    assert (np.asarray(made.labels) == (reds > 120)).all()
    assert not list(workspace.jobs.glob("*/staging"))


def test_columns_and_splits_can_be_chosen(workspace: Workspace, tmp_path: Path) -> None:
    folder = repository(tmp_path / "clone", {"train": 20, "test": 8}, label="animal", texts=True)
    columns = Columns(label="animal", splits={"test": "train", "train": "test"})
    made = imported(workspace, "hf:someone/pets", folder=folder, size=32, columns=columns)
    assert made.classes == ["cat", "dog"]
    assert made.split_counts["test"] == 20


def test_columns_that_are_not_there_are_refused_with_those_that_are(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = repository(tmp_path / "clone", {"train": 6})
    job = ended(
        workspace, submit_fetch(workspace, "hf:someone/pets", folder=folder, columns=Columns(label="colour"))
    )
    assert job.state == "failed"
    assert job.error is not None
    assert "label, id" in job.error["en"]
    assert job.error.get("mistake")
    assert nothing_left(workspace)


@pytest.mark.parametrize(
    ("kinds", "columns", "expected"),
    [
        ({"image": "i", "mask": "i", "label": "c"}, {}, ("image", "label")),
        ({"img": "i", "fine_label": "c", "label": "c"}, {}, ("img", "label")),
        ({"img": "i", "kind": "c", "id": "s"}, {}, ("img", "kind")),
        ({"img": "i", "class": "s", "id": "s"}, {}, ("img", "class")),
        ({"img": "i", "fine": "c", "coarse": "c"}, {"label": "coarse"}, ("img", "coarse")),
        ({"front": "i", "back": "i", "label": "c"}, {}, "image column: front, back. Name one of them"),
        ({"img": "i", "fine": "c", "coarse": "c"}, {}, "label column: fine, coarse. Name one of them"),
        ({"img": "i", "title": "s", "id": "s"}, {}, "label column: title, id. Name one of them"),
        ({"img": "i", "label": "c"}, {"image": "photo"}, '"photo" cannot be the image column: there are img'),
        ({"label": "c"}, {}, "no column that could be the image column"),
        ({"img": "i"}, {}, "no column that could be the label column"),
    ],
)
def test_columns_are_found_where_they_are_clear_and_else_asked_for_by_name(
    kinds: dict[str, str], columns: dict[str, str], expected: tuple[str, str] | str
) -> None:
    import datasets

    feature = {
        "i": datasets.Image(),
        "c": datasets.ClassLabel(names=["cat", "dog"]),
        "s": datasets.Value("string"),
    }
    features = datasets.Features({name: feature[kind] for name, kind in kinds.items()})
    if isinstance(expected, tuple):
        assert hugging_face.choose_columns("a/b", features, Columns.of(**columns)) == expected
        return
    with pytest.raises(CannotFetch, match=re.escape(expected)):
        hugging_face.choose_columns("a/b", features, Columns.of(**columns))


def test_splits_are_written_as_theirs_and_ours() -> None:
    assert Columns.of(splits=" training=train,exam = test").splits == {"training": "train", "exam": "test"}
    assert Columns.of(label=" ", splits="") == Columns()
    with pytest.raises(NotUnderstood, match="training=train, exam=test"):
        Columns.of(splits="exam")
    with pytest.raises(NotAChoice):
        Columns.of(splits="exam=exam")


def test_splits_that_are_not_clear_are_named_with_what_to_write(workspace: Workspace, tmp_path: Path) -> None:
    folder = repository(tmp_path / "clone", {"train": 6, "extra": 6})
    with pytest.raises(CannotFetch, match=r"its splits which of them is train and which is test"):
        imported(workspace, "hf:someone/pets", folder=folder)


def test_what_the_library_saved_to_disk_is_read(workspace: Workspace, tmp_path: Path) -> None:
    import datasets

    rows = datasets.Dataset.from_dict(
        {"image": [picture(30 + n if n % 2 == 0 else 200 + n) for n in range(12)], "label": [0, 1] * 6},
        features=datasets.Features(
            {"image": datasets.Image(), "label": datasets.ClassLabel(names=["dark", "red"])}
        ),
    )
    rows.save_to_disk(str(tmp_path / "saved"))
    made = imported(workspace, "hf:someone/reds", folder=tmp_path / "saved", size=32, seed=3)
    assert made.card["images"] == 12
    assert made.split_counts["test"] > 0


def test_class_folders_of_a_repository_are_read(workspace: Workspace, tmp_path: Path) -> None:
    for number in range(6):
        put(tmp_path / "clone" / "train" / "cat" / f"{number}.png", 30 + number)
        put(tmp_path / "clone" / "train" / "dog" / f"{number}.png", 200 + number)
        put(tmp_path / "clone" / "test" / ("cat", "dog")[number % 2] / f"t{number}.png", 99 + number)
    made = imported(workspace, "hf:someone/pets", folder=tmp_path / "clone", size=32)
    assert made.split_counts["test"] == 6
    assert made.classes == ["cat", "dog"]


def test_faces_are_cut_out_of_what_is_fetched(workspace: Workspace, tmp_path: Path) -> None:
    photo = np.asarray(photos.astronaut())
    for number in range(4):
        for place, name in enumerate(("her", "mirrored")):
            path = tmp_path / "clone" / "train" / name / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encode_png(np.ascontiguousarray(photo[number:400, :: 1 - 2 * place])))
    made = imported(workspace, "hf:someone/people", folder=tmp_path / "clone", size=64, face=FaceCrop())
    assert "Faces cut out of 8 pictures" in made.card["notes"][0]["en"]


def test_a_row_that_names_a_file_of_this_computer_reads_nothing(workspace: Workspace, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    put(tmp_path / "secret.png", 100)
    folder = repository(tmp_path / "clone", {"train": 12})
    file = folder / "data" / "train-00000-of-00001.parquet"
    table = pa.parquet.read_table(file)
    images = table.column("picture").to_pylist()
    images[3] = {"bytes": None, "path": str(tmp_path / "secret.png")}
    column = pa.array(images, table.schema.field("picture").type)
    table = table.set_column(table.schema.get_field_index("picture"), table.schema.field("picture"), column)
    pa.parquet.write_table(table, file)
    job = ended(workspace, submit_fetch(workspace, "hf:someone/pets", folder=folder, size=32))
    assert job.result is not None, job.error
    assert [path for path, _ in job.result["left_out"]] == ["train/0000003"]


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


def test_names_are_read_whatever_the_case() -> None:
    assert str(Source.parse("torchvision:cifar10")) == "torchvision:CIFAR10"
    assert str(Source.parse("hf:uoft-cs/cifar10")) == "hf:uoft-cs/cifar10"


def test_a_job_is_called_by_what_it_fetches_and_the_name_that_was_chosen(workspace: Workspace) -> None:
    unasked = submit_fetch(workspace, "torchvision:CIFAR10")
    chosen = submit_fetch(workspace, "torchvision:CIFAR10", name="animals")
    assert unasked.title == Text(en="Fetch CIFAR10", ko="CIFAR10 받아 오기")
    assert chosen.title == Text(en='Fetch CIFAR10 as "animals"', ko='CIFAR10을 "animals" 이름으로 받아 오기')


def test_a_folder_without_the_set_says_so(workspace: Workspace, tmp_path: Path) -> None:
    job = ended(workspace, submit_fetch(workspace, "torchvision:CIFAR10", folder=tmp_path))
    assert job.state == "failed"
    assert job.error is not None
    assert "torchvision's root" in job.error["en"]
    assert nothing_left(workspace)


def test_a_set_that_nobody_hands_out_says_so(workspace: Workspace) -> None:
    job = ended(workspace, submit_fetch(workspace, "torchvision:LFWPeople"))
    assert job.error is not None
    assert "by hand" in job.error["en"]


# --- no internet: the real code against a proxy that is not there, or never answers


@pytest.fixture
def closed_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every connection of the worker goes to a port where nobody listens."""
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


@pytest.mark.usefixtures("closed_port")
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
    """Every connection of the worker is taken and never answered; those that have come."""
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
    monkeypatch.setattr(downloading, "PATIENCE", 0.2)
    job = submit_fetch(workspace, source)
    with pytest.raises(NoConnection, match=r"could not be fetched.*Connect this computer"):
        run_job(workspace, job, silent)
    assert len(silent_server) == 1 + len(known.mirrors if known else ())
    assert not list(workspace.job_folder(job.id).path.rglob("*"))


def test_every_set_asks_the_server_that_torchvision_fetches_it_from() -> None:
    import inspect
    import sys

    import gdown
    from torchvision import datasets

    for known in KNOWN.values():
        kind = getattr(datasets, known.key)
        source = inspect.getsource(sys.modules[kind.__module__])
        if known.key == "CelebA":  # torchvision leaves it to gdown, which knows the address
            source = inspect.getsource(sys.modules[gdown.download.__module__])
        assert not known.server or f"{known.server}/" in source, known.key
        servers = [known.server, *known.mirrors]
        mirrors = getattr(kind, "mirrors", servers)  # MNIST and its kin
        assert all(one.startswith(server) for one, server in zip(mirrors, servers, strict=True)), known.key


def test_where_the_first_server_fails_the_next_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            asked.append(self.path)
            self.send_error(502)

        def do_HEAD(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        use_proxy(monkeypatch, f"http://127.0.0.1:{proxy.server_port}")
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        try:
            downloading.ask(["https://first.test", "http://second.test", "http://third.test"], "MNIST")
        finally:
            proxy.shutdown()
            thread.join()
    assert asked == ["first.test:443", "http://second.test"]


def test_a_download_in_which_nothing_more_arrives_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading, "STALL", 0.5)
    monkeypatch.setattr(downloading, "ROUND", 0.05)
    over = threading.Event()
    said: list[str] = []

    def stall() -> None:
        (tmp_path / "fetched" / "begun").write_bytes(bytes(3 * 10**6))
        over.wait()

    def report(share: float, step: Text | None = None) -> None:
        said.append(step["en"] if step else "")

    with pytest.raises(NoConnection, match="no answer for"):
        downloading.download(stall, "pets", tmp_path / "fetched", 40, report)
    over.set()
    assert said[-1] == "Fetching: 3 MB on disk, about 40 MB to fetch"


@pytest.mark.parametrize("source", ["torchvision:CIFAR10", "hf:a/b"])
def test_a_fetch_that_waits_for_a_server_is_cancelled_and_leaves_nothing(
    workspace: Workspace, silent_server: list[socket.socket], source: str
) -> None:
    from core.jobs.queue import request_cancel

    job = submit_fetch(workspace, source)

    def cancel_once_it_asks(_job: Job) -> None:
        if silent_server:
            request_cancel(workspace, job.id)

    assert ended(workspace, job, cancel_once_it_asks).state == "cancelled"
    assert nothing_left(workspace)


def test_a_fetched_set_waits_for_a_decision_like_any_import(workspace: Workspace, tmp_path: Path) -> None:
    root = euro_sat(tmp_path / "root")
    job = ended(workspace, submit_fetch(workspace, "torchvision:EuroSAT", folder=root, size=32, review=True))
    assert job.result == {"waiting": job.id}
    assert list_waiting(workspace) == [job.id]
    staged, _ = open_waiting(workspace, job.id)
    assert staged.licence == KNOWN["EuroSAT"].terms


@pytest.mark.parametrize(
    ("reason", "english", "korean"),
    [
        (
            socket.gaierror(-2, "Name or service not known"),
            "In detail: no address is known for the server ([Errno -2] Name or service not known).",
            "서버 주소를 찾지 못함",
        ),
        (ConnectionRefusedError(111, "Connection refused"), "refuses the connection", "거절"),
        (TimeoutError("timed out"), "no answer came in time (timed out)", "제때 응답이 없음"),
        (OSError("unknown url type"), "In detail: unknown url type.", "unknown url type"),
    ],
)
def test_what_a_network_library_says_is_put_in_plain_words(
    reason: OSError, english: str, korean: str
) -> None:
    with pytest.raises(NoConnection) as caught, downloading.wording("pets"):
        raise urllib.error.URLError(reason)
    assert english in caught.value.said["en"]
    assert korean in caught.value.said["ko"]
    assert "urlopen" not in str(caught.value.said)
