"""Models whose weights have the same names and shapes, so that pictures alone tell which one a file is of.

Imports torch when it is asked, as models.names does.
"""

from collections.abc import Iterator, Mapping
from functools import cache, partial

from models.changes import CHANGE, changes
from models.registry import ModelSpec

Shape = tuple[int, ...]
SMALL_STEM = "3s1"
"""How the registered residual networks begin with small pictures, as of models._by_name.STEMS."""
SAME_PADDED = "tf_"
"""What timm puts before the names of networks that pad as TensorFlow does."""


def alike(key: str, shapes: Mapping[str, Shape]) -> Iterator[str]:
    """The keys of other models that such tensors may belong to where they fit `key`'s; not all of them need exist.

    Args:
        shapes: of the tensors in the file, by name.
    """
    from models._by_name import RESIDUAL, STEMS

    library, colon, name = key.rpartition(":")
    first = shapes.get("conv1.weight", ())
    if name.startswith(RESIDUAL) and library in ("", "torchvision") and len(first) == 4:
        yield from (f"torchvision:{name}~{stem}" for stem in STEMS.get(first[2], ()))
    if library == "timm" and colon:
        other = name.removeprefix(SAME_PADDED) if name.startswith(SAME_PADDED) else SAME_PADDED + name
        yield f"timm:{other}"


def begins_otherwise(key: str) -> bool:
    """Whether a model is one whose beginning is fixed whatever the pictures, as those that people use for small ones."""
    return bool(changes(key)[1])


def with_activation(key: str, shapes: Mapping[str, Shape], activation: str) -> str | None:
    """The key of the same network with another activation in place of ReLU; None for one that has not ReLU alone.

    Args:
        shapes: of its tensors, by name: a registered residual network begins by them.
        activation: one of ACTIVATIONS.
    """
    from models._by_name import RESIDUAL, has_relu_alone

    library, _, name = key.rpartition(":")
    plain, stem, own = changes(name)
    if library not in ("", "torchvision") or own or not has_relu_alone(plain):
        return None
    if not library and name.startswith(RESIDUAL) and shapes.get("conv1.weight", ())[2:] == (3, 3):
        stem = SMALL_STEM
    return f"torchvision:{plain}{CHANGE + stem if stem else ''}{CHANGE}{activation}"


@cache
def torchvision_counts() -> dict[str, int]:
    """How many parameters each of torchvision's classifiers has, with the 1,000 classes of ImageNet."""
    import torchvision.models as zoo

    published = {name: next(iter(zoo.get_model_weights(name))) for name in zoo.list_models(module=zoo)}
    return {name: int(one.meta["num_params"]) for name, one in published.items()}


FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "conv_stem.weight",
        (
            "efficientnet_b0",
            "efficientnet_b1",
            "efficientnet_b2",
            "efficientnet_b3",
            "efficientnet_b4",
            "efficientnet_b5",
            "efficientnet_lite0",
            "efficientnet_es",
            "mobilenetv3_large_100",
            "mobilenetv3_small_100",
            "mobilenetv3_small_050",
            "mobilenetv2_100",
            "mobilenetv2_050",
            "mnasnet_100",
            "semnasnet_100",
            "fbnetc_100",
            "spnasnet_100",
            "ghostnet_100",
            "lcnet_050",
            "lcnet_100",
            "tinynet_a",
            "tinynet_e",
            "efficientnetv2_rw_t",
            "efficientnetv2_rw_s",
            "tf_efficientnetv2_s",
            "tf_efficientnetv2_b0",
            "tf_efficientnetv2_b1",
            "mobilenetv4_conv_small",
        ),
    ),
    (
        "patch_embed.proj.weight",
        (
            "vit_tiny_patch16_224",
            "vit_small_patch16_224",
            "vit_small_patch32_224",
            "vit_base_patch16_224",
            "vit_base_patch32_224",
            "vit_large_patch16_224",
            "vit_tiny_patch16_384",
            "vit_small_patch16_384",
            "vit_base_patch16_384",
            "vit_base_patch8_224",
            "deit_tiny_distilled_patch16_224",
            "deit_small_distilled_patch16_224",
            "deit_base_distilled_patch16_224",
            "deit3_small_patch16_224",
            "deit3_base_patch16_224",
            "vit_small_patch14_dinov2",
            "vit_base_patch14_dinov2",
            "swin_tiny_patch4_window7_224",
            "swin_small_patch4_window7_224",
            "swin_base_patch4_window7_224",
            "beit_base_patch16_224",
            "mixer_b16_224",
            "mixer_s16_224",
            "resmlp_12_224",
            "cait_xxs24_224",
            "pvt_v2_b0",
            "poolformer_s12",
        ),
    ),
    (
        "stem.0.weight",
        (
            "convnext_atto",
            "convnext_femto",
            "convnext_pico",
            "convnext_nano",
            "convnext_tiny",
            "convnext_small",
            "convnext_base",
            "convnext_large",
            "convnextv2_atto",
            "convnextv2_femto",
            "convnextv2_pico",
            "convnextv2_nano",
            "convnextv2_tiny",
            "convnextv2_base",
            "convmixer_768_32",
        ),
    ),
    (
        "layer1.0.conv1.weight",
        (
            "resnet10t",
            "resnet14t",
            "resnet26",
            "resnet26d",
            "resnet18d",
            "resnet34d",
            "resnet50d",
            "resnet101d",
            "seresnet50",
            "resnetv2_50",
            "resnext50_32x4d",
            "res2net50_26w_4s",
            "ecaresnet50d",
            "skresnet18",
            "resnest14d",
            "resnest50d",
        ),
    ),
    (
        "stem.conv.weight",
        (
            "regnetx_002",
            "regnetx_004",
            "regnety_002",
            "regnety_004",
            "regnety_008",
            "regnety_016",
            "regnety_032",
            "resnetv2_50",
            "hardcorenas_a",
            "rexnet_100",
        ),
    ),
    ("stem.conv1.conv.weight", ("nfnet_l0", "eca_nfnet_l0", "edgenext_small", "cspresnet50", "cspdarknet53")),
    ("features.conv0.weight", ("densenet121", "densenet161", "densenet169", "densenet201")),
    (
        "conv1.weight",
        (
            "xception",
            "xception41",
            "dpn68",
            "legacy_xception",
            "hrnet_w18_small",
            "dla34",
            "dla60",
            "hrnet_w18",
        ),
    ),
)
"""Of timm's networks those that people train most, by a tensor that each family has: what carries no name is looked for among
these, and what is rarer has to be named."""


def of_timm(shapes: Mapping[str, Shape]) -> Iterator[str]:
    """Keys of timm's models whose tensors have these names and, but for a few, these shapes; none where it is not installed.

    Args:
        shapes: of the tensors in the file, by name.
    """
    from models._by_name import timm_names, timm_network, without_weights

    try:
        known = set(timm_names())
    except ImportError:
        return
    for tensor, names in FAMILIES:
        for name in names if tensor in shapes else ():
            if name not in known:
                continue
            own = {
                tensor: tuple(value.shape)
                for tensor, value in without_weights(partial(timm_network, name), 10, 0).state_dict().items()
            }
            if sum(shapes.get(tensor) != shape for tensor, shape in own.items()) <= OTHERS + sum(
                tensor.endswith(COUNTS) for tensor in own
            ):
                yield f"timm:{name}"


def takes(spec: ModelSpec, num_classes: int, side: int) -> bool:
    """Whether a network answers pictures of a side, also of a smaller one than it would be trained with here."""
    import torch

    from models._by_name import without_weights

    if spec.refit is not None or side % spec.step or side > (spec.largest_size or side):
        return False
    try:
        with torch.device("meta"), torch.inference_mode():
            without_weights(spec.build, num_classes, side).eval()(torch.zeros(1, 3, side, side))
    except (RuntimeError, ValueError, TypeError, AssertionError, NotImplementedError):
        return False
    return True


COUNTS = "num_batches_tracked"
"""What many files leave out: how many batches a normalisation has seen, which decides nothing in use."""
OTHERS = 4
"""Tensors of another shape: the head, and the places of a transformer for pictures of another side."""


def tensors(spec: ModelSpec, num_classes: int, side: int) -> dict[str, Shape]:
    """The shape of each tensor of a network's state dict, by name, without building its weights."""
    from models._by_name import without_weights

    return {
        name: tuple(value.shape)
        for name, value in without_weights(spec.build, num_classes, side).state_dict().items()
    }
