"""Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391) without hooks: signed maps, safe for many threads.

Where the head is global average pooling and a linear layer, the gradient of a logit is that layer's
row over h*w at every place: the map is the closed form w_c . A / (h*w), and its sum plus the bias is
the logit. For any other head, only the head is differentiated.
"""

import torch
from torch import Tensor, nn

from models.registry import ModelSpec


def activations_and_logits(spec: ModelSpec, network: nn.Module, batch: Tensor) -> tuple[Tensor, Tensor]:
    """A (N,K,h,w) of the target layer and the logits (N,C), from one forward pass without gradient.

    Args:
        network: in evaluation mode.
        batch: float32 N,3,H,W as Network.inputs gives it.
    """
    # A tensor made in inference mode can never be differentiated by; a head that needs it gets no_grad.
    with torch.inference_mode() if spec.linear else torch.no_grad():
        activations = spec.trunk(network, batch)
        return activations, spec.head(network, activations)


def class_maps(spec: ModelSpec, network: nn.Module, activations: Tensor, classes: Tensor) -> Tensor:
    """Signed Grad-CAM float32 N,h,w of one class for each picture.

    Args:
        activations: from `activations_and_logits`.
        classes: int64 N.
    """
    if spec.linear is not None:
        with torch.inference_mode():
            rows = spec.linear(network).weight[classes]
            return torch.einsum("nk,nkhw->nhw", rows, activations) / activations[0, 0].numel()
    with torch.enable_grad():
        leaf = activations.detach().requires_grad_()
        logits = spec.head(network, leaf)
        (gradient,) = torch.autograd.grad(logits.gather(1, classes[:, None]).sum(), leaf)
    return torch.einsum("nk,nkhw->nhw", gradient.mean((2, 3)), activations)


def attribute(
    spec: ModelSpec, network: nn.Module, batch: Tensor, classes: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Logits N,C and signed Grad-CAM N,h,w, both float32.

    Args:
        network: in evaluation mode.
        batch: float32 N,3,H,W as Network.inputs gives it.
        classes: int64 N, the class to explain for each picture; the predicted ones by default.
    """
    activations, logits = activations_and_logits(spec, network, batch)
    chosen = logits.argmax(1) if classes is None else classes
    return logits, class_maps(spec, network, activations, chosen)
