"""What other libraries fetch: their server is asked first, how much has arrived is told, and what goes wrong is worded."""

import errno
import os
import shutil
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from core.data.intake.listing import shown
from core.errors import CannotFetch, DiskFull, NoConnection, NoiseLensError, PackagesMissing
from core.progress import Report, silent
from core.words import Text, fill_text, plain

T = TypeVar("T")

PATIENCE = 8.0
"""Seconds that a server may take to answer."""
STALL = 180.0
"""Seconds in which nothing arrives on disk before a download is given up: checking what has arrived takes time too."""
ROUND = 0.3
"""Seconds between two looks at how much has arrived."""
UNPACKED = 2.2
"""Space that a set takes while it is fetched, as a multiple of its download: the archive and what it holds."""
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NETWORK = ("httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3")
_CLIENTS = (*_NETWORK, "huggingface_hub", "gdown", "datasets")
"""Packages whose errors are about fetching; those of the first are about the network itself."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Where a server sends us is an answer."""

    def redirect_request(self, *_args: object, **_named: object) -> None:
        return None


def ask(servers: Sequence[str], name: str) -> None:
    """Whether any of `servers`, addresses such as "https://example.org", answers at all.

    They are asked in turn until one does, by one request each and PATIENCE at most: some of the libraries would ask
    without an end.

    Args:
        name: of the data set, for the sentence.

    Raises:
        NoConnection: none does; it says what is wrong with the last.
    """
    *others, last = servers
    for server in others:
        with suppress(NoConnection):
            return _ask(server, name)
    return _ask(last, name)


def _ask(server: str, name: str) -> None:

    def request() -> None:
        # Built anew: the proxies are those of now.
        opener = urllib.request.build_opener(_NoRedirects)
        head = urllib.request.Request(server, method="HEAD")  # noqa: S310 - ours, or what the environment names
        try:
            opener.open(head, timeout=PATIENCE).close()
        except urllib.error.HTTPError as error:
            error.close()  # "no such page" is an answer

    with wording(name):
        # In a thread, because looking up a host's name knows no time limit.
        asked = _start(request)
        if not wait([asked], PATIENCE).done:
            raise NoConnection(name=name, detail=_silence(PATIENCE))
        asked.result()


def download(work: Callable[[], T], name: str, place: Path, megabytes: int, report: Report) -> T:
    """What `work` returns, which has a library fetch a data set into the folder `place`.

    Says how much has arrived, and gives up where nothing has for STALL: what then still waits for a server is a
    thread that does not keep the process.

    Args:
        name: of the data set, for the sentences.
        megabytes: of the download, about; 0 where that is not known.

    Raises:
        NoConnection, CannotFetch, DiskFull.
    """
    place.mkdir(parents=True, exist_ok=True)
    if megabytes * 10**6 * UNPACKED > shutil.disk_usage(place).free:
        raise DiskFull(name=str(place))
    with wording(name, place), _limited_sockets():
        working = _start(work)
        before, since = 0, time.monotonic()
        while not wait([working], ROUND).done:
            arrived = _bytes_in(place)
            if arrived != before:
                before, since = arrived, time.monotonic()
            if time.monotonic() - since > STALL:
                raise NoConnection(name=name, detail=_silence(STALL))
            try:
                report(*_how_far(arrived / 10**6, megabytes))
            except NoiseLensError:
                report = silent  # cancelled: the worker ends the process
        return working.result()


@contextmanager
def wording(name: str, place: Path | None = None) -> Iterator[None]:
    """Words what goes wrong while a data set is fetched or its files are opened.

    Args:
        place: the folder that it is put into.

    Raises:
        NoConnection, CannotFetch, PackagesMissing, DiskFull.
    """
    try:
        yield
    except NoiseLensError:
        raise
    except ImportError as error:
        raise PackagesMissing(name=name, packages=error.name or f"{error}") from error
    except (OSError, RuntimeError, ValueError, KeyError, EOFError, TypeError) as error:
        raise _worded(error, name, place) from error
    except Exception as error:
        # The hub's client has errors of its own, outside Python's families.
        if type(error).__module__.split(".")[0] not in _CLIENTS:
            raise
        raise _worded(error, name, place) from error


def _start(work: Callable[[], T]) -> "Future[T]":
    """`work` in a thread that ends with the process, whatever it waits for."""
    future: Future[T] = Future()

    def carry_out() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            future.set_exception(error)

    threading.Thread(target=carry_out, daemon=True, name="fetching").start()
    return future


@contextmanager
def _limited_sockets() -> Iterator[None]:
    """No server may keep us waiting between two pieces, where a library sets no limit of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _silence(seconds: float) -> Text:
    return Text(en=f"no answer for {seconds:.0f} s", ko=f"{seconds:.0f}초 동안 응답 없음")


def _how_far(arrived: float, megabytes: int) -> tuple[float, Text]:
    """The share and the sentence for `arrived` MB on disk of a download of `megabytes`."""
    step = Text(en=f"Fetching: {arrived:,.0f} MB on disk", ko=f"받는 중: 디스크에 {arrived:,.0f} MB")
    if not megabytes:
        return 0.0, step
    step = Text(
        en=f"{step['en']}, about {megabytes:,} MB to fetch",
        ko=f"{step['ko']}, 받을 양 약 {megabytes:,} MB",
    )
    return min(arrived / (megabytes * UNPACKED), 1.0), step


def _bytes_in(place: Path) -> int:
    total = 0
    for top, _, files in os.walk(place):
        for name in files:
            try:
                total += os.lstat(os.path.join(top, name)).st_size
            except OSError:
                continue  # it has just been moved or removed
    return total


_NO_ADDRESS = Text(en="no address is known for the server", ko="서버 주소를 찾지 못함")
_REFUSED = Text(en="the server refuses the connection", ko="서버가 연결을 거절함")
_LATE = Text(en="no answer came in time", ko="제때 응답이 없음")


def _network_words(chain: list[BaseException], detail: str) -> Text:
    """What is wrong with the network, in plain words where it is one of the usual things; else `detail`."""
    reasons = [getattr(one, "reason", None) for one in chain]
    for one in (*chain, *reasons):
        for kind, said in (
            (socket.gaierror, _NO_ADDRESS),
            (ConnectionRefusedError, _REFUSED),
            (TimeoutError, _LATE),
        ):
            if isinstance(one, kind):
                return fill_text(
                    Text(en="{said} ({one})", ko="{said} ({one})"), said=said, one=shown(f"{one}")
                )
    return plain(detail.removeprefix("<urlopen error ").removesuffix(">"))


def _worded(error: Exception, name: str, place: Path | None) -> NoiseLensError:
    chain: list[BaseException] = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    detail = shown(" ".join(f"{error}".split())[:160]) or type(error).__name__
    for one in chain:
        if isinstance(one, OSError) and one.errno in _FULL:
            return DiskFull(name=str(place))
    network = (urllib.error.URLError, ConnectionError, TimeoutError, socket.gaierror)
    if any(
        isinstance(one, network)
        or type(one).__module__.split(".")[0] in _NETWORK
        or "Error downloading" in str(one)
        for one in chain
    ):
        return NoConnection(name=name, detail=_network_words(chain, detail))
    why = Text(
        en="its files cannot be read as labelled pictures ({detail})",
        ko="라벨이 달린 사진으로 읽을 수 없습니다({detail})",
    )
    return CannotFetch(name=name, why=fill_text(why, detail=detail))
