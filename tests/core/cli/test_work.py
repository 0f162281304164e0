"""What the commands for runs print."""

import pytest

from core.cli.work import print_cells
from core.evaluation.metrics import cell_table
from core.measure import registered_measures
from tests.core.evaluation.conftest import CLEAN_RIGHT, MISSED, table


def test_evaluate_prints_every_measure_with_its_interval(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    print_cells(cell_table(table(CLEAN_RIGHT)))
    head, clean, *_ = capsys.readouterr().out.splitlines()
    assert head.split("  ")[0] == "noise"
    assert head.endswith("images  accuracy  95 % interval")
    assert clean.split() == ["clean", "0", "100", "90.0%", "82.6%", "to", "94.5%"]
    monkeypatch.setitem(registered_measures(), MISSED.key, MISSED)
    print_cells(cell_table(table(CLEAN_RIGHT), ["a", "b"]))
    head, clean, *_ = capsys.readouterr().out.splitlines()
    assert head.split()[-4:] == ["missed", "95", "%", "interval"]
    assert clean.split()[4:9] == ["82.6%", "to", "94.5%", "10.0%", "4.3%"]
