"""Swin-T (Liu et al. 2021, arXiv:2103.14030), from torchvision."""

from typing import TYPE_CHECKING

from models.registry import ModelSpec, Words, register_model, torchvision_weights

if TYPE_CHECKING:
    from torch import nn


def build(num_classes: int, size: int) -> "nn.Module":
    """Swin-T; the same network for every picture size: positions are those within a window."""
    from torchvision.models import swin_t

    return swin_t(num_classes=num_classes)


register_model(
    ModelSpec(
        key="swin_t",
        name="Swin-T",
        sentence=Words(
            en="A transformer that looks through windows, coarser step by step; wants its ImageNet weights and a graphics card.",
            ko="창을 옮겨 가며 점점 성기게 보는 트랜스포머. ImageNet 가중치와 그래픽 카드가 있어야 쓸 만합니다.",
        ),
        build=build,
        linear="head",
        new_parts=("head",),
        target_layer="permute",
        native_size=224,
        # It shrinks by 32: 4x4 places. A finer first layer at 64 px would cost as much, and could not take up the
        # published weights.
        least_size=128,
        places=lambda side: -(-(side // 4) // 8),
        million_parameters=27.5,
        training_ms=65.0,
        weights=torchvision_weights("https://download.pytorch.org/models/swin_t-704ceda3.pth", resize=232),
    )
)
