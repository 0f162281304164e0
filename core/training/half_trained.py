"""The network of a training that has not come to its end. Imports torch."""

import torch
from safetensors import SafetensorError, safe_open

from core.data.dataset import DataSet
from core.errors import BadCheckpoint
from core.networks.network import Network, Preprocessing, fixed
from core.runs.recipe import get_model
from core.runs.runs import Run, without_network
from core.training.state import POINTER, StateFolder
from core.words import Text

_TRIES = 5
"""While it is read, training may replace what is read."""


def half_trained_network(run: Run, data_set: DataSet, device: torch.device) -> Network:
    """The network with the weights that count (their average, where one is kept) as they were saved last.

    Raises:
        NotTrained: nothing is saved, or not any more. BadCheckpoint: it is damaged. UnknownName: of its model.
    """
    state = StateFolder(run.folder.state, run.recipe, data_set)
    for _ in range(_TRIES):
        kept = state.read()
        if kept is None:
            break
        try:
            with safe_open(state.path / kept.weights, framework="pt") as file:
                names = list(file.keys())
                part = "average/" if any(name.startswith("average/") for name in names) else "network/"
                weights = {
                    name.removeprefix(part): file.get_tensor(name) for name in names if name.startswith(part)
                }
            spec = get_model(run.recipe.model)
            side = run.recipe.network_side(data_set.size)
            module = spec.build(len(data_set.classes), side)
            module.load_state_dict(weights)
        except FileNotFoundError:
            continue
        except (SafetensorError, OSError, RuntimeError) as error:
            why = Text(en="its weights do not fit its model", ko="가중치가 모델과 맞지 않습니다")
            raise BadCheckpoint(name=f"{run.id}/{state.path.name}/{POINTER}", why=why) from error
        own = Preprocessing.of(spec)
        mean, std = ((float(r), float(g), float(b)) for r, g, b in kept.preprocessing or (own.mean, own.std))
        network = Network(spec, module, data_set.classes, data_set.size, side, Preprocessing(mean, std))
        return fixed(network, device)
    raise without_network(run)
