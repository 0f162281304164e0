"""What many tests need: an empty workspace, and a data set that a tiny network learns in a second."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
from filelock import FileLock

from core.data.dataset import DataSet
from core.data.splits import periodic
from core.data.writer import Contents, save
from core.lab import showcase
from core.progress import silent
from core.store import Workspace
from core.words import Text, plain

CallsOf = Callable[..., Counter[str]]
MadeOnce = Callable[[str, Callable[[Path], object]], Path]

os.environ.setdefault("NOISELENS_NICENESS", "0")  # tests wait for what works in the background
# Tests at each other's side share the cores: threads that wait for a busy core take ten times as long. Also for the
# processes that tests start.
if "PYTEST_XDIST_WORKER_COUNT" in os.environ:
    _share = (os.cpu_count() or 1) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, _share)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    from tests.sharing import FileByFile  # workers need no scheduler

    return FileByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long forms wait until they are asked for."""
    for item in items:
        if item.get_closest_marker("whole") is not None and os.environ.get("NOISELENS_ALL") != "1":
            item.add_marker(pytest.mark.skip(reason="a long form: set NOISELENS_ALL=1"))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """`made_once("name", make)`: the folder of that name as `make(folder)` left it, made by the first worker that asks.

    It is everybody's: who writes takes a copy.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = shared / "made" / name, shared / "made" / f"{name}.done"
        folder.parent.mkdir(exist_ok=True)
        with FileLock(folder.parent / f"{name}.lock"):
            if not done.exists():
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def first_pictures(made_once: MadeOnce) -> Path:
    """A workspace's folder `showcase` as a server has it computed, which takes longer than most tests."""

    def make(folder: Path) -> None:
        with tempfile.TemporaryDirectory() as home:
            workspace = Workspace.open(Path(home))
            showcase.start_showcase(workspace)
            process = showcase._asked[workspace.root]
            showcase.start_showcase(workspace)  # as for a second visitor
            assert showcase._asked[workspace.root] is process
            process.wait()
            workspace.close()
            shutil.copytree(Path(home) / "showcase", folder)

    return made_once("showcase", make)


@pytest.fixture
def calls_of(monkeypatch: pytest.MonkeyPatch) -> CallsOf:
    """`calls_of((module, "name"), ...)` counts, by name, how often these functions are called, which do what they do."""

    def watch(*functions: tuple[Any, str]) -> Counter[str]:
        calls: Counter[str] = Counter()

        def counted(real: Callable[..., Any], name: str) -> Callable[..., Any]:
            def call(*values: Any, **named: Any) -> Any:
                calls[name] += 1
                return real(*values, **named)

            return call

        for module, name in functions:
            monkeypatch.setattr(module, name, counted(getattr(module, name), name))
        return calls

    return watch


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """An empty workspace, also for code that opens the default one."""
    monkeypatch.setenv("NOISELENS_HOME", str(tmp_path / "home"))
    opened = Workspace.open()
    yield opened
    opened.close()


@pytest.fixture
def tiny_data_set(workspace: Workspace) -> DataSet:
    """80 pictures of 32 px: a bright spot on the left or on the right of a grainy ground; 28/4/8 a class."""
    generator = np.random.default_rng(0)
    labels = np.arange(80) % 2
    images = generator.normal(90, 12, (80, 32, 32, 3))
    for image, label in zip(images, labels, strict=True):
        row, column = generator.integers(4, 20), generator.integers(2, 6)
        column += 14 * label
        image[row : row + 8, column : column + 8] += 100
    contents = Contents(
        kind="import",
        classes=["left", "right"],
        images=np.clip(images, 0, 255).astype(np.uint8),
        labels=labels.astype(np.int64),
        splits=periodic(np.arange(80) // 2),
        names=[f"{i}.png" for i in range(80)],
        seed=0,
        origin=Text(en="a test", ko="테스트"),
        licence=plain("CC0"),
    )
    return save(workspace, workspace.job_folder("tiny").staging, "tiny", contents, silent)


@pytest.fixture
def full_disk() -> Callable[[], AbstractContextManager[None]]:
    """Within it no file of this process grows, as on a disk without a free byte; others still may."""
    resource = pytest.importorskip("resource", reason="limits are POSIX")

    @contextmanager
    def full() -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
            try:
                yield
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return full


@pytest.fixture
def film() -> Callable[..., Path]:
    """Writes a video: a scene of its own for each `scene`, in which a white bar moves from left to right."""

    def made(
        path: Path,
        scene: int = 0,
        frames: int = 30,
        rate: int = 10,
        side: tuple[int, int] = (96, 64),
        codec: str = "libx264",
        **options: Any,
    ) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        wide, high = side
        coarse = np.random.default_rng(scene).integers(40, 200, (8, 12, 3))
        ground = np.repeat(np.repeat(coarse, -(-high // 8), axis=0), -(-wide // 12), axis=1)[:high, :wide]
        with av.open(str(path), "w", **options) as file:
            stream = file.add_stream(codec, rate=rate)
            stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
            stream.bit_rate = 2_000_000
            if codec == "libvpx":
                stream.options = {"deadline": "realtime", "cpu-used": "8"}  # else it takes twice as long
            for number in range(frames):
                image = ground.astype(np.uint8)
                place = (number * (wide - 8)) // max(frames - 1, 1)
                image[:, place : place + 8] = 255
                file.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
            file.mux(stream.encode())
        return path

    return made
