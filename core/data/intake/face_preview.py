"""Ten pictures of what is to be imported, with the faces found in them: seen before the import runs."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import cv2
import numpy as np

from core.data.intake.archive import opened
from core.data.intake.candidates import Candidate
from core.data.intake.face_crop import FaceCrop, find_faces
from core.data.intake.listing import Entry
from core.data.intake.plan import plan
from core.data.intake.videos import Frames, is_video, opened_video, without_frames
from core.errors import NoiseLensError, NoPictures
from core.images import encode_jpeg, read_picture
from core.levels import stretched
from core.noise.shared.face import Box
from core.pixels import Image
from core.progress import Report
from core.resizing import fit_within
from core.words import Text, fill_text

SHOWN = 10
_SIDE = 1280
"""Longer side, px, of what is kept of a picture: crops of the usual sizes stay as sharp as they will be stored."""
_SMALL = 320
_BOX = (213, 94, 0)
"""The colour of a frame around a face, Okabe and Ito's vermilion."""


@dataclass(frozen=True)
class Sample:
    """One picture, or the first frame of a video, and the faces in it."""

    path: str
    """Inside the source."""
    label: str
    """Its class."""
    jpeg: bytes
    """The picture, its longer side at most _SIDE px: several previews are remembered, and pixels would take 40 MB
    each."""
    small: Image
    """The same, at most _SMALL px; all grey where it cannot be read."""
    boxes: list[Box]
    """In px of `image`."""
    longer: int
    """Side of `image`, px."""
    error: Text | None = None
    """Why it cannot be read."""

    @property
    def image(self) -> Image:
        """RGB uint8 H,W,3."""
        decoded = cv2.imdecode(np.frombuffer(self.jpeg, np.uint8), cv2.IMREAD_COLOR)
        return np.asarray(cv2.cvtColor(np.asarray(decoded), cv2.COLOR_BGR2RGB), np.uint8)

    def crop(self, choice: FaceCrop) -> tuple[Image | None, Text | None]:
        """What would be stored of it before it is made small, or why it is left out."""
        if self.error is not None:
            return None, self.error
        try:
            return choice.cut_found(self.image, self.boxes, self.path), None
        except NoiseLensError as error:
            return None, error.said

    def framed(self, side: int, ground: tuple[int, int, int]) -> Image:
        """The picture with a line around each face, in the middle of a square of `side` px of the colour `ground`."""
        longer = max(self.small.shape[:2])
        height, width = (max(1, round(length * side / longer)) for length in self.small.shape[:2])
        how = cv2.INTER_AREA if side < longer else cv2.INTER_LINEAR
        drawn = np.full((side, side, 3), ground, np.uint8)
        top, left = (side - height) // 2, (side - width) // 2
        drawn[top : top + height, left : left + width] = cv2.resize(
            self.small, (width, height), interpolation=how
        )
        scale = side / self.longer
        for number, box in enumerate(self.boxes):
            corner = round(left + box.x * scale), round(top + box.y * scale)
            other = corner[0] + round(box.side * scale), corner[1] + round(box.side * scale)
            # White below the colour: seen on any picture.
            cv2.rectangle(drawn, corner, other, (255, 255, 255), 4 if number == 0 else 3)
            cv2.rectangle(drawn, corner, other, _BOX, 2 if number == 0 else 1)
        return drawn


def preview(
    source: Path, csv: Path | None, frames: Frames, report: Report, count: int = SHOWN
) -> list[Sample]:
    """Look for faces in `count` pictures of a folder or archive, spread over its classes.

    Args:
        csv: as core.data.imports.submit_import.
        frames: of a video the first that would be taken is shown.

    Raises:
        NoPictures, and what core.data.intake.archive.opened and core.data.intake.plan.plan raise.
        Cancelled: from `report`.
    """
    report(0.0, Text(en="Looking for pictures", ko="사진 찾는 중"))
    with opened(source) as found:
        chosen = _spread(plan(found, csv).candidates, count)
        if not chosen:
            raise NoPictures(name=source.name)
        samples: dict[int, Sample] = {}
        step = Text(en="Looking for faces", ko="얼굴 찾는 중")
        # An archive may be fast to read in its own order only.
        for number in sorted(range(len(chosen)), key=lambda i: chosen[i].entry.place):
            report(len(samples) / len(chosen), step)
            samples[number] = _sample(chosen[number], frames)
    return [samples[number] for number in range(len(chosen))]


def outcome(samples: Sequence[Sample], choice: FaceCrop) -> Text:
    """What would become of these pictures, in one sentence."""
    faces = sum(len(sample.boxes) > 0 for sample in samples)
    stay = sum(sample.crop(choice)[0] is not None for sample in samples)
    text = Text(
        en="A face was found in {faces} of these {n} pictures; {stay} of them would be kept.",
        ko="이 사진 {n}장 가운데 {faces}장에서 얼굴을 찾았고, {stay}장이 남습니다.",
    )
    return fill_text(text, n=len(samples), faces=faces, stay=stay)


def _spread(candidates: Sequence[Candidate], count: int) -> list[Candidate]:
    """`count` of them, as many of each class as can be, evenly spread within it; in name order of the classes."""
    classes: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        classes.setdefault(candidate.name, []).append(candidate)
    names = sorted(classes)
    if len(names) > count:
        names = [names[len(names) * place // count] for place in range(count)]
    shares = dict.fromkeys(names, 0)
    while sum(shares.values()) < min(count, sum(len(classes[name]) for name in names)):
        for name in names:
            if shares[name] < len(classes[name]) and sum(shares.values()) < count:
                shares[name] += 1
    return [
        classes[name][len(classes[name]) * place // shares[name]]
        for name in names
        for place in range(shares[name])
    ]


def _sample(candidate: Candidate, frames: Frames) -> Sample:
    path = candidate.entry.path
    try:
        image = _image(candidate.entry, frames)
    except NoiseLensError as error:
        return Sample(path, candidate.name, b"", np.full((64, 64, 3), 128, np.uint8), [], 64, error.said)
    boxes = find_faces(image)
    kept = fit_within(image, _SIDE)
    longer = max(kept.shape[:2])
    scale = longer / max(image.shape[:2])
    boxes = [Box(*(value * scale for value in box)) for box in boxes]
    return Sample(path, candidate.name, encode_jpeg(kept, 95), fit_within(kept, _SMALL), boxes, longer)


def _image(entry: Entry, frames: Frames) -> Image:
    """
    Raises:
        What core.images.read_picture and core.data.intake.videos.opened_video raise; EmptyVideo, CodingNotRead.
    """
    name = entry.parts[-1]
    if not is_video(name):
        picture = read_picture(entry.read(), name)
        if picture.levels is not None and picture.used is not None:
            return stretched(picture.levels, picture.used[:2])
        return picture.pixels
    with tempfile.TemporaryDirectory() as folder:
        source: Path | bytes
        if entry.copier is None:
            source = entry.read()
        else:
            source = Path(folder) / "video"
            entry.copy(source)
        with opened_video(source, name) as video:
            times = frames.times(video.claimed or 1.0)
            for frame in video.walk(times[:1], Event()):
                return frame.image
        raise without_frames(source, name)
