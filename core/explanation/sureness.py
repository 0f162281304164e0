"""When an answer is too unsure to speak of a change of mind. Imports nothing heavy: pages ask it while torch loads."""

LEAST = 0.2
"""A likeliest class below this share is a guess, however many classes there are."""
TIMES_GUESSING = 1.2
"""With few classes that is below what guessing gives: there the likeliest must reach this many times 1 / classes."""


def unsure(share: float, classes: int) -> bool:
    """Whether an answer whose likeliest class of `classes` has `share` (0..1) is no more than a guess."""
    return share < max(LEAST, TIMES_GUESSING / classes)
