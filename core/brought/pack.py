"""A challenge for models that cannot come here: noisy pictures in a ZIP, to be answered elsewhere. No torch.

Nothing in it tells a class: names are numbers, and both these and the order are drawn anew for the data set.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataSet, list_data_sets
from core.errors import EmptySplit, NoPack, NoSuchData
from core.evaluation.predictions import EVALUATION_SEED, noisy_pictures
from core.files import CSV_ENCODING, writing
from core.images import encode_png
from core.noise.catalogue import CLEAN, Cell
from core.noise.stack import DRAWS
from core.progress import Report
from core.store import Workspace
from core.words import Text

MANIFEST, CLASSES, ABOUT, README = "manifest.csv", "classes.txt", "pack.json", "README.txt"
COLUMNS = ("file", "image", "noise", "severity", "sha256")
SPLIT = "test"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_AT_ONCE = 64
"""Pictures that get their noise together."""
_MOST_BYTES = 64 * 1024**2
"""Of a manifest or of what the pack says of itself, unpacked."""
HOW = """A challenge of NoiseLens / NoiseLens의 도전 과제

Answer each picture of manifest.csv with one of the classes of classes.txt, and give back a table (CSV or Parquet) with the
columns image, noise, severity as they are in manifest.csv, and either "class" or one column a class with its probability,
named as in classes.txt; a column sha256 of each file that was read is welcome. Then:
    python -m core predictions bring ANSWERS.csv --pack PACK.zip --name NAME

manifest.csv의 각 사진을 classes.txt의 클래스 가운데 하나로 답하고, image, noise, severity 열은 그대로 두고 "class" 열, 또는
클래스마다 확률 열(이름은 classes.txt와 같게)을 더한 표(CSV 또는 Parquet)를 돌려주세요. 읽은 파일의 sha256 열도 넣으면 좋습니다.
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
    draws: int
    sha256: dict[tuple[int, str, int], str]
    """Of each file, by picture, noise and severity."""

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


def write_pack(
    data_set: DataSet,
    path: Path,
    noises: Sequence[str],
    severities: Sequence[int],
    images: int | None,
    report: Report,
) -> int:
    """Write the pack `path`, whole or not at all; how many pictures are in it.

    Args:
        images: of the test pictures, at most; None for all.

    Raises:
        EmptySplit, CannotWrite, DiskFull. Cancelled: from `report`; nothing is left then.
    """
    numbers = chosen(data_set, images)
    if not len(numbers):
        raise EmptySplit(name=data_set.name, split=Text(en="test", ko="시험용"))
    cells = cells_of(noises, severities)
    rows = io.StringIO()
    table = csv.writer(rows, lineterminator="\n")
    table.writerow(COLUMNS)
    unfinished = path.with_name(f"{path.name}.part")
    written = 0
    try:
        with writing(path), zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as made:
            for noise, severity in cells:
                for first in range(0, len(numbers), _AT_ONCE):
                    some = numbers[first : first + _AT_ONCE]
                    shown = noisy_pictures(data_set, some, noise, severity, data_set.table)
                    for number, picture in enumerate(shown, first):
                        name = f"pictures/{written:06}.png"
                        data = encode_png(picture)
                        made.writestr(zipfile.ZipInfo(name, _EARLIEST), data)
                        table.writerow([name, number, noise, severity, hashlib.sha256(data).hexdigest()])
                        written += 1
                    report(written / (len(cells) * len(numbers)))
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
            }
            for file, text in (
                (MANIFEST, rows.getvalue()),
                (CLASSES, "\n".join(data_set.classes) + "\n"),
                (ABOUT, json.dumps(about, ensure_ascii=False, indent=1)),
                (README, HOW),
            ):
                made.writestr(
                    zipfile.ZipInfo(file, _EARLIEST), text.encode(CSV_ENCODING if file == README else "utf-8")
                )
        with writing(path):
            unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return written


def read_pack(workspace: Workspace, path: Path) -> Pack:
    """What a pack says, and the data set here that it was made of.

    Raises:
        NoPack: it is none, or damaged. NoSuchData: its data set is not here.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(_text(archive, ABOUT))
            rows = list(csv.DictReader(io.StringIO(_text(archive, MANIFEST))))
        fingerprint, images = about["data_fingerprint"], about["images"]
        noises, severities = (
            [str(key) for key in about["noises"]],
            [int(level) for level in about["severities"]],
        )
        hashes = {(int(row["image"]), row["noise"], int(row["severity"])): row["sha256"] for row in rows}
        if about["noiselens"] != "challenge" or not isinstance(images, int):
            raise ValueError(path.name)
        table, draws = str(about["table"]), int(about["draws"])
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, csv.Error) as error:
        raise NoPack(name=path.name) from error
    found = [one for one in list_data_sets(workspace) if one.card.fingerprint == fingerprint]
    if not found:
        raise NoSuchData(name=str(about.get("data_set", "")))
    return Pack(found[0], noises, severities, chosen(found[0], images), table, draws, hashes)


def _text(archive: zipfile.ZipFile, name: str) -> str:
    """A text of the pack.

    Raises:
        KeyError: it has none. ValueError: it is too long.
    """
    if archive.getinfo(name).file_size > _MOST_BYTES:
        raise ValueError(name)
    return archive.read(name).decode("utf-8-sig")
