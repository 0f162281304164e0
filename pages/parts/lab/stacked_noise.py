"""One noise of the lab's stack: its parameters, and what its widgets say of them."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import streamlit as st

from core.errors import NoiseLensError
from core.noise.catalogue import Param, Value, get_noise
from core.noise.stack import Layer
from pages.parts.lab.live_slider import slid

ON_ITS_WAY = 1.0
"""Seconds in which the browser may still send what the page has replaced."""


@dataclass
class StackedNoise:
    """One noise of the stack on the screen."""

    number: int
    """Unique in the session: its widgets' keys are made from it."""
    noise: str
    params: dict[str, Value]
    _first: dict[str, Value] = field(default_factory=dict)
    _told: dict[str, object] = field(default_factory=dict)
    _replaced: dict[tuple[str, object], float] = field(default_factory=dict)
    version: int = 0
    """Counts how often the parameters were set at once; each time their widgets start anew."""

    def key(self, name: str) -> str:
        """The key of a widget of this noise that is not a parameter's."""
        return f"lab_{self.number}_{name}"

    def parameter_key(self, name: str) -> str:
        """The key of the widget for one parameter.

        Values go to these widgets as their first value, never through the session's state: a rerun that
        follows at once can overtake such an order on its way to the browser, and a slider would stand at
        its lowest value.
        """
        return f"lab_{self.number}_{self.version}_{name}"

    def follow_widgets(self) -> None:
        """Take what the widgets of its parameters say now; a widget not drawn yet says nothing."""
        for parameter in get_noise(self.noise).parameters:
            name, key = parameter.name, self.parameter_key(parameter.name)
            said = slid(key) if isinstance(parameter.declared, Param) else st.session_state.get(key)
            with suppress(NoiseLensError):  # a browser may say anything
                self.params[name] = parameter.checked(said, get_noise(self.noise).name)

    def first_value(self, name: str) -> Value:
        """What the widget of a parameter starts with; the same as long as the widget lives."""
        if self.parameter_key(name) not in st.session_state:
            self._first[name] = self.params[name]
        return self._first.get(name, self.params[name])

    def put(self, params: Mapping[str, Value]) -> None:
        """Set its parameters all at once."""
        self.params = dict(params)
        self.version += 1

    def tell(self, name: str, value: object) -> None:
        """Let the widget `name` show what the parameters amount to."""
        st.session_state[self.key(name)] = value
        before = self._told.get(name)
        if before != value:
            self._replaced[name, before] = time.monotonic()
        self._told[name] = value

    def chosen(self, name: str) -> object:
        """What the visitor has just chosen in the widget `name`, else None.

        A slider that moves on makes the widget show this and that. What the page has put there and has replaced
        since may come back from a browser that has not heard of the latter: nobody has chosen that.
        """
        value = st.session_state[self.key(name)]
        replaced = self._replaced.get((name, value), float("-inf"))
        if time.monotonic() - replaced < ON_ITS_WAY:
            return None
        self._told[name] = value
        return value

    @property
    def layer(self) -> Layer:
        # Ranges of widgets are the browser's word only.
        return Layer.make(self.noise, self.params)


def severity_of(stacked: StackedNoise, table: str) -> int | None:
    """The severity whose parameters the entry has now, if it is one."""
    noise = get_noise(stacked.noise)
    return next((s for s in range(1, 6) if noise.at_severity(s, table) == stacked.params), None)
