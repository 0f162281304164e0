"""A run's answers on its clean validation pictures: made once, kept with it. What is fixed there holds in every test."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.errors import BadCheckpoint, DamagedDataSet, DataSetDeleted, NotTrained, PackagesMissing
from core.evaluation.clusters import of_groups
from core.evaluation.fixed import Fixed, fixed_on, read_fixed
from core.files import DAMAGED, digest_of, write_bytes, write_json
from core.noise.catalogue import CLEAN
from core.progress import Report, silent
from core.runs.runs import Run, data_set_of
from core.store import Workspace
from core.words import Text

if TYPE_CHECKING:
    from core.networks.network import Network

SPLIT = "validation"
BATCH = 128
ASKING = Text(en="Asking it about clean validation pictures", ko="원본 검증 사진으로 확인 중")


@dataclass(frozen=True)
class Validated:
    """What a run says of its clean validation pictures."""

    fixed: Fixed | None
    why: Text | None = None
    """Why nothing could be fixed."""


_PREDICTIONS = Text(
    en="Only its answers are known, and none on validation pictures.",
    ko="답만 알려져 있고 검증 사진에 대한 답은 없습니다.",
)
_NO_PICTURES = Text(en="Its data set has no validation pictures.", ko="데이터 세트에 검증 사진이 없습니다.")
_CHANGED = Text(
    en="Its data set is gone or has changed since its training.",
    ko="데이터 세트가 지워졌거나 학습 뒤에 바뀌었습니다.",
)
_NO_NETWORK = Text(en="Its weights cannot be used.", ko="가중치를 쓸 수 없습니다.")


def validated(workspace: Workspace, run: Run, report: Report = silent) -> Validated:
    """What is fixed on the clean validation pictures of a run; its network is asked where it was not yet.

    Raises:
        CannotWrite, DiskFull. Cancelled: from `report`.
    """
    if run.answers_alone:
        return Validated(None, _PREDICTIONS)
    if not run.folder.checkpoint.exists():
        known = read_fixed(run.folder, None)
        return Validated(known, None if known else _NO_NETWORK)
    known = read_fixed(run.folder, digest_of(run.folder.checkpoint))
    if known is not None:
        return Validated(known)
    try:
        data_set = data_set_of(workspace, run)
    except DataSetDeleted:
        return Validated(None, _CHANGED)
    then, now = run.recipe.data_set_fingerprint, data_set.card.fingerprint
    if then and now and then != now:
        return Validated(None, _CHANGED)
    from core.networks.loading import choose_device, load_run_network, use_all_cores

    try:
        if not len(data_set.indices(SPLIT)):
            return Validated(None, _NO_PICTURES)
        use_all_cores()
        network = load_run_network(run, choose_device("cpu" if run.recipe.device == "cpu" else "auto"))
        return Validated(fix(run, network, data_set, report))
    except (NotTrained, BadCheckpoint, PackagesMissing):
        return Validated(None, _NO_NETWORK)
    except DamagedDataSet:
        return Validated(None, _CHANGED)


def fix(run: Run, network: "Network", data_set: DataSet, report: Report = silent) -> Fixed | None:
    """Ask a run's network about the clean validation pictures and keep what it says: fixed.json, validation.npz.

    None where there are no such pictures.

    Raises:
        CannotWrite, DiskFull. Cancelled: from `report`.
    """
    indices = data_set.indices(SPLIT)
    if not len(indices):
        return None
    weights = digest_of(run.folder.checkpoint)
    known = read_fixed(run.folder, weights)
    if known is not None:
        return known
    probabilities = _asked(network, data_set, indices, report)
    truth = np.asarray(data_set.labels[indices])
    about = Fixed(weights_fingerprint=weights, data_fingerprint=data_set.card.fingerprint)
    groups = None if data_set.groups is None else np.asarray(data_set.groups[indices])
    found = fixed_on(truth, probabilities, about, groups)
    file = io.BytesIO()
    np.savez(file, image=indices, truth=truth, probabilities=probabilities)
    write_bytes(run.folder.validation, file.getvalue())
    write_json(run.folder.fixed, found.to_json())
    return found


def fixed_of_groups(workspace: Workspace, run: Run, known: Fixed | None) -> Fixed | None:
    """What the same answers fix where groups of pictures are what is counted, each by its pictures' mean probability.

    None where nothing is fixed, or it is not known which validation pictures belong together.

    Args:
        known: what is fixed on single pictures.
    """
    try:
        data_set = data_set_of(workspace, run)
        with np.load(run.folder.validation, allow_pickle=False) as file:
            images, truth, probabilities = (file[name] for name in ("image", "truth", "probabilities"))
    except (DataSetDeleted, *DAMAGED):
        return None
    if known is None or data_set.groups is None or known.data_fingerprint != data_set.card.fingerprint:
        return None
    frame = pd.DataFrame(
        {"image": images, "noise": CLEAN, "severity": 0, "truth": truth, "probabilities": list(probabilities)}
    )
    group = np.asarray(data_set.groups)
    found = of_groups(frame, {number: int(group[number]) for number in images.tolist()})
    return fixed_on(found["truth"], found["probabilities"], known)


def _asked(
    network: "Network", data_set: DataSet, indices: NDArray[np.int64], report: Report
) -> NDArray[np.float32]:
    """N,C: probabilities of the classes of clean pictures."""
    import torch

    parts: list[Any] = []
    with torch.inference_mode():
        for start in range(0, len(indices), BATCH):
            report(start / len(indices), ASKING)
            pixels = torch.from_numpy(np.asarray(data_set.images[indices[start : start + BATCH]]))
            parts.append(network.logits(pixels).float().softmax(1).cpu().numpy())
    return np.concatenate(parts)
