"""Work of seconds beside a page: in a thread, with progress and cancel, while the page stays alive."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import streamlit as st

from core.errors import Cancelled, NoiseLensError
from core.progress import Report
from core.words import Text
from pages.parts.clock import draw_again
from pages.parts.i18n import t
from pages.parts.messages import show_error


class Work:
    """One calculation in a thread; what it says may be read from any page run."""

    def __init__(self, key: tuple[str, ...], function: Callable[[Report], Any], partial: Any) -> None:
        self.key = key
        self.partial = partial
        """What the function fills while it works."""
        self.share = 0.0
        self.ended = threading.Event()
        self.cancelled = False
        self.error: Exception | None = None
        self.result: Any = None
        self._function = function

    @property
    def running(self) -> bool:
        return not self.ended.is_set()

    def cancel(self) -> None:
        self.cancelled = True

    def carry_out(self) -> None:
        """Called by the thread."""
        try:
            self._report(0.0)
            self.result = self._function(self._report)
        except Cancelled:
            self.cancelled = True
        except Exception as error:  # noqa: BLE001 - the page that looks raises it
            self.error = error
        self._function = _nothing  # lets go of the pictures that it worked on
        self.ended.set()

    def _report(self, share: float, step: Text | None = None) -> None:
        if self.cancelled:
            raise Cancelled()
        self.share = share


def _nothing(report: Report) -> None:
    """What a Work that has ended would do."""


class Works:
    """What has been worked out lately and what is under way, for all visitors."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[tuple[str, ...], Work] = OrderedDict()
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="page")

    def find(self, key: tuple[str, ...]) -> Work | None:
        """The work called `key`, if it was started and neither cancelled nor forgotten."""
        with self._lock:
            work = self._known.get(key)
            if work is None or work.cancelled:
                return None
            self._known.move_to_end(key)
            return work

    def known(self) -> list[Work]:
        """All that is kept."""
        with self._lock:
            return list(self._known.values())

    def start(self, key: tuple[str, ...], function: Callable[[Report], Any], partial: Any = None) -> Work:
        """Have `function` carried out in a thread, unless that is so already.

        Args:
            key: says all that the result depends on. A picture goes in as its digest, so that nobody comes
                by the work on a picture without having the picture.
            partial: what `function` fills as it goes, for a page to show meanwhile.
        """
        with self._lock:
            known = self._known.get(key)
            if known is not None and not known.cancelled and known.error is None:
                return known
            work = self._known[key] = Work(key, function, partial)
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                _, oldest = self._known.popitem(last=False)
                oldest.cancel()
        self._threads.submit(work.carry_out)
        return work


def begun(works: Works, key: tuple[str, ...], place: str, begin: Callable[[], Work]) -> Work | None:
    """The work called `key`, which `begin` starts where it is not known yet.

    None where this visitor has stopped it: then a button that begins it again stands here.

    Args:
        place: as of `while_working`.
    """
    work = works.find(key)
    if work is not None:
        return work
    if st.session_state.get(_stopped(place)) != key:
        return begin()
    st.button(
        t("parts.begin_again"),
        key=f"{place}_begin",
        icon=":material/replay:",
        on_click=st.session_state.pop,
        args=(_stopped(place),),
    )
    return None


def failed(work: Work) -> bool:
    """Whether it ended in an error: then that stands here, and the next look tries again.

    Raises:
        What it ended in, where that is no error for people.
    """
    if work.error is None:
        return False
    work.cancel()
    if not isinstance(work.error, NoiseLensError):
        raise work.error
    show_error(work.error)
    return True


def while_working(work: Work, place: str, words: str) -> None:
    """Progress and a cancel button; what this stands in, a fragment or the page, runs again until `work` has ended.

    No fragment of its own: one within another can, when it goes away, leave the page white on a slow computer.

    Args:
        place: tells several on one page apart; the button's key is PLACE_cancel.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(work.share, text=words)
        st.button(
            t("parts.cancel"),
            key=f"{place}_cancel",
            icon=":material/close:",
            on_click=_stop,
            args=(work, place),
        )
    draw_again(place, 0.8)


def _stopped(place: str) -> str:
    """Session: the key of the work that was stopped there last."""
    return f"stopped_{place}"


def _stop(work: Work, place: str) -> None:
    work.cancel()
    st.session_state[_stopped(place)] = work.key
