"""Work of seconds beside a page: in a thread, with progress and cancel, while the page stays alive."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import streamlit as st

from core.errors import Cancelled
from core.progress import Report
from core.words import Text
from pages.parts.clock import draw_again
from pages.parts.i18n import t


class Work:
    """One calculation in a thread; what it says may be read from any page run."""

    def __init__(self, function: Callable[[Report], Any], partial: Any) -> None:
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
            work = self._known[key] = Work(function, partial)
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                _, oldest = self._known.popitem(last=False)
                oldest.cancel()
        self._threads.submit(work.carry_out)
        return work


def while_working(work: Work, key: str, words: str, more: Callable[[], None] | None = None) -> None:
    """Progress and a cancel button until `work` has ended; then the page runs again.

    Args:
        key: of the button; unique on the page.
        more: draws what there is already, after each look.
    """

    @st.fragment
    def look() -> None:
        if not work.running or work.cancelled:
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(work.share, text=words)
            st.button(t("parts.cancel"), key=key, icon=":material/close:", on_click=work.cancel)
        if more is not None:
            more()
        draw_again(key, 0.4)

    look()
