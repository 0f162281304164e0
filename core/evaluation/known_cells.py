"""Which cells of a test are there already, told before it starts: from the facts of finished tests and the names of kept pieces, without
a network. No torch."""

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from core.data.dataset import DataSet
from core.evaluation.cells import cells_of, code_fingerprint, folder_of, pieces_of
from core.evaluation.parts import pictures_tested
from core.evaluation.versions import versions_of_pictures
from core.explanation.methods.grad_cam import GRAD_CAM
from core.files import digest_of
from core.noise.catalogue import CLEAN, Cell
from core.noise.stack import DRAWS
from core.runs.evaluations import Evaluation, list_evaluations
from core.runs.mode import Mode
from core.runs.runs import Run
from core.store import Workspace


def left_to_make(
    workspace: Workspace,
    run: Run,
    data_set: DataSet,
    noises: Sequence[str],
    severities: Sequence[int],
    mode: Mode,
    maps: bool,
) -> dict[Cell, int]:
    """How many pictures of each cell of a test nobody has asked the run about yet, clean first.

    What a test that was cut off has counts where a finished one of the same kind says how its pieces are called; else its pieces
    are found when the test starts.

    Args:
        maps: rows are to have them.

    Raises:
        EmptySplit.
    """
    indices = pictures_tested(data_set, mode)
    maps = maps and not run.without_maps
    alike = [
        one
        for one in list_evaluations(workspace, run.id)
        if (not maps or (one.facts.maps and one.facts.method == GRAD_CAM.key))
        and _same(one, run, data_set, mode)
    ]
    method = GRAD_CAM.key if maps else None
    folders = {folder_of(run.folder.cells, one.facts.cells_fingerprint, method) for one in alike}
    kept = {file.stem for folder in folders for file in folder.glob("*.arrow")}
    split = data_set.indices(mode.split)
    shown = [split if one.facts.pictures is None else np.array(one.facts.pictures) for one in alike]
    left: dict[Cell, int] = {}
    for piece in pieces_of(cells_of(data_set, noises, severities), indices, mode.by_picture):
        lacking = piece.indices if piece.name not in kept else piece.indices[:0]
        for one, pictures in zip(alike, shown, strict=True):
            if piece.noise == CLEAN or piece.cell in one.cells:
                lacking = lacking[~np.isin(lacking, pictures)]
        left[piece.cell] = left.get(piece.cell, 0) + len(lacking)
    return left


def _same(one: Evaluation, run: Run, data_set: DataSet, mode: Mode) -> bool:
    """Whether its cells can stand for those of a test in this mode, as far as can be told without a network."""
    facts = one.facts
    # Split and part say which pictures; where what comes of one depends on the others, they count.
    other = replace(facts.mode, split=mode.split, part=mode.part) if mode.by_picture else facts.mode
    libraries = versions_of_pictures() | {"torch": _torch()}
    # What PyTorch calls itself has its build behind a plus.
    said = {name: number.partition("+")[0] for name, number in facts.versions.items()}
    return (
        bool(facts.cells_fingerprint)
        and other == mode
        and facts.data_fingerprint == data_set.card.fingerprint
        and facts.draws == DRAWS
        and facts.code == code_fingerprint()
        and said == libraries
        and facts.weights_fingerprint == _weights(run.folder.checkpoint)
    )


def _torch() -> str:
    try:
        return version("torch").partition("+")[0]
    except PackageNotFoundError:
        return ""


def _weights(path: Path) -> str | None:
    """The digest of a checkpoint; None where it is not there."""
    try:
        return digest_of(path)
    except FileNotFoundError:
        return None
