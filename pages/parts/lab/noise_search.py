"""How noises are found by words: their names, their keys, and what people call them."""

import re
from collections.abc import Sequence
from functools import lru_cache

from core.noise.catalogue import FAMILIES, Noise, get_noise
from core.words import LANGUAGES, Language
from pages.parts.i18n import language, say


def found(noises: Sequence[Noise], words: str) -> list[Noise]:
    """Those of `noises` that have all of the words, in their order; all where nothing is asked for.

    Where words of a noise begin so, only such noises: "rain" is not looked for in "grain".
    """
    asked = [re.escape(word) for word in words.lower().split()]
    for begins in (r"\b", ""):
        there = [
            noise
            for noise in noises
            if all(re.search(begins + word, _findable(noise).lower()) for word in asked)
        ]
        if there:
            return there
    return []


def _findable(noise: Noise) -> str:
    """All by which a noise is looked for: name, family, what it is, key, names in other languages, everyday words."""
    others = [noise.name[other] for other in LANGUAGES if other != language()]
    texts = [say(noise.name), say(FAMILIES[noise.family]), say(noise.sentence), noise.key, *others]
    return " · ".join([*texts, *(noise.also.values() if noise.also else ())])


@lru_cache(maxsize=64)
def options(keys: tuple[str, ...], language: Language) -> dict[str, str]:
    """What the search calls each noise, by key: its names, a key with other words, and everyday words.

    Streamlit's fuzzy search takes off for every letter that is not asked for, so that short names win. Filled
    up with blanks, which nobody sees, all are as long as each other: what starts with the words typed comes
    first, then where a word starts with them, then what has them anywhere. Half a blank more a letter of the
    name puts the shorter name first among those that start alike.
    """
    noises = [get_noise(key) for key in keys]
    names = {}
    for noise in noises:
        others = [noise.name[other] for other in LANGUAGES if other != language]
        words = noise.key.split("_")
        key = [] if {*words} <= {*re.findall(r"\w+", noise.name["en"].lower())} else [" ".join(words)]
        also = [noise.also[language]] if noise.also else []
        names[noise.key] = " · ".join([noise.name[language], *others, *key, *also])
    long = max(map(len, names.values()), default=0)
    return {
        noise.key: names[noise.key].ljust(long) + " " * (len(noise.name[language]) // 2) for noise in noises
    }
