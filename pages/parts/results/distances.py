"""How far noises are from what the rows of Results were trained on: as far as it is known, and a button that measures the rest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.data.dataset import DataSet
from core.evaluation.distance import Distance, Kind, distances, wanted_samples
from core.progress import Report
from core.runs.runs import Run
from pages.parts.background import failed, while_working
from pages.parts.i18n import t
from pages.parts.progress import duration
from pages.parts.services import kept_numbers, works, workspace

_SECONDS_A_SAMPLE = 0.25
"""On one core of a laptop: 128 pictures get a noise and go through a network for photos (benchmarks/results_open.py)."""


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


def offer_measuring(known: Known, noises: Collection[str]) -> None:
    """Why near and far noises cannot be told yet, and a button that measures them beside the page; its progress."""
    if not known.missing:
        return
    key = ("distances", str(workspace().root), *sorted(run.id for run, _ in known.missing), *sorted(noises))
    work = works().find(key)
    if work is not None and (work.error is not None and failed(work)):
        return
    if work is not None and work.running:
        while_working(work, "results_distances", t("results.distance_running"))
        return
    samples = sum(len(wanted_samples(workspace(), run, data_set, noises)) for run, data_set in known.missing)
    words, button = st.columns([7, 4], vertical_alignment="center")
    words.caption(f":material/straighten: {t('results.distance_unknown')}")
    button.button(
        t("results.distance_measure", time=duration(samples * _SECONDS_A_SAMPLE)),
        key="results_distance_measure",
        icon=":material/straighten:",
        width="stretch",
        on_click=_start,
        args=(key, known.missing, tuple(noises)),
    )


def _start(key: tuple[str, ...], missing: Sequence[tuple[Run, DataSet]], noises: Sequence[str]) -> None:
    home = workspace()

    def measure(report: Report) -> None:
        from core.training.unseen import measured_distances

        for place, (run, _) in enumerate(missing):

            def part(share: float, step: object = None, place: int = place) -> None:
                report((place + share) / len(missing))

            measured_distances(home, run, noises, part)

    works().start(key, measure)
