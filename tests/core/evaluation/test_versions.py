"""Versions that evaluations were made with."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.evaluation.versions import versions_apart, versions_now, versions_sentence
from core.folders import EvaluationFolder
from core.runs.evaluations import Evaluation, Facts


def made_with(created: float, **versions: str) -> Evaluation:
    return Evaluation("e", "r", created, Facts(versions=versions), EvaluationFolder(Path("nowhere")))


@pytest.mark.parametrize(
    "others",
    [
        [],
        [{"torch": "2.9.0", "noiselens": "0.1.0"}],
        [{"torch": "2.9.0+cpu"}],
        [{}],
        [{"torch": "2.9.0+cu128", "numpy": "2.3.0"}],
    ],
    ids=["alone", "the same", "another build", "one that does not say", "one that says more"],
)
def test_nothing_is_said_of_versions_that_are_not_known_to_differ(others: list[dict[str, str]]) -> None:
    tests = [made_with(2.0, torch="2.9.0", noiselens="0.1.0"), *(made_with(1.0, **one) for one in others)]
    assert versions_sentence(tests) is None


def test_versions_that_differ_are_named_once_the_oldest_test_first() -> None:
    tests = [
        made_with(3.0, noiselens="0.2.0", torch="2.10.0+cpu", numpy="2.3.0", newer="1"),
        made_with(2.0, noiselens="0.1.0", torch="2.9.0", numpy="2.3.0", newer="2"),
        made_with(1.0, noiselens="0.1.0", torch="2.9.0+cpu"),
    ]
    apart = {"noiselens": ["0.1.0", "0.2.0"], "torch": ["2.9.0", "2.10.0"], "newer": ["2", "1"]}
    assert versions_apart(tests) == apart
    said = versions_sentence(tests)
    assert said is not None
    for text in said.values():
        assert "NoiseLens 0.1.0, 0.2.0 · PyTorch 2.9.0, 2.10.0 · newer 2, 1" in str(text)


def test_another_device_and_changed_code_of_one_version_are_told_too() -> None:
    first = made_with(1.0, noiselens="0.1.0")
    facts = {"device": "NVIDIA H200", "code": "b"}
    tests = [replace(first, facts=replace(first.facts, code="a")), made_with(2.0, noiselens="0.1.0")]
    assert versions_sentence(tests) is None  # the second does not say
    tests.append(replace(tests[1], facts=replace(tests[1].facts, **facts)))
    said = versions_sentence(tests)
    assert said is not None
    assert "device: CPU, NVIDIA H200 · NoiseLens with changed code" in said["en"]
    tests.append(made_with(3.0, noiselens="0.2.0"))
    assert "changed code" not in str(versions_sentence(tests))  # that goes without saying then


def test_the_version_of_noiselens_itself_is_among_those_of_today() -> None:
    assert versions_now()["noiselens"][0].isdigit()


def test_of_answers_that_were_made_elsewhere_the_device_is_not_known_and_not_told() -> None:
    own, brought = made_with(1.0, noiselens="0.1.0"), made_with(2.0, noiselens="0.1.0")
    assert versions_sentence([own, replace(brought, facts=replace(brought.facts, device=""))]) is None
