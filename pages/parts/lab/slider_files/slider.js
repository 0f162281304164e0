// A slider that says each value while it moves, to whom it may concern on the page (`noiselens:slide`, on the
// document), and tells Streamlit and the page (`noiselens:told`) when it is let go of or rests.

const REST = 150; // ms without a move, after which a slider that is still held tells where it stands

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
    this.told = this.said = Number(this.input.value);
    this.track = null; // known while a mouse or a pen holds the thumb

    const touch = (event) => (this.touched = event.timeStamp);
    for (const type of ["pointerdown", "pointermove", "keydown"]) this.input.addEventListener(type, touch);
    this.input.addEventListener("input", () => this.move());
    this.input.addEventListener("pointerdown", (event) => this.press(event));
    this.input.addEventListener("pointerrawupdate", (event) => this.track && event.buttons === 1 && this.goAhead(event));
    this.input.addEventListener("pointercancel", () => this.putBack());
    for (const type of ["pointerup", "keyup", "blur"]) this.input.addEventListener(type, () => this.letGo());
  }

  close() {
    clearTimeout(this.rest);
    this.told = null; // the page does not ask for it any more
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
    this.say(this.value, this.touched);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.tell(), REST);
  }

  say(value, since) {
    if (value === this.said) return;
    this.said = value;
    document.dispatchEvent(new CustomEvent("noiselens:slide", { detail: { key: this.page.data.key, value, since } }));
  }

  // A finger may be about to scroll the page: what it does to the slider, the browser alone knows.
  press({ button, pointerType }) {
    this.before = this.value;
    if (button !== 0 || pointerType === "touch") return;
    const { left, width } = this.input.getBoundingClientRect();
    const thumb = parseFloat(getComputedStyle(this.input).getPropertyValue("--thumb"));
    this.track = { left: left + thumb / 2, width: width - thumb }; // where the middle of the thumb can be
  }

  letGo() {
    this.track = null;
    this.say(this.value, this.touched);
    this.tell();
  }

  // The finger scrolls the page: where it came down was not meant.
  putBack() {
    this.input.value = this.before;
    this.show();
    this.letGo();
  }

  // The browser moves the thumb once a frame. The hand is known earlier, and so is the value that this will give.
  goAhead({ clientX, timeStamp }) {
    const { lowest, highest, step, decimals } = this.page.data;
    const share = Math.min(Math.max((clientX - this.track.left) / this.track.width, 0), 1);
    const steps = Math.round((share * (highest - lowest)) / step);
    this.say(Number(Math.min(lowest + steps * step, highest).toFixed(decimals)), timeStamp);
  }

  async tell() {
    clearTimeout(this.rest);
    if (this.value === this.told) return;
    const value = (this.told = this.value);
    const before = []; // what somebody waits for comes before what the page writes down
    document.dispatchEvent(new CustomEvent("noiselens:told", { detail: { key: this.page.data.key, before } }));
    await Promise.all(before);
    if (this.told === value) this.page.setStateValue("value", value);
  }
}
