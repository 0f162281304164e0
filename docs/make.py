"""Write the catalogue from the declarations: docs/catalogue.md, docs/catalogue.ko.md and docs/noises/*.jpg.

python -m docs.make
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from core.noise.catalogue import (
    FAMILIES,
    SEVERITIES,
    Choice,
    Noise,
    Parameter,
    Value,
    all_noises,
    table_for_size,
)
from core.noise.stack import Layer, apply_stack
from core.pixels import Image
from core.resizing import square
from core.samples import SAMPLES, sample_picture
from core.words import LANGUAGES, Language, fill
from models.registry import ModelSpec, models

FOLDER = Path(__file__).resolve().parent
FILES: dict[Language, Path] = {"en": FOLDER / "catalogue.md", "ko": FOLDER / "catalogue.ko.md"}
PICTURES = FOLDER / "noises"

SIDE = 224
"""Noise is added at the size that the severities are made for; the tiles are shrunk after it."""
TILE, GAP = 112, 2
JPEG_QUALITY = 60
PHOTO = "chelsea"
FAMILY_PHOTO = {"hiding": "astronaut"}
"""Sunglasses and masks want a face."""
PART = {"astronaut": np.s_[:300, 74:374]}
"""What is shown of a photo, for one where the face is small."""

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "The noises and the models",
        "made": "Made from the declarations in the code by `python -m docs.make`; do not edit.",
        "intro": "{noises} noises in {families} families. Each strip shows the clean photo and severities 1 to 5 of "
        "the first table below it, added at {side} px. The table `noiselens` is our own: of a noise for which nobody has "
        "published severities, or none for pictures of a size.",
        "photos": "Photos: {photos}; they come with scikit-image.",
        "photo": "{name} ({credit}, {licence})",
        "noises": "Noises",
        "models": "Models",
        "contents": "Contents",
        "count": "{count}",
        "alt": "{name}: clean, then severities 1 to 5",
        "source": "Source: {source}",
        "forbidden": "Rules its definition forbids:",
        "identity": "No parameters change nothing",
        "order": "The distance to the clean photo does not always grow with severity",
        "grey": "A grey picture gets colours",
        "differs": "Between machines a value may differ by up to {levels}, as floating point rounds differently.",
        "level": "{count} level",
        "levels": "{count} levels",
        "second": "Takes a second picture.",
        "details": "Parameters and severities",
        "parameters": "| parameter | meaning | range | default | unit |",
        "severities": "Severity",
        "preset": "Preset “{name}”: {params}",
        "size": "Made for {size} px pictures; {parameters} million parameters.",
        "weights": "ImageNet weights: {source} ({licence}).",
    },
    "ko": {
        "title": "노이즈와 모델",
        "made": "`python -m docs.make`가 코드의 선언에서 만든 문서입니다. 직접 고치지 마세요.",
        "intro": "노이즈는 {families}갈래 {noises}가지입니다. 그림 띠는 왼쪽부터 원래 사진과 강도 1~5이며, "
        "바로 아래 첫 강도표의 값을 {side}픽셀 사진에 넣은 모습입니다. `noiselens` 표는 공개된 강도가 없거나 "
        "그 크기의 사진에는 없는 노이즈에 NoiseLens가 정한 값입니다.",
        "photos": "사진: {photos}. scikit-image에 들어 있습니다.",
        "photo": "{name}({credit}, {licence})",
        "noises": "노이즈",
        "models": "모델",
        "contents": "차례",
        "count": "{count}가지",
        "alt": "{name}: 원래 사진, 강도 1~5",
        "source": "출처: {source}",
        "forbidden": "정의 때문에 지키지 못하는 규칙:",
        "identity": "사진을 그대로 두는 매개변수 값이 없습니다",
        "order": "강도가 올라가도 원래 사진과의 차이가 꼭 커지지는 않습니다",
        "grey": "흑백 사진에 색이 생깁니다",
        "differs": "소수 계산의 반올림이 달라 기기에 따라 값이 최대 {levels}까지 다를 수 있습니다.",
        "level": "{count}단계",
        "levels": "{count}단계",
        "second": "두 번째 사진이 필요합니다.",
        "details": "매개변수와 강도",
        "parameters": "| 매개변수 | 뜻 | 범위 | 기본값 | 단위 |",
        "severities": "강도",
        "preset": "미리 정한 값 ‘{name}’: {params}",
        "size": "{size}픽셀 사진용, 매개변수 {parameters}백만 개.",
        "weights": "ImageNet 가중치: {source} ({licence}).",
    },
}


def page(language: Language) -> str:
    """The whole page in GitHub's Markdown."""
    words = WORDS[language]
    families = by_family()
    count = sum(len(entries) for entries in families.values())
    parts = [
        f"# {words['title']}",
        words["made"],
        fill(words["intro"], noises=count, families=len(families), side=SIDE) + " " + _photos(language),
        f"## {words['contents']}",
        "\n".join([*_contents(families, language), f"- [{words['models']}](#models) ({len(models())})"]),
    ]
    for family, entries in families.items():
        parts += [_anchor(f"family-{family}"), f"## {FAMILIES[family][language]}"]
        parts += [_noise(entry, language) for entry in entries]
    parts += [_anchor("models"), f"## {words['models']}"]
    parts += [_model(spec, language) for spec in models().values()]
    return "\n\n".join(parts) + "\n"


def by_family() -> dict[str, list[Noise]]:
    """The families that have noises, in the order of FAMILIES."""
    families: dict[str, list[Noise]] = {}
    for entry in all_noises():
        families.setdefault(entry.family, []).append(entry)
    return families


def strip(entry: Noise) -> Image:
    """The clean photo and its five severities side by side, with white between them."""
    photo = _photo(entry)
    clean = square(sample_picture(photo)[PART.get(photo, np.s_[:])], SIDE)
    layers = [[Layer.at_severity(entry.key, severity, _first_table(entry))] for severity in SEVERITIES]
    pictures = [clean, *(apply_stack(clean, layer) for layer in layers)]
    gap = np.full((TILE, GAP, 3), 255, np.uint8)
    row: list[Image] = []
    for picture in pictures:
        row += [square(picture, TILE), gap]
    return np.concatenate(row[:-1], axis=1)


def tiles(picture: Image) -> list[Image]:
    """The six pictures of a strip."""
    return [picture[:, i * (TILE + GAP) :][:, :TILE] for i in range(len(SEVERITIES) + 1)]


def picture_file(key: str) -> Path:
    return PICTURES / f"{key}.jpg"


def _first_table(entry: Noise) -> str:
    """That of pictures of SIDE px."""
    return entry.table(table_for_size(SIDE))


def _photo(entry: Noise) -> str:
    return FAMILY_PHOTO.get(entry.family, PHOTO)


def _photos(language: Language) -> str:
    words = WORDS[language]
    shown = [SAMPLES[key] for key in dict.fromkeys(_photo(entry) for entry in all_noises())]
    names = [
        fill(words["photo"], name=photo.name[language], credit=photo.credit, licence=photo.licence[language])
        for photo in shown
    ]
    return fill(words["photos"], photos=", ".join(names))


def _anchor(name: str) -> str:
    return f'<a id="{name}"></a>'


def _contents(families: dict[str, list[Noise]], language: Language) -> list[str]:
    lines = []
    for family, entries in families.items():
        links = ", ".join(f"[{entry.name[language]}](#{entry.key})" for entry in entries)
        count = fill(WORDS[language]["count"], count=len(entries))
        lines.append(f"- [{FAMILIES[family][language]}](#family-{family}) ({count}): {links}")
    return lines


def _noise(entry: Noise, language: Language) -> str:
    words = WORDS[language]
    alt = fill(words["alt"], name=entry.name[language])
    lines = [
        _anchor(entry.key),
        "",
        f"### {entry.name[language]} · `{entry.key}`",
        "",
        entry.sentence[language],
        "",
        f"![{alt}](noises/{entry.key}.jpg)",
        "",
        fill(words["source"], source=entry.source[language])
        + (f". {words['second']}" if entry.needs_second else ""),
    ]
    if entry.exceptions:
        rules = [f"- {words[rule]}: {why[language]}" for rule, why in entry.exceptions.items()]
        lines += ["", words["forbidden"], "", *rules]
    if entry.differs:
        unit = words["level" if entry.differs == 1 else "levels"]
        lines += ["", fill(words["differs"], levels=fill(unit, count=entry.differs))]
    lines += [
        "",
        f"<details><summary>{words['details']}</summary>",
        "",
        words["parameters"],
        "| --- | --- | --- | --- | --- |",
        *(_parameter(parameter, language) for parameter in entry.parameters),
    ]
    first = _first_table(entry)
    for table, rows in sorted(entry.severities.items(), key=lambda one: one[0] != first):
        lines += ["", *_severities(entry, table, [entry.checked(row) for row in rows], language)]
    for preset in entry.presets.values():
        params = ", ".join(f"`{name}` {value}" for name, value in preset.params.items())
        lines += ["", fill(words["preset"], name=preset.name[language], params=params)]
    return "\n".join([*lines, "", "</details>"])


def _severities(entry: Noise, table: str, rows: Sequence[dict[str, Value]], language: Language) -> list[str]:
    """A row for each parameter that the severities give."""
    declared = dict(entry.severities)[table]
    given = [name for name in rows[0] if any(name in row for row in declared)]
    return [
        f"| {WORDS[language]['severities']} (`{table}`) | 1 | 2 | 3 | 4 | 5 |",
        "| --- | --- | --- | --- | --- | --- |",
        *(f"| `{name}` | {' | '.join(str(row[name]) for row in rows)} |" for name in given),
    ]


def _parameter(parameter: Parameter, language: Language) -> str:
    declared = parameter.declared
    if isinstance(declared, Choice):
        allowed, unit = " ".join(f"`{choice}`" for choice in declared.choices), ""
    else:
        allowed, unit = f"{declared.lowest} – {declared.highest}", declared.unit
    return f"| `{parameter.name}` | {declared.label[language]} | {allowed} | {parameter.default} | {unit} |"


def _model(spec: ModelSpec, language: Language) -> str:
    words = WORDS[language]
    lines = [
        f"### {spec.name} · `{spec.key}`",
        "",
        spec.sentence[language],
        fill(words["size"], size=spec.native_size, parameters=spec.million_parameters),
    ]
    if spec.weights is not None:
        lines.append(fill(words["weights"], source=spec.weights.source, licence=spec.weights.licence))
    return "\n".join(lines)


def strip_file(entry: Noise) -> bytes:
    """The strip as a small JPEG file."""
    bgr = cv2.cvtColor(strip(entry), cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return bytes(data)


def write_pictures() -> int:
    """Every strip whose file is not of it yet, and none of a noise that is gone; the bytes written."""
    PICTURES.mkdir(exist_ok=True)
    wanted = {picture_file(entry.key): entry for entry in all_noises()}
    for path in PICTURES.glob("*.jpg"):
        if path not in wanted:
            path.unlink()
    written = 0
    for path, entry in wanted.items():
        data = strip_file(entry)
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
            written += len(data)
    return written


if __name__ == "__main__":
    for language in LANGUAGES:
        FILES[language].write_text(page(language), encoding="utf-8")
    sys.stdout.write(f"{len(all_noises())} noises, {write_pictures()} bytes of new pictures\n")
