"""What a device form is, all of them by key, and how parameters come to a batch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from core.noise.basis import Basis
from core.noise.catalogue import Value, get_noise
from core.noise.defaults import builtin_basis, builtin_second

Params = Mapping[str, Tensor | list[str]]
"""Of each parameter N numbers (on any device), or N words for a choice."""


@dataclass(frozen=True)
class DeviceForm:
    """The torch form of one noise."""

    key: str
    function: Callable[..., Tensor]
    """(images, generator, **parameters), with `second` or `basis` where the noise needs one."""

    def __call__(
        self,
        images: Tensor,
        generator: torch.Generator,
        params: Params,
        second: Tensor | None = None,
        basis: Basis | None = None,
    ) -> Tensor:
        """The noisy pictures, uint8 N,3,H,W; `images` stay as they are.

        Args:
            images: RGB uint8 N,3,H,W on any device.
            generator: where all chance comes from, on the same device.
            params: some or all parameters; defaults for the rest. They are not checked.
            second: RGB uint8 3,h,w (one for all) or N,3,h,w for noises that need one; None: the built-in one.
            basis: for noises that need one; None: the built-in one.
        """
        if images.dtype != torch.uint8 or images.ndim != 4 or images.shape[1] != 3:
            raise ValueError(f"pictures are uint8 N,3,H,W, not {images.dtype} {tuple(images.shape)}")
        if len(images) == 0:
            return images.clone()
        values = _defaults(self.key, len(images)) | dict(params)
        # Under autocast products of matrices would be taken in 8 or 11 bits.
        with torch.no_grad(), torch.autocast(images.device.type, enabled=False):
            needs = get_noise(self.key).needs
            given: dict[str, Tensor | DeviceBasis] = {}
            if "second" in needs:
                other = _builtin_second(images.device) if second is None else second
                given["second"] = (other if other.ndim == 4 else other[None]).to(
                    images.device, non_blocking=True
                )
            if "basis" in needs:
                given["basis"] = _on_device(basis or builtin_basis(), images.device)
            return self.function(images, generator, **given, **values)


DEVICE_FORMS: dict[str, DeviceForm] = {}


def device_form(key: str) -> Callable[[Callable[..., Tensor]], Callable[..., Tensor]]:
    """Register the decorated function as the torch form of the noise `key`; the function is unchanged."""

    def register(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
        if key in DEVICE_FORMS:
            raise ValueError(f"two device forms are called {key}")
        DEVICE_FORMS[key] = DeviceForm(key, function)
        return function

    return register


def apply_on_device(
    images: Tensor,
    key: str,
    rows: Sequence[Mapping[str, Value]],
    generator: torch.Generator,
    second: Tensor | None = None,
    basis: Basis | None = None,
) -> Tensor:
    """The pictures uint8 N,3,H,W with the noise `key`, each with its own row of checked parameters.

    Args:
        rows: N of them; see core.noise.catalogue.Noise.checked.
        generator, second, basis: as a DeviceForm takes them.
    """
    if len(rows) != len(images):
        raise ValueError(f"{len(images)} pictures, {len(rows)} rows of parameters")
    params = {name: _column([row[name] for row in rows]) for name in rows[0]} if rows else {}
    return DEVICE_FORMS[key](images, generator, params, second, basis)


def _column(values: list[Value]) -> Tensor | list[str]:
    numbers = [value for value in values if not isinstance(value, str)]
    return torch.tensor(numbers, dtype=torch.float64) if numbers else [str(value) for value in values]


def _defaults(key: str, count: int) -> dict[str, Tensor | list[str]]:
    return {parameter.name: _column([parameter.default] * count) for parameter in get_noise(key).parameters}


@dataclass(frozen=True)
class DeviceBasis:
    """A core.noise.basis.Basis whose arrays lie on a device, float32."""

    side: int
    mean: Tensor
    components: Tensor


# The same basis comes with every batch; it is told by what it is, not by its values.
@lru_cache(maxsize=4)
def _on_device(basis: Basis, device: torch.device) -> DeviceBasis:
    mean, components = (
        torch.tensor(part).to(device, non_blocking=True) for part in (basis.mean, basis.components)
    )
    return DeviceBasis(basis.side, mean, components)


@lru_cache(maxsize=4)
def _builtin_second(device: torch.device) -> Tensor:
    return torch.tensor(builtin_second()).permute(2, 0, 1).contiguous().to(device, non_blocking=True)


def constant(values: Any, images: Tensor) -> Tensor:
    """Numbers as a tensor on the pictures' device; made there, the processor would wait for it."""
    return torch.tensor(values).to(images.device, non_blocking=True)


def each(values: Tensor, images: Tensor) -> Tensor:
    """One number a picture as float32 N,1,1,1 on the pictures' device."""
    return values.to(images.device, torch.float32, non_blocking=True).view(-1, 1, 1, 1)


def largest(values: Tensor) -> float:
    """The largest of the batch: the size of a filter or the number of rounds. Waits for a GPU that has them."""
    return float(values.max())


def exact(values: Tensor) -> Tensor:
    """float64, with the decimals that float32 had cut off, so that counts come out as in the NumPy form."""
    return torch.round(values.double() * 1e6) / 1e6


def chosen(words: Sequence[str], numbers: Mapping[str, float], images: Tensor) -> Tensor:
    """The number of each picture's word, float32 N,1,1,1; 0 for a word that has none."""
    return each(torch.tensor([numbers.get(word, 0.0) for word in words]), images)


def cut(values: Tensor) -> Tensor:
    """Levels uint8 within 0..255, their fractions cut off. Alters `values`."""
    return values.clamp_(0, 255).to(torch.uint8)


def rounded(values: Tensor) -> Tensor:
    """Levels uint8 within 0..255, rounded. Alters `values`."""
    return values.round_().clamp_(0, 255).to(torch.uint8)
