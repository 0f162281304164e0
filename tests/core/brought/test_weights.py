"""What a file may be: read without running anything in it, or refused with what to do."""

import argparse
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor

from core.brought import weights as reading
from core.brought.architecture import find
from core.brought.models import bring
from core.brought.weights import read_weights
from core.data.dataset import DataSet
from core.errors import (
    CodeInFile,
    DamagedWeights,
    NoiseLensError,
    NoModelFits,
    NoWeights,
    OtherThingsInFile,
    SavedOtherwise,
    TransformersNames,
    WeightsTooLarge,
    WholeModule,
)
from core.progress import silent
from core.runs.runs import list_runs
from core.store import Workspace
from models.registry import models

State = dict[str, Tensor]
MADE = "made"
"""A file that the code in a hostile pickle would make."""


class Hostile:
    """Runs code when it is unpickled by anything but `weights_only`."""

    def __reduce__(self) -> Any:
        return open, (MADE, "w")


@pytest.fixture
def state() -> State:
    torch.manual_seed(0)
    found: State = models()["small_cnn"].build(2, 32).state_dict()
    return found


def _saved(value: Any) -> Callable[[Path], None]:
    return lambda path: torch.save(value, path)


def _archive(*names: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(f"net/{name}", b"x")

    return write


def _header(said: dict[str, Any], length: int | None = None) -> Callable[[Path], None]:
    text = json.dumps(said).encode()
    size = len(text) if length is None else length
    return lambda path: [path.write_bytes(size.to_bytes(8, "little") + text + b"\0" * 16), None][1]


def test_each_file_that_cannot_be_taken_is_refused_in_words_and_nothing_in_it_runs(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    whole = models()["small_cnn"].build(2, 32)
    huge = {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}
    overlapping = {name: {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]} for name in "ab"}
    cases: list[tuple[str, Callable[[Path], Any], type[NoiseLensError]]] = [
        ("hostile.pth", _saved({"state_dict": state, "more": Hostile()}), OtherThingsInFile),
        (
            "hostile_old.pth",
            lambda path: path.write_bytes(pickle.dumps(Hostile(), protocol=2)),
            OtherThingsInFile,
        ),
        ("whole.pth", _saved(whole), WholeModule),
        ("args.pth", _saved({"state_dict": state, "args": argparse.Namespace(a=1)}), OtherThingsInFile),
        ("numpy.pth", _saved({"state_dict": state, "best": np.float64(0.9)}), OtherThingsInFile),
        ("script.pt", _archive("data.pkl", "constants.pkl", "code/__torch__.py"), CodeInFile),
        ("program.pt2", _archive("archive_format", "models/model.json"), CodeInFile),
        ("exported.pt2", _archive("serialized_exported_program.json"), CodeInFile),
        ("photos.pth", _archive("a.png"), NoWeights),
        ("empty.pth", lambda path: path.write_bytes(b""), NoWeights),
        ("junk.pth", lambda path: path.write_bytes(b"hello, world" * 9), NoWeights),
        ("list.pth", _saved([1, 2, 3]), NoWeights),
        ("numbers.pth", _saved({"epoch": 3, "state_dict": {}}), NoWeights),
        ("nothing.pth", _saved({}), NoWeights),
        ("header.safetensors", _header({"a": huge}), DamagedWeights),
        ("overlapping.safetensors", _header(overlapping), DamagedWeights),
        ("longer.safetensors", _header({"a": huge}, 1 << 50), NoWeights),
        ("nan.pth", _saved(state | {"classifier.bias": torch.tensor([0.0, float("nan")])}), DamagedWeights),
        ("sparse.pth", _saved(state | {"classifier.weight": torch.zeros(2, 96).to_sparse()}), DamagedWeights),
    ]
    for name, write, error in cases:
        write(tmp_path / name)
        with pytest.raises(error) as said:
            read_weights(tmp_path / name)
        assert name in str(said.value), name
        if isinstance(said.value, SavedOtherwise):
            assert len(said.value.lines.splitlines()) == 3, name
            compile(said.value.lines, name, "exec")
            assert said.value.lines in said.value.said["ko"], name
    assert not Path(MADE).exists()
    for name, kept in (("cut.pth", 4000), ("cut.safetensors", 3000)):
        whole_file = tmp_path / f"whole-{name}"
        if name.endswith("pth"):
            torch.save(state, whole_file)
        else:
            safetensors.torch.save_file(state, whole_file)
        (tmp_path / name).write_bytes(whole_file.read_bytes()[:kept])
        with pytest.raises(DamagedWeights):
            read_weights(tmp_path / name)


def test_sizes_are_bounded_before_anything_is_unpacked(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save(state, tmp_path / "plain.pth")
    with (
        zipfile.ZipFile(tmp_path / "plain.pth") as old,
        zipfile.ZipFile(tmp_path / "bomb.pth", "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("plain/data/99", b"\0" * 30_000_000)
    assert (tmp_path / "bomb.pth").stat().st_size < 1_000_000
    with pytest.raises(DamagedWeights):  # what torch writes is not compressed
        read_weights(tmp_path / "bomb.pth")
    monkeypatch.setattr(reading, "MAX_WEIGHTS_BYTES", 1000)
    with pytest.raises(WeightsTooLarge):
        read_weights(tmp_path / "plain.pth")


def test_weights_are_found_under_whatever_wraps_them(state: State, tmp_path: Path) -> None:
    lightning = {f"model.{name}": value for name, value in state.items()}
    wrapped: dict[str, Any] = {
        "plain": state,
        "compiled": {f"_orig_mod.module.{name}": value for name, value in state.items()},
        "lightning": {"state_dict": lightning, "hyper_parameters": {"lr": 0.1}, "epoch": 1},
        "average": {"ema": state, "n_averaged": torch.tensor(3)},
        "own key": {"student": state, "epoch": 3},
        "without counts": {name: value for name, value in state.items() if "batches" not in name},
        "half": {name: value.half() if value.is_floating_point() else value for name, value in state.items()},
    }
    for name, saved in wrapped.items():
        torch.save(saved, tmp_path / "net.pth")
        fit = find(read_weights(tmp_path / "net.pth").state)
        assert (fit.candidates[0].model, fit.classes, fit.left) == ("small_cnn", 2, ()), name
        assert fit.fitted == fit.of, name


def test_part_of_a_network_is_never_taken_silently(
    workspace: Workspace, tiny_data_set: DataSet, state: State, tmp_path: Path
) -> None:
    torch.save(
        {name: value for name, value in state.items() if name != "features.4.bias"}, tmp_path / "net.pth"
    )
    with pytest.raises(
        NoModelFits, match=r"small_cnn: 25 of its 26 tensors fit; the file lacks features\.4\.bias"
    ):
        bring(workspace, tmp_path / "net.pth", tiny_data_set, "", [], "", silent)
    assert list_runs(workspace) == []
    torch.save(state | {"projection.weight": torch.zeros(3, 3)}, tmp_path / "more.pth")
    run = bring(workspace, tmp_path / "more.pth", tiny_data_set, "", [], "", silent)
    assert run.origin is not None
    assert (run.origin.fitted, run.origin.of) == (26, 27)
    assert any("projection.weight" in said["en"] for said in run.origin.warnings)


def test_a_folder_of_another_network_of_transformers_says_which_can_be_taken(
    state: State, tmp_path: Path
) -> None:
    safetensors.torch.save_file(state, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["SwinForImageClassification"]}))
    with pytest.raises(TransformersNames, match="SwinForImageClassification"):
        read_weights(tmp_path)
