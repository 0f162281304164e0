// Shows the picture behind the dot that is pointed at: clean and with noise, cut out of a sheet of all. Tells of the one that is clicked.

let sheet = null;
let tell = null;

function card() {
  let found = document.getElementById("noiselens_hover");
  if (!found) {
    found = document.createElement("div");
    found.id = "noiselens_hover";
    found.setAttribute("aria-hidden", "true");
    found.style.cssText =
      "position:fixed;z-index:1000;pointer-events:none;display:none;gap:2px;padding:2px;border-radius:4px;background:#8889";
    found.append(document.createElement("div"), document.createElement("div"));
    document.body.append(found);
  }
  return found;
}

function show(event) {
  const place = event.points?.[0]?.customdata?.[0];
  if (sheet === null || place === undefined) return;
  const { side, columns, sources } = sheet;
  const found = card();
  [...found.children].forEach((half, number) => {
    half.style.width = half.style.height = `${side}px`;
    half.style.backgroundImage = `url(${sources[number]})`;
    half.style.backgroundPosition = `-${side * (place % columns)}px -${side * Math.floor(place / columns)}px`;
  });
  const { clientX, clientY } = event.event;
  found.style.left = `${Math.min(clientX + 16, window.innerWidth - 2 * side - 12)}px`;
  found.style.top = `${clientY > side + 90 ? clientY - side - 70 : clientY + 70}px`;
  found.style.display = "flex";
}

const hide = () => {
  card().style.display = "none";
};

// The chart may be another element after each run of the page: whoever is pointed at is asked to tell.
function attend(event) {
  const chart = event.target.closest?.(".st-key-results_chart_picture-map .js-plotly-plot");
  if (!chart || !chart.on || chart.noiselensHover) return;
  chart.noiselensHover = true;
  chart.on("plotly_hover", show);
  chart.on("plotly_unhover", hide);
  // Not by Streamlit's selection: that makes all other dots pale, and a second click on the same dot would undo it.
  chart.on("plotly_click", (event) => {
    const place = event.points?.[0]?.customdata?.[0];
    if (tell === null || place === undefined) return;
    hide();
    tell(place);
  });
}

export default function ({ data, setTriggerValue }) {
  sheet = data;
  tell = (place) => setTriggerValue("opened", place);
  document.addEventListener("pointerover", attend, true);
  return () => {
    sheet = tell = null;
    hide();
    document.removeEventListener("pointerover", attend, true);
  };
}
