"""The bars of a model's answer."""

import re

from pages.parts.i18n import speaking
from pages.parts.lab.answer_bars import answer_bars, strongest


def shown(clean: dict[str, float], noisy: dict[str, float], called: dict[str, str] | None = None) -> str:
    """The bars as they are sent to the browser."""
    names = called or {}
    with speaking("en"):
        return answer_bars(clean, noisy, 'Bars of "cats" & <dogs>', lambda name: names.get(name, name))


def test_the_strongest_of_either_picture_are_shown_the_clean_ones_first() -> None:
    clean = {"cat": 0.6, "dog": 0.1, "fox": 0.2}
    noisy = {"mat": 0.5, "cat": 0.2}
    assert strongest(clean, noisy, limit=3) == ["cat", "fox", "mat"]
    assert strongest(clean, noisy, limit=2) == ["cat", "mat"]
    assert strongest({}, {}) == []


def test_bars_are_as_long_as_their_share_of_the_highest_and_say_it() -> None:
    body = shown({"cat": 0.8, "dog": 0.2}, {"cat": 0.4})
    assert re.findall(r"width:([\d.]+)%", body) == ["100.0", "50.0", "25.0"]
    assert re.findall(r"</i>([\d<]+)\s%", body) == ["80", "40", "20"]


def test_a_class_without_any_probability_does_not_divide_by_nothing() -> None:
    assert "width:0.0%" in shown({"cat": 0.0}, {})


def test_a_name_is_no_markup() -> None:
    body = shown({"<b>a</b>": 0.5}, {})
    assert "&lt;b&gt;a&lt;/b&gt;" in body
    assert "<b>" not in body
    assert 'aria-label="Bars of &quot;cats&quot; &amp; &lt;dogs&gt;"' in body


def test_classes_are_shown_as_they_are_called_and_tell_themselves_when_pointed_at() -> None:
    body = shown({"crane": 0.6, "cat": 0.2}, {}, {"crane": "크레인"})
    assert '<div class="name" title="crane">크레인</div>' in body
    assert '<div class="name">cat</div>' in body


def test_two_classes_that_are_called_alike_keep_their_own_bars() -> None:
    body = shown({"crane": 0.6, "crane bird": 0.3}, {}, {"crane": "학", "crane bird": "학"})
    assert re.findall(r"width:([\d.]+)%", body) == ["100.0", "50.0"]
