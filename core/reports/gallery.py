"""A whole gallery of Grad-CAM as one ZIP: lossless pictures whose names say what is on them, and a table."""

import io
import zipfile
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.evaluation.galleries import overlap
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.predictions import decode_map, noisy_picture
from core.explanation.overlay import shared_scale
from core.explanation.views import enlarged, mosaic, seen
from core.files import CSV_ENCODING
from core.images import encode_png
from core.noise.catalogue import CLEAN
from core.pixels import Image
from core.store import named_file
from core.words import Language, Text, fill

MOST = 500
"""Pictures in one ZIP: it is made while somebody waits for it, in some 10 ms a picture."""
SIDE = 192
"""Least side of each picture, px; small ones are enlarged by whole steps."""
_LETTERS = 24
"""Of a class or a picture in a file's name."""

_ABOUT = Text(
    en="""{run}, {noise}, severity {severity}: {group}, {n} pictures.

Each PNG is lossless. Above the clean picture, below the same with noise; left as the network was shown it, right what
counted for its answer ({method}). The two maps of a picture share one scale of colours; the white line is around the fifth
of the picture that counted most. A file's name: number, true class, answer when clean and its confidence in per cent, answer with noise
and its confidence, name of the picture.

gallery.csv, a row a picture. overlap: intersection over union of the fifths that counted most, 0 to 1, of the two maps that are
shown. rank_correlation: Spearman's of the clean and the noisy map, both for the class that the clean picture was read as, -1 to 1.
Both mean something only beside what unrelated pictures give, which the page says.
""",
    ko="""{run}, {noise} 강도 {severity}: {group}, 사진 {n}장.

PNG는 모두 무손실입니다. 위는 원본, 아래는 노이즈를 더한 같은 사진이고, 왼쪽은 모델이 본 사진, 오른쪽은 답의 근거가 된 곳입니다 ({method}).
한 사진의 두 지도는 색 기준이 같고, 흰 선은 가장 중요했던 5분의 1을 두른 것입니다. 파일 이름은 번호, 실제 클래스, 원본에서의 답과 확신(%), 노이즈에서의 답과
확신(%), 사진 이름 순서입니다.

gallery.csv는 사진마다 한 줄입니다. overlap: 보이는 두 지도에서 가장 중요했던 5분의 1끼리 겹치는 정도(교집합/합집합, 0~1).
rank_correlation: 원본에서 답한 클래스에 대한 원본 지도와 노이즈 지도의 스피어만 순위 상관(-1~1). 둘 다 상관없는 사진끼리의 값과 견줄 때만 뜻이
있고, 그 값은 화면에 있습니다.
""",
)


@dataclass(frozen=True)
class Gallery:
    """What is packed, in words as screens show them."""

    run: str
    evaluation: JoinedEvaluation
    data_set: DataSet
    classes: Sequence[str]
    noise: str
    """Its key."""
    noise_label: str
    severity: int
    """0: the clean pictures alone."""
    group: str
    """What the gallery is called."""
    view: str
    """Of core.explanation.views.VIEWS."""
    method: str
    """What made the maps."""


def gallery_zip(
    gallery: Gallery, rows: pd.DataFrame, moves: Mapping[int, float], language: Language
) -> bytes:
    """The ZIP of some pictures of a gallery, the first MOST of them.

    Args:
        rows: of core.evaluation.galleries.Pairs.table, in the order in which they are numbered.
        moves: core.evaluation.gallery_choice.map_moves.
        language: of the text that says how it is read.
    """
    buffer, table = io.BytesIO(), []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as pack:  # PNG is compressed already
        for number, row in enumerate(rows.head(MOST).to_dict("records"), 1):
            name = _name(gallery, number, row)
            before, after = (
                decode_map(row[key], gallery.evaluation.map_shape) for key in ("clean_map", "map")
            )
            pack.writestr(name, encode_png(_picture(gallery, int(row["image"]), [before, after])))
            move = moves.get(int(row["image"]))
            table.append(
                _told(gallery, name, row) | {"overlap": overlap(before, after), "rank_correlation": move}
            )
        pack.writestr("gallery.csv", pd.DataFrame(table).to_csv(index=False).encode(CSV_ENCODING))
        about = {"run": gallery.run, "noise": gallery.noise_label, "severity": gallery.severity}
        about |= {"group": gallery.group, "method": gallery.method, "n": len(table)}
        pack.writestr("about.txt", fill(_ABOUT[language], **about))
    return buffer.getvalue()


def _picture(gallery: Gallery, image: int, maps: Sequence[NDArray[np.float32]]) -> Image:
    """Clean above noisy, shown beside counted."""
    scale, rows = shared_scale(maps), []
    for level, attribution in zip((0, gallery.severity) if gallery.severity else (0,), maps, strict=False):
        noise = gallery.noise if level else CLEAN
        pixels = noisy_picture(
            gallery.data_set, image, noise, level, gallery.evaluation.table, gallery.evaluation.mode
        )
        large = enlarged(pixels, SIDE)
        rows.append([large, seen(gallery.view, large, attribution, scale)])
    return mosaic(rows)


def _name(gallery: Gallery, number: int, row: Mapping[Hashable, Any]) -> str:
    """Of a picture's file: what is on it."""

    def read(which: str, prediction: str, confidence: str) -> str:
        name = gallery.classes[row[prediction]][:_LETTERS]
        return f"{which}-{name}-{row[confidence]:.0%}".replace("%", "")

    said = [f"{number:03d}", f"true-{gallery.classes[row['truth']][:_LETTERS]}"]
    said.append(read("clean", "clean_prediction", "clean_confidence"))
    if gallery.severity:
        said.append(read("noisy", "prediction", "confidence"))
    original = PurePath(gallery.data_set.names[int(row["image"])]).stem
    return named_file([*said, original[:_LETTERS]], ".png")


def _told(gallery: Gallery, name: str, row: Mapping[Hashable, Any]) -> dict[str, Any]:
    """A row of the table, all but what its maps come to."""
    return {
        "file": name,
        "picture": row["image"],
        "original": gallery.data_set.names[int(row["image"])],
        "truth": gallery.classes[row["truth"]],
        "clean_answer": gallery.classes[row["clean_prediction"]],
        "clean_confidence": row["clean_confidence"],
        "answer": gallery.classes[row["prediction"]],
        "confidence": row["confidence"],
    }
