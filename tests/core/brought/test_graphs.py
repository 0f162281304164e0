"""ONNX graphs: looked through before anything runs them."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from core.brought import graphs
from core.brought.graphs import read_graph
from core.errors import DamagedWeights, ExternalData, GraphRefused, NoiseLensError
from tests.core.brought.conftest import graph_of

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
SECRET = "secret.bin"


def _external(name: str) -> Any:
    tensor = onnx.TensorProto(name=name, data_type=onnx.TensorProto.FLOAT, dims=[1])
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=f"../{SECRET}")
    return tensor


def _branch(node: Any) -> Any:
    out = onnx.helper.make_tensor_value_info("branch", onnx.TensorProto.FLOAT, [1])
    return onnx.helper.make_graph([node], "branch", [], [out])


def test_a_graph_that_names_other_files_anywhere_is_refused_with_what_to_do(
    weights: dict[str, Tensor], tmp_path: Path
) -> None:
    make = onnx.helper.make_node
    constant = make("Constant", [], ["branch"], value=_external("hidden"))
    places = {
        "weights": lambda model: model.graph.initializer.append(_external("more")),
        "a constant": lambda model: model.graph.node.append(constant),
        "a branch": lambda model: model.graph.node.append(
            make("If", ["flag"], ["out"], then_branch=_branch(constant), else_branch=_branch(constant))
        ),
        "a branch's weights": lambda model: model.graph.node.append(
            make(
                "If",
                ["flag"],
                ["out"],
                then_branch=onnx.helper.make_graph([], "b", [], [], [_external("more")]),
                else_branch=_branch(constant),
            )
        ),
        "a function": lambda model: model.functions.append(
            onnx.helper.make_function(
                "own", "f", [], ["branch"], [constant], [onnx.helper.make_opsetid("", 18)]
            )
        ),
        "sparse weights": lambda model: model.graph.sparse_initializer.append(
            onnx.SparseTensorProto(values=_external("more"), dims=[1])
        ),
    }
    for place, put in places.items():
        model = graph_of(weights)
        put(model)
        (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
        with pytest.raises(ExternalData, match="one-file") as said:
            read_graph(tmp_path / "net.onnx", 32)
        assert len(said.value.lines.splitlines()) == 3, place


def test_what_is_no_classifier_of_pictures_or_asks_too_much_is_refused_in_words(
    weights: dict[str, Tensor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = onnx.helper.make_node
    float32 = onnx.TensorProto.FLOAT
    own = graph_of(weights)
    own.graph.node.append(make("Run", ["logits"], ["more"], domain="com.evil"))
    words = onnx.helper.make_model(
        onnx.helper.make_graph(
            [make("Identity", ["x"], ["y"])],
            "words",
            [onnx.helper.make_tensor_value_info("x", float32, [1, 5])],
            [onnx.helper.make_tensor_value_info("y", float32, [1, 5])],
        ),
        opset_imports=[onnx.helper.make_opsetid("", 18)],
        ir_version=10,
    )
    huge = graph_of(weights)
    size = onnx.helper.make_tensor("size", onnx.TensorProto.INT64, [1], [1 << 40])
    huge.graph.initializer.append(size)
    huge.graph.node.append(make("ConstantOfShape", ["size"], ["ones"]))
    huge.graph.output.append(onnx.helper.make_tensor_value_info("ones", float32, [None]))
    unknown = graph_of(weights)
    unknown.graph.node[0].op_type = "Nonsense"
    cases: list[tuple[str, bytes, type[NoiseLensError], str]] = [
        ("own operations", own.SerializeToString(), GraphRefused, "com.evil.Run"),
        ("words", words.SerializeToString(), GraphRefused, "does not take pictures"),
        ("huge", huge.SerializeToString(), GraphRefused, "first picture fails"),
        ("unknown", unknown.SerializeToString(), GraphRefused, "Nonsense"),
        ("cut", graph_of(weights).SerializeToString()[:5000], DamagedWeights, "damaged"),
        ("empty", b"", DamagedWeights, "damaged"),
    ]
    for name, data, error, said in cases:
        (tmp_path / f"{name}.onnx").write_bytes(data)
        with pytest.raises(error, match=f"{name}.*{said}"):
            read_graph(tmp_path / f"{name}.onnx", 32)
    monkeypatch.setattr(graphs, "MAX_NODES", 5)
    (tmp_path / "net.onnx").write_bytes(graph_of(weights).SerializeToString())
    with pytest.raises(GraphRefused, match="more than 5 nodes"):
        read_graph(tmp_path / "net.onnx", 32)


def test_probabilities_and_one_output_are_read_as_such(
    weights: dict[str, Tensor], answers: list[int], tmp_path: Path
) -> None:
    model = graph_of(weights)
    model.graph.node.append(onnx.helper.make_node("Softmax", ["logits"], ["shares"], axis=1))
    model.graph.output[0].name = "shares"
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
    plain = graph_of(weights)
    (tmp_path / "plain.onnx").write_bytes(plain.SerializeToString())
    pictures = torch.rand(3, 3, 32, 32)
    shares, logits = (
        read_graph(tmp_path / name, 32).module(pictures).softmax(1) for name in ("net.onnx", "plain.onnx")
    )
    assert torch.allclose(shares, logits, atol=1e-5)
    assert read_graph(tmp_path / "net.onnx", 32).sides == (32,)
