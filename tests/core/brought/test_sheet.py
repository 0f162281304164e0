"""The answers to new pictures as one file."""

import re

import pytest

from core.brought.sheet import Tile, sheet
from core.images import encode_jpeg
from core.words import Language
from tests.core.cli.conftest import PHOTO

JPEG = encode_jpeg(PHOTO, 85)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_sheet_needs_nothing_else_and_writes_names_as_they_are(language: Language) -> None:
    tiles = [
        Tile("<b>사진</b>/1.png", "cat & dog", 0.625, True, JPEG, JPEG),
        Tile("2.png", "left", 0.51, False, JPEG, None),
    ]
    page = sheet("모델 <i>", tiles, ["broken.png"], language, lambda name: {"left": "왼쪽"}.get(name, name))
    text = page.decode()
    assert text.count('src="data:image/jpeg;base64,') == 3
    assert re.findall(r'(?:src|href)="(?!data:)', text) == []
    assert "<b>사진" not in text
    assert "&lt;b&gt;사진&lt;/b&gt;/1.png" in text
    assert "모델 &lt;i&gt;" in text
    assert ("cat &amp; dog · 63 %" in text) == (language == "en")
    assert ("cat &amp; dog · 63%" in text) == (language == "ko")
    assert "왼쪽 · 51" in text
    assert text.count({"en": "hardly more than a guess", "ko": "찍는 것과 비슷"}[language]) == 1
    assert "broken.png" in text


def test_a_sheet_of_a_network_without_maps_says_nothing_of_maps() -> None:
    text = sheet("graph", [Tile("1.png", "a", 1.0, True, JPEG, None)], [], "en").decode()
    assert "Grad-CAM" not in text
    assert text.count("<img") == 1
