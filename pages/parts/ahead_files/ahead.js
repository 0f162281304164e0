// Has the browser load and start what draws charts before a chart is there: half of the time in which a page with one
// opens. Where Streamlit is built otherwise than is known NAME is empty, and a chart takes as long as it would.
// (No tag may stand in here: the page would leave out the whole script.)
{
  const name = NAME; // of Streamlit's own file
  const atOnce = AT_ONCE; // this page has a chart
  const REST = 1000; // ms without a run of the page, and without a hand on it, before anything is done for another page
  const HANDS = ["pointerdown", "pointermove", "keydown", "wheel"];
  const entry = document.querySelector('script[type="module"][src*="/static/js/"]');

  const load = () => (document.noiselensAhead ??= import(new URL(name, entry.src)));
  const idle = (work) => (window.requestIdleCallback ?? setTimeout)(work);

  // One chart is drawn where nobody sees it: what a browser runs for the first time takes it twice as long.
  function draw() {
    if (!window.Plotly?.newPlot || document.querySelector(".js-plotly-plot")) return;
    const place = document.createElement("div");
    place.style.cssText = "position: fixed; left: -2000px; visibility: hidden";
    place.setAttribute("aria-hidden", "true");
    document.body.append(place);
    const clear = () => {
      window.Plotly.purge(place);
      place.remove();
    };
    const all = { x: ["a", "b"], y: [1, 2], error_y: { type: "data", array: [1, 1], arrayminus: [1, 1], symmetric: false } };
    const axis = { automargin: true, fixedrange: true, title: { text: "a" } };
    const marks = [{ type: "bar", text: ["a", "b"], textposition: "outside" }, { type: "scatter", mode: "markers", name: "a" }];
    const look = { width: 600, height: 300, showlegend: true, legend: { orientation: "h" }, xaxis: axis, yaxis: axis };
    window.Plotly.newPlot(place, marks.map((one) => ({ ...all, ...one })), look, { displayModeBar: true }).then(clear, clear);
  }

  function whenAtRest(work) {
    let since = null;
    const begun = () => (since = null);
    const hand = (event) => {
      if (event.type !== "pointermove" || event.buttons) begun();
    };
    HANDS.forEach((one) => window.addEventListener(one, hand, { capture: true, passive: true }));
    const look = () => {
      const now = performance.now();
      if (document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState !== "notRunning") begun();
      else since ??= now;
      if (since === null || REST > now - since) return setTimeout(look, 100);
      HANDS.forEach((one) => window.removeEventListener(one, hand, { capture: true }));
      idle(work);
    };
    look();
  }

  if (name && entry && !navigator.connection?.saveData) {
    if (atOnce) load().catch(() => {});
    else if (!document.noiselensWaits) {
      document.noiselensWaits = true;
      whenAtRest(() => load().then(() => idle(draw), () => {}));
    }
  }
}
