"""Take the README's screenshots from the running app: `python -m docs.screenshots` (needs Chromium).

It starts a server with a workspace of its own, runs the demo study, and photographs each page in
both languages into docs/screenshots/.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from core.jobs.service import run_to_end
from core.store import Workspace
from core.studies.demo import submit_demo
from tests.browser.serving import CHROMIUM, FLAGS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
VIEWS = {
    "home": "/",
    "preview": "/preview?photo=chelsea&noises=gaussian_noise(sd%3D0.26)%3Bsalt_pepper(fraction%3D0.08)",
    "data": "/data",
    "train": "/train",
    "results": "/results",
    "explain": "/explain",
}
PICTURES = {"home": "[data-testid=stImage] img >> nth=1", "preview": ".counted_noisy img[src]"}
"""Pictures that come after the page itself: the helper's pair, and what counted in the lab."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def shoot(page: Page, name: str, address: str, path: Path) -> None:
    """Open `address`, wait until nothing on it is still coming, and photograph the first screen."""
    page.goto(address)
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_function(
        """() => !document.querySelector('[data-testid=stSkeleton], [data-testid=stStatusWidget]')
              && [...document.images].every(image => image.complete)
              && document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'""",
        timeout=90_000,
    )
    if name in PICTURES:
        page.locator(PICTURES[name]).wait_for(timeout=90_000)
    page.wait_for_timeout(1500)  # charts fade in
    page.screenshot(path=path)


def main() -> None:
    """Write every picture; ends with an error when a page does not settle."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace.open(Path(home))
        run_to_end(workspace, submit_demo(workspace).id, lambda job: None)
        port = free_port()
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                "app.py",
                "--server.headless=true",
                f"--server.port={port}",
            ],
            cwd=ROOT,
            env=os.environ | {"NOISELENS_HOME": home},
        )
        try:
            base = f"http://127.0.0.1:{port}"
            for _ in range(120):
                try:
                    urllib.request.urlopen(f"{base}/_stcore/health", timeout=1)  # noqa: S310 - our own server
                    break
                except OSError:
                    time.sleep(0.25)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                for language, suffix in (("en", ""), ("ko", "-ko")):
                    context = browser.new_context(
                        viewport={"width": 1360, "height": 860},
                        locale="ko-KR" if language == "ko" else "en-US",
                    )
                    page = context.new_page()
                    for name, view in VIEWS.items():
                        sign = "&" if "?" in view else "?"
                        shoot(
                            page, name, f"{base}{view}{sign}lang={language}", FOLDER / f"{name}{suffix}.png"
                        )
                    context.close()
                browser.close()
        finally:
            server.terminate()
            server.wait(timeout=20)


if __name__ == "__main__":
    main()
