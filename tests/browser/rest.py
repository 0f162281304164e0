"""When a page is at rest, and how to look at it while it stays so."""

from typing import Any

from playwright.sync_api import Page

MINUTE = 60_000
CALM = 250
"""ms for which nothing has moved: a click may begin a run of the page's script a moment later only."""

RESTS = """(calm) => {
  const app = document.querySelector('[data-testid="stApp"]');
  const rests = app?.dataset.testScriptState === "notRunning" && document.querySelector("h1")
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeletonElement"]');
  if (!rests) window.restsSince = undefined;
  else window.restsSince ??= performance.now();
  return rests && performance.now() - window.restsSince > calm;
}"""

UNDISTURBED = """async (given) => {{
  const app = document.querySelector('[data-testid="stApp"]');
  let ran = app.dataset.testScriptState !== "notRunning";
  const watch = new MutationObserver(() => (ran = true));
  watch.observe(app, {{ attributeFilter: ["data-test-script-state"] }});
  const seen = await ({look})(given);
  ran ||= watch.takeRecords().length > 0;
  watch.disconnect();
  return {{ ran, seen }};
}}"""


def at_rest(page: Page, timeout: float = 2 * MINUTE) -> None:
    """Wait until the page's script has run, and nothing is stale or being loaded; for CALM.

    Args:
        timeout: in ms.
    """
    page.evaluate("window.restsSince = undefined")
    page.wait_for_function(RESTS, arg=CALM, timeout=timeout, polling=50)


def undisturbed(page: Page, look: str, given: Any) -> Any:
    """What the function `look`, in JavaScript, gives for `given` on a page whose script does not run meanwhile.

    While it runs, what it has not drawn again yet is paler: also folded parts and tabs, which nothing marks.
    """
    while True:
        at_rest(page)
        found = page.evaluate(UNDISTURBED.format(look=look), given)
        if not found["ran"]:
            return found["seen"]
