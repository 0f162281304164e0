"""A run that a tiny network stands for, and networks that are shown pictures in unusual ways."""

import torch

from core.data.dataset import DataSet
from core.networks.checkpoint import save_checkpoint
from core.networks.network import Network, Preprocessing, fixed
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.recipe import Recipe, get_model
from core.runs.runs import Run, Summary, open_run
from core.store import Workspace

CPU = torch.device("cpu")
ODD = Preprocessing((0.4, 0.5, 0.6), (0.2, 0.3, 0.4), "centre", "bgr")


def network_of(data_set: DataSet, side: int, preprocessing: Preprocessing) -> Network:
    spec = get_model("small_cnn")
    torch.manual_seed(0)
    module = spec.build(2, side)
    return fixed(Network(spec, module, data_set.classes, data_set.size, side, preprocessing), CPU)


def run_of(workspace: Workspace, data_set: DataSet) -> Run:
    """As training leaves one."""
    recipe = Recipe(data_set.id, data_set.card.fingerprint, model="small_cnn")
    made = create_run(workspace, "모델 | <b>*1*", recipe)
    network = network_of(data_set, 32, Preprocessing.of(get_model("small_cnn")))
    save_checkpoint(made.folder.checkpoint, network)
    save_summary(workspace, made.id, Summary(data_set="tiny", classes=data_set.classes, size=32))
    return open_run(workspace, made.id)
