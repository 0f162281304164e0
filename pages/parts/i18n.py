"""The language of the screens, and their texts from locales/."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, TypeVar, cast

import streamlit as st

from core.store import ROOT
from core.words import LANGUAGES, Language, Text, fill
from pages.parts.by_history import by_history

_Made = TypeVar("_Made")
LANGUAGE_KEY = "lang"
"""The key of the language in the session and in the address (?lang=ko)."""
_IN_ADDRESS = "lang_in_address"

# What Streamlit's Markdown reads, at any place or at the beginning of a line.
_MARKS = re.compile(r"[\\`*\[\]<>#|~$&]|(?<![^\W_])_|_(?![^\W_])|^[-+=]|^\d+[.)]")
# What it turns into signs, icons and links after Markdown was read, so that no escape helps: these
# characters must not stand beside each other.
_PAIRS = re.compile(r"(?<=:)(?=[\w:/+-])|(?<=[-<>~=])(?=[-<>=])|(?<=w)(?=\.)|(?=@)")
_BLANKS = re.compile(r"[^\S\u00a0]+")
"""All but the one where no line breaks."""
_JOINER = "\u2060"
"""Of no width, and no place for a line to break."""
_BEFORE_PERCENT = re.compile(r"(?<=[\d*]) (?=%)")
_BEFORE_PARTICLE = re.compile(r"(?<=[%)])(?=[가-힣])")


_SPOKEN: ContextVar[Language | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(of_visitor: Language) -> Iterator[None]:
    """Texts are in this language, in a thread that builds no page: there no session tells it."""
    before = _SPOKEN.set(of_visitor)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def spoken(make: Callable[[], _Made]) -> Callable[[], _Made]:
    """`make`, speaking this visitor's language whenever it is called: what a download makes when it is pressed is made in a
    thread that builds no page."""
    of_visitor = language()

    def made() -> _Made:
        with speaking(of_visitor):
            return make()

    return made


def language() -> Language:
    """The language of this visitor: chosen, else the address's, else the browser's, else English."""
    if (spoken := _SPOKEN.get()) is not None:
        return spoken
    # Asked for hundreds of times a run: whether the address or the browser says it is looked up only if it counts.
    for said in (
        lambda: st.session_state.get(LANGUAGE_KEY),
        lambda: st.query_params.get(LANGUAGE_KEY),
        lambda: (st.context.locale or "").split("-")[0],
    ):
        if (wanted := said()) in LANGUAGES:
            return cast(Language, wanted)
    return "en"


def settle_language() -> None:
    """Once a run, before the switch is drawn: bring the session to the language that the address asks for."""
    known = st.session_state.get(_IN_ADDRESS)
    asked = st.query_params.get(LANGUAGE_KEY)
    # A link. What the browser's back button leads to is seen in the language of now, whatever it was seen in.
    if asked in LANGUAGES and asked != known and not (known and by_history()):
        st.session_state[LANGUAGE_KEY] = asked
    chosen = language()
    st.session_state[LANGUAGE_KEY] = st.session_state[_IN_ADDRESS] = chosen


def language_in_address() -> None:
    """Once a run, when the browser has the page's address: have it say the language, so that a link shows its receiver what
    its sender saw. (A widget's own `bind` would write the label "한국어" there, and leave out the first choice.)"""
    if st.query_params.get(LANGUAGE_KEY) != language():
        st.query_params[LANGUAGE_KEY] = language()


@cache
def _texts(page: str) -> dict[str, Text]:
    texts: dict[str, Text] = json.loads((ROOT / "locales" / f"{page}.json").read_text(encoding="utf-8"))
    return texts


def t(key: str, **values: Any) -> str:
    """The text `key` ("home.title": key "title" of locales/home.json) with its {fields} replaced.

    Raises:
        KeyError: there is no such text, or a field is missing.
    """
    page, _, name = key.partition(".")
    return _unbroken(fill(_texts(page)[name][language()], **values))


def say(text: Text) -> str:
    """A text of core in the visitor's language."""
    return _unbroken(text[language()])


def _unbroken(text: str) -> str:
    """`text` with no place for a line to break between a number and its %, or between % or ) and a Korean particle."""
    if "%**" in text or ")**" in text:
        text = _bold_before_particle(text)
    return _BEFORE_PARTICLE.sub(_JOINER, _BEFORE_PERCENT.sub("\u00a0", text))


def _bold_before_particle(text: str) -> str:
    """`text` where bold words end before a % or ) that a Korean letter follows: after such a sign Markdown takes "**" for no end
    where no blank follows, and shows the stars."""
    parts = text.split("**")
    for place in range(1, len(parts) - 1, 2):  # every other one is bold
        sign = parts[place][-1:]
        if sign in "%)" and len(parts[place]) > 1 and "가" <= parts[place + 1][:1] <= "힣":
            parts[place], parts[place + 1] = parts[place][:-1], sign + parts[place + 1]
    return "**".join(parts)


def literal(text: str) -> str:
    """`text` so that Markdown shows it as it is: for what a person chose (a run, a data set, a class, a file)
    and for sentences of core that may hold such a name.

    Needed in every text and label, caption and toast; not in select boxes, tables and alt texts, which take
    texts as they are. Charts escape for themselves.
    """
    apart = _PAIRS.sub(_JOINER, _BLANKS.sub(" ", text).strip())
    return _MARKS.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", apart)
