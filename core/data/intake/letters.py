"""Which letters bytes of no stated kind mean: names in old archives, CSVs of Windows programs."""

import re
from collections.abc import Callable, Iterable, Sequence

from core.words import Text

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


def is_taiwanese(text: str) -> bool:
    """Whether text read as cp950 is Chinese: of the 5,401 usual signs of Big5."""
    signs = re.findall(f"[{_HAN}]", text)
    return _foreign(text) == len(signs) > 0 and all(sign.encode("cp950")[0] <= 0xC6 for sign in signs)


LEGACY: dict[str, Callable[[str], bool]] = {
    "cp949": is_korean,
    "cp932": is_japanese,
    "gbk": is_chinese,
    "cp950": is_taiwanese,
}
"""Encodings of two bytes a letter, each with what tells that text is in it; in the order in which they are tried."""


IN_WORDS = {
    "cp949": Text(en="Korean", ko="한국어"),
    "cp932": Text(en="Japanese", ko="일본어"),
    "gbk": Text(en="Chinese", ko="중국어"),
    "cp950": Text(en="Chinese", ko="중국어"),
    "cp866": Text(en="Russian", ko="러시아어"),
    "cp437": Text(en="Western European", ko="서유럽어"),
    "cp850": Text(en="Western European", ko="서유럽어"),
    "cp1252": Text(en="Western European", ko="서유럽어"),
}
"""What people call the letters of each encoding that `legacy_encoding` gives."""
DOS = ("cp437", "cp850", "cp1252")
"""Encodings of Western Europe, likeliest first: those of names in a ZIP."""
WINDOWS = ("cp1252",)
"""The one of files that Windows programs write."""

_WESTERN = re.compile("(?:[äöüéèêëàâçîïôûùñáíóúåæøãÄÖÜÉÈÊËÀÂÇÎÏÔÛÙÑÁÍÓÚÅÆØÃ]|(?<=[aeiouäöü])ß|õ(?=e))")
"""Usual letters, where they usually stand: in another encoding rarer ones take their bytes."""


def legacy_encoding(texts: Iterable[bytes], western: Sequence[str] = WINDOWS) -> str:
    """The key of IN_WORDS in which all of `texts`, of one origin and none in UTF-8, make the most sense.

    One short name may make sense in several; all names of an archive, or all cells of a table, hardly do.

    Args:
        western: encodings of Western Europe that are possible; the first one is it where nothing makes sense.
    """
    whole = b"\n".join(texts)
    for encoding in western:
        if _is_western(_read(whole, encoding)):
            return encoding
    if western == DOS and _is_russian(_read(whole, "cp866")):
        return "cp866"
    for encoding, makes_sense in LEGACY.items():
        read = _read(whole, encoding)
        clinging = len(_ALONE.findall(read))
        if makes_sense(read) and 2 * clinging <= len(re.findall(f"[{_HAN}{_HANGUL}{_KANA}]", read)):
            return encoding
    return western[0]


def _read(text: bytes, encoding: str) -> str:
    """Empty where it is not in that encoding."""
    try:
        return text.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _words(text: str) -> list[str]:
    """The words of a text that are not in ASCII alone; what is no letter parts them, signs beyond ASCII do not."""
    return [word for word in re.findall(r"(?:[^\W\d_]|[^\x00-\x7f])+", text) if not word.isascii()]


def _is_western(text: str) -> bool:
    """Whether all of its words are of usual letters, some of each in ASCII, and make words."""
    usual = [_WESTERN.sub("x", word) for word in _words(text)]
    with_ascii = all(re.search("[A-Za-z]", word) for word in _words(text))
    return with_ascii and all(re.fullmatch("[A-Za-z]+", word) for word in usual) and _are_words(text)


def _is_russian(text: str) -> bool:
    """Whether all of its words are Cyrillic, and make words."""
    return all(re.fullmatch("[А-Яа-яЁё]+", word) for word in _words(text)) and _are_words(text)


def _are_words(text: str) -> bool:
    """Whether large letters stand as they do in words, and one word is longer than the two bytes of a Chinese sign."""
    words = _words(text)
    cased = all(word.isupper() or word[1:] == word[1:].lower() for word in words)
    return cased and any(len(word) > 2 for word in words)


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
