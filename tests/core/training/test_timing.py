import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from core.data.dataset import DataSet
from core.noise.mix import Mix
from core.runs.estimate import seconds_for, seconds_to_test
from core.runs.recipe import Recipe
from core.runs.timings import Timing, keep_timing, read_timing, timing_key
from core.store import Workspace
from core.training import timing


def recipe_for(data_set: DataSet) -> Recipe:
    return Recipe.make(
        data_set_id=data_set.id,
        data_set_fingerprint=data_set.card.fingerprint,
        model="small_cnn",
        mix=Mix.from_texts(["gaussian_noise:0.5:1-5"]),
        device="cpu",
        precision="fp32",
        threads=1,
    )


@pytest.mark.with_torch
def test_what_was_timed_gives_one_figure_for_the_time_and_the_memory(
    workspace: Workspace, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "SECONDS", 0.05)
    recipe = recipe_for(tiny_data_set)
    before = seconds_for(workspace, recipe, tiny_data_set)
    assert before.high > before.low
    found = timing.timed(recipe, tiny_data_set)
    assert found.picture_ms > 0
    assert found.memory(64) >= found.base_bytes > 0
    keep_timing(workspace, recipe, tiny_data_set.size, found)
    after = seconds_for(workspace, recipe, tiny_data_set)
    assert after.low == after.high
    least = recipe.epochs * tiny_data_set.split_counts["train"] * found.picture_ms / 1000
    assert least <= after.low < 2 * least, "and the validation after each epoch"
    assert seconds_to_test(workspace, recipe, tiny_data_set, ["fog"], [1], 1.0).low > 0


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"epochs": 3, "seed": 2, "learning_rate": 0.1, "batch_size": 8}, True),
        ({"mix": Mix.from_texts(["gaussian_noise:0.2:1-2"])}, True),
        ({"mix": Mix.from_texts(["fog:0.5:1-5"])}, False),
        ({"side": 48}, False),
        ({"model": "resnet18"}, False),
        ({"augmentation": "augmix"}, False),
        ({"threads": 2}, False),
    ],
)
def test_a_timing_counts_for_what_takes_the_same_time_a_picture(
    tiny_data_set: DataSet, changed: dict[str, Any], same: bool
) -> None:
    recipe = recipe_for(tiny_data_set)
    key = timing_key(recipe, 32)
    assert (timing_key(replace(recipe, **changed), 32) == key) == same
    assert timing_key(recipe, 64) != key


def test_a_damaged_timing_is_as_none(workspace: Workspace, tiny_data_set: DataSet) -> None:
    recipe = recipe_for(tiny_data_set)
    keep_timing(workspace, recipe, 32, Timing(picture_ms=1.0))
    assert read_timing(workspace, recipe, 32) == Timing(picture_ms=1.0)
    for file in workspace.timings.iterdir():
        file.write_text("{")
    assert read_timing(workspace, recipe, 32) is None


def test_to_start_a_timing_takes_no_torch_and_the_same_is_tried_once(
    workspace: Workspace, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import core.training.timing, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    started: list[list[str]] = []

    def start(arguments: list[str], *_: object) -> subprocess.Popen[bytes]:
        started.append(arguments)
        process = subprocess.Popen([sys.executable, "-c", ""])
        process.wait()
        return process

    monkeypatch.setattr(timing, "start_apart", start)
    for _ in range(2):
        timing.start_timing(workspace, recipe_for(tiny_data_set), tiny_data_set)
    assert [arguments[:3] for arguments in started] == [["-m", "core.training.timing", tiny_data_set.id]]
    assert timing.under_way(workspace) is None
