"""What an evaluation works on, the same for every process that takes part. Imports torch."""

from collections.abc import Sequence

from core.data.dataset import DataSet
from core.evaluation.cells import CellStore, cells_fingerprint, cells_of, pieces_of
from core.evaluation.parts import pictures_tested
from core.evaluation.predict import Asked, table_of
from core.evaluation.sharing import NetworkAtWork, Work
from core.evaluation.versions import versions_now
from core.explanation.methods import all_methods
from core.files import digest_of
from core.networks.loading import choose_device, device_name, load_run_network
from core.networks.packing import quick
from core.progress import Report
from core.runs.evaluations import list_evaluations
from core.runs.mode import Mode
from core.runs.runs import Run
from core.store import Workspace


def networks_at_work(
    workspace: Workspace,
    runs: Sequence[Run],
    data_set: DataSet,
    mode: Mode,
    method: str,
    device: str,
) -> list[NetworkAtWork]:
    """The networks of an evaluation with the cells that are known of each: the same in every process that works on it.

    Args:
        runs: each once.
        method: key of a CAM method; "": rows without maps.

    Raises:
        EmptySplit, NotTrained, BadCheckpoint, NoCuda.
    """

    indices = pictures_tested(data_set, mode)
    known = {one.key: one for one in all_methods()}
    at_work = []
    for run in runs:
        network = load_run_network(run, choose_device(device))
        if not mode.adapt:  # what is adapted has to be there
            network = quick(network)
        asked = Asked(network, mode, known.get(method) if network.explained else None)
        weights, table = digest_of(run.folder.checkpoint), table_of(data_set, asked)
        shown = [network.spec.key, network.size, network.side, *network.preprocessing]
        where = device_name(network.device)
        named = cells_fingerprint(data_set, table, weights, shown, mode, versions_now(), where, indices)
        finished = list_evaluations(workspace, run.id)
        store = CellStore(run.folder.cells, asked.method.key if asked.method else None, finished, named)
        at_work.append(NetworkAtWork(asked, store, weights, table, named))
    return at_work


def work_of(
    at_work: Sequence[NetworkAtWork],
    data_set: DataSet,
    noises: Sequence[str],
    severities: Sequence[int],
    mode: Mode,
    report: Report,
) -> Work:
    """What there is to do for an evaluation."""

    cells = cells_of(data_set, noises, severities)
    indices = pictures_tested(data_set, mode)
    return Work(at_work, data_set, pieces_of(cells, indices, mode.by_picture), report)
