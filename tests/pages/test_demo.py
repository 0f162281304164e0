"""The demo study where a page is empty without a tested run."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import OutOfMemory
from core.jobs.queue import claim, finish, list_jobs
from core.store import Workspace
from core.words import Language


@pytest.mark.parametrize("page", ["results", "explain", "present"])
@pytest.mark.parametrize(("language", "word"), [("en", "demo study"), ("ko", "데모 연구")])
def test_without_a_tested_run_the_demo_starts_here_and_is_shown(
    open_page: Callable[..., AppTest], workspace: Workspace, page: str, language: Language, word: str
) -> None:
    at = open_page(page, language)
    assert not at.exception
    (button,) = [one for one in at.button if word in one.label]
    button.click().run()
    (job,) = list_jobs(workspace)
    assert job.kind == "study"
    assert at.button(key=f"cancel_{job.id}")
    claim(workspace, job.id)
    finish(workspace, job.id, "failed", error=OutOfMemory())
    at = open_page(page, language)
    assert any(OutOfMemory().say(language) in one.value for one in at.markdown)
    assert at.button(key="demo_run")
