"""Commands that train and print recipes."""

import json
import shutil
from pathlib import Path

import pytest

from core.cli import main
from core.data.dataset import DataSet
from core.jobs import executors
from core.runs.proposals import proposed
from core.runs.runs import list_runs, open_run
from core.store import Workspace
from tests.core.cli.here import Here

QUICK = ("--epochs", 1, "--device", "cpu", "--threads", 1)


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is started for a training."""
    monkeypatch.setitem(executors.EXECUTORS, "local", Here())


def test_every_option_of_train_is_in_the_recipe_of_the_run(
    workspace: Workspace, tiny_data_set: DataSet, told
) -> None:
    options = {
        "--model": "small_cnn",
        "--seed": 5,
        "--rate": 0.01,
        "--trains": "head",
        "--patience": 3,
        "--average": 0.5,
        "--precision": "fp32",
        "--preset": "one_noise:fog",
    }
    pairs = [word for pair in options.items() for word in pair]
    said = told("train", "--data", "tiny", *QUICK, *pairs, "--name", "first", "--json")
    recipe = open_run(workspace, "first").recipe
    assert (recipe.model, recipe.seed, recipe.learning_rate, recipe.trains) == ("small_cnn", 5, 0.01, "head")
    assert (recipe.patience, recipe.average, recipe.precision, recipe.threads) == (3, 0.5, "fp32", 1)
    assert (recipe.mix.noises, recipe.preset, recipe.start) == (["fog"], "one_noise:fog", "random")
    assert (said["precision"], said["threads"]) == ("fp32", 1)
    assert (said["chosen_by"], said["chosen_epoch"]) == ("clean_and_noisy", 1)
    printed = told("recipe", "first")
    assert printed["data_set_name"] == "tiny"
    assert "data_set_id" not in printed


def test_who_names_the_data_alone_gets_what_is_proposed_for_its_pictures(
    workspace: Workspace, tiny_data_set: DataSet, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["train", "--data", "tiny", "--device", "cpu", "--threads", "1", "--name", "photos"]
    assert main(asked) == 0
    recipe = open_run(workspace, "photos").recipe
    found = proposed(tiny_data_set)
    assert (recipe.model, recipe.start, recipe.trains) == ("efficientnet_lite0", "imagenet", "head")
    assert (recipe.epochs, recipe.learning_rate) == (found.epochs, found.learning_rate)
    said = capsys.readouterr().err
    assert "EfficientNet-Lite0 from ImageNet weights (head alone) on tiny, clean" in said
    assert f"Only {tiny_data_set.tested} test pictures" in said


def test_a_recipe_that_was_printed_gives_the_same_weights_in_another_workspace(
    workspace: Workspace,
    tiny_data_set: DataSet,
    told,
    refused,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(
        "train",
        "--data",
        "tiny",
        "--model",
        "small_cnn",
        *QUICK[:4],
        "--mix",
        "gaussian_noise:0.5:1-5",
        "--name",
        "first",
        "--json",
    )
    first = open_run(workspace, "first")
    file = tmp_path / "recipe.json"
    printed = told("recipe", "first")
    assert printed["threads"] > 0, "as was chosen when it began"
    file.write_text(json.dumps(printed))
    monkeypatch.setenv("NOISELENS_HOME", str(tmp_path / "elsewhere"))
    assert '"tiny"' in refused("train", "--recipe", file)
    (tmp_path / "elsewhere" / "data").mkdir(parents=True, exist_ok=True)
    shutil.copytree(tiny_data_set.folder.path, tmp_path / "elsewhere" / "data" / "other")
    card = tmp_path / "elsewhere" / "data" / "other" / "card.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"name": "by another name"}))
    told("train", "--recipe", file, "--name", "again", "--json")
    elsewhere = Workspace.open()
    again = open_run(elsewhere, "again")
    assert again.folder.checkpoint.read_bytes() == first.folder.checkpoint.read_bytes()
    file.write_text(
        json.dumps(printed | {"data_set_name": "by another name", "data_set_fingerprint": "other"})
    )
    assert "other pictures" in refused("train", "--recipe", file)
    assert len(list_runs(elsewhere)) == 1
    told("train", "--recipe", file, "--data", "by another name", "--json")
    assert len(list_runs(elsewhere)) == 2
    elsewhere.close()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("{", "recipe"),
        ("[1]", "recipe"),
        ('{"data_set_name": "tiny", "epoch": 3}', "epochs"),
        ('{"data_set_name": "tiny", "model": "small_cnn", "epochs": "many"}', "many"),
        ('{"data_set_name": "tiny", "model": "huge_cnn"}', "huge_cnn"),
        ('{"data_set_name": "gone", "model": "small_cnn"}', "gone"),
    ],
)
def test_a_file_that_is_no_recipe_is_refused_in_one_sentence(
    tiny_data_set: DataSet, tmp_path: Path, said: str, words: str, refused
) -> None:
    file = tmp_path / "recipe.json"
    file.write_text(said)
    assert words in refused("train", "--recipe", file)


def test_options_that_a_file_or_a_preset_decides_are_refused_beside_it(
    tiny_data_set: DataSet, tmp_path: Path, refused
) -> None:
    file = tmp_path / "recipe.json"
    file.write_text("{}")
    for option, value in (("--mix", "fog:0.5:1-5"), ("--model", "small_cnn"), ("--rate", 0.1)):
        assert option in refused("train", "--recipe", file, option, value)
    assert "--mix" in refused("train", "--data", "tiny", "--preset", "clean", "--mix", "fog:0.5:1-5")
    assert "--data" in refused("train", "--epochs", 1)
    assert "missing.json" in refused("train", "--recipe", "missing.json")
