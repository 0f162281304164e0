"""What pages share across reruns and visitors: the only st.cache_* of NoiseLens."""

import os
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.data.builtin.faces import Swap, draw_pairs
from core.data.intake.uploads import KeptUpload
from core.errors import NoiseLensError
from core.evaluation.view import EVERYTHING, View
from core.explanation.attribution import CamMethod
from core.explanation.methods.grad_cam import GRAD_CAM
from core.jobs.queue import Job
from core.lab.live import LABS, LiveLab
from core.lab.photo import Photo
from core.pixels import Image
from core.runs.estimate import Span, expected
from core.runs.standing import saved
from core.samples import sample_picture as _sample_picture
from core.store import Workspace
from core.words import Text
from pages.parts.background import Works
from pages.parts.i18n import literal

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from core.data.dataset import DataSet
    from core.data.intake.first_look import Look
    from core.data.review.outcome import Review
    from core.evaluation.answers import Answers
    from core.evaluation.comparison import Comparison
    from core.evaluation.galleries import Pairs
    from core.evaluation.grouped import Seeds
    from core.evaluation.joined import JoinedEvaluation
    from core.explanation.classifier import Classifier, Explanation
    from core.explanation.holding import Held
    from core.noise.catalogue import Cell
    from core.runs.runs import Run
    from core.studies.spread import Seeds as Spread

_Small = TypeVar("_Small")
_MOST_CLASSIFIERS = 6
_SAVED = "@"
"""Between a run's id and what its training saved last."""
_MOST_WORKS = 32
"""Breaking points are a few kB each, a contact sheet half a MB."""


def workspace() -> Workspace:
    """The workspace of this server ($NOISELENS_HOME)."""
    return _workspace(os.environ.get("NOISELENS_HOME", ""))


@st.cache_resource(show_spinner=False)
def _workspace(home: str) -> Workspace:
    return Workspace.open()


@st.cache_resource(max_entries=64, show_spinner=False)
def sample_photo(key: str, size: int | None) -> Photo:
    """The sample photo `key` of core.samples, as core.lab.photo.Photo.reduced."""
    return Photo.reduced(_sample_picture(key), size)


def expected_time(job: Job) -> Span | None:
    """core.runs.estimate.expected, which reads all runs and tests; looked at once in a while."""
    return _expected_time(str(workspace().root), job.id, job.share, job)


@st.cache_data(ttl=60, max_entries=500, show_spinner=False)
def _expected_time(home: str, job_id: str, share: float, _job: Job) -> Span | None:
    return expected(workspace(), _job)


@st.cache_data(ttl=120, max_entries=32, show_spinner=False)
def look_at_folder(folder: str, csv: str) -> "Look":
    """The videos in a folder or archive of this server, and how long they are; looked at once in a while."""
    from core.data.intake.first_look import look

    return look(Path(folder), Path(csv).expanduser() if csv else None)


def review_of_waiting(waiting_id: str) -> "Review":
    """core.data.review.acceptance.open_waiting; what it works out, in half a second for 100,000 pictures, is kept.

    Raises:
        NotWaiting: it has been accepted or discarded.
    """
    from core.data.review.acceptance import state_of_waiting

    home = workspace()
    return _review_of_waiting(str(home.root), waiting_id, state_of_waiting(home, waiting_id))


@st.cache_resource(max_entries=8, show_spinner=False)
def _review_of_waiting(home: str, waiting_id: str, state: str) -> "Review":
    from core.data.review.acceptance import open_waiting

    return open_waiting(workspace(), waiting_id)


@st.cache_data(max_entries=32, show_spinner=False)
def look_at_upload(
    key: tuple[str, ...], _files: Callable[[], Sequence[tuple[str, bytes | memoryview]]]
) -> "Look":
    """The videos among uploads with the ids `key`; looked at once."""
    from core.data.intake.first_look import Look, look

    try:
        return look(kept_upload().path(key, _files))
    except NoiseLensError:
        return Look(0)  # told when it is imported


@st.cache_resource(scope="session", on_release=KeptUpload.close, show_spinner=False)
def kept_upload() -> KeptUpload:
    """The visitor's uploads on disk; gone with the session where no import has taken them."""
    return KeptUpload(workspace())


def live_lab() -> LiveLab:
    """The visitor's lab as the live route knows it; its id dies with the session."""
    lab = _live_lab()
    LABS.keep(lab)
    return lab


@st.cache_resource(scope="session", on_release=LABS.close, show_spinner=False)
def _live_lab() -> LiveLab:
    return LiveLab()


def network_key(run: "Run") -> str:
    """What `classifier` knows a run's network by: while it is being trained another one each time that it is saved."""
    saved_now = None if run.folder.checkpoint.exists() else saved(run)
    return run.id if saved_now is None else f"{run.id}{_SAVED}{saved_now.version}"


def classifier(key_or_run_id: str) -> "Classifier":
    """The network of a model with ImageNet weights, or of a run; waits for torch on first use.

    Args:
        key_or_run_id: of a run that is still being trained what `network_key` gives.

    Raises:
        NoiseLensError: unknown, or its weights cannot be had.
    """
    loading = _loaded(key_or_run_id)
    try:
        return loading.result()
    except Exception:  # a full GPU too: the next try starts anew
        _classifiers().known.pop((str(workspace().root), key_or_run_id), None)
        raise


def classifier_ready(key_or_run_id: str, start: bool = True) -> bool:
    """Whether `classifier` answers at once; if not and with `start`, it loads in the background from now."""
    loading = _classifiers().known.get((str(workspace().root), key_or_run_id))
    if loading is None and start:
        loading = _loaded(key_or_run_id)
    return loading is not None and loading.done()


def forget_classifier(run_id: str) -> None:
    """The network of a run is another one from now on: it is loaded anew when it is asked next."""
    kept = _classifiers()
    with kept.lock:
        kept.known.pop((str(workspace().root), run_id), None)
    _explained.clear()


class _Classifiers:
    """The networks in memory, the last used at the end; several visitors ask at once."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        # Importing torch takes seconds, in which a page must be able to show new pictures.
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="classifier")
        self.known: dict[tuple[str, str], Future[Classifier]] = {}


@st.cache_resource(show_spinner=False)
def _classifiers() -> _Classifiers:
    return _Classifiers()


def _loaded(key_or_run_id: str) -> "Future[Classifier]":
    kept, home = _classifiers(), workspace()
    place = (str(home.root), key_or_run_id)
    with kept.lock:
        loading = kept.known.pop(place, None)
        if loading is None:
            loading = kept.thread.submit(_load_classifier, key_or_run_id, home)
        kept.known[place] = loading
        while len(kept.known) > _MOST_CLASSIFIERS:
            kept.known.pop(next(iter(kept.known)))
    return loading


def _load_classifier(key_or_run_id: str, home: Workspace) -> "Classifier":
    from core.explanation.classifier import Classifier
    from core.runs.runs import open_run
    from models.registry import models

    spec = models().get(key_or_run_id)
    if spec is not None and spec.weights is not None:
        return Classifier.imagenet(key_or_run_id)
    run_id, still_trained, _ = key_or_run_id.partition(_SAVED)
    run = open_run(home, run_id)
    if not still_trained or run.folder.checkpoint.exists():
        return Classifier.of_run(home, run)
    from core.networks.loading import choose_device
    from core.runs.runs import data_set_of
    from core.training.half_trained import half_trained_network

    data_set = data_set_of(home, run)
    network = half_trained_network(run, data_set, choose_device("auto"))
    return Classifier(network, photos=False, guessing=data_set.guessing)


@st.cache_resource(show_spinner=False)
def works() -> Works:
    """What pages have worked out in threads."""
    return Works(_MOST_WORKS)


def explained(
    key_or_run_id: str,
    image: Image,
    image_id: str,
    target: int | None = None,
    method: CamMethod = GRAD_CAM,
    versus: int | None = None,
) -> "Explanation":
    """What a classifier says of one prepared picture; remembered for the last pictures.

    Args:
        image_id: the same for the same pixels only, as of core.lab.photo.
        target, method, versus: as of core.explanation.classifier.Classifier.explain.
    """
    home = str(workspace().root)
    return _explained(key_or_run_id, home, image_id, target, method.key, versus, image, method)


def held_firmly(key_or_run_id: str, image: Image, image_id: str, answer: int) -> "Held":
    """core.explanation.holding.held of one prepared picture; remembered for the last pictures."""
    return _held_firmly(key_or_run_id, str(workspace().root), image_id, answer, image)


@st.cache_data(max_entries=64, show_spinner=False)
def _held_firmly(key_or_run_id: str, home: str, image_id: str, answer: int, _image: Image) -> "Held":
    found = classifier(key_or_run_id)
    from core.explanation.holding import held

    return held(found, _image, answer)


@st.cache_data(max_entries=64, show_spinner=False)
def _explained(
    key_or_run_id: str,
    home: str,
    image_id: str,
    target: int | None,
    method: str,
    versus: int | None,
    _image: Image,
    _method: CamMethod,
) -> "Explanation":
    found = classifier(key_or_run_id)
    from core.networks.loading import one_core  # torch is there by now

    with one_core():
        return found.explain([_image], target, _method, versus)[0]


def predictions(
    evaluation: "JoinedEvaluation",
    columns: Sequence[str],
    cells: "Collection[Cell]",
) -> pd.DataFrame:
    """core.evaluation.joined.read_joined; never altered, so read once.

    Args:
        columns: those of maps and probabilities are large.
        cells: those that are shown; what charts need of all is in `answers_of` and `cells_of`.
    """
    place = str(evaluation.parts[0].folder.path)
    wanted = tuple(sorted(cells))
    return _predictions(place, evaluation.key, tuple(columns), wanted, evaluation)


@st.cache_resource(max_entries=24, show_spinner=False)
def _predictions(
    place: str,
    key: str,
    columns: tuple[str, ...],
    cells: "tuple[Cell, ...]",
    _evaluation: "JoinedEvaluation",
) -> pd.DataFrame:
    from core.evaluation.joined import read_joined

    return read_joined(_evaluation, list(columns), cells)


def compared(
    chosen: "Sequence[tuple[Run, JoinedEvaluation]]",
    view: View = EVERYTHING,
    groups: "Sequence[Seeds]" = (),
) -> "Comparison":
    """core.evaluation.comparison.compare of runs with one of their evaluations each; kept while somebody looks at it.

    Args:
        groups: runs that are to be one arm (core.evaluation.grouped); none: each is one.
    """
    if groups:
        return _grouped(_key_of(chosen), view, _keys_of(groups), chosen, groups)
    return _compared(_key_of(chosen), view, chosen)


def _key_of(chosen: "Sequence[tuple[Run, JoinedEvaluation]]") -> tuple[tuple[object, ...], ...]:
    return tuple((run.id, *run.label.values(), evaluation.key) for run, evaluation in chosen)


def _keys_of(groups: "Sequence[Seeds]") -> tuple[tuple[object, ...], ...]:
    return tuple((one.id, *one.label.values(), *one.runs) for one in groups)


@st.cache_resource(max_entries=16, show_spinner=False)
def _compared(
    key: tuple[tuple[object, ...], ...], view: View, _chosen: "Sequence[tuple[Run, JoinedEvaluation]]"
) -> "Comparison":
    from core.evaluation.comparison import compare, evaluated_run

    tested = [evaluated_run(run, evaluation, answers_of(evaluation)) for run, evaluation in _chosen]
    return compare(tested, view.severities, view.noises, view.only, view.classes)


@st.cache_resource(max_entries=8, show_spinner=False)
def _grouped(
    key: tuple[tuple[object, ...], ...],
    view: View,
    groups_key: tuple[tuple[object, ...], ...],
    _chosen: "Sequence[tuple[Run, JoinedEvaluation]]",
    _groups: "Sequence[Seeds]",
) -> "Comparison":
    from core.evaluation.grouped import grouped

    return grouped(_compared(key, view, _chosen), _groups)


def seeds_of_study(runs: "Sequence[Run]") -> "Spread | None":
    """What is tested of the runs of a study, by their arms; None before anything is. Of several tests it is the newest."""
    from core.evaluation.joined import evaluations_by_run
    from core.studies.spread import seeds_of

    tests = evaluations_by_run(workspace(), runs)
    every = [(run, tests[run.id][0]) for run in runs if run.arm is not None and run.id in tests]
    if not every:
        return None
    return seeds_of(compared(every), {run.id: run.arm for run, _ in every if run.arm})


def conclusions(
    chosen: "Sequence[tuple[Run, JoinedEvaluation]]",
    view: View = EVERYTHING,
    groups: "Sequence[Seeds]" = (),
) -> tuple[Text, list[Text]]:
    """core.evaluation.headline.headline and core.evaluation.details.details of `compared` with the same arguments, in Markdown."""
    return _conclusions(
        _key_of(chosen),
        view,
        _keys_of(groups),
        compared(chosen, view, groups),
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _conclusions(
    key: tuple[tuple[object, ...], ...],
    view: View,
    groups_key: tuple[tuple[object, ...], ...],
    _comparison: "Comparison",
) -> tuple[Text, list[Text]]:
    from core.evaluation.details import details
    from core.evaluation.headline import headline

    return headline(_comparison, view.noises), details(_comparison, literal)


def kept_chart(key: tuple[object, ...], make: "Callable[[], Figure]") -> "Figure":
    """A chart; made only where it is not among the last that were shown.

    Args:
        key: all that decides what `make` gives: `chart_key` of what is compared among it.
    """
    return _kept_chart(key, make)


def chart_key(
    chosen: "Sequence[tuple[Run, JoinedEvaluation]]",
    view: View = EVERYTHING,
    groups: "Sequence[Seeds]" = (),
) -> tuple[object, ...]:
    """Another one wherever `compared` with the same arguments gives another comparison."""
    return (_key_of(chosen), view, _keys_of(groups))


# Some 100 kB each; of all noises and many runs 1 MB.
@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_chart(key: tuple[object, ...], _make: "Callable[[], Figure]") -> "Figure":
    return _make()


def pairs_of(evaluation: "JoinedEvaluation", noise: str, severity: int) -> "Pairs":
    """core.evaluation.galleries.Pairs of a test, with maps; read, counted and sorted once."""
    from core.noise.catalogue import CLEAN

    cell = (noise, severity) if severity > 0 else (CLEAN, 0)
    return _pairs_of(str(evaluation.parts[0].folder.path), evaluation.key, *cell, evaluation)


# Of 10,000 pictures some 4 MB each.
@st.cache_resource(max_entries=8, show_spinner=False)
def _pairs_of(place: str, key: str, noise: str, severity: int, _evaluation: "JoinedEvaluation") -> "Pairs":
    from core.evaluation.galleries import Pairs
    from core.evaluation.joined import read_joined
    from core.noise.catalogue import CLEAN

    columns = ["image", "noise", "severity", "truth", "prediction", "confidence", "map"]
    cells = {(CLEAN, 0), (noise, severity)}
    return Pairs.of(read_joined(_evaluation, columns, cells), noise, severity)


def chance_level(evaluation: "JoinedEvaluation", noise: str, severity: int) -> float | None:
    """How much the maps of unrelated pictures of a test's noise and severity overlap; kept."""
    place = str(evaluation.parts[0].folder.path)
    return _chance_level(place, evaluation.key, noise, severity, evaluation)


@st.cache_resource(max_entries=500, show_spinner=False)
def _chance_level(
    place: str, key: str, noise: str, severity: int, _evaluation: "JoinedEvaluation"
) -> float | None:
    return pairs_of(_evaluation, noise, severity).chance_overlap(_evaluation.map_shape)


def kept_result(key: tuple[object, ...], make: "Callable[[], Any]") -> Any:
    """As `kept_chart`, of anything that is reckoned from tests and never altered."""
    return _kept_result(key, make)


@st.cache_resource(max_entries=48, show_spinner=False)
def _kept_result(key: tuple[object, ...], _make: "Callable[[], Any]") -> Any:
    return _make()


def kept_picture(key: tuple[str | int, ...], make: Callable[[], bytes]) -> bytes:
    """A picture as a file; made only where the last ones that were shown are others.

    Args:
        key: the same only where `make` gives the same.
    """
    return _kept_picture(key, make)


# Tiles of a gallery are some 50 kB each, large pictures twice that.
@st.cache_resource(max_entries=256, show_spinner=False)
def _kept_picture(key: tuple[str | int, ...], _make: Callable[[], bytes]) -> bytes:
    return _make()


def kept_numbers(key: tuple[object, ...], make: Callable[[], _Small]) -> _Small:
    """Something of a few kB that takes a moment to reckon; made only where it is not among the last that were shown.

    Args:
        key: the same only where `make` gives the same; of texts and numbers.
    """
    return cast(_Small, _kept_numbers(key, make))


@st.cache_resource(max_entries=256, show_spinner=False)
def _kept_numbers(key: tuple[object, ...], _make: Callable[[], object]) -> object:
    return _make()


def answers_of(evaluation: "JoinedEvaluation") -> "Answers":
    """core.evaluation.answers.joined_answers; never altered, so read once."""
    return _answers_of(str(evaluation.parts[0].folder.path), evaluation.key, evaluation)


@st.cache_resource(max_entries=24, show_spinner=False)
def _answers_of(place: str, key: str, _evaluation: "JoinedEvaluation") -> "Answers":
    from core.evaluation.answers import joined_answers

    return joined_answers(_evaluation)


def cells_of(evaluation: "JoinedEvaluation") -> pd.DataFrame:
    """core.evaluation.metrics.cell_table of an evaluation; small, so many are kept for lists of runs."""
    return _cells_of(str(evaluation.parts[0].folder.path), evaluation.key, evaluation)


@st.cache_data(max_entries=500, show_spinner=False)
def _cells_of(place: str, key: str, _evaluation: "JoinedEvaluation") -> pd.DataFrame:
    from core.evaluation.answers import joined_cells

    return joined_cells(_evaluation)


def class_means(data_set: "DataSet", first: int) -> "dict[str, Image]":
    """core.data.summary.mean_images of a stored data set, which reads many pictures; kept."""
    return _class_means(str(data_set.folder.path), data_set.card.fingerprint, first, data_set)


@st.cache_resource(max_entries=16, show_spinner=False)
def _class_means(place: str, fingerprint: str, first: int, _data_set: "DataSet") -> "dict[str, Image]":
    from core.data.summary import mean_images

    return mean_images(_data_set, first)


def histograms(data_set: "DataSet") -> NDArray[np.float64]:
    """core.data.summary.channel_histograms of a stored data set, which reads many pictures; kept."""
    return _histograms(str(data_set.folder.path), data_set.card.fingerprint, data_set)


@st.cache_resource(max_entries=64, show_spinner=False)
def _histograms(place: str, fingerprint: str, _data_set: "DataSet") -> NDArray[np.float64]:
    from core.data.summary import channel_histograms

    return channel_histograms(_data_set)


@st.cache_data(max_entries=64, show_spinner=False)
def face_pairs(size: int, swap: Swap, count: int) -> NDArray[np.uint8]:
    """core.data.builtin.faces.draw_pairs, drawn once for all who look at the same choice."""
    return draw_pairs(size, swap, count)
