"""ViT-B/16 (Dosovitskiy et al. 2020, arXiv:2010.11929), from torchvision."""

from functools import partial
from typing import TYPE_CHECKING

from models.registry import ModelSpec, Words, register_model, tokens_as_places, torchvision_weights

if TYPE_CHECKING:
    from torch import Tensor, nn

PATCH = 16


def build(num_classes: int, size: int) -> "nn.Module":
    """ViT-B/16 with a position for each patch of pictures of `size` px, a multiple of 16."""
    from torchvision.models import vit_b_16

    from models._vit import ClassTokenBlock

    network = vit_b_16(num_classes=num_classes, image_size=size)
    network.encoder.layers[-1] = ClassTokenBlock(network.encoder.layers[-1])
    return network


def _refit(state: "dict[str, Tensor]", side: int) -> "dict[str, Tensor]":
    """Positions in between are interpolated, bicubic, as the paper does for other sizes."""
    from torchvision.models.vision_transformer import interpolate_embeddings

    return interpolate_embeddings(side, PATCH, dict(state))


register_model(
    ModelSpec(
        key="vit_b_16",
        name="ViT-B/16",
        sentence=Words(
            en="The first vision transformer: patches of 16 px look at each other. Wants its ImageNet weights and a graphics card.",
            ko="16픽셀 조각들이 서로를 살피는 최초의 비전 트랜스포머. ImageNet 가중치와 그래픽 카드가 있어야 쓸 만합니다.",
        ),
        build=build,
        linear=None,
        new_parts=("heads.head",),
        # After it patches only speak to the class token, by the last layer's attention: what they say there is A.
        target_layer="encoder.layers.encoder_layer_11.ln_1",
        reshape=partial(tokens_as_places, before=1),  # the class token is no place
        native_size=224,
        least_size=64,  # 4x4 places
        step=PATCH,
        places=lambda side: side // PATCH,
        million_parameters=85.8,
        training_ms=35.0,
        weights=torchvision_weights("https://download.pytorch.org/models/vit_b_16-c867db91.pth"),
        refit=_refit,
    )
)
