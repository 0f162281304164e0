"""Every text of the screens is there in both languages, and is used."""

import ast
import json
import re
import string
from collections import Counter
from pathlib import Path

import pytest

from core.noise.catalogue import Param, all_noises
from core.words import LANGUAGES
from pages.parts.parameter_words import BESIDE
from tests.browser.test_every_page import NAMES

ROOT = Path(__file__).resolve().parent.parent
LOCALES = sorted((ROOT / "locales").glob("*.json"))
TEXTS = {
    f"{path.stem}.{key}": text
    for path in LOCALES
    for key, text in json.loads(path.read_text(encoding="utf-8")).items()
}


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def asked_for() -> tuple[set[str], set[str]]:
    """Keys that the pages name in full, and beginnings of keys that they complete while running."""
    whole, beginnings = set(), set()
    files = {path.stem for path in LOCALES}
    for path in [ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                page, dot, key = node.value.partition(".")
                if dot and page in files and key.isidentifier() and key != "py":
                    whole.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginning = str(node.values[0].value)
                page, dot, _ = beginning.partition(".")
                if dot and page in files and len(node.values) > 1:
                    beginnings.add(beginning)
    return whole, beginnings


def test_a_text_is_there_in_every_language_with_the_same_fields() -> None:
    broken = [
        key
        for key, text in TEXTS.items()
        if sorted(text) != sorted(LANGUAGES)
        or not all(text[language].strip() for language in LANGUAGES)
        or fields(text["en"]) != fields(text["ko"])
    ]
    assert broken == []


FIXED_PARTICLE = re.compile(r"\{(\w+)\}[\"”’]?(?:은|는|이|을|를|과|와|으로|로)(?=[ .,])")
SIZES = {"size"}
"""Of these it is known how they end: "MB를"."""


def test_no_korean_particle_stands_fixed_after_what_is_filled_in() -> None:
    texts = {key: text["ko"] for key, text in TEXTS.items()}
    for path in (*(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")):
        texts[str(path.relative_to(ROOT))] = path.read_text(encoding="utf-8")
    fixed = {
        key: found[0]
        for key, text in texts.items()
        for found in FIXED_PARTICLE.finditer(text)
        if found[1] not in SIZES
    }
    assert fixed == {}


@pytest.mark.parametrize("path", LOCALES, ids=lambda path: path.stem)
def test_no_key_stands_twice_in_a_file(path: Path) -> None:
    pairs = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=list)
    counted = Counter(key for key, _ in pairs)
    assert [key for key, number in counted.items() if number > 1] == []


def test_a_korean_text_has_no_english_words_but_names() -> None:
    # marks of words, fields, icons, code, links
    left_out = r"\[\[\w+\||\{[^}]*\}|:material/\w+:|`[^`]*`|\[[^\]]*\]\([^)]*\)"
    texts = {key: re.sub(left_out, "", text["ko"]) for key, text in TEXTS.items()}
    texts |= {noise.key: noise.name["ko"] for noise in all_noises()}
    found = {
        key: set(re.findall(r"[A-Za-zé_]{2,}", text)) - set(NAMES.split()) for key, text in texts.items()
    }
    assert {key: words for key, words in found.items() if words} == {}


def test_every_text_that_a_page_asks_for_exists() -> None:
    whole, beginnings = asked_for()
    begun = {key for key in whole if any(other.startswith(key) and other != key for other in TEXTS)}
    assert sorted(whole - set(TEXTS) - begun) == []
    assert [start for start in sorted(beginnings) if not any(key.startswith(start) for key in TEXTS)] == []


def test_no_text_is_left_over() -> None:
    whole, beginnings = asked_for()
    left = [key for key in TEXTS if key not in whole and not any(key.startswith(b) for b in beginnings)]
    assert left == []


def test_every_unit_of_a_noise_has_words() -> None:
    import re

    units = {
        parameter.declared.unit
        for noise in all_noises()
        for parameter in noise.parameters
        if isinstance(parameter.declared, Param) and parameter.declared.unit not in ("", *BESIDE)
    }
    assert [
        unit for unit in sorted(units) if f"preview.unit_{re.sub('[^a-z]+', '_', unit)}" not in TEXTS
    ] == []
