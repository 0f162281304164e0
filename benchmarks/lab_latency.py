"""The noise lab under a hand: from the input event to the painted picture, in Chromium at 512 px.

    python -m benchmarks.lab_latency                      # every noise, alone
    python -m benchmarks.lab_latency --while-training     # the same while a training job runs
    python -m benchmarks.lab_latency --soak-minutes 10    # five visitors drag; the server's memory

Starts a server with a workspace of its own and drags the first slider of each noise with the mouse over its
whole range, to and fro, in steps of at least one of the slider's. A picture counts when the browser has painted
it; its latency runs from the input event that gave the slider its value. `pictures a second` counts what was
painted while dragging. `follow` runs from the release to the last change of the bars and the Grad-CAM pictures
that the value causes. The peer is the floor: one frame of a 60 Hz screen (and 60 of them a second); for `follow`
the quarter of a second that is aimed at. `same_result`: the picture at rest has apply_stack's pixels. Prints a
table; writes results/lab_latency.json, where a run replaces the rows of its own kind only.
"""

import argparse
import base64
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from core.hardware import one_blas_thread
from core.noise.catalogue import Param, all_noises
from core.noise.stack import apply_stack, stack_from_text
from core.resizing import prepared_photo
from core.samples import sample_picture
from tests.browser.serving import CHROMIUM, FLAGS, serving

ROOT = Path(__file__).resolve().parent.parent
RESULT = Path(__file__).parent / "results" / "lab_latency.json"
PHOTO, SEED = "astronaut", 7
FRAME_MS = 1000 / 60
FOLLOW_MS = 250.0
VISITORS = 5

# One entry a painted picture: [ms from the input event to the frame that shows it, when, lossless].
WATCH = """
() => {
  window.painted = [];
  const afterFrame = (act) => requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => act(performance.now());
    after.port2.postMessage(0);
  });
  document.addEventListener('noiselens:painted', ({detail}) => afterFrame((now) => {
    window.painted.push([now - detail.since, now, detail.exact]);
  }));
  window.followed = 0;
  const counted = document.querySelector('.st-key-lab_counted [data-testid=stBidiComponentIsolated]').shadowRoot;
  new MutationObserver(() => afterFrame((now) => { window.followed = now; })).observe(counted, {subtree: true, childList: true, attributes: true, characterData: true,
    attributeFilter: ['src', 'style', 'alt']});
  document.addEventListener('pointerup', () => { window.released = performance.now(); }, true);
}
"""
# Moves the slider itself, as fast as the screen, for the soak: lets go every two seconds.
DRIVE = """
(input) => {
  const [low, high] = [Number(input.min), Number(input.max)];
  let at = 0;
  window.driving = setInterval(() => {
    const step = at++ % 120;
    input.dispatchEvent(new PointerEvent('pointermove'));
    input.value = low + (high - low) * (1 + Math.sin(step / 6)) / 2;
    input.dispatchEvent(new Event('input'));
    if (step === 119) input.dispatchEvent(new PointerEvent('pointerup'));
  }, 16);
}
"""
NOISY = '.noisy canvas[data-exact="true"]'


def open_lab(browser: Browser, address: str, stack: str) -> Page:
    """A visitor's page with the model's answer and the picture at rest."""
    page = browser.new_page(viewport={"width": 1360, "height": 860})
    page.goto(f"{address}/preview?lang=en&noises={stack}&photo={PHOTO}&seed={SEED}")
    page.locator(NOISY).wait_for(timeout=120_000)
    page.locator(".answer-bars").wait_for(timeout=180_000)
    page.wait_for_load_state("networkidle")
    return page


def same_pixels(page: Page) -> bool:
    """Whether what stands there is what core makes of the stack in the address."""
    one_blas_thread()  # as the dashboard
    page.locator(NOISY).wait_for()
    stack = page.evaluate("new URL(location.href).searchParams.get('noises')")
    shown = page.locator(NOISY).evaluate("(canvas) => canvas.toDataURL('image/png')")
    png = np.frombuffer(base64.b64decode(shown.partition(",")[2]), np.uint8)
    found = cv2.cvtColor(cv2.imdecode(png, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    expected = apply_stack(prepared_photo(sample_picture(PHOTO)), stack_from_text(stack), SEED)
    return bool(np.array_equal(found, expected))


def drag(page: Page, seconds: float, releases: int) -> dict[str, float]:
    """Drag the first slider for so long; then let go `releases` times, each at another place."""
    page.evaluate(WATCH)
    slider = page.locator('[class*="st-key-lab_1_0_"] input[type=range]').first
    slider.scroll_into_view_if_needed()
    low, high, step = (float(slider.get_attribute(name) or 0) for name in ("min", "max", "step"))
    box = slider.bounding_box()
    assert box is not None
    left, right, y = box["x"] + 8, box["x"] + box["width"] - 8, box["y"] + box["height"] / 2
    moves = max(1, min(60, round((high - low) / step)))
    page.mouse.move((left + right) / 2, y)
    page.mouse.down()
    begun = time.monotonic()
    while time.monotonic() < begun + seconds or (  # a slow noise: a few pictures at least
        page.evaluate("window.painted.length") < 5 and time.monotonic() < begun + 10 * seconds
    ):
        page.mouse.move(right, y, steps=moves)
        page.mouse.move(left, y, steps=moves)
    dragged = time.monotonic() - begun
    painted = [entry for entry in page.evaluate("window.painted") if not entry[2]]
    page.mouse.up()
    follow = []
    for place in np.linspace(0.9, 0.2, releases):
        page.wait_for_timeout(1000)  # a person looks
        page.mouse.move((left + right) / 2, y)
        page.mouse.down()
        page.mouse.move(left + (right - left) * place, y, steps=5)
        page.evaluate("window.followed = 0")
        page.mouse.up()
        page.wait_for_timeout(1000)
        found = float(page.evaluate("window.followed - window.released"))
        if found > 0:
            follow.append(found)
    latencies = [entry[0] for entry in painted]
    return {
        "p50": float(np.percentile(latencies, 50)),
        "p95": float(np.percentile(latencies, 95)),
        "pictures": len(painted) / dragged,
        "follow": float(np.median(follow)) if follow else float("nan"),
        "n": len(painted),
    }


def rows_of(noise: str, kind: str, found: dict[str, float], same: bool) -> list[dict[str, Any]]:
    """In the form of benchmarks/results: over 1 is better than the peer."""
    rows = []
    for what, unit, peer, peer_name in (
        ("p50", "ms", FRAME_MS, "floor"),
        ("p95", "ms", FRAME_MS, "floor"),
        ("pictures", "pictures/s", 60.0, "floor"),
        ("follow", "ms", FOLLOW_MS, "a quarter of a second"),
    ):
        ours = round(found[what], 1)
        if not np.isfinite(ours):
            continue
        ratio = ours / peer if what == "pictures" else peer / ours
        rows.append(
            {
                "case": f"{noise}, {what}, {kind}",
                "ours": ours,
                "peer": round(peer, 1),
                "peer_name": peer_name,
                "unit": unit,
                "ratio": round(ratio, 2),
                "same_result": same,
            }
        )
    return rows


@contextmanager
def training(home: Path) -> Iterator[None]:
    """A training job in the server's workspace for as long as this lasts."""
    environment = os.environ | {"NOISELENS_HOME": str(home)}
    core = [sys.executable, "-m", "core"]
    subprocess.run([*core, "data", "make", "faces"], cwd=ROOT, env=environment, check=True)
    command = [*core, "train", "--data", "faces", "--epochs", "500", "--device", "cpu"]
    trainer = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        time.sleep(15)  # torch is there, the first epoch runs
        yield
    finally:
        trainer.send_signal(2)
        trainer.wait(60)


def server_process() -> psutil.Process:
    """The dashboard, among what this process has started."""
    (server,) = (
        process
        for process in psutil.Process().children()
        if process.status() != psutil.STATUS_ZOMBIE and "streamlit" in process.cmdline()
    )
    return server


def soak(browser: Browser, address: str, minutes: float) -> list[dict[str, Any]]:
    """Five visitors drag for so long: the server's memory a minute in, at the end, and after they left."""
    stacks = ["gaussian_noise()", "gaussian_noise();salt_pepper()", "fog()", "motion_blur()", "blend()"]
    server = server_process()

    def memory() -> float:
        return float(server.memory_info().rss / 2**20)

    contexts = [browser.new_context() for _ in range(VISITORS)]
    pages = []
    for context, stack in zip(contexts, stacks, strict=True):
        page = context.new_page()
        page.goto(f"{address}/preview?lang=en&noises={stack}&photo={PHOTO}")
        page.locator(".answer-bars").wait_for(timeout=180_000)
        page.evaluate(WATCH)
        slider = page.locator('[class*="st-key-lab_1_0_"] input[type=range]').first
        slider.scroll_into_view_if_needed()
        slider.evaluate(DRIVE)
        pages.append(page)
    warm = min(60.0, minutes * 60 / 4)
    time.sleep(warm)
    before = memory()
    time.sleep(minutes * 60 - warm)
    after = memory()
    pictures = [int(page.evaluate("window.painted.length")) for page in pages]
    for context in contexts:
        context.close()
    left = memory()
    print(f"{VISITORS} visitors, {minutes:g} min, pictures {pictures}: {before:.0f} -> {after:.0f} MiB,")
    print(f"after they left {left:.0f} MiB")
    return [
        {
            "case": f"server memory after {VISITORS} visitors dragged {minutes:g} min, "
            f"{sum(pictures)} pictures",
            "ours": round(after),
            "peer": round(before),
            "peer_name": f"the same after {warm:.0f} s",
            "unit": "MiB",
            "ratio": round(before / after, 2),
            "same_result": min(pictures) > 0,
        }
    ]


def keep(kind: str, rows: list[dict[str, Any]], chromium: str) -> None:
    """Write the rows, in place of earlier ones of this kind."""
    known = json.loads(RESULT.read_text(encoding="utf-8"))["rows"] if RESULT.exists() else []
    others = [row for row in known if kind not in row.get("case", kind)]
    machine = {
        "processor": platform.processor() or platform.machine(),
        "cores": psutil.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "streamlit": version("streamlit"),
        "chromium": chromium,
        "load": round(os.getloadavg()[1], 1),
        "date": time.strftime("%Y-%m-%d"),
    }
    RESULT.parent.mkdir(exist_ok=True)
    text = json.dumps({"machine": machine, "rows": others + rows}, indent=1, ensure_ascii=False)
    RESULT.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="The noise lab under a hand.")
    parser.add_argument("--seconds", type=float, default=4, help="of dragging, a noise")
    parser.add_argument("--releases", type=int, default=3, help="for `follow`, a noise")
    parser.add_argument("--only", nargs="+", metavar="NOISE", help="these noises, printed only")
    parser.add_argument("--while-training", action="store_true")
    parser.add_argument("--soak-minutes", type=float, help="the memory test instead")
    options = parser.parse_args()
    kind = "while training" if options.while_training else "alone"
    rows: list[dict[str, Any]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "home") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        if options.soak_minutes:
            kind = "visitors dragged"
            rows = soak(browser, address, options.soak_minutes)
            keep(kind, rows, browser.version)
            return
        with training(Path(folder) / "home") if options.while_training else nullcontext():
            for noise in all_noises():
                if options.only and noise.key not in options.only:
                    continue
                if not any(isinstance(p.declared, Param) for p in noise.parameters):
                    print(f"{noise.key:28} has no slider")
                    continue
                page = open_lab(browser, address, f"{noise.key}()")
                found = drag(page, options.seconds, options.releases)
                same = same_pixels(page)
                page.close()
                rows += rows_of(noise.key, kind, found, same)
                print(
                    f"{noise.key:28} n = {found['n']:4}  p50 {found['p50']:6.1f}  p95 {found['p95']:6.1f} ms  "
                    f"{found['pictures']:5.1f} pictures/s  follow {found['follow']:4.0f} ms  "
                    f"{'exact' if same else 'NOT EXACT'}  load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )
                if not options.only:
                    keep(kind, rows, browser.version)


if __name__ == "__main__":
    main()
