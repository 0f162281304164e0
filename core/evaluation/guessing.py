"""How right guessing is. Imports nothing heavy: the noise lab asks it, too."""

from collections.abc import Iterable


def guessing_share(counts: Iterable[float]) -> float:
    """The accuracy of guessing, 0..1: of always giving the commonest class.

    Args:
        counts: pictures of each class, at least one.
    """
    among = list(counts)
    return float(max(among) / sum(among))
