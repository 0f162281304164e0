"""A network small enough to learn a few thousand pictures on a laptop in seconds."""

from typing import TYPE_CHECKING

from models.registry import ModelSpec, Words, register_model

if TYPE_CHECKING:
    from torch import nn

WIDTHS = (16, 32, 64, 96)
STRIDES = (2, 2, 2, 1)


def build(num_classes: int, size: int) -> "nn.Module":
    """Four 3x3 convolutions with batch normalisation, global average pooling and a linear layer."""
    from torch import nn

    layers: list[nn.Module] = []
    before = 3
    for width, stride in zip(WIDTHS, STRIDES, strict=True):
        layers += [
            nn.Conv2d(before, width, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        ]
        before = width
    network = nn.Sequential()
    network.add_module("features", nn.Sequential(*layers))
    network.add_module("pool", nn.AdaptiveAvgPool2d(1))
    network.add_module("flatten", nn.Flatten())
    network.add_module("classifier", nn.Linear(before, num_classes))
    return network


register_model(
    ModelSpec(
        key="small_cnn",
        name="Small CNN",
        sentence=Words(
            en="Four convolutions: learns the built-in data sets in seconds, also without a graphics card.",
            ko="합성곱 네 층. 그래픽 카드가 없어도 기본 데이터 세트를 몇 초 만에 배웁니다.",
        ),
        build=build,
        linear="classifier",
        new_parts=("classifier",),
        target_layer="features",
        native_size=64,
        least_size=32,
        places=lambda side: -(-side // 8),
        million_parameters=0.08,
        training_ms=0.4,
        mean=(0.5, 0.5, 0.5),
        std=(0.25, 0.25, 0.25),
    )
)
