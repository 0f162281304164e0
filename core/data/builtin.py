"""The data sets that NoiseLens makes by itself, without a download: `faces`, `textures`, `digits`."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.data import digits, faces, textures
from core.data.dataset import DataSet, free_name, list_data_sets, open_data_set
from core.data.splitting import TEST, periodic, stratified
from core.data.writing import Contents, save
from core.errors import NameTaken, NotAChoice, OutOfRange, UnknownName
from core.jobs.queue import Job, list_jobs, submit
from core.progress import Report, part
from core.store import Workspace
from core.words import Text, fill_text, listing

SIZES = (32, 64, 96, 128)
"""Sides in which built-in sets are made, px."""
MOST_IMAGES = 50_000
AT_ONCE = 32
"""Pictures that a thread draws between two reports: about a twentieth of a second of work."""


@dataclass(frozen=True)
class BuiltIn:
    """One of the sets."""

    title: Text
    images: int
    """How many pictures by default."""
    least: int
    """Fewest that still give every class each split."""
    make: Callable[[int, int, int, Report], Contents]
    """(size, seed, images, report)."""


def _drawn(
    classes: tuple[str, ...],
    size: int,
    seed: int,
    images: int,
    one: Callable[[int, bool, np.random.Generator], tuple[NDArray[np.uint8], NDArray[np.uint8] | None]],
    report: Report,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8]]:
    """Pictures, masks, labels and splits; picture n depends on seed, size and n alone.

    `one` gives a picture and its mask for (label, of the test split, generator).
    """
    numbers = np.arange(images)
    labels = numbers % len(classes)
    splits = periodic(numbers // len(classes))
    pixels = np.empty((images, size, size, 3), np.uint8)
    masks = np.zeros((images, size, size), np.uint8)

    def fill(start: int) -> None:
        for number in range(start, min(start + AT_ONCE, images)):
            generator = np.random.default_rng([seed, number])
            image, mask = one(int(labels[number]), bool(splits[number] == TEST), generator)
            pixels[number] = image
            if mask is not None:
                masks[number] = mask

    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    try:
        for done, _ in enumerate(pool.map(fill, range(0, images, AT_ONCE))):
            report(min((done + 1) * AT_ONCE, images) / images)
    finally:
        pool.shutdown(cancel_futures=True)
    return pixels, masks, labels, splits


def _faces(size: int, seed: int, images: int, report: Report) -> Contents:
    def one(label: int, held_out: bool, draw: np.random.Generator) -> tuple[Any, Any]:
        return faces.draw_face(label == 1, held_out, size, draw)

    pixels, masks, labels, splits = _drawn(faces.CLASSES, size, seed, images, one, report)
    return Contents(
        kind="faces",
        classes=list(faces.CLASSES),
        images=pixels,
        masks=masks,
        labels=labels,
        splits=splits,
        names=[f"{faces.CLASSES[label]} {number}" for number, label in enumerate(labels)],
        seed=seed,
        origin=Text(
            en="Drawn by NoiseLens on backgrounds cut from scikit-image's sample photographs. "
            "A synthetic demo: it says nothing about real deepfakes.",
            ko="NoiseLens가 scikit-image 예제 사진에서 잘라 낸 배경 위에 그린 얼굴입니다. "
            "합성 데모라서 실제 딥페이크에 대해서는 아무것도 말해 주지 않습니다.",
        ),
        licence="CC0 and public domain photographs (astronaut, chelsea, coffee, rocket)",
    )


def _textures(size: int, seed: int, images: int, report: Report) -> Contents:
    def one(label: int, held_out: bool, draw: np.random.Generator) -> tuple[Any, Any]:
        return textures.cut_texture(label, held_out, size, draw), None

    pixels, _, labels, splits = _drawn(textures.CLASSES, size, seed, images, one, report)
    return Contents(
        kind="textures",
        classes=list(textures.CLASSES),
        images=pixels,
        labels=labels,
        splits=splits,
        names=[f"{textures.CLASSES[label]} {number}" for number, label in enumerate(labels)],
        seed=seed,
        origin=Text(
            en="Cut from ten of scikit-image's sample photographs, one a class; "
            "the test pictures come from other parts of the same photographs.",
            ko="scikit-image 예제 사진 열 장에서 잘라 냈고, 사진 한 장이 클래스 하나입니다. "
            "테스트 사진은 같은 사진의 다른 부분에서 왔습니다.",
        ),
        licence="CC0, public domain or no known restrictions",
    )


def _digits(size: int, seed: int, images: int, report: Report) -> Contents:
    pixels, labels = digits.read_digits(size)
    chosen = np.sort(np.random.default_rng(seed).permutation(len(labels))[:images])
    labels = labels[chosen]
    report(1.0)
    return Contents(
        kind="digits",
        classes=list(digits.CLASSES),
        images=pixels[chosen],
        labels=labels,
        splits=stratified(labels, (0.1, 0.2), seed),
        names=[f"digit {number}" for number in chosen],
        seed=seed,
        origin=Text(
            en="The handwritten digits of scikit-learn (UCI, 8 by 8 pixels), enlarged.",
            ko="scikit-learn의 손글씨 숫자(UCI, 8×8픽셀)를 키운 것입니다.",
        ),
        licence="CC BY 4.0 (UCI Optical Recognition of Handwritten Digits), by way of scikit-learn (BSD)",
    )


BUILT_INS: dict[str, BuiltIn] = {
    "faces": BuiltIn(Text(en="faces", ko="얼굴"), 4000, 20, _faces),
    "textures": BuiltIn(Text(en="textures", ko="질감"), 3000, 100, _textures),
    "digits": BuiltIn(Text(en="digits", ko="숫자"), 1797, 100, _digits),
}


def _checked(kind: str, size: int, seed: int, images: int | None) -> int:
    """The number of pictures, everything else being right.

    Raises:
        UnknownName, NotAChoice, OutOfRange.
    """
    if kind not in BUILT_INS:
        raise UnknownName(Text(en="built-in data set", ko="내장 데이터 세트"), kind, BUILT_INS)
    if size not in SIZES:
        raise NotAChoice(
            what=Text(en="The size", ko="크기"), choices=listing([str(side) for side in SIZES]), value=size
        )
    if not 0 <= seed <= 2**31 - 1:
        raise OutOfRange(what=Text(en="The seed", ko="시드"), lowest=0, highest=2**31 - 1, value=seed)
    chosen = BUILT_INS[kind]
    wanted = chosen.images if images is None else images
    most = chosen.images if kind == "digits" else MOST_IMAGES
    if not chosen.least <= wanted <= most:
        raise OutOfRange(
            what=Text(en="The number of pictures", ko="사진 수"),
            lowest=chosen.least,
            highest=most,
            value=wanted,
        )
    return wanted


def draw(kind: str, size: int, seed: int, images: int | None, report: Report) -> Contents:
    """The pictures of a built-in set, in memory.

    Args:
        kind: faces, textures or digits.
        size: side, px; one of SIZES.
        images: how many; None for the default.

    Raises:
        UnknownName, NotAChoice, OutOfRange.
        Cancelled: from `report`.
    """
    wanted = _checked(kind, size, seed, images)
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
        return BUILT_INS[kind].make(size, seed, wanted, report)
    finally:
        cv2.setNumThreads(before)


def find_made(
    workspace: Workspace, kind: str, size: int = 64, seed: int = 0, images: int | None = None
) -> DataSet | None:
    """A data set that `draw` with the same arguments would give, if there is one; under its own name first."""
    wanted = _checked(kind, size, seed, images)
    found = [
        data_set
        for data_set in list_data_sets(workspace)
        if all(
            data_set.card[key] == value
            for key, value in {"kind": kind, "size": size, "seed": seed, "images": wanted}.items()
        )
    ]
    found.sort(key=lambda data_set: data_set.name != kind)
    return found[0] if found else None


def make(
    workspace: Workspace,
    staging: Path,
    kind: str,
    report: Report,
    *,
    size: int = 64,
    name: str | None = None,
    seed: int = 0,
    images: int | None = None,
) -> DataSet:
    """Draw a built-in set and keep it; for a job that builds in `staging`.

    Raises:
        UnknownName, NotAChoice, OutOfRange, BadName, NameTaken, CannotWrite.
        Cancelled: from `report`.
    """
    chosen = free_name(workspace, _free_default(workspace, kind, size) if name is None else name)
    contents = draw(kind, size, seed, images, part(report, 0.0, 0.95))
    return save(workspace, staging, chosen, contents, part(report, 0.95, 1.0))


def _free_default(workspace: Workspace, kind: str, size: int) -> str:
    """ "faces", or where that is taken "faces 32", "faces 32 (2)"..."""
    taken = {data_set.name for data_set in list_data_sets(workspace)}
    tries = [kind, f"{kind} {size}", *(f"{kind} {size} ({i})" for i in range(2, len(taken) + 3))]
    return next(name for name in tries if name not in taken)


def submit_make(
    workspace: Workspace,
    kind: str,
    size: int = 64,
    name: str | None = None,
    seed: int = 0,
    images: int | None = None,
) -> Job | DataSet:
    """Queue a built-in set; one that is already there is returned instead, as is a job already making it.

    Args:
        name: None for the kind's own.

    Raises:
        UnknownName, NotAChoice, OutOfRange, BadName.
        NameTaken: another data set has that name.
    """
    wanted = _checked(kind, size, seed, images)
    if name is None:
        there = find_made(workspace, kind, size, seed, images)
        if there is not None:
            return there
        name = _free_default(workspace, kind, size)
    else:
        try:
            name = free_name(workspace, name)
        except NameTaken:
            there = open_data_set(workspace, name.strip())
            same = {"kind": kind, "size": size, "seed": seed, "images": wanted}
            if all(there.card[key] == value for key, value in same.items()):
                return there
            raise
    payload = {"kind": kind, "size": size, "name": name, "seed": seed, "images": images}
    for job in list_jobs(workspace, active=True):
        if job.kind == "make" and job.payload == payload:
            return job
    title = fill_text(Text(en="Make {name}", ko="{name} 만들기"), name=name)
    return submit(workspace, "make", title, payload)


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Job kind `make`; its result is {"data_set_id"}."""
    payload = job.payload
    data_set = make(
        workspace,
        workspace.job_folder(job.id).staging,
        payload["kind"],
        report,
        size=payload["size"],
        name=payload["name"],
        seed=payload["seed"],
        images=payload["images"],
    )
    return {"data_set_id": data_set.id}
