"""Names that people chose, as pages write them into Markdown. How a browser reads them: tests/browser/test_names.py."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs.queue import list_jobs
from core.runs.runs import Run
from core.store import Workspace
from core.words import LANGUAGES, Text, fill
from pages.parts.i18n import literal, say, speaking, spoken, t
from tests.test_translations import TEXTS

Open = Callable[..., AppTest]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("faces", "faces"),
        ("얼굴 (2)", "얼굴 (2)"),
        ("gaussian_noise", "gaussian_noise"),
        ("Demo: clean", "Demo: clean"),
        ("a*b*", "a&#42;b&#42;"),
        ("_a_", "&#95;a&#95;"),
        ("~~c~~ $z$ `d` | e", "&#126;&#126;c&#126;&#126; &#36;z&#36; &#96;d&#96; &#124; e"),
        ("[x](y)", "&#91;x&#93;(y)"),
        ("<b> &amp; \\", "&#60;b&#62; &#38;amp; &#92;"),
        ("# top", "&#35; top"),
        ("- item", "&#45; item"),
        ("1. cats", "1&#46; cats"),
        ("12) dogs", "12&#41; dogs"),
        (":red[q]", ":\u2060red&#91;q&#93;"),
        (":material/home: :smile:", ":\u2060material/home: :\u2060smile:"),
        ("a -> b", "a -\u2060&#62; b"),
        ("www.a.org me@a.org http://a", "www\u2060.a.org me\u2060@a.org http:\u2060//a"),
        ("two\n\nlines", "two lines"),
        ("95\u00a0% of\t them", "95\u00a0% of them"),
    ],
)
def test_markdown_shows_a_name_as_it_is(name: str, written: str) -> None:
    assert literal(name) == written


def test_no_line_breaks_between_a_number_its_percent_and_a_particle() -> None:
    for text in (*TEXTS.values(), Text(en="right on 66 %.", ko="사진의 66%를(반은 (50%)에) 맞히고")):
        for language in LANGUAGES:
            with speaking(language):
                said = say(text)
            assert not re.search(r"[\d*] %|[%)][가-힣]", said)
            bare = [one.replace("\u2060", "").replace("\u00a0", " ") for one in (said, text[language])]
            assert bare[0] == bare[1]


def test_what_a_page_says_keeps_number_and_percent_together() -> None:
    with speaking("en"):
        assert "**40\u00a0%** stay" in t("train.mix_rest", share=40)
    with speaking("ko"):
        assert "**40**%\u2060는" in t("train.mix_rest", share=40)


def test_bold_words_end_where_markdown_sees_it_before_a_korean_letter() -> None:
    for text, shown in {
        "근거의 **15%**입니다": "근거의 **15**%\u2060입니다",
        "**{a}**와 **나(2)**는": "**{a}**와 **나(2**)\u2060는",
        "20%**답**은 **91 %** 확신": "20%**답**은 **91\u00a0%** 확신",
    }.items():
        assert say(Text(en=text, ko=text)) == shown


def test_what_a_download_makes_when_it_is_pressed_is_in_the_visitor_s_language() -> None:
    made = {}
    for of_visitor in LANGUAGES:
        with speaking(of_visitor):
            made[of_visitor] = spoken(lambda: t("explain.clean"))
    with ThreadPoolExecutor(1) as elsewhere:  # as Streamlit does: no page is built there
        said = {of_visitor: elsewhere.submit(make).result() for of_visitor, make in made.items()}
    assert said == {"en": "Clean", "ko": "원본"}


def test_particles_fit_a_name_that_ends_in_an_escaped_sign() -> None:
    assert fill("{name:을/를}", name=literal("얼굴*")) == "얼굴&#42;을"
    assert fill("{name:을/를}", name=literal("사과*")) == "사과&#42;를"


NAME = "a*b*~~c~~ [x](y) $z$ :red[q] <b>"


@pytest.mark.parametrize("page", ["home", "data", "train", "results", "explain"])
def test_no_page_lets_markdown_read_the_name_of_a_run(
    page: str, open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    from sqlalchemy import update

    from core.evaluation.job import submit_evaluation
    from core.runs.runs import open_run
    from core.tables import RunRow

    with workspace.session() as session:
        session.execute(update(RunRow).values(name=NAME, label={"en": NAME, "ko": NAME}))
    submit_evaluation(workspace, open_run(workspace, NAME))
    assert list_jobs(workspace)
    at = open_page(page)
    assert not at.exception
    shown = [element for kind in ("markdown", "caption", "error", "warning") for element in at.get(kind)]
    read = [text for one in shown for text in (one.value, getattr(one.proto, "help", ""))]
    assert not [text for text in read if "~~c~~" in text or "[x](y)" in text]
    # A line of the queue is HTML of the page's own.
    lines = [unescape(re.sub("<[^>]+>", "", one.proto.body)) for one in at.get("html")]
    if page in ("home", "train", "results"):
        assert any(literal(NAME) in text for text in read) or any(NAME in line for line in lines)
