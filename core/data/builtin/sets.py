"""The data sets that NoiseLens draws by itself, without a download: `faces`, `textures`, `digits`."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from core.data.builtin import digits, faces, textures
from core.data.builtin.faces import Swap
from core.data.splits import TEST, periodic, stratified
from core.data.writer import Contents
from core.errors import NotAChoice, OutOfRange, UnknownName, UserMistake
from core.noise.stack import LARGEST_SEED
from core.pixels import Image
from core.progress import Report
from core.words import Text, fill_text, listing, plain

SIZES = (32, 64, 96, 128)
"""Sides in which built-in sets are made, px."""
MOST_IMAGES = 50_000
SWAPPED_KIND = "faces"
"""The kind whose pictures a Swap is for."""
AT_ONCE = 32
"""Pictures that a thread draws between two reports: about a twentieth of a second of work."""


@dataclass(frozen=True)
class BuiltIn:
    """One of the sets."""

    title: Text
    classes: dict[str, Text]
    """Each with what screens call it."""
    images: int
    """How many pictures by default."""
    least: int
    """Fewest that still give every class each split."""
    most: int
    origin: Text
    licence: Text
    make: Callable[[int, int, int, Swap, Report], "Pixels"]
    """(size, seed, images, swap, report); `swap` is read by faces alone."""


class SwapIsForFaces(UserMistake):
    """A kind of swap was asked for where nothing is swapped."""

    text = Text(
        en="A swap can be chosen for faces only, not for {kind}.",
        ko="바꿔치기는 얼굴에서만 고를 수 있고 {kind}에는 없습니다.",
    )


@dataclass(frozen=True)
class Pixels:
    """What differs from drawing to drawing."""

    images: NDArray[np.uint8]
    """N,H,W,3 RGB."""
    labels: NDArray[np.int64]
    splits: NDArray[np.uint8]
    names: list[str]
    masks: NDArray[np.uint8] | None = None


Drawing = Callable[[int, bool, int, np.random.Generator, Swap], tuple[Image, Image | None]]
"""A picture and the mask of what was changed in it, for (label, of the test split, size, generator, swap)."""


def _drawn(
    classes: Sequence[str],
    one: Drawing,
    masked: bool,
    size: int,
    seed: int,
    images: int,
    swap: Swap,
    report: Report,
) -> Pixels:
    """Pictures drawn one by one; picture n depends on seed, size, swap and n alone."""
    numbers = np.arange(images)
    labels = numbers % len(classes)
    splits = periodic(numbers // len(classes))
    pixels = np.empty((images, size, size, 3), np.uint8)
    masks = np.zeros((images, size, size), np.uint8) if masked else None

    def fill(start: int) -> None:
        for number in range(start, min(start + AT_ONCE, images)):
            generator = np.random.default_rng([seed, number])
            held_out = bool(splits[number] == TEST)
            pixels[number], mask = one(int(labels[number]), held_out, size, generator, swap)
            if masks is not None and mask is not None:
                masks[number] = mask

    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    try:
        for done, _ in enumerate(pool.map(fill, range(0, images, AT_ONCE))):
            report(min((done + 1) * AT_ONCE, images) / images)
    finally:
        pool.shutdown(cancel_futures=True)
    names = [f"{classes[label]} {number}" for number, label in enumerate(labels.tolist())]
    return Pixels(pixels, labels, splits, names, masks)


def _face(
    label: int, held_out: bool, size: int, draw: np.random.Generator, swap: Swap
) -> tuple[Image, Image]:
    return faces.draw_face(label == 1, held_out, size, draw, swap)


def _texture(
    label: int, held_out: bool, size: int, draw: np.random.Generator, _swap: Swap
) -> tuple[Image, None]:
    return textures.cut_texture(label, held_out, size, draw), None


def _digits(size: int, seed: int, images: int, _swap: Swap, report: Report) -> Pixels:
    pixels, labels = digits.read_digits(size)
    chosen = np.sort(np.random.default_rng(seed).permutation(len(labels))[:images])
    labels = labels[chosen]
    report(1.0)
    names = [f"digit {number}" for number in chosen]
    return Pixels(pixels[chosen], labels, stratified(labels, (0.1, 0.2), seed), names)


BUILT_INS: dict[str, BuiltIn] = {
    "faces": BuiltIn(
        title=Text(en="faces", ko="얼굴"),
        classes=faces.CLASSES,
        images=4000,
        least=20,
        most=MOST_IMAGES,
        origin=Text(
            en="Drawn by NoiseLens on backgrounds cut from scikit-image's sample photographs. "
            "A synthetic demo: it says nothing about real deepfakes.",
            ko="NoiseLens가 scikit-image 예제 사진에서 잘라 낸 배경 위에 그린 얼굴입니다. "
            "합성 데모라서 실제 딥페이크에 대해서는 아무것도 말해 주지 않습니다.",
        ),
        licence=Text(
            en="CC0 and public domain photographs (astronaut, chelsea, coffee, rocket)",
            ko="CC0 및 퍼블릭 도메인 사진(astronaut, chelsea, coffee, rocket)",
        ),
        make=partial(_drawn, tuple(faces.CLASSES), _face, True),
    ),
    "textures": BuiltIn(
        title=Text(en="textures", ko="질감"),
        classes=textures.CLASSES,
        images=3000,
        least=100,
        most=MOST_IMAGES,
        origin=Text(
            en="Cut from ten of scikit-image's sample photographs, one a class; "
            "the test pictures come from other parts of the same photographs.",
            ko="scikit-image 예제 사진 열 장에서 잘라 냈고, 사진 한 장이 클래스 하나입니다. "
            "테스트 사진은 같은 사진의 다른 부분에서 왔습니다.",
        ),
        licence=Text(
            en="CC0, public domain or no known restrictions", ko="CC0, 퍼블릭 도메인 또는 알려진 제한 없음"
        ),
        make=partial(_drawn, tuple(textures.CLASSES), _texture, False),
    ),
    "digits": BuiltIn(
        title=Text(en="digits", ko="숫자"),
        classes={name: plain(name) for name in digits.CLASSES},
        images=digits.COUNT,
        least=100,
        most=digits.COUNT,
        origin=Text(
            en="The handwritten digits of scikit-learn, 8 by 8 pixels, enlarged: a copy of the test set of the"
            " UCI ML hand-written digits data sets (E. Alpaydin, 1998).",
            ko="scikit-learn의 손글씨 숫자(8×8픽셀)를 키운 것입니다. UCI ML 손글씨 숫자 데이터의"
            " 테스트 세트 사본입니다(E. Alpaydin, 1998).",
        ),
        # What load_digits().DESCR says: creator and source, and no licence.
        licence=Text(
            en="scikit-learn's description of the data states none",
            ko="scikit-learn의 데이터 설명에 적혀 있지 않음",
        ),
        make=_digits,
    ),
}


def checked_count(kind: str, size: int, seed: int, images: int | None, swap: Swap | None) -> int:
    """The number of pictures, everything else being right.

    Raises:
        UnknownName, NotAChoice, OutOfRange, SwapIsForFaces.
    """
    if kind not in BUILT_INS:
        raise UnknownName(Text(en="built-in data set", ko="내장 데이터 세트"), kind, BUILT_INS)
    if size not in SIZES:
        raise NotAChoice(
            what=Text(en="The size", ko="크기"), choices=listing([str(side) for side in SIZES]), value=size
        )
    if not 0 <= seed <= LARGEST_SEED:
        raise OutOfRange(what=Text(en="The seed", ko="시드"), lowest=0, highest=LARGEST_SEED, value=seed)
    if swap is not None:
        if kind != SWAPPED_KIND:
            raise SwapIsForFaces(kind=BUILT_INS[kind].title)
        Swap.make(swap.part, swap.strength)
    chosen = BUILT_INS[kind]
    wanted = chosen.images if images is None else images
    if not chosen.least <= wanted <= chosen.most:
        raise OutOfRange(
            what=Text(en="The number of pictures", ko="사진 수"),
            lowest=chosen.least,
            highest=chosen.most,
            value=wanted,
        )
    return wanted


def draw(
    kind: str, size: int, seed: int, images: int | None, report: Report, swap: Swap | None = None
) -> Contents:
    """The pictures of a built-in set, in memory.

    Args:
        kind: faces, textures or digits.
        size: side, px; one of SIZES.
        images: how many; None for the default.
        swap: of faces; None for the default one.

    Raises:
        UnknownName, NotAChoice, OutOfRange, SwapIsForFaces.
        Cancelled: from `report`.
    """
    wanted = checked_count(kind, size, seed, images, swap)
    chosen = BUILT_INS[kind]
    report(
        0.0,
        fill_text(
            Text(en="Drawing {n} pictures", ko="사진 {n}장 그리는 중"),
            n=f"{wanted:,}",
        ),
    )
    # The pictures are small and the threads are ours.
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        made = chosen.make(size, seed, wanted, swap or Swap(), report)
    finally:
        cv2.setNumThreads(before)
    origin, options = chosen.origin, {}
    if kind == SWAPPED_KIND:
        used = swap or Swap()
        origin = fill_text(
            Text(en="{origin} {swap}", ko="{origin} {swap}"), origin=origin, swap=used.sentence
        )
        options = used.facts
    return Contents(
        kind=kind,
        classes=list(chosen.classes),
        class_labels=list(chosen.classes.values()),
        images=made.images,
        masks=made.masks,
        labels=made.labels,
        splits=made.splits,
        names=made.names,
        seed=seed,
        origin=origin,
        options=options,
        licence=chosen.licence,
    )
