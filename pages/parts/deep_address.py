"""Addresses such as /a/b: a page has one part, and Streamlit would answer a longer address with an empty screen."""

from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.parts.base_path import ENDED, EXPORT, LIVE, beginning

_SERVED = ("_stcore", "media", "component", "static", "app", ENDED, EXPORT, LIVE)
"""First parts below which Streamlit or NoiseLens serves something."""


def one_part(path: str, base: str) -> str | None:
    """Where to send a browser that asks for `path`: /a-b for /a/b, which is no page and says so in our words.

    Args:
        path: decoded, as a server gets it.
        base: Streamlit's server.baseUrlPath, with or without slashes.

    Returns:
        The address to go to, encoded; None where `path` can be answered as it is.
    """
    base = beginning(base)
    if not path.startswith(f"{base}/") or path.startswith("//"):
        return None
    parts = [part for part in path.removeprefix(base).split("/") if part]
    if len(parts) < 2 or parts[0] in _SERVED:
        return None
    return f"{base}/{quote('-'.join(parts), safe='')}"


class OnePart:
    """Middleware that sends a browser on as `one_part` says; all else it leaves alone."""

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self._app = app
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Only a browser that opens a page asks for HTML first, not what a page then loads.
        opens = scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")
        elsewhere = one_part(scope["path"], self._base) if opens else None
        if elsewhere is None:
            await self._app(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        await RedirectResponse(f"{elsewhere}?{query}" if query else elsewhere)(scope, receive, send)
