"""Choices among named options: what a box shows is what the page goes by, also when the names change.

Streamlit's browser side knows an option by its label alone and sends back the label that it was given last. Where
labels change between two runs (another language, a run that is called otherwise) it would show the old one on, and
the server, which does not know that one any more, would fall back to the first option. So a box is told its new
label, and what still comes under an old one is taken for the option that was meant. Every choice of NoiseLens is
drawn here; what changes by itself (times, counts, states) has no place in a label and stands beside the box.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.runtime.state import get_session_state

_BOXES = "choices"
"""Session: what each box has said, by the key of its widget."""


@dataclass
class _Box:
    """What one box has shown in this session."""

    meant: dict[str, Any] = field(default_factory=dict)
    """Label -> the option behind it, of every label that it ever had."""
    labels: dict[Any, str] = field(default_factory=dict)
    """Option -> its label when it was drawn last."""
    value: Any = None
    """What was chosen then."""

    def understood(self, value: Any) -> Any:
        """`value`, or where it is a label of earlier what that meant."""
        if isinstance(value, list | tuple):
            return type(value)(self._option(one) for one in value)
        return self._option(value)

    def _option(self, value: Any) -> Any:
        return self.meant.get(value, value) if isinstance(value, str) and value not in self.labels else value

    def words(self, value: Any) -> list[str | None]:
        return [self.labels.get(one) for one in (value if isinstance(value, list | tuple) else [value])]


def _boxes() -> dict[str, _Box]:
    boxes: dict[str, _Box] = st.session_state.setdefault(_BOXES, {})
    return boxes


def understand_choices() -> None:
    """Once a run, before anything is read: what came under a label of earlier becomes the option that it meant."""
    for key, box in _boxes().items():
        _understand(key, box)


def _understand(key: str, box: _Box) -> None:
    if key in st.session_state:
        value = st.session_state[key]
        meant = box.understood(value)
        if meant != value:
            st.session_state[key] = meant


def _labels(options: Sequence[Any], format_func: Callable[[Any], str]) -> dict[Any, str]:
    """A label for each option; of several that are called alike the later ones get a number."""
    labels: dict[Any, str] = {}
    taken: set[str] = set()
    for option in options:
        label = name = str(format_func(option))
        number = 1
        while label in taken:
            number += 1
            label = f"{name} ({number})"
        taken.add(label)
        labels[option] = label
    return labels


def _draw(
    widget: Callable[..., Any],
    label: str,
    options: Sequence[Any],
    format_func: Callable[[Any], str],
    key: str,
    on_change: Callable[..., None] | None,
    starts: str,
    more: dict[str, Any],
) -> Any:
    """Draw a box.

    Args:
        starts: the name of the widget's argument for what is chosen at first.
    """
    box = _boxes().setdefault(key, _Box())
    _understand(key, box)
    chosen = st.session_state.get(key)
    before = box.words(chosen)
    box.labels = _labels(options, format_func)
    box.meant |= {words: option for option, words in box.labels.items()}
    now = box.words(chosen)
    if key in st.session_state and before != now and None not in before and None not in now:
        st.session_state[key] = chosen  # set anew it is sent, with the label of now
    if more.get(starts) is not None and get_session_state().is_new_state_value(key):
        more.pop(
            starts
        )  # Streamlit takes one of the two, and complains of both; None says that a box may be empty
    if on_change is not None:
        more["on_change"] = _unless_renamed(key, on_change)
    box.value = widget(label, list(options), format_func=box.labels.__getitem__, key=key, **more)
    return box.value


def _unless_renamed(key: str, on_change: Callable[..., None]) -> Callable[..., None]:
    """`on_change`, called with what is meant, and not where the label alone has changed."""

    def changed(*args: Any) -> None:
        box = _boxes()[key]
        raw = st.session_state.get(key)
        _understand(key, box)
        if st.session_state.get(key) != raw and st.session_state.get(key) == box.value:
            return
        on_change(*args)

    return changed


def selectbox(
    label: str,
    options: Sequence[Any],
    format_func: Callable[[Any], str] = str,
    *,
    key: str,
    on_change: Callable[..., None] | None = None,
    **more: Any,
) -> Any:
    """One of `options`, hashable, from a list that opens; further arguments are those of st.selectbox."""
    return _draw(st.selectbox, label, options, format_func, key, on_change, "index", more)


def multiselect(
    label: str,
    options: Sequence[Any],
    format_func: Callable[[Any], str] = str,
    *,
    key: str,
    on_change: Callable[..., None] | None = None,
    **more: Any,
) -> list[Any]:
    """Several of `options`, hashable; further arguments are those of st.multiselect."""
    return list(_draw(st.multiselect, label, options, format_func, key, on_change, "default", more))


def select_slider(
    label: str,
    options: Sequence[Any],
    format_func: Callable[[Any], str] = str,
    *,
    key: str,
    on_change: Callable[..., None] | None = None,
    **more: Any,
) -> Any:
    """One of `options`, hashable, in a row; further arguments are those of st.select_slider."""
    return _draw(st.select_slider, label, options, format_func, key, on_change, "value", more)


# In a column Streamlit would scroll them: what is out of sight is not found, and a click on what is half so gets lost.
_WRAPPED = {"wrap": True}


def segmented_control(
    label: str,
    options: Sequence[Any],
    format_func: Callable[[Any], str] = str,
    *,
    key: str,
    on_change: Callable[..., None] | None = None,
    **more: Any,
) -> Any:
    """One of `options`, hashable, side by side as they fit; further arguments are those of st.segmented_control."""
    return _draw(
        st.segmented_control, label, options, format_func, key, on_change, "default", _WRAPPED | more
    )


def pills(
    label: str,
    options: Sequence[Any],
    format_func: Callable[[Any], str] = str,
    *,
    key: str,
    on_change: Callable[..., None] | None = None,
    **more: Any,
) -> Any:
    """One of `options`, hashable, as they fit; further arguments are those of st.pills."""
    return _draw(st.pills, label, options, format_func, key, on_change, "default", _WRAPPED | more)
