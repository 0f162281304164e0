"""Further ways to a map, from the `grad-cam` library (Gildenblat et al.), each on a copy of the network of its own.

The library hooks and differentiates the network that it is given, so that no two threads may share one. Where the head is
global average pooling and a linear layer, HiResCAM and XGrad-CAM are Grad-CAM to the rounding; they are offered elsewhere.
"""

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.explanation.attribution import METHODS, CamMethod, by_turns, predicted_classes
from core.words import Text

if TYPE_CHECKING:
    from torch import Tensor

    from core.networks.network import Network
    from models.registry import ModelSpec


def _explain(
    name: str, network: "Network", batch: "Tensor", classes: "Sequence[Tensor | None]"
) -> "tuple[Tensor, list[Tensor]]":
    """As CamMethod.explain: what the library weighs, before it rectifies, enlarges and scales it.

    Args:
        name: of the library's class.
    """
    import numpy as np
    import pytorch_grad_cam
    import torch
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    own = copy.deepcopy(network.module)
    # An idle hook of the shared network came along.
    layer = own.get_submodule(network.spec.target_layer)
    layer._forward_hooks.clear()
    with torch.inference_mode(False), torch.enable_grad():
        asked = batch.detach().clone().requires_grad_()  # weights have no gradients, and need none
        logits = own(asked).detach()
        predicted = predicted_classes(logits)
        method = getattr(pytorch_grad_cam, name)(
            own, [layer], reshape_transform=_spread(network.spec.reshape)
        )
        weigh: Callable[..., np.ndarray] = method.get_cam_image
        kept: list[np.ndarray] = []

        def keeping(*values: object) -> np.ndarray:
            kept[:] = [weigh(*values)]
            return kept[0]

        def weighed(chosen: "Tensor") -> "Tensor":
            method(asked, [ClassifierOutputTarget(number) for number in chosen.tolist()])
            return torch.from_numpy(np.float32(kept[0])).to(batch.device)

        method.get_cam_image = keeping
        try:
            found = by_turns(weighed, [predicted if one is None else one for one in classes])
        finally:
            method.activations_and_grads.release()
    return logits, found


def _spread(reshape: "Callable[[Tensor], Tensor] | None") -> "Callable[[Tensor], Tensor] | None":
    """The library turns what it gets into NumPy arrays, which need their own memory."""
    return None if reshape is None else lambda output: reshape(output).contiguous()


def _add(
    key: str,
    name: str,
    sentence: Text,
    passes: float,
    called: str,
    fits: "Callable[[ModelSpec], bool]" = lambda _spec: True,
) -> CamMethod:
    return METHODS.add(
        CamMethod(
            key,
            name,
            sentence,
            passes,
            lambda network, batch, classes: _explain(called, network, batch, classes),
            fits=fits,
        )
    )


def _other_head(spec: "ModelSpec") -> bool:
    return spec.linear is None


def _convolutional(spec: "ModelSpec") -> bool:
    return spec.reshape is None


_add(
    "grad-cam++",
    "Grad-CAM++",
    Text(
        en="As Grad-CAM, but places that speak strongly for the class weigh more, so that several objects are found.",
        ko="Grad-CAM과 같지만 클래스를 강하게 가리키는 곳에 더 무게를 두어 물체가 여럿이어도 찾습니다.",
    ),
    3.3,
    "GradCAMPlusPlus",
)
_add(
    "layer-cam",
    "LayerCAM",
    Text(
        en="Each place weighed by its own gradient, where that is positive.",
        ko="자리마다 그곳의 양의 기울기로 무게를 줍니다.",
    ),
    3.3,
    "LayerCAM",
)
_add(
    "hires-cam",
    "HiResCAM",
    Text(
        en="Each place weighed by its own gradient, positive or not.",
        ko="자리마다 그곳의 기울기로 무게를 줍니다.",
    ),
    3.3,
    "HiResCAM",
    _other_head,
)
_add(
    "xgrad-cam",
    "XGrad-CAM",
    Text(
        en="As Grad-CAM, but gradients weigh by how active the network is at their place.",
        ko="Grad-CAM과 같지만 네트워크가 활발한 곳의 기울기에 더 무게를 둡니다.",
    ),
    3.3,
    "XGradCAM",
    lambda spec: _other_head(spec) and _convolutional(spec),
)
_add(
    "eigen-cam",
    "EigenCAM",
    Text(
        en="Where most is going on in the network, whichever the class: its strongest pattern.",
        ko="클래스와 상관없이 네트워크가 가장 활발한 곳, 가장 강한 무늬입니다.",
    ),
    8.0,
    "EigenCAM",
)
_add(
    "score-cam",
    "Score-CAM",
    Text(
        en="Shows the picture once for each of the network's patterns through that pattern, and weighs by the answer. Slow.",
        ko="네트워크의 무늬 하나하나를 통해 사진을 보여 주고 그 답으로 무게를 줍니다. 느립니다.",
    ),
    435.0,
    "ScoreCAM",
    _convolutional,
)
_add(
    "ablation-cam",
    "Ablation-CAM",
    Text(
        en="Switches each of the network's patterns off in turn, and weighs by what the answer loses. Slow.",
        ko="네트워크의 무늬를 하나씩 끄고 답이 잃는 만큼 무게를 줍니다. 느립니다.",
    ),
    420.0,
    "AblationCAM",
    _convolutional,
)
