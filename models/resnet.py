"""ResNet-18 (He et al. 2015, arXiv:1512.03385), from torchvision."""

from typing import TYPE_CHECKING, Any

from models.registry import ModelSpec, Words, register_model, torchvision_weights

if TYPE_CHECKING:
    from torch import Tensor, nn

SMALL_STEM_UP_TO = 96
"""Pictures up to this side, px, meet a 3x3 stride-1 stem without max-pool: 8x8 places at 64 px, where
the stem made for photos would leave 2x2."""


def build(num_classes: int, size: int) -> "nn.Module":
    """ResNet-18 with the stem that fits pictures of `size` px."""
    from torch import nn
    from torchvision.models import resnet18

    network = resnet18(num_classes=num_classes)
    if size <= SMALL_STEM_UP_TO:
        network.conv1 = nn.Conv2d(3, 64, 3, stride=1, padding=1, bias=False)
        nn.init.kaiming_normal_(network.conv1.weight, mode="fan_out", nonlinearity="relu")
        network.maxpool = nn.Identity()
    return network


def _places(side: int) -> int:
    return -(-side // (8 if side <= SMALL_STEM_UP_TO else 32))


def _trunk(network: Any, batch: "Tensor") -> "Tensor":
    stem = network.maxpool(network.relu(network.bn1(network.conv1(batch))))
    return network.layer4(network.layer3(network.layer2(network.layer1(stem))))


def _head(network: Any, activations: "Tensor") -> "Tensor":
    return network.fc(network.avgpool(activations).flatten(1))


def _linear(network: Any) -> "nn.Linear":
    return network.fc


register_model(
    ModelSpec(
        key="resnet18",
        name="ResNet-18",
        sentence=Words(
            en="The classic residual network: more accurate than the small one, much slower without a graphics card.",
            ko="대표적인 잔차 신경망. 작은 모델보다 정확하지만 그래픽 카드가 없으면 훨씬 느립니다.",
        ),
        build=build,
        trunk=_trunk,
        head=_head,
        linear=_linear,
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
