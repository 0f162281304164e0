"""The built-in data set `textures`: square cuts of ten photographs, a class each.

One photograph a class: it measures how well patches are told apart, not how well a class is learnt.
"""

import cv2
import numpy as np

from core.data.builtin.photos import crop, region
from core.pixels import Image
from core.words import Text

_KINDS = {
    "brick": ("brick.png", "벽돌"),
    "cat fur": ("chelsea.png", "고양이 털"),
    "coffee": ("coffee.png", "커피"),
    "coins": ("coins.png", "동전"),
    "galaxies": ("hubble_deep_field.jpg", "은하"),
    "grass": ("grass.png", "잔디"),
    "gravel": ("gravel.png", "자갈"),
    "retina": ("retina.jpg", "망막"),
    "spacesuit": ("astronaut.png", "우주복"),
    "tissue": ("ihc.png", "세포 조직"),
}
SOURCES = {name: file for name, (file, _) in _KINDS.items()}
"""Class -> file of scikit-image; each public domain, CC0 or without known restrictions."""
CLASSES = {name: Text(en=name, ko=korean) for name, (_, korean) in _KINDS.items()}
"""Each with what screens call it."""
FLATTEST = 6.0
"""Least standard deviation of a cut, of 255: no cut of mere black sky or border."""


def cut_texture(label: int, held_out: bool, size: int, draw: np.random.Generator) -> Image:
    """One cut of class `label`, RGB uint8 size,size,3, from the test split's regions if `held_out`."""
    source = region(list(SOURCES.values())[label], held_out)
    shortest = min(source.shape[:2])
    for _ in range(20):
        cut = crop(source, draw, max(shortest // 5, 24), max(shortest // 2, 48))
        if cut.std() > FLATTEST:
            break
    if draw.random() < 0.5:
        cut = cut[:, ::-1]
    shrinks = cut.shape[0] > size
    image = cv2.resize(
        np.ascontiguousarray(cut),
        (size, size),
        interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR,
    )
    return np.asarray(cv2.convertScaleAbs(image, alpha=draw.uniform(0.8, 1.15)), np.uint8)
