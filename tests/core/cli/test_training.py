"""The command line's ways to train."""

from core.cli import main
from core.runs.presets import PRESETS


def test_presets_are_listed_with_what_to_expect_their_paper_and_their_time(told):
    found = told("presets", "--json")
    assert [list(one) for one in found] == [["key", "name", "sentence", "source", "time"]] * len(PRESETS)
    assert [one["key"] for one in found] == list(PRESETS)
    assert all(one["time"] > 0 and one["source"] and one["sentence"]["ko"] for one in found)


def test_a_preset_that_needs_a_choice_says_so(capsys):
    assert main(["presets"]) == 0
    assert "one_noise:NOISE: One noise." in capsys.readouterr().out
