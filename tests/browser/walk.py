"""A random walk over the widgets of all pages in a real browser: what a screen says is held against what is so.

`python -m tests.browser.walk --steps 2000 --seed 3` prints each finding with the steps that led to it and writes them to
a file; `--again FILE` walks them once more.
"""

import argparse
import json
import random
import re
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Page, sync_playwright

from tests.browser.rest import at_rest
from tests.browser.serving import FLAGS, HEADLESS, ROOT, recorded
from tests.browser.test_every_page import english
from tests.browser.truth import Finding, check_csv, check_results, check_run, newest_run

PAGES = ("", "preview", "data", "train", "results", "explain")
LANGUAGES = {"en": "English", "ko": "한국어"}
SETTLED = 60_000
"""ms within which a page is at rest after a click."""
REACHED = 45_000
"""ms within which what is offered can be clicked."""
AGREED = 5.0
"""Seconds within which browser and server say the same; a page in the middle of a rerun is looked at again."""

READ = (Path(__file__).parent / "walk.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Step:
    """One thing that a visitor does."""

    action: str
    """go, language, reload, back, choose, pick, slide, switch, type, press, tab, open."""
    target: str = ""
    """A page, or the key or text of a widget."""
    value: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.action, self.target, self.value and repr(self.value)) if part)


@dataclass
class Walker:
    """A visitor of one dashboard."""

    page: Page
    address: str
    recorder: str
    """Where tests.browser.recorder answers."""
    home: Path
    """The dashboard's workspace."""
    chance: random.Random
    done: list[Step] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    """What the page's own scripts threw since it was last asked."""
    log_read: int = 0

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.trouble.append(f"script error: {error}"))

    # What is there.

    def look(self) -> dict[str, Any]:
        """The widgets, buttons, headings and charts of the page, as walk.js gives them."""
        found: dict[str, Any] = self.page.evaluate(READ)
        return found

    def held(self) -> dict[str, list[str]]:
        """What each widget returned to the server in its last run, by key."""
        with urllib.request.urlopen(self.recorder, timeout=10) as answer:
            sessions: dict[str, dict[str, list[str]]] = json.load(answer)
        return list(sessions.values())[-1] if sessions else {}

    # What can be done.

    def next_step(self) -> Step:
        """A step drawn by chance among those that the page offers."""
        chance = self.chance.random()
        if chance < 0.12:
            return Step("go", self.chance.choice(PAGES))
        if chance < 0.17:
            return Step("language", self.chance.choice(list(LANGUAGES)))
        if chance < 0.21:
            return Step("reload")
        if chance < 0.23:
            return Step("back")
        seen = self.look()
        offers: list[Callable[[], Step | None]] = []
        for widget in seen["widgets"]:
            if widget["visible"] and not widget["disabled"] and widget["key"] != "lang":
                offers += 2 * [lambda widget=widget: self._of_widget(widget)]  # type: ignore[misc]
        offers += [lambda one=one: Step("press", one) for one in seen["buttons"] if self._may_press(one)]  # type: ignore[misc]
        offers += [lambda one=one: Step("tab", one) for one in seen["tabs"]]  # type: ignore[misc]
        offers += [lambda one=one: Step("open", one) for one in seen["expanders"]]  # type: ignore[misc]
        while offers:
            step = offers.pop(self.chance.randrange(len(offers)))()
            if step is not None:
                return step
        return Step("go", self.chance.choice(PAGES))

    def _may_press(self, button: str) -> bool:
        """What is long, or takes everything away, is pressed now and then only."""
        return not RARE.search(button) or self.chance.random() < 0.1

    def _of_widget(self, widget: dict[str, Any]) -> Step | None:
        key, kind, chance = widget["key"], widget["kind"], self.chance
        if kind in ("selectbox", "multiselect"):
            return Step("choose", key, str(chance.randrange(1_000)))
        if kind == "buttons":
            return Step("pick", key, chance.choice(widget["options"]))
        if kind == "slider":
            return Step("slide", key, chance.choice(["ArrowLeft", "ArrowRight", "Home", "End"]))
        if kind == "switch":
            return Step("switch", key)
        if kind == "number":
            return Step("type", key, chance.choice(["0", "1", "7", "0.001", "", *NOWHERE]))
        if kind == "text":
            return Step("type", key, chance.choice(["", "가 나", "a*b_c", "run"]))
        return None

    # Doing it.

    def do(self, step: Step) -> None:
        """Carry out one step and wait for its end."""
        self.done.append(step)
        page = self.page
        if step.action == "go":
            link = page.locator('[data-testid="stTopNavLink"]').nth(PAGES.index(step.target))
            link.click()
            page.wait_for_url(re.compile(rf"{re.escape(self.address)}/{step.target}(\?|$)"), timeout=SETTLED)
        elif step.action == "language":
            page.locator(".st-key-lang").get_by_text(LANGUAGES[step.target], exact=True).click()
        elif step.action == "reload":
            page.reload()
        elif step.action == "back":
            page.go_back()
            if not page.url.startswith(self.address):  # before the first page
                page.goto(self.address)
        elif step.action == "choose":
            self._choose(step.target, int(step.value))
        elif step.action == "pick":
            choices = self._widget(step.target).locator('[data-variant], label[data-testid="stRadioOption"]')
            choices.filter(has_text=re.compile(rf"^\s*{re.escape(step.value)}\s*$")).first.click()
        elif step.action == "slide":
            slider = self._widget(step.target).locator('input[type="range"]').first
            slider.focus()
            slider.press(step.value)
        elif step.action == "switch":
            self._widget(step.target).locator("label").first.click()
        elif step.action == "type":
            box = self._widget(step.target).locator("input").first
            box.fill(step.value)
            box.press("Enter")
        elif step.action == "press":
            self._press(step.target)
        elif step.action == "tab":
            page.get_by_role("tab", name=step.target, exact=True).first.click()
        elif step.action == "open":
            page.locator('[data-testid="stExpander"] summary').filter(has_text=step.target).first.click()
        at_rest(self.page)

    def _widget(self, key: str) -> Locator:
        return self.page.locator(f'[data-testid="stElementContainer"].st-key-{key}')

    def _choose(self, key: str, number: int) -> None:
        """The option of that number, counted around."""
        box = self._widget(key).get_by_role("combobox")
        box.focus()
        box.press("ArrowDown")
        options = self.page.get_by_role("option")
        options.first.wait_for()
        options.nth(number % options.count()).click()
        self.page.keyboard.press("Escape")

    def _press(self, name: str) -> None:
        button = self.page.locator(f'[data-walk="{name}"]')
        button.first.click()

    # Whether it is so.

    def findings(self) -> Iterator[Finding]:
        """What is untrue or broken now."""
        yield from self.trouble
        self.trouble.clear()
        if self.page.get_by_test_id("stException").count():
            yield (
                "an exception stands on the page: "
                + self.page.get_by_test_id("stException").first.inner_text()
            )
        log = (self.home / "server.log").read_text(encoding="utf-8", errors="replace")
        new, self.log_read = log[self.log_read :], len(log)
        if WRONG_IN_LOG.search(new):
            yield f"the server's log: {new[-1500:]}"
        yield from self._boxes()
        seen = self.look()
        yield from check_results(self.home, self.page.url, seen, self.held())
        if self.page.locator("html").get_attribute("lang") == "ko":
            yield from (
                f"English on a Korean screen: {text}"
                for text in english(self.page)
                if text not in CLASSES and not OWN.search(text)
            )
        csv = self.page.locator(".st-key-results_csv button")
        if csv.count() and csv.is_visible():
            with self.page.expect_download() as download:
                csv.click()
            yield from check_csv(self.home, download.value.path())

    def _boxes(self) -> list[Finding]:
        """Boxes that show another value than the server has."""

        def differing() -> list[Finding]:
            held = {_class_of(key): value for key, value in self.held().items()}
            return [
                f"the box {one['key']} shows {one['shown']}, the server has {held[one['key']]}"
                for one in self.look()["widgets"]
                if one["key"] in held and not _same(one["shown"], held[one["key"]])
            ]

        return self._until_none(differing)

    def _until_none(self, look: Callable[[], list[Finding]]) -> list[Finding]:
        found = look()
        rounds = int(AGREED / 0.25)
        while found and rounds:
            self.page.wait_for_timeout(250)
            found, rounds = look(), rounds - 1
        return found

    def reloaded(self) -> Iterator[Finding]:
        """What a reload does not bring back."""
        held = {_class_of(key): value for key, value in self.held().items()}
        # What nobody holds, such as a number out of range, is nothing to bring back.
        before = {
            one["key"]: one["shown"]
            for one in self.look()["widgets"]
            if one["visible"]
            and not {*NOWHERE}.intersection(one["shown"])
            and (held.get(one["key"]) or not one["shown"])
        }
        said = self.look()["headings"]
        self.do(Step("reload"))

        def lost() -> list[Finding]:
            seen = self.look()
            now = {one["key"]: one["shown"] for one in seen["widgets"]}
            found = [
                f"after a reload {key} shows {now.get(key)}, before it {shown}"
                for key, shown in before.items()
                if not NOT_KEPT.search(key) and now.get(key) != shown
            ]
            if seen["headings"] != said:
                found.append(f"after a reload the page says {seen['headings']}, before it {said}")
            return found

        yield from self._until_none(lost)

    def step(self, step: Step) -> list[Finding]:
        """Do it, and say what is wrong then."""
        boxes = {one["key"]: one["shown"] for one in self.look()["widgets"]}
        newest = newest_run(self.home)
        train = self.page.locator(".st-key-train_go button")
        button = train.inner_text() if train.count() else ""
        found: list[Finding] = []
        if step.action == "reload":
            found += self.reloaded()
        else:
            try:
                self.do(step)
            except (
                Error
            ):  # an open list or question lies over it, as it may over anything: closed, it is tried again
                self.page.keyboard.press("Escape")
                at_rest(self.page)
                self.done.pop()
                self.do(step)
        found += self.findings()
        if step == Step("press", "train_go"):
            run = newest_run(self.home)
            if run is not None and run != newest:
                found += check_run(self.home, run, boxes, button)
        return found


OWN = re.compile(
    r"spots|left|right|\brun\b|a walk|a\*b_c|\.png|sp…|inputs|x\d|\b[0-9a-f]{16}\b|SLR|NASA|SpaceX|Michetti|Varshney|_10_c|MobileNetV3|cloud_off"
)
"""Names that the walk itself gives, those of drawn sets, photographers, severity tables, models and icons."""
CLASSES = frozenset(json.loads((ROOT / "locales/classes/imagenet.ko.json").read_text(encoding="utf-8")))
"""What ImageNet itself calls its classes: told beside the Korean names to whoever points at them."""
NOWHERE = ("-1", "99999999999")
"""Numbers that no field takes: each is said to be out of range, and kept nowhere."""
NOT_KEPT = re.compile(r"lab_(\d+|sheet|many|breaking)_|_test_|data_(source|fit|face|name|import|frames|csv)")
"""Keys that a reload may lose: of cards that are numbered anew, of what is folded away then, of a test that has not been asked for, of an import
whose files are chosen again."""
RARE = re.compile("delete|demo|make|import|discard|cancel|train_go", re.IGNORECASE)
WRONG_IN_LOG = re.compile("Traceback|Error")


def _class_of(key: str) -> str:
    """As Streamlit writes a key into a class."""
    return re.sub(r"[^a-zA-Z0-9_-]", "-", key.strip())


def _same(shown: list[str], held: list[str]) -> bool:
    return len(shown) == len(held) and all(
        _text(a) == _text(b) or _number(a) == _number(b) is not None for a, b in zip(shown, held, strict=True)
    )


def _text(words: str) -> str:
    return " ".join(re.sub(r"[\\\u2060]", "", words).split())


def _number(words: str) -> float | None:
    """A number, which may have a unit behind it."""
    found = re.match(r"-?[\d,]*\.?\d+(e-?\d+)?", words.strip())
    return float(found[0].replace(",", "")) if found else None


@contextmanager
def walker(home: Path, seed: int) -> Iterator[Walker]:
    """A visitor of a dashboard whose workspace is `home`."""
    with recorded(home) as (address, recorder), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=HEADLESS, args=FLAGS)
        context = browser.new_context(viewport={"width": 1360, "height": 860}, locale="en-US")
        page = context.new_page()
        page.set_default_timeout(REACHED)
        page.set_default_navigation_timeout(SETTLED)
        visitor = Walker(page, address, recorder, home, random.Random(seed))
        page.goto(address)
        at_rest(visitor.page)
        yield visitor
        browser.close()


def walk(visitor: Walker, steps: int, again: list[Step] | None = None) -> list[tuple[int, Finding]]:
    """So many steps; each finding with the number of the step after which it showed.

    Args:
        again: these steps in place of drawn ones.
    """
    found: list[tuple[int, Finding]] = []
    before: set[Finding] = set()
    for number in range(len(again) if again is not None else steps):
        step = again[number] if again is not None else visitor.next_step()
        try:
            now = set(visitor.step(step))
            found += [(number, one) for one in now - before]  # what lasts is said once
            before = now
        except Error as error:
            found.append((number, f"the step could not be done: {error.message[:500]}"))
            visitor.page.goto(visitor.address)
            at_rest(visitor.page)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.walk", description=__doc__)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--home", type=Path, help="a workspace to walk in; by default one is made")
    parser.add_argument(
        "--again", type=Path, metavar="FILE", help="the steps that an earlier walk has written"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the steps are written")
    options = parser.parse_args()
    again = [Step(**one) for one in json.loads(options.again.read_text())] if options.again else None
    home = options.home or Path(tempfile.mkdtemp(prefix="walk"))
    if options.home is None:
        from tests.browser.truth import furnish

        furnish(home)
    with walker(home, options.seed) as visitor:
        found = walk(visitor, options.steps, again)
        steps = options.out or Path(f"walk-{options.seed}.json")
        steps.write_text(json.dumps([asdict(step) for step in visitor.done], ensure_ascii=False, indent=0))
    for number, finding in found:
        print(f"\nafter step {number}: {finding}")
        for step in visitor.done[max(0, number - 5) : number + 1]:
            print(f"    {step}")
    print(f"\n{len(found)} findings in {len(visitor.done)} steps; all steps: {steps}")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
