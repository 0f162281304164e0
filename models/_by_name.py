"""Models that nobody registered: torchvision's other classifiers, and timm's, made known by their names alone.

What a registration says of a model is found by looking at one without weights ("meta": shapes alone), in its forward pass.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from math import isqrt
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torchvision.models as zoo
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models.vision_transformer import VisionTransformer, interpolate_embeddings

from models.changes import CHANGE
from models.registry import (
    TORCHVISION_LICENCE,
    VARIABLE,
    ModelSpec,
    NotAClassifier,
    Weights,
    WeightsUnavailable,
    Words,
    read_weights,
    tokens_as_places,
    torchvision_weights,
    weights_file,
)

Build = Callable[[int, int], nn.Module]
LEAST_SIZE = 128
"""px: what shrinks by 32 keeps 4x4 places, as for the models that are registered."""
OTHER_SIZES = (150, 240)
"""px: a network that takes these, too, takes any."""
LEAST_PLACES = 4
MS_PER_GFLOP, MS_PER_MILLION_OUTPUTS = 6.2, 1.75
"""What training costs, as of ModelSpec.training_ms: by the operations and by the numbers that layers give, in a forward pass.
Fitted to the registered models: within a quarter for nine of ten; by operations alone those with depthwise convolutions
would take a sixth of what they do."""
MOST_OTHER_TOKENS = 8
"""Of a transformer, besides those that are places: for the class, registers."""

STEMS = {7: ("7s2p", "7s1p", "7s2", "7s1"), 3: ("3s1", "3s1p", "3s2p", "3s2")}
"""How a residual network begins, by the side of its first filters: their stride, and p where a max-pool follows. torchvision's is
7s2p; 3s1 is what people train on small pictures with."""
RESIDUAL = ("resnet", "resnext", "wide_resnet")
PLAIN = (*RESIDUAL, "vgg", "alexnet")
"""Networks of torchvision's whose activation is ReLU everywhere, as modules of their own."""


def torchvision_names() -> list[str]:
    """torchvision's classifiers."""
    return list(zoo.list_models(module=zoo))


def stems(name: str) -> list[str]:
    """How a residual network of torchvision's may begin otherwise; nothing for another."""
    return [stem for one in STEMS.values() for stem in one] if name.startswith(RESIDUAL) else []


def _with_stem(build: Build, stem: str) -> Build:
    """A residual network with filters of stem[0] px at a stride of stem[2] first, and a max-pool where it says p."""

    def built(num_classes: int, size: int) -> nn.Module:
        network = build(num_classes, size)
        side, stride = int(stem[0]), int(stem[2])
        width = network.get_parameter("conv1.weight").shape[0]
        network.conv1 = nn.Conv2d(3, width, side, stride, padding=side // 2, bias=False)
        if not stem.endswith("p"):
            network.maxpool = nn.Identity()
        return network

    return built


def has_relu_alone(name: str) -> bool:
    """Whether a network of torchvision's may have another activation in place of each of its own."""
    return name.startswith(PLAIN) and name in torchvision_names()


def _with_activation(build: Build, activation: str) -> Build:
    """A network with one of models.changes.ACTIVATIONS in place of each ReLU."""
    other: type[nn.Module] = {"silu": nn.SiLU, "gelu": nn.GELU, "leaky_relu": nn.LeakyReLU}[activation]

    def built(num_classes: int, size: int) -> nn.Module:
        network = build(num_classes, size)
        for module in list(network.modules()):
            for name, part in list(module.named_children()):
                if isinstance(part, nn.ReLU):
                    setattr(module, name, other())
        return network

    return built


def torchvision_model(name: str, stem: str = "", activation: str = "") -> ModelSpec:
    """One of `torchvision_names`.

    Args:
        stem: one of `stems`; "" for the network as it is.
        activation: one of models.changes.ACTIVATIONS, where `has_relu_alone`; "" for its own.

    Raises:
        NotAClassifier.
    """
    published = next(iter(zoo.get_model_weights(name)))  # the first that were: those that papers compare with
    shown = published.transforms.keywords
    native = int(shown["crop_size"])
    licence = TORCHVISION_LICENCE
    if "license" in published.meta:
        licence = f"CC-BY-NC-4.0 (torchvision, SWAG); {published.meta['license']}"
    weights = torchvision_weights(published.url, shown.get("resize_size", 256), licence)
    extra: dict[str, Any] = {}
    if name in ("googlenet", "inception_v3"):
        # Without the further heads of its training; it takes ImageNet's normalisation, and changes it to its own.
        extra = {"aux_logits": False, "transform_input": True, "init_weights": True}
        weights = _without(weights, ("aux1.", "aux2.", "AuxLogits."))

    def build(num_classes: int, size: int) -> nn.Module:
        network: nn.Module = zoo.get_model(name, weights=None, num_classes=num_classes, **extra)
        return network

    if stem or activation:
        changed = _with_stem(build, stem) if stem else build
        return _spec(
            CHANGE.join(one for one in (f"torchvision:{name}", stem, activation) if one),
            "torchvision",
            _with_activation(changed, activation) if activation else changed,
            native,
            None,
            {"least_size": 32} if stem else {},
        )
    sides: dict[str, Any] = {}
    first = without_weights(build, 10, native)
    if isinstance(first, VisionTransformer):
        patch = first.patch_size

        def build(num_classes: int, size: int) -> nn.Module:
            network: nn.Module = zoo.get_model(name, weights=None, num_classes=num_classes, image_size=size)
            return network

        least = -(-max(64, LEAST_PLACES * patch) // patch) * patch
        sides = {
            "least_size": least,
            "step": patch,
            "places": lambda side: side // patch,
            "refit": partial(_refit, patch),
        }
    return _spec(name, "torchvision", build, native, weights, sides)


def _refit(patch: int, state: dict[str, Tensor], side: int) -> dict[str, Tensor]:
    found: dict[str, Tensor] = interpolate_embeddings(side, patch, dict(state))  # type: ignore[arg-type, unused-ignore]
    return found


def _without(weights: Weights, begins: tuple[str, ...]) -> Weights:
    from dataclasses import replace

    def load() -> dict[str, Tensor]:
        return {name: value for name, value in weights.load().items() if not name.startswith(begins)}

    return replace(weights, load=load)


def timm_names() -> list[str]:
    """timm's models, and these with the names of their weights.

    Raises:
        ImportError: timm is not installed.
    """
    import timm

    return [*timm.list_models(), *timm.list_pretrained()]


def timm_network(name: str, num_classes: int, _side: int) -> nn.Module:
    """One of `timm_names`, with random weights."""
    import timm

    network: nn.Module = timm.create_model(name, pretrained=False, num_classes=num_classes)
    return network


def timm_model(name: str) -> ModelSpec:
    """One of `timm_names`.

    Raises:
        NotAClassifier.
    """
    import timm

    told = timm.get_pretrained_cfg(name)
    colours, native, _ = (0, 0, 0) if told is None else told.input_size
    if told is None or colours != 3:
        raise NotAClassifier(
            name, "it does not take pictures of three colours", "3색 사진을 받는 모델이 아닙니다"
        )

    weights = None
    if told.num_classes == 1000 and told.hf_hub_id:
        weights = _hub_weights(name, told.hf_hub_id, told.license or "", round(native / told.crop_pct))
    return _spec(
        f"timm:{name}",
        "timm",
        partial(timm_network, name),
        native,
        weights,
        {"mean": tuple(told.mean), "std": tuple(told.std)},
    )


def _hub_weights(name: str, repository: str, licence: str, resize: int) -> Weights:
    from huggingface_hub import constants, hf_hub_download, try_to_load_from_cache
    from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError

    source, file = f"https://huggingface.co/{repository}", "model.safetensors"  # which cannot carry code
    own = f"{repository.rsplit('/', 1)[1]}.safetensors"

    def load() -> dict[str, Tensor]:
        if (named := weights_file(own)) is not None:
            return read_weights(named, source, "")
        try:
            return read_weights(Path(hf_hub_download(repository, file)), source, "")
        except (OSError, EntryNotFoundError, HfHubHTTPError) as error:
            raise WeightsUnavailable(f"{source} ({own})", constants.HF_HUB_CACHE, damaged=False) from error

    def here() -> bool:
        return weights_file(own) is not None or isinstance(try_to_load_from_cache(repository, file), str)

    return Weights(source, licence, "", local=False, load=load, here=here, variable=VARIABLE, resize=resize)


def _spec(
    key: str, library: str, build: Build, native: int, weights: Weights | None, known: dict[str, Any]
) -> ModelSpec:
    """The record of a model of which only `known` is known."""
    try:
        side = known.get("least_size", native)
        network, other = (without_weights(build, classes, side) for classes in (10, 11))
        parts = _new_parts(network, other)
        if "least_size" not in known:
            known["least_size"], known["largest_size"] = _sizes(network, native)
        seen = _look(network, known["least_size"], parts)
        _check_trains(network, side)
    except (
        RuntimeError,
        ValueError,
        TypeError,
        AssertionError,
        AttributeError,
        NotImplementedError,
    ) as error:
        why = str(error).strip().splitlines()[0][:200] if str(error) else type(error).__name__
        raise NotAClassifier(
            key, f"its first pass fails ({why})", f"첫 계산에서 실패했습니다({why})"
        ) from error
    if seen is None or not parts:
        raise NotAClassifier(
            key,
            "no layer of it gives places of the picture, or none depends on the classes",
            "사진의 자리별 값을 내는 층이나 클래스에 따라 달라지는 층이 없습니다",
        )
    size = f"{native} px, {seen.million_parameters:.1f}"
    return ModelSpec(
        key=key,
        name=key,
        sentence=Words(
            en=f"From {library}, by its name: made for {size} million parameters.",
            ko=f"{library}에서 이름으로 가져온 모델. {native}픽셀 사진용, 매개변수 {seen.million_parameters:.1f}백만 개.",
        ),
        build=build,
        linear=None,
        new_parts=parts,
        target_layer=seen.layer,
        reshape=seen.reshape,
        native_size=native,
        million_parameters=seen.million_parameters,
        training_ms=seen.training_ms,
        weights=weights,
        **({"places": partial(_places, build)} | known),
    )


class _Unfilled(TorchFunctionMode):
    """Tensors without memory are not filled: what draws and fills them goes through Python there, and took most of the time
    that a network of shapes alone takes to build."""

    FILLS = frozenset({Tensor.normal_, Tensor.uniform_, Tensor.fill_, Tensor.zero_, Tensor.erfinv_})

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in self.FILLS and args[0].is_meta:
            return args[0]
        return func(*args, **(kwargs or {}))


def without_weights(build: Build, num_classes: int, side: int) -> nn.Module:
    """A network on the device "meta": shapes alone."""
    try:
        with torch.device("meta"), _Unfilled():
            network = build(num_classes, side)
    except (
        NotImplementedError,
        RuntimeError,
    ):  # its builder reckons with tensors: it is built, and its weights let go
        network = build(num_classes, side).to("meta")
    return network.requires_grad_(False)


def _sizes(network: nn.Module, native: int) -> tuple[int, int | None]:
    """Least and largest size that it takes: any from LEAST_SIZE on, or the one that it was made for alone."""
    with suppress(RuntimeError, ValueError, TypeError, AssertionError):
        found = [_target(_pass(network, side)) for side in (LEAST_SIZE, *OTHER_SIZES)]
        if all(one is not None and one[2] >= LEAST_PLACES for one in found):
            return LEAST_SIZE, None
    return native, native


def _new_parts(few: nn.Module, many: nn.Module) -> tuple[str, ...]:
    """The modules with weights whose shape depends on the number of classes, for which alone these two differ."""
    shapes = {name: value.shape for name, value in many.named_parameters()}
    differing = [name for name, value in few.named_parameters() if value.shape != shapes[name]]
    return tuple(dict.fromkeys(name.rpartition(".")[0] for name in differing))


def _check_trains(network: nn.Module, side: int) -> None:
    """Whether in training, too, it gives one logit a class and no more."""
    with torch.device("meta"):
        logits = network.train()(torch.zeros(2, 3, side, side))
    if not isinstance(logits, Tensor) or logits.shape != (2, 10):
        raise ValueError("in training it does not give one number a class")


@dataclass(frozen=True)
class _Seen:
    """What was seen in a forward pass."""

    layer: str
    """The target layer."""
    reshape: Callable[[Tensor], Tensor] | None
    million_parameters: float
    training_ms: float


@cache
def _places(build: Build, side: int) -> int:
    network = without_weights(build, 10, side)
    found = _target(_pass(network, side))
    return 0 if found is None else found[2]


def _look(network: nn.Module, side: int, parts: Sequence[str]) -> _Seen | None:
    """What is seen with pictures of `side` px; None where no layer gives places."""
    with FlopCounterMode(display=False, depth=0) as counted:
        given = _pass(network, side)
    found = _target([one for one in given if not one.name.startswith(tuple(parts))])
    if found is None:
        return None
    layer, reshape, _ = found
    leaves = [one.output for one in given if next(one.module.children(), None) is None]
    outputs = sum(output.numel() for output in leaves if output is not None)
    costs = MS_PER_GFLOP * counted.get_total_flops() / 1e9 + MS_PER_MILLION_OUTPUTS * outputs / 1e6
    return _Seen(
        layer=layer,
        reshape=reshape,
        million_parameters=sum(value.numel() for value in network.parameters()) / 1e6,
        training_ms=max(0.1, costs),
    )


class _Given(NamedTuple):
    """What a layer gave in a forward pass, and was given."""

    name: str
    module: nn.Module
    output: Tensor | None
    """None: more than a tensor."""
    taken: Tensor | None


def _pass(network: nn.Module, side: int) -> list[_Given]:
    """What each layer of a network without weights gives for a picture, in their order."""
    given: list[_Given] = []

    def watch(name: str, module: nn.Module, inputs: Sequence[Any], output: Any) -> None:
        first = inputs[0] if inputs and isinstance(inputs[0], Tensor) else None
        given.append(_Given(name, module, output if isinstance(output, Tensor) else None, first))

    hooks = [
        module.register_forward_hook(partial(watch, name)) for name, module in network.named_modules() if name
    ]
    try:
        with torch.device("meta"), torch.no_grad():
            network.eval()(torch.zeros(1, 3, side, side))
    finally:
        for hook in hooks:
            hook.remove()
    return given


_POOLING = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.AvgPool2d, nn.MaxPool2d)


def _target(given: Sequence[_Given]) -> tuple[str, Callable[[Tensor], Tensor] | None, int] | None:
    """The last layer that gives places, how they are laid out from its output, and how many there are along a side.

    Where tokens that are no places stand before the others, the answer is read off one of these: after the last
    attention what the others hold no longer counts, so it is what that attention is given.
    """
    for one in reversed(given):
        if isinstance(one.module, _POOLING) or (layout := _layout(one.output)) is None:
            continue
        reshape, places, others = layout
        if not others:
            return one.name, reshape, places
        attention = next((last for last in reversed(given) if "Att" in type(last.module).__name__), None)
        for before in reversed(given):
            if attention is not None and before.output is not None and before.output is attention.taken:
                found = _layout(before.output)
                return None if found is None else (before.name, found[0], found[1])
        return None
    return None


def _layout(output: Tensor | None) -> tuple[Callable[[Tensor], Tensor] | None, int, int] | None:
    """How a layer's output becomes N,K,h,h, the places along a side, and how many tokens are no places; None: it has none."""
    if output is None:
        return None
    shape = output.shape
    if len(shape) == 4:
        if shape[2] == shape[3] > 1:
            return None, shape[2], 0
        if shape[1] == shape[2] > 1:
            return _channels_first, shape[1], 0
    if len(shape) == 3:
        for others in range(MOST_OTHER_TOKENS + 1):
            side = isqrt(max(0, shape[1] - others))
            if side > 1 and side**2 == shape[1] - others:
                return partial(tokens_as_places, before=others), side, others
    return None


def _channels_first(output: Tensor) -> Tensor:
    return output.permute(0, 3, 1, 2)
