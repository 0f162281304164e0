"""A trained network in one safetensors file, which cannot carry code. Imports torch."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import cast, get_args

import safetensors.torch
from safetensors import SafetensorError, safe_open

from core.errors import BadCheckpoint, PackagesMissing, UnknownName
from core.files import write_bytes
from core.networks.network import Channels, Fit, Network, Preprocessing
from core.runs.recipe import get_model
from core.words import Text
from models.registry import ONNX, ModelSpec

FORMAT = "1"


def save_checkpoint(path: Path, network: Network) -> None:
    """Write the file `path`, whole or not at all.

    Raises:
        CannotWrite: no space, no permission.
    """
    state = {name: value.cpu().contiguous() for name, value in network.module.state_dict().items()}
    metadata = {
        "noiselens": FORMAT,
        "model": network.spec.key,
        "classes": json.dumps(network.classes, ensure_ascii=False),
        "size": str(network.size),
        "side": str(network.side),
        "mean": json.dumps(network.preprocessing.mean),
        "std": json.dumps(network.preprocessing.std),
        "fit": network.preprocessing.fit,
        "channels": network.preprocessing.channels,
    }
    write_bytes(path, _in_order(safetensors.torch.save(state, metadata)))


def _in_order(data: bytes) -> bytes:
    """A safetensors file with its metadata in order, as the library writes them in another one each time.

    So equal networks are equal files, which an evaluation's fingerprint of the weights relies on.
    """
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    said = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    said += b" " * (-len(said) % 8)  # tensors begin at a multiple of 8
    return len(said).to_bytes(8, "little") + said + data[8 + size :]


def read_checkpoint(path: Path) -> Network:
    """The network in the file `path`, on the CPU.

    Raises:
        FileNotFoundError: there is no file. BadCheckpoint: it is damaged or does not fit its model. PackagesMissing: it is a
        graph, and what runs graphs is not installed.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        if metadata.get("noiselens") != FORMAT:
            raise _bad(path, Text(en="NoiseLens did not write it", ko="NoiseLens가 만든 파일이 아닙니다"))
        spec = get_model(metadata["model"])
        if spec.key == ONNX and find_spec("onnxruntime") is None:
            raise PackagesMissing(name="ONNX", packages="onnxruntime", file="requirements-onnx.txt")
        classes = list(json.loads(metadata["classes"]))
        size, side = int(metadata["size"]), int(metadata["side"])
        preprocessing = _preprocessing(metadata, spec)
        module = spec.build(len(classes), side)
        module.load_state_dict(state)
    except FileNotFoundError:
        raise
    except (SafetensorError, OSError) as error:
        raise _bad(path, Text(en="the file is damaged", ko="파일이 손상되었습니다")) from error
    except (UnknownName, KeyError, TypeError, ValueError, RuntimeError) as error:
        why = Text(en="its weights do not fit its model", ko="가중치가 모델과 맞지 않습니다")
        raise _bad(path, why) from error
    return Network(spec, module, classes, size, side, preprocessing)


def _preprocessing(metadata: Mapping[str, str], spec: ModelSpec) -> Preprocessing:
    """What the weights were trained with, whatever networks of its model begin with today.

    Raises:
        ValueError, TypeError: it is no mean and deviation of three colours.
    """
    if "mean" not in metadata or "std" not in metadata:
        return Preprocessing.of(spec)
    mean, std = (
        (float(r), float(g), float(b)) for r, g, b in (json.loads(metadata[x]) for x in ("mean", "std"))
    )
    if min(std) <= 0:
        raise ValueError(f"deviation {std}")
    fit, channels = metadata.get("fit", "whole"), metadata.get("channels", "rgb")
    if fit not in get_args(Fit) or channels not in get_args(Channels):
        raise ValueError(f"{fit}, {channels}")
    return Preprocessing(mean, std, cast(Fit, fit), cast(Channels, channels))


def _bad(path: Path, why: Text) -> BadCheckpoint:
    return BadCheckpoint(name=f"{path.parent.name}/{path.name}", why=why)
