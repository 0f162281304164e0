"""The frame: pages, language, footer, and what is said when something goes wrong."""

import inspect
import json
import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.runtime import app_session
from streamlit.testing.v1 import AppTest

from core.store import Workspace
from pages.parts import i18n
from pages.parts.address import unknown_path
from pages.parts.deep_address import one_part

ROOT = Path(__file__).resolve().parents[2]
SHELL = str(ROOT / "pages" / "shell.py")
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem not in ("__init__", "shell"))


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_in_an_empty_workspace(
    page: str, language: str, open_page: Callable[..., AppTest]
) -> None:
    at = open_page(page, language)
    assert not at.exception
    assert not at.error
    footer = json.loads((ROOT / "locales" / "shell.json").read_text(encoding="utf-8"))["footer"][language]
    assert any(footer in caption.value for caption in at.caption)


@pytest.mark.parametrize(
    ("locale", "title"),
    [("ko-KR", "노이즈가"), ("en-US", "See what"), ("fr-FR", "See what"), (None, "See what")],
)
def test_the_first_language_is_the_browsers(workspace: Workspace, locale: str | None, title: str) -> None:
    at = AppTest.from_file(SHELL, default_timeout=30)
    at.context = {"locale": locale}
    at.run()
    assert at.title[0].value.startswith(title)


def test_the_address_decides_over_the_browser_and_a_wrong_one_is_ignored(workspace: Workspace) -> None:
    for asked, title in (("ko", "노이즈가"), ("xx", "See what")):
        at = AppTest.from_file(SHELL, default_timeout=30)
        at.context = {"locale": "en-US"}
        at.query_params["lang"] = asked
        at.run()
        assert at.title[0].value.startswith(title)


def test_a_chosen_language_goes_into_the_address_and_stays_on_the_next_page(workspace: Workspace) -> None:
    at = AppTest.from_file(SHELL, default_timeout=60).run()
    at.segmented_control(key=i18n.LANGUAGE_KEY).set_value("ko").run()
    assert at.query_params["lang"] in ("ko", ["ko"])
    at.switch_page("preview.py").run()
    assert at.title[0].value == "노이즈 실험실"


def test_our_words_are_shown_for_known_and_unknown_errors() -> None:
    def script() -> None:
        import app
        from core.errors import NotAPicture

        assert app.on_script_error(NotAPicture(name="notes.txt"))
        assert app.on_script_error(ZeroDivisionError("division by zero"))

    at = AppTest.from_function(script, default_timeout=30).run()
    assert not at.exception
    known, unknown = (error.value for error in at.error)
    assert known.startswith('"notes.txt" is not a picture')
    assert unknown.startswith("Something went wrong")
    assert "division" not in unknown


def test_the_log_is_not_filled_with_what_streamlit_says_of_parts_of_pages_that_are_gone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    import app  # noqa: F401 - it is what the server runs

    (said,) = re.findall(
        r'"(The fragment with id %s[^"]*)"\s*"([^"]*)"',
        inspect.getsource(app_session.AppSession.request_rerun),
    )
    streamlits = logging.getLogger(app_session.__name__)
    with caplog.at_level(logging.INFO, streamlits.name):
        streamlits.info("".join(said), "4e08a88b")
        streamlits.info("Something else about a fragment")
    assert {record.getMessage() for record in caplog.records} == {"Something else about a fragment"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8501/", None),
        ("http://127.0.0.1:8501/train?lang=ko", None),
        ("http://127.0.0.1:8501/home", "home"),
        ("http://127.0.0.1:8501/%ED%95%9C?x=/train", "한"),
        (None, None),
    ],
)
def test_a_path_that_is_no_page_is_told_from_one_that_is(url: str | None, expected: str | None) -> None:
    assert unknown_path(url, ["", "train"]) == expected


@pytest.mark.parametrize(
    ("path", "base", "expected"),
    [
        ("/", "", None),
        ("/train", "", None),
        ("/train/", "", None),
        ("/a/b", "", "/a-b"),
        ("/train/x/", "", "/train-x"),
        ("/한/b?/../c", "", "/%ED%95%9C-b%3F-..-c"),
        ("//example.org/b", "", None),
        ("/static/js/index.js", "", None),
        ("/_stcore/health", "", None),
        ("/live/noisy.png", "", None),
        ("/lens/train", "lens", None),
        ("/lens/a/b", "/lens/", "/lens/a-b"),
        ("/other/a/b", "lens", None),
    ],
)
def test_an_address_of_several_parts_becomes_one_that_no_page_has(
    path: str, base: str, expected: str | None
) -> None:
    assert one_part(path, base) == expected
