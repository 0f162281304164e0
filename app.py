"""NoiseLens: `streamlit run app.py` finds the `st.App` here and runs pages/shell.py in it."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import streamlit as st
from starlette.middleware import Middleware

from core.errors import NoiseLensError
from core.hardware import one_blas_thread
from core.jobs.service import JobService
from core.store import Workspace
from pages.parts.data.export_route import export_route
from pages.parts.deep_address import OnePart
from pages.parts.ended_route import ended_route
from pages.parts.lab.live_route import answers_leave_at_once, live_routes
from pages.parts.made_route import made_route
from pages.parts.messages import show_error, show_surprise

BASE = str(st.get_option("server.baseUrlPath") or "")


def worth_a_line(record: logging.LogRecord) -> bool:
    """Whether Streamlit's line belongs into the log.

    A part of a page that looks again each second may be asked for once more after the page has gone on without
    it. Streamlit ignores that, and says so each time: a full terminal in which nothing else can be found.
    """
    return not record.getMessage().endswith(_GONE)


_GONE = "does not exist anymore - it might have been removed during a preceding full-app rerun."
logging.getLogger("streamlit.runtime.app_session").addFilter(worth_a_line)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """The job service lives as long as the server, whether or not somebody looks."""
    answers_leave_at_once()
    one_blas_thread()
    workspace = Workspace.open()
    with JobService(workspace):
        yield
    workspace.close()


def on_script_error(error: Exception) -> bool:
    """Our words on the page; Streamlit has written the traceback to the log. True: shown."""
    if isinstance(error, NoiseLensError):
        show_error(error)
    else:
        show_surprise()
    return True


app = st.App(
    "pages/shell.py",
    lifespan=lifespan,
    on_script_error=on_script_error,
    routes=[
        *live_routes(BASE),
        export_route(Workspace.open, BASE),
        ended_route(cache(Workspace.open), BASE),
        made_route(cache(Workspace.open), BASE),
    ],
    middleware=[Middleware(OnePart, base=BASE)],
)
