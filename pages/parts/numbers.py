"""Numbers as the pages write them."""


def percent(share: float) -> str:
    """A share 0..1: "39 %", "<1 %"; never broken at the end of a line."""
    if 0 < share < 0.005:
        return "<1\u00a0%"
    return f"{100 * share:.0f}\u00a0%"


def answer(name: str, share: float) -> str:
    """A class with its probability 0..1: "tabby · 39 %"; a class may be called "3"."""
    return f"{name}\u00a0·\u00a0{percent(share)}"
