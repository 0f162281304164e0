import ast
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import AskedOtherwise
from core.jobs import queue
from core.jobs.again import again
from core.jobs.kinds import KINDS, function
from core.progress import silent
from core.studies.demo import StudyPayload


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_functions_of_every_kind_are_there(kind):
    assert callable(function(kind.run))
    assert callable(function(kind.again))


@pytest.mark.parametrize("kind", KINDS)
def test_no_job_is_done_otherwise_than_it_was_asked_to(workspace, submit, kind):
    keys = {
        "accept": "decisions",
        "train": "evaluate",
        "evaluate": "noises",
        "study": "plan",
        "range_test": "recipe",
        "bring": "classes",
        "challenge": "noises",
        "export": "to",
        "report": "form",
        "film": "wish",
        "spectrum": "images",
        "distances": "noises",
        "features": "severity",
    }
    job = replace(submit("once"), kind=kind, payload={keys.get(kind, "seed"): "of tomorrow"})
    with pytest.raises(AskedOtherwise, match="of tomorrow"):
        function(KINDS[kind].run)(workspace, job, silent)


def test_what_a_part_of_a_payload_says_otherwise_is_named(workspace, submit):
    job = replace(submit("once"), payload={"plan": {"epochs": "many", "newer": 1}, "newer": 2})
    with pytest.raises(AskedOtherwise, match='epochs: "many"'):
        job.asked(StudyPayload)
    job.payload["plan"]["epochs"] = 3
    assert job.asked(StudyPayload).plan.epochs == 3


def test_a_job_of_a_kind_that_only_another_version_knows_has_no_group_and_makes_nothing(workspace, submit):
    job = replace(submit("once"), kind="of tomorrow")
    assert job.group is None
    assert not job.makes("model")
    assert again(workspace, replace(job, state="failed")) is None
    assert queue.list_unsuccessful(workspace, "data") == []


def test_no_page_tells_jobs_apart_by_their_kind():
    asked = []
    for file in Path("pages").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Attribute):
                continue
            if node.left.attr == "kind" and ast.unparse(node.left.value) in ("job", "last"):
                asked.append(f"{file}:{node.lineno}")
    assert asked == []
