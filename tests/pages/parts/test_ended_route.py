"""What a tab hears that nobody looks at."""

import json

from starlette.requests import Request
from starlette.responses import Response

from core.errors import OutOfMemory
from core.jobs.queue import claim, finish, submit
from core.store import Workspace
from core.words import plain
from pages.parts.ended_route import ended_address, ended_route


def answer(workspace: Workspace, site: str = "same-origin") -> Response:
    request = Request({"type": "http", "headers": [(b"sec-fetch-site", site.encode())]})
    said = ended_route(lambda: workspace).endpoint(request)
    assert isinstance(said, Response)
    return said


def test_a_tab_hears_how_many_jobs_have_ended_well_and_badly_and_other_sites_hear_nothing(
    workspace: Workspace,
) -> None:
    for state in ("done", "failed", "interrupted", "cancelled"):
        job = submit(workspace, "make", plain("Faces"), {})
        claim(workspace, job.id)
        finish(workspace, job.id, state, error=OutOfMemory())  # type: ignore[arg-type]
    submit(workspace, "make", plain("Faces"), {})
    assert json.loads(bytes(answer(workspace).body)) == {"done": 1, "failed": 2}
    assert answer(workspace, "cross-site").status_code == 403
    assert ended_address("a/b") == "/a/b/ended"
