"""Weights laid out once as oneDNN multiplies by them on a processor, and activations worked into it. Imports torch.

Torch lays the weights of a convolution out anew in each pass, which for one picture takes up to a third of it, and leaves linear
layers to MKL, which on processors that are not Intel's does without half of their vector unit: packed, vit_b_16 takes half of
the time on those. The answers are the same up to rounding.
"""

import copy
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.networks.fusing import fused
from core.networks.loading import one_core
from core.networks.network import Network
from core.networks.trial import Trial, put, tried


def quick(network: Network) -> Network:
    """The network, in evaluation mode and without gradients of its weights, as it answers soonest: batch norm worked in, and on a
    processor packed; itself where nothing can be done. Its answers and its activations at the target layer are the same up to
    rounding, and a gradient by them goes as before."""
    with (
        one_core()
    ):  # for a few single pictures: with a second one on a core that is busy it took ten times as long
        return packed(fused(network))


def packed(network: Network) -> Network:
    """The network with convolutions, linear layers and attention packed, as far as each is asked once a pass; itself on a graphics card,
    where there is nothing to pack, where this torch or processor has no way to, or where it would not say the same.

    The target layer and the last linear one, which maps are read from, stay as they are.
    """
    usable = network.device.type == "cpu" and _has_onednn()
    if not usable or not any(_can_be_packed(one) for one in network.module.modules()):
        return network
    before = tried(network, _can_be_packed, lambda one: _activation(one) is not None)
    kept = {network.spec.target_layer, network.spec.linear}
    try:
        found = replace(network, module=_repacked(network.module, before, kept))
        same = before.says_the_same(tried(found, _can_be_packed, _can_be_packed))
    except RuntimeError:  # oneDNN has no way for one of them on this processor
        return network
    return found if same else network


def _repacked(plain: nn.Module, before: Trial, kept: Collection[str | None]) -> nn.Module:
    """A copy with packed modules.

    Args:
        kept: names of modules that stay as they are.
    """
    module = copy.deepcopy(plain)
    for name, one in list(module.named_modules()):
        if name in kept or name not in before.shapes or not _can_be_packed(one):
            continue
        after: nn.Module | None = None
        if name in before.follows and before.follows[name] not in kept:
            after = module.get_submodule(before.follows[name])
        new = _PACKED[type(one)](one, before.shapes[name], after)
        if new.after is not None:
            put(module, before.follows[name], nn.Identity())
        put(module, name, new.eval())
    return module


class _Activation(NamedTuple):
    """One as oneDNN knows it."""

    name: str
    numbers: list[float | None]
    algorithm: str


_NONE = _Activation("none", [], "")
_ACTIVATIONS: dict[type[nn.Module], Callable[[Any], _Activation]] = {
    nn.ReLU: lambda _: _Activation("relu", [], ""),
    nn.ReLU6: lambda _: _Activation("hardtanh", [0.0, 6.0], ""),
    nn.SiLU: lambda _: _Activation("swish", [], ""),
    nn.Hardswish: lambda _: _Activation("hardswish", [], ""),
    nn.GELU: lambda one: _Activation("gelu", [], one.approximate),
}


def _activation(module: nn.Module) -> _Activation | None:
    known = _ACTIVATIONS.get(type(module))
    return None if known is None else known(module)


class _Laid(NamedTuple):
    """Weights as oneDNN lays them out. A copy of a network has the same, which nothing changes."""

    weights: Tensor
    bias: Tensor | None

    def __deepcopy__(self, _: object) -> "_Laid":
        return self


class _Packed(nn.Module):
    """A module whose weights are packed. Where a gradient is wanted, or lower precision, it is as it was before."""

    def __init__(self, plain: nn.Module, after: nn.Module | None) -> None:
        super().__init__()
        self.plain = plain
        self.after = after
        """The activation that is worked in."""
        self.laid: tuple[_Laid, ...] = ()

    def __getattr__(self, name: str) -> Any:
        """Whoever reads its weights reads those of before."""
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("plain"), name)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> nn.Module:
        """Moved, or of other numbers, it is as before."""
        self.laid = ()
        return super()._apply(fn, recurse)

    def as_before(self) -> bool:
        return not self.laid or torch.is_grad_enabled() or torch.is_autocast_enabled("cpu")

    def plainly(self, batch: Tensor) -> Tensor:
        found: Tensor = self.plain(batch)
        return found if self.after is None else self.after(found)


class _PackedConvolution(_Packed):
    def __init__(self, plain: nn.Conv2d, shape: torch.Size, after: nn.Module | None) -> None:
        super().__init__(plain, after)
        place = plain.padding, plain.stride, plain.dilation, plain.groups
        weights = torch.ops.mkldnn._reorder_convolution_weight(plain.weight.detach(), *place, list(shape))
        self.laid = (_Laid(weights, None if plain.bias is None else plain.bias.detach()),)
        self.how = *place, *(_NONE if after is None else _activation(after) or _NONE)

    def forward(self, batch: Tensor) -> Tensor:
        if self.as_before():
            return self.plainly(batch)
        return torch.ops.mkldnn._convolution_pointwise.default(batch, *self.laid[0], *self.how)


class _PackedLinear(_Packed):
    def __init__(self, plain: nn.Linear, shape: torch.Size, after: nn.Module | None) -> None:
        super().__init__(plain, after)
        self.laid = (_lay(plain.weight, plain.bias, shape),)
        self.how = _NONE if after is None else _activation(after) or _NONE

    def forward(self, batch: Tensor) -> Tensor:
        if self.as_before():
            return self.plainly(batch)
        return _multiplied(batch, self.laid[0], self.how)


class _PackedAttention(_Packed):
    """Of tokens N,T,K to each other, without a mask."""

    def __init__(self, plain: nn.MultiheadAttention, shape: torch.Size, _: nn.Module | None) -> None:
        super().__init__(plain, None)
        last = plain.out_proj
        self.laid = (
            _lay(plain.in_proj_weight, plain.in_proj_bias, shape),
            _lay(last.weight, last.bias, shape),
        )
        self.heads = plain.num_heads

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, *others: Any, need_weights: bool = True, **more: Any
    ) -> tuple[Tensor, Tensor | None]:
        alone = query is key is value and query.dim() == 3 and not (others or more or need_weights)
        if not alone or self.as_before():
            asked: tuple[Tensor, Tensor | None] = self.plain(
                query, key, value, *others, need_weights=need_weights, **more
            )
            return asked
        count, tokens, width = query.shape
        inward, outward = self.laid
        three = _multiplied(query, inward, _NONE)
        heads = three.view(count, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        said = F.scaled_dot_product_attention(*heads).transpose(1, 2).reshape(count, tokens, width)
        return _multiplied(said, outward, _NONE), None


_PACKED: dict[type[nn.Module], Callable[[Any, torch.Size, nn.Module | None], _Packed]] = {
    nn.Conv2d: _PackedConvolution,
    nn.Linear: _PackedLinear,
    nn.MultiheadAttention: _PackedAttention,
}


def _multiplied(batch: Tensor, laid: _Laid, after: _Activation) -> Tensor:
    found: Tensor = torch.ops.mkldnn._linear_pointwise.default(batch, *laid, *after)
    return found


def _has_onednn() -> bool:
    """Whether this torch was built with it; for Macs it mostly is not."""
    asked = (
        "_convolution_pointwise",
        "_linear_pointwise",
        "_reorder_convolution_weight",
        "_reorder_linear_weight",
    )
    return torch.backends.mkldnn.is_available() and all(hasattr(torch.ops.mkldnn, one) for one in asked)


def _can_be_packed(module: nn.Module) -> bool:
    if type(module) not in _PACKED or next(module.parameters()).dtype is not torch.float32:
        return False
    if isinstance(module, nn.Conv2d):
        return module.padding_mode == "zeros" and not isinstance(module.padding, str)
    if isinstance(module, nn.MultiheadAttention):
        plain = module.bias_k is None and not module.add_zero_attn and module.in_proj_bias is not None
        return plain and module.in_proj_weight is not None and module.batch_first
    return True


def _lay(weight: Tensor, bias: Tensor | None, shape: torch.Size) -> _Laid:
    """A linear layer's weights, for inputs of such a shape."""
    rows = shape.numel() // shape[-1]
    weights = torch.ops.mkldnn._reorder_linear_weight(weight.detach().contiguous(), rows)
    return _Laid(weights, None if bias is None else bias.detach())
