"""From a slider key to the painted picture in the noise lab, in Chromium at 512 px.

    python benchmarks/lab_latency.py [--steps 30]

Starts a server with a workspace of its own, presses the arrow key of the first slider and waits until the
new noisy picture is decoded and two animation frames have passed, as ../shared/findings/streamlit.md
section 3 did. Prints a table and writes results/lab_latency.json.
"""

import argparse
import json
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import CHROMIUM, FLAGS, serving  # noqa: E402 - needs the path above

CASES = {
    "gaussian_noise": "gaussian_noise(sd=0.05)",
    "gaussian_noise + salt_pepper": "gaussian_noise(sd=0.05);salt_pepper(fraction=0.05)",
    "salt_pepper": "salt_pepper(fraction=0.05)",
    "fog": "fog(strength=1.5)",
    "motion_blur": "motion_blur(radius=3,sigma=20)",
    "jpeg_compression": "jpeg_compression(quality=15)",
}
# Resolves with the milliseconds from the key's event to the new picture, decoded and painted.
MEASURE = """
() => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error('the picture did not change')), 10000);
  const picture = () => [...document.querySelectorAll('img')].find((i) => / \\([\\d., a-z]+\\)$/.test(i.alt));
  const old = picture().src;
  let start = null;
  document.addEventListener('keydown', () => { start = performance.now(); }, {once: true, capture: true});
  const look = async () => {
    const now = picture();
    if (start === null || !now || now.src === old) { requestAnimationFrame(look); return; }
    await now.decode();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
  };
  look();
})
"""


def measure(page: Page, steps: int) -> list[float]:
    """Milliseconds of each of `steps` presses of a slider key, after three that warm up."""
    slider = page.get_by_role("slider").first
    slider.focus()
    found = []
    for step in range(steps + 3):
        page.evaluate(f"void (window.measured = ({MEASURE})())")
        slider.press("ArrowRight" if step % 20 < 10 else "ArrowLeft")
        found.append(float(page.evaluate("window.measured")))
        page.wait_for_timeout(400)  # a person looks before the next step; the model has answered by then
    return found[3:]


def main() -> None:
    parser = argparse.ArgumentParser(description="Slider key to painted picture in the noise lab.")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--only", choices=list(CASES), help="one case, printed only")
    options = parser.parse_args()
    steps = options.steps
    cases = CASES if options.only is None else {options.only: CASES[options.only]}
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "home") as address:
        photo = Path(folder) / "photo.png"
        pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((512, 512), Image.Resampling.BICUBIC).save(photo)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for name, stack in cases.items():
                page = browser.new_page(viewport={"width": 1360, "height": 860})
                page.goto(f"{address}/preview?lang=en&noises={stack}")
                page.locator('[data-testid="stFileUploader"] input').first.set_input_files(photo)
                page.get_by_text("not in the page's address").wait_for(timeout=60_000)
                page.locator(".js-plotly-plot").wait_for(timeout=120_000)  # the model is there
                page.wait_for_timeout(1500)
                times = measure(page, steps)
                p50, p95 = (round(float(np.percentile(times, share)), 1) for share in (50, 95))
                rows.append({"noise": name, "side_px": 512, "n": steps, "p50_ms": p50, "p95_ms": p95})
                print(f"{name:32} n = {steps}   p50 {p50:6.1f} ms   p95 {p95:6.1f} ms", flush=True)
                page.close()
            chromium = browser.version
            browser.close()
    if options.only is not None:
        return
    machine = {
        "processor": platform.processor() or platform.machine(),
        "cores": psutil.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "streamlit": version("streamlit"),
        "chromium": chromium,
    }
    results = Path(__file__).parent / "results" / "lab_latency.json"
    results.parent.mkdir(exist_ok=True)
    results.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
