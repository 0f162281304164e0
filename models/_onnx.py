"""A network as an ONNX graph, which onnxruntime runs: it answers, and has no layers to look into."""

import threading
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from models.registry import ONNX, ModelSpec, Words

LOGITS, PROBABILITIES, LOGIT, PROBABILITY = range(4)
"""What a graph gives: a number for each class, as logits or as probabilities, or one alone, the second class's of two."""
LEAST = 1e-12


class Graph(nn.Module):
    """A graph with its bytes as weights, so that a checkpoint holds it as it holds any network."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.graph = _fixed(torch.zeros(0, dtype=torch.uint8))
        self.order = _fixed(torch.arange(num_classes))
        """Which of the graph's outputs stands for each class."""
        self.answers = _fixed(torch.tensor(LOGITS))
        self._session: Any = None
        self._starting = threading.Lock()

    def _load_from_state_dict(self, state: Mapping[str, Tensor], prefix: str, *rest: Any) -> None:
        for name in ("graph", "order"):  # of any length
            if (value := state.get(prefix + name)) is not None:
                setattr(self, name, _fixed(torch.empty_like(value)))
        super()._load_from_state_dict(state, prefix, *rest)

    def session(self) -> Any:
        """That of onnxruntime, made when it is first asked for.

        Raises:
            ImportError: onnxruntime is not installed.
        """
        import onnxruntime

        with self._starting:
            if self._session is None:
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = torch.get_num_threads()
                options.log_severity_level = 4
                data = self.graph.cpu().numpy().tobytes()
                self._session = onnxruntime.InferenceSession(data, options, ["CPUExecutionProvider"])
        return self._session

    def raw(self, batch: Tensor) -> Tensor:
        """float32 N,K: what the graph gives, K of its own.

        Args:
            batch: float32 N,3,H,H.
        """
        session = self.session()
        asked = session.get_inputs()[0]
        given = batch.detach().cpu()
        if asked.type == "tensor(uint8)":
            given = (given * 255).round().clamp(0, 255).to(torch.uint8)
        elif asked.type == "tensor(float16)":
            given = given.half()
        if channels_last(asked.shape):
            given = given.permute(0, 2, 3, 1)
        at_once = asked.shape[0] if isinstance(asked.shape[0], int) and asked.shape[0] > 0 else len(given)
        found = []
        for first in range(0, len(given), at_once):
            part = given[first : first + at_once]
            lacking = at_once - len(part)
            filled = torch.cat([part, part[:1].expand(lacking, *part.shape[1:])]).contiguous()
            (out,) = session.run([session.get_outputs()[0].name], {asked.name: filled.numpy()})
            found.append(torch.from_numpy(out).float().reshape(at_once, -1)[: len(part)])
        return torch.cat(found)

    def forward(self, batch: Tensor) -> Tensor:
        """float32 N,C: logits."""
        out = self.raw(batch)
        answers = int(self.answers)
        if answers == PROBABILITY:
            out = torch.cat([1 - out, out], 1)
        elif answers == LOGIT:
            out = torch.cat([torch.zeros_like(out), out], 1)
        if answers in (PROBABILITIES, PROBABILITY):
            out = out.clamp(min=LEAST).log()
        return out[:, self.order.cpu()].to(batch.device)


def _fixed(value: Tensor) -> nn.Parameter:
    return nn.Parameter(value, requires_grad=False)


def channels_last(shape: list[Any]) -> bool:
    """Whether pictures are given to a graph as N,H,W,3."""
    return len(shape) == 4 and shape[3] == 3 and shape[1] != 3


def _build(num_classes: int, _side: int) -> nn.Module:
    return Graph(num_classes)


SPEC = ModelSpec(
    key=ONNX,
    name="ONNX",
    sentence=Words(
        en="A graph that was brought in: it answers, and has no map.",
        ko="가져온 그래프. 답만 내고 히트맵은 없습니다.",
    ),
    build=_build,
    linear=None,
    new_parts=(),
    target_layer="",
    native_size=224,
    least_size=1,
    million_parameters=0.0,
    places=lambda _side: 0,
    training_ms=40.0,
)
