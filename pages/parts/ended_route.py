"""The address that a tab asks while nobody looks at it, so that its title can say that work has ended."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from core.jobs.queue import count_ended
from core.store import Workspace
from pages.parts.base_path import ENDED, beginning


def ended_address(base_path: str) -> str:
    """Where it is; `base_path` is Streamlit's server.baseUrlPath."""
    return f"{beginning(base_path)}/{ENDED}"


def ended_route(workspace: Callable[[], Workspace], base_path: str = "") -> Route:
    """What app.py serves at `ended_address`: core.jobs.queue.count_ended of the workspace that `workspace` gives."""

    def answer(request: Request) -> Response:
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return PlainTextResponse("only for this dashboard's own pages", 403)
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return JSONResponse(count_ended(workspace()), headers=headers)

    return Route(ended_address(base_path), answer, methods=["GET"], name=ENDED)
