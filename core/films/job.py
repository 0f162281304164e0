"""Asking runs about a video as background work."""

import hashlib
import json
import time
from dataclasses import dataclass, field, replace
from typing import Any

from core.data.dataset import DataSet
from core.errors import DataSetDeleted, UserMistake
from core.explanation.methods.grad_cam import GRAD_CAM
from core.files import remove_folder, write_json, writing
from core.films.film import Answers, AnswersCard, Asker, Film, Wish, forget_film, open_film
from core.jobs.job import Job
from core.jobs.queue import list_jobs, submit
from core.jobs.requests import request_cancel
from core.noise.catalogue import CLEAN
from core.noise.costs import noise_ms
from core.noise.stack import Layer
from core.progress import Report
from core.records import Record
from core.runs.estimate import Span, map_seconds, never_timed
from core.runs.runs import Run, data_set_of, open_run, without_network
from core.store import Workspace, new_id
from core.words import Text, fill_text, plain

MOST_RUNS = 2
"""Beside each other."""
_READ_MS, _DRAWN_MS = 6.0, 6.0
"""Of a frame, on two idle cores: what reading a million of its pixels takes, and drawing and packing one of its pictures."""


@dataclass(frozen=True)
class FilmPayload(Record):
    """What a job of kind `film` does."""

    film_id: str = ""
    run_ids: list[str] = field(default_factory=list)
    wish: Wish = field(default_factory=Wish)
    about: Text | None = None


def submit_film(workspace: Workspace, film: Film, runs: list[Run], wish: Wish) -> Job:
    """Queue asking one run or two about a video; the same that waits or runs is returned instead.

    Raises:
        OutOfRange, UnknownName: in `wish`. NotTrained, PredictionsOnly: a run has no network.
    """
    film.filmed.times(wish.rate)
    _stack(wish)
    assert 1 <= len(runs) <= MOST_RUNS
    for run in runs:
        if not run.trained:
            raise without_network(run)
    about = Text(
        en=" · ".join(run.label["en"] for run in runs), ko=" · ".join(run.label["ko"] for run in runs)
    )
    payload = FilmPayload(film.card.id, [run.id for run in runs], wish, about).to_json()
    title = fill_text(
        Text(en="Ask about the video “{name}”", ko="동영상 “{name}”에 대해 묻기"), name=film.card.name
    )
    once = hashlib.sha256(json.dumps(payload).encode()).hexdigest()
    return submit(workspace, "film", title, payload, once=f"film {once}")


def _stack(wish: Wish) -> list[Layer]:
    if wish.noise == CLEAN or wish.severity == 0:
        return []
    return [Layer.at_severity(wish.noise, wish.severity, wish.table)]


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a job; returns {"film", "answers", "frames"}.

    Raises:
        UnknownName: the video or a run is gone. What core.films.telling.tell raises.
    """
    asked = job.asked(FilmPayload)
    film = open_film(workspace, asked.film_id)
    runs = [open_run(workspace, run_id) for run_id in asked.run_ids]
    report(0.0)
    from core.explanation.classifier import Classifier
    from core.films.telling import tell

    started = time.time()
    networks = [Classifier.of_run(workspace, run) for run in runs]
    data_set = _learned_from(workspace, runs[0])
    askers = [asker_of(run, network.classes) for run, network in zip(runs, networks, strict=True)]
    place = workspace.job_folder(job.id).staging
    remove_folder(place)
    place.mkdir(parents=True)
    card = AnswersCard(new_id(), started, asked.wish, askers)
    made = Answers(card, place / "made")
    made.folder.mkdir()
    told = tell(
        networks,
        askers,
        film.source,
        film.card.name,
        film.filmed,
        asked.wish,
        _stack(asked.wish),
        None,
        place,
        made.video,
        made.table,
        report,
        basis=None if data_set is None else data_set.fitted_basis,
    )
    return _keep(workspace, made, film.card.id, told.frames, told.seconds)


def asker_of(run: Run, classes: list[str]) -> Asker:
    """A run as what it said is kept with.

    Args:
        classes: of its network, in order.
    """
    known = run.class_labels
    return Asker(run.id, run.label, classes, [known.get(name, plain(name)) for name in classes])


def _learned_from(workspace: Workspace, run: Run) -> DataSet | None:
    try:
        return data_set_of(workspace, run)
    except DataSetDeleted:
        return None


def _keep(workspace: Workspace, made: Answers, film_id: str, frames: int, seconds: float) -> dict[str, Any]:
    """Put what was made in its place, at once.

    Raises:
        UnknownName: the video was deleted meanwhile. CannotWrite, DiskFull.
    """
    card = replace(made.card, frames=frames, seconds=seconds, took=time.time() - made.card.created)
    write_json(made.folder / "answers.json", card.to_json())
    kept = open_film(workspace, film_id).to_keep(card)
    with writing(kept.folder):
        kept.folder.parent.mkdir(exist_ok=True)
        made.folder.replace(kept.folder)
    return {"film": film_id, "answers": card.id, "frames": frames}


def forget(workspace: Workspace, film: Film) -> None:
    """Delete a video with all that was asked of it; what is being asked of it is cancelled."""
    for job in list_jobs(workspace, active=True):
        if job.makes("film") and FilmPayload.read(job.payload).film_id == film.card.id:
            request_cancel(workspace, job.id)
    forget_film(film)


def seconds_to_ask(film: Film, runs: list[Run], wish: Wish, size: int) -> Span:
    """How long it will take, roughly, once it has started.

    Args:
        size: of the pictures that the runs take, px.

    Raises:
        OutOfRange: the rate.
    """
    states = 2 if wish.severity else 1
    pictures = states * (1 + len(runs))
    one = _READ_MS * film.card.width * film.card.height / 1e6 + pictures * _DRAWN_MS
    one += 1000 * states * sum(map_seconds(run.recipe, size, GRAD_CAM.passes) for run in runs)
    if wish.severity:
        one += noise_ms(wish.noise, size)
    return never_timed(len(film.filmed.times(wish.rate)) * one / 1000)


def lasts(workspace: Workspace, job: Job) -> Span | None:
    """How long a job takes from its turn on; None where what it works on is gone."""
    asked = FilmPayload.read(job.payload)
    try:
        film = open_film(workspace, asked.film_id)
        runs = [open_run(workspace, run_id) for run_id in asked.run_ids]
        size = data_set_of(workspace, runs[0]).size
        return seconds_to_ask(film, runs, asked.wish, size).with_start
    except UserMistake:
        return None
