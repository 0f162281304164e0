"""Weights made elsewhere: which kind of file they are in, read without running anything that is in it. Imports torch.

A pickle may run code when it is opened, and so may TorchScript and torch.export's files: of these PyTorch's own
`weights_only` reading of plain tensors is taken and all else is refused, with the lines that save it properly.
"""

import json
import pickle
import re
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from core.brought.transformers_names import PREFIX, renamed
from core.errors import (
    CodeInFile,
    DamagedWeights,
    NoWeights,
    OtherThingsInFile,
    TransformersNames,
    WeightsTooLarge,
    WholeModule,
)
from core.limits import MAX_CLASSES, MAX_TENSORS, MAX_WEIGHTS_BYTES
from core.networks.network import Channels, Fit

Kind = Literal["pytorch", "safetensors", "hugging_face", "onnx"]
PREFIXES = ("module.", "_orig_mod.", "model.", "backbone.", "net.", "network.", "encoder.")
"""What wrappers put before the names of a network's tensors: DataParallel, torch.compile, Lightning and people."""
NESTS = (
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "net",
    "network",
    "weights",
    "params",
    "ema",
)
"""Where training scripts put a state dict in what they save, the likeliest first."""
LEAST_WHOLE = 0.97
"""Of a side: what shows more of it shows the whole picture."""
MAX_SIDE = 1024
"""px, of the pictures that a network says it takes: what is larger, no model here is given."""


@dataclass(frozen=True)
class Claims:
    """What a file says of itself; it may be wrong."""

    model: str = ""
    """A key, as core.runs.recipe.get_model takes it; "": it does not say."""
    classes: tuple[str, ...] = ()
    """In the order of the network's answers."""
    mean: tuple[float, float, float] | None = None
    std: tuple[float, float, float] | None = None
    side: int = 0
    """Of the pictures that the network takes, px; 0: it does not say."""
    fit: Fit = "whole"
    channels: Channels = "rgb"


@dataclass(frozen=True)
class Brought:
    """A file of weights that was read."""

    kind: Kind
    state: Mapping[str, Tensor]
    """Names as they are in the file."""
    claims: Claims = Claims()
    nest: str = ""
    """Under which key of the file the tensors were; "": on top."""


def read_weights(path: Path) -> Brought:
    """The tensors of a file or of a Hugging Face folder, on the CPU.

    Raises:
        DamagedWeights, NoWeights, WeightsTooLarge: nothing can be read. WholeModule, CodeInFile, OtherThingsInFile: to
        read it would run what is in it.
    """
    if path.is_dir():
        return _read_folder(path)
    if path.stat().st_size > MAX_WEIGHTS_BYTES:
        raise WeightsTooLarge(name=path.name, limit=MAX_WEIGHTS_BYTES // 1024**3)
    with path.open("rb") as file:
        begin = file.read(16)
    if begin.startswith(b"PK\x03\x04"):
        return _read_zip(path)
    if _is_safetensors(begin, path.stat().st_size):
        return _read_safetensors(path)
    if begin[:1] == b"\x80":  # a pickle, as PyTorch wrote them until 1.6
        return _read_pickle(path)
    raise NoWeights(name=path.name)


def _is_safetensors(begin: bytes, size: int) -> bool:
    header = int.from_bytes(begin[:8], "little")
    return len(begin) > 8 and begin[8:9] == b"{" and 2 <= header <= size - 8


def _read_safetensors(path: Path) -> Brought:
    try:
        with safe_open(path, framework="pt") as file:
            said = file.metadata() or {}
            names = list(file.keys())
            if len(names) > MAX_TENSORS:
                raise NoWeights(name=path.name)
            state = {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError, RuntimeError, ValueError) as error:
        raise DamagedWeights(name=path.name) from error
    return Brought("safetensors", _plain(state, path.name), _claims_of_metadata(said))


def _claims_of_metadata(said: Mapping[str, str]) -> Claims:
    """What a safetensors file tells beside its tensors: our own checkpoints say all of it, others a name at best."""
    found = {key: json_or_none(said.get(key, "")) for key in ("classes", "mean", "std", "side")}
    return Claims(
        model=said.get("model") or said.get("architecture") or "",
        classes=class_names(found["classes"]),
        mean=_three(found["mean"]),
        std=_three(found["std"]),
        side=side_of(found["side"]),
        fit="centre" if said.get("fit") == "centre" else "whole",
        channels="bgr" if said.get("channels") == "bgr" else "rgb",
    )


def _read_zip(path: Path) -> Brought:
    """What torch.save writes is a ZIP, and so are TorchScript's and torch.export's files."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.split("/", 1)[-1] for name in archive.namelist()}
            size = sum(one.file_size for one in archive.infolist())
            packed = any(one.compress_type != zipfile.ZIP_STORED for one in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DamagedWeights(name=path.name) from error
    if "constants.pkl" in names or any(name.startswith("code/") for name in names):
        raise CodeInFile(name=path.name, kind="TorchScript", lines=_again("torch.jit.load", "", path))
    if any("exported_program" in name or name == "archive_format" for name in names):
        raise CodeInFile(name=path.name, kind="torch.export", lines=_again("torch.export.load", "", path))
    if "data.pkl" not in names:
        raise NoWeights(name=path.name)
    if packed:  # PyTorch packs nothing
        raise DamagedWeights(name=path.name)
    if size > MAX_WEIGHTS_BYTES:
        raise WeightsTooLarge(name=path.name, limit=MAX_WEIGHTS_BYTES // 1024**3)
    return _read_pickle(path)


_REFUSED = re.compile(r"(?:GLOBAL|global|function|class|type)\s+`?([\w.]+)")


def _read_pickle(path: Path) -> Brought:
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        found = _REFUSED.search(str(error))
        what = found.group(1) if found else ""
        if not what:
            raise DamagedWeights(name=path.name) from error
        if _is_network(what):
            lines = _again("torch.load", ", weights_only=False", path)
            raise WholeModule(name=path.name, what=what, lines=lines) from error
        raise OtherThingsInFile(name=path.name, what=what, lines=_only_tensors(path)) from error
    except (
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
    ) as error:
        raise DamagedWeights(name=path.name) from error
    state, nest = _state_in(saved)
    if not state:
        raise NoWeights(name=path.name)
    claims = _claims_of(saved) if nest else Claims()
    return replace(Brought("pytorch", _plain(state, path.name), claims), nest=nest)


def _is_network(what: str) -> bool:
    """Whether a class that a pickle names is a network's: one of the libraries', or of somebody's own script."""
    top = what.partition(".")[0]
    others = {"numpy", "omegaconf", "pandas", "_codecs", "copyreg"} | set(sys.stdlib_module_names)
    return (top not in others or top == "__main__") and not what.startswith(("torch.optim", "torch.utils"))


def _again(load: str, how: str, path: Path) -> str:
    """The lines that save what a file has properly."""
    return (
        "import torch\n"
        f'model = {load}("{path.name}"{how})\n'
        f'torch.save(model.state_dict{"" if "export" in load else "()"}, "{path.stem}-weights.pth")'
    )


def _only_tensors(path: Path) -> str:
    return (
        "import torch\n"
        f'saved = torch.load("{path.name}", map_location="cpu", weights_only=False)\n'
        f'torch.save(saved["state_dict"], "{path.stem}-weights.pth")'
    )


def _state_in(saved: Any) -> tuple[dict[str, Tensor], str]:
    """The state dict in what a training script has saved, and the key it was under."""
    if not isinstance(saved, Mapping):
        return {}, ""
    if state := _tensors(saved):
        return state, ""
    for nest in NESTS:
        if isinstance(inner := saved.get(nest), Mapping) and (state := _tensors(inner)):
            return state, nest
    for nest, inner in saved.items():
        if isinstance(inner, Mapping) and (state := _tensors(inner)):
            return state, str(nest)
    return {}, ""


def _tensors(found: Mapping[Any, Any]) -> dict[str, Tensor]:
    """The mapping if it is one of names to tensors, else nothing; numbers beside them are let go."""
    tensors = {
        name: value for name, value in found.items() if isinstance(value, Tensor) and isinstance(name, str)
    }
    others = [value for value in found.values() if not isinstance(value, Tensor)]
    return tensors if len(tensors) > len(others) else {}


def _plain(state: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    """The same, each a plain tensor.

    Raises:
        DamagedWeights: one is sparse or of a quantised network, or holds what is no number, or there are too many.
    """
    if len(state) > MAX_TENSORS or not all(map(_is_plain, state.values())):
        raise DamagedWeights(name=name)
    return {key: value.detach() for key, value in state.items()}


def _is_plain(value: Tensor) -> bool:
    if value.layout is not torch.strided or value.is_quantized or value.is_complex() or value.is_meta:
        return False
    # A tensor may claim to be larger than what is stored of it, by strides of 0.
    stored = value.untyped_storage().nbytes() // value.element_size()
    return value.numel() <= stored and (not value.is_floating_point() or bool(torch.isfinite(value).all()))


def _claims_of(saved: Mapping[Any, Any]) -> Claims:
    """What training scripts put beside a state dict."""
    names = saved.get("classes") or saved.get("class_names") or saved.get("class_to_idx")
    if isinstance(names, Mapping):
        places = {name: place for name, place in names.items() if isinstance(place, int)}
        names = sorted(places, key=lambda name: places[name])
    model = saved.get("arch") or saved.get("architecture") or saved.get("model_name") or ""
    return Claims(model=model if isinstance(model, str) else "", classes=class_names(names))


def class_names(value: Any) -> tuple[str, ...]:
    """A list of names, or nothing."""
    if not isinstance(value, (list, tuple)) or len(value) > MAX_CLASSES:
        return ()
    return tuple(value) if all(isinstance(name, str) for name in value) else ()


def _three(value: Any) -> tuple[float, float, float] | None:
    numbers = (
        isinstance(value, (list, tuple))
        and len(value) == 3
        and all(isinstance(x, (int, float)) for x in value)
    )
    return (float(value[0]), float(value[1]), float(value[2])) if numbers else None


def json_or_none(text: str) -> Any:
    """What a JSON text says."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _read_folder(path: Path) -> Brought:
    """A folder as Hugging Face's hub keeps models: config.json, preprocessor_config.json, model.safetensors.

    Of several files of weights (shards) all are read; a pickle in their place is read as one is.
    """
    files = sorted(one for one in path.glob("*.safetensors") if one.is_file())
    if files:
        if sum(one.stat().st_size for one in files) > MAX_WEIGHTS_BYTES:
            raise WeightsTooLarge(name=path.name, limit=MAX_WEIGHTS_BYTES // 1024**3)
        state: dict[str, Tensor] = {}
        for file in files:
            state |= _read_safetensors(file).state
    elif (pickled := path / "pytorch_model.bin").is_file():
        state = dict(read_weights(pickled).state)
    else:
        raise NoWeights(name=path.name)
    claims = _claims_of_folder(path)
    if claims.model.startswith(PREFIX):
        kind = claims.model.removeprefix(PREFIX)
        named = renamed(kind, state)
        if named is None:
            raise TransformersNames(name=path.name, kind=kind)
        state, claims = named, replace(claims, model="")
    return Brought("hugging_face", state, claims)


def _claims_of_folder(path: Path) -> Claims:
    config, shown = (_small_json(path / name) for name in ("config.json", "preprocessor_config.json"))
    told = config.get("pretrained_cfg")
    timm = told if isinstance(told, dict) else {}
    labels = config.get("id2label")
    names = config.get("label_names") or timm.get("label_names")
    if isinstance(labels, dict) and all(str(number) in labels for number in range(len(labels))):
        names = [labels[str(number)] for number in range(len(labels))]
    size = shown.get("crop_size") or shown.get("size") or timm.get("input_size")
    share = timm.get("crop_pct")
    cut = shown.get("do_center_crop") is True or (isinstance(share, float) and share < LEAST_WHOLE)
    return Claims(
        model=_model_of(config),
        classes=class_names(names),
        mean=_three(shown.get("image_mean") or timm.get("mean")),
        std=_three(shown.get("image_std") or timm.get("std")),
        side=side_of(size),
        fit="centre" if cut else "whole",
    )


def _model_of(config: Mapping[str, Any]) -> str:
    """The key of the model that config.json names: timm's by its architecture, transformers' by its kind."""
    if isinstance(name := config.get("architecture"), str):
        return f"timm:{name}"
    kinds = config.get("architectures")
    return f"{PREFIX}{kinds[0]}" if isinstance(kinds, list) and kinds and isinstance(kinds[0], str) else ""


def side_of(size: Any) -> int:
    """A side in px, of a number or of what describes a size; 0: none."""
    if isinstance(size, dict):
        size = size.get("height") or size.get("shortest_edge")
    if isinstance(size, (list, tuple)) and size:
        size = size[-1]
    return size if isinstance(size, int) and 0 < size <= MAX_SIDE else 0


def _small_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.stat().st_size < 10 * 1024**2 else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
