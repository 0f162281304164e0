"""The address under which the noise lab's stage fetches pictures (see core.lab.live and pages/parts/lab/stage.py).

The visitor's lab is named in a header, not in the address: it stays out of logs and histories, and no page of
another origin can send it.
"""

import asyncio
import os
import re
import socket
from collections.abc import Callable

import psutil
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from core.errors import NoiseLensError
from core.images import encode_jpeg, encode_png
from core.lab.fidelity import fidelity
from core.lab.live import LABS, LiveLab, Moved, Superseded
from pages.parts.base_path import LIVE, beginning

HEADER = "X-NoiseLens-Lab"
JPEG_QUALITY = 70
"""Of a picture that is gone after 30 ms: grain at 85 is half as large again, and looks the same."""
AT_ONCE = 2
"""Pictures in the making; the others wait, and are given up when a newer one is asked for meanwhile."""
HELD_AT_ONCE = 1
"""Answers whose firmness is looked into, in most of a second: apart from the pictures, which do not wait for that."""
_MOST_MOVED = 64
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def answers_leave_at_once() -> None:
    """Once the server listens: no answer waits in the kernel for the receipt of its own head.

    Streamlit's sockets lack asyncio's TCP_NODELAY, and a picture of under 64 KB came 40 ms late on this machine.
    Connections take the option over from the socket that listens.
    """
    for connection in psutil.Process().net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.fd >= 0:
            with socket.socket(fileno=os.dup(connection.fd)) as listening:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _moved(request: Request) -> Moved:
    """The query: `3.sd=0.2` moves `sd` of the page's noise number 3.

    Raises:
        ValueError: it is not of that form.
    """
    moved: dict[int, dict[str, object]] = {}
    query = request.query_params.multi_items()
    for name, value in query:
        found = re.fullmatch(r"(\d{1,9})\.(\w{1,60})", name, re.ASCII)
        if found is None or len(query) > _MOST_MOVED or len(value) > 40:
            raise ValueError(name)
        moved.setdefault(int(found[1]), {})[found[2]] = value
    return moved


def _figures(lab: LiveLab, moved: Moved, wanted: Callable[[], bool]) -> Response:
    found = fidelity(lab.scene.clean.pixels, lab.noisy(moved, wanted))
    return JSONResponse({"psnr": found.psnr, "ssim": found.ssim})


def _answer(what: str, lab: LiveLab, moved: Moved, wanted: Callable[[], bool]) -> Response:
    if what == "original.png":
        return Response(encode_png(lab.scene.clean.pixels), media_type="image/png")
    if what == "noisy.png":
        return Response(encode_png(lab.noisy(moved, wanted)), media_type="image/png")
    if what == "noisy.jpg":
        return Response(encode_jpeg(lab.noisy(moved, wanted), JPEG_QUALITY), media_type="image/jpeg")
    if what == "answers":
        return JSONResponse(lab.answers(moved, wanted))
    if what == "firmly":
        return JSONResponse(lab.firmly(moved, wanted))
    return _figures(lab, moved, wanted)


def live_routes(base_path: str = "") -> list[Route]:
    """What app.py serves beside the pages; `base_path` is Streamlit's server.baseUrlPath."""
    slots, slow = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(HELD_AT_ONCE)

    async def answer(request: Request) -> Response:
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return PlainTextResponse("only for this dashboard's own pages", 403)
        lab = LABS.find(request.headers.get(HEADER, ""))
        if lab is None:
            return PlainTextResponse("no such lab", 404)
        what = request.url.path.rpartition("/")[2]
        try:
            moved = _moved(request)
        except ValueError:
            return PlainTextResponse("not of the form 1.parameter=value", 400)
        # The original and the models' answers do not compete with the picture that a slider asks for.
        wanted = lab.ask(what if what in ("original.png", "answers", "firmly") else "noisy")
        async with slow if what == "firmly" else slots:
            if not wanted() or await request.is_disconnected():
                return PlainTextResponse("a newer picture was asked for", 409)
            try:
                return await asyncio.to_thread(_answer, what, lab, moved, wanted)
            except Superseded:
                return PlainTextResponse("a newer picture was asked for", 409)
            except NoiseLensError as error:
                return PlainTextResponse(error.said["en"], 400)

    async def private(request: Request) -> Response:
        response = await answer(request)
        response.headers.update(_HEADERS)
        return response

    return [
        Route(f"{beginning(base_path)}/{LIVE}/{what}", private, methods=["GET"], name=what)
        for what in ("original.png", "noisy.png", "noisy.jpg", "figures", "answers", "firmly")
    ]
