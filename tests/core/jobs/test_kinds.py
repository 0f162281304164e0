import ast
from dataclasses import replace
from pathlib import Path

import pytest

from core.jobs import queue
from core.jobs.again import again
from core.jobs.kinds import KINDS, function


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_functions_of_every_kind_are_there(kind):
    assert callable(function(kind.run))
    assert callable(function(kind.again))


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
