"""Jobs that trained a run and have ended, without the training."""

import time

from core.store import Workspace, new_id
from core.tables import JobRow


def ended(workspace: Workspace, run_id: str, state: str) -> None:
    """Enter a training job of the run that has come to `state`."""
    now = time.time()
    job = JobRow(
        id=new_id(),
        kind="train",
        title={"en": "Train", "ko": "학습"},
        payload={"run_id": run_id, "evaluate": None},
        state=state,
        created=now,
        started=now,
        finished=now,
        share=1.0,
    )
    with workspace.session() as session:
        session.add(job)
