"""What a page shows, in the browser's address: a link shows its receiver what its sender saw, and the back button shows it again."""

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import unquote, urlsplit

import streamlit as st

from core.errors import UnknownName
from core.words import Text
from pages.parts.base_path import beginning
from pages.parts.by_history import by_history
from pages.parts.messages import show_error

_ON_ITS_WAY = 2.0
"""Seconds in which the browser may still send an address that has been replaced."""
STEPS = {
    "results": (
        *(
            "runs",
            "tests",
            "severity",
            "noises",
            "measure",
            "families",
            "single",
            "classes",
            "tab",
            "seed",
            "sort",
            "open",
        ),
        *("pair", "two_noise", "confusion", "map_run", "map_noise", "map_severity", "map_image"),
    ),
    "explain": ("run", "test", "beside", "noise", "view", "gallery", "image"),
    "present": ("story",),
}
"""What is an entry of the browser's history when a visitor changes it, by page. Not what is dragged or typed, as a slider and the
form of a training: there the way back to the page before would be as long as what was tried."""


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
    """The address's value `name`, when it did not come from this page itself: a link, or the back button.

    Empty where the back button led to a view of this page from before the value was chosen.
    """
    value = (st.session_state.get(_WAITING) or st.query_params).get(name, st.query_params.get(name))
    kept = _kept(page, name)
    if by_history():
        # Also what was written here last: a box of a page that was left in between has forgotten it.
        return "" if value is None and kept.now is not None else value
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
    if not value:
        return None
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
    waiting = st.session_state.get(_WAITING)
    if waiting is not None:
        waiting.update(wanted)
    else:
        _write(wanted)


def _write(wanted: Mapping[str, str | None]) -> None:
    new = {
        name: text for name, text in wanted.items() if text is not None and st.query_params.get(name) != text
    }
    if new:
        st.query_params.update(new)
    for name, text in wanted.items():
        if text is None:
            st.query_params.pop(name, None)


_HISTORY = """
<script>
if (!history.noiselens) {
    const steps = STEPS;
    const push = history.pushState.bind(history);
    const bare = (url) => [...url.searchParams.keys()].every((name) => name === "lang");
    const app = () => document.querySelector("[data-testid=stApp]");
    // Whether the page is being opened; where the visitor was when they last did something, whether that may make an entry, whether
    // it has; whether the page is being left.
    let opening = true;
    let stayed = null;
    let acted = false;
    let stepped = false;
    let leaving = false;
    // The page that is shown; after the browser's button led away from one, that one's title until the next page's is there.
    let path = location.pathname;
    let left = null;
    history.noiselens = true;
    history.pushState = (state, title, url) => {
        const here = new URL(location.href);
        const there = new URL(url ?? location.href, here);
        if (left !== document.title) left = null;
        if (there.pathname === here.pathname) {
            if (left !== null) return;  // the last words of the page that was left
            // Emptied, it is being left: what follows is the next page's, which Streamlit opens a moment later.
            leaving ||= bare(there) && !bare(here);
            const names = steps[here.pathname.split("/").pop()] ?? [];
            const changed = names.some((name) => here.searchParams.get(name) !== there.searchParams.get(name));
            if (acted && changed && !leaving) {
                acted = false;  // what else this change brings belongs to it
                stepped = true;
                push(state, title, url);
            } else {
                history.replaceState(state, title, url);
            }
        } else if (stepped) {
            // What was taken for a step was the next page's address, which came before its path.
            history.replaceState(state, title, url);
        } else {
            if (stayed !== null && new URL(stayed).pathname === here.pathname) history.replaceState(state, title, stayed);
            push(state, title, url);
        }
        if (there.pathname !== here.pathname) {
            path = there.pathname;
            begin();
            opening = true;
        }
    };
    const begin = () => {
        stayed = null;
        acted = stepped = leaving = false;
    };
    // What a page writes while it opens is not the visitor's doing; nor is a walk by arrow keys as many steps.
    const heed = (event) => {
        begin();
        left = null;
        stayed = location.href;
        opening &&= app()?.dataset.testScriptState !== "notRunning";
        acted = !opening && !event.key?.startsWith("Arrow");
    };
    window.addEventListener("pointerdown", heed, true);
    window.addEventListener("keydown", heed, true);
    window.addEventListener("popstate", () => {
        begin();
        if (location.pathname !== path) left = document.title;
        path = location.pathname;
    });
}
</script>
""".replace("STEPS", json.dumps(STEPS))


def steps_in_history() -> None:
    """Have the browser's back button lead to the view before, on this page (STEPS) or the page before.

    Streamlit adds an entry to the history with each change of the address, of which a click may bring several.
    """
    st.html(_HISTORY, unsafe_allow_javascript=True)


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
    st.session_state.setdefault(_WAITING, {})
    values = st.session_state.pop(_GOING, None)
    if values:
        st.query_params.update(values)


def arrived() -> None:
    """Write what the first page of a session has kept, at its end: before the browser has our script each change would be an
    entry of its history."""
    waiting = st.session_state.get(_WAITING)
    st.session_state[_WAITING] = None
    if waiting:
        _write(waiting)


_GOING, _WAITING = "address_going", "address_waiting"
