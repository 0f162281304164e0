"""A run taken elsewhere: its network as safetensors or ONNX with all that is needed to use it, and a card that says what it is
and what noise does to it. Imports torch.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch
from torch import Tensor, nn

from core.brought.kinds import Taken
from core.brought.pack import SPLIT
from core.data.dataset import DataSet
from core.errors import NotTheSame, PackagesMissing
from core.evaluation.answers import joined_cells
from core.evaluation.joined import latest_joined
from core.files import write_bytes
from core.networks.network import Network
from core.runs.recipe_file import file_of
from core.runs.runs import Run, settled
from core.store import Workspace

OPSET = 18
"""The first in which resizing may look at all pixels of a picture that it shrinks."""
CHECKED = 32
"""Pictures that are asked of both where a graph is made."""
NEAR = 1e-3
"""How far the probabilities of the graph may be from PyTorch's."""


def safetensors_of(network: Network, run: Run) -> bytes:
    """A safetensors file: weights, and as metadata classes, preprocessing, recipe and what `models bring` reads again."""
    state = {name: value.cpu().contiguous() for name, value in network.module.state_dict().items()}
    shown = network.preprocessing
    metadata = {
        "format": "pt",
        "model": network.spec.key,
        "classes": json.dumps(network.classes, ensure_ascii=False),
        "size": str(network.size),
        "side": str(network.side),
        "mean": json.dumps(shown.mean),
        "std": json.dumps(shown.std),
        "fit": shown.fit,
        "channels": shown.channels,
        "recipe": json.dumps(settled(run).to_json(), ensure_ascii=False),
        "name": run.name,
    }
    return safetensors.torch.save(state, metadata)


class _Whole(nn.Module):
    """From pictures as files have them to probabilities."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.module = network.module
        self._network = network

    def forward(self, pictures: Tensor) -> Tensor:
        """float32 N,C of uint8 N,H,H,3 RGB."""
        batch = pictures.permute(0, 3, 1, 2).float()
        logits: Tensor = self.module(self._network.prepared(batch, 255.0))
        return logits.softmax(1)


def onnx_of(network: Network, data_set: DataSet) -> bytes:
    """An ONNX graph: `pictures`, uint8 N,H,H,3 RGB of network.size px, to `probabilities`, float32 N,C; H and C stand in it.

    Raises:
        PackagesMissing: what writes and checks it is not installed. NotTheSame: it does not calculate what PyTorch does.
    """
    try:
        import onnx
        import onnxruntime
        import onnxscript  # noqa: F401 - torch writes with it
    except ImportError as error:
        raise PackagesMissing(
            name="ONNX", packages=error.name or f"{error}", file="requirements-onnx.txt"
        ) from error
    whole = _Whole(network).eval()
    numbers = data_set.indices(SPLIT)[:CHECKED]
    pictures = torch.from_numpy(np.array(data_set.images[numbers]))
    program = torch.onnx.export(
        whole,
        (pictures[:2],),
        input_names=["pictures"],
        output_names=["probabilities"],
        dynamic_shapes={"pictures": {0: torch.export.Dim("n", min=1)}},
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    graph = program.model_proto
    for key, value in (
        ("classes", json.dumps(network.classes, ensure_ascii=False)),
        ("size", str(network.size)),
    ):
        graph.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(graph)
    data: bytes = graph.SerializeToString()
    with torch.inference_mode():
        own = whole(pictures).numpy()
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    (its,) = session.run(None, {"pictures": pictures.numpy()})
    if np.abs(own - its).max() > NEAR or (own.argmax(1) != its.argmax(1)).any():
        raise NotTheSame(name="ONNX")
    return data


def card_of(run: Run, data_set: DataSet, network: Network, cells: list[dict[str, Any]]) -> str:
    """A model card (Mitchell et al. 2019, arXiv 1810.03993) as Hugging Face's hub shows it: Markdown with metadata.

    Args:
        cells: accuracy of its newest test: noise, severity, accuracy, low, high (0..1), n.

    Raises:
        PackagesMissing: huggingface_hub is not installed.
    """
    try:
        from huggingface_hub import EvalResult, ModelCardData
    except ImportError as error:
        raise PackagesMissing(
            name="card", packages=error.name or f"{error}", file="requirements-hub.txt"
        ) from error
    clean = next((one for one in cells if one["severity"] == 0), None)
    noisy = [one for one in cells if one["severity"] > 0]
    results = []
    for name, value in (
        ("accuracy", clean and clean["accuracy"]),
        ("accuracy under noise, mean", noisy and sum(one["accuracy"] for one in noisy) / len(noisy)),
    ):
        if value:
            results.append(
                EvalResult(
                    task_type="image-classification",
                    dataset_type=data_set.name,
                    dataset_name=data_set.name,
                    metric_type="accuracy",
                    metric_name=name,
                    metric_value=round(float(value), 4),
                )
            )
    about = ModelCardData(
        library_name="noiselens",
        tags=["image-classification", "noise", "robustness"],
        model_name=run.name,
        eval_results=results or None,
    )
    return f"---\n{about.to_yaml()}\n---\n\n{_words(run, data_set, network, clean, noisy)}"


def _words(
    run: Run, data_set: DataSet, network: Network, clean: dict[str, Any] | None, noisy: list[dict[str, Any]]
) -> str:
    shown = network.preprocessing
    lines = [
        f"# {run.name}",
        "",
        f"A {network.spec.name} that tells {', '.join(network.classes)} apart, "
        + ("trained elsewhere and brought into" if run.origin else "trained with")
        + " NoiseLens.",
        "",
        "## Use",
        "",
        f"It takes RGB pictures of {network.side} px"
        + (" (the middle 87.5 % of each side)" if shown.fit == "centre" else "")
        + f", as (value / 255 - mean) / std with mean {list(shown.mean)} and std {list(shown.std)}"
        + (", channels in the order B, G, R" if shown.channels == "bgr" else "")
        + f". Its answers stand in this order: {', '.join(network.classes)}.",
        "",
        "## Data",
        "",
        f"{data_set.name}: {len(data_set.labels):,} pictures of {data_set.size} px; "
        + ", ".join(f"{count:,} {split}" for split, count in data_set.split_counts.items())
        + ".",
        "",
        "## Accuracy under noise",
        "",
    ]
    if clean is None:
        lines.append("It has not been tested.")
    else:
        severities = sorted({one["severity"] for one in noisy})
        lines += [
            f"On {clean['n']:,} test pictures, with 95 % intervals for the clean ones: {_percent(clean['accuracy'])} "
            f"({_percent(clean['low'])} to {_percent(clean['high'])}).",
            "",
            "| noise | " + " | ".join(f"severity {level}" for level in severities) + " |",
            "| --- |" + " ---: |" * len(severities),
        ]
        found = {(one["noise"], one["severity"]): one["accuracy"] for one in noisy}
        for noise in dict.fromkeys(one["noise"] for one in noisy):
            row = [_percent(found[noise, level]) if (noise, level) in found else "" for level in severities]
            lines.append(f"| {noise} | " + " | ".join(row) + " |")
    if run.origin is None:
        recipe = json.dumps(file_of(settled(run), data_set.name), ensure_ascii=False, indent=1)
        lines += ["", "## Recipe", "", "```json", recipe, "```"]
    return "\n".join([*lines, ""])


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def take(
    workspace: Workspace, run: Run, data_set: DataSet, network: Network, kind: Taken, path: Path
) -> None:
    """Write what is taken to `path`, whole or not at all.

    Raises:
        As the functions above; CannotWrite, DiskFull.
    """
    if kind == "safetensors":
        data = safetensors_of(network, run)
    elif kind == "onnx":
        data = onnx_of(network, data_set)
    else:
        data = card_of(run, data_set, network, _cells(workspace, run)).encode()
    write_bytes(path, data)


def _cells(workspace: Workspace, run: Run) -> list[dict[str, Any]]:
    """The accuracy of its newest test in each cell."""
    test = latest_joined(workspace, run)
    if test is None:
        return []
    return [{str(key): value for key, value in row.items()} for row in joined_cells(test).to_dict("records")]
