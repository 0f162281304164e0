"""A process at an evaluation's side: it makes pieces that nobody has claimed, and ends when there are none.

    python -m core.evaluation.helper PLAN.json

It writes nothing but cells. What it has claimed when it dies others make; without the process that started it, it ends.
"""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from core.errors import Cancelled
from core.evaluation.helper_processes import Plan, watching
from core.evaluation.networks_at_work import networks_at_work, work_of
from core.files import read_json
from core.networks.loading import torch_threads
from core.runs.runs import data_set_of, open_run
from core.store import Workspace


def main(arguments: Sequence[str]) -> int:
    """Work on the plan in a file until nothing of it is unclaimed."""
    plan = Plan.read(read_json(Path(arguments[0])))
    torch_threads(plan.threads)
    workspace = Workspace.open()
    runs = [open_run(workspace, one) for one in plan.run_ids]
    data_set = data_set_of(workspace, runs[0])
    at_work = networks_at_work(workspace, runs, data_set, plan.mode, plan.method, plan.device)
    work = work_of(at_work, data_set, plan.noises, plan.severities, plan.mode, watching(plan.parent))
    try:
        work.do()
    except Cancelled:
        return 1
    return 0


if __name__ == "__main__":
    logging.basicConfig(format="%(message)s")
    sys.exit(main(sys.argv[1:]))
