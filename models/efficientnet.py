"""EfficientNet-B0 (Tan and Le 2019, arXiv:1905.11946), from torchvision."""

from typing import TYPE_CHECKING

from models.registry import ModelSpec, Words, a_32th, register_model, torchvision_weights

if TYPE_CHECKING:
    from torch import nn


def build(num_classes: int, size: int) -> "nn.Module":
    """EfficientNet-B0; the same network for every picture size."""
    from torchvision.models import efficientnet_b0

    return efficientnet_b0(num_classes=num_classes)


register_model(
    ModelSpec(
        key="efficientnet_b0",
        name="EfficientNet-B0",
        sentence=Words(
            en="Accurate for its size on photos; best on a graphics card or from its ImageNet weights.",
            ko="크기에 비해 사진을 잘 알아봅니다. 그래픽 카드나 ImageNet 사전 학습 가중치와 쓰기 좋습니다.",
        ),
        build=build,
        linear="classifier.1",
        new_parts=("classifier.1",),
        target_layer="features",
        native_size=224,
        least_size=128,  # it shrinks by 32: 4x4 places
        places=a_32th,
        million_parameters=4.0,
        training_ms=15.0,
        weights=torchvision_weights(
            "https://download.pytorch.org/models/efficientnet_b0_rwightman-7f5810bc.pth"
        ),
    )
)
