"""A worker whose one kind of work is as odd as the payload's "do" says. Started by the tests."""

import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from types import SimpleNamespace

from core.errors import UserMistake
from core.jobs.job import Job
from core.jobs.kinds import JobKind
from core.jobs.worker import main
from core.progress import Report, finishing
from core.store import Workspace
from core.words import Text

with suppress(ImportError):  # there are no such limits on Windows
    import resource


class Refused(UserMistake):
    """What the user should hear."""

    text = Text(en="That cannot be done.", ko="그것은 할 수 없습니다.")


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, object]:
    staging = workspace.job_folder(job.id).staging
    staging.mkdir(parents=True)
    (staging / "half.bin").write_bytes(b"half")
    report(0.25, Text(en="Under way", ko="진행 중"))
    do = job.payload["do"]
    if do == "listen":
        while True:
            report(0.5)
            time.sleep(0.01)
    if do == "count":  # what it wrote stays, as the state of a training does
        while not finishing(report):
            with (workspace.root / f"{job.id}.txt").open("a") as file:
                file.write("1")
            report(0.5)
            time.sleep(0.01)
    if do == "hang":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        time.sleep(600)
    if do == "hold the interpreter":
        print("holding", flush=True)
        ctypes.PyDLL(None).sleep(600)  # a C call that keeps Python's lock: no thread runs
    if do == "refuse":
        raise Refused
    if do == "break":
        raise RuntimeError("the shelf fell down\nand more")
    if do == "memory":
        raise MemoryError
    if do in ("disk", "disk without space for a log"):
        if do != "disk":
            os.dup2(os.open("/dev/full", os.O_WRONLY), 2)
        raise OSError(28, "No space left on device")
    if do == "disk without space for its end":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        shutil.disk_usage = lambda _path: SimpleNamespace(free=0)
        raise OSError(28, "No space left on device")
    if do == "exit":
        os._exit(7)
    if do == "once":
        with (workspace.root / "done.txt").open("a") as file:
            file.write(f"{job.id}\n")
    return {"did": do}


if __name__ == "__main__":
    odd = JobKind("make", "tests.core.jobs.odd_worker:run_job", "data", ())
    sys.exit(main(Workspace.open(), sys.argv[1], *map(json.loads, sys.argv[2:]), kinds={"make": odd}))
