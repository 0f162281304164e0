"""A network that was made elsewhere as a run of the workspace. Imports torch."""

from collections.abc import Sequence
from dataclasses import replace

import torch

from core.data.dataset import DataSet
from core.networks.checkpoint import save_checkpoint
from core.networks.network import Network, fixed
from core.runs.deleted import discard_run
from core.runs.editing import save_summary
from core.runs.entering import NewRun, create_runs
from core.runs.origins import Origin
from core.runs.recipe import Recipe
from core.runs.runs import Run, Summary, open_run
from core.store import Workspace
from models.alike import tensors
from models.registry import ONNX

CPU = torch.device("cpu")


def with_outputs(network: Network, order: Sequence[int], data_set: DataSet) -> Network:
    """The network with those of its outputs that `order` names, in the order of the data set's classes."""
    state, rows = network.module.state_dict(), torch.tensor(order)
    if network.spec.key == ONNX:
        head = {"order"}
    else:
        counts = (tensors(network.spec, classes, network.side) for classes in (10, 11))
        few, many = counts
        head = {name for name, shape in few.items() if many[name] != shape}
    module = network.spec.build(len(order), network.side)
    module.load_state_dict({name: value[rows] if name in head else value for name, value in state.items()})
    return fixed(replace(network, module=module, classes=data_set.classes), CPU)


def keep(workspace: Workspace, network: Network, origin: Origin, data_set: DataSet, name: str) -> Run:
    """A run of a network that was made elsewhere; all of it is there or nothing.

    Raises:
        BadName, CannotWrite, DiskFull.
    """
    recipe = Recipe(
        data_set.id, data_set.card.fingerprint, model=network.spec.key, side=network.side, epochs=0
    )
    (run,) = create_runs(workspace, [NewRun(name, recipe, rename=True, label=None, origin=origin)])
    try:
        save_checkpoint(run.folder.checkpoint, network)
        summary = Summary(
            data_set=data_set.name,
            classes=data_set.classes,
            class_labels=data_set.class_labels,
            size=data_set.size,
            table=data_set.table,
            validation_accuracy=origin.chosen.get("accuracy"),
        )
        save_summary(workspace, run.id, summary)
    except BaseException:
        discard_run(workspace, run)
        raise
    return open_run(workspace, run.id)
