"""What a run says of new pictures as one HTML file that needs nothing else: each picture beside what counted on it. No torch."""

import base64
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from core.words import Language, Text, fill, rounded

_TEMPLATE = "sheet.html.j2"
_TITLE = Text(en="What “{name}” says of {n} pictures", ko="사진 {n}장에 대한 “{name}” 모델의 답")
_MADE = Text(en="Made with NoiseLens on {date}.", ko="NoiseLens로 {date}에 만들었습니다.")
_MAPS = Text(
    en="Beside each picture, where it looked for its answer (Grad-CAM; yellow: much, purple: little; the line is around the most "
    "important fifth).",
    ko="사진 옆은 그렇게 답한 근거가 된 곳입니다(Grad-CAM. 노랑은 많이, 보라는 조금, 선은 가장 중요한 5분의 1).",
)
_LEFT_OUT = Text(en="{n} files could not be read: {names}", ko="파일 {n}개는 읽지 못했습니다: {names}")
_SAID = Text(en="{name} · {share} %", ko="{name} · {share}%")
_UNSURE = Text(en="hardly more than a guess", ko="찍는 것과 비슷")
_COUNTED = Text(en="What counted for {name}", ko="{name}의 근거")
_NAMED = 20
"""Files that could not be read and are named; more are counted."""


@dataclass(frozen=True)
class Tile:
    """A picture with what is said of it."""

    file: str
    prediction: str
    share: float
    """Of the class that is named, 0..1."""
    sure: bool
    picture: bytes
    """JPEG, as is `map`."""
    map: bytes | None
    """The picture with what counted over it; None where there is none."""


def sheet(
    name: str,
    tiles: Sequence[Tile],
    left_out: Sequence[str],
    language: Language,
    called: Callable[[str], str] = str,
) -> bytes:
    """The file, UTF-8.

    Args:
        name: of the run.
        left_out: names of files that could not be read.
        called: what people call a class.
    """
    maps = any(tile.map is not None for tile in tiles)
    about = [fill(_MADE[language], date=time.strftime("%Y-%m-%d"))]
    if maps:
        about.append(_MAPS[language])
    if left_out:
        more = f" (+{len(left_out) - _NAMED})" if len(left_out) > _NAMED else ""
        names = ", ".join(left_out[:_NAMED]) + more
        about.append(fill(_LEFT_OUT[language], n=len(left_out), names=names))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    page = environment.get_template(_TEMPLATE).render(
        language=language,
        title=fill(_TITLE[language], name=name, n=f"{len(tiles):,}"),
        about=about,
        maps=maps,
        tiles=[_shown(tile, language, called) for tile in tiles],
    )
    return page.encode()


def _shown(tile: Tile, language: Language, called: Callable[[str], str]) -> dict[str, str]:
    name = called(tile.prediction)
    return {
        "file": tile.file,
        "picture": _address(tile.picture),
        "map": _address(tile.map) if tile.map is not None else "",
        "said": fill(_SAID[language], name=name, share=rounded(100 * tile.share)),
        "unsure": "" if tile.sure else _UNSURE[language],
        "counted": fill(_COUNTED[language], name=name),
    }


def _address(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
