"""What benchmarks of tests begin with: drawn pictures, and a run whose network reads them better than by guessing."""

from dataclasses import replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.data.builtin.sets import draw
from core.data.dataset import DataSet
from core.data.splits import TEST, TRAIN
from core.data.writer import save
from core.networks.checkpoint import save_checkpoint
from core.networks.network import Network, Preprocessing
from core.progress import silent
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.runs.runs import Run
from core.store import Workspace
from models.registry import models

DRAWN = 64
"""px; larger pictures are these, enlarged."""
TRAINED_ON = 160
"""Pictures beside those that are tested."""
MARGIN = 3.0
"""What the logits of the network's answers spread by, as a trained network's do."""


def make_textures(workspace: Workspace, name: str, pictures: int, side: int) -> DataSet:
    """So many test pictures of the built-in textures, and TRAINED_ON others."""
    contents = draw("textures", DRAWN, 0, pictures + TRAINED_ON, silent)
    assert contents.images is not None
    images = contents.images
    if side != DRAWN:
        images = np.stack([cv2.resize(one, (side, side), interpolation=cv2.INTER_CUBIC) for one in images])
    splits = np.where(np.arange(len(images)) < TRAINED_ON, TRAIN, TEST).astype(np.uint8)
    given = replace(contents, images=images, splits=splits, keys=None)
    return save(workspace, workspace.job_folder(name).staging, name, given, silent)


def entered(workspace: Workspace, model: str, data_set: DataSet) -> Run:
    """A run of a network with the weights that chance gave it, but for its last layer, which is fitted: it costs what others cost,
    and its answers depend on the picture."""
    spec, size = models()[model], data_set.size
    side = spec.input_size(size)
    torch.manual_seed(0)
    module = spec.build(len(data_set.classes), side).eval()
    network = Network(spec, module, data_set.classes, size, side, Preprocessing.of(spec))
    _fit_last(network, data_set, data_set.indices("train"))
    run = create_run(workspace, model, Recipe(data_set.id, data_set.card.fingerprint, model, device="cpu"))
    save_checkpoint(run.folder.checkpoint, network)
    return run


def _fit_last(network: Network, data_set: DataSet, numbers: NDArray[np.int64]) -> None:
    """Ridge regression of the classes on what the last linear layer is given."""
    last = [one for one in network.module.modules() if isinstance(one, nn.Linear)][-1]
    seen: list[Tensor] = []
    hook = last.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].flatten(1)))
    with torch.inference_mode():
        for part in np.array_split(numbers, max(1, len(numbers) // 20)):
            network.logits(torch.from_numpy(data_set.images[part]))
    hook.remove()
    features = torch.cat(seen).double()
    mean, spread = features.mean(0), features.std(0) + 1e-12
    given = (features - mean) / spread
    wanted = nn.functional.one_hot(torch.from_numpy(data_set.labels[numbers]), len(data_set.classes)).double()
    wanted = 2 * MARGIN * (wanted - wanted.mean(0))
    ridge = given.T @ given + 0.01 * len(given) * given.shape[1] * torch.eye(
        given.shape[1], dtype=torch.float64
    )
    weights = torch.linalg.solve(ridge, given.T @ wanted).T / spread
    with torch.no_grad():
        last.weight.copy_(weights)
        last.bias.copy_(-weights @ mean)
