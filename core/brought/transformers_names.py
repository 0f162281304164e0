"""Tensors as Hugging Face's transformers names them, under the names that torchvision or timm gives the same ones. Imports torch.

Where three tensors there are one here, as the query, key and value of an attention, they are joined.
"""

import re
from collections.abc import Mapping

import torch
from torch import Tensor

PREFIX = "transformers:"
"""Before the kind of network, in what a config.json claims."""
Names = tuple[tuple[str, str], ...]
_RESNET: Names = (
    (r"resnet\.embedder\.embedder\.convolution\.", "conv1."),
    (r"resnet\.embedder\.embedder\.normalization\.", "bn1."),
    (
        r"resnet\.encoder\.stages\.(\d+)\.layers\.(\d+)\.shortcut\.convolution\.",
        r"layer<\1>.\2.downsample.0.",
    ),
    (
        r"resnet\.encoder\.stages\.(\d+)\.layers\.(\d+)\.shortcut\.normalization\.",
        r"layer<\1>.\2.downsample.1.",
    ),
    (
        r"resnet\.encoder\.stages\.(\d+)\.layers\.(\d+)\.layer\.(\d+)\.convolution\.",
        r"layer<\1>.\2.conv<\3>.",
    ),
    (
        r"resnet\.encoder\.stages\.(\d+)\.layers\.(\d+)\.layer\.(\d+)\.normalization\.",
        r"layer<\1>.\2.bn<\3>.",
    ),
    (r"classifier\.1\.", "fc."),
)
_CONVNEXT: Names = (
    (r"convnext\.embeddings\.patch_embeddings\.", "stem.0."),
    (r"convnext\.embeddings\.layernorm\.", "stem.1."),
    (r"convnext\.encoder\.stages\.(\d+)\.downsampling_layer\.(\d)\.", r"stages.\1.downsample.\2."),
    (r"convnext\.encoder\.stages\.(\d+)\.layers\.(\d+)\.layer_scale_parameter", r"stages.\1.blocks.\2.gamma"),
    (r"convnext\.encoder\.stages\.(\d+)\.layers\.(\d+)\.dwconv\.", r"stages.\1.blocks.\2.conv_dw."),
    (r"convnext\.encoder\.stages\.(\d+)\.layers\.(\d+)\.layernorm\.", r"stages.\1.blocks.\2.norm."),
    (r"convnext\.encoder\.stages\.(\d+)\.layers\.(\d+)\.pwconv(\d)\.", r"stages.\1.blocks.\2.mlp.fc\3."),
    (r"convnext\.layernorm\.", "head.norm."),
    (r"classifier\.", "head.fc."),
)
_LAYER = r"vit\.encoder\.layer\.(\d+)\."
_VIT_TORCHVISION: Names = (
    (r"vit\.embeddings\.cls_token", "class_token"),
    (r"vit\.embeddings\.position_embeddings", "encoder.pos_embedding"),
    (r"vit\.embeddings\.patch_embeddings\.projection\.", "conv_proj."),
    (_LAYER + r"layernorm_before\.", r"encoder.layers.encoder_layer_\1.ln_1."),
    (_LAYER + r"layernorm_after\.", r"encoder.layers.encoder_layer_\1.ln_2."),
    (_LAYER + r"attention\.attention\.qkv\.", r"encoder.layers.encoder_layer_\1.self_attention.in_proj_"),
    (_LAYER + r"attention\.output\.dense\.", r"encoder.layers.encoder_layer_\1.self_attention.out_proj."),
    (_LAYER + r"intermediate\.dense\.", r"encoder.layers.encoder_layer_\1.mlp.0."),
    (_LAYER + r"output\.dense\.", r"encoder.layers.encoder_layer_\1.mlp.3."),
    (r"vit\.layernorm\.", "encoder.ln."),
    (r"classifier\.", "heads.head."),
)
_VIT_TIMM: Names = (
    (r"vit\.embeddings\.cls_token", "cls_token"),
    (r"vit\.embeddings\.position_embeddings", "pos_embed"),
    (r"vit\.embeddings\.patch_embeddings\.projection\.", "patch_embed.proj."),
    (_LAYER + r"layernorm_before\.", r"blocks.\1.norm1."),
    (_LAYER + r"layernorm_after\.", r"blocks.\1.norm2."),
    (_LAYER + r"attention\.attention\.qkv\.", r"blocks.\1.attn.qkv."),
    (_LAYER + r"attention\.output\.dense\.", r"blocks.\1.attn.proj."),
    (_LAYER + r"intermediate\.dense\.", r"blocks.\1.mlp.fc1."),
    (_LAYER + r"output\.dense\.", r"blocks.\1.mlp.fc2."),
    (r"vit\.layernorm\.", "norm."),
    (r"classifier\.", "head."),
)
TORCHVISION_WIDTHS = (768, 1024, 1280)
"""Of torchvision's vision transformers; timm has smaller ones, too."""


def renamed(kind: str, state: Mapping[str, Tensor]) -> dict[str, Tensor] | None:
    """The same tensors under the names of a network here; None where its kind is not known.

    Args:
        kind: as config.json calls it, "ViTForImageClassification".
    """
    if kind == "ViTForImageClassification":
        state = _joined(state)
        width = state["vit.embeddings.cls_token"].shape[-1] if "vit.embeddings.cls_token" in state else 0
        table = _VIT_TORCHVISION if width in TORCHVISION_WIDTHS else _VIT_TIMM
    elif kind == "ResNetForImageClassification":
        table = _RESNET
    elif kind == "ConvNextForImageClassification":
        table = _CONVNEXT
    else:
        return None
    return {_name(name, table): value for name, value in state.items()}


def _name(name: str, table: Names) -> str:
    for pattern, new in table:
        found, count = re.subn("^" + pattern, new, name)
        if count:
            return re.sub(
                r"<(\d+)>", lambda number: str(int(number.group(1)) + 1), found
            )  # they count from 0
    return name


def _joined(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Query, key and value as one tensor."""
    found: dict[str, Tensor] = {}
    for name, value in state.items():
        if ".attention.attention.query." in name:
            parts = [state.get(name.replace(".query.", f".{part}.")) for part in ("query", "key", "value")]
            there = [part for part in parts if part is not None]
            if len(there) == len(parts) and len({part.shape for part in there}) == 1:
                found[name.replace(".query.", ".qkv.")] = torch.cat(there)
        elif ".attention.attention.key." not in name and ".attention.attention.value." not in name:
            found[name] = value
    return found
