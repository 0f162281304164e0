"""A built-in set as a data set: found where it is there already, else drawn and kept, by a job."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.data.builtin.faces import Swap
from core.data.builtin.sets import SWAPPED_KIND, checked_count, draw
from core.data.dataset import DataSet, free_name, list_data_sets, open_data_set
from core.data.writer import save
from core.errors import NameTaken
from core.jobs.job import Job
from core.jobs.queue import submit
from core.progress import Report, part
from core.records import Record
from core.store import Workspace
from core.words import Text, fill_text


@dataclass(frozen=True)
class MakePayload(Record):
    """What a job of kind `make` does."""

    kind: str = ""
    size: int = 64
    name: str = ""
    seed: int = 0
    images: int | None = None
    """None: as many as the set has by default."""
    options: dict[str, Any] | None = None
    """Swap.facts of one that is not the default; only then it is written."""

    def to_json(self) -> dict[str, Any]:
        said = super().to_json()
        return said if self.options is not None else {key: said[key] for key in said if key != "options"}


def _same(kind: str, size: int, seed: int, images: int, swap: Swap | None) -> Callable[[DataSet], bool]:
    """Whether a data set is what `draw` with these arguments would give."""
    wanted = {"kind": kind, "size": size, "seed": seed, "images": images}

    def same(data_set: DataSet) -> bool:
        card = data_set.card
        # A set drawn before a swap could be chosen has the default one.
        return all(getattr(card, key) == value for key, value in wanted.items()) and (
            kind != SWAPPED_KIND or (card.options or Swap().facts) == (swap or Swap()).facts
        )

    return same


def find_made(
    workspace: Workspace,
    kind: str,
    size: int = 64,
    seed: int = 0,
    images: int | None = None,
    swap: Swap | None = None,
) -> DataSet | None:
    """A data set that `draw` with the same arguments would give, if there is one; under its own name first."""
    same = _same(kind, size, seed, checked_count(kind, size, seed, images, swap), swap)
    found = [data_set for data_set in list_data_sets(workspace) if same(data_set)]
    found.sort(key=lambda data_set: data_set.name != kind)
    return found[0] if found else None


def make(
    workspace: Workspace,
    staging: Path,
    kind: str,
    report: Report,
    *,
    size: int = 64,
    name: str | None = None,
    seed: int = 0,
    images: int | None = None,
    swap: Swap | None = None,
) -> DataSet:
    """Draw a built-in set and keep it; for a job that builds in `staging`.

    Raises:
        UnknownName, NotAChoice, OutOfRange, SwapIsForFaces, BadName, NameTaken, CannotWrite.
        Cancelled: from `report`.
    """
    chosen = free_name(workspace, _free_default(workspace, kind, size, swap) if name is None else name)
    contents = draw(kind, size, seed, images, part(report, 0.0, 0.95), swap)
    return save(workspace, staging, chosen, contents, part(report, 0.95, 1.0))


def _free_default(workspace: Workspace, kind: str, size: int, swap: Swap | None) -> str:
    """ "faces" or "faces eyes", or where that is taken "faces 32", "faces 32 (2)"..."""
    taken = {data_set.name for data_set in list_data_sets(workspace)}
    name = kind + (swap.suffix if swap else "")
    tries = [name, f"{name} {size}", *(f"{name} {size} ({i})" for i in range(2, len(taken) + 3))]
    return next(name for name in tries if name not in taken)


def submit_make(
    workspace: Workspace,
    kind: str,
    size: int = 64,
    name: str | None = None,
    seed: int = 0,
    images: int | None = None,
    swap: Swap | None = None,
) -> Job | DataSet:
    """Queue a built-in set; one that is already there is returned instead, as is a job already making it.

    Args:
        name: None for the kind's own.
        swap: of faces; None for the default one.

    Raises:
        UnknownName, NotAChoice, OutOfRange, SwapIsForFaces, BadName.
        NameTaken: another data set has that name.
    """
    wanted = checked_count(kind, size, seed, images, swap)
    if name is None:
        there = find_made(workspace, kind, size, seed, images, swap)
        if there is not None:
            return there
        name = _free_default(workspace, kind, size, swap)
    else:
        try:
            name = free_name(workspace, name)
        except NameTaken:
            there = open_data_set(workspace, name.strip())
            if _same(kind, size, seed, wanted, swap)(there):
                return there
            raise
    options = None if swap is None or swap == Swap() else swap.facts
    payload = MakePayload(
        kind=kind, size=size, name=name, seed=seed, images=images, options=options
    ).to_json()
    title = fill_text(Text(en="Make the data set “{name}”", ko="데이터 세트 “{name}” 만들기"), name=name)
    return submit(workspace, "make", title, payload, once=f"make {json.dumps(payload)}")


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Job kind `make`; its result is {"data_set_id"}."""
    payload = job.asked(MakePayload)
    data_set = make(
        workspace,
        workspace.job_folder(job.id).staging,
        payload.kind,
        report,
        size=payload.size,
        name=payload.name,
        seed=payload.seed,
        images=payload.images,
        swap=None if payload.options is None else Swap.from_facts(payload.options),
    )
    return {"data_set_id": data_set.id}
