"""Korean particles and filled texts."""

import pytest

from core.errors import OutOfRange, UnknownName
from core.words import Text, fill, fill_text, listing, particle, rounded


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("사진", "을/를", "을"),
        ("노이즈", "을/를", "를"),
        ("사진", "이/가", "이"),
        ("데이터", "은/는", "는"),
        ("모델", "으로/로", "로"),  # ㄹ
        ("사진", "으로/로", "으로"),
        ("나무", "으로/로", "로"),
        ("3", "은/는", "은"),
        ("2", "은/는", "는"),
        ("7", "으로/로", "로"),
        ("resnet18", "을/를", "을"),
        ("model", "으로/로", "로"),
        ("mine", "은/는", "은"),
        ("noise", "은/는", "는"),
        ("file", "으로/로", "로"),
        ("river", "을/를", "를"),
        ("JPEG", "을/를", "를"),
        ("mine.zip", "이/가", "이"),
        ("my cats (2)", "을/를", "를"),
        ("CNN", "을/를", "을"),
        ("50 %", "을/를", "를"),
        ("사진)", "과/와", "과"),
        ("", "을/를", "를"),
    ],
)
def test_a_particle_fits_the_sound_before_it(word: str, pair: str, expected: str) -> None:
    assert particle(word, pair) == expected


def test_fill_puts_the_value_and_its_particle() -> None:
    assert fill("{name:을/를} 지웁니다", name="사진") == "사진을 지웁니다"
    assert fill("{share:.1f} %", share=12.34) == "12.3 %"


def test_a_text_inside_a_text_speaks_its_language() -> None:
    inner = Text(en="photo", ko="사진")
    assert fill_text(Text(en="a {x}", ko="{x:을/를}"), x=inner) == {"en": "a photo", "ko": "사진을"}


def test_a_long_listing_is_cut_and_counted() -> None:
    assert listing(["a", "b"]) == "a, b"
    assert listing(list("abcdefg"), 5) == "a, b, c, d, e (+2)"


def test_errors_speak_both_languages_and_name_near_keys() -> None:
    error = UnknownName(Text(en="noise", ko="노이즈"), "fgo", ["fog", "pca"])
    assert str(error) == 'There is no noise called "fgo". Did you mean fog?'
    assert "노이즈는 없습니다" in error.say("ko")
    assert error.exit_code == 2
    assert "between 1 and 5" in str(OutOfRange(what=Text(en="It", ko="강도"), lowest=1, highest=5, value=9))


def test_a_particle_stands_after_the_closing_quotation_mark() -> None:
    assert fill('"{name}"{name:-은/는} 아닙니다', name="사진") == '"사진"은 아닙니다'
    assert fill('"{name}"{name:-은/는} 아닙니다', name="고양이") == '"고양이"는 아닙니다'


def test_a_half_is_rounded_as_browsers_do_it() -> None:
    assert [rounded(number) for number in (62.5, 61.5, 0.4, -0.4, 62.49)] == ["63", "62", "0", "0", "62"]
    assert [rounded(number, 1) for number in (6.25, 6.0)] == ["6.3", "6.0"]
