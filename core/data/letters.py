"""Which letters bytes of no stated kind mean: names in old archives, CSVs of Windows programs."""

import re
from collections.abc import Callable, Iterable

_HAN = r"\u4e00-\u9fff\uf900-\ufaff"
_HANGUL = r"\uac00-\ud7a3"
_KANA = r"\u3005-\u3006\u3041-\u30ff"
_ALONE = re.compile(
    rf"(?<=[A-Za-z])[{_HAN}{_HANGUL}](?![{_HAN}{_HANGUL}{_KANA}])"
    rf"|(?<![{_HAN}{_HANGUL}{_KANA}])[{_HAN}{_HANGUL}](?=[A-Za-z])"
)
"""One of them that clings to Latin letters: "L背e" is "Löwe", read wrongly."""


def is_korean(text: str) -> bool:
    """Whether text read as cp949 is Korean: mostly of the 2,350 syllables that KS X 1001 holds, hardly of Chinese signs.

    The 8,822 rare syllables take the places where other systems' letters lie.
    """
    usual = sum(_within(letter, "euc_kr") for letter in re.findall(f"[{_HANGUL}]", text))
    chinese = len(re.findall(f"[{_HAN}]", text))
    rare = _foreign(text, "\u3131-\u318e") - usual - chinese
    return usual > 0 and usual >= 2 * rare + 6 * chinese


def is_japanese(text: str) -> bool:
    """Whether text read as cp932 is Japanese: kana and kanji, none of them half as wide."""
    return _foreign(text) == len(re.findall(f"[{_KANA}{_HAN}]", text)) > 0


def is_chinese(text: str) -> bool:
    """Whether text read as gbk is Chinese: of the 6,763 signs that GB 2312 holds."""
    signs = re.findall(f"[{_HAN}]", text)
    return _foreign(text) == len(signs) > 0 and all(_within(sign, "gb2312") for sign in signs)


LEGACY: dict[str, Callable[[str], bool]] = {"cp949": is_korean, "cp932": is_japanese, "gbk": is_chinese}
"""Encodings of two bytes a letter, each with what tells that text is in it; in the order in which they are tried."""


def legacy_encoding(texts: Iterable[bytes]) -> str | None:
    """The key of LEGACY in which all of `texts`, of one origin and none in UTF-8, make sense; None: in none.

    One short name may make sense in several; all names of an archive, or all cells of a table, hardly do.
    """
    whole = b"\n".join(texts)
    for encoding, makes_sense in LEGACY.items():
        try:
            read = whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        clinging = len(_ALONE.findall(read))
        if makes_sense(read) and 2 * clinging <= len(re.findall(f"[{_HAN}{_HANGUL}{_KANA}]", read)):
            return encoding
    return None


def is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _foreign(text: str, neutral: str = "") -> int:
    """How many letters of `text` are not ASCII, without signs and those of the class `neutral`."""
    signs = "\u00a0-\u00bf\u00d7\u00f7\u2010-\u206f\u2100-\u27bf\u3000-\u3004\u3007-\u301f\uff01-\uff60\uffe0-\uffe6"
    return len(re.sub(rf"[\x00-\x7f{signs}{neutral}]", "", text))


def _within(letter: str, encoding: str) -> bool:
    try:
        return len(letter.encode(encoding)) == 2  # euc_kr spells a rare syllable in eight bytes
    except UnicodeEncodeError:
        return False
