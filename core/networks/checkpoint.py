"""A trained network in one safetensors file, which cannot carry code. Imports torch."""

import json
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError, safe_open
from torch import nn

from core.errors import BadCheckpoint, NotTrained, UnknownName
from core.files import write_bytes
from core.runs.recipe import get_model
from core.runs.runs import Run
from core.words import Text
from models.registry import ModelSpec

FORMAT = "1"


@dataclass(frozen=True)
class Checkpoint:
    """A trained network with what is needed to use it."""

    spec: ModelSpec
    network: nn.Module
    classes: list[str]
    size: int
    """Side of the pictures it was trained on, px."""
    side: int
    """Side of the square that the network itself sees, px."""


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write the file `path`, whole or not at all.

    Raises:
        CannotWrite: no space, no permission.
    """
    state = {name: value.cpu().contiguous() for name, value in checkpoint.network.state_dict().items()}
    metadata = {
        "noiselens": FORMAT,
        "model": checkpoint.spec.key,
        "classes": json.dumps(checkpoint.classes, ensure_ascii=False),
        "size": str(checkpoint.size),
        "side": str(checkpoint.side),
        "mean": json.dumps(checkpoint.spec.mean),
        "std": json.dumps(checkpoint.spec.std),
    }
    write_bytes(path, safetensors.torch.save(state, metadata))


def read_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint in the file `path`.

    Raises:
        FileNotFoundError: there is no file. BadCheckpoint: it is damaged or does not fit its model.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        if metadata.get("noiselens") != FORMAT:
            raise _bad(path, Text(en="NoiseLens did not write it", ko="NoiseLens가 만든 파일이 아닙니다"))
        spec = get_model(metadata["model"])
        classes = list(json.loads(metadata["classes"]))
        size, side = int(metadata["size"]), int(metadata["side"])
        network = spec.build(len(classes), side)
        network.load_state_dict(state)
    except FileNotFoundError:
        raise
    except (SafetensorError, OSError) as error:
        raise _bad(path, Text(en="the file is damaged", ko="파일이 손상되었습니다")) from error
    except (UnknownName, KeyError, ValueError, RuntimeError) as error:
        why = Text(en="its weights do not fit its model", ko="가중치가 모델과 맞지 않습니다")
        raise _bad(path, why) from error
    return Checkpoint(spec, network, classes, size, side)


def load_checkpoint(run: Run) -> Checkpoint:
    """The checkpoint of a run.

    Raises:
        NotTrained: there is none yet. BadCheckpoint: its file is damaged or does not fit.
    """
    try:
        return read_checkpoint(run.folder.checkpoint)
    except FileNotFoundError:
        raise NotTrained(name=run.label) from None


def _bad(path: Path, why: Text) -> BadCheckpoint:
    return BadCheckpoint(name=f"{path.parent.name}/{path.name}", why=why)
