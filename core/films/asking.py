"""A video frame by frame before networks: what each says, clean and with noise, and what counted. Imports torch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from threading import Event

import numpy as np
from numpy.typing import NDArray

from core.data.intake.videos import Frame
from core.errors import EmptyVideo
from core.explanation.classifier import Classifier
from core.explanation.methods.grad_cam import GRAD_CAM
from core.explanation.overlay import WHOLE, Region
from core.files import writing
from core.films.frames import frames
from core.noise.catalogue import get_noise
from core.noise.stack import FittedBasis, Layer, apply_stack
from core.pixels import Image
from core.progress import Report

AT_ONCE = 16
"""Frames that a network is shown together."""


@dataclass
class Said:
    """What one network says of all frames in one state, clean or noisy."""

    answers: list[int] = field(default_factory=list)
    """F, classes."""
    confidences: list[float] = field(default_factory=list)
    """F, 0..1."""
    maps: list[NDArray[np.float16] | None] = field(default_factory=list)
    """F, signed h,w of the answer; None where the network has none."""
    region: Region = WHOLE
    """The part of each picture that the network saw."""


@dataclass
class Asked:
    """All of a video."""

    seconds: list[float]
    """F, when each frame is shown, from the video's start."""
    said: list[list[Said]]
    """Of each network, of each state: clean, and with noise where there is any."""
    pictures: NDArray[np.uint8]
    """States,F,H,W,3 RGB as they were shown, from a file."""


def noisy_frame(
    picture: Image, stack: Sequence[Layer], number: int, seed: int = 0, basis: FittedBasis = None
) -> Image:
    """A frame (RGB uint8 H,W,3) with noise as it falls in a video: what is fleeting anew on each, the rest as on the first.

    Args:
        number: of the frame, from 0.
    """
    for place, layer in enumerate(stack):
        index = number if get_noise(layer.noise).fleeting else 0
        picture = apply_stack(picture, stack[: place + 1], seed, index, basis=basis, start=place)
    return picture


def ask(
    networks: Sequence[Classifier],
    source: Path,
    name: str,
    times: Sequence[float],
    stack: Sequence[Layer],
    place: Path,
    report: Report,
    seed: int = 0,
    basis: FittedBasis = None,
) -> Asked:
    """What networks say of the frames shown at `times`.

    Each picture is prepared as the first network takes it, and noise is put on at that size.

    Args:
        name: what the user calls the video.
        stack: noises; none: clean alone.
        place: a file for the pictures: a long video has more of them than memory should hold.
        seed, basis: as of core.noise.stack.apply_stack.

    Raises:
        EmptyVideo, NotAVideo, NotFound, TooLarge. CannotWrite, DiskFull. Cancelled: from `report`.
    """
    states = 2 if stack else 1
    found = Asked([], [[Said() for _ in range(states)] for _ in networks], np.empty(0, np.uint8))
    stop = Event()
    with writing(place), place.open("wb") as file:
        for some in _batches(frames(source, name, list(times), stop)):
            clean = [networks[0].prepare(frame.image) for frame in some]
            shape = clean[0].shape
            shown = [clean]
            if stack:
                first = len(found.seconds)
                shown.append(
                    [noisy_frame(one, stack, first + at, seed, basis) for at, one in enumerate(clean)]
                )
            for state in zip(*shown, strict=True):
                for picture in state:
                    file.write(np.ascontiguousarray(picture).tobytes())
            for network, of_states in zip(networks, found.said, strict=True):
                for said, pictures in zip(of_states, shown, strict=True):
                    _add(said, network, pictures)
            found.seconds += [frame.seconds for frame in some]
            report(min(1.0, len(found.seconds) / len(times)))
    if not found.seconds:
        raise EmptyVideo(name=name)
    kept = np.memmap(place, np.uint8, "r", shape=(len(found.seconds), states, *shape))
    found.pictures = kept.swapaxes(0, 1)
    return found


def _batches(found: Iterator[Frame]) -> Iterator[list[Frame]]:
    while some := list(islice(found, AT_ONCE)):
        yield some


def _add(said: Said, network: Classifier, pictures: Sequence[Image]) -> None:
    for one in network.explain(pictures, method=GRAD_CAM if network.target_layer else None):
        said.answers.append(one.prediction)
        said.confidences.append(float(one.probabilities[one.prediction]))
        said.maps.append(None if one.attribution is None else one.attribution.astype(np.float16))
        said.region = one.region
