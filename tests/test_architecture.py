"""The house stays as docs/DESIGN.md says: imports point one way, and the first page opens without torch."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted(
    path.relative_to(ROOT) for folder in ("core", "models", "pages") for path in (ROOT / folder).rglob("*.py")
)


@cache
def imported(path: Path, top_level_only: bool = False) -> set[str]:
    """Dotted names that a file imports, anywhere in it or at its top level only."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def importing(files: Iterable[Path], wrong: Callable[[Path, str], bool]) -> dict[str, list[str]]:
    """By file what it imports that is wrong there."""
    found = {str(path): sorted(name for name in imported(path) if wrong(path, name)) for path in files}
    return {path: names for path, names in found.items() if names}


def test_imports_point_from_pages_to_core_to_models_only() -> None:
    forbidden = {
        "models": ("core", "pages", "app", "streamlit"),
        "core": ("pages", "app", "streamlit"),
        "pages": ("app",),
    }
    assert importing(FILES, lambda path, name: within(name, *forbidden[path.parts[0]])) == {}


def test_models_import_nothing_beyond_torch_and_what_reads_weights() -> None:
    allowed = (*sys.stdlib_module_names, "models", "torch", "torchvision", "safetensors")
    more = {"_by_name.py": ("timm", "huggingface_hub"), "_onnx.py": ("onnxruntime",)}
    models = [path for path in FILES if path.parts[0] == "models"]
    assert importing(models, lambda path, name: not within(name, *allowed, *more.get(path.name, ()))) == {}


PAGES = [path for path in FILES if path.parts[0] == "pages"]


def test_a_page_imports_no_other_page() -> None:
    assert importing(PAGES, lambda _, name: within(name, "pages") and not within(name, "pages.parts")) == {}


def test_only_the_services_cache() -> None:
    caching = [
        str(path)
        for path in PAGES
        if path.parent != Path("pages/parts/services")
        and re.search("cache_(data|resource)", (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert caching == []


LIGHT = {
    "core.errors": ("torch", "pandas", "sqlalchemy", "streamlit"),
    "core.images": ("torch", "pandas", "sqlalchemy", "streamlit"),
    "core.noise.catalogue, core.noise.stack, core.noise.mix": ("torch", "pandas", "sqlalchemy"),
    "core.lab.live, core.lab.fidelity, core.lab.spectrum": (
        "torch",
        "pandas",
        "sqlalchemy",
        "streamlit",
        "skimage",
    ),
    "core.cli": ("torch", "streamlit"),
    "core.jobs.service, core.jobs.worker": ("torch", "streamlit"),
    "core.data.dataset, core.data.builtin.job, core.data.imports": ("torch", "streamlit"),
    "core.runs.recipe, core.runs.runs, core.runs.estimate": ("torch", "streamlit"),
    "core.evaluation.predictions, core.evaluation.metrics, core.evaluation.headline, core.evaluation.details": (
        "torch",
    ),
    "core.evaluation.comparison": ("torch", "streamlit", "scipy.stats"),
    "core.evaluation.galleries, core.explanation.overlay, core.charts.measured, core.charts.breaking": (
        "torch",
        "streamlit",
    ),
    "core.lab.showcase, core.studies.demo, core.evaluation.job, core.training.job": ("torch", "streamlit"),
    "core.explanation.methods": ("torch",),
    "models.registry": ("torch", "core"),
}


@pytest.mark.parametrize("modules", LIGHT, ids=str)
def test_importing_the_light_parts_loads_nothing_heavy(modules: str) -> None:
    heavy = LIGHT[modules]
    extra = "; from core.noise.catalogue import all_noises; all_noises()" if "catalogue" in modules else ""
    extra += "; from models.registry import models; models()" if "registry" in modules else ""
    extra += (
        "; from core.explanation.methods import all_methods; all_methods()" if "methods" in modules else ""
    )
    code = f"import {modules}, sys{extra}; print([m for m in {heavy!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_of_the_noises_only_the_device_forms_import_torch() -> None:
    noises = [p for p in FILES if p.parts[:2] == ("core", "noise") and p.parts[2] != "device"]
    assert importing(noises, lambda _, name: within(name, "torch", "core.noise.device")) == {}


def test_only_training_and_evaluation_import_the_device_forms() -> None:
    allowed = (("core", "training"), ("core", "evaluation"))
    others = [p for p in FILES if p.parts[:3] != ("core", "noise", "device") and p.parts[:2] not in allowed]
    assert importing(others, lambda _, name: within(name, "core.noise.device")) == {}


def test_no_file_is_named_for_nothing() -> None:
    drawers = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert not [str(path) for path in FILES if path.name in drawers]


LONGEST = {"app.py": 90} | {str(p): 350 for p in FILES if p.parent == Path("pages")}
"""Lines."""


@pytest.mark.parametrize("path", LONGEST)
def test_app_and_pages_stay_thin(path: str) -> None:
    """They lay out, call core and show: no long file, and nothing reckoned with a library, which would be core's work."""
    source = (ROOT / path).read_text(encoding="utf-8")
    assert source.count("\n") <= LONGEST[path]
    tree, libraries = ast.parse(source), {}
    for node in ast.walk(tree):
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            package = (getattr(node, "module", None) or alias.name).split(".")[0]
            if package not in {*sys.stdlib_module_names, "core", "pages", "streamlit", "starlette"}:
                libraries[alias.asname or alias.name.split(".")[0]] = package
    reckoned = []
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        while isinstance(called, ast.Attribute):
            called = called.value
        if isinstance(called, ast.Name) and called.id in libraries:
            reckoned.append(f"{ast.unparse(node)[:80]} in line {node.lineno}")  # type: ignore[attr-defined]
    assert reckoned == []


def test_what_is_drawn_again_from_time_to_time_waits_until_the_page_is_at_rest() -> None:
    """Streamlit's own `run_every` does not; see pages/parts/clock.py."""
    clocks = [
        str(path) for path in FILES if re.search(r"run_every\s*=", (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert clocks == []


def fragments_within(path: Path, root: ast.FunctionDef) -> Iterator[str]:
    """Fragments and dialogs that what a function draws holds, of its own file or of others of the pages."""
    seen: set[int] = set()
    waiting: list[tuple[Path, ast.AST]] = [(path, one) for one in root.body]
    while waiting:
        here, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if is_fragment(node):
            yield f"{here}: {node.name}"
        names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        names |= {ast.unparse(one) for one in ast.walk(node) if isinstance(one, ast.Attribute)}
        waiting += [(here, one) for one in ast.walk(node) if is_fragment(one)]
        for name in names:
            waiting += defined(here, name)


def is_fragment(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    kinds = ("st.fragment", "st.dialog")
    return isinstance(node, ast.FunctionDef) and any(
        ast.unparse(one).startswith(kinds) for one in node.decorator_list
    )


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def defined(path: Path, name: str) -> list[tuple[Path, ast.AST]]:
    """What `name`, as a file of the pages says it, is there or where it was imported from: functions and constants."""
    first, _, rest = name.partition(".")
    for node in parsed(path).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pages"):
            for alias in node.names:
                if (alias.asname or alias.name) == first:
                    module = Path(*node.module.split(".")).with_suffix(".py")
                    inner = module.with_suffix("") / f"{alias.name}.py"
                    if inner in FILES:
                        return defined(inner, rest)
                    return defined(module, alias.name)
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return [(path, node)]
        if isinstance(node, ast.Assign) and name in [ast.unparse(one) for one in node.targets]:
            return [(path, node)]
    return []


def test_no_fragment_stands_within_another() -> None:
    """One that goes away there can leave the page white on a slow computer; see pages/parts/background.py."""
    found = [
        (path, node)
        for path in FILES
        if path.parts[0] == "pages"
        for node in ast.walk(parsed(path))
        if is_fragment(node)
    ]
    assert len(found) > 5
    within_others = {
        f"{path}: {node.name}": list(fragments_within(path, node))
        for path, node in found
        if any(fragments_within(path, node))
    }
    assert within_others == {}


def test_no_callback_of_a_widget_shows_anything() -> None:
    """In a fragment Streamlit puts what a callback shows in the place of the page's first elements."""
    silent = {"session_state", "query_params", "cache_data", "cache_resource"}
    called, shows = set(), {}
    for path in (path for path in FILES if path.parts[0] == "pages"):
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in ("on_click", "on_change"):
                if isinstance(node.value, ast.Name | ast.Attribute):
                    called.add(node.value.id if isinstance(node.value, ast.Name) else node.value.attr)
            elif isinstance(node, ast.FunctionDef):
                uses = {ast.unparse(one) for one in ast.walk(node) if isinstance(one, ast.Attribute)}
                words = {use.split(".")[1] for use in uses if use.startswith("st.")} - silent
                if words:
                    shows[node.name] = (str(path), sorted(words))
    assert len(called) > 10
    assert {name: shows[name] for name in called & set(shows)} == {}
