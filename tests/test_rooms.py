"""The order of rooms: an import goes down, never up, so that no two rooms need each other.

`python -m tests.test_rooms [FOLDER]` counts circles and imports that go up, in this project or in another copy of it.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

GROUND = [
    "core.words core.limits core.statistics core.ahead core.hardware core.pixels core.registry",
    "core.errors core.progress core.names core.records core.measure",
    "core.files core.picture_files core.levels core.tables core.folders core.resizing",
    "core.eight_bits",
    "core.images core.store",
    "core.samples",
]
"""The ground floor has no rooms; its files lie on each other."""
FLOORS = [
    "models",
    *GROUND,
    "core.noise",
    "core.noise.shared",
    "core.noise.families",
    "core.noise.device",
    "core.jobs",
    "core.data",
    "core.data.intake",
    "core.data.review",
    "core.data.imports core.data.exports",
    "core.data.named core.data.builtin",
    "core.charts",
    "core.runs",
    "core.networks",
    "core.explanation",
    "core.evaluation",
    "core.training core.brought",
    "core.studies core.lab core.films",
    "core.reports",
    "core.cli",
    "core.__main__ core",
    "pages.parts",
    "pages.parts.lab pages.parts.data pages.parts.training pages.parts.results pages.parts.explain pages.parts.present",
    "pages.parts.quiz",
    "pages",
    "app",
]
"""From the ground up. Rooms on one floor do not know each other."""
ROOMS = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms.split()}


def modules(root: Path) -> dict[str, Path]:
    """Each module of the product with its file."""
    files = [
        root / "app.py",
        *(file for top in ("core", "models", "pages") for file in (root / top).rglob("*.py")),
    ]
    return {
        ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file
        for file in files
    }


def imported(file: Path, known: Mapping[str, Path]) -> set[str]:
    """The modules among `known` that a file imports, within its functions and for types alone, too."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in known else node.module or "")
    return found & set(known)


def room_of(module: str) -> str:
    """The innermost room that a module lies in."""
    while module not in ROOMS:
        module = module.rpartition(".")[0]
        assert module, "a module lies in no room of the list"
    return module


def going_up(root: Path) -> Iterator[str]:
    """Imports of a room above, or of another one on the same floor."""
    known = modules(root)
    for module, file in known.items():
        here = room_of(module)
        for other in sorted(imported(file, known)):
            there = room_of(other)
            if here != there and ROOMS[there] >= ROOMS[here]:
                yield f"{module} imports {other}"


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of names that reach each other (Tarjan 1972: strongly connected components of more than one)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        path.append(name)
        for other in graph[name]:
            if other not in number:
                visit(other)
            if other in path:
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == number[name]:
            place = path.index(name)
            if len(path) - place > 1:
                found.append(sorted(path[place:]))
            del path[place:]

    for name in graph:
        if name not in number:
            visit(name)
    return found


def files_in_circles(root: Path) -> list[list[str]]:
    known = modules(root)
    return circles({module: imported(file, known) - {module} for module, file in known.items()})


def folders_in_circles(root: Path) -> list[list[str]]:
    """Folders that need each other, whatever the list of rooms says: so older copies of the project can be counted."""
    known = modules(root)
    # Of two parts: the files that lie in `core` itself, the ground, stand for themselves.
    folder = {module: "/".join(file.relative_to(root).parts[:2]) for module, file in known.items()}
    graph: dict[str, set[str]] = {place: set() for place in folder.values()}
    for module, file in known.items():
        graph[folder[module]] |= {folder[other] for other in imported(file, known)} - {folder[module]}
    return circles(graph)


def test_imports_go_down_only() -> None:
    assert list(going_up(ROOT)) == []


def test_no_files_need_each_other() -> None:
    assert files_in_circles(ROOT) == []


def test_every_room_of_the_list_is_there() -> None:
    known = modules(ROOT)
    assert [room for room in ROOMS if room not in known] == []


def test_a_module_that_imports_upwards_is_found(tmp_path: Path) -> None:
    for name, text in {
        "app.py": "",
        "core/errors.py": "def f():\n    from core.noise import catalogue\n",
        "core/noise/catalogue.py": "import core.errors\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(going_up(tmp_path)) == ["core.errors imports core.noise.catalogue"]
    assert files_in_circles(tmp_path) == [["core.errors", "core.noise.catalogue"]]
    assert folders_in_circles(tmp_path) == [["core/errors.py", "core/noise"]]


if __name__ == "__main__":
    root = Path(sys.argv[1]) if sys.argv[1:] else ROOT
    for title, groups in (("files", files_in_circles(root)), ("folders", folders_in_circles(root))):
        print(f"circles of {title}: {len(groups)}")
        for group in groups:
            print("  " + " ".join(group))
    try:
        up = list(going_up(root))
    except AssertionError:
        print("imports that go up: the rooms of this copy are not those of the list")
    else:
        print(f"imports that go up: {len(up)}", *up, sep="\n  ")
