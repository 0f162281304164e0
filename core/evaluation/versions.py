"""The versions that an evaluation was made with, and whether those of several are the same. No torch at import."""

import tomllib
from collections.abc import Iterable, Mapping

from core.runs.evaluations import Evaluation
from core.store import ROOT
from core.words import Text, fill_text, plain

_NAMES = {"noiselens": "NoiseLens", "torch": "PyTorch", "numpy": "NumPy", "opencv": "OpenCV"}
_CODE = Text(en="NoiseLens with changed code", ko="코드가 바뀐 NoiseLens")
SHOWN = Text(
    en="What is shown was tested with different versions ({versions}): small differences may come from that.",
    ko="여기 보이는 결과는 서로 다른 버전으로 시험한 것입니다({versions}). 작은 차이는 그 때문일 수 있습니다.",
)
EARLIER = Text(
    en="Earlier tests of this run were made with other versions ({versions}): small differences from them may come from that.",
    ko="이 모델의 앞선 시험은 다른 버전으로 했습니다({versions}). 작은 차이는 그 때문일 수 있습니다.",
)


def project_version() -> str:
    """Of NoiseLens."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def versions_now() -> dict[str, str]:
    """Of NoiseLens and of the libraries that figures depend on, by the keys that evaluation.json has."""
    import torch

    return versions_of_pictures() | {"torch": str(torch.__version__)}


def versions_of_pictures() -> dict[str, str]:
    """The same of what makes noisy pictures alone: no network is asked."""
    import cv2
    import numpy as np

    return {
        "noiselens": project_version(),
        "numpy": np.__version__,
        "opencv": cv2.__version__,
    }


def versions_apart(evaluations: Iterable[Evaluation]) -> dict[str, list[str]]:
    """What they were made with in more than one version, each with these, that of the oldest evaluation first.

    "device" is among them, and "code" where the program's own code changed within one version of it.
    Builds of one version ("2.9.0+cpu") count as one; an evaluation that does not say is like the others.
    """
    found: dict[str, dict[str, None]] = {}
    for one in sorted(evaluations, key=lambda one: (one.created, one.id)):
        for key, version in one.facts.versions.items():
            found.setdefault(key, {})[version.partition("+")[0]] = None
        if one.facts.versions and one.facts.device:  # of answers that were made elsewhere it is not known
            found.setdefault("device", {})[one.facts.device] = None
        if one.facts.code:
            found.setdefault("code", {})[one.facts.code] = None
    if len(found.get("noiselens", {})) > 1:
        found.pop("code", None)
    return {key: list(versions) for key, versions in found.items() if len(versions) > 1}


def versions_sentence(evaluations: Iterable[Evaluation], sentence: Text = SHOWN) -> Text | None:
    """That evaluations which are joined or compared were made with different versions; None where they were not.

    Args:
        sentence: with a place for {versions}.
    """
    apart = versions_apart(evaluations)
    if not apart:
        return None
    said = [_said(key, versions) for key, versions in apart.items()]
    listed = Text(en=" · ".join(one["en"] for one in said), ko=" · ".join(one["ko"] for one in said))
    return fill_text(sentence, versions=listed)


def _said(key: str, versions: list[str]) -> Text:
    if key == "code":
        return _CODE
    listed = ", ".join(versions)
    if key == "device":
        return Text(en=f"device: {listed}", ko=f"장치: {listed}")
    return plain(f"{_NAMES.get(key, key)} {listed}")


def version_words(then: Mapping[str, str], now: Mapping[str, str]) -> list[Text]:
    """What was made with one version and then with another, each with both, by the keys of `versions_now`; nothing of what one
    of the two does not say. Builds of one version count as one."""
    return [
        _said(key, [version.partition("+")[0], now[key].partition("+")[0]])
        for key, version in then.items()
        if key in now and version.partition("+")[0] != now[key].partition("+")[0]
    ]
