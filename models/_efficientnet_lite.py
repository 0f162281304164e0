"""The network EfficientNet-Lite0, with the names of the published weights.

EfficientNet (Tan and Le 2019, arXiv:1905.11946) without squeeze-and-excite and with ReLU6
(tensorflow/tpu, efficientnet/lite). Its weights come from TensorFlow and need TensorFlow's padding.
"""

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

# (repeats, output width, kernel, stride of the first, expansion)
STAGES = (
    (1, 16, 3, 1, 1),
    (2, 24, 3, 2, 6),
    (2, 40, 5, 2, 6),
    (3, 80, 3, 2, 6),
    (3, 112, 5, 1, 6),
    (4, 192, 5, 2, 6),
    (1, 320, 3, 1, 6),
)
STEM_WIDTH, HEAD_WIDTH, DROPOUT = 32, 1280, 0.2


class SamePaddedConv2d(nn.Conv2d):
    """Convolution with TensorFlow's "SAME" padding: ceil(size / stride) places, the odd pixel at the end."""

    def forward(self, input: Tensor) -> Tensor:
        def ends(size: int, kernel: int, stride: int) -> tuple[int, int]:
            total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            return total // 2, total - total // 2

        rows = ends(input.shape[-2], self.kernel_size[0], self.stride[0])
        columns = ends(input.shape[-1], self.kernel_size[1], self.stride[1])
        if rows[0] == rows[1] and columns[0] == columns[1]:  # symmetric: no copy of the picture
            return F.conv2d(input, self.weight, self.bias, self.stride, (rows[0], columns[0]), 1, self.groups)
        padded = F.pad(input, (*columns, *rows))
        return F.conv2d(padded, self.weight, self.bias, self.stride, 0, 1, self.groups)


def _convolution(before: int, width: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Conv2d:
    if stride == 1:  # as many places on both sides, whatever the size
        return nn.Conv2d(before, width, kernel, padding=kernel // 2, groups=groups, bias=False)
    return SamePaddedConv2d(before, width, kernel, stride, groups=groups, bias=False)


def _activation() -> nn.Module:
    return nn.ReLU6(inplace=True)


def _normalisation(width: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(width, eps=1e-3, momentum=0.01)


class Block(nn.Module):
    """Inverted residual: widen, filter each channel, narrow."""

    def __init__(self, before: int, width: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        middle = before * expansion
        self.widens = expansion != 1
        self.adds = stride == 1 and before == width
        if self.widens:
            self._expand_conv = _convolution(before, middle, 1)
            self._bn0 = _normalisation(middle)
            self._relu0 = _activation()
        self._depthwise_conv = _convolution(middle, middle, kernel, stride, groups=middle)
        self._bn1 = _normalisation(middle)
        self._relu1 = _activation()
        self._project_conv = _convolution(middle, width, 1)
        self._bn2 = _normalisation(width)

    def forward(self, input: Tensor) -> Tensor:
        x = self._relu0(self._bn0(self._expand_conv(input))) if self.widens else input
        x = self._relu1(self._bn1(self._depthwise_conv(x)))
        x = self._bn2(self._project_conv(x))
        return x + input if self.adds else x


class EfficientNetLite0(nn.Module):
    """Pictures N,3,H,W to logits N,C; see core.networks.network for what goes in."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self._conv_stem = _convolution(3, STEM_WIDTH, 3, stride=2)
        self._bn0 = _normalisation(STEM_WIDTH)
        self._relu0 = _activation()
        blocks: list[nn.Module] = []
        before = STEM_WIDTH
        for repeats, width, kernel, stride, expansion in STAGES:
            for repeat in range(repeats):
                blocks.append(Block(before, width, kernel, stride if repeat == 0 else 1, expansion))
                before = width
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = _convolution(before, HEAD_WIDTH, 1)
        self._bn1 = _normalisation(HEAD_WIDTH)
        # A module of its own, so that its output has a name: the target layer.
        self.activations = nn.ReLU6()
        self._dropout = nn.Dropout(DROPOUT)
        self._fc = nn.Linear(HEAD_WIDTH, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")

    def trunk(self, batch: Tensor) -> Tensor:
        """The activations N,1280,h,w."""
        x = self._relu0(self._bn0(self._conv_stem(batch)))
        for block in self._blocks:
            x = block(x)
        return self.activations(self._bn1(self._conv_head(x)))

    def head(self, activations: Tensor) -> Tensor:
        """The logits N,C."""
        return self._fc(self._dropout(activations.mean((2, 3))))

    def forward(self, batch: Tensor) -> Tensor:
        return self.head(self.trunk(batch))


def load_weights(path: str, safe: bool) -> dict[str, Tensor]:
    """The state dict in the file `path`, read without running code from it.

    Args:
        safe: it is a safetensors file, not one that torch saved.
    """
    if safe:
        return load_file(path)
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return state
