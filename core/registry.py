"""Records that are found by themselves: a folder holds a file each, which registers its own when it is imported."""

import importlib
import pkgutil
import threading
from types import ModuleType
from typing import Generic, Protocol, TypeVar


class Keyed(Protocol):
    """Anything with a key."""

    @property
    def key(self) -> str: ...


Entry = TypeVar("Entry", bound=Keyed)


class Registry(Generic[Entry]):
    """The records of one kind."""

    def __init__(self, folder: str, what: str) -> None:
        """
        Args:
            folder: the package whose files register them, e.g. "core.evaluation.measures".
            what: several of them are called so in an error, e.g. "measures".
        """
        self.known: dict[str, Entry] = {}
        """Those that are registered by now, by key."""
        self._folder = folder
        self._what = what
        self._all_imported = False
        self._lock = threading.RLock()

    def add(self, entry: Entry) -> Entry:
        """Register a record; returns it.

        Raises:
            ValueError: the key is taken.
        """
        if entry.key in self.known:
            raise ValueError(f"two {self._what} are called {entry.key}")
        self.known[entry.key] = entry
        return entry

    def every(self) -> dict[str, Entry]:
        """All of them, by key, in the order of their files, whichever of these was imported first; what stands in no file's names
        comes last. Imports each file of the folder once; an import error rises."""
        with self._lock:
            if not self._all_imported:
                files = import_files(self._folder)
                place: dict[int, int] = {}
                for number, file in enumerate(files):
                    for value in vars(file).values():
                        place.setdefault(id(value), number)
                ordered = sorted(self.known.items(), key=lambda one: place.get(id(one[1]), len(files)))
                self.known.clear()
                self.known.update(ordered)
                self._all_imported = True
        return self.known


def import_files(folder: str) -> list[ModuleType]:
    """Import each file of a package, in the order of their names; an import error rises."""
    package = importlib.import_module(folder)
    return [importlib.import_module(f"{folder}.{one.name}") for one in pkgutil.iter_modules(package.__path__)]
