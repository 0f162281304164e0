"""Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391): activations weighed by a logit's gradient, the mean over places.

Where the head is global average pooling and a linear layer, that gradient is the layer's row over h*w at every place:
the map is the closed form w_c . A / (h*w), and its sum plus the bias is the logit. For any other head, what comes after
the target layer is differentiated.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.explanation.attribution import METHODS, CamMethod, Pass, by_turns, forward, predicted_classes
from core.words import Text

if TYPE_CHECKING:
    from torch import Tensor

    from core.networks.network import Network


def _grad_cam(
    network: "Network", batch: "Tensor", classes: "Sequence[Tensor | None]"
) -> "tuple[Tensor, list[Tensor]]":
    seen = forward(network, batch)
    chosen = [predicted_classes(seen.logits) if one is None else one for one in classes]
    if network.spec.linear is None:
        return seen.logits, by_turns(lambda one: _differentiated(seen, one), chosen)
    return seen.logits, _closed(network, network.spec.linear, seen, chosen)


def _differentiated(seen: Pass, classes: "Tensor") -> "Tensor":
    """Signed float32 N,h,w of one class for each picture.

    Args:
        classes: int64 N.
    """
    import torch

    return torch.einsum("nk,nkhw->nhw", seen.gradient(classes).mean((2, 3)), seen.activations)


def _closed(network: "Network", linear: str, seen: Pass, classes: "Sequence[Tensor]") -> "list[Tensor]":
    """The same for each of several lists of classes, by the rows of the linear layer: activations are read once for all."""
    import torch

    activations = seen.activations
    with torch.inference_mode():
        weight = network.module.get_parameter(f"{linear}.weight")
        rows = torch.stack([weight[one] for one in classes], 1)
        places = activations.flatten(2)
        maps = torch.bmm(rows, places) / places.shape[2]
        return [maps[:, number].view(-1, *activations.shape[2:]) for number in range(len(classes))]


GRAD_CAM = METHODS.add(
    CamMethod(
        key="grad-cam",
        name="Grad-CAM",
        sentence=Text(
            en="How strongly what the network found at a place speaks for the class.",
            ko="그 자리에서 찾은 것이 클래스의 근거가 된 정도입니다.",
        ),
        passes=1,
        explain=_grad_cam,
        linear=True,
    )
)
