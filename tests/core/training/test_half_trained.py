from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from core.data.dataset import DataSet
from core.errors import BadCheckpoint, NotTrained, Paused
from core.progress import Report, silent
from core.runs.entering import create_run
from core.runs.runs import Run
from core.runs.standing import saved
from core.store import Workspace
from core.training.half_trained import half_trained_network
from core.training.loop import train
from core.training.monitor import epoch_text
from core.words import Text
from tests.core.training.conftest import busy, same

CPU = torch.device("cpu")


def in_epoch(epoch: int, epochs: int) -> Report:
    """A report that pauses the training as that epoch begins, 0 the first."""

    def report(share: float, step: Text | None = None) -> None:
        if step == epoch_text(epoch, epochs):
            raise Paused

    return report


def paused_run(workspace: Workspace, data_set: DataSet, average: float) -> Run:
    """After the first of two epochs."""
    recipe = busy(data_set, model="small_cnn", epochs=2, schedule="constant", average=average)
    run = create_run(workspace, "half", recipe)
    with pytest.raises(Paused):
        train(recipe, data_set, run.folder, in_epoch(1, 2))
    return run


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_the_weights_of_a_training_that_goes_on_are_those_that_it_would_have_ended_with_then(
    workspace: Workspace, tiny_data_set: DataSet, average: float
) -> None:
    run = paused_run(workspace, tiny_data_set, average)
    now = saved(run)
    assert now is not None
    assert now.epochs == 1
    network = half_trained_network(run, tiny_data_set, CPU)
    ended = create_run(workspace, "ended", replace(run.recipe, epochs=1))
    train(ended.recipe, tiny_data_set, ended.folder, silent)
    assert same(network.module.state_dict(), load_file(ended.folder.last))
    assert network.classes == tiny_data_set.classes
    assert not network.module.training
    assert saved(ended) is not None, "the job removes it"


def test_without_saved_weights_and_with_damaged_ones_it_says_so(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run = create_run(workspace, "young", busy(tiny_data_set, model="small_cnn"))
    assert saved(run) is None
    with pytest.raises(NotTrained):
        half_trained_network(run, tiny_data_set, CPU)
    run = paused_run(workspace, tiny_data_set, 0.0)
    for file in run.folder.state.glob("*.safetensors"):
        file.write_bytes(b"no weights")
    with pytest.raises(BadCheckpoint):
        half_trained_network(run, tiny_data_set, CPU)
