// Mouse, fingers, wheel and keys on the stage's pictures: zoom, move, divide.

class Hand {
  constructor(stage) {
    this.stage = stage;
    this.fingers = new Map(); // pointer id -> its last event, on whichever picture it lies
    this.pinch = null; // how it was when the second finger came
  }

  listen(signal) {
    for (const { view } of Object.values(this.stage.panes)) {
      view.tabIndex = 0;
      view.setAttribute("role", "group");
      view.addEventListener("wheel", (event) => this.wheel(event, view), { passive: false, signal });
      view.addEventListener("pointerdown", (event) => this.press(event, view), { signal });
      view.addEventListener("keydown", (event) => this.keys(event), { signal });
      // Two fingers are ours alone: without this the browser may scroll with them and take them away.
      for (const type of ["touchstart", "touchmove"]) {
        const keep = (event) => event.touches.length > 1 && event.cancelable && event.preventDefault();
        view.addEventListener(type, keep, { passive: false, signal });
      }
    }
    this.stage.divider.addEventListener("keydown", (event) => this.divideByKey(event), { signal });
    document.addEventListener("pointermove", (event) => this.movePinch(event), { signal });
    for (const type of ["pointerup", "pointercancel"]) {
      document.addEventListener(type, (event) => this.lift(event), { signal });
    }
  }

  press(event, view) {
    if (event.pointerType === "touch") this.fingers.set(event.pointerId, event);
    if (this.fingers.size === 2) this.beginPinch(view);
    else if (this.fingers.size < 2) this.drag(event, view);
  }

  lift(event) {
    this.fingers.delete(event.pointerId);
    this.pinch = null;
  }

  // Where the two fingers' middle lies in the picture, and how far apart they are.
  spread(area) {
    const [a, b] = [...this.fingers.values()];
    return {
      x: ((a.clientX + b.clientX) / 2 - area.left) / area.width,
      y: ((a.clientY + b.clientY) / 2 - area.top) / area.height,
      apart: Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)),
    };
  }

  beginPinch(view) {
    this.dragging?.abort();
    const area = view.getBoundingClientRect();
    this.pinch = { ...this.spread(area), area, place: { ...this.stage.place } };
  }

  movePinch(event) {
    if (!this.fingers.has(event.pointerId)) return;
    this.fingers.set(event.pointerId, event);
    if (!this.pinch) return;
    const { x, y, apart, area, place } = this.pinch;
    const now = this.spread(area);
    const scale = between(1, (place.scale * now.apart) / apart, CLOSEST);
    // What lay between the fingers stays between them.
    this.stage.pan(
      now.x - ((x - place.x) / place.scale) * scale,
      now.y - ((y - place.y) / place.scale) * scale,
      scale,
    );
  }

  wheel(event, view) {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    const area = view.getBoundingClientRect();
    this.stage.zoom(
      this.stage.place.scale * 2 ** (-event.deltaY / 200),
      (event.clientX - area.left) / area.width,
      (event.clientY - area.top) / area.height,
    );
  }

  drag(event, view) {
    if (event.button !== 0) return;
    const { stage } = this;
    const divides =
      stage.look.mode === "swipe" &&
      view === stage.panes.noisy.view &&
      (event.target === stage.divider || stage.place.scale === 1);
    if (!divides && stage.place.scale === 1) return;
    const area = view.getBoundingClientRect();
    const start = { ...stage.place, clientX: event.clientX, clientY: event.clientY };
    const follow = (move) => {
      if (divides) return stage.divide(((move.clientX - area.left) / area.width) * 100);
      stage.pan(
        start.x + (move.clientX - start.clientX) / area.width,
        start.y + (move.clientY - start.clientY) / area.height,
      );
    };
    view.setPointerCapture(event.pointerId);
    const until = (this.dragging = new AbortController());
    view.addEventListener("pointermove", follow, { signal: until.signal });
    for (const type of ["pointerup", "pointercancel"]) {
      view.addEventListener(type, () => until.abort(), { signal: until.signal });
    }
    if (divides) follow(event);
  }

  divideByKey(event) {
    const { divide } = this.stage.look;
    const steps = { ArrowLeft: divide - 2, ArrowRight: divide + 2, Home: 0, End: 100 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    this.stage.divide(steps[event.key]);
  }

  keys(event) {
    const { stage } = this;
    const { scale, x, y } = stage.place;
    const step = 0.1;
    const acts = {
      "+": () => stage.zoom(scale * 2),
      "=": () => stage.zoom(scale * 2),
      "-": () => stage.zoom(scale / 2),
      0: () => stage.zoom(1),
    };
    if (scale > 1) {
      Object.assign(acts, {
        ArrowLeft: () => stage.pan(x + step, y),
        ArrowRight: () => stage.pan(x - step, y),
        ArrowUp: () => stage.pan(x, y + step),
        ArrowDown: () => stage.pan(x, y - step),
      });
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in acts)) return;
    event.preventDefault();
    acts[event.key]();
  }
}
