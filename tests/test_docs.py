"""What is documented is what there is."""

import re
import shlex
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import numpy as np
import pytest
from packaging.utils import canonicalize_name

from core.cli import build_parser
from core.images import read_picture
from core.noise.catalogue import Noise, all_noises
from core.pixels import Image
from core.words import LANGUAGES, Language
from docs.make import FILES, PICTURES, by_family, page, picture_file, strip_file, tiles
from models.registry import models
from tests.core.cli.commands import commands_that_run, every_command
from tests.test_architecture import FILES as SOURCES
from tests.test_architecture import imported

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.ko.md")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_page_is_what_the_declarations_say(language: Language) -> None:
    written = FILES[language].read_text(encoding="utf-8")
    assert written == page(language), "run `python -m docs.make`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_noise_and_model_is_in_the_docs(language: Language) -> None:
    written = FILES[language].read_text(encoding="utf-8")
    keys = [noise.key for noise in all_noises()] + list(models())
    assert not [key for key in keys if f"`{key}`" not in written]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_contents_lead_to_every_noise_under_its_family(language: Language) -> None:
    written = FILES[language].read_text(encoding="utf-8")
    places = re.findall(r'<a id="([\w-]+)"></a>', written)
    assert len(places) == len(set(places))
    assert set(re.findall(r"\]\(#([\w-]+)\)", written)) == set(places)
    wanted = []
    for family, entries in by_family().items():
        wanted += [f"family-{family}", *(entry.key for entry in entries)]
    assert places == [*wanted, "models"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_of_the_page_is_a_file_and_every_file_is_on_the_page(language: Language) -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", FILES[language].read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(f"noises/{path.name}" for path in PICTURES.iterdir())


def coarse(tile: Image) -> np.ndarray:
    """Means of 14x14 fields: what another machine's rounding does not change by much."""
    return tile.reshape(8, 14, 8, 14, 3).mean(axis=(1, 3))


def roughness(tile: Image) -> float:
    """Mean step from a value's brightness to its right neighbour's, levels."""
    return float(np.abs(np.diff(tile.mean(axis=2), axis=1)).mean()) + 1


@pytest.mark.parametrize("entry", all_noises(), ids=lambda entry: entry.key)
def test_a_picture_strip_shows_the_present_noise_and_severities(entry: Noise) -> None:
    drawn = read_picture(picture_file(entry.key), entry.key).pixels
    now = read_picture(strip_file(entry), entry.key).pixels
    assert drawn.shape == now.shape, "run `python -m docs.make`"
    for old, new in zip(tiles(drawn), tiles(now), strict=True):
        apart = np.abs(coarse(old) - coarse(new))
        assert apart.max() < 8, "run `python -m docs.make`"
        assert apart.mean() < 1.6, "run `python -m docs.make`"
        assert 0.7 < roughness(old) / roughness(new) < 1.3, "run `python -m docs.make`"


@pytest.mark.parametrize("name", READMES)
def test_the_readme_gives_the_two_commands_on_lines_of_their_own(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert "pip install -r requirements.txt && streamlit run app.py" in lines
    assert "pip install -r requirements-dev.txt && pytest" in lines


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md"])
def test_every_link_to_a_file_leads_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    local = [target for target in targets if "://" not in target]
    assert not [target for target in local if not (ROOT / target).exists()]


@pytest.mark.parametrize("name", READMES)
def test_the_readme_has_a_line_for_every_command_and_no_line_that_is_none(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = re.findall(r"^python -m core (.*)$", text, re.MULTILINE)
    for line in lines:
        build_parser().parse_args(shlex.split(line))  # raises for a command or an option that is not there
    commands = commands_that_run()
    assert len(commands) > 15
    told = {" ".join(line.split()[: len(one.split())]) for line in lines for one in commands}
    assert set(commands) - told == set()


def test_every_command_that_a_text_names_is_there() -> None:
    """Also in the middle of a sentence, in the screens' words and in messages."""
    files = [ROOT / name for name in (*READMES, "CONTRIBUTING.md")]
    files += [
        file for folder in ("core", "docs", "locales", "pages") for file in (ROOT / folder).rglob("*.*")
    ]
    texts = [file for file in files if file.suffix in (".md", ".py", ".json")]
    named = re.compile(r"python -m core ([a-z]+)(?: ([a-z]+))?")
    found = {words for file in texts for words in named.findall(file.read_text(encoding="utf-8"))}
    assert len(found) > 15
    known = every_command()
    groups = {name.split()[0] for name in known if " " in name}
    assert [
        (first, second)
        for first, second in found
        if first not in known or (first in groups and second and f"{first} {second}" not in known)
    ] == []


def test_each_room_of_core_is_on_the_map() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rooms = [folder.parent.name for folder in (ROOT / "core").glob("*/__init__.py")]
    assert len(rooms) > 10
    assert [room for room in rooms if f"\n| `{room}` | " not in text] == []


def test_every_requirement_has_a_range_and_a_reason() -> None:
    for name in (
        "requirements.txt",
        "requirements-hub.txt",
        "requirements-timm.txt",
        "requirements-onnx.txt",
        "requirements-dev.txt",
    ):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r")):
                assert re.match(r"[\w-]+(==|>=)[\d.]+(,<[\d.]+)?\s+# \S.{10,}", line), line


def test_every_requirement_is_judged() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = " ".join(line.split(" | ")[0] for line in text.splitlines() if line.startswith("| "))
    assert set(requirements()) - set(re.findall(r"[\w-]+", rows)) == set()


def test_every_package_that_is_imported_is_declared() -> None:
    """What comes by way of another package may go away with it."""
    declared = {canonicalize_name(name) for name in requirements()}
    owners = packages_distributions() | {"dlib": ["dlib-bin"]}  # its metadata names a part of it only
    names = {name.split(".")[0] for path in (*SOURCES, Path("app.py")) for name in imported(path)}
    names -= {*sys.stdlib_module_names, "app", "core", "models", "pages"}
    assert len(names) > 20
    missing = {name for name in names if not declared & set(map(canonicalize_name, owners.get(name, ())))}
    assert missing == set()


def requirements() -> list[str]:
    """The packages that are declared for run time."""
    files = ("requirements.txt", "requirements-hub.txt", "requirements-timm.txt", "requirements-onnx.txt")
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in files)
    return re.findall(r"^[\w-]+(?=[=>])", text, re.MULTILINE)


def test_the_licence_is_the_whole_gpl_3() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "Version 3, 29 June 2007" in text
    assert text.count("\n") > 600
