"""How much of the picture is used, and whether answers hang on what a map calls important."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.data.dataset import DataSet
from core.evaluation.joined import JoinedEvaluation, latest_joined
from core.evaluation.map_checks import use_of
from core.evaluation.map_curves import STEPS, curves_of
from core.evaluation.map_use import read_use
from core.evaluation.map_ways import under_noise
from core.evaluation.predictions import encode_maps
from core.files import write_json
from core.networks.checkpoint import save_checkpoint
from core.networks.network import Network, Preprocessing
from core.progress import silent
from core.runs.runs import Run
from core.store import Workspace
from tests.core.brought.tiny_runs import network_of, run_of
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.parts.explain.shown import rewritten


@pytest.fixture
def run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    found = run_of(workspace, tiny_data_set)
    stored_evaluation(
        workspace,
        tiny_data_set,
        found,
        ["fog"],
        [1, 3],
        lambda truth, noise, _: 0 if noise == "fog" else truth,
    )
    return found


def test_of(workspace: Workspace, run: Run) -> JoinedEvaluation:
    found = latest_joined(workspace, run)
    assert found is not None
    return found


test_of.__test__ = False  # type: ignore[attr-defined]


def test_what_a_run_uses_is_reckoned_once_and_is_of_that_test_and_those_pictures(
    workspace: Workspace, tiny_data_set: DataSet, run: Run
) -> None:
    network = network_of(tiny_data_set, 32, Preprocessing((0.5,) * 3, (0.5,) * 3))
    save_checkpoint(run.folder.checkpoint, network)
    test = test_of(workspace, run)
    assert read_use(run, test, tiny_data_set) is None
    found = use_of(run, test, tiny_data_set, silent)
    assert read_use(run, test, tiny_data_set) == found
    assert found.hidden_n == found.area_n == len(tiny_data_set.indices("test"))
    assert found.hidden_worst <= found.hidden_mean <= 1
    assert found.area is not None
    assert 0 < found.area < 1
    assert found.randomised is not None
    assert found.peak is None, "nothing is known of what was changed"
    write_json(run.folder.uses, replace(found, drawn=0).to_json())
    assert read_use(run, test, tiny_data_set) is None, "beside the weights that it may have begun with"
    write_json(run.folder.uses, found.to_json())
    stored_evaluation(workspace, tiny_data_set, run, ["rain"], [1], lambda truth, *_: truth)
    assert read_use(run, test_of(workspace, run), tiny_data_set) is None
    (right,) = under_noise([(run, test)])
    assert right.rates.mean() == 0.5
    assert len(right.rates) == len(tiny_data_set.indices("test"))


class Corner(torch.nn.Module):
    """Sure of the first class by the brightness of the upper left quarter alone."""

    def __init__(self) -> None:
        super().__init__()
        self.unused = torch.nn.Parameter(torch.zeros(1))

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        bright = batch[..., :16, :16].mean((1, 2, 3))
        return torch.stack([8 * bright, -8 * bright], 1)


def test_deletion_and_insertion_tell_a_map_of_what_counts_from_one_of_what_does_not(
    workspace: Workspace, tiny_data_set: DataSet, run: Run
) -> None:
    bright = np.full_like(np.asarray(tiny_data_set.images), 60)
    bright[:, :16, :16] = 230
    np.save(tiny_data_set.folder.images, bright)
    del tiny_data_set.__dict__["images"]
    plain_network = network_of(tiny_data_set, 32, Preprocessing((0.5,) * 3, (0.5,) * 3))
    network = Network(
        plain_network.spec, Corner().eval(), tiny_data_set.classes, 32, 32, plain_network.preprocessing
    )
    good = np.ones((7, 7), np.float32) * 0.1
    good[:4, :4] = 1
    for attribution, sure in ((good, True), (1.1 - good, False)):
        (encoded,) = encode_maps(attribution[None])
        rewritten(run, lambda table, encoded=encoded: table.assign(map=encoded, prediction=0))
        found = curves_of(network, test_of(workspace, run), tiny_data_set, silent)
        assert found is not None
        assert found.n == len(tiny_data_set.indices("test"))
        assert len(found.deletion) == STEPS + 1
        assert found.deletion[0] == pytest.approx(found.insertion[-1]), "the whole picture"
        assert (found.deleted.sure, found.inserted.sure) == (sure, sure)
        assert (found.area("deletion") < found.area("deletion_random")) == sure
    (encoded,) = encode_maps(-good[None])
    rewritten(run, lambda table: table.assign(map=encoded))
    assert curves_of(network, test_of(workspace, run), tiny_data_set, silent) is None
