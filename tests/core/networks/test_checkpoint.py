"""Checkpoints: written and read back, refused where they do not fit."""

from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch
import torch
from safetensors import safe_open

from core.errors import BadCheckpoint
from core.networks.checkpoint import read_checkpoint, save_checkpoint
from core.networks.network import Network, Preprocessing
from models.registry import models


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, Network]:
    spec = models()["small_cnn"]
    network = Network(spec, spec.build(2, 64), ["진짜", "가짜"], 64, 64, Preprocessing.of(spec))
    path = tmp_path / "checkpoint.safetensors"
    save_checkpoint(path, network)
    return path, network


def test_what_is_read_is_what_was_written(written: tuple[Path, Network]) -> None:
    path, network = written
    read = read_checkpoint(path)
    assert (read.spec.key, read.classes, read.size, read.side) == ("small_cnn", ["진짜", "가짜"], 64, 64)
    before = network.module.state_dict()
    assert all(torch.equal(value, before[name]) for name, value in read.module.state_dict().items())


def test_equal_networks_are_equal_files(written: tuple[Path, Network]) -> None:
    path, network = written
    first = path.read_bytes()
    for _ in range(5):
        save_checkpoint(path, network)
        assert path.read_bytes() == first


@pytest.mark.parametrize("keep", [0, 5, 1000])
def test_a_file_cut_short_is_refused(written: tuple[Path, Network], keep: int) -> None:
    path, _ = written
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BadCheckpoint, match="damaged"):
        read_checkpoint(path)


def test_weights_of_another_shape_are_refused(written: tuple[Path, Network]) -> None:
    path, network = written
    save_checkpoint(path, replace(network, module=network.spec.build(3, 64)))
    with pytest.raises(BadCheckpoint, match="do not fit"):
        read_checkpoint(path)


def test_a_safetensors_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(safetensors.torch.save({"x": torch.zeros(2)}))
    with pytest.raises(BadCheckpoint, match="NoiseLens did not write it"):
        read_checkpoint(path)


def test_a_network_goes_on_seeing_pictures_as_it_was_trained_to(written: tuple[Path, Network]) -> None:
    """Whatever the model's record says by the time that the file is opened."""
    path, network = written
    trained = Preprocessing((0.1, 0.2, 0.3), (0.5, 0.6, 0.7))
    save_checkpoint(path, replace(network, preprocessing=trained))
    read = read_checkpoint(path)
    assert read.preprocessing == trained != Preprocessing.of(read.spec)
    red = read.inputs(torch.full((1, 64, 64, 3), 255, dtype=torch.uint8))[0, 0]
    torch.testing.assert_close(red, torch.full((64, 64), (1 - 0.1) / 0.5))


def rewritten(path: Path, **changes: str | None) -> None:
    """The file with other metadata; None takes one out."""
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata() | changes
    state = safetensors.torch.load_file(path)
    path.write_bytes(
        safetensors.torch.save(state, {key: text for key, text in metadata.items() if text is not None})
    )


def test_a_file_that_says_nothing_of_preprocessing_is_opened_as_its_model_begins(
    written: tuple[Path, Network],
) -> None:
    path, network = written
    rewritten(path, mean=None, std=None)
    assert read_checkpoint(path).preprocessing == Preprocessing.of(network.spec)


@pytest.mark.parametrize("std", ["[0.5]", "0.5", "[0, 0.5, 0.5]", '"no"'])
def test_preprocessing_that_is_none_is_refused(written: tuple[Path, Network], std: str) -> None:
    path, _ = written
    rewritten(path, std=std)
    with pytest.raises(BadCheckpoint, match="do not fit"):
        read_checkpoint(path)
