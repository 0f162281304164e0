"""A run taken elsewhere: its network as safetensors or ONNX with all that is needed to use it, and a card that says what it is
and what noise does to it. Imports torch.
"""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import safetensors.torch
import torch
from torch import Tensor, nn

from core.brought.kinds import Taken
from core.data.dataset import SPLITS, DataSet
from core.errors import GraphAlone, NotTheSame, PackagesMissing
from core.evaluation.job import SPLIT
from core.evaluation.joined import latest_joined, whole_grid
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.metrics import clean_and_noisy
from core.evaluation.stored_answers import joined_cells
from core.evaluation.versions import project_version
from core.files import write_bytes
from core.networks.network import Network
from core.noise.catalogue import CLEAN, Cell, get_noise
from core.pixels import Image
from core.resizing import square
from core.runs.recipe_file import file_of
from core.runs.runs import Run, settled
from core.samples import SAMPLES, sample_picture
from core.store import Workspace
from core.words import rounded

OPSET = 18
"""The first in which resizing may look at all pixels of a picture that it shrinks."""
CHECKED = 32
"""Pictures that are asked of both where a graph is made."""
FEWEST = 2
"""Of these: a graph that is made of one takes no more than one."""
NEAR = 1e-3
"""How far the probabilities of the graph may be from PyTorch's."""


def safetensors_of(network: Network, run: Run) -> bytes:
    """A safetensors file: weights, and as metadata classes, preprocessing, recipe and what `models bring` reads again.

    Raises:
        GraphAlone: it has no weights of its own.
    """
    if run.graph:
        raise GraphAlone(name=run.label)
    state = {name: value.cpu().contiguous() for name, value in network.module.state_dict().items()}
    return safetensors.torch.save(state, _about(network, run) | {"format": "pt"})


def _about(network: Network, run: Run) -> dict[str, str]:
    """What is needed to use it, and where it comes from."""
    shown = network.preprocessing
    where = {"origin": run.origin.to_json()} if run.origin else {"recipe": settled(run).to_json()}
    said = {"classes": network.classes, "mean": shown.mean, "std": shown.std} | where
    return {
        "noiselens": project_version(),
        "model": network.spec.key,
        "size": str(network.size),
        "side": str(network.side),
        "fit": shown.fit,
        "channels": shown.channels,
        "name": run.name,
    } | {key: json.dumps(value, ensure_ascii=False) for key, value in said.items()}


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


def onnx_of(network: Network, run: Run, data_set: DataSet | None) -> bytes:
    """An ONNX graph: `pictures`, uint8 N,H,H,3 RGB of network.size px, to `probabilities`, float32 N,C; H and C stand in it.

    Args:
        data_set: whose pictures it is checked with; None, where that is gone, for the sample photographs.

    Raises:
        PackagesMissing: what writes and checks it is not installed. GraphAlone: it is one. NotTheSame: it does not calculate
        what PyTorch does.
    """
    try:
        import onnx
        import onnxruntime
        import onnxscript  # noqa: F401 - torch writes with it
    except ImportError as error:
        raise PackagesMissing(
            name="ONNX", packages=error.name or f"{error}", file="requirements-onnx.txt"
        ) from error
    if run.graph:
        raise GraphAlone(name=run.label)
    whole = _Whole(network).eval()
    pictures = torch.from_numpy(_real_pictures(network, data_set))
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
    for key, value in _about(network, run).items():
        graph.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(graph)
    data: bytes = graph.SerializeToString()
    with torch.inference_mode():
        own = whole(pictures).numpy()
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    (its,) = session.run(None, {"pictures": pictures.numpy()})
    if not np.abs(own - its).max() <= NEAR:  # nor if there is no number
        raise NotTheSame(name="ONNX")
    return data


def _real_pictures(network: Network, data_set: DataSet | None) -> Image:
    """uint8 N,H,H,3, at least two."""
    if data_set is None:
        found = [square(sample_picture(key), network.size) for key in SAMPLES]
        return np.stack(found)
    numbers = np.flatnonzero(np.asarray(data_set.splits) == SPLITS.index(SPLIT))[:CHECKED]
    if len(numbers) < FEWEST:
        numbers = np.arange(len(data_set.labels))[:CHECKED]
    return np.array(data_set.images[numbers])


def card_of(run: Run, data_set: DataSet | None, network: Network, cells: pd.DataFrame | None) -> str:
    """A model card (Mitchell et al. 2019, arXiv 1810.03993) as Hugging Face's hub shows it: Markdown with metadata.

    Args:
        data_set: None where it is gone.
        cells: of its newest test; None where there is none.

    Raises:
        PackagesMissing: huggingface_hub is not installed.
    """
    try:
        from huggingface_hub import EvalResult, ModelCard, ModelCardData
    except ImportError as error:
        raise PackagesMissing(
            name="card", packages=error.name or f"{error}", file="requirements-hub.txt"
        ) from error
    data_name = run.summary.data_set if run.summary else ""
    data_name = data_set.name if data_set else data_name
    values: list[tuple[str, float | None]] = []
    if cells is not None:
        clean, noisy = clean_and_noisy(cells, _grid(run, cells))
        values = [("Accuracy on clean pictures", clean), ("Mean accuracy under noise", noisy)]
    results = [
        EvalResult(
            task_type="image-classification",
            dataset_type=data_name,
            dataset_name=data_name,
            metric_type="accuracy",
            metric_name=name,
            metric_value=round(value, 4),
        )
        for name, value in values
        if value is not None
    ]
    about = ModelCardData(
        library_name="noiselens",
        pipeline_tag="image-classification",
        tags=["image-classification", "robustness", "noise"],
        model_name=run.name,
        eval_results=results or None,
    )
    body = _words(run, data_set, data_name, network, cells)
    return str(ModelCard(f"---\n{about.to_yaml()}\n---\n\n{body}"))


def _grid(run: Run, cells: pd.DataFrame) -> tuple[Cell, ...]:
    return whole_grid(zip(cells["noise"], cells["severity"].astype(int), strict=True), run.choosers)


def _words(
    run: Run, data_set: DataSet | None, data_name: str, network: Network, cells: pd.DataFrame | None
) -> str:
    shown = network.preprocessing
    classes = ", ".join(map(_safe, network.classes))
    made = (
        f"brought into NoiseLens from {_safe(run.origin.source)}" if run.origin else "trained with NoiseLens"
    )
    lines = [
        f"# {_safe(run.name)}",
        "",
        f"{'An' if run.graph else 'A'} {network.spec.name} {'graph ' if run.graph else ''}that tells {len(network.classes)} classes apart, {made}.",
        "",
        "## Use",
        "",
        f"It takes square RGB pictures, resized to {network.size} px"
        + (f" and from there to {network.side} px" if network.side != network.size else "")
        + (" after their middle (87.5 % of each side) was cut out" if shown.fit == "centre" else "")
        + f", as (value / 255 - mean) / deviation with mean {_three(shown.mean)} and deviation {_three(shown.std)}"
        + (", channels in the order B, G, R" if shown.channels == "bgr" else "")
        + f". Its answers are in this order: {classes}.",
        "",
        "## Data",
        "",
    ]
    if data_set is None:
        lines.append(f"{_safe(data_name)}, which is no longer there.")
    else:
        names = {"train": "for training", "validation": "for validation", "test": "for testing"}
        counts = ", ".join(f"{n:,} {names[split]}" for split, n in data_set.split_counts.items())
        lines.append(
            f"{_safe(data_name)}: {len(data_set.labels):,} pictures of {data_set.size} px ({counts})."
            + (" It was trained on others." if run.origin else "")
        )
    lines += ["", "## Accuracy under noise", "", *_accuracies(run, cells)]
    if run.origin is None:
        recipe = json.dumps(file_of(settled(run), data_name), ensure_ascii=False, indent=1)
        lines += ["", "## Recipe", "", "```json", recipe.replace("```", "`` `"), "```"]
    return "\n".join([*lines, ""])


def _accuracies(run: Run, cells: pd.DataFrame | None) -> list[str]:
    """Lines of Markdown."""
    if cells is None:
        return ["It has not been tested."]
    value, low, high, n = ACCURACY.columns
    rows = {(row["noise"], int(row["severity"])): row for row in cells.to_dict("records")}
    clean = rows[CLEAN, 0]
    _, mean = clean_and_noisy(cells, _grid(run, cells))
    lines = [
        f"On {int(clean[n]):,} test pictures as they are: {_percent(clean[value])} "
        f"(95 % interval {_percent(clean[low])} to {_percent(clean[high])})."
        + ("" if mean is None else f" Mean under noise: {_percent(mean)}.")
    ]
    levels = sorted({level for noise, level in rows if noise != CLEAN})
    if levels:
        lines += ["", "| noise | " + " | ".join(f"severity {level}" for level in levels) + " |"]
        lines.append("| --- |" + " ---: |" * len(levels))
    for noise in dict.fromkeys(noise for noise, _ in rows if noise != CLEAN):
        found = [_percent(rows[noise, level][value]) if (noise, level) in rows else "" for level in levels]
        lines.append(f"| {get_noise(noise).name['en']} | " + " | ".join(found) + " |")
    return lines


def _percent(share: float) -> str:
    return f"{rounded(100 * share, 1)} %"


def _three(numbers: tuple[float, float, float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)


def _safe(name: str) -> str:
    """A name that somebody chose, as Markdown shows it."""
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", " ".join(name.split()))


def take(
    workspace: Workspace, run: Run, data_set: DataSet | None, network: Network, kind: Taken, path: Path
) -> None:
    """Write what is taken to `path`, whole or not at all.

    Args:
        data_set: that it was trained on; None where it is gone.

    Raises:
        As the functions above; CannotWrite, DiskFull.
    """
    if kind == "safetensors":
        data = safetensors_of(network, run)
    elif kind == "onnx":
        data = onnx_of(network, run, data_set)
    else:
        test = latest_joined(workspace, run)
        data = card_of(run, data_set, network, joined_cells(test) if test else None).encode()
    write_bytes(path, data)
