"""How tests are shared out among the workers. xdist's own groups (`xdist_group`) do nothing since pytest 9.2."""

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

BROWSER = "tests/browser/"


class FileByFile(LoadScopeScheduling):
    """A file is one worker's work: what its tests share is made once.

    The first worker does those with a browser, from the first on, and the others all else: two browsers make each other
    slow. Who has nothing left to do helps the others out.
    """

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        browses = node is self.nodes[0]
        for file in self.workqueue:
            if file.startswith(BROWSER) == browses:
                self.workqueue.move_to_end(file, last=False)
                break
        super()._assign_work_unit(node)
