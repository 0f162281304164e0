"""What the commands for runs print."""

import pytest

from core.cli.work import asked_noises, print_cells
from core.evaluation.job import checked_noises
from core.evaluation.metrics import cell_table
from core.measure import registered_measures
from core.noise.catalogue import c_bar_noises
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


def test_the_noises_of_a_test_are_keys_with_commas_or_a_set_by_its_name() -> None:
    assert checked_noises(asked_noises("fog, pca")) == ["fog", "pca"]
    assert checked_noises(asked_noises("cbar"), table="cifar_10_c") == c_bar_noises("cifar_10_c")
    both = checked_noises(asked_noises("uniform_noise,cbar"), table="cifar_10_c")
    assert both == ["uniform_noise", *c_bar_noises("cifar_10_c")]
    assert checked_noises(asked_noises("all")) == checked_noises("all")
    assert checked_noises(asked_noises(None)) == checked_noises(None)
