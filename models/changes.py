"""What of a network of torchvision's may be otherwise than in the library, and how its key says so. Imports nothing."""

USUAL_ACTIVATION = "relu"
ACTIVATIONS = {"silu": "SiLU", "gelu": "GELU", "leaky_relu": "leaky ReLU"}
"""What a network of torchvision's may have in place of each ReLU, whose weights have the same names and shapes; and what people
call it."""
CHANGE = "~"
"""Before what of a network of torchvision's is otherwise, at the end of its key."""


def changes(name: str) -> tuple[str, str, str]:
    """A network of torchvision's by its name alone, how it begins otherwise, and its activation where that is another."""
    plain, *others = name.split(CHANGE)
    activation = others.pop() if others and others[-1] in ACTIVATIONS else ""
    return plain, CHANGE.join(others), activation
