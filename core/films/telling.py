"""From a video to what runs say of it: asked frame by frame, then drawn and written as MP4 and table. Imports torch."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.charts.drawing import noise_label
from core.charts.names import short_names
from core.errors import CannotWrite
from core.explanation.classifier import Classifier
from core.explanation.overlay import MapStyle
from core.explanation.views import one_scale, seen
from core.films.asking import Asked, Said, ask
from core.films.drawing import Layout
from core.films.film import Asker, Wish
from core.films.frames import Filmed
from core.films.mp4 import written
from core.films.table import write_table
from core.noise.stack import FittedBasis, Layer
from core.pixels import Image
from core.progress import Report, part
from core.words import Language, Text, fill, rounded

_ASKING_SHARE = 0.6
"""Of the time, about."""
_NAME_LETTERS = 64
_WORDS = {
    "picture": Text(en="The picture", ko="사진"),
    "clean": Text(en="Clean", ko="원본"),
    "level": Text(en="{noise}, severity {severity}", ko="{noise} 강도 {severity}"),
    "answer": Text(en="{name} · {share} %", ko="{name} · {share}%"),
    "shared": Text(
        en="Grad-CAM, one colour scale for the whole video", ko="Grad-CAM, 동영상 전체의 색 기준이 같음"
    ),
    "shared_each": Text(
        en="Grad-CAM, each model on one colour scale for the whole video",
        ko="Grad-CAM, 모델마다 동영상 전체의 색 기준이 같음",
    ),
    "own": Text(en="Grad-CAM, each frame on its own colour scale", ko="Grad-CAM, 프레임마다 색 기준이 따로"),
    "plain": Text(en="Grad-CAM", ko="Grad-CAM"),
    "asking": Text(en="Asking frame by frame", ko="프레임마다 묻는 중"),
    "drawing": Text(en="Drawing", ko="그리는 중"),
}


class Told(NamedTuple):
    """What came of it."""

    frames: int
    seconds: float
    """How much of the video they are: less than was asked for where it ends before it says."""
    asked: Asked


def tell(
    networks: Sequence[Classifier],
    askers: Sequence[Asker],
    source: Path,
    name: str,
    filmed: Filmed,
    wish: Wish,
    stack: Sequence[Layer],
    stack_words: Text | None,
    place: Path,
    video: Path,
    table: Path | None,
    report: Report,
    seed: int = 0,
    basis: FittedBasis = None,
) -> Told:
    """Ask networks about a video, and write what they say.

    The maps of a network are on one scale where `wish` says so: full colour is the strongest place of any frame, clean or
    noisy, known once all have been asked.

    Args:
        askers: what the networks are called, one each.
        stack: noises, none for clean alone; `wish.noise` and `wish.severity` say them in the table.
        stack_words: what the noisy state is called; None: as `wish` says.
        place: an empty folder for what is only needed meanwhile.
        video, table: MP4 and CSV.

    Raises:
        As core.films.asking.ask; OutOfRange: the rate.
    """
    asked = ask(
        networks,
        source,
        name,
        filmed.times(wish.rate),
        stack,
        place / "frames.raw",
        _with(part(report, 0.0, _ASKING_SHARE), _WORDS["asking"]),
        seed,
        basis,
    )
    if table is not None:
        write_table(table, asked, askers, wish.noise, wish.severity)
    _draw(asked, askers, name, wish, stack_words, video, part(report, _ASKING_SHARE, 1.0))
    ended = asked.seconds[-1] + 1 / wish.rate
    return Told(len(asked.seconds), min(filmed.reached(wish.rate), ended), asked)


def _with(report: Report, step: Text) -> Report:
    def said(share: float, step: Text | None = step) -> None:
        report(share, step)

    return said


def _draw(
    asked: Asked,
    askers: Sequence[Asker],
    name: str,
    wish: Wish,
    stack_words: Text | None,
    video: Path,
    report: Report,
) -> None:
    language = wish.language
    states = [_word("clean", language)]
    if asked.pictures.shape[0] > 1:
        noise = noise_label(wish.noise, language)
        of_wish = _word("level", language, noise=noise, severity=wish.severity)
        states.append(of_wish if stack_words is None else stack_words[language])
    words = [[[_answer(asker, one, at, language) for at in range(len(asked.seconds))] for one in said]
             for asker, said in zip(askers, asked.said, strict=True)]  # fmt: skip
    scale = ("shared_each" if len(askers) > 1 else "shared") if wish.shared else "own"
    scale_words = _word(scale if wish.view == "heat" else "plain", language)
    layout = Layout(
        asked.pictures.shape[2:4],
        [_word("picture", language), *short_names([one.label[language] for one in askers], _NAME_LETTERS)],
        len(states),
        {*states, *(text for of_run in words for of_state in of_run for text in of_state)},
        f"{scale_words} · {short_names([name], _NAME_LETTERS)[0]} ·",
    )
    style = MapStyle(wish.colours, wish.opacity)
    scales = [
        one_scale((one for state in said for one in state.maps), wish.colours) if wish.shared else None
        for said in asked.said
    ]
    with written(video, wish.rate) as file:
        for at, seconds in enumerate(asked.seconds):
            rows, below = [], []
            for state, state_name in enumerate(states):
                large = layout.large(asked.pictures[state, at])
                rows.append(
                    [large]
                    + [
                        _seen(large, said[state], at, wish.view, scale, style)
                        for said, scale in zip(asked.said, scales, strict=True)
                    ]
                )
                below.append([state_name, *(of_run[state][at] for of_run in words)])
            file.add(layout.frame(rows, below, time_words(seconds)), seconds)
            report((at + 1) / len(asked.seconds), _WORDS["drawing"])
    if not video.stat().st_size:
        raise CannotWrite(name=video.name, why="0 bytes")


def _seen(large: Image, said: Said, at: int, view: str, scale: float | None, style: MapStyle) -> Image:
    """The picture with what counted, where it is the part that the network saw."""
    attribution = said.maps[at]
    if attribution is None:
        return large
    left, top, right, bottom = said.region
    height, width = large.shape[:2]
    rows, columns = (
        slice(round(a * side), round(b * side))
        for a, b, side in ((top, bottom, height), (left, right, width))
    )
    found: NDArray[np.uint8] = large // 3
    found[rows, columns] = seen(
        view, np.ascontiguousarray(large[rows, columns]), attribution.astype(np.float32), scale, style
    )
    return found


def _answer(asker: Asker, said: Said, at: int, language: Language) -> str:
    label = asker.labels[said.answers[at]][language]
    return _word("answer", language, name=label, share=rounded(100 * said.confidences[at]))


def _word(key: str, language: Language, **values: object) -> str:
    return fill(_WORDS[key][language], **values)


def time_words(seconds: float) -> str:
    """A time in a video: "01:02.5"."""
    tenths = round(10 * seconds)
    return f"{tenths // 600:02}:{tenths // 10 % 60:02}.{tenths % 10}"
