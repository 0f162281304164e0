"""An executor without processes of its own: workers run in a shed, whose keeper is told by files what to do.

`python -m tests.core.jobs.shed PLACE COMMAND...` is the keeper of one worker.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from core.jobs.executors import Handle
from core.jobs.processes import start_apart
from core.store import Workspace


class ShedExecutor:
    """Its handles hold a folder's name, no number of a process."""

    def __init__(self, sheds: Path) -> None:
        self._sheds = sheds
        self._started = 0

    def start(self, workspace: Workspace, job_id: str) -> Handle:
        self._started += 1
        handle = {"executor": "shed", "shed": f"{job_id} {self._started}"}
        place, folder = self._place(handle), workspace.job_folder(job_id)
        place.mkdir(parents=True)
        folder.path.mkdir(parents=True, exist_ok=True)
        worker = ["-m", "tests.core.jobs.odd_worker", job_id, json.dumps(handle)]
        with folder.log.open("ab") as log:
            start_apart(["-m", "tests.core.jobs.shed", str(place), *worker], workspace, log.fileno())
        return handle

    def alive(self, handle: Handle) -> bool | None:
        return not (self._place(handle) / "code").exists() if self._place(handle).exists() else None

    def stop(self, handle: Handle) -> None:
        (self._place(handle) / "stop").touch()
        while self.alive(handle):
            time.sleep(0.01)

    def exit_code(self, handle: Handle) -> int | None:
        code = self._place(handle) / "code"
        return int(code.read_text()) if code.exists() else None

    def _place(self, handle: Handle) -> Path:
        return self._sheds / str(handle["shed"])


def keep(place: Path, command: list[str]) -> None:
    """Run a worker until it ends, or until somebody wants it stopped."""
    worker = subprocess.Popen([sys.executable, *command])
    while worker.poll() is None:
        if (place / "stop").exists():
            worker.kill()
        time.sleep(0.01)
    half = place / "half"
    half.write_text(str(worker.returncode))
    half.replace(place / "code")


if __name__ == "__main__":
    keep(Path(sys.argv[1]), sys.argv[2:])
