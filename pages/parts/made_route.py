"""The address from which what a job has made leaves, in pieces from the disk: st.download_button would hold all of it."""

from collections.abc import Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from core.brought.made import made_by
from core.store import Workspace
from pages.parts.base_path import MADE, beginning


def made_address(job_id: str, base_path: str = "") -> str:
    """Where the page's link leads; `base_path` is Streamlit's server.baseUrlPath."""
    return f"{beginning(base_path)}/{MADE}/{job_id}"


def made_route(workspace: Callable[[], Workspace], base_path: str = "") -> Route:
    """What app.py serves at `made_address`."""

    def answer(request: Request) -> Response:
        # "none": somebody typed the address. What is somebody's own is not for another site's page.
        if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            return PlainTextResponse("only for this dashboard's own pages", 403)
        path = made_by(workspace(), request.path_params["job_id"])
        if path is None:
            return PlainTextResponse("It is no longer there. Make it once more.", 404)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.name)}",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return FileResponse(path, media_type="application/octet-stream", headers=headers)

    return Route(made_address("{job_id}", base_path), answer, methods=["GET"], name=MADE)
