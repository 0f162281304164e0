"""Tensors as transformers names them get the names that torchvision and timm give the same ones.

The names are those that its save_pretrained writes (4.x and 5.x), of the first layers of each kind of network.
"""

import pytest
import torch

from core.brought.transformers_names import renamed

BATCH_NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
PAIR = ("weight", "bias")


def _of(*layers: tuple[str, tuple[str, ...]]) -> list[str]:
    """The names of their tensors; of one without parts its own."""
    return [f"{layer}.{part}".rstrip(".") for layer, parts in layers for part in parts or ("",)]


RESNET = _of(
    ("resnet.embedder.embedder.convolution", ("weight",)),
    ("resnet.embedder.embedder.normalization", BATCH_NORM),
    ("resnet.encoder.stages.0.layers.1.layer.0.convolution", ("weight",)),
    ("resnet.encoder.stages.0.layers.1.layer.1.normalization", BATCH_NORM),
    ("resnet.encoder.stages.3.layers.0.shortcut.convolution", ("weight",)),
    ("resnet.encoder.stages.3.layers.0.shortcut.normalization", BATCH_NORM),
    ("classifier.1", PAIR),
)
RESNET_HERE = _of(
    ("conv1", ("weight",)),
    ("bn1", BATCH_NORM),
    ("layer1.1.conv1", ("weight",)),
    ("layer1.1.bn2", BATCH_NORM),
    ("layer4.0.downsample.0", ("weight",)),
    ("layer4.0.downsample.1", BATCH_NORM),
    ("fc", PAIR),
)
CONVNEXT = _of(
    ("convnext.embeddings.patch_embeddings", PAIR),
    ("convnext.embeddings.layernorm", PAIR),
    ("convnext.encoder.stages.1.downsampling_layer.0", PAIR),
    ("convnext.encoder.stages.1.downsampling_layer.1", PAIR),
    ("convnext.encoder.stages.1.layers.2.dwconv", PAIR),
    ("convnext.encoder.stages.1.layers.2.layernorm", PAIR),
    ("convnext.encoder.stages.1.layers.2.pwconv1", PAIR),
    ("convnext.encoder.stages.1.layers.2.pwconv2", PAIR),
    ("convnext.layernorm", PAIR),
    ("classifier", PAIR),
    ("convnext.encoder.stages.1.layers.2.layer_scale_parameter", ()),
)
CONVNEXT_TIMM = _of(
    ("stem.0", PAIR),
    ("stem.1", PAIR),
    ("stages.1.downsample.0", PAIR),
    ("stages.1.downsample.1", PAIR),
    ("stages.1.blocks.2.conv_dw", PAIR),
    ("stages.1.blocks.2.norm", PAIR),
    ("stages.1.blocks.2.mlp.fc1", PAIR),
    ("stages.1.blocks.2.mlp.fc2", PAIR),
    ("head.norm", PAIR),
    ("head.fc", PAIR),
    ("stages.1.blocks.2.gamma", ()),
)
VIT_LAYER = "vit.encoder.layer.3"
VIT = _of(
    ("vit.embeddings.patch_embeddings.projection", PAIR),
    (f"{VIT_LAYER}.attention.attention.query", PAIR),
    (f"{VIT_LAYER}.attention.attention.key", PAIR),
    (f"{VIT_LAYER}.attention.attention.value", PAIR),
    (f"{VIT_LAYER}.attention.output.dense", PAIR),
    (f"{VIT_LAYER}.intermediate.dense", PAIR),
    (f"{VIT_LAYER}.output.dense", PAIR),
    (f"{VIT_LAYER}.layernorm_before", PAIR),
    (f"{VIT_LAYER}.layernorm_after", PAIR),
    ("vit.layernorm", PAIR),
    ("classifier", PAIR),
    ("vit.embeddings.cls_token", ()),
    ("vit.embeddings.position_embeddings", ()),
)
VIT_TORCHVISION = _of(
    ("conv_proj", PAIR),
    ("encoder.layers.encoder_layer_3.self_attention.out_proj", PAIR),
    ("encoder.layers.encoder_layer_3.mlp.0", PAIR),
    ("encoder.layers.encoder_layer_3.mlp.3", PAIR),
    ("encoder.layers.encoder_layer_3.ln_1", PAIR),
    ("encoder.layers.encoder_layer_3.ln_2", PAIR),
    ("encoder.ln", PAIR),
    ("heads.head", PAIR),
    ("encoder.layers.encoder_layer_3.self_attention.in_proj_weight", ()),
    ("encoder.layers.encoder_layer_3.self_attention.in_proj_bias", ()),
    ("class_token", ()),
    ("encoder.pos_embedding", ()),
)
VIT_TIMM = _of(
    ("patch_embed.proj", PAIR),
    ("blocks.3.attn.qkv", PAIR),
    ("blocks.3.attn.proj", PAIR),
    ("blocks.3.mlp.fc1", PAIR),
    ("blocks.3.mlp.fc2", PAIR),
    ("blocks.3.norm1", PAIR),
    ("blocks.3.norm2", PAIR),
    ("norm", PAIR),
    ("head", PAIR),
    ("cls_token", ()),
    ("pos_embed", ()),
)


@pytest.mark.parametrize(
    ("kind", "width", "named", "here", "library"),
    [
        ("ResNetForImageClassification", 4, RESNET, RESNET_HERE, "torchvision:resnet18"),
        ("ConvNextForImageClassification", 4, CONVNEXT, CONVNEXT_TIMM, "timm:convnext_tiny"),
        ("ViTForImageClassification", 768, VIT, VIT_TORCHVISION, "torchvision:vit_b_16"),
        ("ViTForImageClassification", 192, VIT, VIT_TIMM, "timm:vit_tiny_patch16_224"),
    ],
)
def test_each_tensor_gets_the_name_that_the_library_gives_it(
    kind: str, width: int, named: list[str], here: list[str], library: str
) -> None:
    state = {name: torch.full((width,), float(number)) for number, name in enumerate(named)}
    found = renamed(kind, state)
    assert found is not None
    assert set(found) == set(here)
    for part in PAIR if kind.startswith("ViT") else ():
        joined = next(
            value for name, value in found.items() if "qkv." + part in name or "in_proj_" + part in name
        )
        asked = [f"{VIT_LAYER}.attention.attention.{one}.{part}" for one in ("query", "key", "value")]
        assert torch.equal(joined, torch.cat([state[name] for name in asked]))
    assert set(here) <= _names(library)


def _names(library: str) -> set[str]:
    """Of all tensors of a network, built without weights."""
    source, name = library.split(":")
    with torch.device("meta"):
        if source == "timm":
            return set(pytest.importorskip("timm").create_model(name).state_dict())
        import torchvision

        return set(torchvision.models.get_model(name).state_dict())


def test_a_network_of_another_kind_has_no_names_here() -> None:
    assert renamed("SwinForImageClassification", {}) is None
