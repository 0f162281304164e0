"""The live route: only the lab's own pictures, only for its own page, bad requests in words."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import cv2
import numpy as np
import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from core.images import encode_png
from core.lab.live import LABS, LiveLab
from core.lab.photo import Photo
from core.noise.stack import Layer, apply_stack
from core.pixels import Image
from pages.parts.lab.live_route import HEADER, live_routes
from pages.parts.services import classifiers

T = TypeVar("T")
PHOTO = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
SALT = Layer.make("salt_pepper", {"fraction": 0.1})


def lab_of(photo: Image) -> LiveLab:
    lab = LiveLab()
    lab.put(Photo.of(photo), [(4, SALT)], 7, None)
    LABS.keep(lab)
    return lab


@pytest.fixture
def lab() -> Iterator[LiveLab]:
    made = lab_of(PHOTO)
    yield made
    LABS.close(made)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What it gives, in a thread of its own: the browser tests may have a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


@dataclass
class Answer:
    status_code: int
    headers: dict[str, str]
    content: bytes


async def ask(app: Starlette, address: str, headers: Mapping[str, str]) -> Answer:
    """What the route answers, as a server would ask it (Starlette's own client needs one more package)."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    found = Answer(0, {}, b"")

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            found.status_code = message["status"]
            found.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            found.content += message["body"]

    await app(scope, receive, send)
    return found


class Client:
    def get(self, address: str, headers: Mapping[str, str]) -> Answer:
        return run(ask(Starlette(routes=live_routes()), address, headers))


@pytest.fixture
def client() -> Client:
    return Client()


def pixels(content: bytes) -> Image:
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB))


def test_the_exact_picture_has_the_pixels_of_core_and_is_stored_nowhere(client: Client, lab: LiveLab) -> None:
    answer = client.get("/live/noisy.png?4.fraction=0.3", headers={HEADER: lab.id})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    expected = apply_stack(PHOTO, [Layer.make("salt_pepper", {**SALT.params, "fraction": 0.3})], 7)
    np.testing.assert_array_equal(pixels(answer.content), expected)
    original = client.get("/live/original.png", headers={HEADER: lab.id})
    np.testing.assert_array_equal(pixels(original.content), PHOTO)


def test_while_dragging_it_is_a_jpeg_of_the_same_picture(client: Client, lab: LiveLab) -> None:
    answer = client.get("/live/noisy.jpg", headers={HEADER: lab.id})
    assert answer.headers["content-type"] == "image/jpeg"
    off = pixels(answer.content).astype(int) - apply_stack(PHOTO, [SALT], 7)
    assert np.abs(off).mean() < 20


def test_figures_are_psnr_and_ssim(client: Client, lab: LiveLab) -> None:
    found = json.loads(client.get("/live/figures?4.fraction=0", {HEADER: lab.id}).content)
    assert found == {"psnr": None, "ssim": pytest.approx(1)}


def test_what_models_say_is_about_the_picture_with_the_moved_value(client: Client, lab: LiveLab) -> None:
    lab.answering = lambda stack, noisy: [{"stack": repr(stack), "sum": int(noisy.sum())}]
    (said,) = json.loads(client.get("/live/answers?4.fraction=0.3", {HEADER: lab.id}).content)
    moved = [Layer.make("salt_pepper", {**SALT.params, "fraction": 0.3})]
    assert said == {"stack": repr(moved), "sum": int(apply_stack(PHOTO, moved, 7).sum())}


def test_a_new_picture_does_not_replace_the_answers_that_are_waited_for(lab: LiveLab) -> None:
    wanted = lab.ask("answers")
    lab.ask("noisy")
    assert wanted()
    lab.ask("answers")
    assert not wanted()


@pytest.mark.parametrize("what", ["noisy.jpg", "noisy.png", "original.png", "figures", "answers"])
def test_without_the_id_of_an_open_lab_there_is_nothing(what: str, client: Client, lab: LiveLab) -> None:
    for guess in (None, "", "a" * 32, lab.id[:-1], lab.id.swapcase()):
        headers = {} if guess is None else {HEADER: guess}
        assert client.get(f"/live/{what}", headers=headers).status_code == 404
    LABS.close(lab)
    assert client.get(f"/live/{what}", headers={HEADER: lab.id}).status_code == 404


def test_two_visitors_get_their_own_pictures(client: Client, lab: LiveLab) -> None:
    other = lab_of(PHOTO[:, ::-1].copy())
    for one in (lab, other):
        answer = client.get("/live/original.png", headers={HEADER: one.id})
        np.testing.assert_array_equal(pixels(answer.content), one.scene.clean.pixels)
    LABS.close(other)


def test_another_site_is_refused(client: Client, lab: LiveLab) -> None:
    for site in ("cross-site", "same-site", "none"):
        headers = {HEADER: lab.id, "Sec-Fetch-Site": site}
        assert client.get("/live/noisy.jpg", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "4.fraction=9",
        "4.fraction=nan",
        "4.fraction=",
        "4.fraction=1e999",
        "4.nothing=1",
        "5.fraction=0.1",
        "fraction=0.1",
        "4.fraction=" + "1" * 5000,
        "%00.x=1",
        "99999999999999999999.fraction=0.1",
        "&".join(f"4.p{i}=1" for i in range(100)),
    ],
)
def test_a_bad_value_gets_400_and_words_without_a_traceback(query: str, client: Client, lab: LiveLab) -> None:
    answer = client.get(f"/live/noisy.jpg?{query}", headers={HEADER: lab.id})
    assert answer.status_code == 400
    assert answer.content
    assert "Traceback" not in answer.content.decode()


def test_a_request_that_a_newer_one_replaces_before_it_is_started_is_given_up(
    lab: LiveLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both places are taken by slow pictures while a visitor asks twice: only the second is made."""
    from pages.parts.lab import live_route

    go, made, address = threading.Event(), [], "/live/noisy.jpg"
    blockers = [lab_of(PHOTO), lab_of(PHOTO)]

    def answer(what: str, asked: LiveLab, *rest: object) -> object:
        made.append(asked)
        if asked in blockers:
            assert go.wait(20)
        return live_route.Response(encode_png(asked.scene.clean.pixels))

    monkeypatch.setattr(live_route, "_answer", answer)

    async def both() -> list[int]:
        app = Starlette(routes=live_routes())
        busy = [asyncio.create_task(ask(app, address, {HEADER: blocker.id})) for blocker in blockers]
        while len(made) < 2:
            await asyncio.sleep(0)
        first = asyncio.create_task(ask(app, address, {HEADER: lab.id}))
        while lab.newest["noisy"] < 1:
            await asyncio.sleep(0)
        second = asyncio.create_task(ask(app, address, {HEADER: lab.id}))
        while lab.newest["noisy"] < 2:
            await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*busy)
        return [(await first).status_code, (await second).status_code]

    assert run(both()) == [409, 200]
    assert made.count(lab) == 1
    for blocker in blockers:
        LABS.close(blocker)


def test_a_visitors_lab_is_in_the_registry_and_its_id_no_other_visitors(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifiers, "classifier_ready", lambda key, start=True: False)
    before = len(LABS)
    pages = [open_page("preview", noises="gaussian_noise(sd=0.2)") for _ in range(2)]
    for page in pages:
        assert not page.exception
    assert len(LABS) > before
