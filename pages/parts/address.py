"""What a page shows, in the browser's address, so that a link shows its receiver what its sender saw."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import unquote, urlsplit

import streamlit as st

from core.errors import UnknownName
from core.words import Text
from pages.parts.base_path import beginning
from pages.parts.messages import show_error

_ON_ITS_WAY = 2.0
"""Seconds in which the browser may still send an address that has been replaced."""


@dataclass
class _Kept:
    """What was written for one name: now, and when earlier values were replaced."""

    now: str | None = None
    replaced: dict[str, float] = field(default_factory=dict)


def _kept(page: str, name: str) -> _Kept:
    kept: _Kept = st.session_state.setdefault(f"address_{page}_{name}", _Kept())
    return kept


def unknown_path(url: str | None, pages: Collection[str]) -> str | None:
    """The last part of the address `url`, if no page is called so; None on a page, at the root or without address."""
    path = unquote(urlsplit(url or "").path).rstrip("/")
    base = beginning(str(st.get_option("server.baseUrlPath")))
    name = path.removeprefix(base).strip("/").rpartition("/")[2]
    return None if not name or name in pages else name


def asked(page: str, name: str) -> str | None:
    """The address's value `name`, when it did not come from this page itself: a link, or the back button."""
    value = st.query_params.get(name)
    kept = _kept(page, name)
    if value is None or value == kept.now:
        return None
    # A quick second move leaves the browser before the address of the first has come there.
    recent = time.monotonic() - kept.replaced.get(value, float("-inf")) < _ON_ITS_WAY
    return None if recent else value


def asked_of(page: str, name: str, kind: Text, known: Mapping[str, Text]) -> str | None:
    """The address's value as `asked` gives it, if it is one of `known`; if not, a sentence says so here.

    Args:
        kind: what the value names.
        known: what it may be, with what screens call it.
    """
    value = asked(page, name)
    if value is None or value in known:
        return value
    show_error(UnknownName(kind, value, known.values()))
    return None


def asked_several(page: str, name: str, kind: Text, known: Mapping[str, Text]) -> list[str] | None:
    """As `asked_of`, of several values with commas between: those that are known, each once."""
    value = asked(page, name)
    if value is None:
        return None
    wanted = list(dict.fromkeys(value.split(",")))
    if unknown := [one for one in wanted if one not in known]:
        show_error(UnknownName(kind, ", ".join(unknown), known.values()))
    return [one for one in wanted if one in known]


def adopt(page: str, name: str, key: str, kind: Text, known: Mapping[str, Text]) -> None:
    """Take a value of the address into the widget `key`, where it is one that the widget has; else a sentence says so.

    A value that the widget has no longer is forgotten.
    """
    value = asked_of(page, name, kind, known)
    if value is not None:
        st.session_state[key] = value
    elif st.session_state.get(key) not in known:
        st.session_state.pop(key, None)


def keep(page: str, **values: str | int | None) -> None:
    """Write what the page shows now into the address; None takes a name out."""
    wanted = {name: None if value is None else str(value) for name, value in values.items()}
    for name, text in wanted.items():
        kept = _kept(page, name)
        if kept.now is not None and kept.now != text:
            kept.replaced[kept.now] = time.monotonic()
            while len(kept.replaced) > 100:
                kept.replaced.pop(next(iter(kept.replaced)))
        kept.now = text
    new = {
        name: text for name, text in wanted.items() if text is not None and st.query_params.get(name) != text
    }
    if new:
        st.query_params.update(new)
    for name, text in wanted.items():
        if text is None:
            st.query_params.pop(name, None)


_ONE_ENTRY = """
<script>
if (!history.noiselens) {
    const push = history.pushState.bind(history);
    const bare = (url) => [...url.searchParams.keys()].every((name) => name === "lang");
    let left = null;
    history.noiselens = true;
    history.pushState = (state, title, url) => {
        const here = new URL(location.href);
        const there = new URL(url ?? location.href, here);
        if (there.pathname === here.pathname) {
            // Emptied, it is being left: what follows is the next page's, which Streamlit opens a moment later.
            if (bare(there) && !bare(here)) left = here.href;
            history.replaceState(state, title, url);
        } else {
            if (left !== null) history.replaceState(state, title, left);
            left = null;
            push(state, title, url);
        }
    };
    window.addEventListener("popstate", () => {left = null;});
}
</script>
"""


def one_entry_a_page() -> None:
    """Have the browser's back button lead to the page before: what a page writes into its own address is no step.

    Streamlit adds an entry to the history with each change of the address.
    """
    st.html(_ONE_ENTRY, unsafe_allow_javascript=True)


def open_page(page: str, **values: str) -> NoReturn:
    """Open another page with these values in its address.

    `st.switch_page` would write them into the address of the page that is left.

    Args:
        page: file name, such as "train.py".
    """
    st.session_state[_GOING] = values
    # Empty, not left out: without any Streamlit refuses to leave a page whose address holds a widget's own value.
    st.switch_page(page, query_params={})


def arrive() -> None:
    """Take up what `open_page` left for the page that is opened."""
    values = st.session_state.pop(_GOING, None)
    if values:
        st.query_params.update(values)


_GOING = "address_going"
