// Makes the picture of a chart that is on the screen, by Plotly's own button, which knows how, in the form that is asked for.

// The row of buttons stands for Plotly's own, which has no room of its own above a narrow chart.
function hideCamera() {
  if (document.getElementById("noiselens_taking")) return;
  const style = document.createElement("style");
  style.id = "noiselens_taking";
  style.textContent = '[class*="st-key-results_"] .modebar-container {display: none;}';
  document.head.append(style);
}

export default function ({ data, parentElement }) {
  hideCamera();
  const bar = parentElement.querySelector(".taking");
  bar.setAttribute("aria-label", data.label);
  bar.replaceChildren();
  for (const [form, title] of Object.entries(data.forms)) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = form.toUpperCase();
    button.title = title;
    button.setAttribute("aria-label", title);
    button.onclick = () => {
      const chart = document.querySelector(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`);
      const camera = chart?.querySelector(".modebar-btn");
      if (!camera) return;
      const options = chart._context.toImageButtonOptions;
      const before = { ...options };
      Object.assign(options, { format: form });
      camera.click();
      Object.assign(options, before);
    };
    bar.append(button);
  }
}
