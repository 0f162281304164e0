"""ONNX graphs from elsewhere: looked through before anything runs them, tried in a process of its own, kept as a network.

What a graph may do to the machine that opens it: name files to read its weights from, call operations of libraries beside it,
and ask for any amount of memory and time. The first two are looked for everywhere in it and refused; a process with bounds
meets the third.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.brought import graph_trial
from core.brought.weights import Claims, class_names, json_or_none, side_of
from core.errors import DamagedWeights, ExternalData, GraphRefused, PackagesMissing, WeightsTooLarge
from core.limits import (
    GRAPH_MEMORY,
    GRAPH_SECONDS,
    MAX_CLASSES,
    MAX_ELEMENTS,
    MAX_GRAPH_BYTES,
    MAX_NESTING,
    MAX_NODES,
)
from core.runs.origins import NORMALISATIONS, Normalise
from core.words import Text, fill_text
from models import _onnx
from models._onnx import Graph

DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})
"""Of operations that onnxruntime brings itself, and that are defined by the standard."""


@dataclass(frozen=True)
class BroughtGraph:
    """A graph that was looked through and tried."""

    module: Graph
    outputs: int
    """Classes that it tells apart."""
    sides: tuple[int, ...]
    """px: of the pictures that it takes; empty: any."""
    tensors: int
    """Of its weights."""
    normalisations: tuple[Normalise, ...]
    """Under which it may want its pictures: one that takes whole numbers does that itself."""
    claims: Claims


def read_graph(path: Path, side: int) -> BroughtGraph:
    """The graph in a file.

    Args:
        side: px, of the pictures that it is tried with where it takes any.

    Raises:
        PackagesMissing, WeightsTooLarge, DamagedWeights, ExternalData, GraphRefused.
    """
    try:
        import onnx
        import onnxruntime  # noqa: F401 - runs it later
    except ImportError as error:
        raise PackagesMissing(
            name="ONNX", packages=error.name or f"{error}", file="requirements-onnx.txt"
        ) from error
    if path.stat().st_size > MAX_GRAPH_BYTES:
        raise WeightsTooLarge(name=path.name, limit=MAX_GRAPH_BYTES // 1024**3)
    data = path.read_bytes()
    try:
        model = onnx.load_model_from_string(data)  # of bytes: no other file is looked at
    except Exception as error:  # protobuf's own, whose package onnx brings
        raise DamagedWeights(name=path.name) from error
    if not model.graph.node:
        raise DamagedWeights(name=path.name)
    tensors = _looked_through(model, path.name)
    said = _tried(data, side, path.name)
    outputs, answers = _answers(said, path.name)
    module = Graph(outputs)
    state = {
        "graph": torch.from_numpy(np.frombuffer(data, np.uint8).copy()),
        "order": torch.arange(outputs),
        "answers": torch.tensor(answers),
    }
    module.load_state_dict(state)
    known: tuple[Normalise, ...] = tuple(NORMALISATIONS)
    fixed = said["shape"][1 if _onnx.channels_last(said["shape"]) else 2]
    told = {one.key: one.value for one in model.metadata_props}
    return BroughtGraph(
        module=module,
        outputs=outputs,
        sides=() if fixed is None else (int(fixed),),
        tensors=tensors,
        normalisations=("unit",) if said["type"] == "tensor(uint8)" else known,
        claims=Claims(
            classes=class_names(json_or_none(told.get("classes", ""))),
            side=side_of(json_or_none(told.get("size", ""))),
        ),
    )


def _looked_through(model: Any, name: str) -> int:
    """The number of its weights, all of which are in it.

    Raises:
        ExternalData, GraphRefused.
    """
    own = {function.domain for function in model.functions}
    nodes = tensors = 0
    for what, depth in _parts(model):
        if depth > MAX_NESTING:
            raise _refused(
                name, Text(en="its graphs lie too deep in each other", ko="그래프가 너무 깊이 겹쳐 있습니다")
            )
        kind = type(what).__name__
        if kind == "TensorProto":
            tensors += 1
            if what.data_location or what.external_data:
                raise ExternalData(name=name, lines=_in_one_file(name))
            if min(what.dims, default=1) < 0 or prod(what.dims) > MAX_ELEMENTS:
                raise _refused(name, Text(en="one of its tensors is too large", ko="텐서 하나가 너무 큽니다"))
        elif kind == "NodeProto":
            nodes += 1
            if what.domain not in DOMAINS | own:
                said = Text(
                    en="it needs operations that are none of the standard's ({names})",
                    ko="표준에 없는 연산이 필요합니다({names})",
                )
                raise _refused(name, said, names=f"{what.domain}.{what.op_type}")
            if nodes > MAX_NODES:
                said = Text(en="it has more than {n} nodes", ko="노드가 {n}개를 넘습니다")
                raise _refused(name, said, n=f"{MAX_NODES:,}")
    return tensors


def _parts(what: Any, depth: int = 0) -> Iterator[tuple[Any, int]]:
    """Every message in a message, whatever field it is in, and how many graphs it lies in."""
    yield what, depth
    if depth > MAX_NESTING:
        return
    inner = depth + (type(what).__name__ == "GraphProto")
    for field, value in what.ListFields():
        if field.message_type is None:
            continue
        for one in [value] if hasattr(value, "ListFields") else value:
            yield from _parts(one, inner)


def _in_one_file(name: str) -> str:
    stem = Path(name).stem
    return (
        "import onnx\n"
        f'model = onnx.load("{name}")\n'
        f'onnx.save_model(model, "{stem}-one-file.onnx", save_as_external_data=False)'
    )


def _tried(data: bytes, side: int, name: str) -> dict[str, Any]:
    """What it takes and gives, of a process that ran it.

    Raises:
        GraphRefused.
    """
    bounds = [str(one) for one in (GRAPH_MEMORY, GRAPH_SECONDS, side)]
    with tempfile.TemporaryDirectory() as empty:
        try:
            ran = subprocess.run(
                [sys.executable, "-I", str(Path(graph_trial.__file__).resolve()), *bounds],
                input=data,
                capture_output=True,
                cwd=empty,
                timeout=4 * GRAPH_SECONDS,
                check=True,
            )
            said: dict[str, Any] = json.loads(ran.stdout)
        except subprocess.TimeoutExpired as error:
            said_so = Text(en="it takes too long for a picture", ko="사진 한 장에 너무 오래 걸립니다")
            raise _refused(name, said_so) from error
        except (subprocess.CalledProcessError, ValueError) as error:
            last = getattr(error, "stderr", b"") or b""
            why = (last.decode(errors="replace").strip().splitlines() or ["-"])[-1][:200]
            said_so = Text(en="its first picture fails ({why})", ko="첫 사진에서 실패했습니다({why})")
            raise _refused(name, said_so, why=why) from error
    return said


def _answers(said: dict[str, Any], name: str) -> tuple[int, int]:
    """How many classes it tells apart, and what it gives for them: as of models._onnx.

    Raises:
        GraphRefused: it does not take pictures and give a number for each class.
    """
    given = said.get("given", 0)
    if not 1 <= given <= MAX_CLASSES or not said["finite"]:
        why = Text(
            en="it does not take pictures (N,3,H,H or N,H,H,3) and give a number for each class; it takes {inputs} inputs, the "
            "first {type} {shape}",
            ko="사진(N,3,H,H 또는 N,H,H,3)을 받아 클래스마다 숫자를 내는 그래프가 아닙니다. 입력 {inputs}개, 첫 입력 {type} {shape}",
        )
        raise _refused(name, why, inputs=said["inputs"], type=said["type"], shape=said["shape"])
    if given == 1:
        return 2, _onnx.PROBABILITY if said["shares"] else _onnx.LOGIT
    return given, _onnx.PROBABILITIES if said["shares"] and said["whole"] else _onnx.LOGITS


def _refused(name: str, said: Text, **values: object) -> GraphRefused:
    return GraphRefused(name=name, why=fill_text(said, **values))
