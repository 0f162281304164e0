"""How far noises are from what the rows of Results were trained on: as far as it is known, and a button that measures the rest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.evaluation.distance import Distance, Kind, distances
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.runs.runs import Run
from core.training.distances_job import submit_distances, takes
from pages.parts.i18n import t
from pages.parts.messages import show_error
from pages.parts.progress import job_cards, span
from pages.parts.services.kept import kept_numbers
from pages.parts.services.workspace import workspace


@dataclass(frozen=True)
class Known:
    """What is known of some noises and all rows together."""

    kinds: Mapping[str, Kind]
    """Seen where any of the rows saw it, else near where it is near to what any saw, else far; of the others nothing is known."""
    values: Mapping[str, float]
    """The least distance from what any of the rows was trained on."""
    missing: tuple[tuple[Run, DataSet], ...]
    """Runs of which something has yet to be measured, with their data."""


def known_distances(runs: Sequence[Run], pictures: Sequence[DataSet | str], noises: Collection[str]) -> Known:
    """Read, never measured here.

    Args:
        runs: one of each row; how those that were brought in were trained is not known, and they have no say.
        pictures: of each the data set, or why it is not there.
    """
    found: list[dict[str, Distance]] = []
    missing = []
    for run, data_set in zip(runs, pictures, strict=True):
        if run.origin is not None or not isinstance(data_set, DataSet):
            continue
        own = _of(run, data_set, tuple(noises))
        found.append(own)
        if len(own) < len(noises):
            missing.append((run, data_set))
    kinds: dict[str, Kind] = {}
    values: dict[str, float] = {}
    for noise in noises if found else ():
        own_kinds = [one[noise].kind for one in found if noise in one]
        for kind in ("seen", "near"):
            if kind in own_kinds:
                kinds[noise] = kind
                break
        else:
            if len(own_kinds) == len(found):
                kinds[noise] = "far"
        if own_kinds:
            values[noise] = min(one[noise].value for one in found if noise in one)
    return Known(kinds, values, tuple(missing))


def _of(run: Run, data_set: DataSet, noises: tuple[str, ...]) -> dict[str, Distance]:
    folder = workspace().shifts
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    measured = tuple((file.name, file.stat().st_mtime_ns) for file in files)
    key = ("distances", str(workspace().root), run.id, noises, measured)
    return kept_numbers(key, lambda: distances(workspace(), run, data_set, noises))


def offer_measuring(known: Known, noises: Sequence[str]) -> None:
    """Why near and far noises cannot be told yet, and a button that queues what measures them; its progress."""
    if not known.missing:
        return
    ids = {run.id for run, _ in known.missing}

    def measuring() -> list[Job]:
        active = list_jobs(workspace(), active=True)
        return [job for job in active if job.makes("distance") and job.subject.run_id in ids]

    if measuring():
        job_cards("results_measuring", measuring)
        return
    times = [takes(workspace(), run, data_set, noises) for run, data_set in known.missing]
    needed = [time for time in times if time is not None]
    if not needed:
        return
    words, button = st.columns([7, 4], vertical_alignment="center")
    words.caption(f":material/straighten: {t('results.distance_unknown')}")
    if button.button(
        t("results.distance_measure", time=span(sum(needed[1:], needed[0]))),
        key="results_distance_measure",
        icon=":material/straighten:",
        width="stretch",
    ):
        try:
            for run, _ in known.missing:
                submit_distances(workspace(), run, noises)
        except NoiseLensError as error:
            show_error(error)
        else:
            st.rerun()
