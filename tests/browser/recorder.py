"""Streamlit's own server, which also tells what each widget returned to its page: `python -m tests.browser.recorder
PORT run app.py ...`. A walk holds that against what the browser shows.

GET http://127.0.0.1:PORT/ answers {session: {key: what the box must show}}, the session used last at the end.
"""

import functools
import json
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.cli import main

CHOICES = ("selectbox", "multiselect", "radio", "pills", "segmented_control", "select_slider")
"""Widgets that show an option as `format_func` words it."""
PLAIN = ("slider", "number_input", "text_input", "toggle", "checkbox")

_known: dict[str, dict[str, list[str]]] = {}
_lock = threading.Lock()


def _shown(kind: str, value: Any, worded: Callable[[Any], Any]) -> list[str]:
    """What stands in the box: nothing, one text, or one for each of several values."""
    if value is None:
        return []
    if kind in CHOICES:
        return [str(worded(one)) for one in (value if isinstance(value, list | tuple) else [value])]
    if isinstance(value, bool):
        return ["on" if value else "off"]
    return [str(one) for one in (value if isinstance(value, list | tuple) else [value])]


def _recorded(kind: str, draw: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(draw)
    def recorded(*args: Any, **values: Any) -> Any:
        value = draw(*args, **values)
        context, key = get_script_run_ctx(), values.get("key")
        if context is not None and key:
            with _lock:
                session = _known.pop(context.session_id, {})
                session[str(key)] = _shown(kind, value, values.get("format_func", str))
                _known[context.session_id] = session
        return value

    return recorded


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        with _lock:
            body = json.dumps(_known).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Quiet: the server's log is read for tracebacks."""


def record() -> None:
    """From now on every widget of a page is recorded, drawn by `st.` or in a container."""
    for kind in (*CHOICES, *PLAIN):
        setattr(DeltaGenerator, kind, _recorded(kind, getattr(DeltaGenerator, kind)))
        setattr(st, kind, _recorded(kind, getattr(st, kind)))


if __name__ == "__main__":
    record()
    port = int(sys.argv.pop(1))
    threading.Thread(
        target=ThreadingHTTPServer(("127.0.0.1", port), _Answers).serve_forever, daemon=True
    ).start()
    main()
