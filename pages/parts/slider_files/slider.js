// A slider that says each value while it moves, to whom it may concern on the page (`noiselens:slide`, on the
// document), and tells Streamlit when it is let go of or rests.

const REST = 100; // ms without a move, after which a slider that is still held tells where it stands

const sliders = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!sliders.has(root)) sliders.set(root, new Slider(root, component));
  sliders.get(root).take(component);
  return () => {
    sliders.get(root).close();
    sliders.delete(root);
  };
}

class Slider {
  // Where it stands is its own from here on: what the page knows of it may be older.
  constructor(root, { data }) {
    this.input = root.querySelector("input");
    this.output = root.querySelector("output");
    this.label = root.querySelector("label");
    Object.assign(this.input, { min: data.lowest, max: data.highest, step: data.step, value: data.value });
    this.told = Number(this.input.value);

    const touch = (event) => (this.touched = event.timeStamp);
    for (const type of ["pointerdown", "pointermove", "keydown"]) this.input.addEventListener(type, touch);
    this.input.addEventListener("input", () => this.move());
    for (const type of ["pointerup", "keyup", "blur"]) this.input.addEventListener(type, () => this.tell());
  }

  close() {
    clearTimeout(this.rest);
  }

  take(component) {
    this.page = component;
    this.label.textContent = component.data.label;
    this.show();
  }

  get value() {
    return Number(this.input.value);
  }

  show() {
    const { lowest, highest, decimals, unit } = this.page.data;
    const text = this.value.toFixed(decimals) + unit;
    this.output.textContent = text;
    this.input.setAttribute("aria-valuetext", text);
    // The middle of the thumb, which stays within the track.
    const share = (this.value - lowest) / (highest - lowest);
    this.input.style.setProperty("--filled", `calc(var(--thumb) / 2 + (100% - var(--thumb)) * ${share})`);
  }

  move() {
    this.show();
    const detail = { key: this.page.data.key, value: this.value, since: this.touched };
    document.dispatchEvent(new CustomEvent("noiselens:slide", { detail }));
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.tell(), REST);
  }

  tell() {
    clearTimeout(this.rest);
    if (this.value === this.told) return;
    this.told = this.value;
    this.page.setStateValue("value", this.told);
  }
}
