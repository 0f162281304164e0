"""Write docs/catalogue.md and docs/catalogue.ko.md from the declarations: `python -m docs.make`."""

from pathlib import Path

from core.noise.catalogue import FAMILIES, Choice, Noise, Parameter, all_noises
from core.words import Language
from models.registry import ModelSpec, models

FOLDER = Path(__file__).resolve().parent
FILES: dict[Language, Path] = {"en": FOLDER / "catalogue.md", "ko": FOLDER / "catalogue.ko.md"}

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "The noises and the models",
        "made": "Made from the declarations in the code by `python -m docs.make`; do not edit.",
        "noises": "Noises",
        "models": "Models",
        "parameters": "| parameter | meaning | range | default | unit |",
        "severities": "Severity",
        "size": "Made for {size} px pictures; {parameters} million parameters.",
        "weights": "ImageNet weights: {source} ({licence}).",
    },
    "ko": {
        "title": "노이즈와 모델",
        "made": "`python -m docs.make`가 코드의 선언에서 만든 문서입니다. 직접 고치지 마세요.",
        "noises": "노이즈",
        "models": "모델",
        "parameters": "| 매개변수 | 뜻 | 범위 | 기본값 | 단위 |",
        "severities": "강도",
        "size": "{size}픽셀 사진용, 매개변수 {parameters}백만 개.",
        "weights": "ImageNet 가중치: {source} ({licence}).",
    },
}


def page(language: Language) -> str:
    """The whole page in Markdown."""
    words = WORDS[language]
    parts = [f"# {words['title']}", words["made"], f"## {words['noises']}"]
    for entry in all_noises():
        parts.append(_noise(entry, language))
    parts.append(f"## {words['models']}")
    parts += [_model(spec, language) for spec in models().values()]
    return "\n\n".join(parts) + "\n"


def _noise(entry: Noise, language: Language) -> str:
    words = WORDS[language]
    lines = [
        f"### {entry.name[language]} · `{entry.key}`",
        "",
        f"*{FAMILIES[entry.family][language]}.* {entry.sentence[language]}",
        "",
        words["parameters"],
        "| --- | --- | --- | --- | --- |",
        *(_parameter(parameter, language) for parameter in entry.parameters),
    ]
    names = [parameter.name for parameter in entry.parameters]
    for table, rows in entry.severities.items():
        varied = [name for name in names if any(name in row for row in rows)]
        lines += [
            "",
            f"| {words['severities']} (`{table}`) | 1 | 2 | 3 | 4 | 5 |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for name in varied:
            values = [str(entry.checked(row)[name]) for row in rows]
            lines.append(f"| `{name}` | {' | '.join(values)} |")
    return "\n".join(lines)


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
        words["size"].format(size=spec.native_size, parameters=spec.million_parameters),
    ]
    if spec.weights is not None:
        lines.append(words["weights"].format(source=spec.weights.source, licence=spec.weights.licence))
    return "\n".join(lines)


if __name__ == "__main__":
    for language, path in FILES.items():
        path.write_text(page(language), encoding="utf-8")
