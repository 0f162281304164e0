"""MobileNetV3 (Howard et al. 2019, arXiv:1905.02244), from torchvision."""

from typing import TYPE_CHECKING

from models.registry import ModelSpec, Words, a_32th, register_model, torchvision_weights

if TYPE_CHECKING:
    from torch import nn


def build_small(num_classes: int, size: int) -> "nn.Module":
    """MobileNetV3-Small; the same network for every picture size."""
    from torchvision.models import mobilenet_v3_small

    return mobilenet_v3_small(num_classes=num_classes)


def build_large(num_classes: int, size: int) -> "nn.Module":
    """MobileNetV3-Large; the same network for every picture size."""
    from torchvision.models import mobilenet_v3_large

    return mobilenet_v3_large(num_classes=num_classes)


register_model(
    ModelSpec(
        key="mobilenet_v3_small",
        name="MobileNetV3-Small",
        sentence=Words(
            en="Made for phones: quick on photos, and light to train from its ImageNet weights.",
            ko="휴대전화용으로 만든 모델. 사진을 빠르게 처리하고 ImageNet 가중치에서 가볍게 학습합니다.",
        ),
        build=build_small,
        linear=None,  # two linear layers with a nonlinearity between them
        new_parts=("classifier.3",),
        target_layer="features",
        native_size=224,
        least_size=128,  # it shrinks by 32: 4x4 places
        places=a_32th,
        million_parameters=1.5,
        training_ms=3.0,
        weights=torchvision_weights("https://download.pytorch.org/models/mobilenet_v3_small-047dcff4.pth"),
    )
)

register_model(
    ModelSpec(
        key="mobilenet_v3_large",
        name="MobileNetV3-Large",
        sentence=Words(
            en="The larger one made for phones: more accurate on photos, still light.",
            ko="휴대전화용 모델 중 큰 쪽. 사진을 더 정확히 알아보면서도 가볍습니다.",
        ),
        build=build_large,
        linear=None,
        new_parts=("classifier.3",),
        target_layer="features",
        native_size=224,
        least_size=128,
        places=a_32th,
        million_parameters=4.2,
        training_ms=8.5,
        weights=torchvision_weights("https://download.pytorch.org/models/mobilenet_v3_large-8738ca79.pth"),
    )
)
