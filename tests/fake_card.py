"""A graphics card that is not there: tensors on it have a shape and no values.

What would be wrong on a real one raises: tensors of two devices in one operation, chance that is drawn without a generator of
the card's own, and whatever has the processor wait for the card.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

_COPIES = {torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default}
_INDEXED = {torch.ops.aten.index.Tensor, torch.ops.aten.index_put_.default, torch.ops.aten.index_put.default}


class _Watch(TorchDispatchMode):
    """Refuses what would wait for the card, and chance from elsewhere."""

    def __init__(self, cards: Sequence[torch.Generator]) -> None:
        super().__init__()
        self._cards = cards

    def __torch_dispatch__(
        self, operation: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        found = operation(*args, **kwargs)
        places = {value.device.type for value in [*args, found] if isinstance(value, Tensor)}
        if operation in _COPIES and "cuda" in places and len(places) > 1:
            at_once = kwargs.get("non_blocking") or (len(args) > 2 and args[2])
            assert at_once, f"{operation} waits for the card"
            assert found.device.type == "cuda", f"{operation} is read on the processor"
        if operation in _INDEXED:
            indices = {index.device.type for index in args[1] if isinstance(index, Tensor)}
            assert indices == {args[0].device.type}, f"{operation} copies its indices"
        if isinstance(found, Tensor) and found.device.type == "cuda" and _draws(operation):
            given = [value for value in [*args, *kwargs.values()] if isinstance(value, torch._C.Generator)]
            assert {value._cdata for value in given} & {card._cdata for card in self._cards}, (
                f"{operation} without the card's own generator"
            )
        return found


def _draws(operation: Any) -> bool:
    return torch.Tag.nondeterministic_seeded in operation.tags


@contextmanager
def fake_card(monkeypatch: pytest.MonkeyPatch) -> Iterator[TorchDispatchMode]:
    """As long as it lasts tensors of "cuda" can be made; within what it gives they are watched."""
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    cards: list[torch.Generator] = []

    class Generator(torch.Generator):
        def __new__(cls, device: str | torch.device = "cpu") -> "Generator":
            made = super().__new__(cls)
            if torch.device(device).type == "cuda":
                cards.append(made)
            return made

    with monkeypatch.context() as patched:
        patched.setattr(torch, "Generator", Generator)
        with mode:
            yield _Watch(cards)
