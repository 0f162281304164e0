"""Which network the weights of a file belong to: found by the names and shapes of its tensors. Imports torch.

Nothing is guessed from part of them: a model fits if the file has every tensor of it, each of its shape.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor

from core.brought.weights import PREFIXES
from core.errors import CannotUseModel, NoModelFits, TimmMissing, UnknownName
from core.runs.recipe import get_model
from models.alike import COUNTS, alike, of_timm, tensors, torchvision_counts
from models.registry import models

SIDES = (224, 64, 32, 128, 96, 160, 192, 240, 256, 288, 299, 320, 384, 448, 512)
"""px, the likeliest first: of pictures that a network whose layers depend on it may be built for."""
FEW = 4
"""Tensors of a network whose shape the side of the pictures decides: a transformer's places."""
Shape = tuple[int, ...]


class Candidate(NamedTuple):
    """A network that the weights fit."""

    model: str
    sides: tuple[int, ...]
    """px: of the pictures that it may be given, the likeliest first; at another its layers would be others."""


@dataclass(frozen=True)
class Fit:
    """Weights with the names that a model gives them."""

    candidates: list[Candidate]
    """All that have these names and shapes, the likeliest first: which of them it is, pictures tell."""
    state: dict[str, Tensor]
    head: frozenset[str]
    """The names of those whose first number is the number of classes."""
    fitted: int
    """Tensors of the file that the network takes ..."""
    of: int
    """... of so many."""
    left: tuple[str, ...]
    """Those that it does not take."""
    classes: int


class _Model(NamedTuple):
    """The tensors of a model, by name."""

    body: dict[str, Shape]
    head: dict[str, Shape]
    """Those whose first number is the number of classes, without it."""


def find(state: Mapping[str, Tensor], claimed: str = "", wanted: str = "") -> Fit:
    """The model that fits.

    Args:
        claimed: a model's key that the file names: looked at first.
        wanted: one that a person names: no other is looked at.

    Raises:
        NoModelFits: none does; it says which comes nearest. UnknownName, CannotUseModel, TimmMissing: `wanted`.
    """
    if wanted:
        get_model(wanted)
    nearest: tuple[int, int, str, list[str]] = (0, 1, "", [])
    for stripped in _namings(state):
        shapes = {name: tuple(value.shape) for name, value in stripped.items()}
        fits: dict[tuple[tuple[str, str], ...], list[Candidate]] = {}
        for key in [wanted] if wanted else _likely(shapes, claimed, fits):
            for number, side in enumerate(_sides(key)):
                taken, missing = _matched(_model(key, side), shapes)
                if not missing:
                    sides = tuple(one for one in _sides(key) if not _matched(_model(key, one), shapes)[1])
                    fits.setdefault(tuple(sorted(taken.items())), []).append(Candidate(key, sides))
                    break
                if len(taken) * nearest[1] > nearest[0] * (len(taken) + len(missing)):
                    nearest = (len(taken), len(taken) + len(missing), key, missing)
                if number > 0 and len(missing) > FEW:  # the side decides few of a network's layers
                    break
        if fits:
            # The one that takes most of the file: a network with more outputs may hold another.
            taken_names, candidates = max(fits.items(), key=lambda one: len(one[0]))
            return _fit(candidates, dict(taken_names), stripped, len(state))
    fitted, of, key, missing = nearest
    raise NoModelFits(fitted=fitted, of=of, model=key or "-", missing=", ".join(missing[:3]) or "-")


def _namings(state: Mapping[str, Tensor]) -> Iterator[dict[str, Tensor]]:
    """The tensors under their own names, then with what wrappers put before them taken away, one after the other."""
    named = dict(state)
    yield named
    while True:
        before = next((one for one in PREFIXES if any(name.startswith(one) for name in named)), None)
        if before is None:
            return
        shorter = {name.removeprefix(before): value for name, value in named.items()}
        if len(shorter) < len(named):  # two would have one name
            return
        named = shorter
        yield named


def _likely(shapes: Mapping[str, Shape], claimed: str, fits: Mapping[tuple[Any, ...], Any]) -> Iterator[str]:
    """Keys of models that may have tensors of these shapes.

    Args:
        fits: what those given so far have taken; where one took all, timm's many are not looked through.
    """
    seen: set[str] = set()

    def timm() -> Iterator[str]:
        if not any(len(taken) == len(shapes) for taken in fits):
            yield from of_timm(shapes)

    for key in chain((claimed, *models()), _of_torchvision(shapes), timm()):
        for one in (key, *alike(key, shapes)):
            if one not in seen and _is_known(one):
                seen.add(one)
                yield one


def _is_known(key: str) -> bool:
    """Whether there is such a model, and it can be used."""
    if not key:
        return False
    try:
        return bool(get_model(key))
    except (UnknownName, CannotUseModel, TimmMissing):
        return False


_BUFFERS = re.compile(r"(running_(mean|var)|num_batches_tracked|relative_position_index|attn_mask)$")


def _of_torchvision(shapes: Mapping[str, Shape]) -> list[str]:
    """torchvision's classifiers that have as many parameters, whatever the number of classes."""
    count = sum(prod(shape) for name, shape in shapes.items() if not _BUFFERS.search(name))
    heads = {(shape[0], prod(shape[1:])) for shape in shapes.values() if len(shape) in (2, 4)}
    more = {(1000 - classes) * (features + 1) for classes, features in heads}
    return [name for name, own in torchvision_counts().items() if own - count in more]


def _model(key: str, side: int) -> _Model:
    spec = get_model(key)
    # Without a way to refit them, no tensor depends on the side.
    return _built(key, side if spec.refit else spec.fitting_side(spec.native_size))


@cache
def _built(key: str, side: int) -> _Model:
    few, many = (tensors(get_model(key), classes, side) for classes in (10, 11))
    head = {name: shape[1:] for name, shape in few.items() if many[name] != shape}
    return _Model({name: shape for name, shape in few.items() if name not in head}, head)


def _sides(key: str) -> Iterator[int]:
    """Of pictures that a model may be built for, px; the likeliest first."""
    spec = get_model(key)
    yield from dict.fromkeys(spec.fitting_side(side) for side in (spec.native_size, *SIDES))


def _matched(model: _Model, shapes: Mapping[str, Shape]) -> tuple[dict[str, str], list[str]]:
    """Where in the file each tensor of a model is, and which of them it lacks.

    The last layer has many names (fc, fc.1, head, classifier): where its own is not there, a tensor is taken that is the only
    one left of its shape.
    """
    taken = {name: name for name, shape in model.body.items() if shapes.get(name) == shape}
    missing = [name for name in model.body if name not in taken and not name.endswith(COUNTS)]
    left = [name for name in shapes if name not in taken]
    for name, rest in model.head.items():
        alike = [one for one in left if shapes[one][1:] == rest and len(shapes[one]) == len(rest) + 1]
        own = name if name in alike else alike[0] if len(alike) == 1 else None
        if own is None:
            missing.append(name)
        else:
            taken[name] = own
    classes = {shapes[taken[name]][0] for name in model.head if name in taken}
    return taken, missing if len(classes) <= 1 else [*missing, *model.head]


def _fit(
    candidates: list[Candidate], taken: Mapping[str, str], stripped: Mapping[str, Tensor], of: int
) -> Fit:
    model = _model(candidates[0].model, candidates[0].sides[0])
    state = {name: stripped[own] for name, own in taken.items()}
    for name, shape in model.body.items():
        if name not in state:
            state[name] = torch.zeros(shape, dtype=torch.long)
    classes = next(state[name].shape[0] for name in model.head)
    left = tuple(name for name in stripped if name not in set(taken.values()))
    return Fit(candidates, state, frozenset(model.head), len(taken), of, left, classes)
