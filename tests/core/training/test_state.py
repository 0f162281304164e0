"""A training goes on from where it was, to the same weights and figures, whatever ended it."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from core.data.dataset import DataSet
from core.errors import CannotWrite, DiskFull, Diverged, Paused
from core.folders import RunFolder
from core.progress import Report, silent
from core.runs.recipe import Recipe
from core.store import ROOT, Workspace
from core.training import state
from core.training.features import FeatureFeed
from core.training.learner import Learner
from core.training.loop import Trained, train
from core.training.objectives import OBJECTIVES, Objective
from core.training.start import new_network
from core.words import Text
from tests.core.training.conftest import busy, same

MEASURED = (
    "kind",
    "epoch",
    "loss",
    "accuracy",
    "learning_rate",
    "validation_loss",
    "validation_noisy_accuracy",
)


def outcome(folder: RunFolder) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor], list[Any]]:
    """Both files of weights, and what was measured."""
    lines = [json.loads(line) for line in folder.metrics.read_text().splitlines()]
    measured = [[line.get(name) for name in MEASURED] for line in lines]
    return load_file(folder.checkpoint), load_file(folder.last), measured


def assert_same(folder: RunFolder, other: RunFolder) -> None:
    (chosen, last, lines), (other_chosen, other_last, other_lines) = outcome(folder), outcome(other)
    assert lines == other_lines
    assert same(chosen, other_chosen)
    assert same(last, other_last)


def ending(at: int, error: type[Exception]) -> Report:
    """A report that ends the work at its so manyth call."""
    calls = iter(range(1, 10_000))

    def report(share: float, step: Text | None = None) -> None:
        if next(calls) == at:
            raise error

    return report


@pytest.mark.parametrize(
    ("at", "changes"),
    [
        (1, {}),  # before the first step
        (4, {}),  # between the two batches of a step
        (5, {"optimiser": "sgd", "average": 0.0, "precision": "bf16"}),
        (9, {"trains": "head_first"}),  # in the first look at validation
        (14, {"drawn": "once", "balance": "weights"}),
        (17, {"patience": 1}),
        (8, {"trains": "head"}),  # while its features are gathered
        (45, {"trains": "head"}),
    ],
)
def test_a_paused_training_goes_on_to_the_same_weights_and_figures(
    tiny_data_set: DataSet, tmp_path: Path, dropping: None, at: int, changes: dict[str, Any]
) -> None:
    recipe = busy(tiny_data_set, **changes)
    whole, paused = RunFolder(tmp_path / "whole"), RunFolder(tmp_path / "paused")
    train(recipe, tiny_data_set, whole, silent)
    with pytest.raises(Paused):
        train(recipe, tiny_data_set, paused, ending(at, Paused))
    assert not paused.checkpoint.exists()
    trained = train(recipe, tiny_data_set, paused, silent)
    assert trained.images == trained.epochs * 56
    assert_same(paused, whole)


def test_a_killed_training_goes_on_to_the_same_weights_and_figures(
    workspace: Workspace, tiny_data_set: DataSet, tmp_path: Path, dropping: None
) -> None:
    """Its state is three steps old when it is killed in the middle of an epoch."""
    recipe = busy(tiny_data_set)
    whole, killed = RunFolder(tmp_path / "whole"), RunFolder(tmp_path / "killed")
    train(recipe, tiny_data_set, whole, silent)
    code = f"""
import json, os, signal
from pathlib import Path
from core.data.dataset import list_data_sets
from core.runs.recipe import Recipe
from core.store import Workspace
from core.folders import RunFolder
from core.training import state
from core.training.features import FeatureFeed
from core.training.learner import Learner
from core.training.loop import train
from tests.core.training.conftest import register_dropping
register_dropping()
calls = iter(range(10_000))
def report(share, step=None):
    call = next(calls)
    state.SECONDS = 0.0 if call == 13 else 1e9
    if call == 17:
        os.kill(os.getpid(), signal.SIGKILL)
(data_set,) = list_data_sets(Workspace.open(Path({str(workspace.root)!r})))
train(Recipe.read(json.loads({json.dumps(recipe.to_json())!r})), data_set, RunFolder(Path({str(killed.path)!r})), report)
"""
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    kept = json.loads((killed.state / state.POINTER).read_text())
    lines = killed.metrics.read_bytes()
    assert kept["epochs"] == 1
    assert 7 < kept["step"] < 14
    assert kept["metrics"] < len(lines), "lines were written after the state"
    shares: list[float] = []
    train(recipe, tiny_data_set, killed, lambda share, step=None: shares.append(share))
    assert 1 / 3 < shares[0] < 2 / 3, "the first that is said is what was done"
    assert_same(killed, whole)


def test_what_is_saved_in_time_is_saved_no_more_often_and_old_files_go(
    tiny_data_set: DataSet, tmp_path: Path, dropping: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder(tmp_path / "run")
    steps: set[int] = set()

    def report(share: float, step: Text | None = None) -> None:
        if folder.state.exists():
            steps.add(json.loads((folder.state / state.POINTER).read_text())["step"])
            assert len(list(folder.state.iterdir())) <= 3

    train(busy(tiny_data_set, epochs=2), tiny_data_set, folder, report)
    assert steps == {7}, "at an epoch's end"
    monkeypatch.setattr(state, "SECONDS", 0.0)
    folder = RunFolder(tmp_path / "often")
    train(busy(tiny_data_set, epochs=1), tiny_data_set, folder, report)
    assert steps == {*range(1, 8)}


def test_of_epochs_that_are_shorter_than_saving_the_first_and_the_last_are_saved_and_few_between(
    tiny_data_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "SHARE", 1e-9)
    folder = RunFolder(tmp_path / "run")

    def saved() -> int:
        return int(json.loads((folder.state / state.POINTER).read_text())["epochs"])

    seen: set[int] = set()
    train(
        busy(tiny_data_set, model="small_cnn", epochs=4),
        tiny_data_set,
        folder,
        lambda share, step=None: seen.add(saved() if folder.state.exists() else 0),
    )
    assert seen == {0, 1}
    assert saved() == 4


def test_a_full_disk_ends_the_training_and_leaves_the_last_state_whole(
    tiny_data_set: DataSet,
    tmp_path: Path,
    dropping: None,
    full_disk: Callable[[], AbstractContextManager[None]],
) -> None:
    recipe = busy(tiny_data_set)
    whole, full = RunFolder(tmp_path / "whole"), RunFolder(tmp_path / "full")
    train(recipe, tiny_data_set, whole, silent)
    calls = iter(range(10_000))
    disk = full_disk()

    def report(share: float, step: Text | None = None) -> None:
        if next(calls) == 12:
            disk.__enter__()

    try:
        with pytest.raises((DiskFull, CannotWrite)):
            train(recipe, tiny_data_set, full, report)
    finally:
        disk.__exit__(None, None, None)
    assert json.loads((full.state / state.POINTER).read_text())["step"] == 7
    train(recipe, tiny_data_set, full, silent)
    assert_same(full, whole)


def test_the_state_before_a_loss_that_is_no_number_stays(
    tiny_data_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loss of the step that breaks the weights is still a number."""
    monkeypatch.setattr(state, "SECONDS", 0.0)
    losses = iter(range(100))

    def breaking(logits: Any, labels: torch.Tensor) -> torch.Tensor:
        # At zero a root has no slope.
        return logits[0].sum().mul(0).sqrt() if next(losses) == 3 else logits[0].square().mean()

    folder = RunFolder(tmp_path / "run")
    recipe = busy(tiny_data_set, model="small_cnn", accumulate=1, average=0.0)
    with pytest.raises(Diverged):
        train(recipe, tiny_data_set, folder, silent, Objective("breaking", ("noisy",), breaking))
    assert json.loads((folder.state / state.POINTER).read_text())["step"] == 3


def trained_again(recipe: Recipe, data_set: DataSet, folder: RunFolder) -> tuple[Trained, list[float]]:
    shares: list[float] = []
    return train(recipe, data_set, folder, lambda share, step=None: shares.append(share)), shares


@pytest.mark.parametrize("damage", ["pointer", "weights", "format", "recipe", "data"])
def test_a_state_that_is_damaged_or_of_other_work_is_passed_over(
    tiny_data_set: DataSet, tmp_path: Path, damage: str
) -> None:
    recipe = busy(tiny_data_set, model="small_cnn", epochs=2)
    whole, folder = RunFolder(tmp_path / "whole"), RunFolder(tmp_path / "run")
    train(recipe, tiny_data_set, whole, silent)
    other = busy(tiny_data_set, model="small_cnn", epochs=2, seed=1)
    with pytest.raises(Paused):
        train(other if damage == "recipe" else recipe, tiny_data_set, folder, ending(4, Paused))
    pointer = folder.state / state.POINTER
    said = json.loads(pointer.read_text())
    if damage == "pointer":
        pointer.write_text("{")
    elif damage == "weights":
        (folder.state / said["weights"]).write_bytes(b"cut short")
    elif damage in said:
        pointer.write_text(json.dumps(said | {damage: type(said[damage])()}))
    _, shares = trained_again(recipe, tiny_data_set, folder)
    assert shares[0] == 0
    assert_same(folder, whole)


def test_a_training_that_was_cut_off_at_its_very_end_ends_without_a_step(
    tiny_data_set: DataSet, tmp_path: Path
) -> None:
    recipe = busy(tiny_data_set, model="small_cnn", epochs=2, patience=1)
    folder = RunFolder(tmp_path / "run")
    first = train(recipe, tiny_data_set, folder, silent)
    before = folder.checkpoint.read_bytes(), folder.metrics.read_bytes()
    folder.checkpoint.unlink()
    again, shares = trained_again(recipe, tiny_data_set, folder)
    assert shares == []
    assert (folder.checkpoint.read_bytes(), folder.metrics.read_bytes()) == before
    assert (again.chosen_epoch, again.accuracy) == (first.chosen_epoch, first.accuracy)
    assert again.seconds > 0


@pytest.mark.filterwarnings("ignore:.*is a no-op")
@pytest.mark.parametrize("optimiser", ["adamw", "sgd"])
def test_what_moves_the_weights_is_taken_up_where_the_weights_lie(
    tiny_data_set: DataSet, tmp_path: Path, optimiser: str
) -> None:
    """On a graphics card AdamW counts its steps there."""
    recipe = busy(tiny_data_set, model="small_cnn", optimiser=optimiser)
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(Paused):
        train(recipe, tiny_data_set, folder, ending(5, Paused))
    network = new_network(recipe, tiny_data_set, torch.device("meta"))
    learner = Learner(recipe, network, OBJECTIVES["cross_entropy"], 7)
    kept = state.StateFolder(folder.state, recipe, tiny_data_set)
    kept.resumed(lambda: (learner, FeatureFeed(recipe, [], 7)))
    assert learner.step == 4
    found = [value for one in learner.optimiser.state.values() for value in one.values()]
    assert found
    assert {value.device.type for value in found} == {"meta"}


def test_nothing_in_a_state_is_pickled(tiny_data_set: DataSet, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(Paused):
        train(busy(tiny_data_set, model="small_cnn"), tiny_data_set, folder, ending(12, Paused))
    files = {file.suffix for file in folder.state.iterdir()}
    assert files == {".json", ".safetensors"}
