"""Networks that were trained elsewhere: by plain torch, on the pictures of the tiny data set."""

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.data.dataset import DataSet
from models.registry import IMAGENET_MEAN, IMAGENET_STD, models
from models.small_cnn import STRIDES

MEAN, STD = IMAGENET_MEAN, IMAGENET_STD


def shown(data_set: DataSet, split: str) -> tuple[Tensor, Tensor]:
    """Pictures as such a network wants them, with their classes."""
    numbers = data_set.indices(split)
    pictures = torch.from_numpy(np.array(data_set.images[numbers])).permute(0, 3, 1, 2).float() / 255
    mean, std = (torch.tensor(part)[:, None, None] for part in (MEAN, STD))
    return (pictures - mean) / std, torch.from_numpy(np.array(data_set.labels[numbers]))


@cache
def _learned(pictures: bytes) -> dict[str, Tensor]:
    x = torch.from_numpy(np.frombuffer(pictures, np.float32).reshape(-1, 3, 32, 32).copy())
    y = torch.arange(len(x)) % 2
    torch.manual_seed(0)
    network = models()["small_cnn"].build(2, 32)
    optimiser = torch.optim.Adam(network.parameters(), 0.01)
    for _ in range(25):
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(x), y).backward()
        optimiser.step()
    return network.state_dict()


def graph_of(state: dict[str, Tensor]) -> Any:
    """An ONNX graph of a small CNN."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes, before = [], "pictures"
    for number, stride in enumerate(STRIDES):
        conv, norm = f"features.{3 * number}", f"features.{3 * number + 1}"
        given = [f"{norm}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
        nodes += [
            helper.make_node(
                "Conv",
                [before, f"{conv}.weight"],
                [conv],
                strides=[stride] * 2,
                pads=[1] * 4,
                kernel_shape=[3, 3],
            ),
            helper.make_node("BatchNormalization", [conv, *given], [norm]),
            helper.make_node("Relu", [norm], [f"{norm}.relu"]),
        ]
        before = f"{norm}.relu"
    nodes += [
        helper.make_node("GlobalAveragePool", [before], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "classifier.weight", "classifier.bias"], ["logits"], transB=1),
    ]
    kept = [
        numpy_helper.from_array(value.numpy(), name)
        for name, value in state.items()
        if value.is_floating_point()
    ]
    graph = helper.make_graph(
        nodes,
        "small_cnn",
        [helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", 3, 32, 32])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 2])],
        kept,
    )
    return onnx.helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


@pytest.fixture
def weights(tiny_data_set: DataSet) -> dict[str, Tensor]:
    """A small CNN's, which has learned left and right."""
    x, y = shown(tiny_data_set, "train")
    order = torch.argsort(y, stable=True).reshape(2, -1).T.reshape(-1)  # classes in turn
    return {name: value.clone() for name, value in _learned(x[order].numpy().tobytes()).items()}


@pytest.fixture
def answers(tiny_data_set: DataSet, weights: dict[str, Tensor]) -> list[int]:
    """What it says of the test pictures, where it was trained."""
    network = models()["small_cnn"].build(2, 32)
    network.load_state_dict(weights)
    with torch.inference_mode():
        found: list[int] = network.eval()(shown(tiny_data_set, "test")[0]).argmax(1).tolist()
    return found
