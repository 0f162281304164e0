"""Where the faces in a picture are: for noises that sit on one, and for imports that cut one out."""

from threading import local
from typing import Any, NamedTuple

import cv2
import numpy as np
import xxhash

from core.pixels import Image


class Box(NamedTuple):
    """A square in a picture, px: from the brows to the chin of a face."""

    y: float
    x: float
    side: float


LOOKS = ((192, -0.2), (320, -0.2))
"""Longer side, px, of the reduced picture in which a noise looks for its face, one after the other until there is one;
and the least score of a face. The first finds faces that fill the picture, in half of the time that the second takes
for those of a quarter of it."""
_HIGHER = 0.1
"""Of its side, by which the box of a noise lies above the detector's, which begins at the brows or below: what is worn is
drawn for eyes at two fifths of the box."""
_CENTRE_SHARE = 0.55
"""Of the shorter side, where no face is found: where pictures cropped to a face have it."""
_AROUND = 0.15
"""Of the longer side, added on each side: the detector wants some room around a face that fills the picture."""
_MOST_KEPT = 100_000
_kept: dict[bytes, Box] = {}
"""By hash: a test shows the same pictures under each noise and severity, a slider one picture again and again."""


def face_box(image: Image) -> Box:
    """Where what is worn sits: on the largest face in the picture, or about its centre where none is found.

    The same picture gives the same box on any machine; one that was met lately is not searched again.
    """
    key = xxhash.xxh3_128_digest(np.ascontiguousarray(image).data) + repr(image.shape).encode()
    box = _kept.get(key)
    if box is None:
        box = _searched(image)
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = box
    return box


def _searched(image: Image) -> Box:
    height, width = image.shape[:2]
    for side, score in LOOKS:
        if boxes := look(image, side / max(height, width), score):
            box = max(boxes, key=lambda box: (box.side, -box.y, -box.x))
            return box._replace(y=box.y - _HIGHER * box.side)
    middle = _CENTRE_SHARE * min(height, width)
    return Box((height - middle) / 2, (width - middle) / 2, middle)


def look(image: Image, scale: float, score: float) -> list[Box]:
    """The faces that show in a picture (RGB uint8 H,W,3) when it is made `scale` times as large, each inside the picture.

    Found by dlib's detector of frontal faces (histograms of oriented gradients; King 2015), whose weights come with
    it: it knows faces of 80 px and more. The same picture gives the same boxes in every thread and process.

    Args:
        score: the least one of a face: lower finds more faces and more that are none.
    """
    height, width = image.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    grey = cv2.cvtColor(cv2.resize(image, size, interpolation=how), cv2.COLOR_RGB2GRAY)
    room = round(max(size) * _AROUND)
    grey = cv2.copyMakeBorder(grey, room, room, room, room, cv2.BORDER_REPLICATE)
    found, _, _ = _detector().run(np.ascontiguousarray(grey), 0, score)
    boxes = []
    for face in found:
        side = min(face.width() / scale, width, height)
        x = min(max((face.left() - room) / scale, 0.0), width - side)
        y = min(max((face.top() - room) / scale, 0.0), height - side)
        boxes.append(Box(y, x, side))
    return boxes


_DETECTORS = local()


def _detector() -> Any:
    """One for each thread: it keeps its picture in itself while it works."""
    if not hasattr(_DETECTORS, "faces"):
        # Importing it takes a noticeable part of a second.
        import dlib

        _DETECTORS.faces = dlib.get_frontal_face_detector()
    return _DETECTORS.faces
