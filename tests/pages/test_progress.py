"""How long things take, in words."""

import pytest
from streamlit.testing.v1 import AppTest


def page(low: float, high: float, language: str) -> None:
    import streamlit as st

    from core.runs.estimate import Span
    from pages.parts.i18n import LANGUAGE_KEY
    from pages.parts.progress import duration, span

    st.session_state[LANGUAGE_KEY] = language
    st.text(duration(low))
    st.text(span(Span(low, high)))


def said(low: float, high: float = 0.0, language: str = "en") -> list[str]:
    at = AppTest.from_function(page, args=(low, high or low, language)).run()
    return [one.value for one in at.text]


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [
        (0.2, "1 s", "1초"),
        (90, "90 s", "90초"),
        (95, "1 min 35 s", "1분 35초"),
        (120.3, "2 min", "2분"),
        (599, "9 min 59 s", "9분 59초"),
        (700, "12 min", "12분"),
        (5400, "1 h 30 min", "1시간 30분"),
    ],
)
def test_a_time_is_said_as_people_say_it(seconds: float, english: str, korean: str) -> None:
    assert said(seconds)[0] == english
    assert said(seconds, language="ko")[0] == korean


def test_what_was_timed_is_told_to_the_second_and_a_guess_is_not() -> None:
    assert said(95)[1] == "1 min 35 s"
    assert said(43, 172)[1] == "40 s to 2 min 50 s"
    assert said(14, 56)[1] == "14 s to 60 s"
    assert said(80, 330)[1] == "1 min 20 s to 5 min 30 s"
