"""ResNet-18 and ResNet-50 (He et al. 2015, arXiv:1512.03385), from torchvision."""

from typing import TYPE_CHECKING

from models.registry import ModelSpec, Words, register_model, torchvision_weights

if TYPE_CHECKING:
    from torch import nn

SMALL_STEM_UP_TO = 96
"""Pictures up to this side, px, meet a 3x3 stride-1 stem without max-pool: 8x8 places at 64 px, where
the stem made for photos would leave 2x2."""


def build_18(num_classes: int, size: int) -> "nn.Module":
    """ResNet-18 with the stem that fits pictures of `size` px."""
    from torchvision.models import resnet18

    return _with_stem(resnet18(num_classes=num_classes), size)


def build_50(num_classes: int, size: int) -> "nn.Module":
    """ResNet-50 with the stem that fits pictures of `size` px."""
    from torchvision.models import resnet50

    return _with_stem(resnet50(num_classes=num_classes), size)


def _with_stem(network: "nn.Module", size: int) -> "nn.Module":
    from torch import nn

    if size <= SMALL_STEM_UP_TO:
        stem = nn.Conv2d(3, 64, 3, stride=1, padding=1, bias=False)
        nn.init.kaiming_normal_(stem.weight, mode="fan_out", nonlinearity="relu")
        network.conv1, network.maxpool = stem, nn.Identity()
    return network


def _places(side: int) -> int:
    return -(-side // (8 if side <= SMALL_STEM_UP_TO else 32))


register_model(
    ModelSpec(
        key="resnet18",
        name="ResNet-18",
        sentence=Words(
            en="The classic residual network: more accurate than the small one, much slower without a graphics card.",
            ko="대표적인 잔차 신경망. 작은 모델보다 정확하지만 그래픽 카드가 없으면 훨씬 느립니다.",
        ),
        build=build_18,
        linear="fc",
        new_parts=("fc",),
        target_layer="layer4",
        native_size=224,
        least_size=32,
        places=_places,
        million_parameters=11.2,
        training_ms=40.0,
        weights=torchvision_weights("https://download.pytorch.org/models/resnet18-f37072fd.pth"),
    )
)

register_model(
    ModelSpec(
        key="resnet50",
        name="ResNet-50",
        sentence=Words(
            en="The network of most papers on noise: three times the work of ResNet-18.",
            ko="노이즈 논문에 가장 많이 쓰인 모델. 계산이 ResNet-18의 세 배쯤 됩니다.",
        ),
        build=build_50,
        linear="fc",
        new_parts=("fc",),
        target_layer="layer4",
        native_size=224,
        least_size=32,
        places=_places,
        million_parameters=23.5,
        training_ms=115.0,
        # The first weights, of 76.1 %: those that papers on noise compare with.
        weights=torchvision_weights("https://download.pytorch.org/models/resnet50-0676ba61.pth"),
    )
)
