"""A network with what is needed to use it, wherever its weights come from. Imports torch."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.registry import ModelSpec

CENTRE = 0.875
"""Share of a side that is left where the middle is cut out: 224 of 256 px, as ImageNet's networks are shown pictures."""
Fit = Literal["whole", "centre"]
Channels = Literal["rgb", "bgr"]


class Preprocessing(NamedTuple):
    """A network is given (picture / 255 - mean) / std; one number for each of its channels."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    fit: Fit = "whole"
    """The whole picture, or its middle: CENTRE of each side."""
    channels: Channels = "rgb"
    """In the order in which it takes them: OpenCV reads pictures as B, G, R."""

    @classmethod
    def of(cls, spec: ModelSpec) -> "Preprocessing":
        """What networks of a model begin with; a trained one keeps its own."""
        return cls(spec.mean, spec.std)


@dataclass(frozen=True)
class Network:
    """A network that is trained, or ready to be asked and explained: by many threads at once then."""

    spec: ModelSpec
    module: nn.Module
    classes: list[str]
    size: int
    """Side of the pictures it was trained on, px: what `inputs` is given."""
    side: int
    """Side of the square that the module itself sees, px."""
    preprocessing: Preprocessing

    @property
    def device(self) -> torch.device:
        return next(self.module.parameters()).device

    @property
    def explained(self) -> bool:
        """Whether there is a layer to look into, and so a map of what speaks for its answers."""
        return bool(self.spec.target_layer)

    @property
    def whole(self) -> int:
        """Side that a whole picture is resized to, px, of which the module sees `side`."""
        return round(self.side / CENTRE) if self.preprocessing.fit == "centre" else self.side

    def move_to(self, device: torch.device) -> None:
        """Move the weights to `device`, channels last in memory, where they are quickest."""
        self.module.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]

    def inputs(self, images: Tensor) -> Tensor:
        """What the module is given for pictures.

        Args:
            images: uint8 N,H,H,3 RGB; resized to `side`, bilinear.

        Returns:
            float32 N,3,side,side on its device, normalised, channels last in memory.
        """
        batch = images.to(self.device, non_blocking=True).permute(0, 3, 1, 2).float()
        return self.prepared(batch, 255.0)

    def prepared(self, batch: Tensor, white: float = 1.0) -> Tensor:
        """The same for float32 N,3,H,H in 0..white, on its device."""
        asked = self.preprocessing
        whole = self.whole
        if whole != batch.shape[-1]:
            smaller = whole < batch.shape[-1]
            batch = F.interpolate(
                batch, size=(whole, whole), mode="bilinear", align_corners=False, antialias=smaller
            )
        if whole != self.side:
            first = (whole - self.side) // 2
            batch = batch[..., first : first + self.side, first : first + self.side]
        if asked.channels == "bgr":
            batch = batch.flip(1)
        # Whole rows of pixels at once: along the three channels alone it takes four times as long.
        pixels = batch.permute(0, 2, 3, 1).contiguous()
        rows = pixels.view(-1, 3 * self.side)
        mean, std = (
            # Made on the device, the processor would wait for it.
            (torch.tensor(part) * white).repeat(self.side).to(batch.device, non_blocking=True)
            for part in (asked.mean, asked.std)
        )
        return rows.sub(mean).div_(std).view_as(pixels).permute(0, 3, 1, 2)

    def logits(self, images: Tensor) -> Tensor:
        """float32 N,C: what it says of pictures, uint8 N,H,H,3 RGB."""
        found: Tensor = self.module(self.inputs(images))
        return found


def fixed(network: Network, device: torch.device) -> Network:
    """The network on `device`, in evaluation mode, its weights without gradients."""
    network.move_to(device)
    network.module.eval().requires_grad_(False)
    return network
