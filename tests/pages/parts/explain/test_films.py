"""A video on the Grad-CAM page: brought, asked about, looked at frame by frame, deleted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.films.film import list_films
from core.films.job import run_job
from core.jobs import queue
from core.progress import silent
from core.runs.runs import Run
from core.store import Workspace

Open = Callable[..., AppTest]


def carried_out(workspace: Workspace) -> None:
    """The job that waits, done in this process."""
    (job,) = queue.list_jobs(workspace, active=True)
    assert queue.claim(workspace, job.id)
    queue.finish(workspace, job.id, "done", result=run_job(workspace, job, silent))


def headings(at: AppTest) -> list[str]:
    return [one.value for one in at.markdown if one.value.startswith("### ")]


@pytest.mark.parametrize(
    ("language", "ask", "said"),
    [("en", "Ask frame by frame · 10 frames", "5 frames"), ("ko", "프레임마다 묻기 · 10프레임", "5프레임")],
)
def test_a_video_is_asked_about_by_a_click_and_told_with_what_was_asked_until_it_is_deleted(
    open_page: Open,
    workspace: Workspace,
    with_weights: Run,
    film: Callable[..., Path],
    tmp_path: Path,
    language: str,
    ask: str,
    said: str,
) -> None:
    at = open_page("explain", language)
    data = film(tmp_path / "a.mp4", frames=5, rate=5).read_bytes()
    at.file_uploader[0].upload("내 *video*.mp4", data, "video/mp4").run()
    assert not at.exception
    assert not at.tabs, "galleries are of the test"
    button = at.button(key="explain_film_ask")
    assert button.label.startswith(ask)
    assert at.query_params["video"] == list_films(workspace)[0].card.id
    button.click().run()
    assert not [one for one in at.button if one.key == "explain_film_ask"], "it is being asked"
    carried_out(workspace)
    at.run()
    assert not at.exception
    assert any(said in one for one in headings(at)), headings(at)
    assert not [one for one in at.button if one.key == "explain_film_ask"], "it has been asked"

    # Frame by frame, as by a click on the chart.
    at.segmented_control(key="explain_film_mode").set_value("frames").run()
    assert not at.exception
    (slider,) = [one for one in at.slider if one.key and one.key.startswith("explain_film_frame")]
    slider.set_value(3).run()
    assert any("0.4" in image.caption for one in at.image for image in one.proto.imgs)

    # Other boxes ask for something else, and what was asked stays to be seen until it is there.
    at.select_slider(key="explain_severity").set_value(0).run()
    assert any(said in one for one in headings(at))
    at.button(key="explain_film_ask").click().run()
    carried_out(workspace)
    at.run()
    first, second = at.selectbox(key="explain_film_answers").options
    assert first != second
    assert at.selectbox(key="explain_film_answers").value == list_films(workspace)[0].answers[0].card.id
    # Back to what was asked first: it is there at once.
    at.select_slider(key="explain_severity").set_value(3).run()
    assert at.selectbox(key="explain_film_answers").value == list_films(workspace)[0].answers[1].card.id

    at.button(key="explain_film_forget_all_ask").click().run()
    at.button(key="explain_film_forget_all_yes").click().run()
    assert not list_films(workspace)
    at.run()
    assert not at.exception
    assert at.tabs, "the test's pictures again"


def test_a_video_that_was_brought_before_is_taken_up_again_and_an_address_leads_to_it(
    open_page: Open, workspace: Workspace, with_weights: Run, film: Callable[..., Path], tmp_path: Path
) -> None:
    at = open_page("explain")
    at.file_uploader[0].upload("a.mp4", b"\0\0\0\x18ftypmp42" * 20, "video/mp4").run()
    assert [one for one in at.error if "a.mp4" in one.value]
    assert at.tabs
    at.file_uploader[0].upload("b.mp4", film(tmp_path / "b.mp4", frames=2).read_bytes(), "video/mp4").run()
    (kept,) = list_films(workspace)
    at.button(key="explain_photo_back").click().run()
    assert at.tabs
    at.button(key=f"explain_film_{kept.card.id}").click().run()
    assert not at.tabs
    other = open_page("explain", video=kept.card.id, view="swipe")
    assert not other.exception
    assert other.button(key="explain_film_ask")
    assert other.segmented_control(key="explain_view").value == "heat", "nothing is swiped in a video"
    assert len(other.error) == 1
    gone = open_page("explain", video="gone")
    assert gone.tabs
    assert any("gone" in one.value for one in gone.error)
