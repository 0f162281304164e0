"""A real server for a browser: how it is started, and with what the browser is."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WHOLE = ("chromium", "chromium-browser", "google-chrome")
SHELL = "chromium-headless-shell"
"""The same engine without a browser's own windows around it: a page costs a third less."""


def _installed(*names: str) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


CHROMIUM = _installed(*WHOLE, SHELL)
"""As people have it; what benchmarks drive."""
HEADLESS = _installed(SHELL, *WHOLE)
"""What tests drive."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PATIENCE = 60
"""Seconds for a server to be there."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            return bool(answer.read() == b"ok")
    except OSError:
        return False


@contextmanager
def serving(home: Path, module: Sequence[str] = ("streamlit",), root: Path = ROOT) -> Iterator[str]:
    """The address of a dashboard whose workspace is `home`; it is stopped at the end.

    Args:
        module: what is run as Streamlit, with its first arguments.
        root: of the project, or of another copy of it.

    Raises:
        RuntimeError: the server did not start; with what it wrote.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", *module, "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.fileWatcherType=none"]
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=root,
            env=os.environ | {"NOISELENS_HOME": str(home)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        end = time.monotonic() + PATIENCE
        while not _healthy(address):
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def recorded(home: Path) -> Iterator[tuple[str, str]]:
    """A dashboard as `serving` starts it, and where it tells what its widgets returned (tests.browser.recorder)."""
    port = free_port()
    with serving(home, ("tests.browser.recorder", str(port))) as address:
        yield address, f"http://127.0.0.1:{port}/"
