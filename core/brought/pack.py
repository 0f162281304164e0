"""A challenge for models that cannot come here: noisy pictures in a ZIP, to be answered elsewhere. No torch.

Nothing in it tells a class: names are numbers, and both these and the order are drawn anew for the data set.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, get_args

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from core.ahead import made_ahead
from core.brought.made import place
from core.data.dataset import DataSet, list_data_sets, open_data_set
from core.errors import CannotWrite, EmptySplit, NoPack, OutOfRange, PackOfChangedData, PackOfMissingData
from core.evaluation.job import SPLIT
from core.evaluation.options import checked_noises, checked_severities
from core.evaluation.predictions import EVALUATION_SEED, noisy_pictures
from core.evaluation.versions import versions_of_pictures
from core.files import CSV_ENCODING, writing
from core.images import encode_png
from core.jobs.job import Job
from core.jobs.queue import submit
from core.limits import MAX_ANSWERS_BYTES
from core.noise.catalogue import CLEAN, SEVERITIES, Cell, SeverityTable, all_noises, get_noise
from core.noise.costs import noise_ms
from core.noise.stack import DRAWS
from core.progress import Report
from core.records import Record
from core.runs.estimate import Span, never_timed
from core.store import Workspace, file_name
from core.words import Text, fill_text

MANIFEST, CLASSES, ABOUT, README = "manifest.csv", "classes.txt", "pack.json", "README.txt"
COLUMNS = ("file", "image", "noise", "severity", "sha256")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_AT_ONCE = 64
"""Pictures that get their noise together."""
_THREADS = 2
_PNG_MS = 0.5
"""About what a picture of 64 px takes to be written, beside its noise."""
_MOST_TOLD = 1024**2
"""Bytes of what a pack says of itself."""
HOW = """A challenge of NoiseLens / NoiseLens의 도전 과제

Answer each picture of manifest.csv with one of the classes of classes.txt, and give back a table (CSV or Parquet) with the
columns image, noise, severity as they are in manifest.csv, and either "class" or one column a class with its probability
(0 to 1), named as in classes.txt; where a class is called as one of the columns of the table ("image", "class"), its column is
"p:image", "p:class". A column sha256 of each file that was read is welcome. Then:
    python -m core predictions bring ANSWERS.csv --pack PACK.zip --name NAME

manifest.csv의 각 사진을 classes.txt의 클래스 가운데 하나로 답하고, image, noise, severity 열은 그대로 두고 "class" 열, 또는
클래스마다 확률(0~1) 열(이름은 classes.txt와 같게)을 더한 표(CSV 또는 Parquet)를 돌려주세요. 클래스 이름이 표의 열 이름("image",
"class")과 같으면 그 확률 열은 "p:image", "p:class"라고 적습니다. 읽은 파일의 sha256 열도 넣으면 좋습니다.
"""


@dataclass(frozen=True)
class Pack:
    """What a pack says of itself."""

    data_set: DataSet
    noises: list[str]
    severities: list[int]
    numbers: NDArray[np.int64]
    """Of the data set's pictures, by the number of the picture in the pack."""
    table: str
    seed: int
    draws: int
    versions: dict[str, str]
    """What made its pictures."""
    sha256: NDArray[np.str_]
    """Of each file, hexadecimal: cell by cell, in each by the number of the picture in the pack."""

    @property
    def cells(self) -> list[Cell]:
        """Clean first."""
        return cells_of(self.noises, self.severities)


def cells_of(noises: Sequence[str], severities: Sequence[int]) -> list[Cell]:
    """What each picture is shown under, clean first."""
    return [(CLEAN, 0), *((noise, level) for noise in noises for level in severities)]


def chosen(data_set: DataSet, images: int | None) -> NDArray[np.int64]:
    """The data set's numbers of the pictures of a pack, in an order that tells nothing; the same again for the same data."""
    numbers = data_set.indices(SPLIT)
    seed = int(hashlib.sha256(data_set.card.fingerprint.encode()).hexdigest()[:16], 16)
    order = np.random.default_rng(seed).permutation(len(numbers))
    return numbers[order][:images]


@dataclass(frozen=True)
class ChallengePayload(Record):
    """What a job of kind `challenge` does."""

    data_set_id: str = ""
    noises: list[str] | None = None
    """As core.evaluation.options.checked_noises takes them."""
    severities: list[int] = field(default_factory=lambda: list(SEVERITIES))
    images: int | None = None
    out: str = ""
    """Where the pack goes; "": into the job's own folder."""


def submit_challenge(
    workspace: Workspace,
    data_set: DataSet,
    noises: Sequence[str] | None = None,
    severities: Sequence[int] = SEVERITIES,
    images: int | None = None,
    out: Path | None = None,
) -> Job:
    """Queue making a pack.

    Args:
        noises: as core.evaluation.options.checked_noises takes them.
        images: of the test pictures, at most; None for all.
        out: where it goes; by default into the job's own folder.

    Raises:
        UnknownName, OutOfRange: a noise, severity or number of pictures that is not there. EmptySplit. CannotWrite: `out` is a
        folder.
    """
    keys = checked_noises(noises, table=data_set.table)
    levels = checked_severities(severities)
    _checked(data_set, images)
    if out is not None and out.is_dir():
        raise CannotWrite(name=str(out), why=Text(en="it is a folder", ko="폴더입니다"))
    title = fill_text(Text(en="Challenge of “{name}”", ko="“{name}” 도전 과제"), name=data_set.name)
    payload = ChallengePayload(data_set.id, keys, levels, images, str(out.resolve()) if out else "")
    return submit(workspace, "challenge", title, payload.to_json())


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a job; returns {"file", "bytes", "pictures"}."""
    asked = job.asked(ChallengePayload)
    data_set = open_data_set(workspace, asked.data_set_id)
    name = f"{file_name(data_set.name)}-challenge.zip"
    path = Path(asked.out) if asked.out else place(workspace, job, name)
    noises = checked_noises(asked.noises, table=data_set.table)
    count = write_pack(data_set, path, noises, checked_severities(asked.severities), asked.images, report)
    return {"file": path.name, "bytes": path.stat().st_size, "pictures": count}


def _checked(data_set: DataSet, images: int | None) -> None:
    """
    Raises:
        EmptySplit, OutOfRange.
    """
    there = data_set.split_counts[SPLIT]
    if not there:
        raise EmptySplit(name=data_set.name, split=Text(en="test", ko="시험용"))
    if images is not None and not 1 <= images <= there:
        what = Text(en="The number of test pictures", ko="시험 사진 수")
        raise OutOfRange(what=what, lowest=1, highest=f"{there:,}", value=images)


class _Chunk(NamedTuple):
    """Some pictures under one noise and severity."""

    noise: str
    severity: int
    first: int
    """The number in the pack of the first of them."""
    numbers: NDArray[np.int64]


def write_pack(
    data_set: DataSet,
    path: Path,
    noises: Sequence[str],
    severities: Sequence[int],
    images: int | None,
    report: Report,
) -> int:
    """Write the pack `path`, whole or not at all; how many pictures are in it.

    The same data set and choices give the same bytes.

    Args:
        images: of the test pictures; None for all.

    Raises:
        EmptySplit, OutOfRange, CannotWrite, DiskFull. Cancelled: from `report`; nothing is left then.
    """
    _checked(data_set, images)
    numbers = chosen(data_set, images)
    chunks = [
        _Chunk(noise, severity, first, numbers[first : first + _AT_ONCE])
        for noise, severity in cells_of(noises, severities)
        for first in range(0, len(numbers), _AT_ONCE)
    ]
    costs = [len(chunk.numbers) * (_PNG_MS + _noise_ms(chunk, data_set.size)) for chunk in chunks]

    def files(chunk: _Chunk) -> list[bytes]:
        shown = noisy_pictures(data_set, chunk.numbers, chunk.noise, chunk.severity, data_set.table)
        return [encode_png(picture) for picture in shown]

    rows = io.StringIO()
    table = csv.writer(rows, lineterminator="\n")
    table.writerow(COLUMNS)
    unfinished = path.with_name(f".{path.name}.part")
    written, done = 0, 0.0
    try:
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as made:
                for (chunk, pictures), cost in zip(made_ahead(files, chunks, _THREADS), costs, strict=True):
                    report(done / sum(costs), _saying(chunk))
                    for image, data in enumerate(pictures, chunk.first):
                        name = f"pictures/{written:06}.png"
                        made.writestr(zipfile.ZipInfo(name, _EARLIEST), data)
                        digest = hashlib.sha256(data).hexdigest()
                        table.writerow([name, image, chunk.noise, chunk.severity, digest])
                        written += 1
                    done += cost
                about = {
                    "noiselens": "challenge",
                    "data_set": data_set.name,
                    "data_fingerprint": data_set.card.fingerprint,
                    "images": len(numbers),
                    "noises": list(noises),
                    "severities": list(severities),
                    "table": data_set.table,
                    "seed": EVALUATION_SEED,
                    "draws": DRAWS,
                    "versions": versions_of_pictures(),
                }
                for file, text in (
                    (MANIFEST, rows.getvalue()),
                    (CLASSES, "\n".join(data_set.classes) + "\n"),
                    (ABOUT, json.dumps(about, ensure_ascii=False, indent=1)),
                    (README, HOW),
                ):
                    encoding = CSV_ENCODING if file == README else "utf-8"
                    made.writestr(zipfile.ZipInfo(file, _EARLIEST), text.encode(encoding))
            report(1.0)
            unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return written


def seconds_to_write(
    data_set: DataSet, noises: Sequence[str], severities: Sequence[int], images: int
) -> Span:
    """How long a pack of so many pictures takes from the click on, roughly, on a machine that nothing is known of."""
    written = _PNG_MS * (data_set.size / 64) ** 2
    cells = cells_of(noises, severities)
    noisy = sum(noise_ms(noise, data_set.size) for noise, _ in cells if noise != CLEAN)
    return never_timed(images * (len(cells) * written + noisy) / _THREADS / 1000).with_start


def most_bytes(data_set: DataSet, files: int) -> int:
    """Of a pack of so many files, where noise leaves nothing of their pixels to be packed closer."""
    return files * 3 * data_set.size**2


def _noise_ms(chunk: _Chunk, size: int) -> float:
    return 0.0 if chunk.noise == CLEAN else noise_ms(chunk.noise, size)


def _saying(chunk: _Chunk) -> Text:
    if chunk.noise == CLEAN:
        return Text(en="Writing clean pictures", ko="원본 사진 저장 중")
    said = Text(en="Writing {noise}, severity {level}", ko="{noise} 강도 {level} 저장 중")
    return fill_text(said, noise=get_noise(chunk.noise).name, level=chunk.severity)


def read_pack(workspace: Workspace, path: Path) -> Pack:
    """What a pack says, and the data set here that it was made of.

    Raises:
        NoPack: it is none, or damaged. PackOfMissingData, PackOfChangedData: its data set is not here as it was.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(_member(archive, ABOUT, _MOST_TOLD))
            manifest = _member(archive, MANIFEST, MAX_ANSWERS_BYTES)
        said = _About.read(about)
        if about["noiselens"] != "challenge" or said.misread or not said.fits:
            raise ValueError(path.name)
        hashes = _hashes(manifest, said)
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, NotImplementedError) as error:
        raise NoPack(name=path.name) from error
    except (RuntimeError, RecursionError) as error:  # it needs a password
        raise NoPack(name=path.name) from error
    here = list_data_sets(workspace)
    found = next((one for one in here if one.card.fingerprint == said.data_fingerprint), None)
    if found is None:
        changed = any(one.name == said.data_set for one in here)
        raise (PackOfChangedData if changed else PackOfMissingData)(name=said.data_set)
    if said.images > found.split_counts[SPLIT]:
        raise NoPack(name=path.name)
    numbers = chosen(found, said.images)
    return Pack(
        found, said.noises, said.severities, numbers, said.table, said.seed, said.draws, said.versions, hashes
    )


@dataclass(frozen=True)
class _About(Record):
    """pack.json."""

    data_set: str = ""
    data_fingerprint: str = ""
    images: int = 0
    noises: list[str] = field(default_factory=list)
    severities: list[int] = field(default_factory=list)
    table: str = ""
    seed: int = 0
    draws: int = 0
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def fits(self) -> bool:
        """Whether it says what a test here can be of: noises that are known, each once, at severities that there are."""
        known = {entry.key for entry in all_noises()}
        return (
            self.images > 0
            and known.issuperset(self.noises)
            and len(set(self.noises)) == len(self.noises)
            and self.severities == sorted(set(self.severities))
            and set(SEVERITIES).issuperset(self.severities)
            and self.table in get_args(SeverityTable)
        )


def _hashes(manifest: bytes, said: _About) -> NDArray[np.str_]:
    """The sha256 of each picture, in order.

    Raises:
        ValueError, KeyError: its rows are not those of the pack.
    """
    kinds = {"image": pa.int64(), "noise": pa.string(), "severity": pa.int64(), "sha256": pa.string()}
    options = pa_csv.ConvertOptions(
        column_types=kinds, include_columns=list(kinds), strings_can_be_null=False
    )
    rows = pa_csv.read_csv(pa.BufferReader(manifest), convert_options=options)
    cells = cells_of(said.noises, said.severities)
    if len(rows) != len(cells) * said.images:
        raise ValueError(MANIFEST)
    images = np.tile(np.arange(said.images), len(cells))
    levels = np.repeat([level for _, level in cells], said.images)
    noises = np.repeat(np.array([noise for noise, _ in cells], dtype=object), said.images)
    same = (rows["image"].to_numpy() == images) & (rows["severity"].to_numpy() == levels)
    if not (same & (rows["noise"].to_numpy() == noises)).all():
        raise ValueError(MANIFEST)
    return rows["sha256"].to_numpy().astype(np.str_)


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A file of the pack.

    Raises:
        KeyError: it has none. ValueError: it is too long.
    """
    if archive.getinfo(name).file_size > most:
        raise ValueError(name)
    return archive.read(name)
