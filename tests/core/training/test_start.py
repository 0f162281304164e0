"""What training begins with, besides random weights."""

from dataclasses import replace
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch

from core.data.dataset import DataSet
from core.errors import CannotStartFrom, NotTrained, UnknownName
from core.networks.checkpoint import read_checkpoint, save_checkpoint
from core.networks.loading import begun_network
from core.networks.network import Network, Preprocessing
from core.progress import silent
from core.runs.entering import create_run
from core.runs.recipe import Recipe, get_model
from core.runs.runs import Run
from core.store import Workspace
from core.training import start as begins
from core.training.job import as_started, submit_training, train_run
from core.training.start import Begun, new_network, seed_chance

CPU = torch.device("cpu")


def recipe(data_set: DataSet, **values: object) -> Recipe:
    facts = {"data_set_id": data_set.id, "data_set_fingerprint": data_set.card.fingerprint}
    usual: dict[str, object] = {
        "model": "small_cnn",
        "epochs": 1,
        "device": "cpu",
        "threads": 1,
        "precision": "fp32",
    }
    return Recipe.make(**{**facts, **usual, **values})


def network(key: str = "small_cnn", classes: str = "ab", side: int = 32) -> Network:
    spec = get_model(key)
    torch.manual_seed(3)
    module = spec.build(len(classes), side)
    return Network(spec, module, list(classes), side, side, Preprocessing((0.1, 0.2, 0.3), (1.0, 1.0, 1.0)))


@pytest.fixture
def trained(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    """A run of small_cnn with weights."""
    run = create_run(workspace, "first", recipe(tiny_data_set))
    save_checkpoint(run.folder.checkpoint, network(classes="ab"))
    return run


def test_a_step_in_another_thread_changes_no_weight_of_a_network_that_is_built(
    tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = new_network(recipe(tiny_data_set), tiny_data_set, CPU).module.state_dict()
    spec = get_model("small_cnn")

    def meanwhile(num_classes: int, side: int) -> torch.nn.Module:
        step = Thread(target=seed_chance, args=(4,))
        step.start()
        step.join(0.1)
        built = spec.build(num_classes, side)
        steps.append(step)
        return built

    steps: list[Thread] = []
    monkeypatch.setattr(begins, "get_model", lambda key: replace(spec, build=meanwhile))
    found = new_network(recipe(tiny_data_set), tiny_data_set, CPU).module.state_dict()
    steps[0].join(10)
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)


def test_other_classes_begin_anew_and_all_else_is_kept() -> None:
    begun = network(classes="ab")
    kept = begun.module.state_dict()
    for classes in ("abc", "xy"):
        torch.manual_seed(4)
        own = begun_network(begun, "first", begun.spec, list(classes), 64).state_dict()
        changed = {
            name
            for name in own
            if own[name].shape != kept[name].shape or not torch.equal(own[name], kept[name])
        }
        assert changed == {"classifier.weight", "classifier.bias"}, classes
        assert own["classifier.weight"].shape[0] == len(classes)


def test_the_same_classes_go_on_with_what_is_known_of_them(tiny_data_set: DataSet) -> None:
    begun = replace(network(), classes=tiny_data_set.classes)
    plan = replace(recipe(tiny_data_set), start="first")
    found = new_network(plan, tiny_data_set, CPU, Begun(begun, "first"))
    for name, value in begun.module.state_dict().items():
        assert torch.equal(found.module.state_dict()[name], value), name
    assert found.preprocessing == begun.preprocessing


def test_positions_of_a_transformer_are_fitted_to_another_size() -> None:
    spec = get_model("vit_b_16")
    grid = torch.linspace(0, 1, 4)[None, :, None].expand(1, 4, 4).reshape(1, 16, 1)
    assert spec.refit is not None
    fitted = spec.refit({"encoder.pos_embedding": torch.cat([grid[:, :1], grid], 1)}, 128)
    assert fitted["encoder.pos_embedding"].shape == (1, 65, 1)


def test_layers_that_are_others_at_that_size_are_told_with_what_to_set() -> None:
    begun = network("resnet18", side=64)
    with pytest.raises(CannotStartFrom) as told:
        begun_network(begun, "first", begun.spec, begun.classes, 224)
    assert "set the image size to 64" in told.value.say("en")
    assert "64로" in told.value.say("ko")


def test_a_run_of_another_model_one_without_weights_and_one_that_is_gone_are_refused_before_anything_waits(
    workspace: Workspace, tiny_data_set: DataSet, trained: Run
) -> None:
    create_run(workspace, "empty", recipe(tiny_data_set))
    for start, model, error in (
        (trained.id, "mobilenet_v3_small", CannotStartFrom),
        ("empty", "small_cnn", NotTrained),
        ("nobody", "small_cnn", UnknownName),
    ):
        with pytest.raises(error):
            submit_training(workspace, tiny_data_set, recipe(tiny_data_set, model=model, start=start), "next")
    with pytest.raises(CannotStartFrom, match="Small CNN"):
        as_started(workspace, recipe(tiny_data_set, model="resnet18", start="first"))


def test_a_run_begins_with_the_weights_of_the_one_that_it_names(
    workspace: Workspace, tiny_data_set: DataSet, trained: Run
) -> None:
    plan = as_started(workspace, recipe(tiny_data_set, start="first", learning_rate=1e-6))
    assert plan.start == trained.id
    run, _ = submit_training(workspace, tiny_data_set, plan, "next")
    train_run(workspace, run, silent)
    own, begun = read_checkpoint(run.folder.checkpoint), read_checkpoint(trained.folder.checkpoint)
    assert own.preprocessing == begun.preprocessing
    for name, value in begun.module.named_parameters():
        if not own.spec.is_new(name):
            np.testing.assert_allclose(own.module.get_parameter(name).detach(), value.detach(), atol=1e-4)


def test_where_no_size_is_said_it_is_that_of_the_run(
    workspace: Workspace, tiny_data_set: DataSet, tmp_path: Path
) -> None:
    source = create_run(workspace, "large", recipe(tiny_data_set, side=48))
    train_run(workspace, source, silent)
    assert as_started(workspace, recipe(tiny_data_set, start="large")).side == 48
    assert as_started(workspace, recipe(tiny_data_set, start="large", side=64)).side == 64
