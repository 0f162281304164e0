"""Records that are found by themselves."""

import importlib
from pathlib import Path

import pytest

from core.registry import Keyed, Registry


def test_records_stand_in_the_order_of_their_files_whichever_was_imported_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "found_in_order"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from core.registry import Registry\nFOUND = Registry(__name__, 'things')\n"
    )
    for name in ("apple", "pear", "quince"):
        (folder / f"{name}.py").write_text(
            "from types import SimpleNamespace\nfrom found_in_order import FOUND\n"
            f"IT = FOUND.add(SimpleNamespace(key='{name}'))\n"
        )
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("found_in_order.quince")
    found: Registry[Keyed] = importlib.import_module("found_in_order").FOUND
    assert list(found.known) == ["quince"]
    assert list(found.every()) == ["apple", "pear", "quince"]
