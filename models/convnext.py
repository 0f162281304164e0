"""ConvNeXt-Tiny (Liu et al. 2022, arXiv:2201.03545), from torchvision."""

from typing import TYPE_CHECKING

from models.registry import ModelSpec, Words, register_model, torchvision_weights

if TYPE_CHECKING:
    from torch import nn


def build(num_classes: int, size: int) -> "nn.Module":
    """ConvNeXt-Tiny; the same network for every picture size."""
    from torchvision.models import convnext_tiny

    return convnext_tiny(num_classes=num_classes)


register_model(
    ModelSpec(
        key="convnext_tiny",
        name="ConvNeXt-Tiny",
        sentence=Words(
            en="A modern convolutional network: accurate on photos from its ImageNet weights; wants a graphics card.",
            ko="최신 합성곱 신경망. ImageNet 가중치에서 시작하면 사진을 정확히 알아봅니다. 그래픽 카드가 있어야 편합니다.",
        ),
        build=build,
        linear=None,  # between pooling and the linear layer the channels are normalised
        new_parts=("classifier.2",),
        target_layer="features",
        native_size=224,
        # It shrinks by 32: 4x4 places. A finer first layer at 64 px would cost as much, and could not take up the
        # published weights.
        least_size=128,
        places=lambda side: side // 32,
        million_parameters=27.8,
        training_ms=45.0,
        weights=torchvision_weights(
            "https://download.pytorch.org/models/convnext_tiny-983f1562.pth", resize=236
        ),
    )
)
