// Asks for a run of the fragment it stands in when its time has come and the page is at rest.
// Streamlit clears what a run has left behind only after its end; a run that begins in that moment may make it clear the
// wrong half. And what a person has just asked for, such as another page, is not begun at once on a busy computer: a run
// that is asked for meanwhile would follow at its heels, and the new page could stay empty.

const LOOK = 100; // ms
const REST = 250; // ms
const BEGINS = 3000; // ms: within this what a click asks for has begun, if it asks for anything

const clocks = new WeakMap();

function heedHands() {
  if (document.noiselensHeeds) return;
  document.noiselensHeeds = true;
  const asked = () => (document.noiselensAsked = performance.now());
  for (const hand of ["click", "keydown", "change"]) document.addEventListener(hand, asked, { capture: true });
  window.addEventListener("popstate", asked);
}

export default function ({ data, parentElement: root, setTriggerValue }) {
  heedHands();
  clearTimeout(clocks.get(root));
  const due = performance.now() + 1000 * data.seconds;
  const look = () => {
    clocks.set(root, setTimeout(look, LOOK));
    const now = performance.now();
    const state = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState;
    if (state !== "notRunning") document.noiselensRests = document.noiselensAsked = undefined;
    else document.noiselensRests ??= now;
    const rests = now - (document.noiselensRests ?? now) >= REST;
    const begins = now - (document.noiselensAsked ?? -BEGINS) < BEGINS;
    if (now < due || !rests || begins) return;
    document.noiselensRests = undefined; // one clock at a time
    setTriggerValue("tick", true);
  };
  look();
  return () => clearTimeout(clocks.get(root));
}
