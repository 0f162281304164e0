"""Jobs carried out in the process of the tests: for what commands say of work, not for how it is started or stopped."""

from threading import Thread

from core.jobs import queue
from core.jobs.executors import Handle, this_process
from core.jobs.kinds import KINDS, function
from core.jobs.worker import in_words
from core.progress import silent
from core.store import Workspace


class Here:
    """An executor whose workers are threads, so that no library is loaded anew for each of many small jobs."""

    def __init__(self) -> None:
        self._thread = Thread()

    def start(self, workspace: Workspace, job_id: str) -> Handle:
        handle = this_process()
        self._thread = Thread(target=self._work, args=(workspace, job_id, handle))
        self._thread.start()
        return handle

    def _work(self, workspace: Workspace, job_id: str, handle: Handle) -> None:
        if not queue.claim(workspace, job_id, handle):
            return
        job = queue.get_job(workspace, job_id)
        try:
            result = function(KINDS[job.kind].run)(workspace, job, silent)
        except Exception as error:  # noqa: BLE001 - as a worker does
            queue.finish(workspace, job_id, "failed", error=in_words(error, workspace))
        else:
            queue.finish(workspace, job_id, "done", result=result)

    def alive(self, handle: Handle) -> bool:
        return self._thread.is_alive()

    def stop(self, handle: Handle) -> None:
        self._thread.join()

    def exit_code(self, handle: Handle) -> int:
        return 0
