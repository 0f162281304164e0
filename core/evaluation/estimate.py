"""How long a test takes and what it keeps on the disk, told before it starts. No torch."""

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from core.data.dataset import DataSet
from core.errors import EmptySplit, UnknownName
from core.evaluation.cells import cells_of
from core.evaluation.helper_processes import helpers_for
from core.evaluation.job import EvaluatePayload
from core.evaluation.known_cells import left_to_make
from core.evaluation.options import How, checked_noises
from core.evaluation.parts import pictures_tested
from core.explanation.methods.grad_cam import GRAD_CAM
from core.jobs.job import Job
from core.noise.catalogue import Cell
from core.runs.estimate import Span, bytes_to_test, seconds_for_rows
from core.runs.runs import Run, data_set_of, run_of
from core.store import Workspace
from core.words import Text, fill_text

MEANWHILE = 2.5
"""So many times what it keeps a test takes at its end: the pieces as they came, and the whole that is made of them (2.4 measured)."""
SHORT = Text(
    en="Only {free} MB are free there: unless more is freed the test stops on the way, and goes on where it was once there is "
    "space.",
    ko="그 디스크에 {free} MB밖에 남지 않았습니다. 공간을 더 비우지 않으면 시험이 도중에 멈추고, 비운 뒤 멈춘 곳에서 이어 갈 수 있습니다.",
)


def lasts(workspace: Workspace, job: Job) -> Span | None:
    """How long the test takes, from its turn on; None where the run, its data set or its model is gone."""
    run, payload = run_of(workspace, job), EvaluatePayload.read(job.payload)
    if run is None:
        return None
    try:
        noises = checked_noises(payload.noises, run.recipe.mix)
        data_set = data_set_of(workspace, run)
        return seconds_asked(workspace, run, data_set, noises, payload.severities, payload.how).with_start
    except (UnknownName, EmptySplit):
        return None


def seconds_asked(
    workspace: Workspace,
    run: Run,
    data_set: DataSet,
    noises: Sequence[str],
    severities: Sequence[int],
    how: How | None = None,
) -> Span:
    """How long a test takes once it has started, roughly: what earlier ones have is not made again.

    Raises:
        EmptySplit.
    """
    how = how or How()
    left = left_asked(workspace, run, data_set, noises, severities, how)
    rows: Counter[str] = Counter()
    for (noise, _), images in left.items():
        rows[noise] += images
    given = (workspace, run.recipe, data_set, rows, GRAD_CAM.passes)
    processes = helpers_for(seconds_for_rows(*given).low, "cpu", how.workers) + 1
    return seconds_for_rows(*given, processes)


def left_asked(
    workspace: Workspace,
    run: Run,
    data_set: DataSet,
    noises: Sequence[str],
    severities: Sequence[int],
    how: How,
) -> dict[Cell, int]:
    """How many pictures of each of its cells a test has to make, clean first (core.evaluation.known_cells).

    Raises:
        EmptySplit.
    """
    mode = replace(how.mode, part=0) if how.whole_after else how.mode
    return left_to_make(workspace, run, data_set, noises, severities, mode, how.maps)


def bytes_asked(
    run: Run, data_set: DataSet, noises: Sequence[str], severities: Sequence[int], how: How | None = None
) -> int:
    """What a test keeps on the disk, roughly.

    Raises:
        EmptySplit.
    """
    how = how or How()
    images = len(pictures_tested(data_set, replace(how.mode, part=0) if how.whole_after else how.mode))
    more = len(cells_of(data_set, noises, severities)) - len(noises) * len(severities)
    return bytes_to_test(run.recipe, data_set, noises, severities, images, how.maps, more)


def short_of(workspace: Workspace, kept: int) -> Text | None:
    """That the disk has no space for a test; None where it has.

    Args:
        kept: as of `bytes_asked`.
    """
    free = shutil.disk_usage(workspace.root).free
    if free >= MEANWHILE * kept:
        return None
    return fill_text(SHORT, free=f"{free / 1e6:.0f}")
