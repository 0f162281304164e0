// Names for those who hear the page: what Streamlit calls "Open" or "Help" wherever it stands gets the label beside it,
// and what is in a card of a list gets the name of the card.

const NAMELESS = ["Help", "Open", "Increment", "Decrement", "Fullscreen", "Download plot as a PNG"];
const LABELS = '[data-testid="stWidgetLabel"] p, h1, h2, h3, h4, h5, [data-testid="stMarkdownContainer"] p';
const FILES = '[data-testid="stFileUploaderDropzone"] button';
const CARDS = '[class*="st-key-named_"]';

const bare = new WeakMap(); // what a control was called without its addition, and with it
let later = null;

function nameSoon() {
  later ??= setTimeout(() => {
    later = null;
    const taken = new Map();
    for (const one of document.querySelectorAll(`button[aria-label], ${CARDS} :is(button, summary), ${FILES}`)) {
      name(one, taken);
    }
  }, 100);
}

function name(control, taken) {
  const now = control.getAttribute("aria-label");
  const known = bare.get(control);
  const own = known && known.full === now ? known.own : now;
  const called = own ?? words(control);
  const nameless = NAMELESS.includes(kept.get(control)?.["aria-label"]?.wrote ?? own) || control.matches(FILES);
  const parts = [called, nameless ? label(control) : "", card(control)];
  const so = [...new Set(parts.filter(Boolean))].join(": ");
  taken.set(so, (taken.get(so) ?? 0) + 1);
  const full = taken.get(so) > 1 ? `${so} (${taken.get(so)})` : so; // what still is called alike is counted
  if (full === (now ?? called)) return;
  bare.set(control, { own, full });
  control.setAttribute("aria-label", full);
}

function words(control) {
  const shown = control.querySelector('[data-testid="stMarkdownContainer"]');
  return (shown ?? control).textContent.trim();
}

function label(control) {
  const element = control.closest('[data-testid="stElementContainer"]');
  return element?.querySelector("[data-testid=stPlotlyChart]")?.ariaLabel ?? element?.querySelector(LABELS)?.textContent.trim();
}

function card(control) {
  return control.closest(CARDS)?.querySelector("h3, h4, h5, strong")?.textContent.trim();
}
