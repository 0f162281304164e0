"""Numbers as the pages write them."""

from core.measure import Unit
from core.words import rounded
from pages.parts.i18n import language


def percent(share: float) -> str:
    """A share 0..1: "39 %", "<1 %", in Korean "39%"; never broken at the end of a line."""
    number = "<1" if 0 < share < 0.005 else rounded(100 * share)
    return number + ("%" if language() == "ko" else "\u00a0%")


def percent_format() -> str:
    """Of per cents in a table, as Streamlit's columns take it."""
    return "%.0f%%" if language() == "ko" else "%.0f\u00a0%%"


def number_format(unit: Unit) -> str:
    """Of a measure's values in a table, as Streamlit's columns take it."""
    sign = unit.sign if language() == "ko" else unit.behind
    return f"%.{unit.digits + 1}f{sign.replace('%', '%%')}"


def answer(name: str, share: float) -> str:
    """A class with its probability 0..1: "tabby · 39 %"; a class may be called "3"."""
    return f"{name}\u00a0·\u00a0{percent(share)}"


def size_words(bytes: int) -> str:
    """ "12 MB", "1.3 GB"."""
    if bytes < 10 * 2**20:
        return f"{max(0.1, bytes / 2**20):.1f} MB"
    return f"{bytes / 2**20:.0f} MB" if bytes < 2**30 else f"{bytes / 2**30:.1f} GB"
