"""A typed number: the page goes by what stands in the field, or by nothing."""

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from pages.parts.number_field import number_field

    st.text(repr(number_field("Rate", 1e-6, 1.0, 0.003, key="rate", format="%g")))
    st.text(repr(number_field("Seed", 0, 2**31 - 1, 7, key="seed")))


def test_a_number_outside_its_range_gives_none_and_a_sentence_with_the_number() -> None:
    at = AppTest.from_function(page).run()
    assert [one.value for one in at.text] == ["0.003", "7"]
    at.number_input(key="rate").set_value(99999.0)
    at.number_input(key="seed").set_value(-1).run()
    assert [one.value for one in at.text] == ["None", "None"]
    assert [one.value for one in at.error] == [
        "Rate must lie between 0.000001 and 1, but is 99999.",
        "Seed must lie between 0 and 2147483647, but is -1.",
    ]


@pytest.mark.parametrize("number", [1e-6, 1.0])
def test_both_ends_of_the_range_can_be_had(number: float) -> None:
    at = AppTest.from_function(page).run()
    at.number_input(key="rate").set_value(number).run()
    assert at.text[0].value == repr(number)
    assert not at.error


def test_the_browser_is_told_no_bounds_so_that_it_hands_over_whatever_is_typed() -> None:
    at = AppTest.from_function(page).run()
    for field in at.number_input:
        assert field.min is None or field.min <= -(2**53) + 1
        assert field.max is None or field.max >= 2**53 - 1
