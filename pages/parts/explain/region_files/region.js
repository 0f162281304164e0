// A rectangle on a picture, in per cent of its sides: drawn by mouse, moved and resized by mouse, finger or keys. The page
// hears of it when it comes to rest.

const LEAST = 4; // per cent: what is smaller was no rectangle
const STEP = 5; // per cent a key
const REST = 500; // ms without a key

const regions = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!regions.has(root)) regions.set(root, new Region(root, component));
  regions.get(root).take(component);
  return () => {
    regions.get(root)?.close();
    regions.delete(root);
  };
}

class Region {
  // Where it is is its own from here on: what the page knows of it may be older.
  constructor(root, { data }) {
    this.stage = root.querySelector(".stage");
    this.image = root.querySelector("img");
    this.box = root.querySelector(".box");
    this.corner = root.querySelector(".corner");
    this.hint = root.querySelector(".hint");
    this.said = root.querySelector(".said");
    this.place = [...data.place]; // left, top, right, bottom
    this.told = JSON.stringify(this.place);
    this.stage.addEventListener("pointerdown", (event) => this.press(event));
    this.box.addEventListener("keydown", (event) => this.key(event));
  }

  close() {
    clearTimeout(this.rest);
    this.dragging?.abort();
  }

  take(component) {
    this.page = component;
    const { picture, alt, label, hint } = component.data;
    if (this.image.getAttribute("src") !== picture) this.image.src = picture;
    this.image.alt = alt;
    this.box.setAttribute("aria-label", label);
    this.hint.textContent = hint;
    this.show();
  }

  show() {
    const [left, top, right, bottom] = this.place;
    const { style } = this.box;
    style.left = `${left}%`;
    style.top = `${top}%`;
    style.width = `${right - left}%`;
    style.height = `${bottom - top}%`;
  }

  tell() {
    clearTimeout(this.rest);
    const now = JSON.stringify(this.place);
    if (now === this.told) return;
    this.told = now;
    const [left, top, right, bottom] = this.place;
    this.said.textContent = this.page.data.said
      .replace("{across}", `${left}–${right} %`)
      .replace("{down}", `${top}–${bottom} %`);
    this.page.setStateValue("place", this.place);
  }

  at(event) {
    const area = this.stage.getBoundingClientRect();
    return [
      kept(((event.clientX - area.left) / area.width) * 100),
      kept(((event.clientY - area.top) / area.height) * 100),
    ];
  }

  press(event) {
    if (event.button !== 0) return;
    const path = event.composedPath();
    const how = path.includes(this.corner) ? "size" : path.includes(this.box) ? "move" : "draw";
    if (how === "draw" && event.pointerType === "touch") return; // the page scrolls
    event.preventDefault();
    this.box.focus({ preventScroll: true });
    const from = this.at(event);
    const before = [...this.place];
    const follow = (move) => {
      const [x, y] = this.at(move);
      if (how === "move") this.place = moved(before, x - from[0], y - from[1]);
      else {
        const [left, top] = how === "size" ? before : from;
        this.place = [Math.min(left, x), Math.min(top, y), Math.max(left, x), Math.max(top, y)];
      }
      this.show();
    };
    this.stage.setPointerCapture(event.pointerId);
    const until = (this.dragging = new AbortController());
    const end = () => {
      until.abort();
      this.place = this.place.map(Math.round);
      const [left, top, right, bottom] = this.place;
      if (right - left < LEAST || bottom - top < LEAST) this.place = before;
      this.show();
      this.tell();
    };
    this.stage.addEventListener("pointermove", follow, { signal: until.signal });
    this.stage.addEventListener("pointerup", end, { signal: until.signal });
    this.stage.addEventListener("pointercancel", end, { signal: until.signal });
  }

  key(event) {
    const way = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!way) return;
    event.preventDefault();
    if (event.shiftKey) {
      const [left, top, right, bottom] = this.place;
      this.place[2] = Math.min(100, Math.max(left + STEP, right + way[0]));
      this.place[3] = Math.min(100, Math.max(top + STEP, bottom + way[1]));
    } else this.place = moved(this.place, ...way);
    this.show();
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.tell(), REST);
  }
}

const kept = (share) => Math.min(100, Math.max(0, share));

// The rectangle elsewhere, all of it in the picture.
function moved([left, top, right, bottom], x, y) {
  const across = Math.min(100 - right, Math.max(-left, x));
  const down = Math.min(100 - bottom, Math.max(-top, y));
  return [left + across, top + down, right + across, bottom + down];
}
