"""Texts in English and Korean, and Korean particles that fit the word before them."""

import html
import re
import string
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, TypedDict, get_args

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Text(TypedDict):
    """One text in every language of the screens."""

    en: str
    ko: str


# How the last character is read in Korean: 1 when it ends in a consonant (받침).
# Digits 영 일 이 삼 사 오 육 칠 팔 구; letters by their Korean names (엘, 엠, 엔, 알 close).
_CLOSED_ASCII = set("013678") | set("lmnrLMNR")
_RIEUL_ASCII = set("178") | set("lrLR")

_WORD = re.compile(r"(?=[A-Za-z]*[aeiouy])[A-Za-z]+[a-z]{2}$")
"""Latin letters that are read as a word, not one by one."""
_CLOSED_WORD = re.compile(r"(l|m|n|ng|ck|[aeiou]p|(?<![aeiou])[aeiou]t|(?<=[a-z])[lmn]e)$")
_RIEUL_WORD = re.compile(r"(l|le)$")
"""How loanwords are written: 모델, 네임, 링, 블랙, 집, 넷 close, 파일 with ㄹ; 리버, 노이즈, 테스트 are open. A rule, with exceptions."""


def _ending(word: str) -> tuple[bool, bool]:
    """(ends in a consonant, that consonant is ㄹ) for the last letter or digit of `word`."""
    # On a page a name comes with what Markdown would read written as entities: they are looked through.
    word = html.unescape(word)
    while word:
        character = word[-1]
        if "가" <= character <= "힣":
            final = (ord(character) - ord("가")) % 28
            return final != 0, final == 8
        if character == "%":  # read 퍼센트
            return False, False
        if _WORD.search(word):
            return bool(_CLOSED_WORD.search(word)), bool(_RIEUL_WORD.search(word))
        if character.isalnum():
            return character in _CLOSED_ASCII, character in _RIEUL_ASCII
        word = word[:-1]
    return False, False


def particle(word: str, pair: str) -> str:
    """The one of a pair such as "을/를", "이/가", "은/는", "과/와", "으로/로" that follows `word`."""
    after_consonant, after_vowel = pair.split("/")
    closed, rieul = _ending(word)
    if after_consonant == "으로" and rieul:
        return after_vowel
    return after_consonant if closed else after_vowel


class _Formatter(string.Formatter):
    """`str.format`, with "{name:을/를}" giving the value and the particle that fits it.

    "{name:-을/를}" gives the particle alone, for a value that stands in quotation marks.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        if "/" in format_spec:
            word = str(value)
            if format_spec.startswith("-"):
                return particle(word, format_spec[1:])
            return word + particle(word, format_spec)
        return str(super().format_field(value, format_spec))


_FORMATTER = _Formatter()


def fill(template: str, **values: Any) -> str:
    """`template` with its {fields} replaced; Korean particles as in "{name:을/를}"."""
    return _FORMATTER.vformat(template, (), values)


def fill_text(text: Text, **values: Any) -> Text:
    """Both languages of `text` with their fields replaced.

    A value that is itself a Text goes into each language in that language.
    """

    def pick(language: Language) -> dict[str, Any]:
        return {name: value[language] if isinstance(value, dict) else value for name, value in values.items()}

    return Text(en=fill(text["en"], **pick("en")), ko=fill(text["ko"], **pick("ko")))


def rounded(number: float, digits: int = 0) -> str:
    """A number to so many digits after the point, a half away from zero, with the minus of print: as browsers, Plotly and
    charts write it. It is for people: `int` and `float` do not read it.

    Python's own rounding takes halves to the even: 62.5 would be 62 in a sentence and 63 in the table below it.
    """
    exact = Decimal(float(number)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return ("−" if exact < 0 else "") + str(abs(exact))  # no "-0"


def plain(word: str) -> Text:
    """The same word in both languages: a name somebody chose, a number."""
    return Text(en=word, ko=word)


def listing(words: Sequence[str], limit: int = 5) -> str:
    """ "a, b, c" with what is past `limit` counted."""
    shown = ", ".join(words[:limit])
    return shown if len(words) <= limit else f"{shown} (+{len(words) - limit})"


def levels_text(levels: Sequence[int]) -> str:
    """Ascending whole numbers, those that follow each other drawn together: "1–3, 5"."""
    runs: list[list[int]] = []
    for level in levels:
        if runs and runs[-1][-1] == level - 1:
            runs[-1].append(level)
        else:
            runs.append([level])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
