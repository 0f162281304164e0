"""A noise stack: noises applied in order to one image, each with its parameters."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import NotUnderstood
from core.noise.catalogue import Image, Value, get_noise
from core.words import Text

SecondPicture = Image | Callable[[np.random.Generator], Image] | None
"""The picture for noises that need another one: given, or drawn with the noise's own generator.
None takes the built-in one."""


@dataclass(frozen=True)
class Layer:
    """One noise of a stack with all its parameters."""

    noise: str
    params: Mapping[str, Value]

    @classmethod
    def make(cls, key: str, params: Mapping[str, object]) -> "Layer":
        """A layer whose parameters are checked and complete.

        Raises:
            UserMistake: unknown noise or parameter, value out of range.
        """
        return cls(key, get_noise(key).checked(params))

    @classmethod
    def at_severity(cls, key: str, severity: int, table: str = "imagenet_c") -> "Layer":
        """The layer of one noise at `severity` 1..5 of a table."""
        return cls(key, get_noise(key).at_severity(severity, table))


def generator_for(seed: int, index: int, key: str, place: int) -> np.random.Generator:
    """The chance of one noise on one picture.

    It depends on the seed, the picture's number, the noise and its place in the stack, never on
    severity or parameters: moving a slider scales the same draw. SFC64 (Doty-Humphrey 2017) gives
    the same bits on every machine and is NumPy's fastest.
    """
    entropy = [seed, index, zlib.crc32(key.encode()), place]
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(entropy)))


def apply_stack(
    image: Image,
    stack: Sequence[Layer],
    seed: int = 0,
    index: int = 0,
    second: SecondPicture = None,
    start: int = 0,
) -> Image:
    """The picture after every noise of the stack, in order.

    Args:
        image: RGB uint8 H,W,3; stays as it is.
        seed: 0 or more.
        index: the picture's number in its folder or data set, 0 or more.
        second: for noises that need another picture.
        start: the noises before this place have been applied to `image` already.

    Returns:
        RGB uint8 H,W,3; a new array even for an empty stack.
    """
    noisy = image.copy()
    for place, layer in enumerate(stack[start:], start):
        entry = get_noise(layer.noise)
        generator = generator_for(seed, index, layer.noise, place)
        other = None
        if entry.needs_second:
            other = _second_picture(second, generator)
        noisy = entry.apply(noisy, generator, layer.params, other)
    return noisy


def _second_picture(second: SecondPicture, generator: np.random.Generator) -> Image:
    if second is None:
        from core.images import builtin_second  # pictures are read only where one is needed

        return builtin_second()
    return second(generator) if callable(second) else second


def stack_to_text(stack: Sequence[Layer]) -> str:
    """A short text for an address: "gaussian_noise(sd=0.18);fog(strength=2,decay=1.7)"."""
    return ";".join(
        f"{layer.noise}({','.join(f'{name}={value}' for name, value in layer.params.items())})"
        for layer in stack
    )


def stack_from_text(text: str) -> list[Layer]:
    """The stack that `stack_to_text` wrote.

    Raises:
        UserMistake: not of that form, or an unknown noise or parameter, or out of range.
    """
    layers = []
    for piece in filter(None, text.split(";")):
        key, bracket, rest = piece.partition("(")
        if bracket and not rest.endswith(")"):
            raise _not_a_stack(piece)
        params = {}
        for setting in filter(None, rest.removesuffix(")").split(",")):
            name, equals, value = setting.partition("=")
            if not equals:
                raise _not_a_stack(piece)
            params[name] = value
        layers.append(Layer.make(key, params))
    return layers


def _not_a_stack(piece: str) -> NotUnderstood:
    return NotUnderstood(value=piece, what=Text(en="a noise", ko="노이즈"), form="gaussian_noise(sd=0.1)")
