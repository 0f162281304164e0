"""When an answer is too unsure to speak of a change of mind. Imports nothing heavy: pages ask it while torch loads."""

LEAST = 0.2
"""A likeliest class below this share is a guess, however many classes there are."""
BEYOND_GUESSING = 0.2
"""With few classes that is below what guessing gives: there the likeliest must be above it by this part of it, or,
where one class makes up more than half of the pictures, by this part of what is left."""
CLOSE = 0.7
"""Two classes are close when the second has more than this share of the first. In the median over all noises and sample
photos severity 1 moves the logarithm of their ratio by 0.34, and exp(-0.34) is 0.7: the mildest noise may swap them."""


def unsure(share: float, guessing: float) -> bool:
    """Whether an answer whose likeliest class has `share` (0..1) is no more than a guess.

    Args:
        guessing: the accuracy of guessing, 0..1 (core.statistics.guessing_share).
    """
    return share < max(LEAST, guessing + BEYOND_GUESSING * min(guessing, 1 - guessing))


def wavers(first: float, second: float) -> bool:
    """Whether the likeliest two classes of an answer, of shares `first` >= `second` (0..1), are close to a tie."""
    return second > CLOSE * first
