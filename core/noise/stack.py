"""A noise stack: noises applied in order to one image, each with its parameters."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any, cast

import cv2
import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

from core.errors import NotUnderstood
from core.noise.basis import Basis
from core.noise.catalogue import Value, get_noise
from core.pixels import Image
from core.words import Text

LARGEST_SEED = 2**31 - 1
SecondPicture = Image | Callable[[np.random.Generator], Image] | None
"""The picture for noises that need another one: given, or drawn with the noise's own generator.
None takes the built-in one."""
FittedBasis = Callable[[], Basis] | None
"""The basis for noises that need one, asked for only then. None takes the built-in one."""


@dataclass(frozen=True)
class Layer:
    """One noise of a stack with all its parameters."""

    noise: str
    params: Mapping[str, Value]

    @cached_property
    def checked(self) -> dict[str, Value]:
        """All parameters as the function takes them, checked at the first use only.

        Raises:
            UserMistake: as `make`.
        """
        return get_noise(self.noise).checked(self.params)

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


DRAWS = 3
"""Counts the changes of what a seed draws: pictures of an earlier count cannot be made again."""
CHANGED = {3: frozenset({"face_mask", "sticker", "sunglasses"})}
"""The noises that a count has changed; one that is not named here has changed them all."""


def draws_now(draws: int, noises: Collection[str]) -> int:
    """DRAWS, where what a seed draws for `noises` has not changed since it was `draws`; else `draws`."""
    later = range(draws + 1, DRAWS + 1)
    same = all(count in CHANGED and CHANGED[count].isdisjoint(noises) for count in later)
    return DRAWS if same else draws


class _Start(ISeedSequence):
    """What SFC64 starts from: a hash of the chance's name. NumPy's own way takes ten times as long."""

    def __init__(self, name: str) -> None:
        self.name = name

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:
        """The first `n_words` of the hash, at most 64 bytes; the same numbers whatever the byte order."""
        kind = np.dtype(dtype)
        digest = blake2b(self.name.encode(), digest_size=n_words * kind.itemsize).digest()
        return np.frombuffer(digest, kind.newbyteorder("<")).astype(kind, copy=False)


def generator_for(seed: int, index: int, key: str, place: int) -> np.random.Generator:
    """The chance of one noise on one picture.

    It depends on the seed, the picture's number, the noise and its place in the stack, never on
    severity or parameters: moving a slider scales the same draw. SFC64 (Doty-Humphrey 2017) gives
    the same bits on every machine and is NumPy's fastest; BLAKE2b (RFC 7693) of the four starts it,
    so that neighbouring seeds and numbers have nothing in common.

    Raises:
        ValueError: a number below 0.
    """
    if min(seed, index, place) < 0:
        raise ValueError(f"seed {seed}, picture {index}, place {place}: none may be negative")
    # NumPy takes any ISeedSequence; its type hints know of its own only.
    start: Any = _Start(f"{seed:d} {index:d} {place:d} {key}")
    return np.random.Generator(np.random.SFC64(start))


class _Chance:
    """`generator_for`, made when the noise asks for its first draw: many have no chance in them."""

    __slots__ = ("given", "known", "made", "making", "place", "state")

    def __init__(self, given: tuple[int, int, str, int], known: "_Known | None" = None) -> None:
        """
        Args:
            known: what one of the same name has made of its draws; None: nothing is remembered.
        """
        self.given = given
        self.made: np.random.Generator | None = None
        self.known = known
        self.place: tuple[Hashable, ...] | None = ()
        """By what it has made so far; None once something was drawn besides."""
        self.state: Any = None
        """Where the draws go on, if not where `made` stands."""
        self.making = False

    def __getattr__(self, name: str) -> Any:
        if not self.making:
            self.place = None
        if self.made is None:
            self.made = generator_for(*self.given)
        if self.state is not None:
            self.made.bit_generator.state, self.state = self.state, None
        return getattr(self.made, name)

    def once(self, what: Hashable, make: Callable[[], Any]) -> Any:
        """core.noise.shared.draws.once: where as many draws were made before, and for the same, it is the same."""
        if self.known is None or self.place is None or self.making:
            return make()
        place = self.place = (*self.place, what)
        if place in self.known:
            found, state = self.known[place]
            self.state = self.state if state is None else state
            return found
        self.making = True
        try:
            found = make()
        finally:
            self.making = False
        state = self.state
        if state is None and self.made is not None:
            state = self.made.bit_generator.state
        self.known[place] = found, state
        return found


_Known = dict[tuple[Hashable, ...], tuple[Any, Any]]
"""What was made, and where the draws went on, by what was made before and what it is."""


def _chance(seed: int, index: int, key: str, place: int, known: _Known | None = None) -> np.random.Generator:
    return cast("np.random.Generator", _Chance((seed, index, key, place), known))


def apply_levels(
    images: Image,
    levels: Sequence[Layer],
    seed: int,
    indices: Sequence[int],
    second: SecondPicture | list[SecondPicture] = None,
    basis: FittedBasis = None,
) -> Image:
    """What `apply_stack` gives for each picture and each of `levels` alone, to the same pixels; what they have in common is drawn once.

    Args:
        images, indices, second, basis: as of `apply_stack_batch`.
        levels: one noise, S times.

    Returns:
        RGB uint8 S,N,H,W,3.
    """
    (key,) = {layer.noise for layer in levels}
    entry, parameters = get_noise(key), [layer.checked for layer in levels]
    seconds = second if isinstance(second, list) else [second] * len(images)
    noisy = np.empty((len(levels), *images.shape), np.uint8)
    for number, (index, given) in enumerate(zip(indices, seconds, strict=True)):
        image, known = (
            np.ascontiguousarray(images[number]),
            cast("_Known | None", {} if len(levels) > 1 else None),
        )
        for level, values in enumerate(parameters):
            generator = _chance(seed, index, key, 0, known)
            other = given(generator) if "second" in entry.needs and callable(given) else given
            fitted = basis() if "basis" in entry.needs and basis is not None else None
            noisy[level, number] = entry.run(image, generator, values, cast("Image | None", other), fitted)
    return noisy


def apply_stack_batch(
    images: Image,
    stack: Sequence[Layer],
    seed: int,
    indices: Sequence[int],
    second: SecondPicture | list[SecondPicture] = None,
    basis: FittedBasis = None,
) -> Image:
    """What `apply_stack` gives for each picture, to the same pixels.

    Args:
        images: RGB uint8 N,H,W,3; stays as it is.
        indices: the pictures' numbers, N of them.
        second: one for all, or a list of N.
        basis: for noises that need one.

    Returns:
        RGB uint8 N,H,W,3, a new array.
    """
    for layer in stack:
        _ = layer.checked  # refused even where there is no picture
    seconds = second if isinstance(second, list) else [second] * len(images)
    noisy = np.empty_like(images)
    for number, (index, other) in enumerate(zip(indices, seconds, strict=True)):
        noisy[number] = _stacked(images[number], stack, seed, index, other, basis)
    return noisy


def apply_stack(
    image: Image,
    stack: Sequence[Layer],
    seed: int = 0,
    index: int = 0,
    second: SecondPicture = None,
    basis: FittedBasis = None,
    start: int = 0,
) -> Image:
    """The picture after every noise of the stack, in order.

    Args:
        image: RGB uint8 H,W,3; stays as it is.
        seed: 0 or more.
        index: the picture's number in its folder or data set, 0 or more.
        second: for noises that need another picture.
        basis: for noises that need one.
        start: the noises before this place have been applied to `image` already.

    Returns:
        RGB uint8 H,W,3; a new array even for an empty stack.
    """
    return _stacked(image, stack, seed, index, second, basis, start) if stack[start:] else image.copy()


def _stacked(
    image: Image,
    stack: Sequence[Layer],
    seed: int,
    index: int,
    second: SecondPicture,
    basis: FittedBasis,
    start: int = 0,
) -> Image:
    """The picture after every noise from `start` on; itself where there is none."""
    noisy = np.ascontiguousarray(image)
    for place, layer in enumerate(stack[start:], start):
        entry, generator = get_noise(layer.noise), _chance(seed, index, layer.noise, place)
        other = second(generator) if "second" in entry.needs and callable(second) else second
        fitted = basis() if "basis" in entry.needs and basis is not None else None
        # No noise writes to its picture or gives it back: no copy is needed.
        noisy = entry.run(noisy, generator, layer.checked, cast("Image | None", other), fitted)
    return noisy


def carry(
    field: NDArray[Any],
    stack: Sequence[Layer],
    seed: int = 0,
    index: int = 0,
    *,
    size: tuple[int, int] | None = None,
    back: bool = False,
    fill: float | None = None,
) -> NDArray[Any]:
    """An attribution map, mask or picture moved as the stack moves the pixels of picture (seed, index).

    Noises that declare a `matrix` move it, by the very map that they move the picture by; all others leave
    it where it is, also those that move pixels in a way that no matrix has (swirl, shuffled tiles).

    Args:
        field: H,W or H,W,C on a grid of any size, over the whole picture. Fractions, and uint8 H,W,C, are
            sampled linearly; masks (bool or whole numbers H,W) take the nearest value.
        stack, seed, index: as given to `apply_stack`.
        size: height and width of the picture that the stack was applied to, px; None: those of the grid.
        back: from the noisy picture's places to those of the clean one.
        fill: for places that have no content: what lies there came from beyond the border, or (back) was
            moved out of the picture, at any noise of the stack. None: NaN for fractions, 0 for the rest.

    Returns:
        A new array of the same shape and type.
    """
    rows, columns = field.shape[:2]
    height, width = size or (rows, columns)
    steps = []
    for place, layer in enumerate(stack):
        matrix = get_noise(layer.noise).matrix
        if matrix is not None:
            generator = generator_for(seed, index, layer.noise, place)
            steps.append(matrix(height, width, generator, **layer.params))
    if not steps:
        return field.copy()
    # Where each place of the result comes from, noise by noise, in px of the picture.
    down, across = height / rows, width / columns
    y, x = np.mgrid[:rows, :columns].astype(np.float64)
    places = np.stack([(x + 0.5) * across - 0.5, (y + 0.5) * down - 0.5, np.ones_like(x)])
    inside = np.ones((rows, columns), bool)
    for step in steps if back else [np.linalg.inv(step) for step in reversed(steps)]:
        places = np.tensordot(step, places, 1)
        ahead = places[2] > 1e-9  # not behind the eye
        places = places / np.where(ahead, places[2], 1)
        for position, length in zip(places, (width, height), strict=False):
            ahead &= (position > -0.5 - 1e-6) & (position < length - 0.5 + 1e-6)
        inside &= ahead
    there_x = ((places[0] + 0.5) / across - 0.5).astype(np.float32)
    there_y = ((places[1] + 0.5) / down - 0.5).astype(np.float32)
    fractions = np.issubdtype(field.dtype, np.floating)
    how = cv2.INTER_LINEAR if fractions or field.ndim == 3 else cv2.INTER_NEAREST

    def sampled(source: NDArray[Any]) -> NDArray[Any]:
        if source.dtype not in (np.uint8, np.float32, np.float64):
            source = source.astype(np.float32 if fractions or source.dtype == bool else np.float64)
        found: Any = cv2.remap(source, there_x, there_y, how, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(found).reshape(source.shape)

    if fill is None:
        fill = np.nan if fractions else 0
    if fractions and np.isnan(field).any():
        # The mean of the neighbours that have a value, where these have most of the weight.
        known = (~np.isnan(field)).astype(field.dtype)
        weight = sampled(known)
        moved = np.where(weight > 0.5, sampled(np.nan_to_num(field)) / np.maximum(weight, 0.5), fill)
    else:
        moved = sampled(field)
    moved = moved.astype(field.dtype)
    moved[~inside] = fill
    return moved


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
