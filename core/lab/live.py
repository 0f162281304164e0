"""The noise lab's noisy picture while a slider is in somebody's hand.

A page puts what its visitor's lab shows into a LiveLab; the live route (pages/parts/lab/live_route.py) finds
it by its id and asks for the picture with some parameters moved. What the moved noise does not change is
kept, so that each value costs one noise, not the stack.
"""

import secrets
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import UnknownName
from core.lab.photo import Photo
from core.noise.catalogue import Value
from core.noise.stack import Layer, apply_stack
from core.pixels import Image
from core.words import Text

Moved = Mapping[int, Mapping[str, object]]
"""Parameters that differ from the page's, by the number of their noise on the page."""
Answering = Callable[[list[Layer], Image], list[dict[str, object]]]
"""Says of a stack and the noisy picture that it gives what there is to say, as JSON can hold it."""
_Key = tuple[object, ...]


class Superseded(Exception):
    """Nobody waits for this picture any more: a newer one was asked for."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What a lab shows: all that its noisy picture depends on."""

    clean: Photo
    layers: tuple[tuple[int, Layer], ...]
    """The stack, each noise with its number on the page."""
    seed: int
    second: Photo | None
    base: int
    """Counts the changes of picture, seed and second picture."""
    photo: int = 0
    """Counts the changes of the picture alone."""

    @property
    def stack(self) -> list[Layer]:
        return [layer for _, layer in self.layers]

    def moved(self, moved: Moved) -> list[Layer]:
        """The stack with some parameters moved.

        Raises:
            UserMistake: no such noise or parameter here, or a value that cannot be used.
        """
        numbers = [number for number, _ in self.layers]
        for number in moved:
            if number not in numbers:
                raise UnknownName(
                    Text(en="noise on the page", ko="화면의 노이즈"), str(number), [str(n) for n in numbers]
                )
        return [
            Layer.make(layer.noise, {**layer.params, **moved[number]}) if number in moved else layer
            for number, layer in self.layers
        ]


def _nobody(stack: list[Layer], noisy: Image) -> list[dict[str, object]]:
    return []


_EMPTY = Scene(Photo("", np.zeros((1, 1, 3), np.uint8)), (), 0, None, 0)


class LiveLab:
    """One visitor's lab; page and route use it from different threads."""

    def __init__(self) -> None:
        self.id = secrets.token_urlsafe(24)
        self.scene = _EMPTY
        self.answering: Answering = _nobody
        """Asked by `answers`; the page says who that is."""
        self.holding: Answering = _nobody
        """The same for `firmly`, which takes longer: how firmly each model's answer stands."""
        self.newest: Counter[str] = Counter()
        """The number of the last request of each kind; see `ask`."""
        self._counting = threading.Lock()
        self._working = threading.Lock()
        self._before: tuple[_Key, Image] | None = None
        self._last: tuple[_Key, Image] | None = None

    def put(
        self, clean: Photo, layers: Sequence[tuple[int, Layer]], seed: int, second: Photo | None
    ) -> Scene:
        """What the page shows from now on."""
        old = self.scene
        same_photo = old.clean.id == clean.id
        same = same_photo and old.seed == seed and (old.second and old.second.id) == (second and second.id)
        self.scene = Scene(
            clean, tuple(layers), seed, second, old.base + (not same), old.photo + (not same_photo)
        )
        return self.scene

    def ask(self, kind: str) -> Callable[[], bool]:
        """Announce a request; the answer says whether it still is the newest of its kind."""
        with self._counting:
            self.newest[kind] += 1
            mine = self.newest[kind]
        return lambda: self.newest[kind] == mine

    def answers(self, moved: Moved, wanted: Callable[[], bool]) -> list[dict[str, object]]:
        """What each model of the page says of `noisy`, which has the arguments and errors."""
        stack = self.scene.moved(moved)
        return self.answering(stack, self.noisy(moved, wanted))

    def firmly(self, moved: Moved, wanted: Callable[[], bool]) -> list[dict[str, object]]:
        """How firmly each model of the page says what it says of `noisy`, which has the arguments and errors."""
        stack = self.scene.moved(moved)
        return self.holding(stack, self.noisy(moved, wanted))

    def noisy(self, moved: Moved | None = None, wanted: Callable[[], bool] = lambda: True) -> Image:
        """The pixels of core.noise.stack.apply_stack for what the page shows; not to be written to.

        Args:
            moved: parameters that are not as on the page.
            wanted: asked before each noise.

        Raises:
            UserMistake: `moved` cannot be used.
            Superseded: not `wanted` any more.
        """
        scene = self.scene
        stack, shown = scene.moved(moved or {}), scene.stack
        place = next((p for p, layer in enumerate(stack) if layer != shown[p]), len(stack))
        with self._working:
            key = _key(scene, stack)
            if self._last is not None and self._last[0] == key:
                return self._last[1]
            before = (
                self._noisy_before(scene, shown, place, wanted) if place < len(stack) else scene.clean.pixels
            )
            noisy = _through(scene, stack, before, place if place < len(stack) else 0, wanted)
            self._last = key, noisy
        return noisy

    def _noisy_before(
        self, scene: Scene, shown: list[Layer], place: int, wanted: Callable[[], bool]
    ) -> Image:
        """What the noise at `place` is given."""
        if place == 0:
            return scene.clean.pixels
        key = _key(scene, shown[:place])
        if self._before is None or self._before[0] != key:
            self._before = key, _through(scene, shown[:place], scene.clean.pixels, 0, wanted)
        return self._before[1]

    @property
    def nbytes(self) -> int:
        """Memory held here alone (the second picture is the session's)."""
        kept = [pair[1] for pair in (self._before, self._last) if pair is not None]
        return self.scene.clean.pixels.nbytes + sum(picture.nbytes for picture in kept)

    def forget(self) -> None:
        """Let go of all pictures."""
        self.scene = _EMPTY
        self.answering = self.holding = _nobody
        self._before = self._last = None


def _key(scene: Scene, stack: Sequence[Layer]) -> _Key:
    params: list[tuple[str, tuple[tuple[str, Value], ...]]] = [
        (layer.noise, tuple(layer.params.items())) for layer in stack
    ]
    return scene.base, *params


def _through(
    scene: Scene, stack: Sequence[Layer], image: Image, start: int, wanted: Callable[[], bool]
) -> Image:
    """`image` after the noises from `start` on, one by one, so that it can be given up between them."""
    second = scene.second.pixels if scene.second else None
    for place in range(start, len(stack)):
        if not wanted():
            raise Superseded
        image = apply_stack(image, stack[: place + 1], scene.seed, second=second, start=place)
    return image


class LiveLabs:
    """All labs that are open, found by their ids; the one longest unused goes when they are too many."""

    def __init__(self, most: int = 200, most_bytes: int = 256 * 2**20) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._lock = threading.Lock()
        self._open: OrderedDict[str, LiveLab] = OrderedDict()

    def keep(self, lab: LiveLab) -> None:
        """`lab` can be found; it is the last to go."""
        with self._lock:
            self._open[lab.id] = lab
            self._open.move_to_end(lab.id)
            total = sum(other.nbytes for other in self._open.values())
            while len(self._open) > 1 and (len(self._open) > self._most or total > self._most_bytes):
                _, oldest = self._open.popitem(last=False)
                total -= oldest.nbytes
                oldest.forget()

    def find(self, lab_id: str) -> LiveLab | None:
        with self._lock:
            if lab_id in self._open:
                self._open.move_to_end(lab_id)
            return self._open.get(lab_id)

    def close(self, lab: LiveLab) -> None:
        """The session has ended: its pictures cannot be asked for any more."""
        with self._lock:
            self._open.pop(lab.id, None)
        lab.forget()

    def __len__(self) -> int:
        return len(self._open)


LABS = LiveLabs()
"""The labs of this server."""
