"""Networks in memory, and what they say of a picture."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import streamlit as st

from core.explanation.attribution import CamMethod
from core.explanation.methods.grad_cam import GRAD_CAM
from core.pixels import Image
from core.runs.standing import saved
from core.store import Workspace
from pages.parts.services.workspace import workspace

if TYPE_CHECKING:
    from core.explanation.classifier import Classifier, Explanation
    from core.explanation.holding import Held
    from core.runs.runs import Run

_MOST_CLASSIFIERS = 6
_SAVED = "@"
"""Between a run's id and what its training saved last."""


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


def held_firmly(key_or_run_id: str, image: Image, image_id: str, answer: int) -> "Held":
    """core.explanation.holding.held of one prepared picture; remembered for the last pictures."""
    return _held_firmly(key_or_run_id, str(workspace().root), image_id, answer, image)


@st.cache_data(max_entries=64, show_spinner=False)
def _held_firmly(key_or_run_id: str, home: str, image_id: str, answer: int, _image: Image) -> "Held":
    found = classifier(key_or_run_id)
    from core.explanation.holding import held

    return held(found, _image, answer)
