"""A number that is typed: a page goes by what stands in the field, or by nothing."""

from decimal import Decimal
from typing import Any, Literal, TypeVar

import streamlit as st

from core.errors import OutOfRange
from core.words import plain
from pages.parts.messages import show_error

Number = TypeVar("Number", int, float)


def number_field(
    label: str,
    lowest: Number,
    highest: Number,
    value: Number | Literal["min"],
    step: Number | None = None,
    **options: Any,
) -> Number | None:
    """What is typed; None, with a sentence below the field, where it is not within `lowest` and `highest`.

    Streamlit's own bounds would not do: a browser keeps a number outside them to itself, so that it stands red
    in the field while the page goes on with the one before.

    Args:
        value: at first; "min" where the session's state has it.
        options: further ones of st.number_input.
    """
    typed: Number = st.number_input(label, value=value, step=step, **options)
    if lowest <= typed <= highest:
        return typed
    values = {"lowest": lowest, "highest": highest, "value": typed}
    show_error(OutOfRange(what=plain(label), **{name: _written(one) for name, one in values.items()}))
    return None


def _written(number: float) -> str:
    """ "0.000001" and "99999", as people write them."""
    return f"{Decimal(str(number)).normalize():f}"
