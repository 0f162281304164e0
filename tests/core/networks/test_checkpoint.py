"""Checkpoints: written and read back, refused where they do not fit."""

from pathlib import Path

import pytest
import safetensors.torch
import torch

from core.errors import BadCheckpoint
from core.networks.checkpoint import Checkpoint, read_checkpoint, save_checkpoint
from models.registry import models


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, Checkpoint]:
    spec = models()["small_cnn"]
    checkpoint = Checkpoint(spec, spec.build(2, 64), ["진짜", "가짜"], 64, 64)
    path = tmp_path / "checkpoint.safetensors"
    save_checkpoint(path, checkpoint)
    return path, checkpoint


def test_what_is_read_is_what_was_written(written: tuple[Path, Checkpoint]) -> None:
    path, checkpoint = written
    read = read_checkpoint(path)
    assert (read.spec.key, read.classes, read.size, read.side) == ("small_cnn", ["진짜", "가짜"], 64, 64)
    before = checkpoint.network.state_dict()
    assert all(torch.equal(value, before[name]) for name, value in read.network.state_dict().items())


@pytest.mark.parametrize("keep", [0, 5, 1000])
def test_a_file_cut_short_is_refused(written: tuple[Path, Checkpoint], keep: int) -> None:
    path, _ = written
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BadCheckpoint, match="damaged"):
        read_checkpoint(path)


def test_weights_of_another_shape_are_refused(written: tuple[Path, Checkpoint]) -> None:
    path, checkpoint = written
    spec = checkpoint.spec
    save_checkpoint(path, Checkpoint(spec, spec.build(3, 64), ["a", "b"], 64, 64))
    with pytest.raises(BadCheckpoint, match="do not fit"):
        read_checkpoint(path)


def test_a_safetensors_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(safetensors.torch.save({"x": torch.zeros(2)}))
    with pytest.raises(BadCheckpoint, match="NoiseLens did not write it"):
        read_checkpoint(path)
