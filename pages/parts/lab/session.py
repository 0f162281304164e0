"""What the noise lab shows at the moment, in the session and in the address.

The address has noises, seed, model and photo, so that it can be sent to somebody. Of a photo of one's own
it says that there was one; the photo stays in the session.
"""

import time
from dataclasses import dataclass, field

import streamlit as st

from core.errors import NoiseLensError, OutOfRange, UnknownName, WeightsMissing
from core.images import read_picture
from core.lab.photo import Photo, Upload
from core.noise.stack import LARGEST_SEED, Layer, stack_from_text, stack_to_text
from core.samples import SAMPLES
from core.words import Text, plain
from models.registry import models
from pages.parts.address import asked, keep
from pages.parts.lab.asked_runs import asked_runs
from pages.parts.lab.stacked_noise import ON_ITS_WAY, StackedNoise

OWN = "own"
"""The photo that the visitor uploaded, among the keys of core.samples."""
DEFAULT_MODEL = "efficientnet_lite0"
FIRST_SEED = 8

PHOTO, SEED, MODEL, ADD, FAMILY, UPLOAD, SECOND = (
    f"lab_{widget}" for widget in ("photo", "seed", "model", "add", "family", "upload", "second")
)
MODEL2, CAMERA = "lab_model2", "lab_camera"
"""Keys of the widgets."""
_LAB = "lab"


@dataclass(frozen=True)
class Removed:
    """A noise that was taken out of the stack and can be put back."""

    stacked: StackedNoise
    place: int
    left: list[int]
    """The numbers of the noises that stayed, in order."""


@dataclass
class Lab:
    """The state of one visitor's lab that is in no widget."""

    stacked: list[StackedNoise] = field(default_factory=list)
    made: int = 0
    own: Upload | None = None
    refused: dict[str, NoiseLensError] = field(default_factory=dict)
    """What was wrong with the file last dropped, by uploader."""
    renewed: dict[str, int] = field(default_factory=dict)
    """How often an uploader was emptied, since its file could not be used."""
    second: Photo | None = None
    """For noises that mix one in, no larger than the photo; None takes the built-in one."""
    many: dict[tuple[str, int | None], Photo] = field(default_factory=dict)
    """The pictures of the view "many pictures" as noise is put on them, by file and size."""
    troubles: list[NoiseLensError] = field(default_factory=list)
    """What in the address could not be used."""
    photo_gone: bool = False
    """The address was made with a photo of one's own that is not here: a link from somebody, or a reload."""
    model_gone: bool = False
    """The run that was asked has been deleted meanwhile."""
    seen: dict[str, str | None] = field(default_factory=dict)
    """The address as the browser sent it last. While it stays so, nobody has opened another one: the page may
    have been stopped, by the next move of a slider, before it wrote a new one."""
    seed: int = FIRST_SEED
    """What was typed last that a seed can be."""
    keys: dict[str, str] = field(default_factory=dict)
    """Of runs that were asked: what their network was known by (pages/parts/lab/asked_runs.py)."""
    missing: dict[str, WeightsMissing] = field(default_factory=dict)
    """Why models could not be downloaded, until they are asked for again."""
    shown: bool = False
    """Its pictures have been on the screen once: now the classifier may load."""
    _found: tuple[str, float] = ("", float("-inf"))
    _removed: Removed | None = None

    @property
    def stack(self) -> list[Layer]:
        return [stacked.layer for stacked in self.stacked]

    def add(self, layer: Layer) -> None:
        """Put a noise at the end of the stack."""
        self.made += 1
        self.stacked.append(StackedNoise(self.made, layer.noise, dict(layer.params)))

    def just_found(self, noise: str) -> bool:
        """Whether the search has given this noise a moment ago: a browser that has not heard yet that the search
        is empty again says it once more."""
        before, now = self._found, time.monotonic()
        self._found = noise, now
        return before[0] == noise and now - before[1] < ON_ITS_WAY

    def move(self, place: int, by: int) -> None:
        """Move the noise at `place` up (-1) or down (+1)."""
        stacked = self.stacked.pop(place)
        self.stacked.insert(place + by, stacked)

    def remove(self, place: int) -> None:
        """Take the noise at `place` out; `put_back` undoes it."""
        stacked = self.stacked.pop(place)
        self._removed = Removed(stacked, place, self._numbers)

    @property
    def removed(self) -> Removed | None:
        """The noise removed last, until noises are added, moved or removed again; sliders may move."""
        return self._removed if self._removed and self._removed.left == self._numbers else None

    def put_back(self) -> None:
        """Undo the last removal."""
        if removed := self.removed:
            removed.stacked.put(removed.stacked.params)  # its widgets start anew
            self.stacked.insert(removed.place, removed.stacked)

    @property
    def _numbers(self) -> list[int]:
        return [stacked.number for stacked in self.stacked]

    def widget_of(self, uploader: str) -> str:
        """The key of the uploader's widget now."""
        renewed = self.renewed.get(uploader, 0)
        return f"{uploader}_{renewed}" if renewed else uploader

    def take_upload(self, uploader: str) -> None:
        """Read the file in the uploader; one that cannot be read leaves the photo as it was and the uploader empty."""
        file = st.session_state.get(self.widget_of(uploader))
        self.refused.pop(uploader, None)
        if file is None:
            self.second = None if uploader == SECOND else self.second
            return
        try:
            if uploader == SECOND:
                self.second = Photo.reduced(read_picture(file.getvalue(), file.name).pixels, None)
                return
            self.own = Upload(file.getvalue(), file.name)
        except NoiseLensError as error:
            self.refused[uploader] = error
            self.renewed[uploader] = self.renewed.get(uploader, 0) + 1
            return
        self.photo_gone = False
        st.session_state[PHOTO] = OWN

    def ask_again(self, model: str) -> None:
        """Let the download of a model be tried anew."""
        self.missing.pop(model, None)

    def choose_model(self) -> None:
        """Another model was chosen: downloads are tried anew, and that one is gone has been read."""
        self.missing.clear()
        self.model_gone = False

    def forget_refused(self) -> None:
        """Another photo was chosen: what was wrong with a file, or that one is gone, has been read."""
        self.refused.clear()
        self.photo_gone = False

    @property
    def photos(self) -> list[str]:
        """What can be chosen: the keys of the samples, and OWN once there is one."""
        return [*SAMPLES, *([OWN] if self.own else [])]


def open_lab() -> Lab:
    """The visitor's lab; an address that was opened, or stepped back to, decides what is in it."""
    lab: Lab | None = st.session_state.get(_LAB)
    wanted = {name: asked(_LAB, name) for name in _TAKE}
    if lab is None:
        lab = st.session_state[_LAB] = Lab()
        for name, take in _TAKE.items():
            take(lab, wanted[name])
    else:
        new = {name: value for name, value in wanted.items() if value not in (None, lab.seen[name])}
        if new:
            lab.troubles = []
        for name, value in new.items():
            _TAKE[name](lab, value)
    lab.seen = {name: st.query_params.get(name) for name in _TAKE}
    for stacked in lab.stacked:
        stacked.follow_widgets()
    typed = st.session_state[SEED]
    if isinstance(typed, int) and 0 <= typed <= LARGEST_SEED:
        lab.seed = typed
    for key in (PHOTO, SEED, MODEL, MODEL2):
        # Said again in every run, since an order can be overtaken; see StackedNoise.parameter_key.
        st.session_state[key] = st.session_state[key]
    return lab


def write_address(lab: Lab, photo: str, seed: int, model: str, model2: str | None) -> None:
    """Put what is shown into the address."""
    keep(_LAB, noises=stack_to_text(lab.stack), seed=seed, model=model, model2=model2, photo=photo)


def _take_noises(lab: Lab, text: str | None) -> None:
    try:
        layers = stack_from_text(text) if text is not None else _first_stack()
    except NoiseLensError as error:
        lab.troubles.append(error)
        layers = _first_stack()
    lab.stacked = []
    for layer in layers:
        lab.add(layer)


def _first_stack() -> list[Layer]:
    """With the first seed it makes EfficientNet-Lite0 change its mind about the first photo."""
    return [Layer.at_severity("gaussian_noise", 3), Layer.at_severity("salt_pepper", 3)]


def _take_seed(lab: Lab, text: str | None) -> None:
    seed = int(text) if text and text.isascii() and text.isdigit() else FIRST_SEED
    if text is not None and (str(seed) != text or seed > LARGEST_SEED):
        lab.troubles.append(
            OutOfRange(what=Text(en="The seed", ko="시드"), lowest=0, highest=LARGEST_SEED, value=text)
        )
        seed = FIRST_SEED
    st.session_state[SEED] = seed


def _take_model(lab: Lab, key: str | None) -> None:
    st.session_state[MODEL] = _known_model(lab, key) or DEFAULT_MODEL


def _take_model2(lab: Lab, key: str | None) -> None:
    st.session_state[MODEL2] = _known_model(lab, key)


def _known_model(lab: Lab, key: str | None) -> str | None:
    """The model or run that the address names, if it names one that there is."""
    if key is None:
        return None
    spec = models().get(key)
    if spec is not None and spec.weights is not None:
        return key
    runs = {run_id: run.label for run_id, run in asked_runs().items()}
    if key in runs:
        return key
    names = [plain(spec.name) for spec in models().values() if spec.weights is not None]
    lab.troubles.append(UnknownName(Text(en="model", ko="모델"), key, [*names, *runs.values()]))
    return None


def _take_photo(lab: Lab, key: str | None) -> None:
    st.session_state[PHOTO] = key if key in lab.photos else next(iter(SAMPLES))
    lab.photo_gone = key == OWN and lab.own is None
    if not lab.photo_gone and key is not None and key not in lab.photos:
        names = [sample.name for sample in SAMPLES.values()]
        lab.troubles.append(UnknownName(Text(en="sample photo", ko="예제 사진"), key, names))


_TAKE = {
    "noises": _take_noises,
    "seed": _take_seed,
    "model": _take_model,
    "model2": _take_model2,
    "photo": _take_photo,
}
