"""What a name may hold."""

import pytest

from core.errors import BadName
from core.names import has_control, is_label
from core.store import checked_name, file_name


@pytest.mark.parametrize(
    "name",
    ["9.41\u202fAM", "강아지\u3000사진", "hot\u00a0dog", "می\u200cخواهم", "👨\u200d👩\u200d👧", "\u00ad"],
)
def test_spaces_and_joiners_are_letters_of_a_name(name: str) -> None:
    assert not has_control(name)
    assert is_label(name)
    assert checked_name(name) == name
    assert file_name(name) == name


@pytest.mark.parametrize(
    "name", ["a\nb", "a\x1b[2J", "a\x85b", "a\u2028b", "a\u202eb", "a\u2066b", "a\ud800b"]
)
def test_what_steers_a_screen_is_none(name: str) -> None:
    assert has_control(name)
    assert not is_label(name)
    assert all(letter.isprintable() for letter in file_name(name))
    with pytest.raises(BadName):
        checked_name(name)


@pytest.mark.parametrize("text", ["", " ", "\u3000", "x" * 201])
def test_a_blank_or_an_endless_text_is_no_class(text: str) -> None:
    assert not is_label(text)
