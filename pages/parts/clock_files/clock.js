// Asks for a run of the fragment it stands in when its time has come and the page is at rest.
// Streamlit clears what a run has left behind only after its end; a run that begins in that moment may make it clear the
// wrong half.

const LOOK = 100; // ms
const REST = 250; // ms

const clocks = new WeakMap();

export default function ({ data, parentElement: root, setTriggerValue }) {
  clearTimeout(clocks.get(root));
  const due = performance.now() + 1000 * data.seconds;
  const look = () => {
    clocks.set(root, setTimeout(look, LOOK));
    const now = performance.now();
    const state = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState;
    if (state !== "notRunning") document.noiselensRests = undefined;
    else document.noiselensRests ??= now;
    const rests = now - (document.noiselensRests ?? now) >= REST;
    if (now < due || !rests) return;
    document.noiselensRests = undefined; // one clock at a time
    setTriggerValue("tick", true);
  };
  look();
  return () => clearTimeout(clocks.get(root));
}
