"""Servers that answer or do not, downloads that stall, and the words for what goes wrong."""

import socket
import threading
import urllib.error
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from core.data.named import downloads
from core.errors import NoConnection
from core.words import Text
from tests.core.data.named.test_job import use_proxy


def test_where_the_first_server_fails_the_next_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            asked.append(self.path)
            self.send_error(502)

        def do_HEAD(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        use_proxy(monkeypatch, f"http://127.0.0.1:{proxy.server_port}")
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        try:
            downloads.ask(["https://first.test", "http://second.test", "http://third.test"], "MNIST")
        finally:
            proxy.shutdown()
            thread.join()
    assert asked == ["first.test:443", "http://second.test"]


def test_a_download_in_which_nothing_more_arrives_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "STALL", 0.5)
    monkeypatch.setattr(downloads, "ROUND", 0.05)
    over = threading.Event()
    said: list[str] = []

    def stall() -> None:
        (tmp_path / "fetched" / "begun").write_bytes(bytes(3 * 10**6))
        over.wait()

    def report(share: float, step: Text | None = None) -> None:
        said.append(step["en"] if step else "")

    with pytest.raises(NoConnection, match="no answer for"):
        downloads.download(stall, "pets", tmp_path / "fetched", 40, report)
    over.set()
    assert said[-1] == "Fetching: 3 MB on disk, about 40 MB to fetch"


@pytest.mark.parametrize(
    ("reason", "english", "korean"),
    [
        (
            socket.gaierror(-2, "Name or service not known"),
            "In detail: no address is known for the server ([Errno -2] Name or service not known).",
            "서버 주소를 찾지 못함",
        ),
        (ConnectionRefusedError(111, "Connection refused"), "refuses the connection", "거절"),
        (TimeoutError("timed out"), "no answer came in time (timed out)", "제때 응답이 없음"),
        (OSError("unknown url type"), "In detail: unknown url type.", "unknown url type"),
    ],
)
def test_what_a_network_library_says_is_put_in_plain_words(
    reason: OSError, english: str, korean: str
) -> None:
    with pytest.raises(NoConnection) as caught, downloads.wording("pets"):
        raise urllib.error.URLError(reason)
    assert english in caught.value.said["en"]
    assert korean in caught.value.said["ko"]
    assert "urlopen" not in str(caught.value.said)
