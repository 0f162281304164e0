"""The address from which a data set leaves as a ZIP, made while it is sent: st.download_button would hold all of it."""

from collections.abc import Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from core.data.dataset import open_data_set
from core.data.exports import export_pieces
from core.errors import NoiseLensError
from core.progress import silent
from core.store import Workspace, file_name
from pages.parts.base_path import EXPORT, beginning


def export_address(data_set_id: str, base_path: str = "") -> str:
    """Where the page's link leads; `base_path` is Streamlit's server.baseUrlPath."""
    return f"{beginning(base_path)}/{EXPORT}/{data_set_id}.zip"


def export_route(open_workspace: Callable[[], Workspace], base_path: str = "") -> Route:
    """What app.py serves at `export_address`."""

    def answer(request: Request) -> Response:
        # "none": somebody typed the address. Another site's page shall not start such work.
        if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            return PlainTextResponse("only for this dashboard's own pages", 403)
        workspace = open_workspace()
        try:
            data_set = open_data_set(workspace, request.path_params["data_set_id"])
        except NoiseLensError as error:
            return PlainTextResponse(error.said["en"], 404)
        finally:
            workspace.close()
        name = quote(f"{file_name(data_set.name)}.zip")
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return StreamingResponse(
            export_pieces(data_set, silent), media_type="application/zip", headers=headers
        )

    return Route(export_address("{data_set_id}", base_path), answer, methods=["GET"], name=EXPORT)
